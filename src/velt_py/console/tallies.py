"""Counting the documents of threads. Pure."""

from __future__ import annotations

from typing import Any, Dict, List, Sequence, Tuple

from velt_py.console.shapes import fields_of, list_of, moment, status_of, text_of

__all__ = ["Documents"]

Fields = Dict[str, Any]


class Documents:
    """The documents of the threads that were taken so far."""

    def __init__(self) -> None:
        self._found: Dict[str, Fields] = {}

    def take(self, threads: Sequence[Tuple[str, Fields]]) -> None:
        """Count threads."""
        for _, thread in threads:
            self.count(text_of(fields_of(thread.get("metadata")).get("documentId"), 400), thread)

    def count(self, document: str, thread: Fields) -> None:
        """Count one thread of a document."""
        if not document:
            return
        entry = self._found.setdefault(
            document, {"id": document, "name": document, "threads": 0, "open": 0, "comments": 0, "at": None}
        )
        comments = list_of(thread.get("comments"))
        entry["threads"] += 1
        entry["open"] += 0 if status_of(thread)[1] else 1
        entry["comments"] += len(comments)
        times = [moment(each.get("createdAt")) for each in comments]
        times.extend((moment(thread.get("lastUpdated")), entry["at"]))
        entry["at"] = max((each for each in times if each), default=None)

    def listed(self) -> List[Fields]:
        """The documents by their id."""
        return [self._found[id] for id in sorted(self._found)]
