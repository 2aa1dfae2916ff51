"""What the console shows of an emulator: its records as people read them.

An organization is named by its api key and its id, as JSON.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Callable, Dict, List, Mapping, Tuple, cast

from velt_py._nesting import check_nesting
from velt_py.console.paging import newest_first, weight
from velt_py.console.searching import ENOUGH, Hits
from velt_py.console.shapes import (
    Surroundings,
    activity_of,
    brief,
    fields_of,
    notification_of,
    text_of,
    thread_of,
)
from velt_py.console.source import Look, Page, Where
from velt_py.console.tallies import Documents
from velt_py.emulator.areas.agents.settling import RUN
from velt_py.emulator.areas.workflow.runs import EXECUTION
from velt_py.emulator.deliveries import DELIVERY
from velt_py.emulator.kinds import MAIL
from velt_py.emulator.recipients import is_told
from velt_py.emulator.refusals import Refused
from velt_py.emulator.state import Row
from velt_py.exceptions import VeltValidationError
from velt_py.settings import Limits

if TYPE_CHECKING:
    from velt_py.emulator.core import Emulator

__all__ = ["EmulatorSource"]

ORGANIZATIONS, DOCUMENTS, THREADS, PEOPLE, EVENTS = 100, 200, 25, 100, 300
LONGEST_FIELDS = 20_000
"""Characters of a recorded request's fields that are shown."""
MOST_TOLD = 20
PLAIN = Surroundings({}, set())

Item = Dict[str, Any]


