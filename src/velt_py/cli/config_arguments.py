"""The arguments `--config` and `--json`, as every command has them."""

from __future__ import annotations

import argparse

__all__ = ["CONFIG", "CONFIG_OR_ENVIRONMENT", "CONFIG_OR_URL", "add_config", "add_json"]

CONFIG = "a JSON file (FILE.json), or a dict or function of a module (package.module:NAME)"
CONFIG_OR_ENVIRONMENT = f"{CONFIG}; the environment unless given"
CONFIG_OR_URL = (
    "a JSON file, package.module:NAME, or a URL: sqlite:///velt.db, postgresql://..., mongodb://.../database"
)


def add_config(parser: argparse.ArgumentParser, required: bool, about: str = CONFIG) -> None:
    """`--config`, and `--json` with it."""
    parser.add_argument("--config", required=required, metavar="CONFIG", help=about)
    add_json(parser)


def add_json(parser: argparse.ArgumentParser) -> None:
    """`--json`."""
    parser.add_argument("--json", action="store_true", help="results as JSON")
