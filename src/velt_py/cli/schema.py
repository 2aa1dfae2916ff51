"""`velt schema`: what the store needs in its database."""

from __future__ import annotations

import argparse
import json
from typing import List, Mapping

from velt_py.cli.loading import load_config
from velt_py.cli.logs import log_to_stderr
from velt_py.selfhosting.stores.opening import open_store

__all__ = ["schema"]

DONE: Mapping[str, str] = {
    "print": "this store needs nothing",
    "check": "nothing is missing",
    "apply": "nothing was missing",
}


def schema(given: argparse.Namespace) -> int:
    """Print the statements, say what is missing, or make it. Found something missing: exit code 1."""
    settings = load_config(given.config)
    log_to_stderr()
    store = open_store(settings)
    try:
        if given.action == "print":
            lines: List[str] = list(store.schema())
        elif given.action == "check":
            lines = list(store.missing_schema())
        else:
            lines = list(store.apply_schema())
    finally:
        store.close()
    if given.json:
        print(json.dumps({"action": given.action, "lines": lines}))
    elif lines:
        for line in lines:
            print(line if given.action == "check" else line.rstrip().rstrip(";") + ";")
    else:
        print(DONE[given.action])
    return 1 if given.action == "check" and lines else 0
