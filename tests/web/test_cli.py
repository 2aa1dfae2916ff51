"""The velt command."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, Dict, Iterator, List

import pytest

import velt_py
from tests.webserver import Client
from velt_py import VeltSDK
from velt_py.cli import main
from velt_py.cli.command import make_parser
from velt_py.web.frontend import frontend_block
from velt_py.web.routes import OPERATIONS

ENVIRONMENT = {**os.environ, "PYTHONPATH": str(Path(velt_py.__file__).parents[1])}


@pytest.fixture
def config(config: Dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Dict[str, Any]:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "velt.json").write_text(json.dumps(config))
    return config


def test_the_version_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"velt-py {velt_py.__version__}\n"


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["nonsense"],
        ["schema"],
        ["schema", "check"],
        ["schema", "drop", "--config", "velt.json"],
        ["schema", "check", "--config", "missing.json"],
        ["schema", "check", "--config", "broken.json"],
        ["schema", "check", "--config", "wrong.json"],
        ["schema", "check", "--config", "no_such_module:CONFIG"],
        ["schema", "check", "--config", "json:no_such_name"],
        ["schema", "check", "--config", "json:decoder"],
        ["serve"],
        ["serve", "--insecure-local", "--host", "0.0.0.0"],
        ["serve", "--insecure-local", "--host", "192.0.2.1"],
        ["serve", "--insecure-local", "--authorize", "json:loads"],
        ["serve", "--insecure-local", "--port", "99999"],
        ["serve", "--config", "velt.json", "--authenticate", "json"],
        ["serve", "--config", "velt.json", "--authenticate", "json:nothing", "--port", "0"],
        ["serve", "--config", "velt.json", "--origin", "*", "--port", "0"],
    ],
)
def test_a_wrong_command_is_explained_on_stderr_with_exit_code_2(
    config: Dict[str, Any], arguments: List[str], capsys: pytest.CaptureFixture[str]
) -> None:
    Path("broken.json").write_text("{")
    Path("wrong.json").write_text('{"databse": {}}')
    assert main(arguments) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err
    assert "Traceback" not in captured.err


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (["doctr", "--json"], "USAGE", "did you mean doctor?"),
        (["schema", "chek", "--config", "velt.json", "--json"], "USAGE", "did you mean check?"),
        (
            ["gdpr", "erase", "--config", "velt.json", "--usr", "private", "--json"],
            "USAGE",
            "required: --user",
        ),
        (["doctor", "--confg", "private", "--json"], "USAGE", "no option --confg; did you mean --config?"),
        (["files", "reconcile", "--config", "velt.json", "--grace", "nan", "--json"], "USAGE", "--grace"),
        (["schema", "check", "--config", "none.json", "--json"], "CONFIGURATION_ERROR", "none.json"),
        (["schema", "check", "--config", "failing:CONFIG", "--json"], "CONFIGURATION_ERROR", "line 1"),
        (["schema", "check", "--config", "works:fails", "--json"], "CONFIGURATION_ERROR", "line 2"),
        (["schema", "check", "--config", "broken:X", "--json"], "CONFIGURATION_ERROR", "SyntaxError"),
    ],
    ids=lambda value: value if isinstance(value, str) else " ".join(value[:4]),
)
def test_with_json_what_is_wrong_is_an_object_too_and_quotes_nothing_that_may_be_secret(
    config: Dict[str, Any],
    arguments: List[str],
    code: str,
    told: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.syspath_prepend(".")
    Path("failing.py").write_text("raise ValueError('private')\n")
    Path("works.py").write_text("def fails():\n    raise ValueError('private')\n")
    Path("broken.py").write_text("CONFIG = (\n")
    assert main(arguments) == 2
    captured = capsys.readouterr()
    error = json.loads(captured.out)["error"]
    assert (error["code"], told in error["message"]) == (code, True), error
    assert f"velt: {error['message']}" in captured.err
    assert "private" not in captured.out + captured.err


def test_an_interrupted_command_says_so_in_a_line(
    config: Dict[str, Any], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(".")
    Path("interrupted.py").write_text("def config():\n    raise KeyboardInterrupt\n")
    assert main(["schema", "print", "--config", "interrupted:config", "--json"]) == 130
    assert capsys.readouterr() == ("", "velt: interrupted\n")


@pytest.mark.parametrize(("place", "told"), [("pipe", ""), ("/dev/full", "velt: No space left on device\n")])
def test_an_output_that_takes_no_more_ends_the_command_without_a_traceback(
    place: str, told: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    if place == "pipe":
        reading, writing = os.pipe()
        os.close(reading)
    else:
        writing = os.open(place, os.O_WRONLY)
    with os.fdopen(writing, "w") as output:
        monkeypatch.setattr(sys, "stdout", output)
        assert main(["call", "--json"]) == 1
        monkeypatch.undo()
    assert capsys.readouterr().err == told


def test_schema_is_printed_without_opening_the_database(
    config: Dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["schema", "print", "--config", "velt.json"]) == 0
    assert 'CREATE TABLE IF NOT EXISTS "comment_annotations"' in capsys.readouterr().out
    assert not Path(config["database"]["path"]).exists()


def test_schema_check_finds_what_is_missing_and_apply_makes_it(
    config: Dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    config["database"]["manage_schema"] = False
    Path("velt.json").write_text(json.dumps(config))
    assert main(["schema", "check", "--config", "velt.json", "--json"]) == 1
    missing = json.loads(capsys.readouterr().out)
    assert (missing["action"], bool(missing["lines"])) == ("check", True)
    assert main(["schema", "apply", "--config", "velt.json"]) == 0
    assert main(["schema", "check", "--config", "velt.json"]) == 0
    assert capsys.readouterr().out.endswith("nothing is missing\n")


def test_a_database_that_fails_is_exit_code_1(
    config: Dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    config["database"]["path"] = "no such folder/velt.db"
    Path("velt.json").write_text(json.dumps(config))
    assert main(["schema", "check", "--config", "velt.json"]) == 1
    last = capsys.readouterr().err.splitlines()[-1]
    assert last.startswith("velt: ")


def test_a_configuration_may_come_from_a_module(
    config: Dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    Path("my_velt_settings.py").write_text(f"CONFIG = {config!r}\ndef made():\n    return CONFIG\n")
    for name in ("CONFIG", "made"):
        assert main(["schema", "print", "--config", f"my_velt_settings:{name}", "--json"]) == 0
        assert json.loads(capsys.readouterr().out)["lines"]


def test_files_are_reconciled(config: Dict[str, Any], capsys: pytest.CaptureFixture[str]) -> None:
    attachment = {"attachmentId": 1, "name": "a.png", "base64Data": "AAAA"}
    with VeltSDK.initialize(config) as sdk:
        assert sdk.selfHosting.attachments.saveAttachment("acme", attachment)["success"]
    assert main(["files", "reconcile", "--config", "velt.json"]) == 0
    assert "1 attachments" in capsys.readouterr().out
    for path in Path(config["files"]["path"]).rglob("*"):
        if path.is_file():
            path.unlink()
    assert main(["files", "reconcile", "--config", "velt.json", "--json", "--grace", "0"]) == 1
    assert json.loads(capsys.readouterr().out)["missing"] == [{"organization": "acme", "id": "1"}]


def test_the_block_for_the_frontend_names_every_route_that_the_frontend_posts_to() -> None:
    block = frontend_block("https://app.example/velt/")
    assert 'const velt = "https://app.example/velt";' in block
    assert set(re.findall(r'endpoint\("([^"]+)"\)', block)) | {"/users/resolve"} == set(OPERATIONS)
    for provider in (
        "comment", "reaction", "recorder", "attachment", "user", "notification", "activity", "anonymousUser",
    ):  # fmt: skip
        assert re.search(rf"^  {provider}: {{$", block, re.M), provider
    assert block.count("{") == block.count("}")
    assert block.count("(") == block.count(")")
    assert "</script>" not in frontend_block("http://x/</script><script>")


def test_the_help_of_every_command_and_action_says_what_it_does() -> None:
    asked = [("velt", make_parser())]
    for name, parser in asked:
        assert parser.description, name
        asked += [(f"{name} {word}", below) for word, below in parser.below().items()]
    assert len(asked) > 25
    assert dict(asked)["velt gdpr erase"].description == "Erase a person; a dry run without --yes."


def test_the_block_for_the_frontend_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["frontend", "--base-url", "https://app.example/velt/"]) == 0
    block = capsys.readouterr().out
    assert block == frontend_block("https://app.example/velt") + "\n"
    assert main(["frontend", "--base-url", "https://app.example/velt/", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told == {"url": "https://app.example/velt", "javascript": block[:-1]}


# velt serve


@pytest.fixture
def serving(config: Dict[str, Any], tmp_path: Path) -> Iterator[Any]:
    running: List[Any] = []

    def start(*arguments: str) -> Any:
        with open(tmp_path / "stderr.txt", "w") as errors:
            process = subprocess.Popen(
                [sys.executable, "-m", "velt_py", "serve", "--port", "0", "--json", *arguments],
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
                env=ENVIRONMENT,
            )
        running.append(process)
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line, (tmp_path / "stderr.txt").read_text()
        client = Client(int(json.loads(line)["listening"].rpartition(":")[2]))
        deadline = time.monotonic() + 20
        while True:
            try:
                client.request("GET", "/healthz/live")
                break
            except ConnectionRefusedError:
                assert time.monotonic() < deadline
                time.sleep(0.05)
        return client, process

    yield start
    for process in running:
        process.kill()
        process.communicate()


def test_insecure_local_serves_everybody_here_and_says_so(serving: Any, tmp_path: Path) -> None:
    client, process = serving("--insecure-local")
    assert client.post("/comments/get", {"organizationId": "acme"}).status == 200
    assert client.post("/comments/get", {"organizationId": "acme"}, {"Host": "evil.example"}).status in (
        400,
        401,
    )
    request = json.dumps({"attachment": {"attachmentId": 1}, "metadata": {"organizationId": "acme"}}).encode()
    answer = client.upload("/attachments/save", [("file", "a.png", b"abc"), ("request", None, request)])
    assert answer.json["data"]["url"] == f"http://127.0.0.1:{client.port}/files/1?organizationId=acme"
    process.send_signal(signal.SIGINT)
    assert process.wait(20) in (0, 130, -signal.SIGINT)
    errors = (tmp_path / "stderr.txt").read_text()
    assert "velt.serve.insecure" in errors
    assert "route=comments.get" in errors
    assert "Traceback" not in errors


def test_the_console_is_served_when_it_is_asked_for_and_to_everybody_here_anyway(serving: Any) -> None:
    client, _ = serving("--insecure-local")
    assert client.request("GET", "/console/api/organizations").json["items"] == []
    stranger = client.request("GET", "/console/api/organizations", headers={"Host": "evil.example"})
    assert stranger.status in (400, 401)
    client, _ = serving("--config", "velt.json")
    assert client.request("GET", "/console/").status == 404
    client, _ = serving("--config", "velt.json", "--console")
    answer = client.request("GET", "/console/")
    assert (answer.status, answer.json["errorCode"]) == (403, "NOT_CONFIGURED")


def test_a_server_without_hooks_denies_and_says_what_is_missing(serving: Any, tmp_path: Path) -> None:
    client, _ = serving("--config", "velt.json")
    answer = client.post("/comments/get", {"organizationId": "acme"})
    assert (answer.status, answer.json["errorCode"]) == (403, "NOT_CONFIGURED")
    errors = (tmp_path / "stderr.txt").read_text()
    assert "missing=--authenticate" in errors
    assert "missing=--authorize" in errors


def test_hooks_of_the_application_decide(serving: Any) -> None:
    Path("my_hooks.py").write_text(
        "def who(request):\n    return request.headers.get('x-user')\n"
        "async def may(principal, access):\n    return principal == access.organizationId\n"
    )
    client, _ = serving(
        "--config", "velt.json", "--authenticate", "my_hooks:who", "--authorize", "my_hooks:may",
        "--origin", "https://app.example",
    )  # fmt: skip
    body = {"organizationId": "acme"}
    origin = {"Origin": "https://app.example"}
    assert client.post("/comments/get", body).status == 401
    assert client.post("/comments/get", body, {"X-User": "rival"}).status == 403
    answer = client.post("/comments/get", body, {"X-User": "acme", **origin})
    assert answer.status == 200
    assert answer.headers["access-control-allow-origin"] == "https://app.example"


@pytest.mark.parametrize(("module", "extra"), [("uvicorn", "serve"), ("multipart", "web")])
def test_a_missing_library_is_named_with_its_install_line(
    module: str, extra: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    # This host is refused as well, but later: nothing is ever served here.
    assert main(["serve", "--insecure-local", "--host", "192.0.2.1"]) == 2
    assert f'pip install "velt-py[{extra}]"' in capsys.readouterr().err
