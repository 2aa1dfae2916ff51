"""Numbers in JSON text for engines that keep them as decimals. Pure."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Match

__all__ = ["fractions_kept"]

TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|-?[0-9]+(?:\.[0-9]+)?[eE]\+?[0-9]+')


def fractions_kept(text: str) -> str:
    """The same JSON, such that fractions come back as fractions.

    As a decimal 1e+22 would come back as a whole number of 23 digits, which is another one for Python. With a `.0` it
    stays what it was.
    """
    return TOKEN.sub(_written_out, text) if "e+" in text else text


def _written_out(found: Match[str]) -> str:
    token = found.group()
    return token if token.startswith('"') else f"{Decimal(token):f}.0"
