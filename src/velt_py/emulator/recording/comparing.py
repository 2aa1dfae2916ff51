"""What differs between two answers: their fields and types, not what stands in them. Pure.

Ids differ by nature. Where both answers have one at the same place, it is learned which stands for which.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, Dict, Iterator, List, NamedTuple, Tuple, Union, cast

from velt_py.emulator.recorded import HIDDEN
from velt_py.emulator.recording.names import is_id

__all__ = ["Difference", "Ids", "differences"]

Id = Union[str, int]
SECRET = "redacted-in-the-recording-of-it"
"""Stands for secrets that a recording does not have; long enough for one."""
FIELD = re.compile(r"[A-Za-z_][A-Za-z_]*\Z")
"""How the names of fields look; those of an object that is kept by ids look otherwise."""
WORDS = frozenset(["error.status", "error.code", "result.status", "result.data.errorCode"])
"""Where Velt's words stand, which have to be the same."""


class Difference(NamedTuple):
    """One difference.

    Args:
        path: where it is, for example `result.data[].folderId`.
        kind: missing, extra, type, length or word; or status, of the answer as a whole.
        recorded, emulated: what there is on the two sides: a type, a number or a word, never a text of people.
    """

    path: str
    kind: str
    recorded: Any
    emulated: Any


@dataclass
class Ids:
    """Which id of the emulator stands for which of the recording."""

    known: Dict[Id, Id] = field(default_factory=lambda: cast(Dict[Id, Id], {}))

    def learn(self, recorded: Id, emulated: Id) -> None:
        if recorded != emulated:
            self.known[recorded] = emulated

    def text(self, recorded: str) -> str:
        """What the emulator calls what a recording calls so."""
        return str(self.known.get(recorded, recorded))

    def request(self, value: Any, name: str = "") -> Any:
        """A recorded request in the emulator's ids."""
        if isinstance(value, dict):
            entries = cast(Dict[str, Any], value)
            return {self.text(key): self.request(each, key) for key, each in entries.items()}
        if isinstance(value, list):
            return [self.request(each, name) for each in cast(List[Any], value)]
        if isinstance(value, str):
            return SECRET if value == HIDDEN else self.text(value)
        if isinstance(value, int) and not isinstance(value, bool) and is_id(name):
            return self.known.get(value, value)
        return value


def differences(
    recorded: Any, emulated: Any, ids: Ids, path: str = "", name: str = ""
) -> Iterator[Difference]:
    """Where two answers differ.

    Args:
        ids: what is known of ids; what these answers say of them is added.
    """
    one, other = _type(recorded), _type(emulated)
    if one != other:
        yield Difference(path, "type", one, other)
    elif one == "object":
        yield from _objects(recorded, emulated, ids, path)
    elif one == "list":
        yield from _lists(recorded, emulated, ids, path, name)
    elif path in WORDS:
        if recorded != emulated:
            yield Difference(path, "word", recorded, emulated)
    elif one in ("text", "number") and is_id(name):
        ids.learn(recorded, emulated)


def _objects(one: Dict[str, Any], other: Dict[str, Any], ids: Ids, path: str) -> Iterator[Difference]:
    pairs, only_recorded, only_emulated = _paired(one, other, ids)
    for key, same in pairs:
        ids.learn(key, same)
        yield from differences(one[key], other[same], ids, _below(path, key), key)
    for key in only_recorded:
        yield Difference(_below(path, key), "missing", _type(one[key]), None)
    for key in only_emulated:
        yield Difference(_below(path, key), "extra", None, _type(other[key]))


def _paired(
    one: Dict[str, Any], other: Dict[str, Any], ids: Ids
) -> Tuple[List[Tuple[str, str]], List[str], List[str]]:
    """Which names of two objects belong together. Those that are ids may differ; they do in the same order."""
    pairs = [(key, ids.text(key)) for key in one if ids.text(key) in other]
    left, taken = {key for key, _ in pairs}, {same for _, same in pairs}
    recorded = [key for key in one if key not in left]
    emulated = [key for key in other if key not in taken]
    if len(recorded) == len(emulated) and not any(FIELD.match(key) for key in (*recorded, *emulated)):
        return [*pairs, *zip(recorded, emulated)], [], []
    return pairs, recorded, emulated


def _lists(one: List[Any], other: List[Any], ids: Ids, path: str, name: str) -> Iterator[Difference]:
    if len(one) != len(other):
        yield Difference(path, "length", len(one), len(other))
    for entry, same in zip(one, other):
        yield from differences(entry, same, ids, f"{path}[]", name)


def _below(path: str, key: str) -> str:
    key = key if FIELD.match(key) else "{}"
    return f"{path}.{key}" if path else key


def _type(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, (int, float)):
        return "number"
    if isinstance(value, str):
        return "text"
    return "list" if isinstance(value, list) else "object"
