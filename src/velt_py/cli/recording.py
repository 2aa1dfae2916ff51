"""`velt emulator --record` and `--replay`: what Velt's API answers, written down and held against the emulator."""

from __future__ import annotations

import argparse
import json
import sys
from typing import Dict, List, Mapping

from velt_py.cli.emulator import end_on_signals, named, run_command
from velt_py.config import api_base_url
from velt_py.emulator.recording.recorder import Recorder
from velt_py.emulator.recording.replaying import Finding, Replay, read_recording, replay
from velt_py.emulator.replies import Reply
from velt_py.emulator.server import HttpServer
from velt_py.exceptions import VeltConfigurationError

__all__ = ["run_recorder", "run_replay"]


def run_recorder(given: argparse.Namespace) -> int:
    """Record until the process is told to end, or until the command is over."""
    upstream = api_base_url(given.upstream, {})

    def answer(method: str, target: str, headers: Mapping[str, str], body: bytes) -> Reply:
        return recorder.handle(method, target, headers, body)

    # The address first: a port that is taken must leave no empty file behind.
    server = HttpServer(answer, given.host, given.port)
    try:
        recorder = Recorder(given.record, upstream, keep_texts=given.keep_texts)
    except VeltConfigurationError:
        server.stop()
        raise
    try:
        if given.cmd:
            with server:
                return run_command(given.cmd, variables(server.url))
        end_on_signals(server)
        announce(server.url, upstream, given)
        server.serve()
        return 0
    finally:
        server.stop()
        recorder.close()
        print(f"velt: {recorder.written} exchanges in {given.record}", file=sys.stderr)


def variables(url: str) -> Dict[str, str]:
    """The environment that leads an SDK here; its credentials stay what they are."""
    return {"VELT_API_BASE_URL": url, "VELT_API_URL": url}


def announce(url: str, upstream: str, given: argparse.Namespace) -> None:
    if given.json:
        print(json.dumps({"url": url, "environment": variables(url), "upstream": upstream}))
    else:
        print(f"The recorder listens on {url} and passes calls on to {upstream}\n")
        for name, value in variables(url).items():
            print(f"export {name}={value}")
        texts = "as they are" if given.keep_texts else "replaced"
        print(f"\nExchanges are written to {given.record}: without keys and tokens, texts of people {texts}.")
    sys.stdout.flush()


def run_replay(given: argparse.Namespace) -> int:
    """Replay a recording; 1 when the emulator answered otherwise than Velt."""
    found = replay(read_recording(given.replay), named("--assume", given.assume))
    if given.json:
        differences = [each.as_json() for each in found.findings]
        print(json.dumps({"exchanges": found.exchanges, "differences": differences}))
    else:
        for line in report(found):
            print(line)
    return 1 if found.findings else 0


def report(found: Replay) -> List[str]:
    """A line for each difference, by operations, and one for all."""
    lines: List[str] = []
    operation = ""
    for each in sorted(found.findings, key=lambda finding: finding.operation):
        if each.operation != operation:
            operation = each.operation
            lines.append(operation)
        lines.append(f"    {said(each)}")
    total = f"{found.exchanges} exchanges, {len(found.findings)} differences"
    return [*lines, total]


def said(finding: Finding) -> str:
    path, kind, recorded, emulated = finding.difference
    texts = {
        "status": f"HTTP status: Velt {recorded}, here {emulated}",
        "missing": f"{path}: not here; at Velt {recorded}",
        "extra": f"{path}: only here, {emulated}",
        "length": f"{path}: {recorded} entries at Velt, {emulated} here",
    }
    text = texts.get(kind, f"{path}: {recorded} at Velt, {emulated} here")
    times = "" if finding.times == 1 else f", {finding.times} times"
    assumed = f"; assumed: {', '.join(sorted(finding.assumptions))}" if finding.assumptions else ""
    return f"{text} (line {finding.line}{times}{assumed})"
