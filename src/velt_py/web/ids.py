"""Ids that Velt's servers and the application exchange. Pure."""

from __future__ import annotations

from typing import Any

from velt_py.selfhosting.validation import identifier
from velt_py.settings import Limits

__all__ = ["checked_id"]

LONG = Limits(max_id_bytes=16 * 1024)
"""They are no keys of a store; the id of a context is JSON."""


def checked_id(value: Any, field: str) -> str:
    """An id as text.

    Raises:
        VeltValidationError: it is none.
    """
    return identifier(value, field, LONG)
