"""The commands of `manage.py`."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any, Callable, Dict, Tuple

import pytest

from tests.django.project import start

start()

from django.core.management import CommandError, call_command  # noqa: E402
from django.test import override_settings  # noqa: E402

from velt_py.contrib.django import get_sdk  # noqa: E402

Change = Callable[..., None]


def run(name: str, *arguments: str) -> Tuple[str, int]:
    """What a command prints, and its exit code."""
    printed = io.StringIO()
    try:
        call_command(name, *arguments, stdout=printed)
    except CommandError as error:
        return printed.getvalue() + str(error), error.returncode
    return printed.getvalue(), 0


def test_velt_check_says_that_all_is_well(velt: Dict[str, Any]) -> None:
    assert run("velt_check") == ("all is well\n", 0)
    printed, code = run("velt_check", "--json")
    assert (json.loads(printed), code) == ({"clean": True, "findings": []}, 0)


def test_velt_check_says_what_is_wrong_with_the_setting(changed: Change) -> None:
    changed(AUTHORISE=1)
    printed, code = run("velt_check")
    assert "error velt.E001: VELT['AUTHORISE']: there is no such key; did you mean 'AUTHORIZE'?" in printed
    assert code == 1


def test_velt_check_asks_the_store(changed: Change, tmp_path: Path) -> None:
    changed(DATABASE={"type": "sqlite", "path": str(tmp_path / "no such folder" / "velt.db")})
    printed, code = run("velt_check", "--json")
    assert code == 1
    assert '"id": "store"' in printed


def test_velt_check_says_which_tables_are_missing(changed: Change, tmp_path: Path) -> None:
    path = str(tmp_path / "empty.db")
    changed(DATABASE={"type": "sqlite", "path": path, "manage_schema": False})
    printed, code = run("velt_check")
    assert code == 1
    assert "error schema: " in printed


@pytest.mark.parametrize(
    ("keys", "arguments", "lines"),
    [
        (
            {},
            [],
            [
                'const velt = "https://app.example/velt";',
                '"X-Csrftoken": document.cookie.match(',
                "csrftoken=",
            ],
        ),
        ({"URL": None}, [], ['const velt = "/velt";']),
        ({}, ["--base-url", "https://other.example/v/"], ['const velt = "https://other.example/v";']),
        ({"COOKIE_AUTH": "header"}, [], ['({ "X-Requested-With": "velt" })']),
        (
            {"AUTHENTICATE": "velt_py.contrib.django.auth.drf_token"},
            [],
            ["async () => ({});", "Bearer ${token}"],
        ),
    ],
    ids=["setting", "mounted-path", "given", "header", "token"],
)
def test_velt_frontend_prints_what_points_a_page_at_the_routes(
    changed: Change, keys: Dict[str, Any], arguments: Any, lines: Any
) -> None:
    changed(**keys)
    printed, code = run("velt_frontend", *arguments)
    assert code == 0
    for line in lines:
        assert line in printed
    assert 'endpoint("/comments/save")' in printed
    assert "HEADER" not in printed
    assert json.loads(run("velt_frontend", "--json", *arguments)[0])["javascript"] == printed.rstrip("\n")


def test_velt_frontend_takes_the_token_from_the_page_when_scripts_cannot_read_the_cookie(
    velt: Dict[str, Any],
) -> None:
    for setting in ("CSRF_COOKIE_HTTPONLY", "CSRF_USE_SESSIONS"):
        with override_settings(**{setting: True}):
            assert "csrfmiddlewaretoken" in run("velt_frontend")[0]


def test_velt_frontend_needs_mounted_routes(velt: Dict[str, Any]) -> None:
    with override_settings(ROOT_URLCONF="django.contrib.auth.urls"):
        printed, code = run("velt_frontend")
    assert "the routes are not mounted" in printed
    assert code == 2


def test_a_wrong_setting_ends_a_command_with_its_message(changed: Change) -> None:
    changed(ORIGINS=["*"])
    printed, code = run("velt_frontend")
    assert "'*' does not go together with credentials" in printed
    assert code == 2


def test_velt_reconcile_files_says_what_it_finds(velt: Dict[str, Any], tmp_path: Path) -> None:
    saved = get_sdk().selfHosting.attachments.saveAttachment(
        {
            "attachment": {"attachmentId": 7, "name": "a.png"},
            "metadata": {"organizationId": "acme", "documentId": "doc"},
        },
        b"png",
    )
    assert saved["success"]
    assert run("velt_reconcile_files", "--grace", "0") == (
        "looked at 1 organizations, 1 attachments, 1 files: all is well\n",
        0,
    )
    for file in (tmp_path / "files").rglob("*"):
        if file.is_file():
            file.unlink()
    printed, code = run("velt_reconcile_files", "--grace", "0", "--organization", "acme", "--json")
    assert code == 1
    report = json.loads(printed.splitlines()[0].partition("rows and files")[0])
    assert report["missing"] == [{"organization": "acme", "id": "7"}]
    assert run("velt_reconcile_files", "--organization", "other")[1] == 0


def thread(id: str, *writers: str) -> None:
    comments = {
        str(number): {
            "commentId": number,
            "from": {"userId": writer, "name": writer.title()},
            "commentText": f"words of {writer}",
        }
        for number, writer in enumerate(writers, 1)
    }
    saved = get_sdk().selfHosting.comments.saveComments(
        organizationId="acme", documentId="doc", commentAnnotation={id: {"comments": comments}}
    )
    assert saved["success"], saved


def test_velt_export_user_prints_what_there_is_of_a_person(velt: Dict[str, Any]) -> None:
    thread("t1", "ana", "ben")
    printed, code = run("velt_export_user", "ana")
    assert code == 0
    assert "words of ana" in printed
    assert "words of ben" not in printed
    assert all(json.loads(line) for line in printed.splitlines())
    whole = json.loads(run("velt_export_user", "ana", "--json", "--organization", "acme")[0])
    assert whole["organizations"] == ["acme"]
    assert json.loads(run("velt_export_user", "ana", "--json", "--organization", "brix")[0])["comments"] == []


def test_velt_erase_user_changes_nothing_without_yes(velt: Dict[str, Any]) -> None:
    thread("t1", "ana", "ben")
    printed, code = run("velt_erase_user", "ana")
    assert code == 0
    assert "nothing was changed; --yes does it" in printed
    assert "words of ana" in run("velt_export_user", "ana")[0]


def test_velt_erase_user_erases_one_person_and_leaves_the_others(velt: Dict[str, Any]) -> None:
    thread("t1", "ana", "ben")
    thread("t2", "ana")
    printed, code = run("velt_erase_user", "ana", "--yes", "--json", "--policy", "comments=delete")
    report = json.loads(printed)
    assert (code, report["confirmed"], report["leftCount"]) == (0, True, 0)
    left = get_sdk().selfHosting.comments.getComments(organizationId="acme")["data"]
    assert [each["commentText"] for each in left["t1"]["comments"].values()] == ["words of ben"]
    assert "t2" not in left


def test_velt_erase_user_refuses_a_policy_that_does_not_exist(velt: Dict[str, Any]) -> None:
    printed, code = run("velt_erase_user", "ana", "--yes", "--policy", "comments=burn")
    assert code == 2
    assert "comments" in printed
