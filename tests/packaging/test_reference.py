"""The reference of the REST half is made from the table, and up to date."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from tests.api.operation_table import read_table
from velt_py import VeltSDK
from velt_py.selfhosting.operation import ResolverOperation

ROOT = Path(__file__).resolve().parents[2]
SELF_HOSTING = (
    "comments", "reactions", "recorders", "attachments", "users", "notifications", "activities",
)  # fmt: skip


def test_the_pages_made_from_the_table_say_what_it_says() -> None:
    done = subprocess.run([sys.executable, str(ROOT / "docs" / "make_reference.py"), "--check"])
    assert done.returncode == 0, "run: python docs/make_reference.py"


def test_every_operation_stands_in_the_reference() -> None:
    page = (ROOT / "docs" / "reference" / "api.md").read_text()
    assert page.count("\n### `") == 173


def test_the_differences_name_every_operation_once_and_those_that_velt_py_does_not_have() -> None:
    page = (ROOT / "docs" / "reference" / "differences.md").read_text()
    rows = re.findall(r"^\| \[`(\w+)`\]\(api\.md#\w+\) \| (\S+?)[, ]", page, re.M)
    facts = [fact for fact in read_table() if fact.service != "token"]
    assert sorted(name for name, _ in rows) == sorted(fact.method for fact in facts)
    new = sorted(name for name, sent in rows if sent == "new")
    assert new == sorted(fact.method for fact in facts if not fact.published)


def test_the_differences_name_every_call_of_the_own_store() -> None:
    page = (ROOT / "docs" / "reference" / "differences.md").read_text()
    named = re.findall(r"^\| `([\w.]+)` \|", page.split("## `sdk.selfHosting`")[1], re.M)
    there = ["token.getToken", "verifyToken"]
    with VeltSDK.initialize({"database": {"type": "memory"}}) as sdk:
        for service in SELF_HOSTING:
            kind = type(getattr(sdk.selfHosting, service))
            methods = [name for name, found in vars(kind).items() if isinstance(found, ResolverOperation)]
            there += [f"{service}.{method}" for method in methods]
    assert sorted(named) == sorted(there)
