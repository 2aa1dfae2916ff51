"""Checks of what callers send. Pure: everything here returns the checked value or raises `VeltValidationError`
that names the field, what was found and what is expected, never the value itself.
"""

from __future__ import annotations

import math
from collections.abc import Mapping as AnyMapping
from typing import Any, Dict, List, Mapping, NoReturn, Optional, Tuple, cast

from velt_py.config import Limits
from velt_py.exceptions import VeltValidationError
from velt_py.selfhosting.answers import dumps, dumps_checked

__all__ = ["boolean", "identifier", "identifiers", "mapping", "organization", "storable", "text"]

INTEGER_LIMIT = 2**63
"""Larger integers cannot be stored in MongoDB, and a record must fit every store."""

INFINITY = float("inf")


def refuse(field: str, problem: str, code: str = "INVALID_INPUT") -> NoReturn:
    # A field's name may hold keys that were sent, and an answer has to be writable in any case.
    field = field.encode("utf-8", "backslashreplace").decode()
    if len(field) > 200:
        field = field[:200] + "..."
    raise VeltValidationError(f"{field}: {problem}", code=code, field=field)


def spelled(value: Any) -> str:
    """What was found, without its content."""
    if value is None:
        return "null"
    if value == "":
        return "an empty text"
    names: Dict[Any, str] = {
        str: "a text",
        bool: "a boolean",
        int: "a number",
        float: "a number",
        list: "a list",
        dict: "an object",
    }
    kind: Any = type(value)  # pyright: ignore[reportUnknownVariableType]
    return names.get(kind, f"a {kind.__name__}")


def mapping(value: Any, field: str) -> Dict[str, Any]:
    """`value` as an object with text keys."""
    if not isinstance(value, (dict, AnyMapping)):
        refuse(field, f"an object is needed, {spelled(value)} was sent")
    return dict(cast("Mapping[str, Any]", value))


def identifier(value: Any, field: str, limits: Limits) -> str:
    """An id as text. Integers are accepted and spelled; objects, lists, booleans and fractions never are."""
    if isinstance(value, str):
        result = value
    elif isinstance(value, int) and not isinstance(value, bool):
        if not -INTEGER_LIMIT <= value < INTEGER_LIMIT:
            refuse(field, "this number is too large for an id; 64 bits are the limit")
        result = str(value)
    else:
        refuse(field, f"an id is a text or an integer, {spelled(value)} was sent")
    if not result:
        refuse(field, "an id is needed, an empty text was sent")
    check_text(result, field)
    if len(result) * 4 > limits.max_id_bytes and len(result.encode()) > limits.max_id_bytes:
        refuse(field, f"an id has at most {limits.max_id_bytes} bytes in UTF-8")
    return result


def organization(value: Any, field: str, limits: Limits) -> str:
    """The id of the organization, which every operation needs."""
    if value is None:
        refuse(field, "the id of the organization is needed; without it nothing is read or written")
    if isinstance(value, bool) or not isinstance(value, (str, int)) or value == "":
        refuse(field, f"the id of an organization is a text, {spelled(value)} was sent", "VALIDATION_ERROR")
    return identifier(value, field, limits)


def identifiers(value: Any, field: str, limits: Limits) -> Optional[Tuple[str, ...]]:
    """A list of ids without repetitions. None stays None (no restriction); an empty list selects nothing."""
    if value is None:
        return None
    if not isinstance(value, (list, tuple)):
        refuse(field, f"a list of ids is needed, {spelled(value)} was sent")
    ids = cast("List[Any]", value)
    if len(ids) > limits.max_ids:
        refuse(field, f"at most {limits.max_ids} ids per request are accepted, {len(ids)} were sent")
    return tuple(dict.fromkeys([identifier(entry, f"{field}[{at}]", limits) for at, entry in enumerate(ids)]))


def text(value: Any, field: str) -> Optional[str]:
    """A text or None."""
    if value is None or isinstance(value, str):
        if value:
            check_text(value, field)
        return value
    refuse(field, f"a text is needed, {spelled(value)} was sent")


