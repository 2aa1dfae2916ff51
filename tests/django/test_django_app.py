"""The app as Django sees it: its migrations make the tables that its models describe."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any, List

import pytest

ROOT = Path(__file__).resolve().parents[2]


def manage(folder: Path, *arguments: str) -> str:
    """What a management command prints, run in a process of its own."""
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)]),
        "DJANGO_SETTINGS_MODULE": "tests.django.settings",
        "VELT_TEST_DJANGO_DB": str(folder / "app.db"),
    }
    command = [sys.executable, "-m", "django", *arguments]
    ended = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout


def test_the_migrations_say_what_the_models_say(tmp_path: Path) -> None:
    assert "No changes detected" in manage(tmp_path, "makemigrations", "velt", "--check", "--dry-run")


def test_the_tables_can_be_made_and_taken_away_again(tmp_path: Path) -> None:
    made, gone = manage(tmp_path, "migrate", "velt"), manage(tmp_path, "migrate", "velt", "zero")
    for name in ("0001_initial", "0002_webhook_event"):
        assert f"Applying velt.{name}... OK" in made
        assert f"Unapplying velt.{name}... OK" in gone


def test_tables_from_before_the_inbox_keep_what_they_hold(tmp_path: Path) -> None:
    manage(tmp_path, "migrate", "velt", "0001")
    code = "from velt_py.contrib.django.models import *; "
    manage(tmp_path, "shell", "-c", code + "User.objects.create(organization_id='', record_id='a', data={})")
    manage(tmp_path, "migrate", "velt")
    assert "1 0" in manage(
        tmp_path, "shell", "-c", code + "print(User.objects.count(), WebhookEvent.objects.count())"
    )


def test_django_finds_nothing_wrong_with_the_models(tmp_path: Path) -> None:
    assert "no issues" in manage(tmp_path, "check", "velt", "--database", "default")


MODELS = ["Activity", "Attachment", "CommentAnnotation", "Notification"]
MODELS += ["ReactionAnnotation", "RecorderAnnotation", "User", "WebhookEvent"]


@pytest.mark.parametrize("name", MODELS)
def test_every_index_starts_with_the_organization(name: str, django_app: Any) -> None:
    options = django_app.get_model("velt", name)._meta
    fields: List[List[str]] = [list(index.fields) for index in (*options.indexes, *options.constraints)]
    assert ["organization_id", "record_id"] in fields
    assert all(each[0] == "organization_id" for each in fields)
    assert not [field.name for field in options.get_fields() if field.is_relation]


def test_importing_the_package_does_not_import_django() -> None:
    code = "import sys, velt_py.contrib.django; assert 'django' not in sys.modules"
    subprocess.run(
        [sys.executable, "-c", code], env={**os.environ, "PYTHONPATH": str(ROOT / "src")}, check=True
    )
