"""`velt emulator`: Velt's REST API on this machine."""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import threading
from typing import Any, Dict, List, Mapping, Tuple, Union

from velt_py.cli.logs import log_to_stderr
from velt_py.emulator.assumptions import assumptions_as_json
from velt_py.emulator.core import CONSOLE, Emulator, coverage
from velt_py.emulator.server import EmulatorServer, HttpServer
from velt_py.exceptions import VeltConfigurationError

__all__ = ["KEY", "TOKEN", "console_of", "run_emulator"]

KEY, TOKEN = "velt_local_key", "velt_local_token"
WORKSPACE, WORKSPACE_TOKEN = "velt_local_workspace", "velt_local_workspace_token"

BELONGING: Mapping[str, Tuple[str, ...]] = {
    "upstream": ("record",),
    "keep_texts": ("record",),
    "cmd": ("", "record"),
    "assume": ("", "replay"),
    **dict.fromkeys(("data", "seed", "latency", "limit", "known_keys_only", "production_url_rules"), ("",)),
}
"""Options that mean something only when this emulates ("") or to one of the others."""


def run_emulator(given: argparse.Namespace) -> int:
    """Serve until the process is told to end, or until the command is over."""
    if given.assumptions:
        return print_assumptions(given.json)
    check_combination(given)
    log_to_stderr()
    if given.record or given.replay:
        from velt_py.cli.recording import run_recorder, run_replay

        return run_recorder(given) if given.record else run_replay(given)
    emulator = Emulator(
        given.data,
        known_keys_only=given.known_keys_only,
        production_url_rules=given.production_url_rules,
        assume=named("--assume", given.assume),
        latency=given.latency / 1000,
    )
    try:
        emulator.tenant(KEY, TOKEN)
        if given.seed:
            seed(emulator, given.seed)
        limit(emulator, named("--limit", given.limit))
        server = EmulatorServer(emulator, given.host, given.port)
        if given.cmd is not None:
            with server:
                return run_command(given.cmd, variables(server.url))
        end_on_signals(server)
        try:
            announce(emulator, server.url, given.json)
            server.serve()
        finally:
            server.stop()
        return 0
    finally:
        emulator.close()


def check_combination(given: argparse.Namespace) -> None:
    """Check that the arguments fit together.

    Raises:
        VeltConfigurationError: they do not.
    """
    if given.record and given.replay:
        raise VeltConfigurationError("give either --record or --replay", field="--replay")
    only = "record" if given.record else "replay" if given.replay else ""
    for name, where in BELONGING.items():
        if getattr(given, name) and only not in where:
            option = f"--{name.replace('_', '-')}"
            beside = f"it does nothing beside --{only}" if only else "it belongs to --record FILE"
            raise VeltConfigurationError(f"{option}: {beside}", field=option)


def end_on_signals(server: HttpServer) -> None:
    """End properly by Ctrl-C and by the signal of process managers, also where a shell started this in the background
    and had SIGINT ignored."""

    def end(number: int, frame: Any) -> None:
        server.end()

    if threading.current_thread() is threading.main_thread():
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, end)


def variables(url: str) -> Dict[str, str]:
    """The environment that leads an SDK here."""
    return {
        "VELT_API_BASE_URL": url,
        "VELT_API_URL": url,
        "VELT_API_KEY": KEY,
        "VELT_AUTH_TOKEN": TOKEN,
        "VELT_WORKSPACE_ID": WORKSPACE,
        "VELT_WORKSPACE_AUTH_TOKEN": WORKSPACE_TOKEN,
    }


def console_of(url: str) -> str:
    """The address of the console of the emulator at an address."""
    return f"{url}{CONSOLE}/"


