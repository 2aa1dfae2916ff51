"""Erasing one person in a store of 100,000 threads: time, statements or round trips, and what a full scan finds then.

    python benchmarks/erasure.py                 SQLite, and the servers that POSTGRES_URL and MONGODB_URI name
    python benchmarks/erasure.py --quick         1,000 threads: whether everything runs
    python -m tests.servers python benchmarks/erasure.py

Ana wrote in every hundredth thread and is tagged in another of every hundred; Ben and Cleo wrote all else. In another
organization she stays as she is.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import resource
import sys
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Dict, Iterator, List, Optional

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "src"))

from databases import VARIABLES, databases, proxied

from velt_py import VeltSDK
from velt_py.selfhosting.answers import dumps, dumps_checked, loads
from velt_py.selfhosting.plans import Change, Replace, Save, Scan
from velt_py.selfhosting.records import COMMENTS
from velt_py.selfhosting.scope import Scope

ORGANIZATION, PERSON = "acme", "u-ana-7431"
NEIGHBOUR = "globex"
NAME, EMAIL = "Ana Lopez", "ana.lopez@acme.example"
EVERY = 100
FULL, QUICK = 100_000, 1_000


def thread(number: int, organization: str = ORGANIZATION) -> Dict[str, Any]:
    tag = {"userId": PERSON, "contact": {"userId": PERSON}, "text": f"@{NAME}"}
    comments: Dict[str, Any] = {
        str(at): {"commentId": at, "commentText": f"Thread {number}, comment {at}.", "from": {"userId": who}}
        for at, who in ((1, "ben"), (2, "cleo"))
    }
    if number % EVERY == 0:
        comments["3"] = {"commentId": 3, "commentText": f"{NAME} here.", "from": {"userId": PERSON}}
    if number % EVERY == 1:
        comments["3"] = {
            "commentId": 3,
            "commentText": f"@{NAME}, {EMAIL}?",
            "from": {"userId": "ben"},
            "taggedUserContacts": [tag],
        }
    metadata = {"organizationId": organization, "documentId": f"d{number // 10}"}
    return {
        "annotationId": f"t{number}",
        "metadata": metadata,
        "comments": comments,
        "from": {"userId": "ben"},
    }


def fill(sdk: VeltSDK, threads: int) -> None:
    for first in range(0, threads, 1000):
        some = [thread(number) for number in range(first, min(threads, first + 1000))]
        changes = tuple(Change(each["annotationId"], each, dumps(each)) for each in some)
        sdk._runner.run(Save(COMMENTS, Scope(ORGANIZATION), changes))
    for other in (ORGANIZATION, NEIGHBOUR):
        user = {"userId": PERSON, "name": NAME, "email": EMAIL}
        sdk.selfHosting.users.saveUser(other, user)
    some = [thread(number, NEIGHBOUR) for number in range(1000)]
    changes = tuple(Change(each["annotationId"], each, dumps(each)) for each in some)
    sdk._runner.run(Save(COMMENTS, Scope(NEIGHBOUR), changes))


def stored(sdk: VeltSDK, organization: str = ORGANIZATION) -> Iterator[Any]:
    after: Optional[str] = None
    while True:
        piece = sdk._runner.run(Scan(COMMENTS, Scope(organization), after, 1000))
        if not piece:
            return
        yield from piece
        after = piece[-1].id


def others(sdk: VeltSDK) -> str:
    """A digest of what is not Ana's: every comment of Ben and Cleo that does not name her, all else of the threads
    around them, and the other organization with her in it."""
    digest = hashlib.sha256()
    for record in stored(sdk):
        body = loads(record.body) if isinstance(record.body, str) else record.body
        if int(record.id[1:]) % EVERY < 2:
            body = {**body, "comments": {id: body["comments"][id] for id in ("1", "2")}}
        digest.update(json.dumps(body, sort_keys=True).encode())
    for record in stored(sdk, NEIGHBOUR):
        body = loads(record.body) if isinstance(record.body, str) else record.body
        digest.update(json.dumps(body, sort_keys=True).encode())
    found = sdk.selfHosting.users.getUsers(NEIGHBOUR, [PERSON])
    digest.update(json.dumps(found, sort_keys=True).encode())
    return digest.hexdigest()


def left(sdk: VeltSDK) -> int:
    """Records in whose text anything of Ana can be read."""
    traces = (PERSON, NAME.casefold(), EMAIL)
    count = 0
    for record in stored(sdk):
        body = record.body if isinstance(record.body, str) else dumps_checked(record.body)
        count += any(trace in body.casefold() for trace in traces)
    return count


class Counting:
    """Counts the plans that a runner carries out."""

    def __init__(self, sdk: VeltSDK) -> None:
        self.plans = self.replaced = 0
        self._run = sdk._runner.run
        setattr(sdk._runner, "run", self)  # noqa: B010 - an attribute of this one object

    def __call__(self, step: Any) -> Any:
        self.plans += 1
        self.replaced += len(step.swaps) if isinstance(step, Replace) else 0
        return self._run(step)


def config_of(store: str, address: str, name: str) -> Dict[str, Any]:
    if store == "sqlite":
        return {"database": {"type": "sqlite", "path": address}}
    if store == "postgresql":
        from urllib.parse import urlsplit, urlunsplit

        address = urlunsplit(urlsplit(address)._replace(path=f"/{name}"))
        return {"database": {"type": store, "connection_string": address}}
    return {"database": {"type": store, "connection_string": address, "database_name": name}}


def measured(store: str, threads: int) -> Dict[str, Any]:
    with ExitStack() as stack:
        database = stack.enter_context(databases(store, ("erasure",)))["erasure"]
        with VeltSDK.initialize(config_of(store, database.address, database.name)) as sdk:
            fill(sdk, threads)
            before = others(sdk)
        proxy = None
        if store != "sqlite":
            database, proxy = stack.enter_context(proxied(database))
        with VeltSDK.initialize(config_of(store, database.address, database.name)) as sdk:
            sdk.selfHosting.comments.getComments(ORGANIZATION, commentAnnotationIds=["t0"])
            counting, trips = Counting(sdk), proxy.trips if proxy else 0
            began, cpu = time.perf_counter(), time.process_time()
            report = sdk.selfHosting.privacy.erase_user(PERSON, ORGANIZATION, dry_run=False)
            seconds, cpu = time.perf_counter() - began, time.process_time() - cpu
            facts: Dict[str, Any] = {
                "store": store,
                "threads": threads,
                "seconds": round(seconds, 2),
                "cpu": round(cpu, 2),
                "plans": counting.plans,
                "replaced": counting.replaced,
                "trips": proxy.trips - trips if proxy else None,
                "matched": report.kinds["comments"].matched,
                "confirmed": report.confirmed,
                "left": left(sdk),
                "others_untouched": others(sdk) == before,
                "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
            }
    return facts


def main() -> int:
    parser = argparse.ArgumentParser(description="Erasing one person in a large store.")
    parser.add_argument("--quick", action="store_true", help="1,000 threads; no figure means much")
    parser.add_argument("--threads", type=int, help="another number of threads")
    parser.add_argument("--only", action="append", choices=("sqlite", *VARIABLES), help="a store")
    given = parser.parse_args()
    threads = given.threads or (QUICK if given.quick else FULL)
    stores = given.only or ["sqlite", *(name for name in VARIABLES if os.environ.get(VARIABLES[name]))]
    found: List[Dict[str, Any]] = []
    for store in stores:
        found.append(measured(store, threads))
        print(json.dumps(found[-1]), flush=True)
    return (
        0 if all(each["confirmed"] and each["others_untouched"] and not each["left"] for each in found) else 1
    )


if __name__ == "__main__":
    sys.exit(main())