def boolean(value: Any, field: str) -> Optional[bool]:
    """True, False or None."""
    if value is None or isinstance(value, bool):
        return value
    refuse(field, f"true or false is needed, {spelled(value)} was sent")


def check_text(value: str, field: str) -> None:
    """Refuse what not every store can keep: the character NUL and halves of surrogate pairs."""
    if "\0" in value:
        refuse(field, "the character NUL (U+0000) cannot be stored; remove it")
    if not value.isascii():
        try:
            value.encode()
        except UnicodeEncodeError:
            refuse(field, "half of a surrogate pair cannot be stored; send whole characters")


def storable(document: Mapping[str, Any], field: str, limits: Limits) -> str:
    """The document as JSON text, after a check that every store can keep and return it unchanged.

    Args:
        document: what is to be stored.
        field: where it came from, for messages.
        limits: `max_depth` levels and `max_record_bytes` bytes.

    Raises:
        VeltValidationError: for NUL, halves of surrogate pairs, integers beyond 64 bits, NaN and infinity, keys
            that are no text, values that are no JSON, `_id` at the top, a document too deep or too large.
    """
    if "_id" in document:
        refuse(
            f"{field}._id", "a record cannot have a field with this name at its top: it is MongoDB's own key"
        )
    if not _plain(document, limits.max_depth):
        # Walk again, slowly, to say where it is.
        _check(document, field, limits.max_depth)
        encode = dumps
    else:
        encode = dumps_checked
    try:
        encoded = encode(document)
        size = len(encoded) if encoded.isascii() else len(encoded.encode())
    except (TypeError, ValueError, RecursionError):
        _check(document, field, limits.max_depth)
        refuse(field, "this cannot be written as JSON")
    if "\\u0000" in encoded:
        _check(document, field, limits.max_depth)
    if size > limits.max_record_bytes:
        refuse(field, f"one record has at most {limits.max_record_bytes} bytes as JSON, this one has {size}")
    return encoded


def _plain(document: Mapping[str, Any], levels: int) -> bool:
    """Whether depth, keys and numbers are fine, looked at level by level: what most documents need, and quick. The
    kinds are compared themselves; subclasses are left to the slow walk."""
    level: List[Any] = [document]
    for _ in range(levels):
        below: List[Any] = []
        for values in level:
            kind: Any = type(values)  # pyright: ignore[reportUnknownVariableType]
            if kind is dict:
                for key in values:
                    if type(key) is not str:
                        return False
                values = values.values()
            for value in values:
                kind = type(value)  # pyright: ignore[reportUnknownVariableType]
                if kind is str:
                    continue
                if kind is dict or kind is list:
                    below.append(value)
                elif kind is int:
                    if not -INTEGER_LIMIT <= value < INTEGER_LIMIT:
                        return False
                elif kind is float:
                    if not -INFINITY < value < INFINITY:
                        return False
                elif value is not None and kind is not bool:
                    return False
        if not below:
            return True
        level = below
    return False


def _check(value: Any, field: str, levels: int) -> None:
    if isinstance(value, str):
        check_text(value, field)
    elif isinstance(value, bool) or value is None:
        return
    elif isinstance(value, int):
        if not -INTEGER_LIMIT <= value < INTEGER_LIMIT:
            refuse(field, "this number is beyond 64 bits and cannot be stored; send it as text")
    elif isinstance(value, float):
        if not math.isfinite(value):
            refuse(field, "NaN and infinity are no JSON")
    elif levels == 0:
        refuse(field, "this is nested too deeply")
    elif isinstance(value, dict):
        for key, entry in cast("Dict[Any, Any]", value).items():
            if not isinstance(key, str):
                refuse(field, f"the keys of an object are texts, {spelled(key)} was found")
            check_text(key, f"{field}: a key")
            _check(entry, f"{field}.{key}", levels - 1)
    elif isinstance(value, (list, tuple)):
        for at, entry in enumerate(cast("List[Any]", value)):
            _check(entry, f"{field}[{at}]", levels - 1)
    else:
        refuse(field, f"only JSON can be stored, {spelled(value)} was found")
