"""Records as JSON lines: a store written into a file, and a file read into a store.

{"kind": "comments", "organization": "acme", "id": "t1", "record": {...}}
"""

from __future__ import annotations

import hashlib
import json
import os
from typing import Any, Dict, Iterable, Iterator, List, NamedTuple, Optional, TextIO, Tuple, Union, cast

from velt_py.exceptions import VeltStorageError, VeltValidationError
from velt_py.selfhosting.answers import dumps
from velt_py.selfhosting.migration.canonical import document_of
from velt_py.selfhosting.migration.checkpoint import Checkpoint, LinePosition
from velt_py.selfhosting.migration.pieces import Refusal
from velt_py.selfhosting.migration.places import available, open_for_reading, place_of
from velt_py.selfhosting.migration.report import Report
from velt_py.selfhosting.migration.selection import Selection
from velt_py.selfhosting.migration.walking import Progress, Seen, walk
from velt_py.selfhosting.migration.whole_file import whole_file
from velt_py.selfhosting.migration.writing import Writer
from velt_py.selfhosting.plans import Record
from velt_py.selfhosting.records import Kind
from velt_py.selfhosting.stores.base import Store
from velt_py.selfhosting.stores.opening import open_store
from velt_py.settings import Settings

__all__ = ["export_to", "import_from", "read_lines", "write_lines"]


def export_to(
    place: Union[str, TextIO], settings: Settings, selection: Selection, seen: Optional[Seen] = None
) -> Report:
    """Write the records of a configuration's store into a file, or into an open one.

    Args:
        place: the path of a file, which appears whole or not at all, or an open one.
        settings: name the store.
        selection: from `select`: which kinds and organizations.
        seen: called after each piece.

    Raises:
        VeltStorageError: the file cannot be written; an older one stays as it is.
        VeltDatabaseError: the store failed.
    """
    store = open_for_reading(settings, True)
    try:
        chosen = available(store, selection)
        if not isinstance(place, str):
            return write_lines(store, chosen, place, seen)
        with whole_file(place) as file:
            return write_lines(store, chosen, file, seen)
    finally:
        store.close()


def import_from(
    path: str,
    settings: Settings,
    selection: Selection,
    apply: bool,
    seen: Optional[Seen] = None,
    checkpoint: Optional[str] = None,
) -> Report:
    """Store the records of a file in a configuration's store; repeating it changes nothing.

    Args:
        path: the file.
        settings: name the store.
        selection: the other lines are passed over.
        apply: do it; False only counts.
        seen: called after each piece.
        checkpoint: the file to go on from, and to keep up to date; a dry run does without.

    Raises:
        VeltConfigurationError: the checkpoint is another's, or the file has changed since.
        VeltStorageError: the file cannot be read.
        VeltValidationError: a line of it is no record.
        VeltDatabaseError: the store failed.
    """
    store = open_store(settings) if apply else open_for_reading(settings, False)
    try:
        noting: Optional[Checkpoint[LinePosition]] = None
        if checkpoint is not None and apply:
            source = f"file {os.path.abspath(path)} {digest_of(path)}"
            noting = Checkpoint(checkpoint, source, place_of(settings), selection, LinePosition)
        with open(path, encoding="utf-8") as file:
            return read_lines(file, store, selection, apply, seen, noting)
    except OSError as error:
        raise VeltStorageError(f"{path}: {error.strerror or 'this cannot be read'}", field=path) from None
    except UnicodeDecodeError:
        raise VeltValidationError(f"{path}: this is no text in UTF-8", field=path) from None
    finally:
        store.close()


def write_lines(store: Store, selection: Selection, file: TextIO, seen: Optional[Seen] = None) -> Report:
    """Write all records of the selection, one a line.

    Args:
        store: only read.
        file: text in UTF-8.
        seen: called after each piece.
    """
    report = Report(applied=True)
    for kind, organization, records in walk(store, selection):
        counts = report.of(kind.name)
        for record in records:
            counts.read += 1
            try:
                document = document_of(record, kind)
                line = dumps(
                    {"kind": kind.name, "organization": organization, "id": record.id, "record": document}
                )
            except (TypeError, ValueError, RecursionError):
                report.refuse(Refusal(kind.name, organization, record.id, "it is no JSON object"))
                continue
            file.write(line + "\n")
        if seen is not None:
            seen(Progress("copy", kind.name, organization, counts.read))
    return report


