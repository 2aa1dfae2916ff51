"""velt permissions test: the exact answer of a provider, in process and over HTTP."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Dict, List

import pytest

from tests.loopback import Loopback, reply
from tests.webserver import velt_server
from velt_py.cli import main
from velt_py.web.permissions import PermissionRoute, Resource

APP = """
from velt_py import AsyncVeltSDK, VeltSDK
from velt_py.web.asgi import asgi_app
from velt_py.web.handler import AsyncHandler, Handler
from velt_py.web.permissions import PermissionRoute
from velt_py.web.wsgi import wsgi_app

def can(user, resource):
    return "viewer" if (user, resource.id) == ("ana", "plan") else None

provider = [PermissionRoute(can, auth_tokens="secret")]
sdk, waiting = VeltSDK.initialize({}), AsyncVeltSDK.initialize({})
handler = Handler(sdk, features=provider)
awaited = AsyncHandler(waiting, features=provider)
wsgi = wsgi_app(sdk, features=provider)
asgi = asgi_app(waiting, features=provider)
closed = wsgi_app(sdk)
number = 17
"""
QUESTION = ["--user", "ana", "--id", "plan", "--organization", "acme"]


@pytest.fixture(autouse=True)
def application(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "permissions_app.py").write_text(APP)
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setenv("VELT_PERMISSION_TOKEN", "secret")


def asked(*arguments: str) -> int:
    return main(["permissions", "test", *arguments])


@pytest.mark.parametrize("name", ["handler", "awaited", "wsgi", "asgi"])
def test_the_answer_of_an_application_is_printed_as_it_is(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert asked("--app", f"permissions_app:{name}", *QUESTION) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["data"] == [
        {
            "userId": "ana",
            "resourceId": "plan",
            "type": "document",
            "organizationId": "acme",
            "hasAccess": True,
            "accessRole": "viewer",
        }
    ]
    assert (answer["success"], answer["statusCode"]) == (True, 200)


def test_no_access_is_an_answer_too(capsys: pytest.CaptureFixture[str]) -> None:
    assert asked("--app", "permissions_app:wsgi", "--user", "eve", *QUESTION[2:]) == 0
    assert json.loads(capsys.readouterr().out)["data"][0]["hasAccess"] is False


def test_what_velt_would_drop_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert asked("--app", "permissions_app:wsgi", "--token", "wrong", *QUESTION) == 1
    told = capsys.readouterr()
    assert json.loads(told.out)["errorCode"] == "UNAUTHENTICATED"
    assert "401" in told.err
    assert asked("--app", "permissions_app:closed", *QUESTION) == 1


@pytest.mark.parametrize(("token", "accepted"), [("secret", True), ("wrong", False)])
def test_as_json_the_judgement_stands_beside_the_answer(
    token: str, accepted: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    code = asked("--app", "permissions_app:wsgi", "--token", token, "--json", *QUESTION)
    told = json.loads(capsys.readouterr().out)
    assert (code == 0, told["accepted"], told["problem"] is None) == (accepted, accepted, accepted)
    assert told["status"] == json.loads(told["answer"])["statusCode"]


def test_a_provider_is_asked_over_http(config: Dict[str, Any], capsys: pytest.CaptureFixture[str]) -> None:
    told: List[Resource] = []

    def can(user: str, resource: Resource) -> bool:
        told.append(resource)
        return True

    with velt_server("wsgi", config, features=[PermissionRoute(can, auth_tokens="secret")]) as client:
        url = f"http://127.0.0.1:{client.port}/permissions"
        context = ["--type", "context", "--context", '{"access": {"widgetId": 1}}', "--folder", "f"]
        assert asked("--url", url, *QUESTION, *context) == 0
        assert asked("--url", f"{url}/nothing", *QUESTION) == 1
    assert told == [Resource("context", "plan", "acme", "setDocuments", "f", {"access": {"widgetId": 1}})]
    capsys.readouterr()


@pytest.mark.parametrize(
    ("answer", "word"),
    [
        (b"<html>", "no JSON"),
        ({"data": []}, "success"),
        ({"success": True, "statusCode": 200, "data": []}, "one decision"),
        ({"success": True, "statusCode": 200, "data": [{"userId": "ana", "hasAccess": True}]}, "resourceId"),
    ],
)
def test_an_answer_of_another_provider_is_judged_as_velt_does(
    answer: Any, word: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with Loopback(lambda request: reply(200, answer)) as server:
        assert asked("--url", server.url, *QUESTION) == 1
    assert word in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments",
    [
        ["--id", "plan"],
        QUESTION,
        ["--app", "permissions_app:wsgi", "--url", "http://127.0.0.1:9", *QUESTION],
        ["--app", "permissions_app:number", *QUESTION],
        ["--app", "permissions_app:nothing", *QUESTION],
        ["--url", "ftp://app.example", *QUESTION],
        ["--url", "http://127.0.0.1:9", "--context", "{", *QUESTION],
        ["--url", "http://127.0.0.1:9", "--token", "a\nb", *QUESTION],
    ],
)
def test_a_wrong_command_is_refused(arguments: List[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert asked(*arguments) == 2
    assert "Traceback" not in capsys.readouterr().err


def test_a_provider_that_is_not_there_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert asked("--url", "http://127.0.0.1:9/permissions", *QUESTION) == 1
    assert "the server did not answer: http://127.0.0.1:9: Connection refused" in capsys.readouterr().err
