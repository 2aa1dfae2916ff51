"""Every Python sample of every page is run by a test."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Dict, List

import pytest

from tests.guides import ROOT, pages, samples_of
from velt_py import AsyncVeltSDK, SaveAttachmentResolverRequest, VeltSDK
from velt_py.emulator import Emulator, EmulatorServer
from velt_py.web.access import Access
from velt_py.web.asgi import ASGIApp, asgi_app
from velt_py.web.messages import Headers, Request
from velt_py.web.wsgi import WSGIApp, wsgi_app

DOCS = ROOT / "docs"
MEMORY = {"database": {"type": "memory"}}

HERE = "tests/packaging/test_samples.py"
RUN_BY = {
    "configuration.md": (
        HERE,
        "test_the_function_in_the_sample_about_hooks_is_called_before_another_attempt",
    ),
    "console.md": (HERE, "test_the_samples_about_the_console_let_staff_look_and_members_work"),
    "django.md": ("tests/django/test_django_guide.py", "test_the_project_works_as_printed"),
    "emulator.md": (
        "tests/packaging/test_emulator_guide.py",
        "test_the_samples_about_the_emulator_run_one_after_the_other",
    ),
    "fastapi.md": ("tests/web/test_web_guides.py", "test_the_guide_to_fastapi_serves_the_routes"),
    "files.md": (HERE, "test_the_samples_about_files_store_them"),
    "flask.md": ("tests/web/test_web_guides.py", "test_the_guide_to_flask_serves_the_routes"),
    "http.md": (HERE, "test_the_samples_about_the_routes_make_both_applications"),
    "migration.md": ("tests/packaging/test_migration_guide.py", "test_the_samples_run_one_after_the_other"),
    "permissions.md": (
        "tests/web/test_web_guides.py",
        "test_the_guide_to_tokens_and_permissions_makes_features",
    ),
    "privacy.md": ("tests/packaging/test_privacy_guide.py", "test_the_samples_run_one_after_the_other"),
    "rest.md": ("tests/packaging/test_rest_guide.py", "test_the_samples_run_one_after_the_other"),
    "testing.md": ("tests/packaging/test_testing_guide.py", "test_the_samples_pass_as_tests"),
    "webhooks.md": (
        "tests/webhooks/test_webhook_guide.py",
        "test_the_samples_run_one_after_the_other_in_an_empty_folder",
    ),
    "../README.md": (
        "tests/packaging/test_readme.py",
        "test_the_python_samples_run_one_after_the_other_in_an_empty_folder",
    ),
}
"""The test that runs the Python samples of a page, all of them. Commands are typed by test_documentation_pages.py."""


class Person:
    """Somebody of an application, as the samples have it."""

    def __init__(self, organization: str, is_staff: bool = False) -> None:
        self.organization, self.is_staff = organization, is_staff

    def is_member_of(self, organization: str) -> bool:
        return organization == self.organization


def run(page: str, names: Dict[str, Any]) -> Dict[str, Any]:
    """The names that the samples of a page define, run one after the other."""
    samples: List[str] = [text for _, text in samples_of(DOCS / page, "python")]
    assert samples
    for sample in samples:
        exec(sample, names)  # noqa: S102 - a page of ours
    return names


def test_every_page_with_samples_names_the_test_that_runs_them() -> None:
    # Those to start with are followed as a whole, with their commands, by test_documentation_pages.py.
    followed = set((DOCS / "start").glob("*.md"))
    with_samples = {page for page in pages() if samples_of(page, "python")} - followed
    assert with_samples == {(DOCS / name).resolve() for name in RUN_BY}
    for place, test in RUN_BY.values():
        assert re.search(rf"^(?:async )?def {test}\(", (ROOT / place).read_text(encoding="utf-8"), re.M), test


def test_the_function_in_the_sample_about_hooks_is_called_before_another_attempt(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    emulator = Emulator()
    emulator.faults.add(match="organizations.*", times=1, status=503)
    with EmulatorServer(emulator, port=0) as server:
        monkeypatch.setenv("VELT_API_BASE_URL", server.url)
        monkeypatch.setenv("VELT_API_KEY", "key")
        monkeypatch.setenv("VELT_AUTH_TOKEN", "token")
        with run("configuration.md", {"VeltSDK": VeltSDK})["sdk"] as sdk:
            assert "result" in sdk.api.organizations.getOrganizations()
    emulator.close()
    assert " 503 " in capsys.readouterr().out


def test_the_samples_about_the_console_let_staff_look_and_members_work() -> None:
    with VeltSDK.initialize(MEMORY) as sdk:
        names: Dict[str, Any] = {
            "asgi_app": wsgi_app,  # takes the same, and blocks as this SDK does
            "sdk": sdk,
            "authenticate": lambda request: None,
            "authorize": lambda principal, access: False,
        }
        found = run("console.md", names)
    assert any(path.startswith("/console") for path in found["app"].handler.site.endpoints)
    look, read = Access("console.threads", "acme"), Access("comments.get", "acme")
    assert [found["authorize"](Person("acme"), each) for each in (look, read)] == [False, True]
    assert found["authorize"](Person("rival", is_staff=True), look)


async def test_the_samples_about_the_routes_make_both_applications() -> None:
    person = Person("acme")
    names: Dict[str, Any] = {
        "asgi_app": asgi_app,
        "wsgi_app": wsgi_app,
        "session_of": {"session=1": person}.get,
    }
    hooks, applications = [text for _, text in samples_of(DOCS / "http.md", "python")]
    exec(hooks, names)  # noqa: S102 - a page of ours
    request = Request("POST", "/comments/get", headers=Headers([("cookie", "session=1")]))
    assert names["authenticate"](request) is person
    assert names["authorize"](person, Access("comments.get", "acme"))
    asynchronous, blocking = applications.split("application =")
    async with AsyncVeltSDK.initialize(MEMORY) as sdk:
        exec(asynchronous, {**names, "sdk": sdk}, names)  # noqa: S102
    with VeltSDK.initialize(MEMORY) as own:
        exec(f"application ={blocking}", {**names, "sdk": own}, names)  # noqa: S102
    assert isinstance(names["app"], ASGIApp)
    assert isinstance(names["application"], WSGIApp)


def test_the_samples_about_files_store_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "film.webm").write_bytes(b"moving pictures")
    first, second = [text for _, text in samples_of(DOCS / "files.md", "python")]
    names: Dict[str, Any] = {}
    exec(first, names)  # noqa: S102 - a page of ours
    with VeltSDK.initialize(names["config"]) as sdk:
        names["attachments"] = sdk.selfHosting.attachments
        names["request"] = SaveAttachmentResolverRequest.from_dict(
            {
                "attachment": {"attachmentId": 2, "name": "film.webm", "mimeType": "video/webm"},
                "metadata": {"organizationId": "acme", "documentId": "plan"},
            }
        )
        exec(second.replace('"..."', '"iVBORw0KGgo="'), names)  # noqa: S102
    kept = [path.read_bytes() for path in (tmp_path / "velt-files").rglob("*") if path.is_file()]
    assert b"moving pictures" in kept