def digest_of(path: str) -> str:
    """A digest of a file's content: lines are counted, so that a changed file would be gone on with at a wrong one."""
    digest = hashlib.blake2b(digest_size=16)
    with open(path, "rb") as file:
        for piece in iter(lambda: file.read(1 << 20), b""):
            digest.update(piece)
    return digest.hexdigest()


class Line(NamedTuple):
    """One line of such a file."""

    kind: Kind
    organization: str
    record: Record
    number: int


def read_lines(
    lines: Iterable[str],
    store: Store,
    selection: Selection,
    apply: bool,
    seen: Optional[Seen] = None,
    checkpoint: Optional[Checkpoint[LinePosition]] = None,
) -> Report:
    """Store the records of the selection; each becomes exactly that of its line.

    Args:
        lines: as `write_lines` wrote them.
        store: where to.
        selection: the other lines are passed over.
        apply: do it; False only counts.
        seen: called after each piece.
        checkpoint: where to go on from, kept up to date.

    Raises:
        VeltValidationError: a line is none of these; it is named by its number, and what stands before it is stored.
    """
    begun = checkpoint.load() if checkpoint is not None else None
    after, report = (begun[0].line, begun[1]) if begun is not None else (0, Report(applied=apply))
    writer = Writer(store, report, apply)
    for kind, organization, records, number in together(parsed(lines, selection, after), selection.piece):
        writer.write(kind, organization, records)
        if checkpoint is not None:
            checkpoint.store(LinePosition(number), report)
        if seen is not None:
            seen(Progress("copy", kind.name, organization, report.of(kind.name).read))
    if checkpoint is not None:
        checkpoint.clear()
    return report


def parsed(lines: Iterable[str], selection: Selection, after: int = 0) -> Iterator[Line]:
    """The records of the selection in the lines after so many."""
    kinds = {kind.name: kind for kind in selection.kinds}
    for number, text in enumerate(lines, 1):
        if number <= after or not text.strip():
            continue
        try:
            found: Any = json.loads(text)
        except (ValueError, RecursionError):
            raise VeltValidationError(f"line {number}: this is no JSON", field=f"line {number}") from None
        line = checked(found, number)
        if line[0] in kinds and (selection.organizations is None or line[1] in selection.organizations):
            yield Line(kinds[line[0]], line[1], Record(line[2], line[3]), number)


def checked(found: Any, number: int) -> Tuple[str, str, str, Dict[str, Any]]:
    """Kind, organization, id and document of a line."""
    line = cast("Dict[str, Any]", found) if isinstance(found, dict) else {}
    for name in ("kind", "organization", "id"):
        if not isinstance(line.get(name), str) or not line[name]:
            raise VeltValidationError(f"line {number}: a text `{name}` is needed", field=f"line {number}")
    if not isinstance(line.get("record"), dict):
        raise VeltValidationError(f"line {number}: an object `record` is needed", field=f"line {number}")
    return line["kind"], line["organization"], line["id"], line["record"]


def together(lines: Iterable[Line], most: int) -> Iterator[Tuple[Kind, str, List[Record], int]]:
    """Lines of one kind and organization that follow each other, so many at once, and the number of the last; of two
    with one id the later."""
    kind: Optional[Kind] = None
    organization, number = "", 0
    records: Dict[str, Record] = {}
    try:
        for line in lines:
            if kind is not None and (line[:2] != (kind, organization) or len(records) >= most):
                yield kind, organization, list(records.values()), number
                records = {}
            kind, organization, number = line.kind, line.organization, line.number
            records[line.record.id] = line.record
    except VeltValidationError:
        if kind is not None:
            # What stands before the wrong line is stored.
            yield kind, organization, list(records.values()), number
        raise
    if kind is not None and records:
        yield kind, organization, list(records.values()), number
