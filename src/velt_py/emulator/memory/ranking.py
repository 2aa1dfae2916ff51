"""How near texts are to a question: by the words that they share. Velt compares meanings instead. Pure."""

from __future__ import annotations

import math
import re
from typing import FrozenSet

__all__ = ["Words", "likeness", "words_of"]

Words = FrozenSet[str]
WORD = re.compile(r"\w+")
SILENT = """
a an and are as at be by can do does for from has have how i in is it its of on or our so that the their they
this to was we were what when where which who why will with you your
"""
EMPTY = frozenset(SILENT.split())
"""Words that say nothing about what a text is about."""


def words_of(text: str) -> Words:
    """The words that count."""
    return frozenset(_stem(word) for word in WORD.findall(text.casefold()) if word not in EMPTY)


def likeness(one: Words, other: Words) -> float:
    """The cosine between two texts as sets of words: 0 without a common one, 1 for the same ones."""
    common = len(one & other)
    return round(common / math.sqrt(len(one) * len(other)), 4) if common else 0.0


def _stem(word: str) -> str:
    """A word without the s of its plural, so that claims are found by claim."""
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word
