"""The arguments of the commands that ask Velt: call, config, doctor, completion."""

from __future__ import annotations

import argparse
from typing import Callable

from velt_py.cli.config_arguments import CONFIG_OR_ENVIRONMENT, add_config, add_json
from velt_py.cli.parser import Parser

__all__ = ["add_call", "add_completion", "add_doctor", "add_key_settings"]


def add_call(parser: argparse.ArgumentParser) -> None:
    add_json(parser)
    parser.add_argument("service", nargs="?", metavar="SERVICE", help="for example folders; none lists them")
    parser.add_argument("operation", nargs="?", metavar="OPERATION", help="for example getFolders")
    parser.add_argument(
        "rest",
        nargs=argparse.REMAINDER,
        metavar="...",
        help="--field value; --help behind an operation lists its fields",
    )

    def run(given: argparse.Namespace) -> int:
        from velt_py.cli.call import call

        return call(given)

    parser.set_defaults(run=run)


def add_key_settings(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(title="actions", metavar="ACTION", dest="action", required=True)
    pull = actions.add_parser("pull", help="write the settings of the api key into a file")
    diff = actions.add_parser("diff", help="compare the settings of the api key with a file")
    apply = actions.add_parser(
        "apply", help="give the api key the settings of a file; a dry run without --yes"
    )
    for action in (pull, diff, apply):
        action.add_argument("file", metavar="FILE", help="as pull writes it")
        add_config(action, required=False, about=f"names the api key: {CONFIG_OR_ENVIRONMENT}")
    apply.add_argument("--yes", action="store_true", help="do it instead of only saying what would be done")
    apply.add_argument("--prune", action="store_true", help="also delete domains that the file does not have")

    def run(given: argparse.Namespace) -> int:
        from velt_py.cli.key_settings import key_settings

        return key_settings(given)

    parser.set_defaults(run=run)


def add_doctor(parser: argparse.ArgumentParser) -> None:
    add_config(parser, required=False, about=CONFIG_OR_ENVIRONMENT)
    parser.add_argument(
        "--write", action="store_true", help="also write and delete a record of each kind, and a file"
    )
    parser.add_argument(
        "--url", metavar="URL", help="where the routes of the running application are mounted"
    )
    parser.add_argument(
        "--origin",
        action="append",
        default=[],
        metavar="URL",
        help="an origin whose pages have to be allowed at --url; may be repeated",
    )
    parser.add_argument("--authenticate", metavar="MODULE:NAME", help="a function that has to be there")
    parser.add_argument("--authorize", metavar="MODULE:NAME", help="a function that has to be there")

    def run(given: argparse.Namespace) -> int:
        from velt_py.cli.doctor import doctor

        return doctor(given)

    parser.set_defaults(run=run)


def add_completion(parser: argparse.ArgumentParser, whole: Callable[[], Parser]) -> None:
    parser.add_argument("shell", choices=("bash", "zsh", "fish"))
    add_json(parser)

    def run(given: argparse.Namespace) -> int:
        from velt_py.cli.completion import completion

        return completion(given, whole())

    parser.set_defaults(run=run)
