"""What is PostgreSQL's own about its store: tables, indexes, saving, given pools, partitions."""

from __future__ import annotations

import asyncio
import dataclasses
import logging
import re
import threading
import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import Any, List

import psycopg
import pytest
from psycopg.types.json import Jsonb
from psycopg_pool import ConnectionPool

from tests.stores.postgresql_place import ONE, TWO, Place, change, save, texts, user_save
from tests.waiting import until
from velt_py.exceptions import (
    VeltConfigurationError,
    VeltConflictError,
    VeltSchemaError,
    VeltValidationError,
)
from velt_py.selfhosting.answers import dumps, loads
from velt_py.selfhosting.plans import Change, Delete, FindUsers, MapMerge, Organizations, Read, Save
from velt_py.selfhosting.records import ATTACHMENTS, COMMENTS, KINDS, NOTIFICATIONS, USERS
from velt_py.selfhosting.scope import Scope
from velt_py.selfhosting.stores.postgresql import PostgreSQLStore
from velt_py.selfhosting.stores.postgresql_async import AsyncPostgreSQLStore
from velt_py.selfhosting.stores.postgresql_errors import DEADLOCKED
from velt_py.selfhosting.stores.postgresql_pool import conninfo_of
from velt_py.selfhosting.stores.postgresql_schema import Layout
from velt_py.selfhosting.stores.postgresql_sql import statement_of
from velt_py.settings import COLLECTIONS

pytestmark = pytest.mark.servers


# Tables and indexes


def test_tables_and_indexes_are_made_at_the_first_plan(place: Place) -> None:
    store = place.store()
    assert place.sql("SELECT 1 FROM pg_namespace WHERE nspname = %s", place.schema) == []
    assert store.run(save("a")) == 1
    assert store.missing_schema() == []
    assert "ix_comment_annotations_metadata_organizationid_annotationid" in place.indexes(
        "comment_annotations"
    )


def test_the_users_table_never_gets_an_index(place: Place) -> None:
    store = place.store()
    store.run(save("a"))
    assert store.run(user_save("u")) == 1
    store.apply_schema()
    assert place.indexes("users") == ["users_pkey"]


