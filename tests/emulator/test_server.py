"""The emulator behind a port, and `velt emulator`."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any, Dict, Iterator, List, Tuple
from urllib.parse import urlsplit

import pytest

from velt_py import AsyncVeltSDK, VeltSDK
from velt_py.cli.command import main
from velt_py.emulator import AsyncInProcessTransport, Emulator, EmulatorServer
from velt_py.exceptions import VeltNetworkError

KEYS = {"apiKey": "key", "authToken": "token"}
HEADERS = {"x-velt-api-key": "key", "x-velt-auth-token": "token", "Content-Type": "application/json"}
SOURCE = str(Path(__file__).resolve().parents[2] / "src")


def ask(
    connection: http.client.HTTPConnection,
    method: str,
    path: str,
    body: Any,
    headers: Dict[str, str] = HEADERS,
) -> Tuple[int, Any]:
    connection.request(method, path, json.dumps(body), headers)
    response = connection.getresponse()
    return response.status, json.loads(response.read())


def connected(server: EmulatorServer) -> http.client.HTTPConnection:
    return http.client.HTTPConnection(urlsplit(server.url).netloc, timeout=30)


def test_many_calls_go_over_one_connection(emulator: Emulator) -> None:
    with EmulatorServer(emulator, port=0) as server:
        connection = connected(server)
        assert ask(connection, "POST", "/v2/organizations/get", {"data": {}})[0] == 200
        socket = connection.sock
        assert ask(connection, "GET", "/__velt/health", {})[1]["ok"] is True
        assert ask(connection, "POST", "/v2/nothing", {"data": {}})[0] == 501
        assert connection.sock is socket
        connection.close()


def test_the_sdk_works_over_a_port(emulator: Emulator) -> None:
    with EmulatorServer(emulator, port=0) as server, VeltSDK.initialize(
        {**KEYS, "apiBaseUrl": server.url}
    ) as sdk:
        sdk.api.organizations.addOrganizations(organizations=[{"organizationId": "o"}])
        assert [each["id"] for each in sdk.api.organizations.getOrganizations.items()] == ["o"]


async def test_the_async_sdk_works_in_process(emulator: Emulator) -> None:
    sdk = AsyncVeltSDK.initialize(KEYS, transport=AsyncInProcessTransport(emulator))
    await sdk.api.organizations.addOrganizations(organizations=[{"organizationId": "o"}])
    assert [each["id"] async for each in sdk.api.organizations.getOrganizations.items()] == ["o"]


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Origin": "https://elsewhere.example"}, 403),
        ({"Host": "elsewhere.example"}, 403),
        ({"Content-Length": "many"}, 400),
        ({"Content-Length": "99999999999"}, 413),
        ({"Transfer-Encoding": "chunked"}, 411),
    ],
    ids=["other-site", "rebound-name", "no-number", "too-large", "chunked"],
)
def test_requests_that_should_not_be_there_are_refused(
    emulator: Emulator, headers: Dict[str, str], status: int
) -> None:
    with EmulatorServer(emulator, port=0) as server:
        connection = connected(server)
        connection.putrequest("POST", "/__velt/reset", skip_host="Host" in headers)
        for name, value in headers.items():
            connection.putheader(name, value)
        connection.endheaders()
        assert connection.getresponse().status == status
        connection.close()


def test_a_fault_can_end_the_connection(emulator: Emulator) -> None:
    emulator.faults.add(match="organizations.add*", drop=True)
    with EmulatorServer(emulator, port=0) as server, VeltSDK.initialize(
        {**KEYS, "apiBaseUrl": server.url}
    ) as sdk:
        with pytest.raises(VeltNetworkError):
            sdk.api.organizations.addOrganizations(organizations=[{"organizationId": "o"}])
        assert list(sdk.api.organizations.getOrganizations.items()) == []


@contextlib.contextmanager
def running(*arguments: str) -> Iterator[Tuple[subprocess.Popen[str], http.client.HTTPConnection]]:
    """`velt emulator` in a process of its own, and a connection to it; neither outlives the block."""
    command = [sys.executable, "-m", "velt_py", "emulator", "--port", "0", "--json", *arguments]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": SOURCE}
    ) as process:
        try:
            assert process.stdout is not None
            url: str = json.loads(process.stdout.readline())["url"]
            with contextlib.closing(
                http.client.HTTPConnection(urlsplit(url).netloc, timeout=30)
            ) as connection:
                yield process, connection
        finally:
            process.kill()


def ended(process: subprocess.Popen[str], how: int) -> int:
    process.send_signal(how)
    process.communicate(timeout=30)
    return process.returncode


def test_a_killed_emulator_loses_nothing_that_it_answered(tmp_path: Path) -> None:
    answered: List[str] = []
    with running("--data", str(tmp_path)) as (process, connection):
        for number in range(50):
            body = {"data": {"organizations": [{"organizationId": f"o{number:02}"}]}}
            assert ask(connection, "POST", "/v2/organizations/add", body)[0] == 200
            answered.append(f"o{number:02}")
        ended(process, signal.SIGKILL)
    with running("--data", str(tmp_path)) as (process, connection):
        _, answer = ask(connection, "POST", "/v2/organizations/get", {"data": {}})
        assert [each["id"] for each in answer["result"]["data"]] == answered
        assert ended(process, signal.SIGINT) == 0


def test_a_command_runs_against_it_and_its_exit_code_is_kept(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(
        "from velt_py import VeltSDK\n"
        "sdk = VeltSDK.initialize({})\n"
        "sdk.api.organizations.addOrganizations(organizations=[{'organizationId': 'o'}])\n"
        "raise SystemExit(7 if list(sdk.api.organizations.getOrganizations.items()) else 1)\n"
    )
    command = f"{sys.executable} {script}"
    found = subprocess.run(
        [sys.executable, "-m", "velt_py", "emulator", "--port", "0", "--cmd", command],
        env={**os.environ, "PYTHONPATH": SOURCE},
        check=False,
    )
    assert found.returncode == 7


def test_the_assumptions_are_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["emulator", "--assumptions"]) == 0
    assert "effective-access" in capsys.readouterr().out
    assert main(["emulator", "--assumptions", "--json"]) == 0
    entries = json.loads(capsys.readouterr().out)["assumptions"]
    assert all(entry["text"] and entry["operations"] for entry in entries)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--seed", "nowhere.json"], "nowhere.json"),
        (["--port", "70000"], "--port"),
        (["--data", "/dev/null/x"], "--data"),
        (["--cmd", "no-such-command-here"], "--cmd"),
        (["--cmd", "'"], "--cmd"),
    ],
    ids=["seed", "port", "data", "cmd", "quote"],
)
def test_what_cannot_be_is_said_without_a_traceback(
    arguments: List[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["emulator", "--port", "0", *arguments]) == 2
    assert said in capsys.readouterr().err


def test_a_dumped_state_can_seed_another(tmp_path: Path, emulator: Emulator) -> None:
    emulator.tenant("key", "token")
    body = {"data": {"organizations": [{"organizationId": "o"}]}}
    emulator.handle("POST", "/v2/organizations/add", HEADERS, json.dumps(body).encode())
    file = tmp_path / "seed.json"
    file.write_bytes(emulator.handle("GET", "/__velt/state", {}, b"")[2])
    with running("--seed", str(file)) as (_, connection):
        _, answer = ask(connection, "POST", "/v2/organizations/get", {"data": {}})
    assert [each["id"] for each in answer["result"]["data"]] == ["o"]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["interrupt", "terminate"])
def test_it_ends_by_the_signals_of_people_and_of_process_managers_although_a_shell_ignores_them(
    number: signal.Signals,
) -> None:
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)  # as shells do for what runs in the background
    try:
        with running() as (process, _):
            assert ended(process, number) == 0
    finally:
        signal.signal(signal.SIGINT, before)
