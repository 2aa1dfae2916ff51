"""What a self-hosted store shows."""

from __future__ import annotations

import time
from functools import partial
from typing import Any, Callable, Dict, List, Mapping, Optional, Sequence, Tuple, cast

from velt_py.console.paging import newest_first
from velt_py.console.reading import Reading, Take, read_records
from velt_py.console.recent import Recent
from velt_py.console.searching import Hits
from velt_py.console.shapes import (
    Surroundings,
    activity_of,
    fields_of,
    linked_reactions,
    notification_of,
    reactions_of,
    recording_of,
    text_of,
    thread_of,
)
from velt_py.console.source import Look, Page, Where
from velt_py.console.tallies import Documents
from velt_py.exceptions import VeltSchemaError
from velt_py.selfhosting.files.rows import finished, own_key
from velt_py.selfhosting.plans import Organizations, Record, Scan
from velt_py.selfhosting.records import (
    ACTIVITIES,
    ATTACHMENTS,
    COMMENTS,
    NOTIFICATIONS,
    REACTIONS,
    RECORDINGS,
    USERS,
    WEBHOOKS,
    Kind,
)
from velt_py.selfhosting.user_schema import public_user
from velt_py.settings import Limits
from velt_py.web.site import Site
from velt_py.web.steps import Work
from velt_py.webhooks.inbox import Inbox, entry_of

__all__ = ["StoredSource"]

WINDOW = 2000
"""Records that one look goes through."""
ORGANIZATIONS, THREADS, FILES, PEOPLE, EVENTS = 50, 25, 50, 100, 500

Fields = Dict[str, Any]
Shape = Callable[[str, Fields], Fields]


