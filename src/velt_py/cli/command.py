"""The `velt` command: its arguments, and what an outcome means for the exit code.

Results go to stdout, logs and complaints to stderr; with `--json` a complaint is an object on stdout, too. The exit
code is 0 when all is well, 1 when something was found or failed, 2 when the command or the configuration is wrong, 3
when only a part was done: of an erasure, a migration, an import, a call with several entries, or settings that were
applied. Ctrl-C ends a server with 0, as it should end, and anything else with 130.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from typing import Callable, List, Optional

from velt_py._version import __version__
from velt_py.cli.api_arguments import add_call, add_completion, add_doctor, add_key_settings
from velt_py.cli.config_arguments import add_config, add_json
from velt_py.cli.emulator_arguments import add_emulator
from velt_py.cli.migrate_arguments import add_export, add_import, add_migrate
from velt_py.cli.parser import Parser, base_url, days, port, seconds
from velt_py.exceptions import VeltConfigurationError, VeltSDKError, VeltStorageError, VeltValidationError
from velt_py.selfhosting.migration.terminal import clear_line

__all__ = ["main"]

OK, FAILED, USAGE, INTERRUPTED = 0, 1, 2, 130
DEFAULT_PORT = 8765


def main(arguments: Optional[List[str]] = None) -> int:
    """Run the command.

    Args:
        arguments: without the program's name; those of the process when not given.

    Returns:
        The exit code.
    """
    words = sys.argv[1:] if arguments is None else arguments
    as_json = "--json" in words and not (words[0] == "export" and "-" in words)  # records go there
    try:
        code = run(words)
        # Python would flush at its end, where nobody can tell what failed.
        print(end="", flush=True)
        return code
    except VeltSDKError as error:
        complain(error, as_json)
        return USAGE if isinstance(error, (VeltConfigurationError, VeltValidationError)) else FAILED
    except KeyboardInterrupt:
        clear_line(sys.stderr)
        print("velt: interrupted", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        leave_stdout()  # whoever read the output has seen enough
        return FAILED
    except OSError as error:
        leave_stdout()
        complain(VeltStorageError(error.strerror or type(error).__name__), False)
        return FAILED


def run(words: List[str]) -> int:
    """Run the command; its exit code."""
    parser = make_parser(next((word for word in words if not word.startswith("-")), None))
    if not words:
        parser.print_help(sys.stderr)
        return USAGE
    try:
        given = parser.parse_args(words)
        return int(given.run(given))
    except SystemExit as end:  # of --help and --version
        return end.code if isinstance(end.code, int) else USAGE


def complain(error: VeltSDKError, as_json: bool) -> None:
    """Tell a person, and a program that reads the output."""
    clear_line(sys.stderr)
    print(f"velt: {error.message}", file=sys.stderr)
    if as_json:
        facts = {"code": error.code, "message": error.message, "field": error.field}
        print(json.dumps({"error": facts}, ensure_ascii=False), flush=True)


def leave_stdout() -> None:
    """Write there no more: Python would complain again when it flushes at its end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def make_parser(chosen: Optional[str] = None) -> Parser:
    """The arguments of all commands.

    Args:
        chosen: the command that will be run; the others then have their names and no arguments, which saves time.
    """
    parser = Parser(
        prog="velt",
        description="Velt collaboration: serve and keep what is in your own store, call Velt, emulate Velt.",
    )
    parser.add_argument("--version", action="version", version=f"velt-py {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)

    def command(name: str, about: str, fill: Callable[[argparse.ArgumentParser], None]) -> None:
        made = commands.add_parser(name, help=about)
        if chosen in (None, name):
            fill(made)

    command("serve", "serve the resolver routes over HTTP (uvicorn)", add_serve)
    command("emulator", "Velt's REST API on this machine, for trying and testing", add_emulator)
    command("frontend", "the JavaScript that leads a Velt frontend to the routes", add_frontend)
    command("schema", "tables and indexes: print, check or apply them", add_schema)
    command("files", "the files of attachments and recordings", add_files)
    command("webhooks", "the inbox of received webhooks", add_webhooks)
    command("trigger", "post a sample webhook, signed, to a receiver", add_trigger)
    command("gdpr", "one person's data: export, erase, look for what is left", add_gdpr)
    command("migrate", "copy records to another store, and compare both", add_migrate)
    command("export", "write records into a file, one JSON line each", add_export)
    command("import", "store the records of a file that export wrote", add_import)
    command("permissions", "the permission provider", add_permissions)
    command("call", "any operation of Velt's REST API", add_call)
    command("config", "the settings of an api key: into a file, compared, applied", add_key_settings)
    command("doctor", "whether all that a configuration names is there", add_doctor)
    command(
        "completion",
        "print a script that completes commands in a shell",
        lambda made: add_completion(made, make_parser),
    )
    command("demo", "show both halves on this machine, and keep serving", add_demo)
    return parser


def add_serve(parser: argparse.ArgumentParser) -> None:
    add_config(parser, required=False)
    parser.add_argument(
        "--authenticate",
        metavar="MODULE:NAME",
        help="says who is asking: function(request) -> principal or None; without it `resolver_auth` decides",
    )
    parser.add_argument(
        "--authorize",
        metavar="MODULE:NAME",
        help="says what they may: function(principal, access) -> True or False",
    )
    parser.add_argument(
        "--origin",
        action="append",
        default=[],
        metavar="URL",
        help="an origin whose pages may call, for example https://app.example; may be repeated",
    )
    parser.add_argument("--host", default="127.0.0.1", help="the address to listen on (%(default)s)")
    parser.add_argument(
        "--port", type=port, default=DEFAULT_PORT, help="the port, 0 for a free one (%(default)s)"
    )
    parser.add_argument(
        "--insecure-local",
        action="store_true",
        help="let everybody on this machine in, without asking; listens on the loopback interface only",
    )
    parser.add_argument(
        "--console",
        action="store_true",
        help="serve the console too, a page to look at what is stored; --insecure-local always does",
    )

    def run(given: argparse.Namespace) -> int:
        from velt_py.cli.serve import serve

        return serve(given)

    parser.set_defaults(run=run)


def add_frontend(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--base-url",
        type=base_url,
        required=True,
        metavar="URL",
        help="where browsers reach the routes, for example https://app.example/velt",
    )
    add_json(parser)

    def run(given: argparse.Namespace) -> int:
        from velt_py.cli.serve import frontend

        return frontend(given)

    parser.set_defaults(run=run)


def add_schema(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("action", choices=("print", "check", "apply"))
    add_config(parser, required=True)

    def run(given: argparse.Namespace) -> int:
        from velt_py.cli.schema import schema

        return schema(given)

    parser.set_defaults(run=run)


def add_files(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True)
    reconcile = actions.add_parser(
        "reconcile", help="bring unfinished uploads and deletions to their end; a dry run without --apply"
    )
    add_config(reconcile, required=True)
    reconcile.add_argument(
        "--apply", action="store_true", help="do it instead of only saying what would be done"
    )

    reconcile.add_argument(
        "--organization",
        action="append",
        metavar="ID",
        help="only this one; may be repeated (all that have attachments)",
    )
    reconcile.add_argument(
        "--grace",
        type=seconds,
        default=3600.0,
        metavar="SECONDS",
        help="how long a request may still be under way (%(default)g)",
    )

    def run(given: argparse.Namespace) -> int:
        from velt_py.cli.files import reconcile

        return reconcile(given)

    reconcile.set_defaults(run=run)


def add_webhooks(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True)
    replay = actions.add_parser("replay", help="have events handled that wait: those that are due")
    forget = actions.add_parser(
        "forget", help="delete events that were done long ago; a dry run without --yes"
    )
    for each in (replay, forget):
        add_config(each, required=True)
        each.add_argument(
            "--webhooks", required=True, metavar="MODULE:NAME", help="the application's Webhooks object"
        )
    which = replay.add_mutually_exclusive_group()
    which.add_argument("--pending", action="store_true", help="those that are due (the default)")
    which.add_argument("--failed", action="store_true", help="those that were given up")
    which.add_argument(
        "--id",
        action="append",
        default=[],
        metavar="ID",
        help="this one, also when it is done; may be repeated",
    )
    replay.add_argument("--dry-run", action="store_true", help="only say which")
    forget.add_argument(
        "--days", type=days, default=30, metavar="N", help="done more than N days ago (%(default)s)"
    )
    forget.add_argument("--yes", action="store_true", help="do it instead of only saying how many there are")

    def run_replay(given: argparse.Namespace) -> int:
        from velt_py.cli.webhooks import replay

        return replay(given)

    def run_forget(given: argparse.Namespace) -> int:
        from velt_py.cli.webhooks import forget

        return forget(given)

    replay.set_defaults(run=run_replay)
    forget.set_defaults(run=run_forget)


def add_trigger(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("event", nargs="?", metavar="EVENT", help="for example comment.add")
    parser.add_argument("--to", metavar="URL", help="the receiver")
    parser.add_argument("--list", action="store_true", help="show the events and end")
    parser.add_argument(
        "--secret", help="of the receiver; VELT_WEBHOOK_SECRET of the environment unless given"
    )
    parser.add_argument(
        "--scheme",
        choices=("v1", "v2", "workflow"),
        help="how to sign; what fits secret and event unless given",
    )
    parser.add_argument("--encode", action="store_true", help="send it base64-encoded")
    parser.add_argument("--encrypt-with", metavar="KEY", help="the public key, or a file with it")
    parser.add_argument("--id", help="the event's id; a new one unless given")
    parser.add_argument("--organization", default="acme", metavar="ID", help="(%(default)s)")
    parser.add_argument("--document", default="spring-plan", metavar="ID", help="(%(default)s)")
    parser.add_argument("--data", metavar="FILE.json", help="what happened, instead of the sample's")
    add_json(parser)

    def run(given: argparse.Namespace) -> int:
        from velt_py.cli.trigger import trigger

        return trigger(given)

    parser.set_defaults(run=run)


def add_gdpr(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(title="actions", metavar="ACTION", dest="action", required=True)
    export = actions.add_parser("export", help="what the store holds about a person, as JSON lines")
    erase = actions.add_parser("erase", help="erase a person; a dry run without --yes")
    verify = actions.add_parser("verify", help="look for what is left of a person")
    for action in (export, erase, verify):
        add_config(action, required=True)
        action.add_argument("--user", required=True, metavar="ID", help="the person's user id")
        action.add_argument("--organization", metavar="ID", help="only there (everywhere)")
        action.add_argument(
            "--email", action="append", metavar="ADDRESS", help="an address of theirs; may be repeated"
        )
        action.add_argument(
            "--name", action="append", metavar="NAME", help="how they are called in texts; may be repeated"
        )
    for action in (erase, verify):
        action.add_argument(
            "--policy",
            action="append",
            default=[],
            metavar="NAME=VALUE",
            help="what becomes of their things, for example comments=delete,files=keep; may be repeated",
        )
    erase.add_argument("--yes", action="store_true", help="do it instead of only saying what would be done")
    erase.add_argument(
        "--velt", action="store_true", help="delete Velt's own data, too, and wait for its end"
    )
    erase.add_argument(
        "--deadline", type=seconds, metavar="SECONDS", help="how long to wait for Velt (24 hours)"
    )

    def run(given: argparse.Namespace) -> int:
        from velt_py.cli.gdpr import gdpr

        return gdpr(given)

    parser.set_defaults(run=run)


def add_permissions(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True)
    test = actions.add_parser(
        "test", help="ask the provider as Velt's servers do, and print the exact answer"
    )
    test.add_argument("--app", metavar="MODULE:NAME", help="a handler, or what asgi_app or wsgi_app made")
    test.add_argument("--url", metavar="URL", help="the address of the provider, instead of --app")
    test.add_argument("--path", default="/permissions", help="where it is in --app (%(default)s)")
    test.add_argument("--token", metavar="TOKEN", help="its token; better as VELT_PERMISSION_TOKEN")
    test.add_argument("--user", required=True, metavar="ID", help="who wants to see it")
    test.add_argument(
        "--type",
        choices=("organization", "folder", "document", "context"),
        default="document",
        help="of the resource (%(default)s)",
    )
    test.add_argument("--id", required=True, metavar="ID", help="of the resource")
    test.add_argument("--organization", required=True, metavar="ID", help="of the resource")
    test.add_argument("--folder", metavar="ID", help="in which a document lies")
    test.add_argument("--context", metavar="JSON", help="the access context, for the type context")
    test.add_argument("--source", default="setDocuments", help="what led to the question (%(default)s)")
    add_json(test)

    def run(given: argparse.Namespace) -> int:
        from velt_py.cli.permissions import permissions_test

        return permissions_test(given)

    test.set_defaults(run=run)


def add_demo(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--folder", default="demo", help="where SQLite file and attachments go (%(default)s)")
    parser.add_argument(
        "--port", type=port, default=DEFAULT_PORT, help="the port, 0 for a free one (%(default)s)"
    )
    parser.add_argument(
        "--once",
        action="store_true",
        help="end after the conversation; also with ONCE=1 and when not on a terminal",
    )
    add_json(parser)

    def run(given: argparse.Namespace) -> int:
        from velt_py.cli.demo import run_demo

        once = given.once or os.environ.get("ONCE", "0") not in ("", "0") or not sys.stdout.isatty()
        return run_demo(given.folder, given.port, once, given.json)

    parser.set_defaults(run=run)
