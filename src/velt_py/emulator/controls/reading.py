"""What the requests of the control API hold. Pure."""

from __future__ import annotations

from typing import Any, Dict, List, Optional, cast

from velt_py.exceptions import VeltValidationError

__all__ = ["api_key", "need_key", "need_text", "objects", "optional_text"]

Given = Dict[str, Any]


def optional_text(given: Given, name: str) -> Optional[str]:
    """A field that may be absent.

    Raises:
        VeltValidationError: it is no text, or empty.
    """
    found = given.get(name)
    if found is not None and (not isinstance(found, str) or not found):
        raise VeltValidationError(f"{name} must be a text that is not empty", field=name)
    return found


def need_text(given: Given, name: str) -> str:
    """A field that is needed.

    Raises:
        VeltValidationError: it is absent, no text, or empty.
    """
    found = optional_text(given, name)
    if found is None:
        raise VeltValidationError(f"{name} is needed", field=name)
    return found


def api_key(given: Given) -> Optional[str]:
    """The api key that a request is about; None for all."""
    return optional_text(given, "apiKey")


def need_key(given: Given) -> str:
    """The api key that a request is about."""
    return need_text(given, "apiKey")


def objects(given: Given, name: str) -> List[Given]:
    """A list of objects that is needed.

    Raises:
        VeltValidationError: it is something else.
    """
    found = given.get(name)
    if not isinstance(found, list) or not all(isinstance(each, dict) for each in cast(List[Any], found)):
        raise VeltValidationError(f"{name} must be a list of objects", field=name)
    return cast(List[Given], found)
