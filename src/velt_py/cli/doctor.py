"""`velt doctor`: whether everything that a configuration names is there and lets itself be used."""

from __future__ import annotations

import argparse
import io
import json
import os
import time
import uuid
from dataclasses import replace
from email.utils import parsedate_to_datetime
from typing import Any, Callable, Dict, Iterator, List, Mapping, NamedTuple, cast

from velt_py.cli.loading import config_or_environment, load_name
from velt_py.cli.logs import log_to_stderr
from velt_py.cli.posting import posted
from velt_py.cli.trigger import SECRET_VARIABLE
from velt_py.exceptions import VeltSchemaError, VeltSDKError
from velt_py.sdk import VeltSDK
from velt_py.selfhosting.files.opening import open_file_store
from velt_py.selfhosting.files.plans import PutFile, RemoveFile
from velt_py.selfhosting.plans import Change, Delete, Read, Save
from velt_py.selfhosting.records import KINDS, nested
from velt_py.selfhosting.scope import Scope
from velt_py.selfhosting.stores.base import Store, absent_tables
from velt_py.selfhosting.stores.opening import open_store
from velt_py.settings import Settings
from velt_py.webhooks.secrets import Secrets

__all__ = ["doctor"]

OK, WARNING, ERROR, SKIPPED = "ok", "warning", "error", "skipped"
MOST_SKEW = 60.0
"""Seconds between this machine's clock and Velt's: tokens and signed webhooks are judged by time."""
PROBE = "velt-doctor"
WAIT_SECONDS = 10.0


class Finding(NamedTuple):
    """What a check found: its name, one of the levels, and a sentence."""

    check: str
    level: str
    message: str


Check = Callable[[argparse.Namespace, Settings], Iterator[Finding]]


def doctor(given: argparse.Namespace) -> int:
    """Check, and print one line each. 0 when nothing is wrong, 1 otherwise: a readiness probe may call this."""
    settings = config_or_environment(given.config)
    log_to_stderr()
    findings: List[Finding] = []
    for check in CHECKS:
        findings.extend(check(given, settings))
    ready = not any(each.level == ERROR for each in findings)
    if given.json:
        print(json.dumps({"ready": ready, "findings": [each._asdict() for each in findings]}))
    else:
        for each in findings:
            print(f"{each.level:8}{each.check}: {each.message}")
    return 0 if ready else 1


def check_velt(given: argparse.Namespace, settings: Settings) -> Iterator[Finding]:
    """The credentials, and by the answer's date the clock."""
    if not (settings.apiKey and settings.authToken):
        yield Finding(
            "credentials", SKIPPED, "no apiKey and authToken are configured: calls to Velt are not used"
        )
        return
    with VeltSDK(replace(settings, raiseOnError=False)) as sdk:
        sent = time.time()
        try:
            raw: Any = sdk.api.organizations.getOrganizations.raw(pageSize=1)
        except VeltSDKError as failure:
            yield Finding("credentials", ERROR, failure.message)
            return
    yield _credentials(raw.answer, raw.status, settings.apiBaseUrl)
    yield _clock(raw.headers, (sent + time.time()) / 2)


def _credentials(answer: Any, status: int, address: str) -> Finding:
    fields = cast(Dict[str, Any], answer) if isinstance(answer, dict) else {}
    error: Any = fields.get("error")
    if isinstance(error, dict):
        word = cast(Dict[str, Any], error).get("status") or "HTTP status"
        return Finding("credentials", ERROR, f"Velt refuses them: {word} ({status})")
    if "result" not in fields or status >= 400:
        told = f"{address} does not answer as Velt's API does ({status}); check `apiBaseUrl`"
        return Finding("credentials", ERROR, told)
    return Finding("credentials", OK, f"Velt accepts them ({address})")


def _clock(headers: Mapping[str, str], here: float) -> Finding:
    try:
        skew = abs(parsedate_to_datetime(headers.get("date", "")).timestamp() - here)
    except (TypeError, ValueError, IndexError):
        return Finding("clock", SKIPPED, "the answer tells no time")
    if skew > MOST_SKEW:
        return Finding("clock", ERROR, f"this machine's clock is {skew:.0f} seconds off; let NTP set it")
    return Finding("clock", OK, f"within {MOST_SKEW:.0f} seconds of Velt's")


def check_database(given: argparse.Namespace, settings: Settings) -> Iterator[Finding]:
    """Whether the store answers, has its tables and indexes, and may be read and written."""
    if settings.database is None:
        yield Finding("database", SKIPPED, "none is configured: data is not kept here")
        return
    store = open_store(settings)
    try:
        store.ping()
        yield Finding("database", OK, f"{settings.database.type} answers")
        missing = list(store.missing_schema())
        managed = settings.database.manage_schema
        for line in missing:
            yield Finding("schema", WARNING if managed else ERROR, f"{line}; `velt schema apply` makes it")
        if not missing:
            yield Finding("schema", OK, "nothing is missing")
        if given.write or not (missing and managed):  # a look at a record would make what is missing
            yield from _rights(store, given.write)
    except VeltSDKError as error:
        yield Finding("database", ERROR, error.message)
    finally:
        store.close()


