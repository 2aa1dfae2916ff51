"""Erases people from what an api key has: what they wrote, got or did, and where others name them.

What the application itself configured stays: settings, endpoints, agents, and the definitions of workflows. Snapshots
that were taken before stay, too. Of the calls that came in before, those that name the person keep what was called and
how it ended, and lose what they said.
"""

from __future__ import annotations

from typing import Any, Dict, FrozenSet, List, Optional, Set, cast

from velt_py.emulator.areas.organizations import INSIDE
from velt_py.emulator.areas.users import leave
from velt_py.emulator.call import Call, Document
from velt_py.emulator.deliveries import DELIVERY
from velt_py.emulator.erasing import Erased, is_of
from velt_py.emulator.kinds import CONFIG, MAIL, NOTICE_HELD
from velt_py.emulator.recipients import without
from velt_py.emulator.state import AGENDA, Row

__all__ = ["erase"]

SETTINGS = [CONFIG, "counter", "endpoint", "endpointSecret", "endpointFailing", "script", "limits", "rate"]
DEFINITIONS = ["workflowDefinition", "workflowVersion", "agent", "agentVersion", "agentGroup"]
CONFIGURED = frozenset([*SETTINGS, *DEFINITIONS, "organization", "folder", "document"])
"""The kinds of records that hold what the application set up, not what people did."""
PEOPLE = ["user", "folderUser", "documentUser", "permission", "presence"]
BY_NAME = frozenset([*PEOPLE, "notificationConfig", "workflowDispatch"])
"""The kinds of records whose last id is a person's, or a key that an application may have made of one."""
WITH_ADDRESSES = ("user", "folderUser", "documentUser", "annotation")
"""The kinds of records that say which addresses of mail a person has."""
RUNNING = ("pending", "running")


def erase(call: Call, users: List[str], organizations: List[str]) -> int:
    """Erase people; in how many organizations.

    Args:
        users: their ids.
        organizations: within these only; everywhere when there are none.
    """
    scope = frozenset(organizations) if organizations else None
    inside = organizations or [row.ids[0] for row in call.records.under("organization")]
    kept = [row.doc for kind in WITH_ADDRESSES for row in call.records.under(kind)]
    for user in users:
        erased = Erased.found_in(call.key, user, kept)
        for organization in inside:
            leave(call, organization, user)
            _erase_own(call, organization, user)
        _erase_traces(call, erased, scope)
        _erase_requests(call, erased, scope)
    return len(inside)


def _erase_own(call: Call, organization: str, user: str) -> None:
    """Delete what a person wrote, got or did in an organization. What stays of it goes on to the traces."""
    for row in call.records.under("annotation", organization):
        comments = [each for each in row.doc["comments"] if each["from"]["userId"] != user]
        if not comments or row.doc["from"]["userId"] == user:
            call.records.delete("annotation", *row.ids)
    for row in call.records.under("notification", organization):
        if is_of(row.doc.get("actionUser"), user):
            call.records.delete("notification", *row.ids)
        else:
            call.records.put("notification", *row.ids, doc={**row.doc, **without(call.key, row.doc, user)})
    for kind, name in (
        ("activity", "actionUser"),
        ("judgment", "actionUser"),
        ("recording", "from"),
        ("reaction", "from"),
    ):
        for row in call.records.under(kind, organization):
            if is_of(row.doc.get(name), user):
                call.records.delete(kind, *row.ids)
    for row in call.records.under(MAIL, organization):
        if is_of(row.doc, user) or row.doc.get("actorUserId") == user:
            call.records.delete(MAIL, *row.ids)
    for row in call.records.under(NOTICE_HELD, organization):
        if user in (row.doc["user"], *_actors(row.doc)):
            call.records.delete(NOTICE_HELD, *row.ids)


def _actors(held: Document) -> List[Any]:
    """Of whom a notification that is held back tells."""
    actor: Any = cast(Document, held["notice"] or {}).get("actionUser")
    return [cast(Document, actor).get("userId")] if isinstance(actor, dict) else []


def _erase_traces(call: Call, erased: Erased, scope: Optional[FrozenSet[str]]) -> None:
    """Take a person out of everything else: deliveries that name them are dropped, other records keep the rest."""
    for kind, row in call.records.everything():
        if kind in CONFIGURED or (scope is not None and not scope & _places(kind, row)):
            continue
        rest = erased.without(row.doc)
        named = kind in BY_NAME and erased.is_person(row.ids[-1])
        if rest == row.doc and not named:
            continue
        if kind == DELIVERY:
            call.records.delete(AGENDA, *row.ids)
        if kind == "workflowExecution" and row.doc.get("status") in RUNNING:
            continue  # it waits for its reviewers
        lost = kind == MAIL and "to" not in rest
        if named or lost or kind in (DELIVERY, "invite"):
            call.records.delete(kind, *row.ids)
        else:
            call.records.put(kind, *row.ids, doc=rest)


def _erase_requests(call: Call, erased: Erased, scope: Optional[FrozenSet[str]]) -> None:
    """Take a person out of the calls that came in before; those that name no organization may be about any."""

    def names_them(said: Any) -> bool:
        places = _organizations_in(said)
        inside = scope is None or not places or bool(scope & places)
        return inside and erased.is_named_in(said)

    call.recorded.erase(call.key, names_them)


def _places(kind: str, row: Row) -> Set[str]:
    """The organizations that a record belongs to."""
    if kind in INSIDE:
        return {row.ids[0]}
    return _organizations_in(row.doc)


def _organizations_in(kept: Any) -> Set[str]:
    found: Set[str] = set()
    waiting: List[Any] = [kept]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            entries = cast(Dict[str, Any], value)
            place = entries.get("organizationId")
            if isinstance(place, str):
                found.add(place)
            waiting.extend(entries.values())
        elif isinstance(value, list):
            waiting.extend(cast(List[Any], value))
    return found
