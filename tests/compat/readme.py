"""The calls of the public READMEs: read from the published packages, where they are a fact."""

from __future__ import annotations

import ast
import re
import textwrap
from typing import List

import pytest

READMES = pytest.mark.parametrize(
    ("version", "count"),
    # The list of all calls stands in the README of 0.1.10; that of 0.3.0 points to the documentation instead.
    [("0.1.10", 76), ("0.3.0", 3)],
)


def blocks(text: str) -> List[str]:
    found = re.findall(r"^([ ]*)```python\n(.*?)^[ ]*```", text, re.S | re.M)
    return [textwrap.dedent(block) for _, block in found]


def service_of(node: ast.AST) -> str:
    """`users.getUsers` of the call `sdk.api.users.getUsers(...)`, else an empty text."""
    names: List[str] = []
    place = node.func if isinstance(node, ast.Call) else node
    while isinstance(place, ast.Attribute):
        names.insert(0, place.attr)
        place = place.value
    called = isinstance(node, ast.Call) and isinstance(place, ast.Name) and place.id == "sdk"
    return ".".join(names[1:]) if called and names[0] == "api" else ""


def calls_in(source: str) -> List[ast.Call]:
    """The calls in their order."""
    found = [node for node in ast.walk(ast.parse(source)) if service_of(node)]
    return sorted((node for node in found if isinstance(node, ast.Call)), key=lambda node: node.lineno)
