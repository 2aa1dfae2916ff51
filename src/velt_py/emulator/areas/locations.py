"""Places inside documents: the older calls that rename them or delete what was said there."""

from __future__ import annotations

from typing import Dict, List, cast

from velt_py.emulator.call import Answer, Call, Document, Rule, id_in, success
from velt_py.emulator.refusals import invalid
from velt_py.emulator.state import Row

__all__ = ["RULES"]

PLACED = ("annotation", "notification", "activity", "recording")
"""Kinds of records that may lie at a place of a document."""


def update(call: Call) -> Answer:
    migrate = call.object("migrate")
    if not all(isinstance(migrate.get(name), dict) for name in ("oldLocation", "newLocation")):
        raise invalid("migrate needs oldLocation and newLocation, both objects.")
    new = cast(Document, migrate["newLocation"])
    name = id_in(cast(Document, migrate["oldLocation"]), "id")
    for kind in PLACED:
        for row in _at(call, kind, name):
            before: Document = row.doc["location"]
            after: Document = {**before, **new} if call.flag("merge") else new
            call.records.put(kind, *row.ids, doc={**row.doc, "location": after})
    call.guess("locations")
    return success("Location updated.")


def delete(call: Call) -> Answer:
    name = id_in(call.object("location"), "id")
    for kind in PLACED:
        for row in _at(call, kind, name):
            call.records.delete(kind, *row.ids)
    call.guess("locations")
    return success("Data deleted successfully.")


def _at(call: Call, kind: str, location: str) -> List[Row]:
    """The records of the document at a place, in the organization or, when none is named, in all of the api key."""
    organization, document = call.text("organizationId"), call.text("documentId")
    rows = call.records.under(kind, organization) if organization else call.records.under(kind)
    return [
        row
        for row in rows
        if _document_of(row) == document and (row.doc.get("location") or {}).get("id") == location
    ]


def _document_of(row: Row) -> str:
    metadata: Document = row.doc.get("metadata") or {}
    return str(metadata.get("documentId") or (row.ids[1] if len(row.ids) > 2 else ""))


RULES: Dict[str, Rule] = {
    "locations.updateLocation": update,
    "locations.deleteDataByLocation": delete,
}
