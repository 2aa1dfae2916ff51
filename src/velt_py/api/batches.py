"""Calls whose list of ids is longer than one call may name: split, sent side by side, put together again."""

from __future__ import annotations

import dataclasses
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Dict, Generic, List, Optional, Tuple, TypedDict, TypeVar, Union, cast

from velt_py.api.interpret import failed_entries
from velt_py.exceptions import VeltApiError, VeltValidationError
from velt_py.models.request import ApiRequest, facts_of

if TYPE_CHECKING:
    from velt_py.api.operation import AsyncCall, Operation, SyncCall
    from velt_py.api.options import CallOptions, Options

__all__ = ["Batched", "BatchOptions", "Part", "batched", "batched_async"]

A = TypeVar("A")


class BatchOptions(TypedDict, total=False):
    """How a batch is sent.

    at_once: parts under way at the same time (4).
    size: ids in one part; the documented cap unless given.
    call: options of each part's call.
    """

    at_once: int
    size: int
    call: CallOptions


OPTIONS = ("at_once", "size", "call")


@dataclass(frozen=True)
class Part(Generic[A]):
    """One call of a batch.

    Args:
        ids: the ids that it named.
        answer: what Velt answered, None when there was no answer.
        error: why the call failed; None when it did not.
    """

    ids: Tuple[str, ...]
    answer: Optional[A] = field(default=None, repr=False)
    error: Optional[VeltApiError] = None


@dataclass(frozen=True)
class Batched(Generic[A]):
    """What became of a batch. Nothing is lost silently: an id is in `succeeded` or in `failed`.

    Args:
        parts: the calls, in the order of the ids.
    """

    parts: Tuple[Part[A], ...]

    @property
    def data(self) -> Union[List[Any], Dict[str, Any]]:
        """The entries of all answers: one list, or one map where the answers hold maps. Where a call failed in part
        only, with what Velt tells of the rest."""
        found = [_data(part) for part in self.parts]
        found = [each for each in found if each is not None]
        if found and all(isinstance(each, dict) for each in found):
            merged: Dict[str, Any] = {}
            for each in found:
                for key, value in cast(Dict[str, Any], each).items():
                    held = merged.get(key)
                    if isinstance(held, list) and isinstance(value, list):
                        merged[key] = [*cast(List[Any], held), *cast(List[Any], value)]
                    else:
                        merged[key] = value
            return merged
        return [entry for each in found if isinstance(each, list) for entry in cast(List[Any], each)]

    @property
    def failed(self) -> Dict[str, Any]:
        """The ids that failed: each with the error of its call, or with what Velt said of it."""
        found: Dict[str, Any] = {}
        for part in self.parts:
            if part.error is not None:
                told = getattr(part.error, "failed", None)
                found.update(told if told else dict.fromkeys(part.ids, part.error))
            else:
                found.update(failed_entries(part.answer))
        return found

    @property
    def succeeded(self) -> Tuple[str, ...]:
        """The ids that did not fail, in their order."""
        failed = self.failed
        return tuple(id for part in self.parts for id in part.ids if id not in failed)

    def raise_for_failures(self) -> None:
        """Raise the first part's error, or `VeltPartialFailure` for failed entries; return when all is well."""
        from velt_py.exceptions import VeltPartialFailure

        for part in self.parts:
            if part.error is not None:
                raise part.error
        failed = self.failed
        if failed:
            raise VeltPartialFailure(
                f"{len(failed)} entries of the batch failed; `failed` lists them", failed=failed
            )


def _data(part: Part[Any]) -> Any:
    if part.error is not None:
        return _left(getattr(part.error, "details", None))
    answer: Any = part.answer
    result = cast(Dict[str, Any], answer).get("result") if isinstance(answer, dict) else None
    return cast(Dict[str, Any], result).get("data") if isinstance(result, dict) else None


def _left(details: Any) -> Any:
    """The entries in the details of an error that did not fail; None when it tells of none."""
    if isinstance(details, list):
        listed = [cast(Dict[str, Any], each) for each in cast(List[Any], details) if isinstance(each, dict)]
        return [entry for entry in listed if entry.get("success", True)] or None
    if isinstance(details, dict):
        named = cast(Dict[str, Any], details).items()
        return {key: entry for key, entry in named if _succeeded(entry)} or None
    return None


