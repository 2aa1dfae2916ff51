"""`velt trigger` against a real receiver, and `velt webhooks`."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, Dict, Iterator, List, Optional

import pytest

from tests.webhooks.conftest import SECRET
from tests.webserver import Client, velt_server
from velt_py import VeltSDK
from velt_py.cli import main
from velt_py.selfhosting.migration import terminal
from velt_py.webhooks import WebhookEvent, Webhooks
from velt_py.webhooks.names import EVENTS, V1_ACTIONS, WORKFLOW
from velt_py.webhooks.samples import sample_body, scheme_of
from velt_py.webhooks.signing import body_of, sign_for_tests

SECRETS = {"v1": "token", "v2": SECRET, "workflow": "flow"}

MODULE = """
from velt_py.webhooks import Webhooks
webhooks = Webhooks("{secret}")
seen = []
fail = True
@webhooks.on("*")
async def note(event):
    if fail: raise ValueError("private")
    seen.append(event.name)
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    return tmp_path


def ran(capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    code = main(list(arguments))
    captured = capsys.readouterr()
    assert "Traceback" not in captured.err
    return code, captured.out, captured.err


def on_a_terminal(*arguments: str) -> str:
    """What a person sees on stderr, who waits for nothing."""
    ours, theirs = os.openpty()
    with os.fdopen(theirs, "w") as looked_at, pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "stderr", looked_at)
        patch.setattr(terminal, "SHOWN_AFTER", 0.0)
        assert main(list(arguments)) == 0
        shown = os.read(ours, 65536).decode()
    os.close(ours)
    return shown


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("keys")
    private, public = folder / "private.pem", folder / "public.pem"
    subprocess.run(
        ["openssl", "genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048", "-out", str(private)],
        check=True, capture_output=True,
    )  # fmt: skip
    subprocess.run(
        ["openssl", "pkey", "-in", str(private), "-pubout", "-out", str(public)],
        check=True,
        capture_output=True,
    )
    return folder


@pytest.fixture
def receiver(keys: Path) -> Webhooks:
    return Webhooks(SECRETS, private_keys=keys / "private.pem")


@pytest.fixture
def seen(receiver: Webhooks) -> List[WebhookEvent]:
    events: List[WebhookEvent] = []
    receiver.on("*")(events.append)
    return events


@pytest.fixture
def server(receiver: Webhooks) -> Iterator[Client]:
    # Without a database the functions are through before the answer.
    with velt_server("wsgi", {"apiKey": "k", "authToken": "t"}, features=[receiver]) as client:
        yield client


@pytest.mark.parametrize("scheme", [None, "v1", "v2", "workflow"])
def test_every_event_is_triggered_and_received(
    scheme: Optional[str], server: Client, seen: List[WebhookEvent], capsys: pytest.CaptureFixture[str]
) -> None:
    possible = {"v1": tuple(V1_ACTIONS), "workflow": WORKFLOW}.get(scheme or "", EVENTS)
    for event in possible:
        sent = scheme or scheme_of(event)
        arguments = ["trigger", event, "--to", f"http://127.0.0.1:{server.port}/webhooks/velt"]
        code, out, _ = ran(capsys, *arguments, "--secret", SECRETS[sent], "--scheme", sent, "--json")
        assert (code, json.loads(out)["status"]) == (0, 200), event
        assert (seen[-1].name, seen[-1].scheme) == (event, sent)
    assert len(seen) == len(possible)
    if scheme != "workflow":
        added = next(event for event in seen if event.name == "comment.add")
        assert (added.organizationId, added.documentId) == ("acme", "spring-plan")


