"""`flask velt ...`: what an application says of itself, and the inbox of its webhooks."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, Dict, List

import flask
import pytest

from velt_py import VeltSDK
from velt_py.contrib.flask import Velt
from velt_py.web.access import everybody, no_questions
from velt_py.webhooks import WebhookEvent, Webhooks, sign_for_tests

SECRET = "whsec_plJ3nmyCDGBKInavdOK15jsl"
HOOKS: Dict[str, Any] = {"authenticate": lambda request: "ana", "authorize": lambda user, access: True}


def application(config: Any, **more: Any) -> flask.Flask:
    app = flask.Flask("commands")
    app.config["VELT"] = config
    Velt(app, **{**HOOKS, **more})
    return app


def ran(app: flask.Flask, *arguments: str) -> Any:
    outcome = app.test_cli_runner().invoke(args=["velt", *arguments])
    assert outcome.exception is None or isinstance(outcome.exception, SystemExit), outcome.exception
    return outcome


def test_an_application_that_is_set_up_is_well(config: Dict[str, Any]) -> None:
    outcome = ran(application(config), "check")
    assert (outcome.exit_code, outcome.output) == (0, "all is well\n")
    told = json.loads(ran(application(config), "check", "--json").output)
    assert told == {"clean": True, "findings": []}


@pytest.mark.parametrize(
    ("changes", "hooks", "word"),
    [
        ({}, {"authenticate": None}, "error authenticate: every request is refused"),
        ({}, {"authorize": None}, "error authorize: every request is refused"),
        ({}, {"authenticate": everybody}, "error authenticate: everybody is for development"),
        ({}, {"authorize": no_questions}, "error authorize: no_questions is for development"),
        ({"files": {"type": "folder", "path": "files"}}, {}, "warning files:"),
        ({"database": {"type": "memory"}}, {}, "warning store: the store is forgotten"),
        ({"database": None}, {}, "error store: there is no `database`"),
        ({"database": {"type": "sqlite", "path": "/nowhere/velt.db"}}, {}, "error store:"),
        ({"database": {"type": "sqlite", "path": "new.db", "manage_schema": False}}, {}, "error schema:"),
    ],
    ids=[str(at) for at in range(9)],
)
def test_what_is_wrong_is_told_in_a_line_and_by_the_exit_code(
    config: Dict[str, Any],
    changes: Dict[str, Any],
    hooks: Dict[str, Any],
    word: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    given = {key: value for key, value in {**config, **changes}.items() if value is not None}
    outcome = ran(application(given, **hooks), "check")
    assert outcome.exit_code == 1
    assert outcome.output.startswith(word), outcome.output


def test_what_is_for_development_is_well_while_developing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FLASK_DEBUG", "1")
    app = application({"database": {"type": "memory"}}, authenticate=everybody, authorize=no_questions)
    assert ran(app, "check").exit_code == 0


def test_a_server_that_is_not_there_is_a_finding_without_its_password() -> None:
    address = "postgresql://velt:secret-word@127.0.0.1:9/velt?connect_timeout=1"
    database = {"type": "postgresql", "connection_string": address, "pool_timeout": 0.5}
    outcome = ran(application({"database": database}), "check")
    assert (outcome.exit_code, outcome.output.split(":")[0]) == (1, "error store")
    assert "secret-word" not in outcome.output


def test_the_javascript_points_where_the_routes_are(config: Dict[str, Any]) -> None:
    assert 'const velt = "https://app.example/velt"' in ran(application(config), "frontend").output
    del config["files"]
    app = application(config, url_prefix="/collaboration")
    assert 'const velt = "/collaboration"' in ran(app, "frontend").output
    app.config["APPLICATION_ROOT"] = "/below"
    assert json.loads(ran(app, "frontend", "--json").output)["url"] == "/below/collaboration"
    assert '"https://x.example/y"' in ran(app, "frontend", "--base-url", "https://x.example/y/").output


# Webhooks


class Inbox:
    """An application with one event in its inbox, whose function failed."""

    def __init__(self, config: Dict[str, Any]) -> None:
        self.webhooks = Webhooks(SECRET)
        self.seen: List[str] = []
        self.fails = True
        self.webhooks.on("*")(self.handle)
        self.app = application(config, features=[self.webhooks])
        body = b'{"event": "comment.add", "data": {}}'
        with VeltSDK.initialize(config) as sdk:
            self.webhooks.receive(sign_for_tests(body, SECRET, id="msg_1"), body, sdk)

    def handle(self, event: WebhookEvent) -> None:
        if self.fails:
            raise ValueError("what somebody wrote")
        # Functions find the application, as behind the routes.
        self.seen.append(f"{flask.current_app.name} {event.id}")


@pytest.fixture
def inbox(config: Dict[str, Any]) -> Inbox:
    return Inbox(config)


def test_events_are_replayed_in_the_context_of_the_application(inbox: Inbox) -> None:
    assert ran(inbox.app, "webhooks", "replay").output == "nothing is due\n"
    dry = ran(inbox.app, "webhooks", "replay", "--id", "msg_1", "--dry-run")
    assert dry.output.startswith("to do: v2:msg_1 comment.add")
    assert ran(inbox.app, "webhooks", "replay", "--id", "msg_1").exit_code == 1
    inbox.fails = False
    done = ran(inbox.app, "webhooks", "replay", "--id", "msg_1", "--json")
    assert done.exit_code == 0
    (event,) = json.loads(done.output)["events"]
    assert (event["id"], event["outcome"]) == ("v2:msg_1", "done")
    assert inbox.seen == ["commands msg_1"]


def test_an_event_that_is_not_there_is_told(inbox: Inbox) -> None:
    outcome = ran(inbox.app, "webhooks", "replay", "--id", "msg_2")
    assert outcome.exit_code == 1
    assert "the inbox holds no event msg_2" in outcome.output


def test_events_that_were_done_long_ago_are_forgotten(inbox: Inbox) -> None:
    assert json.loads(ran(inbox.app, "webhooks", "forget", "--json").output) == {"dryRun": True, "events": 0}
    assert ran(inbox.app, "webhooks", "forget", "--days", "0", "--yes").output == "deleted 0 events\n"


@pytest.mark.parametrize(
    "arguments",
    [
        ["replay", "--failed", "--id", "msg_1"],
        ["replay", "--path", "/elsewhere"],
        ["forget", "--days", "-1"],
        ["forget", "--days", "many"],
        ["nothing"],
    ],
)
def test_a_wrong_command_ends_with_two(inbox: Inbox, arguments: List[str]) -> None:
    assert ran(inbox.app, "webhooks", *arguments).exit_code == 2


def test_several_receivers_are_told_apart_by_their_paths(config: Dict[str, Any]) -> None:
    features = [Webhooks(SECRET), Webhooks(SECRET, path="/other", queue="other")]
    app = application(config, features=features)
    refused = ran(app, "webhooks", "replay")
    assert (refused.exit_code, "/other, /webhooks/velt" in refused.output) == (2, True)
    assert ran(app, "webhooks", "replay", "--path", "/other").exit_code == 0


def test_an_application_without_webhooks_says_what_to_add(config: Dict[str, Any]) -> None:
    outcome = ran(application(config), "webhooks", "forget")
    assert outcome.exit_code == 2
    assert "features" in outcome.output


FACTORY = """
import flask
from velt_py.contrib.flask import Velt

velt = Velt(authenticate=lambda request: "ana", authorize=lambda user, access: True)

def create_app():
    app = flask.Flask(__name__)
    app.config["VELT"] = {"database": {"type": "sqlite", "path": "velt.db"}}
    velt.init_app(app)
    return app
"""


def test_the_flask_command_finds_them_in_a_factory(tmp_path: Path) -> None:
    (tmp_path / "shop.py").write_text(FACTORY)
    ended = subprocess.run(
        [sys.executable, "-m", "flask", "--app", "shop", "velt", "check"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert (ended.returncode, ended.stdout) == (0, "all is well\n"), ended.stderr
