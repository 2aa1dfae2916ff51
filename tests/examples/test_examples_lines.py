"""What a user writes for Velt, counted in the examples: lines marked `# velt`, and those between the two marks."""

from __future__ import annotations

import re
import tokenize
from typing import List

import pytest

from tests.examples.example_server import EXAMPLES

MOST = {"django": 15, "fastapi": 10, "flask": 10}


def lines_for_velt(name: str) -> List[str]:
    found: List[str] = []
    for path in sorted((EXAMPLES / name).rglob("*.py")):
        inside = False
        for line in path.read_text().splitlines():
            if re.fullmatch(r"\s*# velt: (begin|end)", line):
                assert inside == line.endswith("end"), f"{path}: the marks do not alternate"
                inside = not inside
            elif line.endswith("# velt") or (inside and line.strip()):
                found.append(line)
        assert not inside, f"{path}: the last mark is missing"
    return found


SHARED = "people.py"
"""What the examples of FastAPI and Flask have besides their folders; it must know nothing of Velt."""
OURS = re.compile(r"velt", re.I)
"""Our package and our settings."""
NAMES = {"plan", "scope", "access", "ensure_csrf_cookie"}
"""What our hooks are given, and the cookie that only our routes need."""


def unmarked(name: str) -> List[str]:
    """Lines of code, not of comments and documentation, that have to do with Velt, outside of the marks."""
    marked = lines_for_velt(name)
    paths = [*sorted((EXAMPLES / name).rglob("*.py")), EXAMPLES / SHARED]
    found: List[str] = []
    for path in paths:
        # The tokens of a line, so that words of documentation do not count.
        with tokenize.open(str(path)) as source:
            tokens = list(tokenize.generate_tokens(source.readline))
        lines = path.read_text().splitlines()
        for token in tokens:
            line = lines[token.start[0] - 1] if token.start[0] <= len(lines) else ""
            if token.type in (tokenize.COMMENT, tokenize.NL) or token.string.startswith(('"""', 'r"""')):
                continue
            if (OURS.search(token.string) or token.string in NAMES) and line not in marked:
                found.append(f"{path.name}: {line}")
    return found


@pytest.mark.parametrize("name", sorted(MOST))
def test_velt_takes_few_lines_settings_and_hooks_included(name: str) -> None:
    lines = lines_for_velt(name)
    assert 5 <= len(lines) <= MOST[name], "\n".join(lines)
    assert all(len(line) <= 110 for line in lines)
    assert any("authorize" in line.lower() for line in lines)


@pytest.mark.parametrize("name", sorted(MOST))
def test_every_line_that_has_to_do_with_velt_is_counted(name: str) -> None:
    assert unmarked(name) == []
