"""Users in PostgreSQL: which rows are seen and changed, as the rules of `users` say."""

from __future__ import annotations

import dataclasses
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Dict, Tuple

import pytest
from psycopg.types.json import Jsonb

from tests.stores.postgresql_place import ONE, TWO, Place, user_save
from velt_py.exceptions import (
    VeltConflictError,
)
from velt_py.selfhosting.plans import FindUsers, MapMerge
from velt_py.selfhosting.scope import Scope

pytestmark = pytest.mark.servers


# Users


ROWS: Tuple[Dict[str, Any], ...] = (
    {"userId": "u", "organizationId": "one", "n": 0},
    {"userId": "u", "organizationId": ["two", "one"], "n": 1},
    {"userId": "u", "organizationId": ["two", ["one"]], "n": 2},
    {"userId": "u", "organizationId": None, "n": 3},
    {"userId": "u", "n": 4},
    {"userId": "u", "organizationId": {"one": 1}, "n": 5},
    {"userId": "u", "organizationId": 7, "n": 6},
    {"userId": "u", "organizationId": 7.0, "n": 7},
    {"userId": "u", "organizationId": [7, True], "n": 8},
    {"userId": "u", "organizationId": True, "n": 9},
    {"userId": 12, "organizationId": "one", "n": 10},
    {"userId": 12.0, "organizationId": "one", "n": 11},
    {"userId": True, "organizationId": "one", "n": 12},
    {"userId": ["u"], "organizationId": "one", "n": 13},
    {"id": {"0": "u"}, "organizationId": "one", "n": 14},
    {"id": ["u"], "organizationId": "one", "n": 15},
    {"userId": "u", "org": {"id": "one"}, "organizationId": "two", "n": 16},
    {"userId": "u", "org": {"id": "two"}, "organizationId": None, "n": 17},
)


@pytest.mark.parametrize("organization", ["one", "two", "7", "7.0", "true"])
@pytest.mark.parametrize("value", ["u", "12", "12.0", "true"])
@pytest.mark.parametrize("columns", [(("userId",),), (("id", "0"), ("userId",))])
@pytest.mark.parametrize("holders", [(("organizationId",),), (("org", "id"), ("organizationId",))])
def test_the_users_found_are_those_that_the_rules_select(
    place: Place, organization: str, value: str, columns: Any, holders: Any
) -> None:
    from velt_py.selfhosting.users import found

    store = place.store()
    store.apply_schema()
    for row in ROWS:
        place.sql("INSERT INTO @users (data) VALUES (%s)", Jsonb(row))
    plan = FindUsers(Scope(organization), columns, (value,), holders)
    answered = sorted(row["n"] for row in store.run(plan))
    assert answered == [row["n"] for row in ROWS if found(row, plan)]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: str(row["n"]))
@pytest.mark.parametrize("organization", ["one", "7", "7.0", "true"])
def test_a_user_is_changed_where_the_rules_find_one_and_added_where_not(
    place: Place, row: Dict[str, Any], organization: str
) -> None:
    from velt_py.selfhosting.users import chosen

    store = place.store()
    store.apply_schema()
    place.sql("INSERT INTO @users (data) VALUES (%s)", Jsonb(row))
    plan = user_save("u", Scope(organization), name="N")
    there = chosen([row], plan) is not None
    assert store.run(plan) == (0 if there else 1)
    rows = [data for (data,) in place.sql("SELECT data FROM @users ORDER BY id")]
    assert rows[0] == ({**row, "name": "N"} if there else row)
    assert len(rows) == (1 if there else 2)


def test_a_row_that_names_the_organization_is_changed_before_one_that_names_none(place: Place) -> None:
    store = place.store()
    store.apply_schema()
    for row in ({"userId": "u"}, {"userId": "u", "organizationId": ["one"]}):
        place.sql("INSERT INTO @users (data) VALUES (%s)", Jsonb(row))
    assert store.run(user_save("u", name="N")) == 0
    assert [data for (data,) in place.sql("SELECT data FROM @users ORDER BY id")] == [
        {"userId": "u"},
        {"userId": "u", "organizationId": ["one"], "name": "N"},
    ]


def test_first_saves_of_one_user_at_the_same_time_make_one_row(place: Place) -> None:
    store = place.store(pool_max_size=8)
    store.apply_schema()
    with ThreadPoolExecutor(8) as threads:
        for round in range(20):
            barrier = threading.Barrier(8)

            def first(writer: int, id: str = f"u{round}", barrier: threading.Barrier = barrier) -> int:
                barrier.wait()
                return int(store.run(user_save(id, **{f"k{writer}": writer})))

            assert sum(threads.map(first, range(8))) == 1
    rows = [data for (data,) in place.sql("SELECT data FROM @users")]
    assert len(rows) == 20
    assert all(len(row) == 10 for row in rows)


def test_a_user_of_another_organization_under_a_unique_index_is_a_conflict(place: Place) -> None:
    store = place.store()
    store.run(user_save("u", TWO))
    place.sql("CREATE UNIQUE INDEX ON @users ((data #>> '{\"userId\"}'::text[]))")
    with pytest.raises(VeltConflictError, match="users' table"):
        store.run(user_save("u", ONE))


def test_nested_columns_of_users_are_merged_and_not_replaced(place: Place) -> None:
    store = place.store()
    store.apply_schema()
    place.sql("INSERT INTO @users (data) VALUES (%s)", Jsonb({"userId": "u", "p": {"q": {"a": 1}, "r": 2}}))
    plan = user_save("u", p={"q": {"b": "100%"}})
    assert store.run(dataclasses.replace(plan, merges=(MapMerge("p", deep=True),))) == 0
    ((row,),) = place.sql("SELECT data FROM @users")
    assert row == {"userId": "u", "p": {"q": {"a": 1, "b": "100%"}, "r": 2}}
