"""Files for the memory's knowledge base, and what the tests ask about them."""

from __future__ import annotations

import base64
from typing import Any, Dict, Tuple
from urllib.parse import urlsplit

from tests.emulator.memory import memory_of
from velt_py import VeltSDK
from velt_py.emulator import Emulator

GUIDELINES = """# Claims

- Medical claims must cite a source.
- Never promise a cure.

# Pictures

1. Pictures must be WEBP.
"""
PROSE = "Our readers buy for enterprises.\n\nThey like short sentences about databases."
ONCE = {"retries": 0}
MEGABYTES_5, MEGABYTES_30 = 5 * 1024 * 1024, 30 * 1024 * 1024
PDF = "application/pdf"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def ingest(sdk: VeltSDK, content: Any, mime: str = "text/plain", name: str = "a.txt", **more: Any) -> Any:
    held = content.encode() if isinstance(content, str) else content
    file = {
        "base64": base64.b64encode(held).decode(),
        "mimeType": mime,
        "fileName": name,
        "fileSize": len(held),
    }
    return memory_of(sdk).ingestKnowledge(source="inline", file=file, **more)


def ingested(sdk: VeltSDK, emulator: Emulator, content: Any, *args: Any, **more: Any) -> str:
    answer = ingest(sdk, content, *args, **more)
    assert "result" in answer, answer
    emulator.clock.tick(2)
    return str(answer["result"]["sourceId"])


def status(sdk: VeltSDK, source: str) -> Any:
    return memory_of(sdk).getIngestStatus(sourceId=source)["result"]


def put(emulator: Emulator, url: str, content: bytes, mime: str, method: str = "PUT") -> Tuple[int, bytes]:
    parts = urlsplit(url)
    code, _, answer = emulator.handle(method, f"{parts.path}?{parts.query}", {"Content-Type": mime}, content)
    return code, answer


def fetched(emulator: Emulator, url: str) -> Tuple[int, Dict[str, str], bytes]:
    parts = urlsplit(url)
    return emulator.handle("GET", f"{parts.path}?{parts.query}", {}, b"")


def word(answer: Any) -> Any:
    return answer["error"]["status"]
