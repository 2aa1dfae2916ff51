"""What a key of the configuration takes: every value is checked here, and every message about one written."""

from __future__ import annotations

import difflib
import os
from dataclasses import fields
from typing import Any, Callable, Dict, List, Mapping, NoReturn, Optional, Sequence, Tuple, Union, cast

from velt_py.exceptions import VeltConfigurationError

__all__ = ["block_of", "fail", "filled", "flag_of", "kind_of", "known_only", "text_of", "texts_of"]


def fail(key: str, problem: str) -> NoReturn:
    raise VeltConfigurationError(f"configuration key {key!r}: {problem}", field=key)


def kind_of(value: Any) -> str:
    names = {"NoneType": "None", "str": "a text", "bool": "a boolean"}
    name = str(type(value).__name__)
    return names.get(name, f"a {name}")


def text_of(key: str, value: Any) -> Optional[str]:
    if value is not None and not isinstance(value, str):
        fail(key, f"a text is needed, {kind_of(value)} was given")
    return value or None


def path_of(key: str, value: Any) -> str:
    if not isinstance(value, (str, os.PathLike)):
        fail(key, f"a path is needed, {kind_of(value)} was given")
    return os.fspath(cast("Union[str, os.PathLike[str]]", value))


def flag_of(key: str, value: Any) -> bool:
    if not isinstance(value, bool):
        fail(key, f"True or False is needed, {kind_of(value)} was given")
    return value


def count_of(key: str, value: Any) -> int:
    if isinstance(value, str) and value.isdigit():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        fail(key, f"a whole number from 0 on is needed, {kind_of(value)} was given")
    return value


def seconds_of(key: str, value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 < value < float("inf"):
        fail(key, f"a number of seconds above 0 is needed, {kind_of(value)} was given")
    return float(value)


def texts_of(key: str, value: Any) -> Tuple[str, ...]:
    if not isinstance(value, (list, tuple)):
        fail(key, f"a list of texts is needed, {kind_of(value)} was given")
    entries = cast(List[Any], value)
    if any(not isinstance(entry, str) or not entry for entry in entries):
        fail(key, "every entry of the list has to be a text that is not empty")
    return tuple(entries)


def block_of(key: str, value: Any) -> Dict[str, Any]:
    if not isinstance(value, Mapping):
        fail(key, f"a dict is needed, {kind_of(value)} was given")
    return dict(cast(Mapping[str, Any], value))


Take = Callable[[str, Any], Any]

BY_TYPE: Mapping[str, Take] = {
    "str": text_of,
    "Optional[str]": text_of,
    "bool": flag_of,
    "int": count_of,
    "Optional[int]": count_of,
    "float": seconds_of,
    "Optional[Tuple[str, ...]]": texts_of,
    "Mapping[str, Any]": block_of,
}


def known_only(block: str, given: Mapping[str, Any], names: Sequence[str]) -> None:
    for key in given:
        if key in names:
            continue
        full = f"{block}.{key}" if block else str(key)
        near = difflib.get_close_matches(str(key).lower(), [name.lower() for name in names], 1, 0.5)
        right = next((name for name in names if near and name.lower() == near[0]), None)
        hint = f"did you mean {right!r}?" if right else "known are " + ", ".join(names)
        fail(full, f"there is no such key; {hint}")


def filled(
    cls: Any, block: str, given: Mapping[str, Any], only: Optional[Sequence[str]] = None
) -> Dict[str, Any]:
    """The checked values of a block's keys; None counts as not given."""
    kinds = {entry.name: str(entry.type) for entry in fields(cls)}
    known_only(block, given, only if only is not None else list(kinds))
    values: Dict[str, Any] = {}
    for key, value in given.items():
        if value is not None and value != "":
            take = path_of if key == "path" else BY_TYPE[kinds[key]]
            values[key] = take(f"{block}.{key}", value)
    return values
