"""The reference of the REST half is made from the table, and up to date."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_the_reference_of_the_api_says_what_the_table_says() -> None:
    done = subprocess.run([sys.executable, str(ROOT / "docs" / "make_reference.py"), "--check"])
    assert done.returncode == 0, "run: python docs/make_reference.py"


def test_every_operation_stands_in_the_reference() -> None:
    page = (ROOT / "docs" / "reference" / "api.md").read_text()
    assert page.count("\n### `") == 172
