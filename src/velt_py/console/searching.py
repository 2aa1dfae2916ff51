"""Looking for a text in threads and in the names of files. Pure."""

from __future__ import annotations

from typing import Any, Dict, List, Sequence, Tuple

from velt_py.console.shapes import fields_of, list_of, moment, person, plain_text, text_of

__all__ = ["Hits"]

AROUND = 80
"""Characters of a text that are shown on both sides of what was found."""
MOST = 200
"""Hits of one look."""

Fields = Dict[str, Any]


class Hits:
    """What was found so far.

    Args:
        text: what is looked for, whatever its case.
    """

    def __init__(self, text: str) -> None:
        self._wanted = text.casefold()
        self.items: List[Fields] = []
        self.looked = 0

    def in_threads(self, threads: Sequence[Tuple[str, Fields]]) -> None:
        """Look into the comments of threads."""
        for id, thread in threads:
            document = text_of(fields_of(thread.get("metadata")).get("documentId"), 400)
            self.in_thread(id, document, thread)

    def in_thread(self, id: str, document: str, thread: Fields) -> None:
        """Look into the comments of one thread."""
        self.looked += 1
        for number, comment in enumerate(list_of(thread.get("comments"))):
            said = plain_text(comment)
            if self._wanted in said.casefold():
                self._found(
                    f"{id}/{number}",
                    "comment",
                    document,
                    person(comment.get("from")),
                    moment(comment.get("createdAt")),
                    self._cut(said),
                )

    def in_files(self, files: Sequence[Tuple[str, Fields]]) -> None:
        """Look into the names of files."""
        for id, row in files:
            self.looked += 1
            name = text_of(row.get("name"), 300)
            if self._wanted in name.casefold():
                document = text_of(fields_of(row.get("metadata")).get("documentId"), 400)
                self._found(f"file/{id}", "file", document, person(None), None, name)

    def _found(self, id: str, kind: str, document: str, author: Fields, at: Any, text: str) -> None:
        if len(self.items) < MOST:
            self.items.append(
                {"id": id, "kind": kind, "documentId": document, "author": author, "at": at, "text": text}
            )

    def _cut(self, said: str) -> str:
        start = said.casefold().find(self._wanted)
        first, last = max(0, start - AROUND), start + len(self._wanted) + AROUND
        return ("… " if first else "") + said[first:last] + (" …" if last < len(said) else "")
