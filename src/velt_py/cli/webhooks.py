"""`velt webhooks`: the inbox of received webhooks."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from typing import Iterator, List, Optional

from velt_py.cli.loading import load_config, load_name
from velt_py.cli.logs import log_to_stderr
from velt_py.exceptions import VeltConfigurationError
from velt_py.sdk import AsyncVeltSDK
from velt_py.settings import Settings
from velt_py.webhooks.receiver import Replay, Webhooks

__all__ = ["forget", "replay"]


def replay(given: argparse.Namespace) -> int:
    """Have events handled that wait, or say which. One that failed again: exit code 1."""
    settings, webhooks = load_config(given.config), receiver(given.webhooks)
    log_to_stderr()
    report = asyncio.run(replayed(settings, webhooks, given))
    if given.json:
        entries = [{**entry.to_dict(), "outcome": report.outcomes.get(entry.key)} for entry in report.entries]
        print(json.dumps({"dryRun": given.dry_run, "events": entries}))
    else:
        for line in lines_of(report, given.dry_run):
            print(line)
    for id in unknown(report, given.id):
        print(f"velt: the inbox holds no event {id}", file=sys.stderr)
    return 1 if report.failed or unknown(report, given.id) else 0


async def replayed(settings: Settings, webhooks: Webhooks, given: argparse.Namespace) -> Replay:
    ids: Optional[List[str]] = given.id or None
    async with AsyncVeltSDK(settings) as sdk:
        return await webhooks.areplay(sdk, ids, failed=given.failed, dry_run=given.dry_run)


def receiver(named: str) -> Webhooks:
    """The `Webhooks` of the application, with its functions."""
    found = load_name(named, "--webhooks")
    if not isinstance(found, Webhooks):
        raise VeltConfigurationError(
            f"--webhooks {named}: the name of a velt_py.webhooks.Webhooks is needed", field="--webhooks"
        )
    return found


def unknown(report: Replay, ids: List[str]) -> List[str]:
    """The ids that the inbox does not hold."""
    found = {id for entry in report.entries for id in (entry.key, entry.id)}
    return sorted(set(ids) - found)


def lines_of(report: Replay, dry_run: bool) -> Iterator[str]:
    for entry in report.entries:
        outcome = report.outcomes.get(entry.key, "to do")
        error = f", last error {entry.error}" if entry.error else ""
        yield f"{outcome}: {entry.key} {entry.name} ({entry.shelf}, {entry.attempts} attempts{error})"
    if not report.entries:
        yield "nothing is due"
    elif dry_run:
        yield "nothing was done; leave --dry-run out to do it"


def forget(given: argparse.Namespace) -> int:
    """Delete events that were done long ago."""
    if given.days < 0:
        raise VeltConfigurationError("--days: 0 or more days are needed", field="--days")
    settings, webhooks = load_config(given.config), receiver(given.webhooks)
    log_to_stderr()

    async def forgotten() -> int:
        async with AsyncVeltSDK(settings) as sdk:
            return await webhooks.aforget(sdk, given.days)

    gone = asyncio.run(forgotten())
    print(json.dumps({"deleted": gone}) if given.json else f"deleted {gone} events")
    return 0
