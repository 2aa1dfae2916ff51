"""What the store in a Django project promises beyond the others: it lives in the application's own connections and
transactions, and tells its troubles in our words."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import uuid
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Dict, Iterator, List, Tuple

import pytest

from tests.django import project
from tests.stores.test_conformance import in_a_forked_child
from velt_py.exceptions import (
    VeltConfigurationError,
    VeltConflictError,
    VeltDatabaseError,
    VeltDatabaseUnavailableError,
    VeltSchemaError,
    VeltValidationError,
)
from velt_py.selfhosting.answers import dumps, loads
from velt_py.selfhosting.merge import map_merges
from velt_py.selfhosting.plans import Change, Delete, FindUsers, Read, Save, SaveUser
from velt_py.selfhosting.records import COMMENTS, USERS
from velt_py.selfhosting.scope import Scope

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(params=["sqlite", "postgresql"])
def alias(request: pytest.FixtureRequest) -> str:
    """An entry of `DATABASES` with the tables in it."""
    project.start()
    if request.param == "sqlite":
        return "default"
    return project.start_postgresql(request.getfixturevalue("postgres_url"))


@pytest.fixture
def organization() -> str:
    return f"org-{uuid.uuid4().hex[:12]}"


@pytest.fixture
def store(alias: str) -> Any:
    from velt_py.selfhosting.stores.django import DjangoStore

    return DjangoStore(alias)


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Tuple[str, Path]]:
    """A SQLite file of its own without any table: its alias and path."""
    alias = f"fresh_{uuid.uuid4().hex[:8]}"
    path = tmp_path / "fresh.db"
    entry = {"ENGINE": "django.db.backends.sqlite3", "NAME": str(path), "OPTIONS": {"timeout": 0.1}}
    project.add_database(alias, entry)
    yield alias, path
    from django.db import connections

    connections[alias].close()


def save(organization: str, id: str = "A", **fields: Any) -> Save:
    metadata = {"organizationId": organization, **fields.pop("metadata", {})}
    document: Dict[str, Any] = {"annotationId": id, "metadata": metadata, **fields}
    changes = (Change(id, document, dumps(document)),)
    return Save(COMMENTS, Scope(organization), changes, map_merges(COMMENTS))


def ids(store: Any, organization: str) -> List[str]:
    return sorted(record.id for record in store.run(Read(COMMENTS, Scope(organization))))


# Transactions of the application


@contextmanager
def rolled_back(alias: str) -> Iterator[None]:
    """A transaction of the application that it gives up at the end."""
    from django.db import transaction

    with transaction.atomic(using=alias):
        yield
        transaction.set_rollback(True, using=alias)


def test_what_the_application_rolls_back_was_never_stored(alias: str, store: Any, organization: str) -> None:
    store.run(save(organization, "before"))
    with rolled_back(alias):
        store.run(save(organization, "within"))
        store.run(Delete(COMMENTS, Scope(organization), ("before",)))
        assert ids(store, organization) == ["within"]
    assert ids(store, organization) == ["before"]


def test_what_the_application_commits_is_stored(alias: str, store: Any, organization: str) -> None:
    from django.db import transaction

    with transaction.atomic(using=alias):
        store.run(save(organization, "A"))
        store.run(save(organization, "A", more=1))
    assert ids(store, organization) == ["A"]


def test_async_code_under_a_blocking_test_shares_its_transaction(
    alias: str, store: Any, organization: str
) -> None:
    from asgiref.sync import async_to_sync

    from velt_py.selfhosting.stores.django import AsyncDjangoStore

    awaited = AsyncDjangoStore(store)
    with rolled_back(alias):
        async_to_sync(awaited.run)(save(organization))
        assert ids(store, organization) == ["A"]
    assert ids(store, organization) == []


def test_a_refused_record_leaves_the_surrounding_transaction_usable(
    alias: str, store: Any, organization: str
) -> None:
    from django.db import IntegrityError, transaction

    model = store._place.model("CommentAnnotation")
    with transaction.atomic(using=alias):
        store.run(save(organization, "A"))
        with pytest.raises(IntegrityError), transaction.atomic(using=alias):
            model.objects.using(alias).create(organization_id=organization, record_id="A", data={})
        store.run(save(organization, "B"))
    assert ids(store, organization) == ["A", "B"]


def test_after_a_failure_the_surrounding_transaction_is_told_to_end(
    alias: str, store: Any, organization: str
) -> None:
    from django.db import connections, transaction

    with transaction.atomic(using=alias):
        connections[alias].needs_rollback = True
        with pytest.raises(VeltDatabaseError, match="surrounding transaction has failed"):
            store.run(save(organization))
    assert ids(store, organization) == []


def test_closing_the_store_leaves_the_connection_to_the_application(alias: str, store: Any) -> None:
    from django.db import connections

    store.ping()
    store.run(Read(COMMENTS, Scope("nobody")))
    opened = connections[alias].connection
    assert opened is not None
    store.close()
    assert connections[alias].connection is opened


def test_a_ping_from_a_thread_of_its_own_leaves_no_connection_open(alias: str, store: Any) -> None:
    from django.db import connections

    left: List[Any] = []

    def ask() -> None:
        store.ping()
        left.append(connections[alias].connection)

    thread = threading.Thread(target=ask)
    thread.start()
    thread.join()
    assert left == [None]


# Writers at the same time


def test_first_saves_of_one_thread_at_the_same_time_all_survive(
    alias: str, store: Any, organization: str
) -> None:
    from django.db import connections

    writers, rounds = 6, 10
    start = threading.Barrier(writers)

    def write(number: int) -> None:
        for turn in range(rounds):
            start.wait(30)
            store.run(save(organization, f"thread-{turn}", comments={str(number): {"commentId": number}}))
        connections[alias].close()

    with ThreadPoolExecutor(writers) as threads:
        list(threads.map(write, range(writers)))
    found = {record.id: record.body for record in store.run(Read(COMMENTS, Scope(organization)))}
    assert len(found) == rounds
    for body in found.values():
        assert set(loads(body)["comments"]) == {str(number) for number in range(writers)}


def test_writers_that_save_the_same_threads_in_other_orders_all_come_to_an_end(
    alias: str, store: Any, organization: str
) -> None:
    from django.db import connections

    names = [f"T{number}" for number in range(8)]

    def write(number: int) -> None:
        turned = names[number:] + names[:number]
        for _ in range(5):
            plans = [save(organization, id, comments={str(number): {"commentId": number}}) for id in turned]
            changes = tuple(plan.changes[0] for plan in plans)
            store.run(Save(COMMENTS, Scope(organization), changes, map_merges(COMMENTS)))
        connections[alias].close()

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(write, range(4)))
    for record in store.run(Read(COMMENTS, Scope(organization))):
        assert set(loads(record.body)["comments"]) == {"0", "1", "2", "3"}


def test_a_forked_child_does_not_speak_over_its_parents_connection(
    postgres_url: str, organization: str
) -> None:
    from django.db import connections

    from velt_py.selfhosting.stores.django import DjangoStore

    alias = project.start_postgresql(postgres_url)
    store = DjangoStore(alias)

    def speak() -> int:
        store.run(save(organization))
        return int(connections[alias].connection.info.backend_pid)

    before = speak()
    assert in_a_forked_child(speak) != before
    assert speak() == before


# Cost


@pytest.mark.parametrize("most", [2, 6], ids=["of a read", "of a save"])
def test_a_plan_takes_few_statements(alias: str, store: Any, organization: str, most: int) -> None:
    from django.db import connections
    from django.test.utils import CaptureQueriesContext

    store.run(save(organization))
    plan: Any = Read(COMMENTS, Scope(organization), ids=("A",), documents=None)
    if most == 6:
        plan = save(organization, comments={"1": {"commentId": 1}})
    with CaptureQueriesContext(connections[alias]) as captured:
        store.run(plan)
    assert len(captured) <= most, [query["sql"] for query in captured.captured_queries]


def test_a_repeated_save_writes_nothing(alias: str, store: Any, organization: str) -> None:
    model = store._place.model("CommentAnnotation").objects.using(alias).filter(organization_id=organization)
    document = {"b": 1, "a": {"y": 2.0, "x": "\u00e9"}}
    store.run(save(organization, **document))
    first = model.values_list("updated_at", "data")[0]
    store.run(save(organization, **document))
    assert model.values_list("updated_at", "data")[0] == first
    store.run(save(organization, b=2))
    assert model.values_list("updated_at", flat=True)[0] > first[0]


def test_records_are_handed_on_as_text(store: Any, organization: str) -> None:
    store.run(save(organization, text="\u00e9\U0001f600"))
    (record,) = store.run(Read(COMMENTS, Scope(organization)))
    assert isinstance(record.body, str)
    assert "\u00e9\U0001f600" in record.body


def test_more_ids_than_a_statement_takes_are_asked_for_in_portions(store: Any, organization: str) -> None:
    store.run(save(organization, "A7777", metadata={"documentId": "D7777"}))
    many = tuple(f"A{number}" for number in range(10_000))
    documents = tuple(f"D{number}" for number in range(10_000))
    scope = Scope(organization)
    for plan in (Read(COMMENTS, scope, ids=many), Read(COMMENTS, scope, documents=documents)):
        assert [record.id for record in store.run(plan)] == ["A7777"]
    both = Read(COMMENTS, scope, ids=many[7000:8000], documents=documents[7000:8000])
    assert [record.id for record in store.run(both)] == ["A7777"]
    assert store.run(Delete(COMMENTS, scope, many)) == 1


# Users


def save_user(organization: str, id: str, **row: Any) -> SaveUser:
    row = {"userId": id, **row}
    initial = {**row, "organizationId": organization}
    change, first = Change(id, row, dumps(row)), Change(id, initial, dumps(initial))
    return SaveUser(Scope(organization), ("userId",), (("organizationId",),), change, first)


@pytest.mark.parametrize(
    "columns", [(("email",),), (("contact", "mail"), ("email",)), (("mails", "0"),), (("%s", 'x"'),)], ids=str
)
def test_users_are_found_by_any_column(
    store: Any, organization: str, columns: Tuple[Tuple[str, ...], ...]
) -> None:
    row: Dict[str, Any] = {}
    below = row
    for name in columns[0][:-1]:
        below = below.setdefault(name, {})
    below[columns[0][-1]] = "a@x.example"
    store.run(save_user(organization, "ann", **row))
    store.run(save_user(organization, "bob", email="b@x.example"))
    plan = FindUsers(Scope(organization), columns, ("a@x.example",), (("organizationId",),), by_id=False)
    assert [found["userId"] for found in store.run(plan)] == ["ann"]


def test_a_users_row_that_is_no_object_hides_nobody(alias: str, store: Any, organization: str) -> None:
    users = store._place.model("User").objects.using(alias)
    users.create(organization_id=organization, record_id="broken", data=["no", "object"])
    store.run(save_user(organization, "ann", email="a@x.example"))
    plan = FindUsers(Scope(organization), (("userId",),), ("ann", "broken"), (("organizationId",),))
    assert [found["userId"] for found in store.run(plan)] == ["ann"]
    with pytest.raises(VeltDatabaseError, match="damaged"):
        store.run(save_user(organization, "broken"))


# Troubles


def test_ids_that_the_tables_do_not_take_are_refused_on_every_engine(store: Any, organization: str) -> None:
    long = "\u00e9" * 201
    with pytest.raises(VeltValidationError, match="400 bytes"):
        store.run(save(organization, long))
    with pytest.raises(VeltValidationError, match="document_id"):
        store.run(save(organization, metadata={"documentId": long}))
    with pytest.raises(VeltValidationError, match="organizationId"):
        store.run(save(long))
    with pytest.raises(VeltValidationError, match="userId"):
        store.run(save_user(organization, long))


def test_missing_tables_are_told_with_the_command_that_makes_them(fresh: Tuple[str, Path]) -> None:
    from velt_py.selfhosting.stores.django import DjangoStore

    alias, _ = fresh
    store = DjangoStore(alias)
    command = f"python manage.py migrate velt --database={alias}"
    with pytest.raises(VeltSchemaError, match=command):
        store.run(save("one"))
    with pytest.raises(VeltSchemaError, match=command):
        store.run(Read(COMMENTS, Scope("one")))
    assert store.schema() == [command]
    missing = store.missing_schema()
    assert "missing: velt_commentannotation" in missing
    assert "missing: migration velt.0001_initial" in missing
    assert store.apply_schema() == [command]
    assert store.missing_schema() == store.apply_schema() == []
    assert store.run(save("one")) == 1


def test_a_locked_file_is_told_as_that_within_the_wait_of_the_settings(fresh: Tuple[str, Path]) -> None:
    import sqlite3

    from velt_py.selfhosting.stores.django import DjangoStore

    alias, path = fresh
    store = DjangoStore(alias)
    store.apply_schema()
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    with pytest.raises(VeltDatabaseUnavailableError, match="locked"):
        store.run(save("one"))
    other.execute("ROLLBACK")
    other.close()
    assert store.run(save("one")) == 1


def test_a_server_that_is_not_there_is_told_without_its_address(caplog: pytest.LogCaptureFixture) -> None:
    from velt_py.selfhosting.stores.django import DjangoStore

    project.start()
    entry = {"ENGINE": "django.db.backends.postgresql", "NAME": "x", "USER": "someone", "HOST": "127.0.0.1"}
    project.add_database("nowhere", {**entry, "PORT": 9, "OPTIONS": {"connect_timeout": 2}})
    store = DjangoStore("nowhere")
    for work in (store.ping, lambda: store.run(Read(COMMENTS, Scope("one"))), lambda: store.run(save("one"))):
        with pytest.raises(VeltDatabaseUnavailableError) as failed:
            work()
        assert "127.0.0.1" not in str(failed.value) + caplog.text
        assert "someone" not in str(failed.value) + caplog.text


def test_a_connection_that_the_server_ended_is_made_anew(postgres_url: str, organization: str) -> None:
    import psycopg
    from django.db import connections

    from velt_py.selfhosting.stores.django import DjangoStore

    alias = project.start_postgresql(postgres_url)
    store = DjangoStore(alias)
    for work in (
        lambda: store.run(save(organization)),
        lambda: store.run(Read(COMMENTS, Scope(organization))),
    ):
        store.run(Read(COMMENTS, Scope(organization)))
        pid = connections[alias].connection.info.backend_pid
        with psycopg.connect(postgres_url) as killer:
            killer.execute("SELECT pg_terminate_backend(%s, 5000)", (pid,))
        work()
    assert ids(store, organization) == ["A"]


def test_a_table_with_further_constraints_is_told_as_a_conflict(fresh: Tuple[str, Path]) -> None:
    from django.db import connections

    from velt_py.selfhosting.stores.django import DjangoStore

    store = DjangoStore(fresh[0])
    store.apply_schema()
    with connections[fresh[0]].cursor() as cursor:
        cursor.execute("CREATE UNIQUE INDEX own ON velt_commentannotation (record_id)")
    store.run(save("one", "A"))
    with pytest.raises(VeltConflictError, match="constraints"):
        store.run(save("two", "A"))


async def test_the_blocking_store_in_an_event_loop_says_what_to_use_there(alias: str, store: Any) -> None:
    with pytest.raises(VeltDatabaseError, match="use AsyncVeltSDK"):
        store.run(Read(COMMENTS, Scope("one")))


def test_an_unknown_alias_is_refused_with_the_known_ones() -> None:
    from velt_py.selfhosting.stores.django import DjangoStore

    project.start()
    with pytest.raises(VeltConfigurationError, match="'nope'.*default") as refused:
        DjangoStore("nope")
    assert refused.value.field == "database.alias"


@pytest.mark.parametrize(
    ("before", "message"),
    [
        ("", "Django is not set up"),
        ("settings.configure()", "Django is not set up"),
        ("settings.configure(); django.setup()", "INSTALLED_APPS"),
    ],
    ids=["no settings", "no setup", "no app"],
)
def test_a_project_that_is_not_ready_is_told_what_it_lacks(before: str, message: str) -> None:
    code = f"""
import django
from django.conf import settings
{before}
from velt_py import VeltSDK
sdk = VeltSDK.initialize({{"database": {{"type": "django"}}, "raiseOnError": True}})
sdk.selfHosting.comments.getComments("one")
"""
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    ended = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True)
    last = ended.stderr.strip().splitlines()[-1]
    assert "VeltConfigurationError" in last
    assert message in last


def test_the_users_table_lies_in_the_project_as_the_others_do(alias: str, store: Any) -> None:
    assert store._rows(USERS).model._meta.db_table == "velt_user"
