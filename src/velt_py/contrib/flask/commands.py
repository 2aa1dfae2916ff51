"""`flask velt ...`: what is wrong with the extension, the JavaScript for the page, the inbox of webhooks."""

from __future__ import annotations

import functools
import json
from typing import TYPE_CHECKING, Any, Callable, Iterable, Optional, Tuple, cast

import click
from flask import current_app
from flask.cli import AppGroup

from velt_py.contrib.flask.problems import problems_of
from velt_py.exceptions import VeltConfigurationError, VeltSDKError, VeltValidationError
from velt_py.web.frontend import frontend_block
from velt_py.webhooks.receiver import Webhooks
from velt_py.webhooks.report_lines import (
    forgotten_line,
    forgotten_object,
    lines_of,
    objects_of,
    unknown,
)

if TYPE_CHECKING:
    from velt_py.contrib.flask.extension import State

__all__ = ["group_of"]

FAILED, USAGE = 1, 2
"""Exit codes, as those of the `velt` command."""

AS_JSON = click.option("--json", "as_json", is_flag=True, help="Results as JSON.")
PATH = click.option("--path", metavar="PATH", help="Of the receiver, when there are several.")


def group_of(state: State) -> click.Group:
    """The commands for what the extension made for one application. They run in its context, so functions that handle
    events find what they find behind the routes."""
    group = AppGroup("velt", help="Velt in this application: check it, its frontend, its webhooks.")
    inbox = AppGroup("webhooks", help="The inbox of received webhooks.")
    add_check(group, state)
    add_frontend(group, state)
    add_replay(inbox, state)
    add_forget(inbox, state)
    group.add_command(inbox)
    return group


def add_check(group: AppGroup, state: State) -> None:
    @group.command("check", help="Say what is wrong, of the store too; exit code 1 when anything is.")
    @AS_JSON
    @told
    def check(as_json: bool) -> int:
        found = list(problems_of(state, bool(current_app.debug)))
        findings = [{"level": each.level, "id": each.id, "message": each.message} for each in found]
        lines = [f"{each.level} {each.id}: {each.message}" for each in found]
        show(lines or ["all is well"], {"clean": not found, "findings": findings}, as_json)
        return FAILED if found else 0


def add_frontend(group: AppGroup, state: State) -> None:
    @group.command("frontend", help="Print the JavaScript that makes a Velt frontend use these routes.")
    @click.option(
        "--base-url",
        metavar="URL",
        help="Where browsers reach the routes (that of the files, else their path on the page's own host).",
    )
    @AS_JSON
    @told
    def frontend(base_url: Optional[str], as_json: bool) -> int:
        files = state.sdk._settings.files
        config = cast(Any, current_app.config)
        root = str(config["APPLICATION_ROOT"] or "").rstrip("/")
        url = base_url or (files.base_url if files else None) or root + state.url_prefix
        block = frontend_block(url)
        show([block], {"url": url.rstrip("/"), "javascript": block}, as_json)
        return 0


def add_replay(group: AppGroup, state: State) -> None:
    @group.command("replay", help="Have events handled that wait: those that are due, unless told otherwise.")
    @click.option("--failed", is_flag=True, help="Those that were given up.")
    @click.option(
        "--id", "ids", multiple=True, metavar="ID", help="This one, also when it is done; may be repeated."
    )
    @click.option("--dry-run", is_flag=True, help="Only say which.")
    @PATH
    @AS_JSON
    @told
    def replay(ids: Tuple[str, ...], failed: bool, dry_run: bool, path: Optional[str], as_json: bool) -> int:
        if ids and failed:
            raise VeltConfigurationError("--failed: give either this or --id", field="--failed")
        report = receiver(state, path).replay(state.sdk, ids or None, failed=failed, dry_run=dry_run)
        show(lines_of(report, dry_run), objects_of(report, dry_run), as_json)
        missing = unknown(report, ids)
        for id in missing:
            click.echo(f"the inbox holds no event {id}", err=True)
        return FAILED if report.failed or missing else 0


def add_forget(group: AppGroup, state: State) -> None:
    @group.command("forget", help="Delete events that were done long ago; a dry run without --yes.")
    @click.option(
        "--days",
        type=click.IntRange(min=0),
        default=30,
        show_default=True,
        help="Done more than so many ago.",
    )
    @click.option("--yes", is_flag=True, help="Do it instead of only saying how many there are.")
    @PATH
    @AS_JSON
    @told
    def forget(days: int, yes: bool, path: Optional[str], as_json: bool) -> int:
        found = (receiver(state, path).forget(state.sdk, days, dry_run=not yes), not yes)
        show([forgotten_line(*found)], forgotten_object(*found), as_json)
        return 0


def receiver(state: State, path: Optional[str]) -> Webhooks:
    """The receiver among the features of the extension."""
    every = [each for each in state.handler.site.features if isinstance(each, Webhooks)]
    found = [each for each in every if path in (None, each.path)]
    if len(found) == 1:
        return found[0]
    if not every:
        raise VeltConfigurationError(
            "there are no webhooks here: give Velt(...) a velt_py.webhooks.Webhooks among its `features`",
            field="features",
        )
    known = ", ".join(sorted(each.path for each in every))
    raise VeltConfigurationError(f"--path: name one of the receivers at {known}", field="--path")


class Failed(click.ClickException):
    """Something failed."""

    exit_code = FAILED


class Wrong(click.ClickException):
    """The command or the configuration is wrong."""

    exit_code = USAGE


def told(command: Callable[..., int]) -> Callable[..., None]:
    """A command that ends with its exit code, and tells errors of ours in a line."""

    @functools.wraps(command)
    def run(**given: Any) -> None:
        try:
            code = command(**given)
        except VeltSDKError as error:
            wrong = isinstance(error, (VeltConfigurationError, VeltValidationError))
            raise (Wrong if wrong else Failed)(error.message) from None
        if code:
            raise click.exceptions.Exit(code)

    return run


def show(lines: Iterable[str], found: Any, as_json: bool) -> None:
    for line in [json.dumps(found)] if as_json else lines:
        click.echo(line)
