"""The merge inside PostgreSQL says what `merged` says."""

from __future__ import annotations

import json
from typing import Any, Dict, Iterator, Tuple

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from velt_py.selfhosting.answers import dumps
from velt_py.selfhosting.merge import comment_merge, merged
from velt_py.selfhosting.plans import Change, MapMerge
from velt_py.selfhosting.stores.postgresql_sql import merging, text_of

pytestmark = pytest.mark.servers

KEYS = st.sampled_from(["a", "b", "c", "0", "%s", "it's", 'q"\\'])
FIELDS = st.sampled_from(["m", "n", "%", "x.y"])
SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(-9, 9), st.sampled_from(["", "x", "\u2603"]), st.floats(-1, 1)
)
ENTRIES = st.one_of(SCALARS, st.lists(SCALARS, max_size=2), st.dictionaries(KEYS, SCALARS, max_size=3))
MAPS = st.one_of(st.dictionaries(KEYS, ENTRIES, max_size=4), SCALARS)
DOCUMENTS = st.dictionaries(FIELDS, MAPS, max_size=4)
NAMES = st.lists(KEYS, max_size=3).map(tuple)
RULES = st.lists(
    st.builds(
        MapMerge,
        field=FIELDS,
        deep=st.booleans(),
        overwrite=st.one_of(st.none(), NAMES),
        remove=NAMES,
        clear=NAMES,
        empty=st.booleans(),
    ),
    max_size=3,
    unique_by=lambda rule: rule.field,
).map(tuple)


@pytest.fixture(scope="module")
def connection(postgres_url: str) -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(postgres_url, autocommit=True) as opened:
        yield opened


def in_sql(
    connection: psycopg.Connection[Any],
    stored: Dict[str, Any],
    document: Dict[str, Any],
    rules: Tuple[MapMerge, ...],
) -> Any:
    sql, values = merging(rules, "given.data")
    query = f"SELECT {sql} FROM (SELECT %s::jsonb AS data) AS t, (SELECT %s::jsonb AS data) AS given"
    row = connection.execute(query.encode(), (*values, json.dumps(stored), json.dumps(document))).fetchone()
    assert row is not None
    return row[0]


def strict(value: Any) -> str:
    """JSON text that tells true from 1, with the keys in order."""
    return json.dumps(value, sort_keys=True)


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(stored=DOCUMENTS, document=DOCUMENTS, rules=RULES)
def test_any_merge_is_the_same_in_sql_and_in_python(
    connection: psycopg.Connection[Any],
    stored: Dict[str, Any],
    document: Dict[str, Any],
    rules: Tuple[MapMerge, ...],
) -> None:
    assert in_sql(connection, stored, document, rules) == merged(stored, document, rules)


@pytest.mark.parametrize(
    "event",
    [
        None,
        "comment.add",
        "comment.update",
        "comment.delete",
        "comment_annotation.delete",
        "comment_annotation.assign",
    ],
)
@pytest.mark.parametrize("named", [None, "1", "3"])
def test_every_event_merges_comments_the_same_in_sql_and_in_python(
    connection: psycopg.Connection[Any], event: Any, named: Any
) -> None:
    stored = {
        "comments": {"1": {"commentText": "old", "x": 1}, "2": {"commentText": "two"}, "4": "no object"}
    }
    for sent in (
        {},
        {"comments": {}},
        {"comments": None},
        {"comments": {"1": {"commentHtml": "new"}, "2": {"commentText": "2"}, "4": {"y": 1}}},
        {"comments": {"3": {"commentText": "three"}}},
    ):
        comments = sent.get("comments") or {}
        rule = comment_merge(event, named, comments)
        left = {key: value for key, value in comments.items() if key not in rule.remove}
        document = {**sent, "comments": left} if "comments" in sent and sent["comments"] is not None else sent
        assert in_sql(connection, stored, document, (rule,)) == merged(stored, document, (rule,))


def test_entries_replace_each_other_whole_unless_the_merge_is_deep(
    connection: psycopg.Connection[Any],
) -> None:
    stored, document = {"m": {"k": {"a": 1}}}, {"m": {"k": {"b": True}}}
    assert strict(in_sql(connection, stored, document, (MapMerge("m"),))) == '{"m": {"k": {"b": true}}}'
    deep = in_sql(connection, stored, document, (MapMerge("m", deep=True),))
    assert strict(deep) == '{"m": {"k": {"a": 1, "b": true}}}'


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(number=st.floats(allow_nan=False, allow_infinity=False), text=st.text(alphabet='e+1"\\ .'))
def test_fractions_come_back_as_fractions_of_the_same_value(
    connection: psycopg.Connection[Any], number: float, text: str
) -> None:
    document = {"n": number, text: [number, text]}
    row = connection.execute(
        "SELECT %s::jsonb::text", (text_of(Change("i", document, dumps(document))),)
    ).fetchone()
    assert row is not None
    again = json.loads(row[0])
    assert again == document
    assert isinstance(again["n"], float)
