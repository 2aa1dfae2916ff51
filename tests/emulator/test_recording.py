"""Record mode: what goes through it, what is written down, and how a replay tells where the emulator differs."""

from __future__ import annotations

import contextlib
import json
import os
import stat
from pathlib import Path
from typing import Any, Dict, Generator, List, Tuple

import pytest

from tests.emulator.receiving import receiver
from tests.emulator.walk import samples, walked
from velt_py import VeltSDK
from velt_py.cli.command import main
from velt_py.emulator import Clock, Emulator, EmulatorServer
from velt_py.emulator.recording.comparing import Difference, Ids, differences
from velt_py.emulator.recording.recorder import Recorder
from velt_py.emulator.recording.redacting import Redactor
from velt_py.emulator.recording.replaying import read_recording, replay
from velt_py.emulator.server import HttpServer

KEYS = {
    "apiKey": "the-own-api-key",
    "authToken": "the-own-auth-token",
    "workspaceId": "the-own-workspace",
    "workspaceAuthToken": "the-own-workspace-token",
}


@contextlib.contextmanager
def recorded(path: Path, keep_texts: bool = False) -> Generator[Tuple[Emulator, VeltSDK], None, None]:
    """An SDK that calls a second emulator through a recorder, both over sockets."""
    emulator = Emulator(clock=Clock(1_800_000_000.0))
    with EmulatorServer(emulator, port=0) as upstream:
        recorder = Recorder(str(path), upstream.url, keep_texts=keep_texts, clock=emulator.clock)
        with HttpServer(recorder.handle, port=0) as server, VeltSDK.initialize(
            {**KEYS, "apiBaseUrl": server.url}
        ) as sdk:
            yield emulator, sdk
        recorder.close()
    emulator.close()


def walk(path: Path, keep_texts: bool) -> int:
    with recorded(path, keep_texts) as (emulator, sdk):
        own = {"own": KEYS["apiKey"], "token": KEYS["authToken"]}
        return len(list(walked(emulator, sdk.api, own, samples("walker"))))


def test_every_operation_is_recorded_and_replayed_without_a_difference(tmp_path: Path) -> None:
    made = walk(tmp_path / "r.jsonl", keep_texts=True)
    found = replay(read_recording(str(tmp_path / "r.jsonl")), {})
    assert found.exchanges == made > 170
    assert [each.as_json() for each in found.findings] == []


def test_a_recording_holds_no_secret_and_no_text_of_people_and_is_for_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "r.jsonl"
    walk(path, keep_texts=False)
    text = path.read_text()
    assert [name for name, value in KEYS.items() if value in text] == []
    for private in (
        "whsec_",
        "eyJ",
        "walker Name",
        "walker says",
        "walker@",
        "walker document",
        "walker prompt",
    ):
        assert private not in text, private
    assert "walker-user" in text
    assert stat.S_IMODE(os.stat(path).st_mode) == 0o600
    found = replay(read_recording(str(path)), {})
    # The memory compares words, and there are none left.
    assert {each.operation.partition(".")[0] for each in found.findings} <= {"memory"}


def test_with_its_texts_a_recording_still_holds_no_secret(tmp_path: Path) -> None:
    walk(tmp_path / "r.jsonl", keep_texts=True)
    text = (tmp_path / "r.jsonl").read_text()
    assert [value for value in (*KEYS.values(), "whsec_", "eyJ") if value in text] == []
    assert "walker says" in text


def test_the_recorder_passes_calls_on_as_they_are_and_answers_back(tmp_path: Path) -> None:
    with receiver(status=429, headers={"Retry-After": "7"}, answer={"error": {"status": "X"}}) as velt:
        upstream = velt.url[: -len("/hook")]
        recorder = Recorder(str(tmp_path / "r.jsonl"), upstream)
        head = {
            "X-Velt-Api-Key": "k",
            "Content-Type": "application/json",
            "Cookie": "session",
            "Host": "here",
        }
        body = b'{"data":{"organizationIds":["o"]}}'
        status, headers, answer = recorder.handle("POST", "/v2/organizations/get", head, body)
        assert (status, headers["Retry-After"], json.loads(answer)) == (429, "7", {"error": {"status": "X"}})
        [(got, sent)] = velt.got
        assert (sent, got["x-velt-api-key"]) == (body, "k")
        assert "Cookie" not in got
        assert recorder.handle("POST", "/v2/nothing", head, body)[0] == 501
        assert recorder.handle("GET", "/v2/organizations/get", head, b"")[0] == 501
        assert len(velt.got) == 1
    assert recorder.handle("POST", "/v2/organizations/get", head, body)[0] == 502
    recorder.close()
    assert len((tmp_path / "r.jsonl").read_text().splitlines()) == 2


def test_secrets_go_wherever_they_stand() -> None:
    redactor = Redactor(keep_texts=True)
    redactor.caller({"x-velt-api-key": "key-of-the-shop", "x-velt-auth-token": "token-of-it"}, None)
    answer = {
        "link": "https://ana:pass@app.example/a?signature=abc",
        "echo": "the token token-of-it of key-of-the-shop",
        "mail": {"authToken": "x", "clientSecret": "y", "headers": {"Any": "z"}},
        "jwt": "in eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ4In0.c2ln here",
        "apiKey": "key-of-the-shop",
    }
    found = redactor.answer("users.getUsers", answer)
    assert found == {
        "link": "https://__redacted__@app.example/a",
        "echo": "the token __redacted__ of key-1",
        "mail": {
            "authToken": "__redacted__",
            "clientSecret": "__redacted__",
            "headers": {"Any": "__redacted__"},
        },
        "jwt": "__redacted__",
        "apiKey": "key-1",
    }


