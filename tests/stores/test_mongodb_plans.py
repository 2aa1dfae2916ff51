"""MongoDB: with 20,000 documents of 200 organizations every request is answered from an index that starts with the
organization, looks at little more than what it answers, and is one command."""

from __future__ import annotations

import asyncio
import json
from typing import Any, Dict, Iterator, List, Tuple

import pytest
from every_plan import change, document, plans
from mongodb_places import Wire, place, save, thread
from pymongo import AsyncMongoClient
from pymongo.operations import UpdateOne

from velt_py.selfhosting.merge import map_merges
from velt_py.selfhosting.plans import Delete, FindUsers, Plan, Read, Save, SaveUser
from velt_py.selfhosting.records import ACTIVITIES, ATTACHMENTS, COMMENTS, KINDS, NOTIFICATIONS, Kind
from velt_py.selfhosting.scope import Scope
from velt_py.selfhosting.stores.mongodb import MongoDBStore
from velt_py.selfhosting.stores.mongodb_async import AsyncMongoDBStore
from velt_py.selfhosting.stores.mongodb_pipeline import delete_filter, dotted, read_filter
from velt_py.selfhosting.stores.mongodb_saving import Saving
from velt_py.settings import COLLECTIONS

pytestmark = [pytest.mark.servers, pytest.mark.xdist_group("plans of mongodb")]

ORGANIZATIONS, EACH = 200, 100
FILLED = (COMMENTS, NOTIFICATIONS, ACTIVITIES, ATTACHMENTS)
"""One kind of each layout: where the organization stands, what else is indexed, numbers for ids."""


