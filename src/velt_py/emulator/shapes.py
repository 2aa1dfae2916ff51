"""What a value must look like, and the issues that are found in it, in the words of Velt's schema library. Pure."""

from __future__ import annotations

import re
from typing import Any, Callable, Dict, List, Mapping, Optional, Sequence, Tuple, Union, cast

from velt_py.emulator.refusals import Refused

__all__ = [
    "ANYTHING",
    "FLAG",
    "MISSING",
    "Check",
    "Issues",
    "Path",
    "Rule",
    "Shape",
    "checked",
    "choice",
    "integer",
    "list_of",
    "objects",
    "optional",
    "record",
    "refusal_of",
    "text",
]

Path = Tuple[Union[str, int], ...]
Check = Callable[[Any, Path, "Issues"], None]
Rule = Callable[[Dict[str, Any], Path, "Issues"], None]
MISSING: Any = object()


class Issues:
    """The issues of a request, in the order in which they were found."""

    def __init__(self) -> None:
        self.found: List[Dict[str, Any]] = []

    def add(self, code: str, path: Path, message: str) -> None:
        """Add an issue."""
        self.found.append({"code": code, "path": list(path), "message": message})

    def rule(self, path: Path, message: str) -> None:
        """Add a breach of a rule over several fields."""
        self.add("custom", path, message)


def checked(shape: Shape, data: Mapping[str, Any]) -> None:
    """Check a request.

    Raises:
        Refused: with the first issue as the message and all of them in the details.
    """
    issues = Issues()
    shape(dict(data), (), issues)
    if issues.found:
        raise refusal_of(issues)


def refusal_of(issues: Issues) -> Refused:
    """The refusal of a request with these issues: the first is the message, all of them are the details."""
    return Refused("INVALID_ARGUMENT", issues.found[0]["message"], details={"issues": issues.found})


def _kind(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, (int, float)):
        return "number"
    if isinstance(value, str):
        return "string"
    return "array" if isinstance(value, list) else "object"


def _typed(value: Any, wanted: str, path: Path, issues: Issues) -> bool:
    if value is MISSING:
        issues.add("invalid_type", path, "Required")
    elif _kind(value) != wanted:
        issues.add("invalid_type", path, f"Expected {wanted}, received {_kind(value)}")
    else:
        return True
    return False


def text(
    least: int = 0, most: Optional[int] = None, pattern: Optional[str] = None, url: bool = False
) -> Check:
    """A text of so many signs."""
    known = re.compile(pattern) if pattern else None

    def check(value: Any, path: Path, issues: Issues) -> None:
        if not _typed(value, "string", path, issues):
            return
        if len(value) < least:
            issues.add("too_small", path, f"String must contain at least {least} character(s)")
        elif most is not None and len(value) > most:
            issues.add("too_big", path, f"String must contain at most {most} character(s)")
        elif known is not None and not known.fullmatch(value):
            issues.add("invalid_string", path, "Invalid")
        elif url and not re.match(r"https?://[^/?#\s]+", value):
            issues.add("invalid_string", path, "Invalid url")

    return check


def integer(least: Optional[int] = None, most: Optional[int] = None) -> Check:
    """A whole number in a range."""

    def check(value: Any, path: Path, issues: Issues) -> None:
        if not _typed(value, "number", path, issues):
            return
        if not isinstance(value, int):
            issues.add("invalid_type", path, "Expected integer, received float")
        elif least is not None and value < least:
            issues.add("too_small", path, f"Number must be greater than or equal to {least}")
        elif most is not None and value > most:
            issues.add("too_big", path, f"Number must be less than or equal to {most}")

    return check


def _flag(value: Any, path: Path, issues: Issues) -> None:
    _typed(value, "boolean", path, issues)


def _anything(value: Any, path: Path, issues: Issues) -> None:
    if value is MISSING:
        issues.add("invalid_type", path, "Required")


FLAG: Check = _flag
ANYTHING: Check = _anything


def _choices(names: Sequence[str]) -> str:
    """Names as the messages list them."""
    return " | ".join(f"'{name}'" for name in names)


def choice(*names: str) -> Check:
    """One of these names."""

    def check(value: Any, path: Path, issues: Issues) -> None:
        if value is MISSING:
            issues.add("invalid_type", path, "Required")
        elif not isinstance(value, str):
            issues.add("invalid_type", path, f"Expected {_choices(names)}, received {_kind(value)}")
        elif value not in names:
            issues.add(
                "invalid_enum_value",
                path,
                f"Invalid enum value. Expected {_choices(names)}, received '{value}'",
            )

    return check


def list_of(each: Check, least: int = 0, most: Optional[int] = None) -> Check:
    """A list of so many entries."""

    def check(value: Any, path: Path, issues: Issues) -> None:
        if not _typed(value, "array", path, issues):
            return
        if len(value) < least:
            issues.add("too_small", path, f"Array must contain at least {least} element(s)")
        elif most is not None and len(value) > most:
            issues.add("too_big", path, f"Array must contain at most {most} element(s)")
        else:
            for place, entry in enumerate(cast(List[Any], value)):
                each(entry, (*path, place), issues)

    return check


def record(each: Check = ANYTHING) -> Check:
    """An object with any keys."""

    def check(value: Any, path: Path, issues: Issues) -> None:
        if _typed(value, "object", path, issues):
            for name, entry in cast(Dict[str, Any], value).items():
                each(entry, (*path, name), issues)

    return check


class optional:
    """A field that may be absent; null is not absent."""

    def __init__(self, check: Check) -> None:
        self.check = check

    def __call__(self, value: Any, path: Path, issues: Issues) -> None:
        """Check a value that is there."""
        if value is not MISSING:
            self.check(value, path, issues)


class Shape:
    """An object with these fields.

    Args:
        fields: what each must look like.
        strict: whether other fields are refused.
        rules: what is checked over several fields, once each of them fits.
    """

    def __init__(self, fields: Mapping[str, Check], *rules: Rule, strict: bool = True) -> None:
        self.fields = fields
        self.strict = strict
        self.rules = rules

    def __call__(self, value: Any, path: Path, issues: Issues) -> None:
        """Check a value."""
        if not _typed(value, "object", path, issues):
            return
        before = len(issues.found)
        for name, check in self.fields.items():
            check(value.get(name, MISSING), (*path, name), issues)
        unknown = [name for name in value if name not in self.fields] if self.strict else []
        if unknown:
            keys = ", ".join(f"'{name}'" for name in unknown)
            issues.add("unrecognized_keys", path, f"Unrecognized key(s) in object: {keys}")
        if len(issues.found) == before:
            for rule in self.rules:
                rule(value, path, issues)


def objects(value: Any) -> List[Dict[str, Any]]:
    """A list that was checked to hold objects; empty when it is absent."""
    return cast(List[Dict[str, Any]], value or [])
