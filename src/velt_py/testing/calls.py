"""Whether the calls that came in are those that a test expects, and what to read when they are not. Pure."""

from __future__ import annotations

import difflib
import json
from typing import Any, Callable, Dict, List, Mapping, Optional, Sequence, cast

from velt_py.exceptions import VeltValidationError

__all__ = ["Recording", "complaint", "fits", "operation_of", "outline", "unknown"]

Recording = Dict[str, Any]
"""A call as the emulator remembers it: operation, path, data, status, apiKey and more."""

SHOWN = 20
WIDTH = 160


def operation_of(asked: str, names: Mapping[str, str]) -> str:
    """The name of an operation that a test means.

    Args:
        asked: a path below the version, for example `users/add`, a whole path, or a name such as `users.addUsers`.
        names: the names of all operations by their paths.

    Raises:
        VeltValidationError: there is none, which a test that expects no call would never notice.
    """
    path = asked if asked.startswith("/") else f"/{asked}"
    for candidate in (path, f"/v2{path}"):
        if candidate in names:
            return names[candidate]
    if asked in names.values():
        return asked
    raise VeltValidationError(unknown(asked, names), field="operation")


def unknown(asked: str, names: Mapping[str, str]) -> str:
    """That there is no such operation, and which one is near; as for `operation_of`."""
    known = [*names.values(), *(each.split("/", 2)[2] for each in names)]
    near = difflib.get_close_matches(asked, known, n=1, cutoff=0.4)
    return f"{asked} is no operation" + (f"; the nearest is {near[0]}" if near else "")


def fits(found: Any, wanted: Any) -> bool:
    """Whether a value holds what is wanted. Objects may hold more; lists have the same length, entry by entry."""
    if isinstance(wanted, Mapping):
        entries = cast(Mapping[str, Any], wanted)
        return isinstance(found, dict) and all(
            name in found and fits(found[name], value) for name, value in entries.items()
        )
    if isinstance(wanted, (list, tuple)):
        values = cast(Sequence[Any], wanted)
        return (
            isinstance(found, list)
            and len(cast(List[Any], found)) == len(values)
            and all(map(fits, cast(List[Any], found), values))
        )
    return bool(found == wanted)


def complaint(
    asked: str,
    calls: Sequence[Recording],
    operation: str,
    *,
    times: Optional[int],
    data: Optional[Mapping[str, Any]],
    foreign: int = 0,
) -> Optional[str]:
    """Why the calls are not those that were expected; None when they are.

    Args:
        asked: the operation as the test wrote it.
        calls: of the test, the oldest first.
        operation: its name.
        times: how often; None for at least once.
        data: what the fields of a call that counts hold.
        foreign: how many calls came with other api keys meanwhile.
    """
    named = [call for call in calls if call["operation"] == operation]
    counted = [call for call in named if data is None or fits(call["data"], data)]
    if len(counted) == times or (times is None and counted):
        return None
    lines = [f"{asked} was called {_times(len(counted))}, expected {_expected(times)}"]
    if data is not None:
        lines[0] += " with these fields:"
        lines += [f"    {line}" for line in _json(data)]
        if not counted and named:
            lines.append(f"The nearest of {len(named)} (- expected, + found):")
            lines += [f"    {line}" for line in _nearest(named, data)]
    lines += _listing(calls, _short)
    if foreign:
        lines.append(
            f"{_counted(foreign)} came with other api keys; "
            '@pytest.mark.velt(api_key="...") says which one the application has.'
        )
    return "\n".join(lines)


def outline(calls: Sequence[Recording]) -> str:
    """The calls in lines of text, without what people wrote: with the names of their fields, and Velt's word where one
    was refused."""
    return "\n".join(_listing(calls, _names))


def _listing(calls: Sequence[Recording], told: Callable[[Any], str]) -> List[str]:
    if not calls:
        return ["No call came in."]
    lines = [f"{_counted(len(calls))} came in, the oldest first:"]
    lines += [
        f"  {number}. {_answered(call)}  {told(call['data'])}".rstrip()
        for number, call in enumerate(calls[:SHOWN], 1)
    ]
    if len(calls) > SHOWN:
        lines.append(f"  and {len(calls) - SHOWN} more")
    return lines


def _answered(call: Recording) -> str:
    refused = f" {call['refused']}" if call["refused"] else ""
    return f"{call['operation'] or call['path']} -> {call['status']}{refused}"


def _names(data: Any) -> str:
    return ", ".join(cast(Dict[str, Any], data)) if isinstance(data, dict) else ""


def _nearest(calls: Sequence[Recording], data: Mapping[str, Any]) -> List[str]:
    wanted = _json(data)
    found = [_json(_alike(call["data"], data)) for call in calls]
    best = max(found, key=lambda lines: difflib.SequenceMatcher(None, wanted, lines).ratio())
    return [line for line in difflib.ndiff(wanted, best) if not line.startswith("?")]


def _alike(found: Any, wanted: Any) -> Any:
    """Of what was found, the fields that are asked about."""
    if isinstance(found, dict) and isinstance(wanted, Mapping):
        fields = cast(Dict[str, Any], found)
        return {
            name: _alike(fields[name], value)
            for name, value in cast(Mapping[str, Any], wanted).items()
            if name in fields
        }
    if isinstance(found, list) and isinstance(wanted, (list, tuple)):
        values, asked = cast(List[Any], found), cast(Sequence[Any], wanted)
        return [*map(_alike, values, asked), *values[len(asked) :]]
    return cast(object, found)


def _json(value: Any) -> List[str]:
    return json.dumps(value, indent=2, sort_keys=True, ensure_ascii=False, default=repr).splitlines()


def _short(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, default=repr)
    return text if len(text) <= WIDTH else text[: WIDTH - 1] + "…"


def _times(number: int) -> str:
    return "never" if number == 0 else "once" if number == 1 else f"{number} times"


def _expected(times: Optional[int]) -> str:
    return "at least once" if times is None else _times(times)


def _counted(number: int) -> str:
    return "1 call" if number == 1 else f"{number} calls"
