"""What follows from changes of shared editors. Pure on records."""

from __future__ import annotations

from typing import Any, Mapping

from velt_py.emulator.call import Call, Document
from velt_py.emulator.clock import iso
from velt_py.emulator.effects.happening import Happening, announce

__all__ = ["QUIET", "REST", "crdt_data", "edited"]

QUIET = 5_000
"""Milliseconds without another change after which the webhook of a shared editor leaves, as documented."""
REST = "REST_API"
"""Who changed an editor, where it was no browser."""


def crdt_data(editor: str, doc: Mapping[str, Any]) -> Document:
    """A shared editor as answers and webhooks show it."""
    return {
        "id": editor,
        "data": doc["data"],
        "lastUpdate": iso(doc["at"]),
        "lastUpdatedBy": doc.get("by") or REST,
        "sessionId": doc.get("session"),
    }


def edited(call: Call, editor: str, doc: Mapping[str, Any], pause: int = QUIET) -> None:
    """The data of a shared editor was changed.

    Args:
        editor: its id.
        doc: what is stored of it now.
        pause: milliseconds for which the webhook waits for another change.
    """
    happening = Happening(
        "crdt.update_data",
        call.text("organizationId"),
        call.text("documentId"),
        actor=call.actor,
        more={"crdtData": crdt_data(editor, doc)},
        target=editor,
        pause=pause,
        asked=bool(call.platform),
    )
    announce(call, happening)
