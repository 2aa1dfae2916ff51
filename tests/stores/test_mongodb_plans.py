"""MongoDB: with 20,000 documents of 200 organizations every request is answered from an index that starts with the
organization, and looks at little more than what it answers."""

from __future__ import annotations

from typing import Any, Dict, Iterator, List, Tuple

import pytest
from mongodb_places import place, save, thread
from pymongo.operations import UpdateOne

from velt_py.selfhosting.plans import Delete, Read
from velt_py.selfhosting.records import ACTIVITIES, ATTACHMENTS, COMMENTS, NOTIFICATIONS, Kind
from velt_py.selfhosting.scope import Scope
from velt_py.selfhosting.stores.mongodb import MongoDBStore
from velt_py.selfhosting.stores.mongodb_pipeline import delete_filter, dotted, read_filter
from velt_py.selfhosting.stores.mongodb_saving import Saving
from velt_py.settings import COLLECTIONS

ORGANIZATIONS, EACH = 200, 100
KINDS = (COMMENTS, NOTIFICATIONS, ACTIVITIES, ATTACHMENTS)


def document(kind: Kind, organization: str, number: int) -> Dict[str, Any]:
    """The same ids in every organization, ten documents and five folders in each."""
    metadata = {"documentId": f"d{number % 10}", "folderId": f"f{number % 5}"}
    made: Dict[str, Any] = {"metadata": metadata, kind.id[0]: number if kind.numeric_ids else f"i{number}"}
    (metadata if kind.organization[0] == "metadata" else made)["organizationId"] = organization
    return made


@pytest.fixture(scope="module")
def database(mongodb_uri: str) -> Iterator[Any]:
    with place(mongodb_uri) as made:
        MongoDBStore.over(made, COLLECTIONS).apply_schema()
        for kind in KINDS:
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
            scans += [stage] if stage.get("stage") == "IXSCAN" else []
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


@pytest.mark.parametrize("kind", KINDS)
def test_an_update_looks_at_one_document(database: Any, kind: Kind) -> None:
    for organization in ("o7", "new"):
        plan = save(document(kind, organization, 5), organization=organization, kind=kind)
        [request] = Saving(plan, kind.collection).requests()
        assert isinstance(request, UpdateOne)
        update = {"q": request._filter, "u": request._doc, "upsert": True}
        check(database, kind, {"update": kind.collection, "updates": [update]}, 1)


@pytest.mark.parametrize("kind", KINDS)
def test_a_deletion_looks_at_what_it_takes_away(database: Any, kind: Kind) -> None:
    selected = delete_filter(Delete(kind, Scope("o7"), ("5", "i5")))
    check(database, kind, {"delete": kind.collection, "deletes": [{"q": selected, "limit": 0}]}, 1)


def test_every_filter_of_a_save_read_and_deletion_holds_the_organization_as_a_value() -> None:
    for kind in KINDS:
        [request] = Saving(save(document(kind, "o", 1), kind=kind), "x").requests()
        filters = [
            request._filter,
            read_filter(Read(kind, Scope("o"))),
            delete_filter(Delete(kind, Scope("o"), ("1",))),
        ]
        assert all(selected[dotted(kind.organization)] == "o" for selected in filters)


def test_a_sharded_save_needs_no_more_than_its_filter_says() -> None:
    [request] = Saving(save(thread("A")), "x").requests()
    assert request._filter == {"metadata.organizationId": "o", "annotationId": "A"}
