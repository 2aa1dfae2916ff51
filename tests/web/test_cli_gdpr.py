"""`velt gdpr` and Velt's own deletion job, against a server that answers as Velt documents it."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any, Dict, List

import pytest

from tests.loopback import Action, Loopback, Request, reply
from velt_py import AsyncVeltSDK, VeltConfigurationError, VeltSDK, VeltValidationError
from velt_py.cli import main
from velt_py.selfhosting.migration import terminal

BODY = {"1": {"commentId": 1, "commentText": "secret", "from": {"userId": "u-ana"}}}


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Dict[str, Any]:
    monkeypatch.chdir(tmp_path)
    made: Dict[str, Any] = {"database": {"type": "sqlite", "path": str(tmp_path / "velt.db")}}
    written(made)
    with VeltSDK.initialize(made) as sdk:
        assert sdk.selfHosting.comments.saveComments("acme", {"t": {"comments": BODY}})["success"]
        assert sdk.selfHosting.users.saveUser("acme", {"userId": "u-ana", "name": "Ana Lopez"})["success"]
    return made


def written(config: Dict[str, Any]) -> None:
    Path("velt.json").write_text(json.dumps(config))


def run(action: str, *arguments: str) -> int:
    return main(["gdpr", action, "--config", "velt.json", "--user", "u-ana", *arguments])


def test_a_person_is_exported_erased_and_looked_for(
    config: Dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("export") == 0
    groups = [json.loads(line)["group"] for line in capsys.readouterr().out.splitlines()]
    assert groups == ["person", "users", "comments"]
    assert run("verify") == 1
    assert "left: comments t of organization acme: comments.1" in capsys.readouterr().out
    assert run("erase") == 0
    assert "nothing was changed; --yes does it" in capsys.readouterr().out
    assert run("erase", "--yes", "--json", "--policy", "comments=delete") == 0
    report = json.loads(capsys.readouterr().out)
    assert (report["complete"], report["kinds"]["comments"]["deleted"], report["velt"]) == (True, 1, None)
    assert run("verify", "--email", "a@x.example", "--name", "Ana Lopez") == 0


def test_on_a_terminal_long_work_says_how_far_it_has_come_and_takes_that_away(
    config: Dict[str, Any], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    ours, theirs = os.openpty()
    with os.fdopen(theirs, "w") as looked_at:

        def shown() -> str:
            """What was written since this was asked last; a terminal hands it on when it likes."""
            print("that was all", end="", file=looked_at, flush=True)
            found = b""
            while not found.endswith(b"that was all"):
                found += os.read(ours, 65536)
            return found.decode()[: -len("that was all")]

        monkeypatch.setattr(sys, "stderr", looked_at)
        monkeypatch.setattr(terminal, "SHOWN_AFTER", 0.0)
        assert run("verify", "--json") == 1
        verified = shown()
        assert "look at comments: 1 (acme)" in verified
        assert verified.rpartition("look at")[2].endswith("\r\x1b[K"), "nothing of it stays"
        assert main(["export", "--config", "velt.json", "--to", "all.jsonl"]) == 0
        assert "copy comments: 1 (acme)" in shown()
        monkeypatch.setattr(terminal, "SHOWN_AFTER", 60.0)
        assert main(["export", "--config", "velt.json", "--to", "all.jsonl"]) == 0
        assert "copy" not in shown(), "this was done at once"
        monkeypatch.undo()
    os.close(ours)
    assert json.loads(capsys.readouterr().out.splitlines()[0])["complete"] is False


@pytest.mark.parametrize(
    "arguments",
    [["--policy", "comments"], ["--policy", "comments=burn"], ["--email", "x"], ["--organization", ""]],
)
def test_a_wrong_call_is_exit_code_2(
    config: Dict[str, Any], arguments: List[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("erase", "--yes", *arguments) == 2
    assert "Traceback" not in capsys.readouterr().err


class Velt:
    """Deletes at the second look, or refuses."""

    def __init__(self, refuses: bool = False, done: int = 2) -> None:
        self.refuses = refuses
        self.done = done
        self.asked: List[Any] = []
        self.looks = 0

    def __call__(self, request: Request) -> List[Action]:
        if request.target.endswith("/status"):
            self.looks += 1
            return reply(200, {"result": {"data": {"isDeleteCompleted": self.looks >= self.done}}})
        self.asked.append(json.loads(request.body)["data"])
        if self.refuses:
            return reply(403, {"error": {"message": "No.", "status": "PERMISSION_DENIED"}})
        return reply(202, {"status": "success", "message": "m", "data": {"jobId": "j1"}, "statusCode": 202})


def at(velt: Loopback, config: Dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> Dict[str, Any]:
    monkeypatch.setenv("VELT_API_BASE_URL", velt.url)
    return {**config, "apiKey": "k", "authToken": "t"}


def test_velts_job_is_begun_and_waited_for(config: Dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    velt = Velt()
    with Loopback(velt) as server, VeltSDK.initialize(at(server, config, monkeypatch)) as sdk:
        dry = sdk.privacy.erase_user("u-ana", "acme")
        assert (velt.asked, dry.velt and dry.velt["state"]) == ([], "not started")
        report = sdk.privacy.erase_user("u-ana", "acme", dry_run=False, wait={"first_wait": 0.05})
    assert velt.asked == [{"userIds": ["u-ana"], "organizationIds": ["acme"]}]
    assert report.velt == {"state": "done", "jobId": "j1", "error": None}
    assert report.complete


async def test_velts_job_is_awaited(config: Dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    velt = Velt()
    with Loopback(velt) as server:
        async with AsyncVeltSDK.initialize(at(server, config, monkeypatch)) as sdk:
            report = await sdk.privacy.erase_user("u-ana", dry_run=False, wait={"first_wait": 0.05})
    assert (velt.asked, report.complete) == ([{"userIds": ["u-ana"]}], True)


def test_velts_job_is_polled_until_it_says_that_it_is_done(
    config: Dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    velt = Velt(done=6)
    with Loopback(velt) as server, VeltSDK.initialize(at(server, config, monkeypatch)) as sdk:
        waiting = {"first_wait": 0.01, "max_wait": 0.02}
        report = sdk.privacy.erase_user("u-ana", dry_run=False, wait=waiting)
    assert (velt.looks, report.complete) == (6, True)


def test_an_option_of_the_wait_that_there_is_not_is_refused_before_anything_is_deleted(
    config: Dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    velt = Velt()
    wrong: Any = {"dead_line": 1}
    with Loopback(velt) as server, VeltSDK.initialize(at(server, config, monkeypatch)) as sdk:
        with pytest.raises(VeltValidationError) as caught:
            sdk.privacy.erase_user("u-ana", dry_run=False, wait=wrong)
        assert (caught.value.field, velt.asked) == ("options.dead_line", [])
        assert sdk.selfHosting.users.getUsers("acme", ["u-ana"])["data"]


def test_a_job_that_outlasts_the_deadline_leaves_its_id_and_an_erasure_that_is_not_complete(
    config: Dict[str, Any], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with Loopback(Velt(done=10**9)) as server:
        written(at(server, config, monkeypatch))
        assert run("erase", "--yes", "--velt", "--deadline", "0.2", "--json") == 3
    captured = capsys.readouterr()
    assert "velt.privacy.asked job=j1 state=running" in captured.err
    report = json.loads(captured.out)
    assert (report["velt"]["state"], report["velt"]["jobId"]) == ("timeout", "j1")
    assert (report["confirmed"], report["complete"]) == (True, False)


def test_a_refusal_of_velt_keeps_nobody_in_the_own_store(
    config: Dict[str, Any], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with Loopback(Velt(refuses=True)) as server:
        written(at(server, config, monkeypatch))
        assert run("erase", "--yes", "--velt", "--json") == 3
    report = json.loads(capsys.readouterr().out)
    assert report["velt"] == {"state": "refused", "jobId": None, "error": "PERMISSION_DENIED"}
    assert (report["confirmed"], report["complete"]) == (True, False)


def test_without_credentials_nothing_is_erased(config: Dict[str, Any]) -> None:
    with VeltSDK.initialize(config) as sdk:
        with pytest.raises(VeltConfigurationError):
            sdk.privacy.erase_user("u-ana", dry_run=False)
        assert sdk.selfHosting.users.getUsers("acme", ["u-ana"])["data"]
