"""Which files the memory takes, and how it reads them: markdown of each. Pure."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from typing import List, Optional

__all__ = [
    "CSV",
    "INLINE_MOST",
    "MIME_TYPES",
    "PDF",
    "PLAIN",
    "REFERENCE_MOST",
    "XLSX",
    "Reading",
    "fits",
    "read",
]

PDF, CSV, PLAIN = "application/pdf", "text/csv", "text/plain"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MIME_TYPES = {PDF: "pdf", CSV: "csv", XLSX: "xlsx", PLAIN: "txt"}
"""The types that are taken, and how their files' names end."""
INLINE_MOST = 5 * 1024 * 1024
REFERENCE_MOST = 30 * 1024 * 1024
"""Bytes of a file, in a request and behind an address."""
MARKS = {PDF: b"%PDF-", XLSX: b"PK\x03\x04"}
RAW_MOST = 20_000
READABLE = re.compile(rb"[\x20-\x7e]{4,}")
WRONG_TYPE, NOT_CONVERTED = "unsupported-mime-detected-post-validation", "pdf-llm-conversion-failed"


@dataclass(frozen=True)
class Reading:
    """A file as it was read.

    Args:
        markdown: its text.
        raw: whether that is only what is readable in its bytes.
        failure: Velt's word for why it could not be read; None when it could.
    """

    markdown: str = ""
    raw: bool = False
    failure: Optional[str] = None


def fits(mime: str, content: bytes) -> bool:
    """Whether a file is of the type that it is said to be."""
    mark = MARKS.get(mime)
    if mark is not None:
        return content.startswith(mark)
    if content.startswith(tuple(MARKS.values())) or b"\x00" in content:
        return False
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def read(mime: str, name: str, content: bytes) -> Reading:
    """The text of a file. Of PDF and Excel files only what stands in their bytes readably is seen."""
    if not fits(mime, content):
        return Reading(failure=WRONG_TYPE)
    if mime == PDF and b"/Encrypt" in content:
        return Reading(failure=NOT_CONVERTED)
    if mime in MARKS:
        found = b"\n".join(READABLE.findall(content))[:RAW_MOST].decode("ascii")
        return Reading(f"{name}\n\n{found}\n", raw=True)
    text = content.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    return Reading(_table(text) if mime == CSV else text)


def _table(text: str) -> str:
    """A table as a list in which each row names its columns."""
    usual = csv.field_size_limit(REFERENCE_MOST)
    try:
        rows = [row for row in csv.reader(io.StringIO(text)) if any(cell.strip() for cell in row)]
    except csv.Error:
        return text
    finally:
        csv.field_size_limit(usual)  # it is that of the whole process
    if len(rows) < 2:
        return text
    lines: List[str] = []
    for row in rows[1:]:
        cells = [
            f"{name.strip()}: {' '.join(cell.split())}" if name.strip() else " ".join(cell.split())
            for name, cell in zip([*rows[0], *[""] * len(row)], row)
            if cell.strip()
        ]
        lines.append("- " + "; ".join(cells))
    return "\n".join(lines) + "\n"
