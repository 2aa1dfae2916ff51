"""What a store holds about a person, as JSON. Pure: steps for a runner."""

from __future__ import annotations

from typing import Any, Dict, Iterator, List, Mapping, Set, Tuple, cast

from velt_py.selfhosting.answers import Result, dumps
from velt_py.selfhosting.files.rows import SERVER_FIELDS, row_of
from velt_py.selfhosting.operation import Steps
from velt_py.selfhosting.plans import Read, Record
from velt_py.selfhosting.privacy.events import named_organizations_of, opened, own_parts, scrubbed
from velt_py.selfhosting.privacy.policy import Policy
from velt_py.selfhosting.privacy.rules import ERASED_KINDS, comments_of, decide, files_in, is_own
from velt_py.selfhosting.privacy.scrub import Scrubber
from velt_py.selfhosting.privacy.traces import Traces
from velt_py.selfhosting.privacy.walking import (
    Search,
    Walk,
    Work,
    aisles_of,
    document_of,
    learned,
    named_organizations,
    place_in,
    rows_of,
)
from velt_py.selfhosting.records import (
    ACTIVITIES,
    ATTACHMENTS,
    COMMENTS,
    NOTIFICATIONS,
    REACTIONS,
    RECORDINGS,
    WEBHOOKS,
    Kind,
    value_at,
)
from velt_py.selfhosting.scope import Scope
from velt_py.selfhosting.user_schema import public_user

__all__ = ["GROUPS", "export_lines", "export_steps"]

GROUPS: Tuple[str, ...] = (
    "users",
    "comments",
    "mentions",
    "reactions",
    "recordings",
    "notifications",
    "activities",
    "attachments",
    "webhooks",
    "references",
)
"""What an export consists of; each a list of objects."""

WHOLE: Mapping[str, str] = {
    REACTIONS.name: "reactions",
    RECORDINGS.name: "recordings",
    NOTIFICATIONS.name: "notifications",
    ACTIVITIES.name: "activities",
}


def export_steps(search: Search) -> Steps:
    """Collect what concerns the person."""
    search = search._replace(policy=Policy())
    organizations = yield from named_organizations(search)
    search = search._replace(person=(yield from learned(search, organizations)))
    exporting = _Exporting(search)
    for name in organizations:
        yield from exporting.organization(Scope(name))
    for _, queue in (yield from aisles_of(())):
        yield from exporting.inbox(queue)
    person = search.person
    export: Dict[str, Any] = {
        "person": {
            "userId": person.userId,
            "emails": list(person.emails),
            "names": [*person.names, *person.handles],
        },
        "organizations": exporting.touched,
        **exporting.groups,
    }
    return Result(data=export)


def export_lines(export: Mapping[str, Any]) -> Iterator[str]:
    """An export as JSON lines, without their ends: the person first, then each part with the name of its group.

    Args:
        export: what `export_user` returned.
    """
    yield dumps({"group": "person", **export["person"]})
    for group in GROUPS:
        for part in export[group]:
            yield dumps({"group": group, **part})


class _Exporting:
    def __init__(self, search: Search) -> None:
        self._search = search
        self._traces = Traces(search.person, search.policy)
        self._files: Set[str] = set()
        self.groups: Dict[str, List[Dict[str, Any]]] = {name: [] for name in GROUPS}
        self.touched: List[str] = []

    def organization(self, scope: Scope) -> Work:
        before = self._parts()
        self._files = set()
        for row in (yield from rows_of(self._search, scope)):
            self._add("users", scope, {"user": public_user(row, self._search.settings)})
        for kind in ERASED_KINDS:
            walk = Walk(kind, scope)
            while True:
                records = yield from walk.next()
                if not records:
                    break
                for record in records:
                    self._record(kind, scope, record)
        if self._files:
            rows: List[Record] = yield Read(ATTACHMENTS, scope, tuple(sorted(self._files)))
            for record in rows:
                self._attachment(scope, row_of(record))
        if self._parts() > before:
            self.touched.append(scope.organization)

    def inbox(self, queue: Scope) -> Work:
        """The events that webhooks brought."""
        walk = Walk(WEBHOOKS, queue)
        while True:
            records = yield from walk.next()
            if not records:
                return
            for record in records:
                self._event(queue, record)

    def _event(self, queue: Scope, record: Record) -> None:
        try:
            row = document_of(record, WEBHOOKS, self._traces)
            payload = opened(row) if row is not None and place_in(self._search, WEBHOOKS, row) else None
        except ValueError:
            self._add("references", queue, {"kind": WEBHOOKS.name, "id": record.id, "places": ["unreadable"]})
            return
        scrubber = Scrubber(self._traces)
        if payload is None or scrubbed(payload, scrubber) is payload:
            return
        named = named_organizations_of(payload)
        own = [
            {"place": place, "value": value} for place, value in own_parts(payload, Scrubber(self._traces))
        ]
        part = {"id": record.id, "queue": queue.organization, "places": scrubber.places, "own": own}
        self.groups["webhooks"].append({"organizationId": named[0] if named else None, **part})

    def _parts(self) -> int:
        return sum(len(group) for group in self.groups.values())

    def _add(self, group: str, scope: Scope, part: Dict[str, Any]) -> None:
        self.groups[group].append({"organizationId": scope.organization, **part})

    def _record(self, kind: Kind, scope: Scope, record: Record) -> None:
        try:
            document = document_of(record, kind, self._traces)
        except ValueError:
            # Somebody has to look at it: an export that is silent about it would be wrong.
            self._add("references", scope, {"kind": kind.name, "id": record.id, "places": ["unreadable"]})
            return
        if document is None:
            return
        if kind is COMMENTS:
            self._thread(scope, record.id, document)
        elif not is_own(kind, document, self._traces):
            self._references(kind, scope, record.id, document, ())
        elif kind is ATTACHMENTS:
            self._attachment(scope, document)
        else:
            self._files.update(files_in(document) if kind is RECORDINGS else ())
            self._add(WHOLE[kind.name], scope, {"id": record.id, "record": document})

    def _thread(self, scope: Scope, id: str, document: Dict[str, Any]) -> None:
        scrubber = Scrubber(self._traces)
        place = {"annotationId": id, "documentId": value_at(document, ("metadata", "documentId"))}
        covered: List[str] = []
        for comment_id, comment in comments_of(document).items():
            if scrubber.is_theirs(comment):
                self._add("comments", scope, {**place, "commentId": comment_id, "comment": comment})
                self._files.update(files_in(comment))
                covered.append(f"comments.{comment_id}")
                continue
            contacts = comment.get("taggedUserContacts")
            tagged = [
                each
                for each in (cast("List[Any]", contacts) if isinstance(contacts, list) else [])
                if self._traces.is_person(each)
            ]
            if tagged:
                self._add("mentions", scope, {**place, "commentId": comment_id, "tagged": tagged})
        self._references(COMMENTS, scope, id, document, tuple(covered))

    def _references(
        self, kind: Kind, scope: Scope, id: str, document: Dict[str, Any], covered: Tuple[str, ...]
    ) -> None:
        """Where the person is named in what is somebody else's; what that says is not theirs to have."""
        places = [
            place
            for place in decide(kind, document, self._traces).places
            if not any(place == own or place.startswith(f"{own}.") for own in covered)
        ]
        if places:
            self._add("references", scope, {"kind": kind.name, "id": id, "places": places})

    def _attachment(self, scope: Scope, row: Dict[str, Any]) -> None:
        facts = {name: value for name, value in row.items() if name not in SERVER_FIELDS}
        self._add("attachments", scope, {"attachment": facts})
