"""Every form of plan that there is of a kind, for tests that ask something of all of them."""

from __future__ import annotations

from typing import Any, Dict, List, Tuple

from velt_py.selfhosting.answers import dumps
from velt_py.selfhosting.merge import DELETES, comment_merge, map_merges
from velt_py.selfhosting.plans import Change, Delete, FindUsers, MapMerge, Plan, Read, Save, SaveUser
from velt_py.selfhosting.records import COMMENTS, Kind
from velt_py.selfhosting.scope import Scope

__all__ = ["ORGANIZATION_COLUMNS", "USER_COLUMNS", "change", "document", "ids", "plans", "saves"]

USER_COLUMNS = (("userId",), ("email",))
ORGANIZATION_COLUMNS = (("organizationId",), ("metadata", "organizationIds"))


def document(kind: Kind, organization: str, number: int, **more: Any) -> Dict[str, Any]:
    """A record. Ids, of documents and folders too, are the same in every organization."""
    metadata = {"documentId": f"d{number % 10}", "folderId": f"f{number % 5}"}
    made: Dict[str, Any] = {"metadata": metadata, kind.id[0]: number if kind.numeric_ids else f"i{number}"}
    (metadata if kind.organization[0] == "metadata" else made)["organizationId"] = organization
    return {**made, **more}


def ids(kind: Kind, *numbers: int) -> Tuple[str, ...]:
    """The ids of records, as plans have them."""
    return tuple([str(number) if kind.numeric_ids else f"i{number}" for number in numbers])


def change(kind: Kind, organization: str, number: int, **more: Any) -> Change:
    made = document(kind, organization, number, **more)
    return Change(ids(kind, number)[0], made, dumps(made))


def _merges(kind: Kind) -> List[Tuple[MapMerge, ...]]:
    found: List[Tuple[MapMerge, ...]] = [(), map_merges(kind)]
    if kind is COMMENTS:
        events = [None, "comment.add", "comment.update", "comment_annotation.assign", *sorted(DELETES)]
        found += [(comment_merge(event, comment, ("1",)),) for event in events for comment in ("1", None)]
    return found


def saves(kind: Kind, organization: str) -> List[Plan]:
    changes = tuple([change(kind, organization, number, comments={"1": {"a": 1}}) for number in (5, 6)])
    return [
        Save(kind, Scope(organization), given, merges)
        for merges in _merges(kind)
        for given in (changes, changes[:1])
    ]


def _reads(kind: Kind, scope: Scope) -> List[Plan]:
    found: List[Plan] = [
        Read(kind, scope),
        Read(kind, scope, ids(kind, 5)),
        Read(kind, scope, ids(kind, 5, 6)),
    ]
    if kind.document:
        found += [
            Read(kind, scope, documents=("d1",)),
            Read(kind, scope, documents=("d1", "d2")),
            Read(kind, scope, ids(kind, 5), ("d5",)),
        ]
    if kind.folder:
        found.append(Read(kind, scope, folder="f1"))
    return found


def _of_users(kind: Kind, scope: Scope) -> List[Plan]:
    changed = {"userId": "u", "name": "n"}
    initial = {**changed, "organizationId": scope.organization}
    first, second = Change("u", changed, dumps(changed)), Change("u", initial, dumps(initial))
    return [
        FindUsers(scope, USER_COLUMNS[:1], ("u", "7"), ORGANIZATION_COLUMNS, kind=kind),
        FindUsers(scope, USER_COLUMNS, ("u",), ORGANIZATION_COLUMNS[:1], by_id=False, kind=kind),
        SaveUser(scope, USER_COLUMNS[0], ORGANIZATION_COLUMNS[:1], first, second, kind=kind),
        SaveUser(scope, USER_COLUMNS[0], ORGANIZATION_COLUMNS, first, second, (MapMerge("x"),), kind=kind),
    ]


def plans(kind: Kind, organization: str) -> List[Plan]:
    """All forms. `Organizations` is none of them: it is the operator's, and no request leads to it."""
    scope = Scope(organization)
    found = _reads(kind, scope) + saves(kind, organization)
    found += [Delete(kind, scope, ids(kind, 5)), Delete(kind, scope, ids(kind, 5, 6))]
    return found + (_of_users(kind, scope) if kind.shared else [])
