"""`velt webhooks`: the inbox of received webhooks."""

from __future__ import annotations

import argparse
import asyncio
import itertools
import json
import sys
from typing import List, Optional

from velt_py.cli.loading import load_config, load_name
from velt_py.cli.logs import log_to_stderr
from velt_py.exceptions import VeltConfigurationError
from velt_py.sdk import AsyncVeltSDK
from velt_py.selfhosting.migration.terminal import clear_line, progress_on
from velt_py.selfhosting.migration.walking import Progress
from velt_py.settings import Settings
from velt_py.webhooks.inbox import Entry
from velt_py.webhooks.receiver import Replay, Webhooks
from velt_py.webhooks.report_lines import (
    forgotten_line,
    forgotten_object,
    lines_of,
    objects_of,
    unknown,
)

__all__ = ["forget", "replay"]


def replay(given: argparse.Namespace) -> int:
    """Have events handled that wait, or say which. One that failed again: exit code 1."""
    settings, webhooks = load_config(given.config), receiver(given.webhooks)
    log_to_stderr()
    report = asyncio.run(replayed(settings, webhooks, given))
    if given.json:
        print(json.dumps(objects_of(report, given.dry_run)))
    else:
        for line in lines_of(report, given.dry_run):
            print(line)
    missing = unknown(report, given.id)
    for id in missing:
        print(f"velt: the inbox holds no event {id}", file=sys.stderr)
    return 1 if report.failed or missing else 0


async def replayed(settings: Settings, webhooks: Webhooks, given: argparse.Namespace) -> Replay:
    ids: Optional[List[str]] = given.id or None
    show, count = progress_on(sys.stderr), itertools.count(1)

    def seen(entry: Entry, outcome: str) -> None:
        if show is not None:
            show(Progress("handle", "events", "", next(count)))

    async with AsyncVeltSDK(settings) as sdk:
        report = await webhooks.areplay(sdk, ids, failed=given.failed, dry_run=given.dry_run, seen=seen)
    clear_line(sys.stderr)
    return report


def receiver(named: str) -> Webhooks:
    """The `Webhooks` of the application, with its functions."""
    found = load_name(named, "--webhooks")
    if not isinstance(found, Webhooks):
        raise VeltConfigurationError(
            f"--webhooks {named}: the name of a velt_py.webhooks.Webhooks is needed", field="--webhooks"
        )
    return found


def forget(given: argparse.Namespace) -> int:
    """Delete events that were done long ago, or say how many there are."""
    settings, webhooks = load_config(given.config), receiver(given.webhooks)
    log_to_stderr()

    async def forgotten() -> int:
        async with AsyncVeltSDK(settings) as sdk:
            return await webhooks.aforget(sdk, given.days, dry_run=not given.yes)

    gone = asyncio.run(forgotten())
    found = (gone, not given.yes)
    print(json.dumps(forgotten_object(*found)) if given.json else forgotten_line(*found))
    return 0