class EmulatorSource:
    """The state of an emulator.

    Args:
        emulator: whose.
    """

    title = "emulator"
    limits = Limits()

    def __init__(self, emulator: Emulator) -> None:
        self._emulator = emulator
        self.views: Mapping[str, Callable[[Where], Look]] = {
            "organizations": self.organizations,
            "documents": self.documents,
            "threads": self.threads,
            "activity": self.activity,
            "notifications": self.notifications,
            "people": self.people,
            "search": self.search,
            "deliveries": self.deliveries,
            "mails": self.mails,
            "runs": self.runs,
            "requests": self.requests,
        }

    def version(self, view: str) -> str:
        """What changes whenever the view may have changed, so that nothing is read as long as nothing happens."""
        return self._emulator.recorded.version if view == "requests" else self._emulator.state.version

    def _under(self, key: str, kind: str, *ids: str) -> List[Row]:
        with self._emulator.state.call():
            try:
                return self._emulator.state.of(key).under(kind, *ids)
            except Refused:
                return []  # an id that nothing can have

    def _everywhere(self, kind: str) -> List[Tuple[str, Row]]:
        """The records of a kind, with their api keys; those of none have an empty one."""
        return [(key, row) for key in ("", *self._keys()) for row in self._under(key, kind)]

    def _keys(self) -> List[str]:
        return sorted(row.ids[0] for row in self._under("", "apiKey"))

    # Of an organization

    def organizations(self, where: Where) -> Look:
        """The organizations of every api key."""
        items: List[Item] = []
        for key, row in self._everywhere("organization"):
            name = text_of(row.doc.get("organizationName"), 300) or row.ids[0]
            items.append({"id": json.dumps([key, row.ids[0]]), "name": name, "under": key})
        return following(items, where, ORGANIZATIONS)
        yield  # a view is a generator

    def documents(self, where: Where) -> Look:
        """The documents of an organization, with or without threads."""
        key, organization = named_by(where)
        tallies = Documents()
        for row in self._under(key, "annotation", organization):
            tallies.count(row.ids[1], row.doc)
        counted = {each["id"]: each for each in tallies.listed()}
        items: List[Item] = []
        for row in self._under(key, "document", organization):
            id = row.ids[1]
            entry = counted.get(id) or {"id": id, "threads": 0, "open": 0, "comments": 0, "at": None}
            items.append({**entry, "name": text_of(row.doc.get("documentName"), 300) or id})
        return following(items, where, DOCUMENTS)._replace(facts=self._named(key, organization))
        yield  # a view is a generator

    def _named(self, key: str, organization: str, document: str = "") -> Item:
        """What people call the organization and the document."""
        named: Item = {}
        with self._emulator.state.call():
            records = self._emulator.state.of(key)
            try:
                owner = records.get("organization", organization) or {}
                named["organization"] = text_of(owner.get("organizationName"), 300)
                if document:
                    doc = records.get("document", organization, document) or {}
                    named["document"] = text_of(doc.get("documentName"), 300)
            except Refused:
                pass  # an id that nothing can have
        return {"named": named}

    def threads(self, where: Where) -> Look:
        """The threads of a document, or one of them."""
        key, organization = named_by(where)
        rows = self._under(key, "annotation", organization, where.document)
        wanted = [row for row in rows if where.thread in ("", row.ids[2])]
        items = [thread_of(row.ids[2], row.doc, PLAIN) for row in wanted]
        page, last = newest_first(items, where.after, THREADS)
        return Page(page, last, {"total": len(items), **self._named(key, organization, where.document)})
        yield  # a view is a generator

    def activity(self, where: Where) -> Look:
        """What happened, the newest first."""
        key, organization = named_by(where)
        rows = self._under(key, "activity", organization)
        items = [activity_of(row.ids[1], row.doc) for row in rows]
        if where.document:
            items = [each for each in items if each["documentId"] == where.document]
        page, last = newest_first(items, where.after, EVENTS)
        return Page(page, last)
        yield  # a view is a generator

    def notifications(self, where: Where) -> Look:
        """The notifications of an organization, the newest first, and whom they are for."""
        key, organization = named_by(where)
        names = {row.ids[1]: person_of(row)["name"] for row in self._under(key, "user", organization)}
        rows = {row.ids[1]: row.doc for row in self._under(key, "notification", organization)}
        items = [notification_of(id, doc) for id, doc in rows.items()]
        page, last = newest_first(items, where.after, EVENTS)
        for item in page:
            told = [user for user in names if is_told(key, rows[item["id"]], user)]
            item["told"] = [{"id": user, "name": names[user]} for user in told[:MOST_TOLD]]
        return Page(page, last)
        yield  # a view is a generator

    def people(self, where: Where) -> Look:
        """The people of an organization."""
        items = [person_of(row) for row in self._under(*both(where, "user"))]
        return following(items, where, PEOPLE)
        yield  # a view is a generator

    def search(self, where: Where) -> Look:
        """What holds a text, of an organization."""
        key, organization = named_by(where)
        hits = Hits(where.text)
        for row in self._under(key, "annotation", organization):
            hits.in_thread(row.ids[2], row.ids[1], row.doc)
        for kind, look in (
            ("document", hits.in_documents),
            ("notification", hits.in_notifications),
            ("activity", hits.in_activities),
            ("user", hits.in_people),
            (MAIL, hits.in_mails),
        ):
            look([(row.ids[1], row.doc) for row in self._under(key, kind, organization)])
        start = int(where.after) if where.after.isascii() and where.after.isdigit() else 0
        end = start + ENOUGH
        facts = {"looked": hits.looked}
        return Page(hits.items[start:end], str(end) if end < len(hits.items) else None, facts)
        yield  # a view is a generator

    # Of every api key

    def deliveries(self, where: Where) -> Look:
        """Webhooks that left or are about to; not what signs them."""
        items = [
            {
                "id": f"{key}/{row.ids[0]}",
                "event": row.doc.get("event", ""),
                "scheme": row.doc.get("scheme", ""),
                "state": row.doc.get("state", ""),
                "url": text_of(row.doc.get("url"), 500),
                "attempts": row.doc.get("attempts", []),
                "body": row.doc.get("body"),
                "at": row.doc.get("createdAt") or row.doc.get("due"),
                "under": key,
            }
            for key, row in self._everywhere(DELIVERY)
        ]
        page, last = newest_first(items, where.after, EVENTS)
        return Page(page, last)
        yield  # a view is a generator

    def mails(self, where: Where) -> Look:
        """The outbox: mails, and messages to Slack, that Velt would have sent."""
        items = [mail_of(key, row) for key, row in self._everywhere(MAIL)]
        page, last = newest_first(items, where.after, EVENTS)
        return Page(page, last)
        yield  # a view is a generator

    def runs(self, where: Where) -> Look:
        """The executions of agents and of workflows."""
        items = [agent_run_of(key, row) for key, row in self._everywhere(RUN)]
        items += [execution_of(key, row) for key, row in self._everywhere(EXECUTION)]
        page, last = newest_first(items, where.after, EVENTS)
        return Page(page, last)
        yield  # a view is a generator

    def requests(self, where: Where) -> Look:
        """The recorded requests, the newest first."""
        return Page([shown(each) for each in reversed(self._emulator.recorded.listed()[-EVENTS:])])
        yield  # a view is a generator


# Records as items