def test_when_all_is_there_one_query_finds_out(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    place.store().run(save("a"))
    again = place.store()
    sent: List[Any] = []
    execute = psycopg.Cursor.execute
    monkeypatch.setattr(
        psycopg.Cursor,
        "execute",
        lambda self, query, *more, **named: sent.append(query) or execute(self, query, *more, **named),
    )
    again.run(Read(COMMENTS, ONE))
    again.run(Read(COMMENTS, ONE))
    # A new connection is told its time limit, by the pool.
    asked = [bytes(query) for query in sent if not bytes(query).startswith(b"SET ")]
    assert [b"pg_namespace" in query for query in asked] == [True, False, False]


def test_many_processes_may_start_at_the_same_time(place: Place) -> None:
    stores = [place.store(pool_max_size=1) for _ in range(8)]
    with ThreadPoolExecutor(8) as threads:
        added = list(threads.map(lambda pair: pair[1].run(save(f"a{pair[0]}")), enumerate(stores)))
    assert added == [1] * 8
    assert len(texts(stores[0])) == 8


def test_nothing_is_made_when_the_schema_is_not_ours_to_manage(place: Place) -> None:
    store = place.store(manage_schema=False)
    for plan in (Read(COMMENTS, ONE), save("a"), Delete(COMMENTS, ONE, ("a",)), user_save("u")):
        with pytest.raises(VeltSchemaError, match="velt schema apply"):
            store.run(plan)
    assert place.sql("SELECT 1 FROM pg_namespace WHERE nspname = %s", place.schema) == []
    assert len(store.missing_schema()) > 7


def test_a_missing_users_table_reads_as_no_users(place: Place) -> None:
    assert (
        place.store(manage_schema=False).run(FindUsers(ONE, (("userId",),), ("u",), (("organizationId",),)))
        == []
    )


def test_a_missing_unique_index_ends_a_save_in_a_schema_error_and_not_in_doubles(place: Place) -> None:
    place.store().apply_schema()
    place.sql("DROP INDEX @ix_comment_annotations_metadata_organizationid_annotationid")
    store = place.store(manage_schema=False)
    assert store.missing_schema() == [
        "missing: index ix_comment_annotations_metadata_organizationid_annotationid"
    ]
    with pytest.raises(VeltSchemaError, match="velt schema apply"):
        store.run(save("a"))
    assert store.run(Read(COMMENTS, ONE)) == []


def test_tables_dropped_under_a_running_store_are_made_again(place: Place) -> None:
    store = place.store()
    store.run(save("a"))
    place.sql("DROP TABLE @comment_annotations")
    assert store.run(Read(COMMENTS, ONE)) == []
    assert store.run(save("a")) == 1


def test_apply_names_what_it_did_and_has_nothing_to_do_the_second_time(place: Place) -> None:
    store = place.store(manage_schema=False)
    done = store.apply_schema()
    assert sorted(done) == sorted(store.schema())
    assert store.missing_schema() == []
    assert store.apply_schema() == []


def test_records_that_share_an_id_are_told_when_the_unique_index_is_made(place: Place) -> None:
    place.store().apply_schema()
    place.sql("DROP INDEX @ix_comment_annotations_metadata_organizationid_annotationid")
    for _ in range(2):
        place.sql("INSERT INTO @comment_annotations (data) VALUES (%s)", Jsonb(dict(change("a").document)))
    with pytest.raises(VeltSchemaError, match="two records of one organization have one id"):
        place.store(manage_schema=False).apply_schema()
    assert set(texts(place.store())) == {"a"}


def test_a_role_without_the_right_to_make_tables_works_on_those_that_are_there(place: Place) -> None:
    place.store().apply_schema()
    role = f"role_{uuid.uuid4().hex[:12]}"
    place.sql(f"CREATE ROLE {role} LOGIN PASSWORD 'pw'")
    place.sql(f'GRANT USAGE ON SCHEMA "{place.schema}" TO {role}')
    place.sql(f'GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA "{place.schema}" TO {role}')
    place.sql("DROP INDEX @ix_recorder_annotations_metadata_organizationid_annotationid")
    url = conninfo_of(dataclasses.replace(place.settings))[0]
    try:
        store = place.store(connection_string=psycopg.conninfo.make_conninfo(url, user=role, password="pw"))
        assert store.run(save("a")) == 1
        assert set(texts(store)) == {"a"}
        store.close()
    finally:
        place.sql(f"DROP OWNED BY {role}")
        place.sql(f"DROP ROLE {role}")


@pytest.mark.parametrize("name", ["x" * 64, ""])
def test_names_that_postgresql_would_cut_are_refused(place: Place, name: str) -> None:
    with pytest.raises(VeltConfigurationError, match="collections.comments"):
        PostgreSQLStore(place.settings, {**COLLECTIONS, "comments": name})


def test_any_other_name_of_a_table_works(place: Place) -> None:
    store = place.store({**COLLECTIONS, "comments": 'Odd "name", 100% öffentlich; --'})
    assert store.run(save("a")) == 1
    assert store.run(save("a", x=1)) == 0
    assert texts(store)["a"]["x"] == 1
    assert store.run(Delete(COMMENTS, ONE, ("a",))) == 1
    assert store.missing_schema() == []


# The published unique index


UNIQUE = (
    "CREATE UNIQUE INDEX ix_comment_annotations_annotationid ON @comment_annotations "
    "((data #>> '{\"annotationId\"}'::text[]))"
)


def test_the_published_unique_index_is_named_in_the_way_and_taken_away_by_apply(place: Place) -> None:
    store = place.store()
    store.run(save("a"))
    place.sql(UNIQUE)
    (line,) = store.missing_schema()
    assert "in the way" in line
    assert "ix_comment_annotations_annotationid" in line
    with pytest.raises(VeltConflictError, match="velt schema apply"):
        store.run(save("a", TWO))
    (statement,) = store.apply_schema()
    assert statement.startswith("DROP INDEX")
    assert store.run(save("a", TWO)) == 1
    assert store.missing_schema() == []


def test_first_saves_of_one_record_at_the_same_time_do_not_trip_over_the_published_index(
    place: Place,
) -> None:
    store = place.store(pool_max_size=8)
    store.apply_schema()
    place.sql(UNIQUE)
    with ThreadPoolExecutor(8) as threads:
        for round in range(30):
            barrier = threading.Barrier(8)

            def first(writer: int, id: str = f"a{round}", barrier: threading.Barrier = barrier) -> int:
                barrier.wait()
                return int(store.run(save(id, comments={str(writer): {"commentText": "x"}})))

            assert sum(threads.map(first, range(8))) == 1
    assert all(len(thread["comments"]) == 8 for thread in texts(store).values())


# Saving


def test_saves_of_overlapping_records_in_any_order_never_lock_each_other_out(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("velt_py.selfhosting.stores.postgresql_errors.DEADLOCKED", ())
    assert DEADLOCKED
    store = place.store(pool_max_size=6)
    store.apply_schema()
    ids = [f"a{n}" for n in range(40)]
    rules = (MapMerge("comments", deep=True),)

    def write(writer: int) -> int:
        order = ids if writer % 2 else ids[::-1]
        added = 0
        for turn in range(15):
            changes = tuple(change(id, comments={f"{writer}-{turn}": {"t": turn}}) for id in order)
            added += store.run(Save(COMMENTS, ONE, changes, rules))
        return added

    with ThreadPoolExecutor(6) as threads:
        assert sum(threads.map(write, range(6))) == len(ids)
    assert {len(thread["comments"]) for thread in texts(store).values()} == {90}


def test_a_save_is_all_or_nothing(place: Place) -> None:
    store = place.store()
    store.run(save("a"))
    place.sql("ALTER TABLE @comment_annotations ADD CHECK (data ->> 'annotationId' <> 'bad')")
    with pytest.raises(Exception, match="could not carry out"):
        store.run(Save(COMMENTS, ONE, tuple(change(id) for id in ("a1", "bad", "z9"))))
    assert set(texts(store)) == {"a"}


def test_the_second_time_of_a_row_moves_with_a_change_and_the_first_stays(place: Place) -> None:
    store = place.store()
    store.run(save("a"))
    ((created, updated),) = place.sql("SELECT created_at, updated_at FROM @comment_annotations")
    assert created == updated
    store.run(save("a"))
    ((still, later),) = place.sql("SELECT created_at, updated_at FROM @comment_annotations")
    assert still == created
    assert later > updated


def test_numeric_ids_are_found_by_their_text(place: Place) -> None:
    store = place.store()
    document = {"attachmentId": 742199, "metadata": {"organizationId": "one"}}
    assert store.run(Save(ATTACHMENTS, ONE, (Change("742199", document, dumps(document)),))) == 1
    assert store.run(Save(ATTACHMENTS, ONE, (Change("742199", document, dumps(document)),))) == 0
    (record,) = store.run(Read(ATTACHMENTS, ONE, ids=("742199",)))
    assert record.id == "742199"
    assert loads(record.body)["attachmentId"] == 742199


def test_an_id_too_long_for_an_index_is_bad_input(place: Place) -> None:
    noise = "".join(uuid.uuid4().hex for _ in range(300))  # which cannot be packed
    with pytest.raises(VeltValidationError, match="too long"):
        place.store().run(save("a", metadata={"documentId": noise}))


def test_a_row_without_an_id_hides_no_other_and_is_logged_by_its_key(
    place: Place, caplog: pytest.LogCaptureFixture
) -> None:
    store = place.store()
    store.run(save("a"))
    lost = {"metadata": {"organizationId": "one"}, "text": "private"}
    ((key,),) = place.sql("INSERT INTO @comment_annotations (data) VALUES (%s) RETURNING id", Jsonb(lost))
    with caplog.at_level(logging.ERROR):
        assert set(texts(store)) == {"a"}
    (record,) = [record for record in caplog.records if record.message == "velt.record.unreadable"]
    assert record.__dict__["velt_record"] == str(key)
    assert "private" not in caplog.text


def test_organizations_are_listed_in_the_order_of_their_texts(place: Place) -> None:
    store = place.store()
    assert store.run(Organizations(COMMENTS)) == []
    for name in ("b", "B", "ä", "a", "10", "9"):
        for id in ("x", "y"):
            store.run(save(id, Scope(name)))
    place.sql("INSERT INTO @comment_annotations (data) VALUES ('{}')")
    assert store.run(Organizations(COMMENTS)) == sorted(["b", "B", "ä", "a", "10", "9"])
    store.run(user_save("u"))
    assert store.run(Organizations(USERS)) == ["one"]


# Pools


def test_a_given_pool_is_used_and_left_open(place: Place, postgres_url: str) -> None:
    with ConnectionPool(postgres_url, min_size=1, max_size=2) as pool:
        store = PostgreSQLStore.over(pool, place.schema, COLLECTIONS)
        assert store.run(save("a")) == 1
        assert store.run(user_save("u")) == 1
        assert set(texts(store)) == {"a"}
        store.close()
        assert pool.closed is False
        assert place.sql("SELECT count(*) FROM @comment_annotations") == [(1,)]


def test_given_connections_may_have_any_factory_of_rows(place: Place, postgres_url: str) -> None:
    from psycopg.rows import dict_row

    with ConnectionPool(postgres_url, min_size=1, max_size=1, kwargs={"row_factory": dict_row}) as pool:
        store = PostgreSQLStore.over(pool, place.schema, COLLECTIONS)
        assert store.run(save("a")) == 1
        assert set(texts(store)) == {"a"}


def test_prepared_statements_can_be_turned_off_for_a_connection_pooler(place: Place) -> None:
    store = place.store(pool_max_size=1, connection_options={"prepare_threshold": None})
    for _ in range(12):
        store.run(Read(COMMENTS, ONE, ids=("a",)))
    with store.pool.connection() as connection:
        assert connection.execute("SELECT count(*) FROM pg_prepared_statements").fetchone() == (0,)


def test_closing_gives_the_connections_back_and_a_later_plan_opens_new_ones(place: Place) -> None:
    store = place.store(application_name="velt-close")
    store.run(save("a"))
    store.close()
    query = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'velt-close'"
    until(lambda: place.sql(query) == [(0,)])
    assert set(texts(store)) == {"a"}


def test_the_async_store_may_be_used_from_one_event_loop_after_the_other(place: Place) -> None:
    store = AsyncPostgreSQLStore(place.settings, COLLECTIONS)

    async def use(id: str) -> int:
        added = int(await store.run(save(id)))
        await store.close()
        return added

    assert [asyncio.run(use(id)) for id in ("a", "b", "a")] == [1, 1, 0]


async def test_a_hundred_tasks_share_the_pool_of_the_async_store(place: Place) -> None:
    store = AsyncPostgreSQLStore(dataclasses.replace(place.settings, pool_max_size=3), COLLECTIONS)
    try:
        plans = [save("a", comments={str(n): {"commentText": "x"}}) for n in range(100)]
        assert sum(await asyncio.gather(*[store.run(plan) for plan in plans])) == 1
        (record,) = await store.run(Read(COMMENTS, ONE))
        assert len(loads(record.body)["comments"]) == 100
        assert await store.run(user_save("u")) == 1
    finally:
        await store.close()


# Partitions


def test_tables_in_partitions_take_every_plan(place: Place) -> None:
    store = place.store({**COLLECTIONS, "comments": "c'\"%"}, partitions=4)
    for scope in (ONE, TWO):
        assert store.run(save("a", scope, comments={"1": {"t": 1}})) == 1
        assert store.run(save("a", scope, comments={"2": {"t": 2}})) == 0
        assert set(texts(store, scope)["a"]["comments"]) == {"1", "2"}
    assert [record.id for record in store.run(Read(COMMENTS, ONE, ids=("a", "b")))] == ["a"]
    assert store.run(Organizations(COMMENTS)) == ["one", "two"]
    assert store.run(Delete(COMMENTS, ONE, ("a",))) == 1
    assert texts(store) == {}
    assert set(texts(store, TWO)) == {"a"}
    assert store.run(user_save("u")) == 1
    assert store.missing_schema() == []
    assert store.apply_schema() == []


def test_a_statement_on_tables_in_partitions_touches_one_part(place: Place) -> None:
    store = place.store(partitions=4)
    store.run(save("a"))
    layout = Layout(place.schema, COLLECTIONS, 4)
    for plan in (Read(COMMENTS, ONE, ids=("a",)), Delete(COMMENTS, ONE, ("a",))):
        statement = statement_of(plan, layout)
        lines = place.connection.execute(f"EXPLAIN {statement.sql}".encode(), statement.values).fetchall()
        text = "\n".join(line for (line,) in lines)
        assert len(set(re.findall("Scan (?:using [^ ]+ )?on (comment_annotations_part_[0-9])", text))) == 1, (
            text
        )


def test_a_table_that_is_not_split_as_the_setting_says_is_named(place: Place) -> None:
    place.store().apply_schema()
    store = place.store(partitions=4)
    assert any(
        "in the way: table comment_annotations is not partitioned" in line for line in store.missing_schema()
    )
    with pytest.raises(VeltSchemaError):
        store.run(save("a"))


def test_every_kind_but_users_has_a_unique_index_over_organization_and_id(place: Place) -> None:
    store = place.store()
    store.apply_schema()
    for kind in KINDS:
        rows = place.sql(
            "SELECT count(*) FROM pg_index x JOIN pg_class c ON c.oid = x.indrelid JOIN pg_namespace n "
            "ON n.oid = c.relnamespace WHERE n.nspname = %s AND c.relname = %s AND x.indisunique "
            "AND NOT x.indisprimary AND x.indnkeyatts = 2",
            place.schema,
            COLLECTIONS[kind.name],
        )
        assert rows == [(0 if kind.shared else 1,)]
    assert NOTIFICATIONS.organization == ("organizationId",)