def test_the_same_text_has_the_same_placeholder_in_one_recording_and_another_one_elsewhere() -> None:
    comment: Dict[str, Any] = {"commentText": "To May", "from": {"userId": "u", "email": "ana@acme.example"}}
    one, other = Redactor(), Redactor()
    first, again = (one.request("commentAnnotations.addComments", comment) for _ in range(2))
    assert first == again != other.request("commentAnnotations.addComments", comment)
    assert (len(first["commentText"]), first["from"]["userId"]) == (6, "u")
    assert [len(part) for part in first["from"]["email"].split("@")] == [3, 12]


def test_differences_name_the_place_and_the_types_and_ids_may_differ() -> None:
    ids = Ids()
    velt = {
        "result": {
            "status": "success",
            "data": {"-Ox1": {"id": "-Ox1", "n": 1, "gone": None}, "list": [{"aId": 7}, {"aId": 8}]},
        }
    }
    here = {
        "result": {
            "status": "partial",
            "data": {"-Az2": {"id": "-Az2", "n": "1", "more": True}, "list": [{"aId": 9}]},
        }
    }
    assert set(differences(velt, here, ids)) == {
        Difference("result.status", "word", "success", "partial"),
        Difference("result.data.{}.n", "type", "number", "text"),
        Difference("result.data.{}.gone", "missing", "null", None),
        Difference("result.data.{}.more", "extra", None, "boolean"),
        Difference("result.data.list", "length", 2, 1),
    }
    asked = {"ids": ["-Ox1"], "aId": 7, "count": 7, "-Ox1": 1}
    assert ids.request(asked) == {"ids": ["-Az2"], "aId": 9, "count": 7, "-Az2": 1}


def test_the_command_replays_a_recording_and_says_where_velt_answered_otherwise(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "r.jsonl"
    with recorded(path) as (_, sdk):
        sdk.api.organizations.addOrganizations(organizations=[{"organizationId": "o"}])
        sdk.api.organizations.addOrganizations(organizations=[{"organizationId": "o"}])
    assert main(["emulator", "--replay", str(path)]) == 0
    assert "2 exchanges, 0 differences" in capsys.readouterr().out
    lines = path.read_text().splitlines()
    at_velt = json.loads(lines[2])
    at_velt.update(status=409, answer={"error": {"status": "ALREADY_EXISTS", "message": "There."}})
    path.write_text("\n".join([*lines[:2], json.dumps(at_velt)]))
    assert main(["emulator", "--replay", str(path), "--json"]) == 1
    found = json.loads(capsys.readouterr().out)
    [status, *rest] = found["differences"]
    assert (status["kind"], status["recorded"], status["emulated"], status["line"]) == ("status", 409, 200, 3)
    assert status["assumptions"] == ["organizations-again"]
    assert {each["path"] for each in rest} == {"error", "result"}
    assert main(["emulator", "--replay", str(path)]) == 1
    assert "HTTP status: Velt 409, here 200" in capsys.readouterr().out


HEAD = '{"format": "velt-recording-1"}\n'
BROKEN: List[Tuple[str, str]] = [
    ("", "line 1"),
    ('{"format": "x"}', "velt-recording-1"),
    (HEAD + "[]", "line 2"),
    (HEAD + '{"operation": "x"}', "line 2 has no path"),
    (HEAD + "[" * 100_000, "line 2"),
    (HEAD + '{"operation": "x", "path": "/__velt/console/", "at": 1, "caller": {}, "status": 200}', "line 2"),
    (HEAD + '{"operation": "x", "path": "/v2/users/get", "at": -1, "caller": {}, "status": 200}', "line 2"),
]


@pytest.mark.parametrize(("text", "said"), BROKEN, ids=range(len(BROKEN)))
def test_what_is_no_recording_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, said: str
) -> None:
    path = tmp_path / "r.jsonl"
    path.write_text(text)
    assert main(["emulator", "--replay", str(path)]) == 2
    assert said in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments",
    [
        ["--record", "{there}"],
        ["--record", "{new}", "--upstream", "ftp://x"],
        ["--record", "{new}", "--data", "d"],
        ["--upstream", "https://api.example"],
        ["--keep-texts"],
        ["--record", "{new}", "--replay", "{there}"],
        ["--record", "{new}", "--limit", "credits=1"],
        ["--record", "{new}", "--assume", "organizations-again=strict"],
        ["--replay", "{there}", "--cmd", "true"],
        ["--latency", "-1"],
        ["--latency", "slow"],
    ],
    ids=" ".join,
)
def test_arguments_that_do_not_fit_end_in_a_message_and_leave_no_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: List[str]
) -> None:
    there, new = tmp_path / "there", tmp_path / "new"
    there.write_text("kept")
    filled = [each.format(there=there, new=new) for each in arguments]
    assert main(["emulator", "--port", "0", *filled]) == 2
    assert capsys.readouterr().err.splitlines()[-1].startswith("velt: ")
    assert (there.read_text(), new.exists()) == ("kept", False)
