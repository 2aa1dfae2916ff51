"""The arguments of `velt emulator`."""

from __future__ import annotations

import argparse

from velt_py.cli.config_arguments import add_json
from velt_py.cli.parser import milliseconds, port

__all__ = ["add_emulator"]

DEFAULT_PORT = 4567


def add_emulator(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", default="127.0.0.1", help="the address to listen on (%(default)s)")
    parser.add_argument(
        "--port", type=port, default=DEFAULT_PORT, help="the port, 0 for a free one (%(default)s)"
    )
    parser.add_argument("--data", metavar="DIR", help="keep the state in this folder (in memory)")
    parser.add_argument(
        "--seed", metavar="FILE", help="load this state at the start; what GET /__velt/state gave, as a file"
    )
    parser.add_argument(
        "--cmd",
        metavar="COMMAND",
        help='run this against it and end with its exit code, for example "pytest -q"',
    )
    add_behaviour(parser)
    add_recording(parser)
    add_json(parser)

    def run(given: argparse.Namespace) -> int:
        from velt_py.cli.emulator import run_emulator

        return run_emulator(given)

    parser.set_defaults(run=run)


def add_behaviour(parser: argparse.ArgumentParser) -> None:
    """What the emulator is like."""
    parser.add_argument(
        "--known-keys-only",
        action="store_true",
        help="refuse api keys that were not made here, instead of making them at their first use",
    )
    parser.add_argument(
        "--production-url-rules",
        action="store_true",
        help="refuse webhook addresses that Velt would refuse: http, and hosts of a private network",
    )
    parser.add_argument(
        "--assume",
        metavar="NAME=VALUE",
        action="append",
        default=[],
        help="assume something else where there is a choice, for example organizations-again=strict; may be repeated",
    )
    parser.add_argument(
        "--limit",
        metavar="NAME=VALUE",
        action="append",
        default=[],
        help="limit the local key and its workspace: rate-limit, calls a minute; credits, runs of agents; agents; "
        "plan, free or paid; production-keys; may be repeated",
    )
    parser.add_argument(
        "--assumptions",
        action="store_true",
        help="print what Velt's documentation does not say and was decided here, and end",
    )
    parser.add_argument(
        "--latency",
        metavar="MS",
        type=milliseconds,
        default=0,
        help="let each answer of the API take longer, by milliseconds (0)",
    )


def add_recording(parser: argparse.ArgumentParser) -> None:
    """What is done instead of emulating."""
    parser.add_argument(
        "--record",
        metavar="FILE",
        help="emulate nothing: pass calls on to Velt's API, and write them with their answers into this new file, "
        "without keys, tokens and people's texts",
    )
    parser.add_argument("--upstream", metavar="URL", help="where --record passes calls on to (Velt's API)")
    parser.add_argument(
        "--keep-texts", action="store_true", help="have --record write down what people wrote, too"
    )
    parser.add_argument(
        "--replay",
        metavar="FILE",
        help="ask a fresh emulator what was recorded in this file, print where the answers differ in their shape, and "
        "end; exit code 1 when they do",
    )
