"""Reading a store for the console: every read names its organization and is bounded, and what is damaged hides nothing.

Stores answer by id, not by time. What would need all records of an organization is therefore looked at in windows, each
of which names the record that the next one begins behind.
"""

from __future__ import annotations

from functools import partial
from typing import Any, Callable, Dict, Generator, List, NamedTuple, Optional, Sequence, Tuple, cast

from velt_py.console.shapes import mentioned, named, text_of
from velt_py.selfhosting.answers import loads
from velt_py.selfhosting.plans import FindUsers, Read, Record, Scan
from velt_py.selfhosting.records import Kind
from velt_py.selfhosting.scope import Scope
from velt_py.selfhosting.user_schema import columns_of, organization_columns, public_user
from velt_py.web.site import Site
from velt_py.web.steps import Do, WebStep, Work

__all__ = ["Reading", "Take", "Walked", "read_records"]

PIECE = 200
"""Records that are held at the same time."""
MOST_NAMES = 300
MOST_UNREADABLE = 20

Fields = Dict[str, Any]
Take = Callable[[Sequence[Tuple[str, Fields]]], None]


class Walked(NamedTuple):
    """How far a walk came.

    Args:
        last: behind which record the next one begins; None at the end.
        seen: how many records it went through.
        unreadable: the ids of those that cannot be read.
    """

    last: Optional[str]
    seen: int
    unreadable: List[str]

    @property
    def facts(self) -> Fields:
        """What a page says beside its items."""
        return {"unreadable": self.unreadable[:MOST_UNREADABLE]} if self.unreadable else {}


class Reading:
    """The store of an SDK, as the views read it.

    Args:
        site: whose store.
    """

    def __init__(self, site: Site) -> None:
        self._site = site

    def do(self, plan: Any) -> Generator[WebStep, Any, Any]:
        """The outcome of a plan."""
        return (yield Do(self._site.selfHosting._runner, plan))

    def all(
        self, kind: Kind, organization: str, document: str, id: str = ""
    ) -> Generator[WebStep, Any, List[Record]]:
        """The records of one document, or the one of them that has this id."""
        plan = Read(kind, Scope(organization), ids=(id,) if id else None, documents=(document,))
        found: List[Record] = yield from self.do(plan)
        return found

    def walk(
        self,
        kind: Kind,
        owner: str,
        after: str,
        most: int,
        take: Take,
        enough: Optional[Callable[[], bool]] = None,
    ) -> Generator[WebStep, Any, Walked]:
        """Hand the records behind `after` on, in pieces, until there are `most`, or `enough`."""
        last, seen, unreadable = after or None, 0, cast("List[str]", [])
        while seen < most and not (enough is not None and enough()):
            piece: List[Record] = yield from self.do(Scan(kind, Scope(owner), last, min(PIECE, most - seen)))
            if not piece:
                return Walked(None, seen, unreadable)
            unreadable += yield Work(partial(handed_on, piece, take))
            last, seen = piece[-1].id, seen + len(piece)
        return Walked(last, seen, unreadable)

    def names(self, items: Sequence[Fields], organization: str) -> Generator[WebStep, Any, None]:
        """Fill in the names of people that only the users' table knows."""
        ids, settings = mentioned(items)[:MOST_NAMES], self._site.settings
        if not ids:
            return
        columns = columns_of("userId", settings)
        plan = FindUsers(Scope(organization), columns, ids, organization_columns(settings))
        rows: List[Fields] = yield from self.do(plan)
        users = [public_user(row, settings) or {} for row in rows]
        named(items, {text_of(user.get("userId")): text_of(user.get("name"), 200) for user in users})


def document_of(record: Record) -> Optional[Fields]:
    """What a record holds; None when it cannot be read."""
    try:
        found: Any = loads(record.body) if isinstance(record.body, str) else record.body
    except ValueError:
        return None
    return cast(Fields, found) if isinstance(found, dict) else None


def read_records(records: Sequence[Record]) -> List[Tuple[str, Fields]]:
    """The ids and documents of the records that can be read."""
    both = [(record.id, document_of(record)) for record in records]
    return [(id, document) for id, document in both if document is not None]


def handed_on(records: Sequence[Record], take: Take) -> List[str]:
    """Hand on what can be read; the ids of the others."""
    readable = read_records(records)
    take(readable)
    held = {id for id, _ in readable}
    return [record.id for record in records if record.id not in held]