def test_an_event_is_sent_encoded_and_encrypted_with_data_of_ones_own(
    server: Client, seen: List[WebhookEvent], keys: Path, folder: Path, capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    Path("data.json").write_text(json.dumps({"targetComment": {"commentText": "mine"}}))
    monkeypatch.setenv("VELT_WEBHOOK_SECRET", SECRET)
    to = ["--to", f"http://127.0.0.1:{server.port}/webhooks/velt", "--data", "data.json", "--id", "msg_own"]
    for more in (["--encode"], ["--encrypt-with", str(keys / "public.pem")], ["--encode", "--encrypt-with",
                                                                            str(keys / "public.pem")]):  # fmt: skip
        code, out, _ = ran(capsys, "trigger", "moon.rise", *to, *more)
        assert (code, "accepted" in out) == (0, True)
        event = seen.pop()
        assert (event.name, event.id) == ("moon.rise", "msg_own")
        assert event.data == {"targetComment": {"commentText": "mine"}}


def test_a_receiver_that_refuses_is_exit_code_1(server: Client, capsys: pytest.CaptureFixture[str]) -> None:
    to = f"http://127.0.0.1:{server.port}/webhooks/velt"
    code, out, _ = ran(capsys, "trigger", "comment.add", "--to", to, "--secret", "wrong")
    assert (code, "401 not accepted" in out) == (1, True)
    code, _, err = ran(capsys, "trigger", "comment.add", "--to", "http://127.0.0.1:9/", "--secret", SECRET)
    assert (code, "did not answer" in err) == (1, True)


def test_the_events_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert ran(capsys, "trigger", "--list")[1].split() == list(EVENTS)


@pytest.mark.parametrize(
    "arguments",
    [
        ["trigger"],
        ["trigger", "comment.add"],
        ["trigger", "comment.add", "--to", "ftp://x", "--secret", "x"],
        ["trigger", "comment.add", "--to", "http://127.0.0.1:1/"],
        ["trigger", "no.such", "--to", "http://127.0.0.1:1/", "--secret", SECRET],
        ["trigger", "comment.add", "--to", "http://127.0.0.1:1/", "--secret", "x", "--scheme", "v2"],
        ["trigger", "comment.add", "--to", "http://127.0.0.1:1/", "--secret", "x", "--scheme", "workflow"],
        ["trigger", "step.failed", "--to", "http://127.0.0.1:1/", "--secret", "x", "--scheme", "v1"],
        ["trigger", "comment.add", "--to", "http://127.0.0.1:1/", "--secret", "x", "--data", "none.json"],
        ["trigger", "comment.add", "--to", "http://127.0.0.1:1/", "--secret", "x", "--encrypt-with", "none"],
        ["webhooks"],
        ["webhooks", "replay", "--config", "velt.json"],
        ["webhooks", "replay", "--config", "velt.json", "--webhooks", "json:loads"],
        ["webhooks", "replay", "--config", "velt.json", "--webhooks", "json:loads", "--failed", "--id", "x"],
        ["webhooks", "forget", "--config", "velt.json", "--webhooks", "json:loads", "--days", "-1"],
        ["webhooks", "forget", "--config", "velt.json", "--webhooks", "json:loads", "--days", "many"],
        ["frontend", "--base-url", "app.example/velt"],
    ],
    ids=lambda arguments: " ".join(arguments[:2]) + str(len(arguments)) + arguments[-1][:8],
)
def test_a_wrong_command_is_explained_with_exit_code_2(
    folder: Path, arguments: List[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("VELT_WEBHOOK_SECRET", raising=False)
    Path("velt.json").write_text("{}")
    code, out, err = ran(capsys, *arguments)
    assert (code, out, bool(err)) == (2, "", True)


def test_the_inbox_is_replayed_and_forgotten(
    folder: Path,
    config: Dict[str, Any],
    capsys: pytest.CaptureFixture[str],
) -> None:
    Path("velt.json").write_text(json.dumps(config))
    Path("velt_receiver.py").write_text(MODULE.format(secret=SECRET))
    common = ["--config", "velt.json", "--webhooks", "velt_receiver:webhooks"]
    import velt_receiver  # type: ignore[import-not-found]

    try:
        webhooks = velt_receiver.webhooks
        with VeltSDK.initialize(config) as sdk:
            for n in range(2):
                body = body_of(sample_body("comment.add", "v2", f"m{n}"))
                sdk._runner.run(
                    webhooks.inbox.keep(webhooks.read(sign_for_tests(body, SECRET, id=f"m{n}"), body))
                )
        code, out, _ = ran(capsys, "webhooks", "replay", *common, "--pending", "--dry-run", "--json")
        assert code == 0
        assert [each["id"] for each in json.loads(out)["events"]] == ["v2:m0", "v2:m1"]
        code, out, err = ran(capsys, "webhooks", "replay", *common)
        assert (code, out.count("pending: v2:m")) == (1, 2)
        assert "private" not in out + err
        velt_receiver.fail = False
        assert ran(capsys, "webhooks", "replay", *common)[:2] == (0, "nothing is due\n")
        code, out, _ = ran(capsys, "webhooks", "replay", *common, "--id", "m0", "--id", "v2:m1")
        assert (code, out.count("done: v2:m")) == (0, 2)
        assert velt_receiver.seen == ["comment.add"] * 2
        assert "handle events: 2" in on_a_terminal("webhooks", "replay", *common, "--id", "m0", "--id", "m1")
        code, _, err = ran(capsys, "webhooks", "replay", *common, "--id", "nobody")
        assert (code, "no event nobody" in err) == (1, True)
        assert ran(capsys, "webhooks", "replay", *common, "--failed")[0] == 0
        assert ran(capsys, "webhooks", "forget", *common, "--days", "1", "--yes")[1] == "deleted 0 events\n"
        assert json.loads(ran(capsys, "webhooks", "forget", *common, "--json")[1]) == {
            "dryRun": True,
            "events": 0,
        }
    finally:
        del sys.modules["velt_receiver"]


def test_a_replay_waits_for_no_event_that_is_not_due(folder: Path, config: Dict[str, Any]) -> None:
    started = time.monotonic()
    Path("velt.json").write_text(json.dumps(config))
    Path("velt_other_receiver.py").write_text(MODULE.format(secret=SECRET))
    arguments = ["--config", "velt.json", "--webhooks", "velt_other_receiver:webhooks"]
    assert main(["webhooks", "replay", *arguments]) == 0
    assert time.monotonic() - started < 30
