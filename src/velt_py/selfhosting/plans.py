"""Plans: what a store is asked to do, as data. All of them name the organization they may touch.

A plan is made by pure code and executed by a store in one round trip. A store holds no rule of its own: what is
selected, merged or removed stands in the plan.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Dict, Mapping, NamedTuple, Optional, Tuple, Union

from velt_py.selfhosting.records import USERS, Kind, Path
from velt_py.selfhosting.scope import Scope

__all__ = [
    "DAMAGED",
    "Change",
    "Delete",
    "FindUsers",
    "MapMerge",
    "Organizations",
    "Plan",
    "Read",
    "Record",
    "Replace",
    "Save",
    "SaveUser",
    "Scan",
    "Swap",
]


DAMAGED = ""
"""The body of a record whose stored text or document cannot be read."""


class Record(NamedTuple):
    """One stored record as a store hands it on.

    `body` is the stored JSON text where the store keeps text (SQLite, PostgreSQL), and the document where it does
    not (MongoDB, memory). Over HTTP text is spliced into the answer without being parsed.
    """

    id: str
    body: Union[str, Dict[str, Any]]


@dataclass(frozen=True)
class Read:
    """Read the records of one kind.

    Args:
        ids, documents: None does not restrict; an empty tuple selects nothing; both together intersect.
        folder: only records of this folder.

    A store answers with a list of `Record`, in no particular order.
    """

    kind: Kind
    scope: Scope
    ids: Optional[Tuple[str, ...]] = None
    documents: Optional[Tuple[str, ...]] = None
    folder: Optional[str] = None

    @property
    def selects_nothing(self) -> bool:
        return self.ids == () or self.documents == ()


@dataclass(frozen=True)
class Scan:
    """Read all records of one kind, piece by piece: for the operator's upkeep, never part of a request.

    Args:
        after: the id of the last record of the piece before; None for the first piece.
        limit: records in one piece at most.

    A store answers with a list of `Record` in an order of its own by id. The piece after the last record is empty; what
    is stored all the time comes exactly once, whatever is added or deleted meanwhile. What cannot be read is among
    them, its body `DAMAGED`: whoever looks for the last trace of something must not take it for empty. One whose id
    cannot be read is an error, since nothing could come after it.
    """

    kind: Kind
    scope: Scope
    after: Optional[str] = None
    limit: int = 500


@dataclass(frozen=True)
class MapMerge:
    """How one map field of a stored record takes in the same field of a saved document.

    Args:
        field: the top-level field, for example `comments`.
        deep: merge an entry key by key when it is an object on both sides, instead of replacing it.
        overwrite: keys whose entries may change what is stored; the other entries only fill gaps. None means all.
        remove: keys to take out of the stored map. The plan's documents do not hold them.
        clear: names that an entry listed in `overwrite` loses unless the saved entry holds them.
        empty: a saved map that is empty empties the stored one.
    """

    field: str
    deep: bool = False
    overwrite: Optional[Tuple[str, ...]] = None
    remove: Tuple[str, ...] = ()
    clear: Tuple[str, ...] = ()
    empty: bool = False


class Change(NamedTuple):
    """One record to save: stored as it stands when there is none with this id, merged into it otherwise."""

    id: str
    document: Mapping[str, Any]
    text: str
    """`document` as JSON text, made while it was checked."""


@dataclass(frozen=True)
class Save:
    """Save records of one kind, all or none: top-level fields of `document` replace the stored ones, absent
    fields stay, and the fields named by `merges` are merged by key.

    A store answers with the number of records that it had not held before.
    """

    kind: Kind
    scope: Scope
    changes: Tuple[Change, ...]
    merges: Tuple[MapMerge, ...] = ()


@dataclass(frozen=True)
class Delete:
    """Delete records by id. A store answers with the number of deleted ones."""

    kind: Kind
    scope: Scope
    ids: Tuple[str, ...]


class Swap(NamedTuple):
    """A record as it was read, and what it is to become; None deletes it."""

    before: Record
    after: Optional[Mapping[str, Any]]


@dataclass(frozen=True)
class Replace:
    """Put whole records in the place of others, where nobody has changed them since: nothing is merged, fields that
    the new one does not hold are gone. For the operator's upkeep, never part of a request.

    A store answers with the ids of the replaced records (a frozenset). A missing id was changed or deleted by somebody
    else: read it again and decide anew.
    """

    kind: Kind
    scope: Scope
    swaps: Tuple[Swap, ...]


@dataclass(frozen=True)
class FindUsers:
    """Find rows of the users' collection, which may be the customer's own.

    A row is visible when any of its `organization` columns equals the scope's organization or is a list that
    holds it, or when it has none of these columns (a users' table of a single tenant).

    Args:
        columns: columns of which any has to equal one of `values` (as text, or as the number that the text spells).
        values: what to look for; empty selects nothing.
        organization: the columns that may hold the organization.
        by_id: whether `columns` are those of the user's id, which stores of our own have indexed.

    A store answers with a list of documents (dict), each without the store's own key.
    """

    scope: Scope
    columns: Tuple[Path, ...]
    values: Tuple[str, ...]
    organization: Tuple[Path, ...]
    by_id: bool = True
    kind: Kind = USERS


@dataclass(frozen=True)
class SaveUser:
    """Save one row of the users' collection.

    The row changed is the one that is visible in the scope and whose `column` equals `change.id`; one that names
    the organization goes before one that names none. Without such a row `initial` is stored.

    Args:
        column: the column that holds the user's id.
        organization: the columns that may hold the organization.
        change: what to merge into a row that is there; it says nothing of the organization, so that a row without
            one stays without.
        initial: the row to store when there is none; it names the organization.

    A store answers with 1 for a new row and 0 for a changed one.
    """

    scope: Scope
    column: Path
    organization: Tuple[Path, ...]
    change: Change
    initial: Change
    merges: Tuple[MapMerge, ...] = ()
    kind: Kind = USERS


@dataclass(frozen=True)
class Organizations:
    """List the organizations that have records of a kind: for the operator's upkeep, never part of a request.

    Asking makes no table: a kind on demand that is not in use has none.

    A store answers with a sorted list of their ids.
    """

    kind: Kind


Plan = Union[Read, Scan, Save, Delete, Replace, FindUsers, SaveUser, Organizations]