def person_of(row: Row) -> Item:
    """Somebody in the list of people."""
    return {
        "id": row.ids[-1],
        "name": text_of(row.doc.get("name"), 200),
        "email": text_of(row.doc.get("email"), 200),
        "admin": row.doc.get("isAdmin") is True,
    }


def place_of(key: str, organization: Any, document: Any) -> Item:
    """Where something belongs, as the page links to it."""
    id = text_of(organization, 400)
    return {
        "organizationId": json.dumps([key, id]) if id else "",
        "documentId": text_of(document, 400),
        "under": key,
    }


def mail_of(key: str, row: Row) -> Item:
    """A mail of the outbox."""
    doc = row.doc
    return {
        **place_of(key, doc.get("organizationId"), doc.get("documentId")),
        "id": f"{key}/{row.ids[-1]}",
        "to": brief(doc.get("to")),
        "from": text_of(doc.get("from"), 200),
        "subject": text_of(doc.get("subject"), 300),
        "text": text_of(doc.get("text")),
        "event": text_of(doc.get("event"), 100),
        "threadId": text_of(doc.get("annotationId"), 400),
        "at": doc.get("at"),
    }


def agent_run_of(key: str, row: Row) -> Item:
    """The execution of an agent."""
    doc = row.doc
    metadata, error = fields_of(doc.get("metadata")), fields_of(doc.get("error"))
    summary = fields_of(doc.get("resultsSummary"))
    said = text_of(summary.get("summary"), 500) or text_of(error.get("message"), 500)
    return {
        **place_of(key, metadata.get("organizationId"), metadata.get("documentId")),
        "id": f"{key}/{row.ids[0]}",
        "kind": "agent",
        "name": text_of(doc.get("agentName"), 200) or text_of(doc.get("agentId"), 200),
        "status": text_of(doc.get("status"), 40),
        "at": doc.get("startedAt"),
        "ms": doc.get("durationMs"),
        "said": said,
        "steps": [],
    }


def execution_of(key: str, row: Row) -> Item:
    """The execution of a workflow, with its steps."""
    doc = row.doc
    begun, ended = doc.get("startedAt"), doc.get("completedAt") or doc.get("cancelledAt")
    steps = cast(List[Item], list(fields_of(doc.get("steps")).values()))
    return {
        **place_of(key, doc.get("organizationId"), doc.get("documentId")),
        "id": f"{key}/{row.ids[0]}",
        "kind": "workflow",
        "name": text_of(doc.get("definitionId"), 200),
        "status": text_of(doc.get("status"), 40),
        "at": begun,
        # Executions that begin at the same time are stamped one after the other.
        "ms": max(0, ended - begun) if isinstance(begun, int) and isinstance(ended, int) else None,
        "said": text_of(fields_of(doc.get("failureReason")).get("message"), 500),
        "steps": [
            {"name": text_of(each.get("nodeId"), 100), "status": text_of(each.get("status"), 40)}
            for each in steps[:50]
        ],
    }


def shown(call: Mapping[str, Any]) -> Item:
    """A recorded request."""
    data = call["data"]
    return {
        "id": str(call["number"]),
        "at": call["at"],
        "method": call["method"],
        "what": call["operation"] or call["path"],
        "status": call["status"],
        "ms": call["milliseconds"],
        "under": call["apiKey"],
        "data": data if data and weight(data) <= LONGEST_FIELDS else None,
    }


# Places


def following(items: List[Item], where: Where, most: int) -> Page:
    """The items behind the cursor, in the order of their ids."""
    ahead = sorted((each for each in items if each["id"] > where.after), key=lambda each: str(each["id"]))
    return Page(ahead[:most], ahead[most - 1]["id"] if len(ahead) > most else None)


def both(where: Where, kind: str) -> Tuple[str, str, str]:
    """What `_under` needs for the records of an organization."""
    key, organization = named_by(where)
    return key, kind, organization


def named_by(where: Where) -> Tuple[str, str]:
    """The api key and the organization.

    Raises:
        VeltValidationError: the text names none.
    """
    try:
        check_nesting(where.organization)
        found: Any = json.loads(where.organization)
    except (ValueError, RecursionError):
        found = None
    if isinstance(found, list) and len(cast(List[Any], found)) == 2:
        key, organization = cast(List[Any], found)
        if isinstance(key, str) and isinstance(organization, str) and key and organization:
            return key, organization
    raise VeltValidationError(
        'organizationId: an api key and an id are needed, as the list ["key", "id"]', field="organizationId"
    )
