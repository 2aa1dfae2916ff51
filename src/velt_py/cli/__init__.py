"""The `velt` command."""

from __future__ import annotations

from velt_py.cli.command import main

__all__ = ["main"]
