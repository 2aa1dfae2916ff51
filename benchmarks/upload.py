"""A browser's upload and download of one attachment, in pieces, so that the client's memory is no matter."""

from __future__ import annotations

import hashlib
import http.client
import json
from typing import Dict, Iterator, Tuple
from urllib.parse import urljoin, urlsplit

__all__ = ["content", "download", "form", "upload"]

PIECE = 64 * 1024
BOUNDARY = "velt-benchmark-boundary"


def content(size: int) -> Iterator[bytes]:
    """The file, in pieces; the same at every call."""
    block = hashlib.sha256(b"velt").digest() * (PIECE // 32)
    for start in range(0, size, PIECE):
        yield block[: min(PIECE, size - start)]


def digest(pieces: Iterator[bytes]) -> str:
    sum = hashlib.sha256()
    for piece in pieces:
        sum.update(piece)
    return sum.hexdigest()


def pieces(response: http.client.HTTPResponse) -> Iterator[bytes]:
    while True:
        piece = response.read(PIECE)
        if not piece:
            return
        yield piece


def form(id: int, size: int) -> Tuple[bytes, bytes]:
    """What stands before and after the file in the form that the browser posts."""
    request = {
        "attachment": {"attachmentId": id, "name": "clip.bin", "mimeType": "application/octet-stream"},
        "metadata": {"organizationId": "files", "documentId": "document", "apiKey": "benchmark"},
        "event": "attachment.add",
    }
    disposition = f"--{BOUNDARY}\r\nContent-Disposition: form-data; "
    before = (
        f'{disposition}name="request"\r\n\r\n{json.dumps(request)}\r\n'
        f'{disposition}name="file"; filename="clip.bin"\r\nContent-Type: application/octet-stream\r\n\r\n'
    )
    return before.encode(), f"\r\n--{BOUNDARY}--\r\n".encode()


def upload(base: str, id: int, size: int) -> str:
    """Post the file; returns the URL that the answer gives."""
    before, after = form(id, size)
    headers: Dict[str, str] = {
        "Content-Type": f"multipart/form-data; boundary={BOUNDARY}",
        "Content-Length": str(len(before) + size + len(after)),
    }

    def body() -> Iterator[bytes]:
        yield before
        yield from content(size)
        yield after

    connection = http.client.HTTPConnection(urlsplit(base).netloc, timeout=120)
    try:
        connection.request("POST", "/attachments/save", body(), headers)
        answer = json.loads(connection.getresponse().read())
    finally:
        connection.close()
    if not answer.get("success"):
        raise RuntimeError(f"the upload was refused: {answer}")
    return str(answer["data"]["url"])


def download(url: str, size: int) -> bool:
    """Get the file again, and check that it is the one which was sent; returns whether a redirect led to it."""
    for redirects in range(3):
        parts = urlsplit(url)
        connection = http.client.HTTPConnection(parts.netloc, timeout=120)
        try:
            connection.request("GET", parts.path + ("?" + parts.query if parts.query else ""))
            response = connection.getresponse()
            if response.status in (302, 303, 307, 308):
                url = urljoin(url, response.headers["Location"])
                continue
            found = digest(pieces(response))
        finally:
            connection.close()
        if response.status != 200 or found != digest(content(size)):
            raise RuntimeError(f"the download differs from what was sent, HTTP {response.status}")
        return redirects > 0
    raise RuntimeError("the download is redirected without end")
