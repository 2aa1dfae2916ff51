"""The page about Django: its project is made as printed and works, and it tells of everything there is."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.django.project import start

start()

from tests.django.guide_project import BEFORE, BLOCKS, FILES, PAGE, write  # noqa: E402
from velt_py.contrib.django import auth, checks, signals  # noqa: E402

ROOT = Path(__file__).resolve().parents[2]
MOST_LINES = 15

USED = """
import json, django
django.setup()
from django.contrib.auth.models import Group, User
from django.core.management import call_command
from django.test import Client
call_command("migrate", verbosity=0)
call_command("velt_check")
ana = User.objects.create_user("ana")
ana.groups.add(Group.objects.create(name="acme"))
client = Client()
client.force_login(ana)
def ask(path, body):
    return client.post("/velt" + path, body, "application/json")
metadata = {"organizationId": "acme", "documentId": "plan"}
saved = ask("/comments/save", {"commentAnnotation": {"A": {"comments": {}}}, "metadata": metadata})
assert saved.status_code == 200, saved.content
assert ask("/comments/get", {"organizationId": "other"}).status_code == 403
assert Client().post("/velt/comments/get", {"organizationId": "acme"}, "application/json").status_code == 401
"""


def lines_of(block: str) -> int:
    lines = [line.strip() for line in block.splitlines()]
    return len([line for line in lines if line and not line.startswith("#")])


def test_the_project_takes_few_lines() -> None:
    assert set(FILES) == set(BEFORE)
    assert sum(lines_of(block) for block in FILES.values()) <= MOST_LINES


def test_the_project_works_as_printed(tmp_path: Path) -> None:
    write(tmp_path)
    samples = [block for block in BLOCKS if not block.startswith("# ")]
    shown = "".join(sample + "\n" for sample in samples)
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(tmp_path)]),
        "DJANGO_SETTINGS_MODULE": "settings",
    }
    code = USED + shown + 'assert set(threads["data"]) == {"A"}\n'
    code += "from velt_py.web.access import Access\nassert authorize(ana, Access('comments.get', 'acme'))\n"
    ended = subprocess.run(
        [sys.executable, "-c", code],
        env=environment,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "all is well" in ended.stdout


@pytest.mark.parametrize(
    "name",
    sorted(
        [name for name in signals.__all__ if name.islower() and name not in ("tell", "anybody_listens")]
        + [name for name in auth.__all__ if name != "jwt"]
    ),
)
def test_every_signal_and_hook_is_described(name: str) -> None:
    assert f"`{name}" in PAGE


def test_every_check_is_described() -> None:
    source = Path(checks.__file__).read_text(encoding="utf-8")
    for text in (PAGE, str(checks.__doc__)):
        assert set(re.findall(r"velt\.[EW]\d{3}", text)) == set(re.findall(r"velt\.[EW]\d{3}", source))
