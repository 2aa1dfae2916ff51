"""What a self-hosted store shows: every read names its organization, and is bounded.

Stores answer by id, not by time. What would need all records of an organization is therefore looked at in windows, each
of which names the record that the next one begins behind.
"""

from __future__ import annotations

import time
from functools import partial
from typing import Any, Callable, Dict, Generator, List, Mapping, Optional, Sequence, Tuple, cast

from velt_py.console.paging import newest_first
from velt_py.console.recent import Recent
from velt_py.console.searching import Hits
from velt_py.console.shapes import (
    Surroundings,
    activity_of,
    fields_of,
    linked_reactions,
    mentioned,
    named,
    reactions_of,
    recording_of,
    text_of,
    thread_of,
)
from velt_py.console.source import Look, Page, Where
from velt_py.console.tallies import Documents
from velt_py.selfhosting.answers import loads
from velt_py.selfhosting.files.rows import finished, own_key
from velt_py.selfhosting.plans import FindUsers, Organizations, Read, Record, Scan
from velt_py.selfhosting.records import (
    ACTIVITIES,
    ATTACHMENTS,
    COMMENTS,
    REACTIONS,
    RECORDINGS,
    WEBHOOKS,
    Kind,
)
from velt_py.selfhosting.scope import Scope
from velt_py.selfhosting.user_schema import columns_of, organization_columns, public_user
from velt_py.settings import Limits
from velt_py.web.site import Site
from velt_py.web.steps import Do, WebStep, Work
from velt_py.webhooks.inbox import Inbox, entry_of

__all__ = ["StoredSource"]

PIECE = 200
"""Records that are held at the same time."""
WINDOW = 2000
"""Records that one look goes through."""
ORGANIZATIONS, THREADS, FILES, EVENTS = 50, 25, 50, 500
MOST_NAMES = 300

Fields = Dict[str, Any]
Take = Callable[[Sequence[Tuple[str, Fields]]], None]


