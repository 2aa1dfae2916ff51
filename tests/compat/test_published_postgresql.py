"""PostgreSQL rows of velt-py 0.3.0 and ours: each package works on what the other wrote."""

from __future__ import annotations

import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Dict, Iterator

import psycopg
import pytest

from tests.compat import published
from tests.compat.exchange import NAMES, Exchange
from velt_py import VeltSDK
from velt_py.selfhosting.records import ATTACHMENTS, COMMENTS, REACTIONS, RECORDINGS
from velt_py.selfhosting.stores.postgresql_schema import Layout, index_name
from velt_py.settings import COLLECTIONS


@pytest.fixture(scope="module")
def exchange(postgres_url: str, published_python: Path) -> Iterator[Exchange]:
    name = f"velt_compat_{uuid.uuid4().hex[:10]}"
    with psycopg.connect(postgres_url, autocommit=True) as admin:
        admin.execute(f'CREATE DATABASE "{name}"')
    address = postgres_url.rsplit("/", 1)[0] + f"/{name}"
    made = Exchange(published_python, {"database": {"type": "postgresql", "connection_string": address}})
    yield made
    made.end()
    with psycopg.connect(postgres_url, autocommit=True) as admin:
        admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.mark.parametrize("kind", NAMES)
def test_what_velt_py_wrote_is_read_changed_and_deleted_by_us(exchange: Exchange, kind: str) -> None:
    exchange.check(kind, "theirs")


@pytest.mark.parametrize("kind", NAMES)
def test_what_we_wrote_is_read_changed_and_deleted_by_velt_py(exchange: Exchange, kind: str) -> None:
    exchange.check(kind, "ours")


def test_users_that_we_save_are_found_by_velt_py(exchange: Exchange) -> None:
    with VeltSDK.initialize(exchange.config) as sdk:
        user = {"userId": "ana-p", "name": "Ana", "email": "ana@acme.example"}
        assert sdk.selfHosting.users.saveUser("acme", user)["success"]
        mine = sdk.selfHosting.users.getUsers("acme", ["ana-p"])
    get = ("users", "getUsers", "GetUserResolverRequest", {"organizationId": "acme", "userIds": ["ana-p"]})
    (theirs,) = exchange.theirs(get)
    for field, value in mine["data"]["ana-p"].items():
        assert theirs["data"]["ana-p"][field] == value


# On one schema at the same time


BOTH = """
from velt_py import VeltSDK
from velt_py.models.comment import SaveCommentResolverRequest

sdk = VeltSDK.initialize(given["config"])
answer = []
for number in range(given["rounds"]):
    reply = {"commentId": number, "commentText": f"theirs {number}"}
    body = {
        "commentAnnotation": {f"t{number}": {"annotationId": f"t{number}", "theirs": number, "comments": {"1": reply}}},
        "metadata": {"organizationId": "both", "documentId": "doc"},
    }
    answer.append(sdk.selfHosting.comments.saveComments(SaveCommentResolverRequest.from_dict(body)))
"""


def test_what_both_save_at_the_same_time_keeps_what_neither_overwrites(exchange: Exchange) -> None:
    rounds = 25
    config = {**exchange.config, "collections": {"comments": "both_threads"}}
    with VeltSDK.initialize(config) as sdk:
        comments = sdk.selfHosting.comments
        assert comments.saveComments("both", {"before": {"ours": 0}})["success"]
        given = {"config": config, "rounds": rounds}
        with ThreadPoolExecutor(1) as thread:
            theirs = thread.submit(published.run, exchange.interpreter, BOTH, given)
            while not theirs.done():
                for number in range(rounds):
                    comment = {"2": {"commentText": f"ours {number}"}}
                    answer = comments.saveComments(
                        "both", {f"t{number}": {"ours": number, "comments": comment}}
                    )
                    assert answer["success"], answer
        failed = [answer for answer in theirs.result() if not answer["success"]]
        assert failed == []
        found = comments.getComments("both")["data"]
        assert len(found) == rounds + 1
        for number in range(rounds):
            thread_of = found[f"t{number}"]
            # velt-py replaces the map of comments as a whole; top-level fields of both writers stay.
            assert (thread_of["ours"], thread_of["theirs"]) == (number, number)
            assert thread_of["metadata"]["documentId"] == "doc"
            assert "1" in thread_of["comments"] or "2" in thread_of["comments"]


def test_their_indexes_may_come_after_ours_and_ours_after_theirs(exchange: Exchange) -> None:
    save = {
        "commentAnnotation": {"x": {"annotationId": "x", "comments": {}}},
        "metadata": {"organizationId": "first"},
    }
    call = ("comments", "saveComments", "SaveCommentResolverRequest", save)
    for table, order in (("ours_first", "ours"), ("theirs_first", "theirs")):
        both = Exchange(exchange.interpreter, {**exchange.config, "collections": {"comments": table}})
        for writer in (both.ours, both.theirs) if order == "ours" else (both.theirs, both.ours):
            (answer,) = writer(call)
            assert answer["success"], answer
        with VeltSDK.initialize(both.config) as sdk:
            wait_for_index(both.config, f"ix_{table}_annotationid")
            # Their index on the id alone stands in the way, says what to do, and gives way.
            refused = sdk.selfHosting.comments.saveComments("second", {"x": {}})
            assert refused["errorCode"] == "CONFLICT"
            assert "velt schema apply" in refused["error"]
            store = sdk._runner.store
            assert any(f"ix_{table}_annotationid" in line for line in store.missing_schema())
            store.apply_schema()
            assert store.missing_schema() == []
            assert sdk.selfHosting.comments.saveComments("second", {"x": {}})["success"]
        # velt-py cannot make it again now, and goes on working.
        (answer,) = both.theirs(call)
        assert answer["success"], answer
        (found,) = both.ours(
            ("comments", "getComments", "GetCommentResolverRequest", {"organizationId": "second"})
        )
        assert set(found["data"]) == {"x"}


def wait_for_index(config: Dict[str, Any], name: str) -> None:
    """velt-py makes its indexes in the background."""
    deadline = time.monotonic() + 10
    with psycopg.connect(config["database"]["connection_string"], autocommit=True) as connection:
        while not connection.execute("SELECT 1 FROM pg_indexes WHERE indexname = %s", (name,)).fetchone():
            assert time.monotonic() < deadline
            time.sleep(0.05)


def test_indexes_have_the_names_and_definitions_that_velt_py_gives_them(exchange: Exchange) -> None:
    script = """
from velt_py.config import Config
from velt_py.database.connection import postgres_schema_sql
answer = postgres_schema_sql(Config(given))
"""
    theirs = published.run(exchange.interpreter, script, exchange.config)
    layout = Layout("public", COLLECTIONS)
    shared = [line for line in layout.statements() if "INDEX" in line and line + ";" in theirs.splitlines()]
    # Organization and document of comments, reactions, recordings and activities; both unique ones that they scope.
    assert len(shared) == 6
    for kind in (COMMENTS, REACTIONS, RECORDINGS, ATTACHMENTS):
        assert index_name(COLLECTIONS[kind.name], (kind.id,)) in theirs
