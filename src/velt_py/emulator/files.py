"""Files behind the emulator's own signed addresses: put there for the memory, and got from it."""

from __future__ import annotations

import base64
from typing import Any, Dict, Mapping, Optional

from velt_py.emulator.replies import Reply, json_reply
from velt_py.emulator.signed_urls import Address, opened
from velt_py.emulator.state import Records

__all__ = ["serve"]


def serve(
    emulator: Any, method: str, path: str, query: str, headers: Mapping[str, str], body: bytes
) -> Reply:
    """Answer a request to such an address.

    Args:
        emulator: the `Emulator`.
        path: behind `FILES`.
        headers: their names in lower case.
    """
    address = opened(method, path, query)
    if address is None:
        return _refused(403, "This address was not made here, or not for this method.")
    if address.expires <= emulator.clock.milliseconds():
        return _refused(403, "This address has expired.")
    with emulator.state.call():
        records = emulator.state.of(address.key)
        if method == "PUT":
            return _put(records, address, headers, body)
        return _got(records, address)


def _put(records: Records, address: Address, headers: Mapping[str, str], body: bytes) -> Reply:
    doc = records.get("upload", address.name)
    if doc is None:
        return _refused(404, "There is no such upload.")
    if headers.get("content-type") != doc["mimeType"]:
        return _refused(403, "Content-Type must be the mimeType that the address was made for.")
    if doc["used"]:
        return _refused(403, "This file was ingested already.")
    records.put("uploadFile", address.name, doc={"base64": base64.b64encode(body).decode()})
    return 200, {}, b""


def _got(records: Records, address: Address) -> Reply:
    source = records.get("knowledge", address.name)
    name = str((source or {}).get("dedupOf") or address.name)
    kind = "knowledgeFile" if address.kind == "original" else "knowledgeText"
    held: Optional[Dict[str, Any]] = records.get(kind, name)
    if source is None or held is None:
        return _refused(404, "There is no such file.")
    if address.kind == "original":
        return 200, _as(source["mimeType"]), base64.b64decode(held["base64"])
    return 200, _as("text/markdown; charset=utf-8"), str(held["markdown"]).encode("utf-8", "replace")


def _as(mime: str) -> Dict[str, str]:
    # Somebody else's file must not run as a page of the emulator.
    return {
        "Content-Type": mime,
        "Content-Disposition": "attachment",
        "X-Content-Type-Options": "nosniff",
    }


def _refused(status: int, message: str) -> Reply:
    return json_reply(status, {"error": {"message": message}})