def announce(emulator: Emulator, url: str, as_json: bool) -> None:
    if as_json:
        print(json.dumps({"url": url, "environment": variables(url), "console": console_of(url)}))
    else:
        known = coverage(emulator)
        print(f"The emulator listens on {url}\n")
        for name, value in variables(url).items():
            print(f"export {name}={value}")
        total = len(known["emulated"]) + len(known["missing"])
        print(
            f"\n{len(known['emulated'])} of {total} operations are emulated; {url}/__velt/coverage lists them."
        )
        print(f"Look at what is stored: {console_of(url)}")
        print(
            "Not emulated: the browser's realtime channels. `velt emulator --assumptions` lists what is guessed."
        )
    sys.stdout.flush()


def named(option: str, entries: List[str]) -> Dict[str, str]:
    """What an option says that may be repeated.

    Raises:
        VeltConfigurationError: an entry is no NAME=VALUE.
    """
    found: Dict[str, str] = {}
    for entry in entries:
        name, equals, choice = entry.partition("=")
        if not equals or not name or not choice:
            raise VeltConfigurationError(f"{option} {entry}: must be NAME=VALUE", field=option)
        found[name] = choice
    return found


LIMITS = {
    "rate-limit": "rateLimit",
    "credits": "credits",
    "agents": "agents",
    "plan": "plan",
    "production-keys": "productionKeys",
}
"""What `--limit` names, and what the control API calls it."""


def limit(emulator: Emulator, wanted: Dict[str, str]) -> None:
    """Limit the local api key, and the local workspace.

    Raises:
        VeltConfigurationError: there is no such limit, or it cannot be that.
    """
    given: Dict[str, Any] = {}
    for name, value in wanted.items():
        if name not in LIMITS:
            raise VeltConfigurationError(
                f"--limit {name}: must be one of {', '.join(LIMITS)}", field="--limit"
            )
        given[LIMITS[name]] = int(value) if value.isascii() and value.isdigit() else value
    for place in ({"apiKey": KEY}, {"workspaceId": WORKSPACE}) if given else ():
        control(emulator, "limits", {**place, **given}, "--limit")


def print_assumptions(as_json: bool) -> int:
    entries = assumptions_as_json()
    if as_json:
        print(json.dumps({"assumptions": entries}))
        return 0
    for entry in entries:
        print(f"{entry['id']} ({', '.join(entry['operations'])})\n    {entry['text']}")
        if entry["choices"]:
            print(f"    --assume {entry['id']}={'|'.join(entry['choices'])}")
    return 0


def seed(emulator: Emulator, path: str) -> None:
    """Load the state of a file.

    Raises:
        VeltConfigurationError: the file cannot be read, or it is no state.
    """
    try:
        with open(path, "rb") as file:
            body = file.read()
    except OSError as error:
        raise VeltConfigurationError(f"--seed {path}: {error.strerror}", field="--seed") from None
    control(emulator, "state", body, f"--seed {path}")


def control(emulator: Emulator, name: str, body: Union[bytes, Dict[str, Any]], option: str) -> None:
    """Ask the control API for a change that an option wants.

    Raises:
        VeltConfigurationError: it does not take it.
    """
    sent = body if isinstance(body, bytes) else json.dumps(body).encode()
    status, _, answer = emulator.handle("POST", f"/__velt/{name}", {}, sent)
    if status != 200:
        said: Any = json.loads(answer)
        raise VeltConfigurationError(f"{option}: {said['error']['message']}", field=option.partition(" ")[0])


def run_command(command: str, environment: Dict[str, str]) -> int:
    """Run a command against the emulator; its exit code.

    Raises:
        VeltConfigurationError: there is no such command.
    """
    import shlex
    import subprocess

    try:
        words = shlex.split(command)
        if not words:
            raise VeltConfigurationError("--cmd: the command is empty", field="--cmd")
        return subprocess.call(words, env={**os.environ, **environment})
    except ValueError as error:
        raise VeltConfigurationError(f"--cmd {command}: {error}", field="--cmd") from None
    except OSError as error:
        raise VeltConfigurationError(f"--cmd {command}: {error.strerror}", field="--cmd") from None
