"""Walking a store and replacing whole records: what erasing a person, exporting and moving to another store rest on."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Dict, List, Optional

import pytest

from tests.stores.conftest import Driver
from tests.stores.every_plan import change, document, ids
from velt_py.selfhosting.answers import dumps, loads
from velt_py.selfhosting.plans import Change, Delete, Read, Record, Replace, Save, Scan, Swap
from velt_py.selfhosting.records import ATTACHMENTS, COMMENTS, KINDS, Kind
from velt_py.selfhosting.scope import Scope

OWN = [kind for kind in KINDS if not kind.shared]


def fill(driver: Driver, kind: Kind, numbers: Any, organization: Optional[str] = None) -> None:
    owner = organization or driver.one
    changes = tuple([change(kind, owner, number, text=f"t{number}") for number in numbers])
    assert driver.run(Save(kind, Scope(owner), changes)) == len(changes)


def walk(driver: Driver, kind: Kind, limit: int) -> List[Record]:
    found: List[Record] = []
    after: Optional[str] = None
    while True:
        piece = driver.run(Scan(kind, Scope(driver.one), after, limit))
        if not piece:
            return found
        assert len(piece) <= limit
        found += piece
        after = piece[-1].id


def body(record: Record) -> Dict[str, Any]:
    return loads(record.body) if isinstance(record.body, str) else record.body  # type: ignore[no-any-return]


@pytest.mark.parametrize("kind", OWN, ids=lambda kind: kind.name)
@pytest.mark.parametrize("limit", [1, 4, 25])
def test_a_walk_meets_every_record_of_the_organization_once(driver: Driver, kind: Kind, limit: int) -> None:
    fill(driver, kind, range(1, 12))
    fill(driver, kind, range(5, 20), driver.two)
    found = walk(driver, kind, limit)
    assert sorted(record.id for record in found) == sorted(ids(kind, *range(1, 12)))
    assert len(found) == 11
    by_id = {record.id: body(record) for record in found}
    assert by_id[ids(kind, 7)[0]] == document(kind, driver.one, 7, text="t7")


def test_a_walk_is_not_led_astray_by_what_is_written_meanwhile(driver: Driver) -> None:
    fill(driver, COMMENTS, range(10, 40))
    seen: List[str] = []
    after: Optional[str] = None
    for step in range(100):
        piece = driver.run(Scan(COMMENTS, Scope(driver.one), after, 5))
        if not piece:
            break
        seen += [record.id for record in piece]
        after = piece[-1].id
        fill(driver, COMMENTS, [1000 + step])
        driver.run(Delete(COMMENTS, Scope(driver.one), (piece[0].id,)))
    assert len(seen) == len(set(seen))
    assert set(ids(COMMENTS, *range(10, 40))) <= set(seen)


def test_odd_ids_are_walked_too(driver: Driver) -> None:
    names = ["", "'", "ä", "Z", "a", "z", "\U0001f600", "10", "9", "%s", "$x", "a.b", "A", "_"][1:]
    for name in names:
        made = {**document(COMMENTS, driver.one, 1), "annotationId": name}
        driver.run(Save(COMMENTS, Scope(driver.one), (Change(name, made, dumps(made)),)))
    for limit in (1, 3):
        found = [record.id for record in walk(driver, COMMENTS, limit)]
        assert sorted(found) == sorted(names)


@pytest.mark.parametrize("kind", OWN, ids=lambda kind: kind.name)
def test_a_replaced_record_is_the_new_one_and_nothing_else(driver: Driver, kind: Kind) -> None:
    fill(driver, kind, [1, 2, 3])
    fill(driver, kind, [1], driver.two)
    records = {record.id: record for record in driver.run(Scan(kind, Scope(driver.one)))}
    first, second, third = ids(kind, 1, 2, 3)
    after = document(kind, driver.one, 1, other=[1.5, None, {"x": "ä"}])
    swaps = (Swap(records[first], after), Swap(records[second], None))
    assert driver.run(Replace(kind, Scope(driver.one), swaps)) == {first, second}
    left = {record.id: body(record) for record in driver.run(Read(kind, Scope(driver.one)))}
    assert left == {first: after, third: document(kind, driver.one, 3, text="t3")}
    (other,) = driver.run(Read(kind, Scope(driver.two)))
    assert body(other) == document(kind, driver.two, 1, text="t1")


def test_a_replaced_record_may_have_any_names(driver: Driver) -> None:
    fill(driver, COMMENTS, [1])
    (record,) = driver.run(Scan(COMMENTS, Scope(driver.one)))
    after = document(COMMENTS, driver.one, 1, **{"$x": {"$y": 1}, "a.b": {"c.d": "$e"}, "0": [0]})
    assert driver.run(Replace(COMMENTS, Scope(driver.one), (Swap(record, after),))) == {record.id}
    (left,) = driver.run(Read(COMMENTS, Scope(driver.one)))
    assert body(left) == after


def test_a_replaced_record_is_found_by_its_new_place(driver: Driver) -> None:
    fill(driver, COMMENTS, [1])
    (record,) = driver.run(Scan(COMMENTS, Scope(driver.one)))
    moved = document(COMMENTS, driver.one, 1)
    moved["metadata"]["documentId"] = "elsewhere"
    driver.run(Replace(COMMENTS, Scope(driver.one), (Swap(record, moved),)))
    assert driver.run(Read(COMMENTS, Scope(driver.one), documents=("d1",))) == []
    assert len(driver.run(Read(COMMENTS, Scope(driver.one), documents=("elsewhere",)))) == 1


def test_what_somebody_changed_or_deleted_meanwhile_is_left_alone(driver: Driver) -> None:
    fill(driver, COMMENTS, [1, 2])
    first, second = driver.run(Scan(COMMENTS, Scope(driver.one)))
    driver.run(Save(COMMENTS, Scope(driver.one), (change(COMMENTS, driver.one, 1, reply="new"),)))
    driver.run(Delete(COMMENTS, Scope(driver.one), (second.id,)))
    swaps = (Swap(first, None), Swap(second, document(COMMENTS, driver.one, 2)))
    assert driver.run(Replace(COMMENTS, Scope(driver.one), swaps)) == frozenset()
    (left,) = driver.run(Read(COMMENTS, Scope(driver.one)))
    assert body(left)["reply"] == "new"


def test_a_replacement_stays_in_its_organization(driver: Driver) -> None:
    fill(driver, COMMENTS, [1])
    (record,) = driver.run(Scan(COMMENTS, Scope(driver.one)))
    assert driver.run(Replace(COMMENTS, Scope(driver.two), (Swap(record, None),))) == frozenset()
    assert driver.run(Scan(COMMENTS, Scope(driver.one))) == [record]


def test_of_many_who_replace_the_same_record_one_succeeds(driver: Driver) -> None:
    fill(driver, ATTACHMENTS, [1])
    (record,) = driver.run(Scan(ATTACHMENTS, Scope(driver.one)))

    plans = [
        Replace(
            ATTACHMENTS,
            Scope(driver.one),
            (Swap(record, document(ATTACHMENTS, driver.one, 1, by=number)),),
        )
        for number in range(12)
    ]
    if driver.loop:

        async def all_at_once() -> List[Any]:
            return await asyncio.gather(*[driver.store.run(plan) for plan in plans])

        outcomes = driver.loop(all_at_once())
    else:
        with ThreadPoolExecutor(4) as threads:
            outcomes = list(threads.map(driver.store.run, plans))
    assert sum(len(outcome) for outcome in outcomes) == 1
