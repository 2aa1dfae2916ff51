"""Walking the records of a store and knowing the person whom they are searched for. Pure: steps for a runner."""

from __future__ import annotations

from typing import Any, Dict, Generator, Iterator, List, NamedTuple, Optional, Sequence, cast

from velt_py.config import Settings
from velt_py.selfhosting.answers import dumps_checked, loads
from velt_py.selfhosting.operation import Step
from velt_py.selfhosting.plans import FindUsers, Organizations, Record, Scan
from velt_py.selfhosting.privacy.person import Person
from velt_py.selfhosting.privacy.policy import Policy
from velt_py.selfhosting.privacy.rules import ERASED_KINDS
from velt_py.selfhosting.privacy.traces import Traces
from velt_py.selfhosting.records import USERS, Kind
from velt_py.selfhosting.scope import Scope
from velt_py.selfhosting.user_schema import columns_of, organization_columns, public_user
from velt_py.selfhosting.users import spelled_id
from velt_py.selfhosting.validation import organization as checked_organization

__all__ = [
    "PIECE",
    "Search",
    "Walk",
    "Work",
    "document_of",
    "has_own_users",
    "kept_users",
    "learned",
    "named_organizations",
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


def document_of(record: Record, traces: Traces) -> Optional[Dict[str, Any]]:
    """The record, if there may be a trace in it.

    Raises:
        ValueError: it cannot be read.
    """
    body: Any = record.body
    try:
        text: str = body if isinstance(body, str) else dumps_checked(body)
    except (TypeError, RecursionError) as error:
        raise ValueError(type(error).__name__) from None
    if not traces.may_be_in(text):
        return None
    document = loads(body) if isinstance(body, str) else body
    if not isinstance(document, dict):
        raise ValueError("no object")
    return cast("Dict[str, Any]", document)


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
    for name in organizations:
        for kind in ERASED_KINDS:
            walk = Walk(kind, Scope(name))
            while True:
                records = yield from walk.next()
                if not records:
                    break
                for record in records:
                    person = _learned_of(record, person, traces)
    return person


def _learned_of(record: Record, person: Person, traces: Traces) -> Person:
    try:
        document = document_of(record, traces)
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
