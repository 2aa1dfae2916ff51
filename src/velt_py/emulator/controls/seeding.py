"""What only browsers make or see: recordings, presence, live state. Seeding causes nothing."""

from __future__ import annotations

from typing import Any, List, Tuple

from velt_py.emulator.controls.reading import Given, need_key, need_text, objects, optional_text
from velt_py.emulator.identity import push_id

__all__ = ["add_recordings", "livestate", "presence", "set_presence"]


def add_recordings(emulator: Any, given: Given) -> Any:
    """Put recordings into a document."""
    key, organization, document = _place(given)
    made: List[str] = []
    with emulator.state.call():
        records = emulator.state.of(key)
        for entry in objects(given, "recordings"):
            name = optional_text(entry, "recordingId") or optional_text(entry, "annotationId")
            name = name or push_id(key, "recording", records.next_number("recording"))
            metadata = {"apiKey": key, "organizationId": organization, "documentId": document}
            doc = {
                "createdAt": emulator.clock.milliseconds(),
                **entry,
                "recordingId": name,
                "metadata": metadata,
            }
            records.put("recording", organization, document, name, doc=doc)
            made.append(name)
    return {"recordings": made}


def presence(emulator: Any, given: Given) -> Any:
    """Who is in the documents of an api key."""
    key = need_key(given)
    with emulator.state.call():
        rows = emulator.state.of(key).under("presence")
    return {"presence": [{"organizationId": row.ids[0], "documentId": row.ids[1], **row.doc} for row in rows]}


def livestate(emulator: Any, given: Given) -> Any:
    """What was broadcast in the documents of an api key, as it stands."""
    key = need_key(given)
    with emulator.state.call():
        rows = emulator.state.of(key).under("livestate")
    names = ("organizationId", "documentId", "liveStateDataId")
    return {"livestate": [{**dict(zip(names, row.ids)), **row.doc} for row in rows]}


def set_presence(emulator: Any, given: Given) -> Any:
    """Put people into a document.

    Raises:
        VeltValidationError: a person has no userId, or a status that is no text.
    """
    key, organization, document = _place(given)
    with emulator.state.call():
        for entry in objects(given, "users"):
            user, status = need_text(entry, "userId"), optional_text(entry, "status") or "online"
            doc = {**entry, "status": status, "lastUpdated": emulator.clock.milliseconds()}
            emulator.state.of(key).put("presence", organization, document, user, doc=doc)
    return presence(emulator, given)


def _place(given: Given) -> Tuple[str, str, str]:
    return need_key(given), need_text(given, "organizationId"), need_text(given, "documentId")