def _rights(store: Store, write: bool) -> Iterator[Finding]:
    """Whether the tables of ours may be read, and with `write` also written. The users' table is the application's."""
    scope, name, levels = Scope(PROBE), str(uuid.uuid4().int % 10**15), {OK}
    for kind in KINDS:
        if kind.shared:
            continue
        id = int(name) if kind.numeric_ids else name
        document = {**nested(kind.organization, PROBE), **nested(kind.id, id)}
        try:
            with absent_tables():
                store.run(Read(kind, scope, (name,)))
            if write:
                store.run(Save(kind, scope, (Change(name, document, json.dumps(document)),)))
                store.run(Delete(kind, scope, (name,)))
        except VeltSchemaError:
            levels.add(WARNING)  # told with the schema
        except VeltSDKError as error:
            levels.add(ERROR)
            yield Finding("rights", ERROR, f"{kind.name}: {error.message}")
    if levels == {OK}:
        done = "read, written and deleted" if write else "read; --write tries to write, too"
        yield Finding("rights", OK, f"records may be {done}")


def check_files(given: argparse.Namespace, settings: Settings) -> Iterator[Finding]:
    """Whether the folder or bucket is there, and may be written."""
    if settings.files is None:
        yield Finding("files", SKIPPED, "none are configured: attachments are not kept here")
        return
    store = open_file_store(settings)
    try:
        store.ping()
        yield Finding("files", OK, f"{settings.files.type} answers")
        if given.write:
            key = f"{PROBE}/{uuid.uuid4().hex}"
            store.run(PutFile(key, io.BytesIO(b"velt"), "probe.txt", "text/plain", max_bytes=4))
            store.run(RemoveFile(key))
            yield Finding("files", OK, "a file was written and deleted")
    except VeltSDKError as error:
        yield Finding("files", ERROR, error.message)
    finally:
        store.close()


def check_hooks(given: argparse.Namespace, settings: Settings) -> Iterator[Finding]:
    """The functions that say who asks and what they may."""
    for option, named in (("--authenticate", given.authenticate), ("--authorize", given.authorize)):
        if not named:
            yield Finding("hooks", SKIPPED, f"no {option} is given")
            continue
        try:
            found = load_name(named, option)
        except VeltSDKError as error:
            yield Finding("hooks", ERROR, error.message)
            continue
        if callable(found):
            yield Finding("hooks", OK, f"{option} {named} is there")
        else:
            yield Finding("hooks", ERROR, f"{option} {named} is no function")


def check_routes(given: argparse.Namespace, settings: Settings) -> Iterator[Finding]:
    """The running application: strangers are refused, and pages of the origins may ask."""
    if not given.url:
        yield Finding("routes", SKIPPED, "no --url of the running application is given")
        yield Finding("cors", SKIPPED, "no --url of the running application is given")
        return
    url = given.url.rstrip("/") + "/comments/get"
    body = json.dumps({"organizationId": PROBE, "commentAnnotationIds": []}).encode()
    try:
        reply = posted(url, body, {"Content-Type": "application/json"}, WAIT_SECONDS, "--url")
        status = reply.status
        if status == 403 and b"NOT_CONFIGURED" in reply.body:
            yield Finding(
                "hooks", ERROR, "the running application lacks authenticate or authorize: it denies all"
            )
        elif status in (401, 403):
            yield Finding("routes", OK, f"a stranger is refused ({status})")
        elif status == 200:
            yield Finding("routes", ERROR, "a stranger gets an answer: nobody asks who they are")
        else:
            yield Finding(
                "routes", ERROR, f"/comments/get answers {status}; is this where the routes are mounted?"
            )
        for origin in given.origin:
            yield _allowed(url, origin)
        if not given.origin:
            yield Finding("cors", SKIPPED, "no --origin is given")
    except VeltSDKError as error:
        yield Finding("routes", ERROR, error.message)


def _allowed(url: str, origin: str) -> Finding:
    asked = {
        "Origin": origin,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization,content-type",
    }
    reply = posted(url, b"", asked, WAIT_SECONDS, "--url", method="OPTIONS")
    if reply.headers.get("access-control-allow-origin") == origin:
        return Finding("cors", OK, f"pages of {origin} may ask")
    return Finding("cors", ERROR, f"pages of {origin} may not ask: the routes do not allow this origin")


def check_webhooks(given: argparse.Namespace, settings: Settings) -> Iterator[Finding]:
    """The secret of the webhooks, by its form."""
    secret = os.environ.get(SECRET_VARIABLE)
    if not secret:
        yield Finding("webhook secret", SKIPPED, f"{SECRET_VARIABLE} is not set")
        return
    try:
        Secrets.of(secret)
        yield Finding("webhook secret", OK, "it has the form of an advanced webhook's")
    except VeltSDKError as error:
        yield Finding("webhook secret", ERROR, error.message)


CHECKS: List[Check] = [check_velt, check_database, check_files, check_hooks, check_routes, check_webhooks]
