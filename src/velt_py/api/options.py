"""Options of single calls. Pure."""

from __future__ import annotations

import difflib
from dataclasses import dataclass, field, fields, replace
from typing import Any, Dict, List, Mapping, Optional, Sequence, TypedDict, cast

from velt_py.exceptions import VeltValidationError

__all__ = ["CallOptions", "Options", "known_only", "read_options"]


class CallOptions(TypedDict, total=False):
    """What `options={...}` takes.

    timeout: seconds that one attempt may take in all.
    retries: attempts after the first one; 0 for none.
    headers: further headers of the request; they go before ours.
    raise_on_error: raise when Velt answers with an error, instead of returning it.
    idempotency_key: makes a call repeatable where Velt knows such keys (`workflow.dispatchExecution`).
    """

    timeout: float
    retries: int
    headers: Mapping[str, str]
    raise_on_error: bool
    idempotency_key: str


@dataclass(frozen=True)
class Options:
    """Checked options; None is "as configured". Headers stay out of `repr`: they may hold credentials."""

    timeout: Optional[float] = None
    retries: Optional[int] = None
    headers: Optional[Mapping[str, str]] = field(default=None, repr=False)
    raise_on_error: Optional[bool] = None
    idempotency_key: Optional[str] = None

    def over(self, others: Optional[Options]) -> Options:
        """These options with the others laid over them."""
        if others is None:
            return self
        given = {each.name: getattr(others, each.name) for each in fields(others)}
        return replace(self, **{name: value for name, value in given.items() if value is not None})


NAMES: List[str] = [each.name for each in fields(Options)]


def read_options(given: Mapping[str, Any]) -> Options:
    """Check options.

    Raises:
        VeltValidationError: names the option at fault, and the nearest right one where a name is unknown.
    """
    known_only(given, NAMES)
    values: Dict[str, Any] = dict(given)
    timeout, retries, headers = values.get("timeout"), values.get("retries"), values.get("headers")
    if timeout is not None and (
        isinstance(timeout, bool) or not isinstance(timeout, (int, float)) or not timeout > 0
    ):
        _refuse("options.timeout", "a number of seconds above 0 is needed")
    if retries is not None and (isinstance(retries, bool) or not isinstance(retries, int) or retries < 0):
        _refuse("options.retries", "a whole number from 0 on is needed")
    if values.get("raise_on_error") is not None and not isinstance(values["raise_on_error"], bool):
        _refuse("options.raise_on_error", "True or False is needed")
    if headers is not None:
        if not isinstance(headers, Mapping):
            _refuse("options.headers", "a dict of texts is needed")
        for name, value in cast(Mapping[Any, Any], headers).items():
            if not _sendable(name) or not _sendable(value) or not name:
                _refuse(
                    "options.headers", "names and values of headers are texts of visible ASCII characters"
                )
    key = values.get("idempotency_key")
    if key is not None and (not isinstance(key, str) or not key):
        _refuse("options.idempotency_key", "a text is needed that is not empty")
    return Options(**values)


def known_only(given: Mapping[str, Any], names: Sequence[str]) -> None:
    """Refuse what is no dict, and options of other names.

    Raises:
        VeltValidationError: names the option, and the nearest right one.
    """
    if not isinstance(cast(object, given), Mapping):
        _refuse("options", "a dict is needed")
    for name in given:
        if name not in names:
            near = difflib.get_close_matches(str(name), names, 1, 0.5)
            hint = f"did you mean {near[0]!r}?" if near else "known are " + ", ".join(names)
            _refuse(f"options.{name}", f"there is no such option; {hint}")


def _sendable(text: Any) -> bool:
    return isinstance(text, str) and text.isascii() and (text == "" or text.isprintable())


def _refuse(field: str, problem: str) -> Any:
    raise VeltValidationError(f"{field}: {problem}", field=field)
