"""Walking the records of a store and knowing the person whom they are searched for. Pure: steps for a runner."""

from __future__ import annotations

from typing import Any, Dict, Generator, Iterator, List, NamedTuple, Optional, Sequence, cast

from velt_py.config import Settings
from velt_py.selfhosting.answers import dumps_checked, loads
from velt_py.selfhosting.operation import Step
from velt_py.selfhosting.plans import DAMAGED, FindUsers, Organizations, Record, Scan
from velt_py.selfhosting.privacy.events import named_organizations_of, opened
from velt_py.selfhosting.privacy.person import Person
from velt_py.selfhosting.privacy.policy import Policy
from velt_py.selfhosting.privacy.rules import ERASED_KINDS
from velt_py.selfhosting.privacy.traces import Traces
from velt_py.selfhosting.records import USERS, WEBHOOKS, Kind
from velt_py.selfhosting.scope import Scope
from velt_py.selfhosting.user_schema import columns_of, organization_columns, public_user
from velt_py.selfhosting.users import spelled_id
from velt_py.selfhosting.validation import organization as checked_organization

__all__ = [
    "PIECE",
    "Aisle",
    "Search",
    "Walk",
    "Work",
    "aisles_of",
    "document_of",
    "has_own_users",
    "kept_users",
    "learned",
    "named_organizations",
    "place_in",
    "rows_of",
]

PIECE = 200
"""Records that are held at the same time."""

Work = Generator[Step, Any, None]


class Search(NamedTuple):
    """Whom to look for, and where.

    Args:
        settings: the configuration.
        person: whom.
        organization: only there; everywhere when None.
        policy: what becomes of them.
        learn: look for the names and addresses that records hold beside the person's id, too.
    """

    settings: Settings
    person: Person
    organization: Optional[str]
    policy: Policy
    learn: bool


def named_organizations(search: Search) -> Generator[Step, Any, Sequence[str]]:
    """The organizations to look at."""
    if search.organization is not None:
        return [checked_organization(search.organization, "organizationId", search.settings.limits)]
    found: Dict[str, None] = {}
    kinds = [*ERASED_KINDS] if has_own_users(search.settings) else [*ERASED_KINDS, USERS]
    for kind in kinds:
        names: List[str] = yield Organizations(kind)
        found.update(dict.fromkeys(names))
    return sorted(found)


class Aisle(NamedTuple):
    """Records of one kind that are walked one after the other.

    Args:
        kind: theirs.
        scope: their organization; for events of webhooks their queue.
    """

    kind: Kind
    scope: Scope


def aisles_of(organizations: Sequence[str]) -> Generator[Step, Any, List[Aisle]]:
    """All that is walked, organization by organization and then the inbox of webhooks; making no table for it."""
    aisles = [Aisle(kind, Scope(name)) for name in organizations for kind in ERASED_KINDS]
    queues: List[str] = yield Organizations(WEBHOOKS)
    return aisles + [Aisle(WEBHOOKS, Scope(queue)) for queue in queues]


class Walk:
    """The records of one kind in one organization, piece by piece.

    `records = yield from walk.next()` until it is empty.
    """

    def __init__(self, kind: Kind, scope: Scope) -> None:
        self._kind = kind
        self._scope = scope
        self._after: Optional[str] = None

    def next(self) -> Generator[Step, Any, List[Record]]:
        """The next piece."""
        records: List[Record] = yield Scan(self._kind, self._scope, self._after, PIECE)
        if records:
            self._after = records[-1].id
        return records


def document_of(record: Record, kind: Kind, traces: Traces) -> Optional[Dict[str, Any]]:
    """The record, if there may be a trace in it.

    Raises:
        ValueError: it cannot be read.
    """
    body: Any = record.body
    if body == DAMAGED:
        raise ValueError("damaged")
    try:
        text: str = body if isinstance(body, str) else dumps_checked(body)
    except (TypeError, RecursionError) as error:
        raise ValueError(type(error).__name__) from None
    if not text.lstrip().startswith("{"):
        raise ValueError("no object")
    if kind is WEBHOOKS:
        # What is sealed holds no trace that a look at the text would find.
        opened(_object_in(body))
    if not traces.may_be_in(text):
        return None
    return _object_in(body)


def _object_in(body: Any) -> Dict[str, Any]:
    document = loads(body) if isinstance(body, str) else body
    if not isinstance(document, dict):
        raise ValueError("no object")
    return cast("Dict[str, Any]", document)


def place_in(search: Search, kind: Kind, document: Dict[str, Any]) -> Optional[bool]:
    """Whether a record belongs to the organizations that are meant; None where nobody can tell.

    Records are walked by their organization. An event of a webhook says itself to which it belongs, if it does.

    Raises:
        ValueError: it is an event that cannot be read.
    """
    if kind is not WEBHOOKS or search.organization is None:
        return True
    payload = opened(document)
    named = named_organizations_of(payload) if payload is not None else ()
    return search.organization in named if named else None


# Whom to look for


def rows_of(search: Search, scope: Scope) -> Generator[Step, Any, List[Dict[str, Any]]]:
    """The rows of the person that an organization may see."""
    settings, id = search.settings, search.person.userId
    rows: List[Dict[str, Any]] = yield FindUsers(
        scope, columns_of("userId", settings), (id,), organization_columns(settings)
    )
    return [row for row in rows if _is_of(row, id, settings)]


def _is_of(row: Dict[str, Any], id: str, settings: Settings) -> bool:
    # A row may have been found by a column that its user id does not come from.
    user = public_user(row, settings)
    return user is not None and spelled_id(user.get("userId")) == id


def has_own_users(settings: Settings) -> bool:
    """Whether users come from the customer's own table or source, which is never written."""
    return settings.user_schema is not None or settings.user_source is not None


def kept_users(rows: List[Dict[str, Any]], scope: Scope, settings: Settings) -> bool:
    """Whether rows of a user are not ours to delete: ours name exactly one organization."""
    return has_own_users(settings) or any(
        spelled_id(row.get("organizationId")) != scope.organization for row in rows
    )


def learned(search: Search, organizations: Sequence[str]) -> Generator[Step, Any, Person]:
    """The person with the addresses and names that the users' rows, and records where that is asked for, hold."""
    person = search.person
    for name in organizations:
        for row in (yield from rows_of(search, Scope(name))):
            user = public_user(row, search.settings) or {}
            person = person.knowing([user.get("email")], [user.get("name")])
    if not search.learn:
        return person
    traces = Traces(person, search.policy)
    for kind, scope in (yield from aisles_of(organizations)):
        walk = Walk(kind, scope)
        while True:
            records = yield from walk.next()
            if not records:
                break
            for record in records:
                person = _learned_of(search, kind, record, person, traces)
    return person


def _learned_of(search: Search, kind: Kind, record: Record, person: Person, traces: Traces) -> Person:
    try:
        document = document_of(record, kind, traces)
        if document is None or not place_in(search, kind, document):
            return person
        document = opened(document) if kind is WEBHOOKS else document
    except ValueError:
        # The pass that changes something reports it.
        return person
    for user in _users_in(document):
        if spelled_id(user.get("userId")) == person.userId:
            person = person.knowing([user.get("email")], [user.get("name")])
    return person


def _users_in(value: Any) -> Iterator[Dict[str, Any]]:
    if isinstance(value, dict):
        fields = cast("Dict[str, Any]", value)
        if "userId" in fields and ("email" in fields or "name" in fields):
            yield fields
        for entry in fields.values():
            yield from _users_in(entry)
    elif isinstance(value, list):
        for entry in cast("List[Any]", value):
            yield from _users_in(entry)
