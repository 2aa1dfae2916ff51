"""What a piece of records of one kind and organization means for the store that they are copied to. Pure."""

from __future__ import annotations

from typing import Any, Dict, List, Mapping, NamedTuple, Optional, Sequence, Tuple

from velt_py.exceptions import VeltValidationError
from velt_py.selfhosting.migration.canonical import canonical, document_of
from velt_py.selfhosting.plans import Change, Record, Swap
from velt_py.selfhosting.records import Kind, value_at
from velt_py.selfhosting.users import spelled_id
from velt_py.selfhosting.validation import storable
from velt_py.settings import MEGABYTE, Limits

__all__ = ["Piece", "Refusal", "decide", "problem_of"]

WIDE = Limits(max_record_bytes=15 * MEGABYTE, max_depth=95, max_id_bytes=1000)
"""What every store can keep. Records grow by merging, so those that are there may be larger than one save may be."""


class Refusal(NamedTuple):
    """A record that is not copied.

    Args:
        kind, organization, id: which.
        why: without any of its content.
    """

    kind: str
    organization: str
    id: str
    why: str


class Piece(NamedTuple):
    """What is to be done about some records.

    Args:
        new: those that the other store does not have.
        swaps: those that it has otherwise.
        same: how many it has as they are.
        refused: those that it cannot have.
    """

    new: Tuple[Change, ...]
    swaps: Tuple[Swap, ...]
    same: int
    refused: Tuple[Refusal, ...]


def problem_of(document: Mapping[str, Any], kind: Kind, organization: str, id: str) -> Optional[str]:
    """Why a document cannot stand for the record `id` of this organization in every store, or None.

    Stores that keep both in columns of their own would not notice; the others would show it to somebody else.
    """
    if value_at(document, kind.organization) != organization:
        return f"its {'.'.join(kind.organization)} is not the organization that it belongs to"
    if spelled_id(value_at(document, kind.id)) != id:
        return f"its {'.'.join(kind.id)} is not the id that it is stored under"
    for path in (kind.id, kind.document, kind.folder):
        if path is not None and len(spelled_id(value_at(document, path)).encode()) > WIDE.max_id_bytes:
            return f"its {'.'.join(path)} has more than {WIDE.max_id_bytes} bytes"
    return None


def decide(kind: Kind, organization: str, records: Sequence[Record], stored: Mapping[str, Record]) -> Piece:
    """Compare records with those of the other store.

    Args:
        kind, organization: of all of them.
        records: as they are to be.
        stored: what the other store has under the same ids.
    """
    new: List[Change] = []
    swaps: List[Swap] = []
    refused: List[Refusal] = []
    same = 0
    for record in records:
        try:
            document = document_of(record, kind)
            text = storable(document, "record", WIDE)
            problem = problem_of(document, kind, organization, record.id)
        except VeltValidationError as error:
            document, text, problem = {}, "", told(error)
        except (ValueError, RecursionError):
            document, text, problem = {}, "", "it is no JSON object"
        if problem is not None:
            refused.append(Refusal(kind.name, organization, record.id, problem))
            continue
        before = stored.get(record.id)
        if before is None:
            new.append(Change(record.id, document, text))
        elif is_equal(before, document, kind):
            same += 1
        else:
            swaps.append(Swap(before, document))
    return Piece(tuple(new), tuple(swaps), same, tuple(refused))


def told(error: VeltValidationError) -> str:
    """The message without the path to the value, whose keys may be anybody's words."""
    field = error.field or ""
    message = error.message
    return message[len(field) + 2 :] if field and message.startswith(field + ": ") else message


def is_equal(record: Record, document: Dict[str, Any], kind: Kind) -> bool:
    try:
        return canonical(document_of(record, kind)) == canonical(document)
    except (ValueError, RecursionError):
        return False
