"""What is made of a text: rules when it reads like a list of them, else chunks. Pure."""

from __future__ import annotations

import re
from typing import Iterator, List, NamedTuple, Optional

__all__ = ["Rule", "chunks_of", "is_rule_based", "rules_of"]

CHUNK = 1_000
"""Signs of a chunk at most."""
ENOUGH = 0.5
"""Which part of the lines of a text must be rules."""
HEADING = re.compile(r"\s{0,3}#{1,6}\s+(.*)")
ITEM = re.compile(r"\s*(?:[-*+\u2022]|\d{1,4}[.)])\s+(?:\[[ xX]\]\s*)?(\S.*)")
DIRECTIVE = re.compile(
    r"\b(?:must|never|always|ensure|shall|should|require[ds]?|cannot|avoid|only|do not|don't|mandatory|prohibited|"
    r"forbidden)\b",
    re.IGNORECASE,
)


class Rule(NamedTuple):
    """A rule, and the heading under which it stands; None without one."""

    content: str
    category: Optional[str]


def rules_of(markdown: str) -> List[Rule]:
    """The rules of a text: items of lists that say what must be or must not be."""
    rules: List[Rule] = []
    heading: Optional[str] = None
    for line in markdown.split("\n"):
        title = HEADING.match(line)
        if title:
            # Marks may stand behind it, too. A pattern for both ends would try each gap of a long line against each.
            heading = title.group(1).rstrip().rstrip("#").rstrip() or None
            continue
        item = ITEM.match(line)
        if item and DIRECTIVE.search(item.group(1)):
            rules.append(Rule(item.group(1).strip(), heading))
    return rules


def is_rule_based(markdown: str) -> bool:
    """Whether enough of a text's lines are rules. Headings are no lines."""
    lines = [line for line in markdown.split("\n") if line.strip() and not HEADING.match(line)]
    return bool(lines) and len(rules_of(markdown)) >= ENOUGH * len(lines)


def chunks_of(markdown: str) -> List[str]:
    """A text in pieces that can be searched: paragraphs, put together as far as they fit."""
    chunks: List[str] = []
    for paragraph in re.split(r"\n\s*\n", markdown):
        for piece in _pieces(paragraph.strip()):
            if chunks and len(chunks[-1]) + len(piece) + 2 <= CHUNK:
                chunks[-1] += "\n\n" + piece
            else:
                chunks.append(piece)
    return chunks


def _pieces(text: str) -> Iterator[str]:
    """A text without gaps at its ends in pieces that fit in a chunk, each up to a line's or a word's end."""
    start = 0
    while len(text) - start > CHUNK:
        end = max(text.rfind(gap, start + 1, start + CHUNK) for gap in ("\n", " "))
        end = end if end > 0 else start + CHUNK
        yield text[start:end].rstrip()
        start = end
        while text[start].isspace():
            start += 1
    if text:
        yield text[start:]
