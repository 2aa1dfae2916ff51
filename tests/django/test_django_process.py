"""The SDK of a process: made of the setting, made anew when it changes, its own in every event loop and child."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, Callable, Dict

import pytest

from tests.django.project import start
from velt_py.exceptions import VeltConfigurationError

start()

from django.test import override_settings  # noqa: E402

from velt_py.contrib.django import close, close_async, get_async_sdk, get_sdk  # noqa: E402
from velt_py.contrib.django.conf import KEYS, Options, options_of  # noqa: E402
from velt_py.contrib.django.process import get_options, this_process  # noqa: E402

ROOT = Path(__file__).resolve().parents[2]
Change = Callable[..., None]


def test_there_is_one_sdk_until_the_setting_changes(velt: Dict[str, Any], tmp_path: Path) -> None:
    first = get_sdk()
    assert first is get_sdk()
    assert first.selfHosting.comments.getComments("acme")["success"]
    with override_settings(VELT={**velt, "DATABASE": {"type": "sqlite", "path": str(tmp_path / "other.db")}}):
        assert get_sdk() is not first
        assert not list(tmp_path.glob("velt.db-wal")), "the first one was closed"
    assert get_sdk() is not first
    with override_settings(DEBUG=True):
        assert get_sdk() is get_sdk()


def test_closing_leaves_the_sdk_usable(velt: Dict[str, Any], tmp_path: Path) -> None:
    get_sdk().selfHosting.comments.saveComments("acme", {"A": {"comments": {}}})
    close()
    assert not list(tmp_path.glob("*-wal"))
    assert set(get_sdk().selfHosting.comments.getComments("acme")["data"]) == {"A"}


def test_every_event_loop_has_an_sdk_of_its_own(velt: Dict[str, Any]) -> None:
    async def used() -> Any:
        sdk = get_async_sdk()
        assert sdk is get_async_sdk()
        assert (await sdk.selfHosting.comments.getComments("acme"))["success"]
        await close_async()
        assert get_async_sdk() is not sdk
        return sdk

    assert asyncio.run(used()) is not asyncio.run(used())
    with pytest.raises(RuntimeError):
        get_async_sdk()


async def test_an_sdk_that_is_in_use_is_closed_by_its_own_loop_when_the_setting_changes(
    velt: Dict[str, Any], changed: Change, tmp_path: Path
) -> None:
    assert (await get_async_sdk().selfHosting.comments.saveComments("acme", {"A": {}}))["success"]
    changed(LIMITS={"max_ids": 5})
    log = str(tmp_path / "velt.db-wal")
    for _ in range(200):
        if not os.path.exists(log):  # noqa: ASYNC240 - a look at a temporary folder
            return
        await asyncio.sleep(0.02)
    raise AssertionError("the first SDK was not closed")


def test_a_child_goes_on_with_connections_of_its_own(velt: Dict[str, Any]) -> None:
    get_sdk().selfHosting.comments.saveComments("acme", {"A": {"comments": {}}})
    with this_process._lock:
        child = os.fork()
        if child == 0:
            found = get_sdk().selfHosting.comments.getComments("acme")
            os._exit(0 if set(found["data"]) == {"A"} else 1)
    assert os.waitpid(child, 0)[1] == 0


# The setting


def test_secrets_of_the_setting_are_in_no_repr(velt: Dict[str, Any]) -> None:
    options = options_of(
        {"AUTH_TOKEN": "secret-word", "CONFIG": {"workspaceAuthToken": "secret-word"}, **velt}
    )
    assert options.settings.authToken == "secret-word"
    for shown in (options, get_sdk(), this_process):
        assert "secret-word" not in repr(shown)


def test_credentials_come_from_the_environment_where_the_setting_is_silent(
    velt: Dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VELT_API_KEY", "from the environment")
    assert options_of(velt).settings.apiKey == "from the environment"
    assert options_of({**velt, "API_KEY": "given"}).settings.apiKey == "given"


def test_the_project_s_own_database_is_the_default() -> None:
    assert options_of({}).alias == "default"
    assert options_of({"DATABASE": "other"}).alias == "other"
    assert options_of({"DATABASE": {"type": "memory"}}).alias is None
    assert options_of({"CONFIG": {"database": {"type": "memory"}}}).alias is None


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ({"AUTHORISE": 1}, "did you mean 'AUTHORIZE'"),
        ({"apikey": 1}, "did you mean 'API_KEY'"),
        ({"FOO": 1}, "known are API_KEY"),
        ({"AUTHENTICATE": "no.such.module"}, "VELT['AUTHENTICATE']: 'no.such.module' cannot be imported"),
        ({"AUTHENTICATE": []}, "the list is empty"),
        ({"AUTHORIZE": "builtins.dict"}, "make an object of it"),
        ({"AUTHORIZE": 5}, "a function or the dotted path of one is needed"),
        ({"ORIGINS": "https://a.example"}, "VELT['ORIGINS']: a list of texts is needed"),
        ({"ORIGINS": ["*"]}, "'*' does not go together with credentials"),
        ({"ALLOW_HEADERS": ["a b"]}, "this is no name of a header"),
        ({"COOKIE_AUTH": "maybe"}, "'csrf', 'header' or False"),
        ({"URL": "app.example"}, "starts with http:// or https://"),
        ({"CONFIG": 1}, "VELT['CONFIG']: a dict is needed"),
        ({"API_KEY": "a", "CONFIG": {"apiKey": "b"}}, "keep one of them"),
        ({"USERS": {"organisation_field": "x"}}, "did you mean 'organization_field'"),
        ({"USERS": {}, "CONFIG": {"users": {}}}, "keep one of them"),
        ({"DATABASE": {"type": "sqlit"}}, "did you mean 'sqlite'"),
        ({"LIMITS": {"max_id": 1}}, "limits.max_id"),
        ({"FEATURES": 1}, "VELT['FEATURES']"),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_a_wrong_setting_is_named(setting: Dict[str, Any], message: str) -> None:
    with pytest.raises(VeltConfigurationError) as caught:
        options_of(setting)
    assert message in caught.value.message


def test_files_in_the_setting_know_where_the_routes_are(velt: Dict[str, Any]) -> None:
    files = get_options().settings.files
    assert files is not None
    assert files.base_url == "https://app.example/velt"


def test_a_settings_module_may_use_the_ready_hooks_before_django_is_set_up() -> None:
    code = (
        "from velt_py.contrib.django.auth import ModelAuthorizer, drf, session_user\n"
        "ModelAuthorizer('shop.Membership'), drf('a.B')\n"
        "import sys; assert 'django.db' not in sys.modules and 'django.contrib' not in sys.modules"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    subprocess.run([sys.executable, "-c", code], env=environment, check=True)


def test_every_key_of_the_setting_is_described() -> None:
    page = (ROOT / "docs" / "django.md").read_text(encoding="utf-8")
    assert [key for key in KEYS if f"`{key}`" not in page] == []
    assert Options.__doc__