class StoredSource:
    """The store of an SDK.

    Args:
        site: whose store.
        recent: the latest requests.
        inbox: the queue of the webhook inbox; None without one.
    """

    def __init__(self, site: Site, recent: Recent, inbox: Optional[str]) -> None:
        self._site = site
        self._recent = recent
        self._queue = inbox or ""
        views: Dict[str, Callable[[Where], Look]] = {
            "organizations": self.organizations,
            "documents": self.documents,
            "threads": self.threads,
            "files": self.files,
            "activity": self.activity,
            "search": self.search,
            "requests": self.requests,
        }
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

    # Reading

    def _do(self, plan: Any) -> Generator[WebStep, Any, Any]:
        return (yield Do(self._site.selfHosting._runner, plan))

    def _all(self, kind: Kind, where: Where) -> Generator[WebStep, Any, List[Record]]:
        """The records of one document."""
        found: List[Record] = yield from self._do(
            Read(kind, Scope(where.organization), documents=(where.document,))
        )
        return found

    def _walk(
        self, kind: Kind, owner: str, after: str, most: int, take: Take
    ) -> Generator[WebStep, Any, Optional[str]]:
        """Hand the records behind `after` on, in pieces; returns where to go on, None at the end."""
        last, seen = after or None, 0
        while seen < most:
            piece: List[Record] = yield from self._do(Scan(kind, Scope(owner), last, min(PIECE, most - seen)))
            if not piece:
                return None
            yield Work(partial(handed_on, piece, take))
            last, seen = piece[-1].id, seen + len(piece)
        return last

    def _names(self, items: Sequence[Fields], organization: str) -> Generator[WebStep, Any, None]:
        """Fill in the names of people that only the users' table knows."""
        ids, settings = mentioned(items)[:MOST_NAMES], self._site.settings
        if not ids:
            return
        rows: List[Fields] = yield from self._do(
            FindUsers(
                Scope(organization), columns_of("userId", settings), ids, organization_columns(settings)
            )
        )
        users = [public_user(row, settings) or {} for row in rows]
        named(items, {text_of(user.get("userId")): text_of(user.get("name"), 200) for user in users})

    # Views

    def organizations(self, where: Where) -> Look:
        """The organizations that have threads, files or activities."""
        names: Dict[str, None] = {}
        for kind in (COMMENTS, ATTACHMENTS, ACTIVITIES):
            found: List[str] = yield from self._do(Organizations(kind))
            names.update(dict.fromkeys(found))
        ahead = sorted(name for name in names if name > where.after)
        page = ahead[:ORGANIZATIONS]
        return Page(
            [{"id": name, "name": name} for name in page], page[-1] if len(ahead) > len(page) else None
        )

    def documents(self, where: Where) -> Look:
        """The documents of the threads in one window."""
        documents = Documents()
        last = yield from self._walk(COMMENTS, where.organization, where.after, WINDOW, documents.take)
        return Page(documents.listed(), last)

    def threads(self, where: Where) -> Look:
        """The threads and recordings of a document."""
        found: List[List[Record]] = []
        for kind in (COMMENTS, RECORDINGS, REACTIONS, ATTACHMENTS):
            found.append((yield from self._all(kind, where)))
        page: Page = yield Work(lambda: thread_page(found, where, lambda row: self._has_file(row, where)))
        yield from self._names(page.items, where.organization)
        loose = cast(List[Fields], page.facts.get("reactions") or [])
        yield from self._names(loose, where.organization)
        return page

    def _has_file(self, row: Fields, where: Where) -> bool:
        return finished(row) and own_key(row, where.organization, self._site.settings.files) is not None

    def files(self, where: Where) -> Look:
        """The files of an organization, in the order of their ids."""
        items: List[Fields] = []

        def take(piece: Sequence[Tuple[str, Fields]]) -> None:
            items.extend(file_of(id, row, self._has_file(row, where)) for id, row in piece)

        last = yield from self._walk(ATTACHMENTS, where.organization, where.after, FILES, take)
        return Page(items, last)

    def activity(self, where: Where) -> Look:
        """What happened, the newest first in each window."""
        items: List[Fields] = []

        def take(piece: Sequence[Tuple[str, Fields]]) -> None:
            items.extend(activity_of(id, activity) for id, activity in piece)

        if where.document:
            records = yield from self._all(ACTIVITIES, where)
            yield Work(partial(handed_on, records, take))
            page, last = newest_first(items, where.after, EVENTS)
        else:
            last = yield from self._walk(ACTIVITIES, where.organization, where.after, EVENTS, take)
            page, _ = newest_first(items, "", EVENTS)
        yield from self._names(page, where.organization)
        return Page(page, last)

    def search(self, where: Where) -> Look:
        """Comments and file names that hold a text, in one window."""
        hits = Hits(where.text)
        part, _, after = where.after.partition(":")
        last: Optional[str] = None
        if part != "files":
            last = yield from self._walk(COMMENTS, where.organization, after, WINDOW, hits.in_threads)
            following = f"threads:{last}" if last is not None else "files:"
        else:
            last = yield from self._walk(ATTACHMENTS, where.organization, after, WINDOW, hits.in_files)
            following = f"files:{last}" if last is not None else ""
        yield from self._names(hits.items, where.organization)
        return Page(hits.items, following or None, {"looked": hits.looked})

    def inbox(self, where: Where) -> Look:
        """Received webhooks, the newest first in each window; not what they carry."""
        items: List[Fields] = []

        def take(piece: Sequence[Record]) -> None:
            for entry in map(entry_of, piece):
                if entry is not None:
                    items.append({**entry.to_dict(), "at": entry.received})

        scope, last = Inbox(time.time, self._queue).scope, where.after or None
        records: List[Record] = yield from self._do(Scan(WEBHOOKS, scope, last, EVENTS))
        yield Work(partial(take, records))
        page, _ = newest_first(items, "", EVENTS)
        return Page(page, records[-1].id if len(records) == EVENTS else None)

    def requests(self, where: Where) -> Look:
        """The latest requests of this process."""
        return Page(self._recent.listed())
        yield  # a view is a generator


def document_of(record: Record) -> Fields:
    """What a record holds; nothing when it is damaged."""
    try:
        return fields_of(loads(record.body) if isinstance(record.body, str) else record.body)
    except ValueError:
        return {}


def read_records(records: Sequence[Record]) -> List[Tuple[str, Fields]]:
    return [(record.id, document_of(record)) for record in records]


def handed_on(records: Sequence[Record], take: Take) -> None:
    take(read_records(records))


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
