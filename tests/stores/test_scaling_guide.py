"""docs/scaling.md: its statements work in PostgreSQL, and its shard keys are the beginnings of our unique indexes."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.guides import samples_of
from tests.stores.mongodb_places import place as mongodb_place
from tests.stores.mongodb_places import store_of
from tests.stores.postgresql_place import ONE, TWO, Place, save, texts
from velt_py.selfhosting.records import KINDS, USERS
from velt_py.settings import COLLECTIONS

PAGE = Path(__file__).resolve().parents[2] / "docs" / "scaling.md"
SHARD = re.compile(r'^sh\.shardCollection\("velt\.(\w+)", (\{.*\})\)$', re.MULTILINE)

pytestmark = pytest.mark.servers


def test_tables_are_divided_as_the_page_says(place: Place) -> None:
    (_, aside), (_, filling) = samples_of(PAGE, "sql")
    undivided = place.schema + "_undivided"
    before = place.store()
    for scope in (ONE, TWO):
        before.run(save("a", scope, comments={"1": {"commentText": scope.organization}}))
    create, move = aside.replace("undivided", undivided).strip().splitlines()
    place.sql(f"SET search_path TO {place.schema}")
    place.sql(create)
    try:
        for kind in KINDS:
            if kind is not USERS:
                place.sql(move.replace("comment_annotations", COLLECTIONS[kind.name]))
        after = place.store(partitions=4)
        assert after.apply_schema() != []
        place.sql(filling.replace("undivided", undivided))
        assert after.missing_schema() == []
        for scope in (ONE, TWO):
            assert texts(after, scope)["a"]["comments"] == {"1": {"commentText": scope.organization}}
    finally:
        place.sql(f"DROP SCHEMA {undivided} CASCADE")


def test_the_shard_keys_begin_the_unique_indexes(mongodb_uri: str) -> None:
    [(_, shown)] = samples_of(PAGE, "javascript")
    keys: Any = [(name, list(json.loads(key).items())) for name, key in SHARD.findall(shown)]
    assert len(keys) == len(shown.strip().splitlines())
    with mongodb_place(mongodb_uri) as database, store_of(database, mongodb_uri) as store:
        store.apply_schema()
        for collection, key in keys:
            unique = [
                [(field, int(order)) for field, order in index["key"]]
                for index in database[collection].index_information().values()
                if index.get("unique")
            ]
            assert unique
            assert all(fields[: len(key)] == key for fields in unique), collection
