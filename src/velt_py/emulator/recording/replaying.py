"""Asks a fresh emulator what a recording asked Velt, and tells where the answers differ."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any, Dict, Iterator, List, Mapping, Set, Tuple, cast

from velt_py._nesting import check_nesting
from velt_py.api.messages import Reply as Answered
from velt_py.emulator.clock import LATEST, Clock
from velt_py.emulator.core import Emulator
from velt_py.emulator.outgoing import Outgoing
from velt_py.emulator.recording.comparing import Difference, Ids, differences
from velt_py.emulator.recording.recorder import FORMAT
from velt_py.emulator.routes import make_routes
from velt_py.emulator.tenants import API_KEY, AUTH_TOKEN, WORKSPACE_ID, WORKSPACE_TOKEN
from velt_py.exceptions import VeltConfigurationError, VeltNetworkError

__all__ = ["Finding", "Replay", "read_recording", "replay"]

TOKEN, WRONG = "token-of-the-replay", "no-token-of-the-replay"
ASSUMPTIONS = "x-velt-emulator-assumptions"
DENIED = (401, 403)
NEEDED: Mapping[str, type] = {"operation": str, "path": str, "at": int, "caller": dict, "status": int}

Exchange = Dict[str, Any]


class Nowhere(Outgoing):
    """Posts nothing: a replay must not call an application that a recording names."""

    def send(
        self, name: str, method: str, url: str, body: bytes, headers: Mapping[str, str], seconds: float
    ) -> Answered:
        """Nobody answers."""
        raise VeltNetworkError(f"{name}: nothing is sent while a recording is replayed")


@dataclass
class Finding:
    """A difference, and where it was found.

    Args:
        operation: whose answer it is in.
        difference: what differs.
        line: of the file where it was found first.
        times: how often it was found.
        assumptions: what the emulator's answers rested on.
    """

    operation: str
    difference: Difference
    line: int
    times: int = 0
    assumptions: Set[str] = field(default_factory=lambda: cast(Set[str], set()))

    def as_json(self) -> Dict[str, Any]:
        """It as a JSON object."""
        return {
            "operation": self.operation,
            **self.difference._asdict(),
            "line": self.line,
            "times": self.times,
            "assumptions": sorted(self.assumptions),
        }


@dataclass
class Replay:
    """What a replay found.

    Args:
        exchanges: how many were replayed.
        findings: the differences, each once, in the order of the file.
    """

    exchanges: int
    findings: List[Finding]


def read_recording(path: str) -> List[Tuple[int, Exchange]]:
    """The exchanges of a recording, each with its line.

    Raises:
        VeltConfigurationError: the file cannot be read, or is no recording; the line at fault is named.
    """
    try:
        with open(path, encoding="utf-8") as file:
            lines = file.read().splitlines()
    except (OSError, UnicodeDecodeError) as error:
        said = error.strerror if isinstance(error, OSError) else "the file is not in UTF-8"
        raise VeltConfigurationError(f"--replay {path}: {said}", field="--replay") from None
    head = _line(path, 1, lines[0] if lines else "")
    if head.get("format") != FORMAT:
        raise VeltConfigurationError(f"--replay {path}: the file is no {FORMAT}", field="--replay")
    routes, found = make_routes(), cast(List[Tuple[int, Exchange]], [])
    for number, line in enumerate(lines[1:], 2):
        entry = _line(path, number, line)
        wrong = [name for name, kind in NEEDED.items() if not isinstance(entry.get(name), kind)]
        if wrong:
            raise VeltConfigurationError(
                f"--replay {path}: line {number} has no {wrong[0]}", field="--replay"
            )
        if routes.get(entry["path"]) is None or not 0 <= entry["at"] < LATEST * 1000:
            raise VeltConfigurationError(
                f"--replay {path}: line {number} has a path or a time that there is not", field="--replay"
            )
        found.append((number, entry))
    return found


def replay(exchanges: List[Tuple[int, Exchange]], assume: Mapping[str, str]) -> Replay:
    """Replay the exchanges of a recording, in their order and by their times.

    Args:
        exchanges: as `read_recording` gives them.
        assume: what the emulator is to assume instead of its defaults.
    """
    clock = Clock(exchanges[0][1]["at"] / 1000 if exchanges else 0)
    emulator = Emulator(clock=clock, assume=assume)
    emulator.outgoing = Nowhere()
    good = {_caller(entry) for _, entry in exchanges if entry["status"] not in DENIED}
    ids, found = Ids(), cast(Dict[Tuple[str, Difference], Finding], {})
    try:
        for line, entry in exchanges:
            clock.stop_at(entry["at"] / 1000)
            answered = _asked(emulator, entry, ids, _caller(entry) in good)
            for difference in _compared(entry, answered, ids):
                key = (entry["operation"], difference)
                finding = found.setdefault(key, Finding(entry["operation"], difference, line))
                finding.times += 1
                finding.assumptions.update(filter(None, answered[1].get(ASSUMPTIONS, "").split(",")))
    finally:
        emulator.close()
    return Replay(len(exchanges), list(found.values()))


def _compared(entry: Exchange, answered: Tuple[int, Dict[str, str], Any], ids: Ids) -> Iterator[Difference]:
    if entry["status"] != answered[0]:
        yield Difference("", "status", entry["status"], answered[0])
    yield from differences(entry.get("answer"), answered[2], ids)


def _asked(emulator: Emulator, entry: Exchange, ids: Ids, knows: bool) -> Tuple[int, Dict[str, str], Any]:
    """What the emulator answers to a recorded request."""
    caller = cast(Dict[str, Any], entry["caller"])
    key, workspace = (ids.text(str(caller.get(name, ""))) for name in ("apiKey", "workspaceId"))
    by_key, by_workspace = _tokens(emulator, key, workspace) if knows else (WRONG, WRONG)
    # A workspace's token may stand in the header of an api key's, as the published package sends it.
    own = by_key if key or "workspaceToken" in caller else by_workspace
    headers = {
        API_KEY: key,
        WORKSPACE_ID: workspace,
        AUTH_TOKEN: own if "token" in caller else "",
        WORKSPACE_TOKEN: by_workspace if "workspaceToken" in caller else "",
    }
    request = ids.request(entry.get("request"))
    inner: Any = cast(Dict[str, Any], request).get("data") if isinstance(request, dict) else None
    if entry["path"].startswith("/v1/") and isinstance(inner, dict) and "authToken" in inner:
        cast(Dict[str, Any], inner)["authToken"] = own
    body = b"" if request is None else json.dumps(request).encode()
    given = {name: value for name, value in headers.items() if value}
    status, answered, raw = emulator.handle("POST", entry["path"], given, body)
    return status, answered, json.loads(raw)


def _tokens(emulator: Emulator, key: str, workspace: str) -> Tuple[str, str]:
    """The tokens with which the emulator lets an api key and a workspace in."""
    with emulator.state.call():
        shared = emulator.state.of("")
        of_key: List[Dict[str, Any]] = (shared.get("apiKey", key) or {"tokens": []})["tokens"]
        of_workspace = shared.get("workspace", workspace) or {"authToken": TOKEN}
    return str(of_key[0]["token"]) if of_key else TOKEN, str(of_workspace["authToken"])


def _caller(entry: Exchange) -> Tuple[Any, ...]:
    caller = cast(Dict[str, Any], entry["caller"])
    return tuple(caller.get(name) for name in ("apiKey", "workspaceId", "token", "workspaceToken"))


def _line(path: str, number: int, line: str) -> Dict[str, Any]:
    try:
        check_nesting(line)
        entry: Any = json.loads(line)
    except (ValueError, RecursionError):
        entry = None
    if not isinstance(entry, dict):
        raise VeltConfigurationError(f"--replay {path}: line {number} is no JSON object", field="--replay")
    return cast(Dict[str, Any], entry)