def _succeeded(entry: Any) -> bool:
    return isinstance(entry, dict) and cast(Dict[str, Any], entry).get("success") is True


class _Plan:
    """How a request is split."""

    def __init__(self, call: Any, request: ApiRequest, given: Optional[BatchOptions]) -> None:
        from velt_py.api.options import Options, read_options

        operation: Operation[Any, Any, Any] = call.operation
        if operation.batched is None:
            raise TypeError(f"{operation.name}: no cap on ids is known, so there is nothing to split")
        options: BatchOptions = given or {}
        for name in options:
            if name not in OPTIONS:
                raise VeltValidationError(
                    f"options.{name}: there is no such option; known are {', '.join(OPTIONS)}",
                    field=f"options.{name}",
                )
        self.field = operation.batched
        self.call = call
        self.request: ApiRequest = operation.request_of((request,), {})
        cap = facts_of(operation.request)[self.field].most or 30
        self.size = self._whole(options.get("size", cap), "size")
        if self.size > cap:
            raise VeltValidationError(
                f"size: {operation.name} takes at most {cap} ids in one call", field="size"
            )
        self.at_once = self._whole(options.get("at_once", 4), "at_once")
        own = options.get("call")
        base: Options = call._client.options.over(call._options)
        base = base.over(None if own is None else read_options(own))
        self.options = base.over(Options(raise_on_error=True))

    @staticmethod
    def _whole(value: Any, name: str) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or value < 1:
            raise VeltValidationError(f"{name}: a whole number from 1 on is needed", field=name)
        return value

    def requests(self) -> List[Tuple[Tuple[str, ...], ApiRequest]]:
        ids = getattr(self.request, self.field)
        if not isinstance(ids, (list, tuple)):
            raise VeltValidationError(f"{self.field}: a list of ids is needed", field=self.field)
        unique = list(dict.fromkeys(cast(List[str], ids)))
        cuts = [unique[at : at + self.size] for at in range(0, len(unique), self.size)]
        return [
            (tuple(cut), dataclasses.replace(cast(Any, self.request), **{self.field: cut})) for cut in cuts
        ]


def batched(
    call: SyncCall[Any, Any, Any], request: ApiRequest, options: Optional[BatchOptions]
) -> Batched[Any]:
    """The parts of a batch, sent from threads."""
    plan = _Plan(call, request, options)

    def send(ids: Tuple[str, ...], part: ApiRequest) -> Part[Any]:
        prepared = call.prepared_of(part, plan.options)
        try:
            reply = call._client.send(prepared, plan.options).reply
            return Part(ids, call.answer_of(prepared, reply, plan.options))
        except VeltApiError as error:
            return _failed(ids, error)

    parts = plan.requests()
    if len(parts) <= 1:
        return Batched(tuple(send(ids, part) for ids, part in parts))
    with ThreadPoolExecutor(min(plan.at_once, len(parts)), thread_name_prefix="velt-batch") as pool:
        return Batched(tuple(pool.map(send, *zip(*parts))))


async def batched_async(
    call: AsyncCall[Any, Any, Any], request: ApiRequest, options: Optional[BatchOptions]
) -> Batched[Any]:
    """As `batched`, awaited."""
    import asyncio

    plan = _Plan(call, request, options)
    turns = asyncio.Semaphore(plan.at_once)

    async def send(ids: Tuple[str, ...], part: ApiRequest) -> Part[Any]:
        prepared = call.prepared_of(part, plan.options)
        async with turns:
            try:
                reply = (await call._client.send(prepared, plan.options)).reply
                return Part(ids, call.answer_of(prepared, reply, plan.options))
            except VeltApiError as error:
                return _failed(ids, error)

    return Batched(tuple(await asyncio.gather(*[send(ids, part) for ids, part in plan.requests()])))


def _failed(ids: Tuple[str, ...], error: VeltApiError) -> Part[Any]:
    # A partial failure is an answer: its other entries were written, and `data` has them.
    answer = getattr(error, "answer", None)
    return Part(ids, answer) if answer is not None else Part(ids, error=error)