@pytest.fixture(scope="module")
def database(mongodb_uri: str) -> Iterator[Any]:
    with place(mongodb_uri) as made:
        MongoDBStore.over(made, COLLECTIONS).apply_schema()
        for kind in FILLED:
            made[kind.collection].insert_many(
                [document(kind, f"o{at % ORGANIZATIONS}", at // ORGANIZATIONS) for at in range(20_000)]
            )
        yield made


def explained(database: Any, command: Dict[str, Any]) -> Tuple[List[Dict[str, Any]], int, int]:
    """The index scans of a command's plan, the documents it looked at, and whether it scanned a collection."""
    answer = database.command("explain", command, verbosity="executionStats")
    plan = answer["queryPlanner"]["winningPlan"]
    scans: List[Dict[str, Any]] = []
    whole = 0
    left: List[Any] = [plan]
    while left:
        stage = left.pop()
        if isinstance(stage, list):
            left += stage
        elif isinstance(stage, dict):
            # MongoDB 8 calls the look-up of one key EXPRESS_IXSCAN.
            scans += [stage] if str(stage.get("stage")).endswith("IXSCAN") else []
            whole += stage.get("stage") == "COLLSCAN"
            left += stage.values()
    return scans, int(answer["executionStats"]["totalDocsExamined"]), whole


def check(database: Any, kind: Kind, command: Dict[str, Any], most: int) -> None:
    scans, examined, whole = explained(database, command)
    assert scans
    assert not whole
    assert all(next(iter(scan["keyPattern"])) == dotted(kind.organization) for scan in scans)
    assert examined <= most


READS = [
    (Read(COMMENTS, Scope("o7"), ("i1", "i2", "none")), 2),
    (Read(COMMENTS, Scope("o7"), tuple(f"i{at}" for at in range(1000))), EACH),
    (Read(COMMENTS, Scope("o7"), documents=("d1", "d2")), 20),
    (Read(COMMENTS, Scope("o7"), ("i1", "i2"), ("d1",)), 10),
    (Read(COMMENTS, Scope("o7"), folder="f1"), 20),
    (Read(COMMENTS, Scope("o7")), EACH),
    (Read(NOTIFICATIONS, Scope("o7"), ("i1",)), 1),
    (Read(ACTIVITIES, Scope("o7"), ("i1",)), 1),
    (Read(ACTIVITIES, Scope("o7"), documents=("d1",)), 10),
    (Read(ATTACHMENTS, Scope("o7"), ("1", "2")), 2),
    (Read(ATTACHMENTS, Scope("o7"), documents=("d1",)), 10),
]


@pytest.mark.parametrize(("plan", "most"), READS)
def test_a_read_looks_only_at_what_its_organization_holds(database: Any, plan: Read, most: int) -> None:
    check(database, plan.kind, {"find": plan.kind.collection, "filter": read_filter(plan)}, most)


@pytest.mark.parametrize("kind", FILLED)
def test_an_update_looks_at_one_document(database: Any, kind: Kind) -> None:
    for organization in ("o7", "new"):
        plan = save(document(kind, organization, 5), organization=organization, kind=kind)
        [request] = Saving(plan, kind.collection).requests()
        assert isinstance(request, UpdateOne)
        update = {"q": request._filter, "u": request._doc, "upsert": True}
        check(database, kind, {"update": kind.collection, "updates": [update]}, 1)


@pytest.mark.parametrize("kind", FILLED)
def test_a_deletion_looks_at_what_it_takes_away(database: Any, kind: Kind) -> None:
    selected = delete_filter(Delete(kind, Scope("o7"), ("5", "i5")))
    check(database, kind, {"delete": kind.collection, "deletes": [{"q": selected, "limit": 0}]}, 1)


def test_a_sharded_save_needs_no_more_than_its_filter_says() -> None:
    [request] = Saving(save(thread("A")), "x").requests()
    assert request._filter == {"metadata.organizationId": "o", "annotationId": "A"}


# What goes over the wire


class Heard:
    """A store, sync or async, and the commands that it sends."""

    def __init__(self, store: Any, wire: Wire, loop: Any = None) -> None:
        self._store, self._wire, self._loop = store, wire, loop

    def run(self, plan: Plan) -> Any:
        outcome = self._store.run(plan)
        return self._loop.run_until_complete(outcome) if self._loop else outcome

    def commands(self, plan: Plan) -> List[Dict[str, Any]]:
        self._wire.commands.clear()
        self.run(plan)
        return list(self._wire.commands)


@pytest.fixture(params=["sync", "async"])
def heard(mongodb_uri: str, request: pytest.FixtureRequest) -> Iterator[Heard]:
    """A store whose collections were used once, so that it has looked after their indexes."""
    wire = Wire()
    loop = asyncio.new_event_loop() if request.param == "async" else None
    with place(mongodb_uri, None if loop else wire) as made:
        client: Any = AsyncMongoClient(mongodb_uri, event_listeners=[wire]) if loop else None
        store: Any = AsyncMongoDBStore if loop else MongoDBStore
        one = Heard(store.over(client[made.name] if loop else made, COLLECTIONS), wire, loop)
        for kind in KINDS:
            one.run(Save(kind, Scope("first"), (change(kind, "first", 1),)))
        yield one
        if loop:
            loop.run_until_complete(client.close())
            loop.close()


def filters(command: Dict[str, Any]) -> List[Dict[str, Any]]:
    """What a command selects; of an update or a deletion there are several."""
    name = next(iter(command))
    if name in ("update", "delete"):
        return [each["q"] for each in command[{"update": "updates", "delete": "deletes"}[name]]]
    return [command[{"find": "filter", "findAndModify": "query"}[name]]]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_every_plan_is_one_command_whose_filters_all_hold_the_organization(heard: Heard, kind: Kind) -> None:
    for plan in plans(kind, "o7"):
        [command] = heard.commands(plan)
        assert filters(command)
        for selected in filters(command):
            if isinstance(plan, (FindUsers, SaveUser)):
                # The columns are the customer's: one of them names the organization, or the row names none.
                assert '"o7"' in json.dumps(selected)
            else:
                assert selected[dotted(kind.organization)] == "o7"


@pytest.mark.parametrize("size", [1, 10, 1000])
def test_a_save_a_read_and_a_deletion_of_any_size_are_one_command(heard: Heard, size: int) -> None:
    changes = tuple([change(COMMENTS, "o7", at, comments={"1": {"t": "x" * 500}}) for at in range(size)])
    named = tuple([each.id for each in changes])
    for plan, name in (
        (Save(COMMENTS, Scope("o7"), changes, map_merges(COMMENTS)), "update"),
        (Save(COMMENTS, Scope("o7"), changes, map_merges(COMMENTS)), "update"),
        (Read(COMMENTS, Scope("o7"), named), "find"),
        (Read(COMMENTS, Scope("o7"), documents=("d0", "d1")), "find"),
        (Delete(COMMENTS, Scope("o7"), named), "delete"),
    ):
        [command] = heard.commands(plan)
        assert next(iter(command)) == name
    assert heard.run(Read(COMMENTS, Scope("o7"))) == []
