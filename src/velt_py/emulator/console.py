"""The console over the emulator's own state, at `/__velt/console/`: whoever may ask the emulator may look at all of it.

An organization is named by its api key and its id, as JSON.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Callable, Dict, Generator, List, Mapping, Optional, Tuple, cast

from velt_py._nesting import check_nesting
from velt_py.console.answers import (
    FILES,
    answer_file,
    answer_moved,
    answer_refused,
    answer_start,
    answer_view,
)
from velt_py.console.paging import newest_first, weight
from velt_py.console.searching import Hits
from velt_py.console.shapes import Surroundings, activity_of, text_of, thread_of
from velt_py.console.source import Look, Page, Where
from velt_py.console.tallies import Documents
from velt_py.emulator.deliveries import DELIVERY
from velt_py.emulator.refusals import Refused as RestRefused
from velt_py.emulator.replies import Reply
from velt_py.emulator.state import Row
from velt_py.exceptions import VeltSDKError, VeltValidationError
from velt_py.settings import Limits
from velt_py.web.access import Access
from velt_py.web.messages import Headers, Refused, Request, Response
from velt_py.web.steps import WebStep

if TYPE_CHECKING:
    from velt_py.emulator.core import Emulator

__all__ = ["EmulatorSource", "answer"]

ORGANIZATIONS, DOCUMENTS, THREADS, EVENTS = 100, 200, 25, 300
LONGEST_FIELDS = 20_000
"""Characters of a recorded request's fields that are shown."""
PLAIN = Surroundings({}, set())


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
            "search": self.search,
            "deliveries": self.deliveries,
            "requests": self.requests,
        }

    def _under(self, key: str, kind: str, *ids: str) -> List[Row]:
        with self._emulator.state.call():
            try:
                return self._emulator.state.of(key).under(kind, *ids)
            except RestRefused:
                return []  # an id that nothing can have

    def _keys(self) -> List[str]:
        return sorted(row.ids[0] for row in self._under("", "apiKey"))

    def organizations(self, where: Where) -> Look:
        """The organizations of every api key."""
        items: List[Dict[str, Any]] = []
        for key in self._keys():
            for row in self._under(key, "organization"):
                name = text_of(row.doc.get("organizationName"), 300) or row.ids[0]
                items.append({"id": json.dumps([key, row.ids[0]]), "name": name, "under": key})
        return following(sorted(items, key=by_id), where, ORGANIZATIONS)
        yield  # a view is a generator

    def documents(self, where: Where) -> Look:
        """The documents of an organization, with or without threads."""
        key, organization = named_by(where)
        tallies = Documents()
        for row in self._under(key, "annotation", organization):
            tallies.count(row.ids[1], row.doc)
        counted = {each["id"]: each for each in tallies.listed()}
        items: List[Dict[str, Any]] = []
        for row in self._under(key, "document", organization):
            id = row.ids[1]
            entry = counted.get(id) or {"id": id, "threads": 0, "open": 0, "comments": 0, "at": None}
            items.append({**entry, "name": text_of(row.doc.get("documentName"), 300) or id})
        return following(sorted(items, key=by_id), where, DOCUMENTS)
        yield  # a view is a generator

    def threads(self, where: Where) -> Look:
        """The threads of a document."""
        key, organization = named_by(where)
        rows = self._under(key, "annotation", organization, where.document)
        items = [thread_of(row.ids[2], row.doc, PLAIN) for row in rows]
        page, last = newest_first(items, where.after, THREADS)
        return Page(page, last, {"total": len(items)})
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

    def search(self, where: Where) -> Look:
        """Comments that hold a text."""
        key, organization = named_by(where)
        hits = Hits(where.text)
        for row in self._under(key, "annotation", organization):
            hits.in_thread(row.ids[2], row.ids[1], row.doc)
        return Page(hits.items, None, {"looked": hits.looked})
        yield  # a view is a generator

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
            for key in self._keys()
            for row in self._under(key, DELIVERY)
        ]
        page, last = newest_first(items, where.after, EVENTS)
        return Page(page, last)
        yield  # a view is a generator

    def requests(self, where: Where) -> Look:
        """The recorded requests, the newest first."""
        return Page([shown(each) for each in reversed(self._emulator.recorded.listed()[-EVENTS:])])
        yield  # a view is a generator


def shown(call: Mapping[str, Any]) -> Dict[str, Any]:
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


def by_id(item: Mapping[str, Any]) -> str:
    return str(item["id"])


def following(items: List[Dict[str, Any]], where: Where, most: int) -> Page:
    """The items behind the cursor, in the order of their ids."""
    ahead = [each for each in items if each["id"] > where.after]
    return Page(ahead[:most], ahead[most - 1]["id"] if len(ahead) > most else None)


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


def answer(emulator: Emulator, method: str, path: str, query: str, headers: Mapping[str, str]) -> Reply:
    """Answer a request for the console.

    Args:
        emulator: whose state is shown.
        method: GET.
        path: below the address of the console.
        query: as sent.
        headers: by their names in lower case.
    """
    request = Request(method, path, query, Headers(headers.items()))
    try:
        response = answered(EmulatorSource(emulator), request)
    except VeltSDKError as error:
        response = answer_refused(error)
    return response.status, dict(response.headers), response.body


def answered(source: EmulatorSource, request: Request) -> Response:
    """The response to a request.

    Raises:
        VeltSDKError: it cannot be answered.
    """
    if request.method != "GET":
        raise Refused(405, "METHOD_NOT_ALLOWED", "the console is looked at with GET")
    if request.path == "":
        return answer_moved("console")
    name = request.path[1:]
    if name in FILES:
        return answer_file(name, request)
    view: Optional[str] = name[4:] if name.startswith("api/") else None
    if view == "start":
        return finished(answer_start(source, request, everybody, ""))
    if view is None or view not in source.views:
        raise Refused(404, "NOT_FOUND", "there is no such page of the console")
    return finished(answer_view(source, view, request, everybody))


def everybody(access: Access) -> Generator[WebStep, Any, None]:
    """Nobody is asked: the server lets in who is on this machine."""
    return
    yield  # what asks is a generator


def finished(flow: Generator[WebStep, Any, Response]) -> Response:
    """The end of a flow that waits for nothing."""
    try:
        step = next(flow)
    except StopIteration as end:
        return cast(Response, end.value)
    raise TypeError(f"a view of the emulator waits for a {type(step).__name__}")
