"""The reference of the REST half is made from the table, and up to date."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from tests.api.operation_table import read_table

ROOT = Path(__file__).resolve().parents[2]


def test_the_pages_made_from_the_table_say_what_it_says() -> None:
    done = subprocess.run([sys.executable, str(ROOT / "docs" / "make_reference.py"), "--check"])
    assert done.returncode == 0, "run: python docs/make_reference.py"


def test_every_operation_stands_in_the_reference() -> None:
    page = (ROOT / "docs" / "reference" / "api.md").read_text()
    assert page.count("\n### `") == 173


def test_the_differences_name_every_operation_once_and_those_that_velt_py_does_not_have() -> None:
    page = (ROOT / "docs" / "reference" / "differences.md").read_text()
    rows = re.findall(r"^\| `(\w+)` \|", page, re.M)
    assert len(rows) == 173
    new = re.findall(r"^\| `(\w+)` .*not in velt-py", page, re.M)
    assert sorted(new) == sorted(fact.method for fact in read_table() if not fact.published)
