"""The filters of document lists. Pure."""

from __future__ import annotations

from typing import Any, Callable, Dict, List, Mapping, cast

from velt_py.emulator.refusals import invalid

__all__ = ["matches"]

PREFIX = "metadata."


def matches(doc: Mapping[str, Any], filters: List[Dict[str, Any]]) -> bool:
    """Whether a document passes all filters. Their keys name metadata, with or without the prefix.

    Raises:
        Refused: a filter lacks its key or has an operator that there is none of.
    """
    for each in filters:
        key, operator = each.get("key"), each.get("operator")
        if not isinstance(key, str) or not key:
            raise invalid("filters[].key is required.")
        test = OPERATORS.get(operator) if isinstance(operator, str) else None
        if test is None:
            raise invalid(f"filters[].operator must be one of: {', '.join(OPERATORS)}.")
        if not test(
            _at(doc.get("metadata"), key[len(PREFIX) :] if key.startswith(PREFIX) else key), each.get("value")
        ):
            return False
    return True


def _at(found: Any, key: str) -> Any:
    for name in key.split("."):
        if not isinstance(found, dict):
            return None
        found = cast(Dict[str, Any], found).get(name)
    return found


def _ordered(test: Callable[[Any, Any], bool]) -> Callable[[Any, Any], bool]:
    def compare(found: Any, value: Any) -> bool:
        try:
            return found is not None and test(found, value)
        except TypeError:  # a text beside a number: neither is before the other
            return False

    return compare


def _in(found: Any, value: Any) -> bool:
    return isinstance(value, list) and found in cast(List[Any], value)


def _contains_any(found: Any, value: Any) -> bool:
    return (
        isinstance(found, list)
        and isinstance(value, list)
        and any(each in found for each in cast(List[Any], value))
    )


OPERATORS: Dict[str, Callable[[Any, Any], bool]] = {
    "==": lambda found, value: found == value,
    "!=": lambda found, value: found is not None and found != value,
    "<": _ordered(lambda found, value: found < value),
    "<=": _ordered(lambda found, value: found <= value),
    ">": _ordered(lambda found, value: found > value),
    ">=": _ordered(lambda found, value: found >= value),
    "in": _in,
    "not-in": lambda found, value: found is not None and not _in(found, value),
    "array-contains": lambda found, value: isinstance(found, list) and value in found,
    "array-contains-any": _contains_any,
}