class StoredSource:
    """The store of an SDK.

    Args:
        site: whose store.
        recent: the latest requests.
        inbox: the queue of the webhook inbox; None without one.
    """

    def __init__(self, site: Site, recent: Recent, inbox: Optional[str]) -> None:
        self._site = site
        self._read = Reading(site)
        self._recent = recent
        self._queue = inbox or ""
        views: Dict[str, Callable[[Where], Look]] = {
            "organizations": self.organizations,
            "documents": self.documents,
            "threads": self.threads,
            "activity": self.activity,
            "files": self.files,
            "notifications": self.notifications,
            "search": self.search,
            "requests": self.requests,
        }
        # A table of the application's own is looked up by id and never walked: it may be of any size.
        self._own_people = site.settings.user_schema is None and site.settings.user_source is None
        if self._own_people:
            views["people"] = self.people
        if inbox is not None:
            views["inbox"] = self.inbox
        self.views: Mapping[str, Callable[[Where], Look]] = views

    @property
    def title(self) -> str:
        database = self._site.settings.database
        return f"own store: {database.type}" if database is not None else "no database"

    @property
    def limits(self) -> Limits:
        return self._site.settings.limits

    def version(self, view: str) -> str:
        """Not known: others write to the store too."""
        return ""

    def organizations(self, where: Where) -> Look:
        """The organizations that have threads, recordings, files, notifications or activities."""
        names: Dict[str, None] = {}
        for kind in (COMMENTS, RECORDINGS, ATTACHMENTS, NOTIFICATIONS, ACTIVITIES):
            found: List[str] = yield from self._read.do(Organizations(kind))
            names.update(dict.fromkeys(found))
        ahead = sorted(name for name in names if name > where.after)
        page = ahead[:ORGANIZATIONS]
        return Page(
            [{"id": name, "name": name} for name in page], page[-1] if len(ahead) > len(page) else None
        )

    def documents(self, where: Where) -> Look:
        """The documents of the threads in one window."""
        documents = Documents()
        walked = yield from self._read.walk(COMMENTS, where.organization, where.after, WINDOW, documents.take)
        return Page(documents.listed(), walked.last, walked.facts)

    def threads(self, where: Where) -> Look:
        """The threads and recordings of a document, or one of them."""
        found: List[List[Record]] = []
        for kind in (COMMENTS, RECORDINGS, REACTIONS, ATTACHMENTS):
            one = where.thread if kind in (COMMENTS, RECORDINGS) else ""
            found.append((yield from self._read.all(kind, where.organization, where.document, one)))
        page: Page = yield Work(lambda: thread_page(found, where, lambda row: self._has_file(row, where)))
        yield from self._read.names(page.items, where.organization)
        loose = cast(List[Fields], page.facts.get("reactions") or [])
        yield from self._read.names(loose, where.organization)
        return page

    def _has_file(self, row: Fields, where: Where) -> bool:
        return finished(row) and own_key(row, where.organization, self._site.settings.files) is not None

    def _window(self, kind: Kind, where: Where, most: int, shape: Shape) -> Look:
        """Records in the order of their ids."""
        items: List[Fields] = []

        def take(piece: Sequence[Tuple[str, Fields]]) -> None:
            items.extend(shape(id, record) for id, record in piece)

        walked = yield from self._read.walk(kind, where.organization, where.after, most, take)
        return Page(items, walked.last, walked.facts)

    def _events(self, kind: Kind, where: Where, shape: Shape) -> Look:
        """Records by their time, the newest first in each window."""
        window = yield from self._window(kind, where, EVENTS, shape)
        items, _ = newest_first(window.items, "", EVENTS)
        yield from self._read.names(items, where.organization)
        return Page(items, window.next, window.facts)

    def files(self, where: Where) -> Look:
        """The files of an organization, in the order of their ids."""
        return (
            yield from self._window(
                ATTACHMENTS, where, FILES, lambda id, row: file_of(id, row, self._has_file(row, where))
            )
        )

    def people(self, where: Where) -> Look:
        """The people of an organization, in the order of their ids."""
        return (yield from self._window(USERS, where, PEOPLE, self._person))

    def _person(self, id: str, row: Fields) -> Fields:
        user = public_user(row, self._site.settings) or {}
        return {
            "id": id,
            "name": text_of(user.get("name"), 200),
            "email": text_of(user.get("email"), 200),
            "admin": user.get("isAdmin") is True,
        }

    def notifications(self, where: Where) -> Look:
        """The notifications of an organization, the newest first in each window."""
        return (yield from self._events(NOTIFICATIONS, where, notification_of))

    def activity(self, where: Where) -> Look:
        """What happened, the newest first in each window."""
        if not where.document:
            return (yield from self._events(ACTIVITIES, where, activity_of))
        records = yield from self._read.all(ACTIVITIES, where.organization, where.document)
        read: List[Tuple[str, Fields]] = yield Work(partial(read_records, records))
        page, last = newest_first([activity_of(id, each) for id, each in read], where.after, EVENTS)
        yield from self._read.names(page, where.organization)
        return Page(page, last)

    def search(self, where: Where) -> Look:
        """What holds a text: kind of record after kind of record, in one window over all of them."""
        hits, left, following = Hits(where.text), WINDOW, ""
        parts = self._searched(hits)
        names = list(parts)
        first, _, after = where.after.partition(":")
        unreadable: List[str] = []
        for name in names[names.index(first) if first in names else 0 :]:
            if left <= 0 or hits.enough():
                following = f"{name}:{after}"
                break
            kind, take = parts[name]
            try:
                walked = yield from self._read.walk(kind, where.organization, after, left, take, hits.enough)
            except VeltSchemaError:
                if kind is not USERS:
                    raise
                break  # an application may have no table of its people
            unreadable += walked.unreadable
            left, after = left - walked.seen, walked.last or ""
            if after:
                following = f"{name}:{after}"
                break
        yield from self._read.names(hits.items, where.organization)
        facts: Fields = {"looked": hits.looked}
        return Page(
            hits.items, following or None, {**facts, "unreadable": unreadable} if unreadable else facts
        )

    def _searched(self, hits: Hits) -> Dict[str, Tuple[Kind, Take]]:
        """What is searched, in this order; the people last."""
        parts: Dict[str, Tuple[Kind, Take]] = {
            "threads": (COMMENTS, hits.in_threads),
            "recordings": (RECORDINGS, hits.in_recordings),
            "files": (ATTACHMENTS, hits.in_files),
            "notifications": (NOTIFICATIONS, hits.in_notifications),
            "activity": (ACTIVITIES, hits.in_activities),
        }
        if self._own_people:
            parts["people"] = (USERS, hits.in_people)
        return parts

    def inbox(self, where: Where) -> Look:
        """Received webhooks, the newest first in each window; not what they carry."""
        items: List[Fields] = []

        def take(piece: Sequence[Record]) -> None:
            for entry in map(entry_of, piece):
                if entry is not None:
                    items.append({**entry.to_dict(), "at": entry.received})

        scope, last = Inbox(time.time, self._queue).scope, where.after or None
        records: List[Record] = yield from self._read.do(Scan(WEBHOOKS, scope, last, EVENTS))
        yield Work(partial(take, records))
        page, _ = newest_first(items, "", EVENTS)
        return Page(page, records[-1].id if len(records) == EVENTS else None)

    def requests(self, where: Where) -> Look:
        """The latest requests of this process."""
        return Page(self._recent.listed())
        yield  # a view is a generator


def thread_page(found: List[List[Record]], where: Where, has_file: Callable[[Fields], bool]) -> Page:
    """A page of what stands at a document."""
    threads, recordings, reactions, files = [read_records(records) for records in found]
    around = Surroundings(dict(reactions), {id for id, row in files if has_file(row)})
    items = [thread_of(id, thread, around) for id, thread in threads]
    items.extend(recording_of(id, recording, around) for id, recording in recordings)
    page, last = newest_first(items, where.after, THREADS)
    linked = linked_reactions(thread for _, thread in threads)
    loose = reactions_of(reaction for id, reaction in reactions if id not in linked)
    return Page(page, last, {"total": len(items), "reactions": loose})


def file_of(id: str, row: Fields, fetchable: bool) -> Fields:
    """A file in the list of files."""
    size = row.get("size")
    return {
        "id": id,
        "name": text_of(row.get("name"), 300) or id,
        "type": text_of(row.get("mimeType"), 100),
        "size": size if isinstance(size, int) else None,
        "state": text_of(row.get("state"), 40),
        "documentId": text_of(fields_of(row.get("metadata")).get("documentId"), 400),
        "at": row.get("stateAt") if isinstance(row.get("stateAt"), int) else None,
        "file": fetchable,
    }
