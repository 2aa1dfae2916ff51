"""The ids that Velt makes. They follow from what they name, so a run can be repeated."""

from __future__ import annotations

import hashlib
import string
from typing import Any

__all__ = ["decimal_id", "digest", "hex_id", "job_id", "number_id", "push_id", "short_id"]

LETTERS = string.ascii_letters
SHORT = string.digits + string.ascii_lowercase
PUSH = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


def digest(*parts: Any) -> bytes:
    """32 bytes that follow from the parts."""
    return hashlib.sha256("\x1f".join(str(part) for part in parts).encode("utf-8", "surrogatepass")).digest()


def hex_id(*parts: Any) -> str:
    """Of organizations, users and groups: 32 hexadecimal digits."""
    return digest(*parts).hex()[:32]


def decimal_id(*parts: Any) -> str:
    """Of documents: decimal digits."""
    return str(10**15 + int.from_bytes(digest(*parts)[:8], "big") % (9 * 10**15))


def number_id(*parts: Any) -> int:
    """Of comments: six digits."""
    return 100_000 + int.from_bytes(digest(*parts)[:8], "big") % 900_000


def push_id(*parts: Any) -> str:
    """Of annotations, notifications and activities: 20 signs, the first a minus."""
    return "-" + "".join(PUSH[byte % len(PUSH)] for byte in digest(*parts)[:19])


def job_id(*parts: Any) -> str:
    """Of jobs: 20 letters."""
    return "".join(LETTERS[byte % len(LETTERS)] for byte in digest(*parts)[:20])


def short_id(length: int, *parts: Any) -> str:
    """Of workflows: lower case letters and digits."""
    return "".join(SHORT[byte % len(SHORT)] for byte in digest(*parts)[:length])
