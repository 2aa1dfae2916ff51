"""Walking lists page by page: where the cursors of Velt's API stand. The rules are pure, the walk is not."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, AsyncIterator, Dict, Iterator, List, NamedTuple, Optional, Tuple, cast

from velt_py.exceptions import VeltApiError

if TYPE_CHECKING:
    from velt_py.api.messages import Prepared
    from velt_py.api.operation import AsyncCall, Operation, SyncCall
    from velt_py.api.options import Options

__all__ = ["Cursor", "entries", "next_token", "walk", "walk_async"]

Path = Tuple[str, ...]


@dataclass(frozen=True)
class Cursor:
    """How an operation is paged.

    Args:
        token: the request's field for the cursor.
        at: where the next cursor stands in the answer; the first that is there counts.
        entries: where the page's entries stand.
        more: a flag in the answer; False means that this was the last page.
        done: a flag in the answer; True means that this was the last page.
    """

    token: str = "pageToken"
    at: Tuple[Path, ...] = (("result", "nextPageToken"),)
    entries: Path = ("result", "data")
    more: Optional[Path] = None
    done: Optional[Path] = None


NEXT_PAGE_TOKEN = Cursor()
PAGE_TOKEN = Cursor(at=(("result", "pageToken"),))
SOMEWHERE = Cursor(
    at=(("result", "nextPageToken"), ("result", "pageToken"), ("result", "data", "nextPageToken"))
)
"""For the lists whose documentation does not say where the token stands."""
ITERATOR = Cursor(
    "iterator",
    (("result", "data", "iterator"),),
    ("result", "data", "endpoints"),
    done=("result", "data", "done"),
)
EXECUTIONS = Cursor(at=(("result", "data", "nextPageToken"),), entries=("result", "data", "executions"))
CURSOR = Cursor("cursor", (("result", "nextCursor"),), ("result", "items"))
SINCE_SEQ = Cursor("sinceSeq", (("result", "nextCursor"),), ("result", "events"), more=("result", "hasMore"))


def next_token(cursor: Cursor, answer: Any) -> Any:
    """The cursor of the next page, None after the last one."""
    if cursor.more is not None and _at(answer, cursor.more) is False:
        return None
    if cursor.done is not None and _at(answer, cursor.done) is True:
        return None
    for path in cursor.at:
        token = _at(answer, path)
        if token is not None and token != "":
            return token
    return None


def entries(operation: Operation[Any, Any, Any], answer: Any) -> List[Any]:
    """The entries of a page; of a map, pairs of key and entry, for lists in it one pair an entry."""
    assert operation.paged is not None
    found = _at(answer, operation.paged.entries)
    if isinstance(found, list):
        return cast(List[Any], found)
    if not isinstance(found, dict):
        return []
    pairs: List[Any] = []
    for key, value in cast(Dict[str, Any], found).items():
        listed = cast(List[Any], value) if isinstance(value, list) else [value]
        pairs.extend((key, entry) for entry in listed)
    return pairs


def _at(answer: Any, path: Path) -> Any:
    for name in path:
        if not isinstance(answer, dict):
            return None
        answer = cast(Dict[str, Any], answer).get(name)
    return answer


class _Walk:
    """One walk: which page comes next, with the filters of the first."""

    class Page(NamedTuple):
        prepared: Prepared
        options: Options

    def __init__(self, call: Any, args: Tuple[Any, ...], kwargs: Dict[str, Any]) -> None:
        from velt_py.api.options import Options, read_options

        operation: Operation[Any, Any, Any] = call.operation
        if operation.paged is None:
            raise TypeError(f"{operation.name} has no pages")
        self._call = call
        self._cursor = operation.paged
        kwargs = dict(kwargs)
        given = kwargs.pop("options", None)
        options: Options = call._client.options.over(call._options)
        options = options.over(None if given is None else read_options(given))
        # Half a list that looks whole is worse than an error.
        self._options = options.over(Options(raise_on_error=True))
        self._request = operation.request_of(args, kwargs)
        self._seen = {getattr(self._request, self._cursor.token)}

    def page(self) -> Page:
        return self.Page(self._call.prepared_of(self._request, self._options), self._options)

    def turn(self, answer: Any) -> bool:
        """Go on to the next page; False when there is none."""
        token = next_token(self._cursor, answer)
        if token is None:
            return False
        if token in self._seen:
            raise VeltApiError(
                f"{self._call.operation.name}: the cursor of the next page was there before, so the pages would "
                "never end; the pages up to here are right"
            )
        self._seen.add(token)
        self._request = dataclasses.replace(self._request, **{self._cursor.token: token})
        return True


def walk(call: SyncCall[Any, Any, Any], args: Tuple[Any, ...], kwargs: Dict[str, Any]) -> Iterator[Any]:
    """The pages of a list.

    Raises:
        VeltApiError: a page failed (as with `raise_on_error`), or a cursor came twice.
    """
    return _pages(call, _Walk(call, args, kwargs))


def _pages(call: SyncCall[Any, Any, Any], steps: _Walk) -> Iterator[Any]:
    while True:
        prepared, options = steps.page()
        answer = call.answer_of(prepared, call._client.send(prepared, options).reply, options)
        yield answer
        if not steps.turn(answer):
            return


def walk_async(
    call: AsyncCall[Any, Any, Any], args: Tuple[Any, ...], kwargs: Dict[str, Any]
) -> AsyncIterator[Any]:
    """As `walk`, awaited."""
    return _pages_async(call, _Walk(call, args, kwargs))


async def _pages_async(call: AsyncCall[Any, Any, Any], steps: _Walk) -> AsyncIterator[Any]:
    while True:
        prepared, options = steps.page()
        answer = call.answer_of(prepared, (await call._client.send(prepared, options)).reply, options)
        yield answer
        if not steps.turn(answer):
            return
