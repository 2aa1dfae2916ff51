"""The arguments of the commands that move records."""

from __future__ import annotations

import argparse

from velt_py.cli.config_arguments import CONFIG_OR_URL, add_config, add_json

__all__ = ["add_export", "add_import", "add_migrate"]


def add_migrate(parser: argparse.ArgumentParser) -> None:
    """`velt migrate`."""
    from velt_py.selfhosting.migration.arguments import add_migration, add_selection

    parser.add_argument("--from", dest="source", required=True, metavar="CONFIG", help=CONFIG_OR_URL)
    parser.add_argument("--to", dest="target", required=True, metavar="CONFIG", help="the same")
    add_selection(parser)
    add_migration(parser)
    add_json(parser)

    def run(given: argparse.Namespace) -> int:
        from velt_py.cli.migrate import migrate

        return migrate(given)

    parser.set_defaults(run=run)


def add_export(parser: argparse.ArgumentParser) -> None:
    """`velt export`."""
    from velt_py.selfhosting.migration.arguments import add_selection

    add_config(parser, required=True, about=CONFIG_OR_URL)
    parser.add_argument(
        "--to", dest="target", required=True, metavar="FILE.jsonl", help="the file, - for the output"
    )
    add_selection(parser)

    def run(given: argparse.Namespace) -> int:
        from velt_py.cli.migrate import export

        return export(given)

    parser.set_defaults(run=run)


def add_import(parser: argparse.ArgumentParser) -> None:
    """`velt import`."""
    from velt_py.selfhosting.migration.arguments import add_selection, add_writing

    parser.add_argument("file", metavar="FILE.jsonl", help="as `velt export` wrote it")
    add_config(parser, required=True, about=CONFIG_OR_URL)
    add_selection(parser)
    add_writing(parser)

    def run(given: argparse.Namespace) -> int:
        from velt_py.cli.migrate import import_lines

        return import_lines(given)

    parser.set_defaults(run=run)
