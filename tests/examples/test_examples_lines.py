"""What a user writes for Velt, counted in the examples: lines marked `# velt`, and those between the two marks."""

from __future__ import annotations

import re
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


def unmarked(name: str) -> List[str]:
    """Lines that name our package outside of the marks."""
    marked = lines_for_velt(name)
    every = [line for path in (EXAMPLES / name).rglob("*.py") for line in path.read_text().splitlines()]
    return [line for line in every if "velt_py" in line and line not in marked]


@pytest.mark.parametrize("name", sorted(MOST))
def test_velt_takes_few_lines_settings_and_hooks_included(name: str) -> None:
    lines = lines_for_velt(name)
    assert 5 <= len(lines) <= MOST[name], "\n".join(lines)
    assert all(len(line) <= 110 for line in lines)
    assert any("authorize" in line.lower() for line in lines)


@pytest.mark.parametrize("name", sorted(MOST))
def test_every_line_that_names_the_package_is_counted(name: str) -> None:
    assert not unmarked(name)
