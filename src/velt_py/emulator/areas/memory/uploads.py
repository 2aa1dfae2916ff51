"""Files that come by themselves: addresses to put them at, and references to what was put there."""

from __future__ import annotations

import base64
from typing import Tuple

from velt_py.emulator.areas.memory.requests import needs
from velt_py.emulator.call import Answer, Call, Document
from velt_py.emulator.identity import hex_id
from velt_py.emulator.memory.files import MIME_TYPES, REFERENCE_MOST
from velt_py.emulator.refusals import Refused
from velt_py.emulator.signed_urls import LIFETIME, Address, address_of

__all__ = ["get_upload_url", "taken"]

OUTSTANDING_MOST = 50
BUCKET = "gs://velt-emulator/"


def get_upload_url(call: Call) -> Answer:
    waiting = [
        row for row in call.records.under("upload") if not row.doc["used"] and row.doc["expiresAt"] > call.now
    ]
    call.guess("memory-uploads")
    if len(waiting) >= OUTSTANDING_MOST:
        raise Refused("RESOURCE_EXHAUSTED", f"There are {OUTSTANDING_MOST} outstanding upload URLs already.")
    name = hex_id(call.key, "upload", call.records.next_number("upload"))
    mime, expires = call.text("mimeType"), call.now + LIFETIME
    doc: Document = {
        "mimeType": mime,
        "fileName": call.text("fileName") or f"original.{MIME_TYPES[mime]}",
        "organizationId": call.text("organizationId"),
        "documentId": call.text("documentId"),
        "expiresAt": expires,
        "used": False,
    }
    call.records.put("upload", name, doc=doc)
    result: Document = {
        "uploadUrl": address_of(Address("PUT", call.key, "upload", name, expires), call.received.headers),
        "fileRef": f"{_place(call)}{name}/original.{MIME_TYPES[mime]}",
        "expiresAt": expires,
    }
    return Answer({"result": result})


def taken(call: Call) -> Tuple[bytes, str]:
    """The bytes and the name of an uploaded file; its reference cannot be used again.

    Raises:
        Refused: it is of another api key or another place, has another type, is too large, was never uploaded, has
            expired, or was ingested before.
    """
    reference = call.text("fileRef")
    if not reference.startswith("gs://"):
        raise needs(("fileRef",), "fileRef must be a gs:// URI from knowledge/upload-url")
    if not reference.startswith(_place(call)):
        raise Refused("PERMISSION_DENIED", "fileRef belongs to another workspace.")
    name = reference[len(_place(call)) :].partition("/")[0]
    doc = call.records.get("upload", name)
    held = call.records.get("uploadFile", name)
    if doc is not None and any(call.text(each) != doc[each] for each in ("organizationId", "documentId")):
        raise Refused("PERMISSION_DENIED", "fileRef was made for another organizationId or documentId.")
    if doc is not None and call.text("mimeType") != doc["mimeType"]:
        raise needs(("mimeType",), "mimeType must be the one that was passed to knowledge/upload-url")
    if doc is None or doc["used"] or held is None or doc["expiresAt"] <= call.now:
        raise Refused(
            "FAILED_PRECONDITION", "fileRef was never uploaded, has expired, or was already ingested."
        )
    content = base64.b64decode(held["base64"])
    if len(content) > REFERENCE_MOST:
        raise needs(("fileRef",), f"The uploaded file must be at most {REFERENCE_MOST} bytes")
    call.records.put("upload", name, doc={**doc, "used": True})
    call.records.delete("uploadFile", name)
    return content, doc["fileName"]


def _place(call: Call) -> str:
    return f"{BUCKET}{hex_id(call.key, 'bucket')}/"
