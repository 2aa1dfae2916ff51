"""Looking for a text in what people wrote and in the names of things. Pure."""

from __future__ import annotations

from typing import Any, Dict, List, Optional, Sequence, Set, Tuple

from velt_py.console.shapes import (
    activity_of,
    brief,
    fields_of,
    list_of,
    moment,
    notification_of,
    person,
    plain_text,
    text_of,
)

__all__ = ["Hits"]

AROUND = 80
"""Characters of a text that are shown on both sides of what was found."""
ENOUGH = 200
"""Hits of one look."""
PER_THREAD = 5
"""Hits of one thread that are shown apart."""

Fields = Dict[str, Any]
Read = Sequence[Tuple[str, Fields]]


class Hits:
    """What was found so far.

    Args:
        text: what is looked for, whatever its case.
    """

    def __init__(self, text: str) -> None:
        self._wanted = text.casefold()
        self._named: Set[str] = set()
        self.items: List[Fields] = []
        self.looked = 0

    def enough(self) -> bool:
        """Whether a page is full."""
        return len(self.items) >= ENOUGH

    # Kinds of record

    def in_threads(self, threads: Read) -> None:
        """Look into the comments of threads, and the ids of their documents."""
        for id, thread in threads:
            document = document_of(thread)
            if document not in self._named:
                self._named.add(document)
                self._look("document", document, [document], {}, document)
            self.in_thread(id, document, thread)

    def in_thread(self, id: str, document: str, thread: Fields) -> None:
        """Look into the comments of one thread, and into the text that it is about."""
        self.looked += 1
        found = [
            (number, comment, said)
            for number, comment in enumerate(list_of(thread.get("comments")))
            for said in [plain_text(comment)]
            if self._wanted in said.casefold()
        ]
        for number, comment, said in found[:PER_THREAD]:
            self._add("comment", f"{id}/{number}", said, comment, document, id)
        if len(found) > PER_THREAD:
            self.items[-1]["left"] = len(found) - PER_THREAD
        about = text_of(fields_of(thread.get("targetTextRange")).get("text"), 500)
        if not found:
            self._look("thread", id, [about], thread, document, id)

    def in_recordings(self, recordings: Read) -> None:
        """Look into what was said in recordings."""
        for id, recording in recordings:
            self.looked += 1
            said = text_of(fields_of(recording.get("transcription")).get("transcribedText"))
            self._look("recording", id, [said], recording, document_of(recording), id)

    def in_files(self, files: Read) -> None:
        """Look into the names of files."""
        for id, row in files:
            self.looked += 1
            self._look("file", id, [text_of(row.get("name"), 300)], {}, document_of(row))

    def in_documents(self, documents: Read) -> None:
        """Look into the ids and names of documents."""
        for id, document in documents:
            self.looked += 1
            self._look("document", id, [text_of(document.get("documentName"), 300), id], {}, id)

    def in_notifications(self, notifications: Read) -> None:
        """Look into what notifications say."""
        for id, notification in notifications:
            self.looked += 1
            shaped = notification_of(id, notification)
            texts = [shaped["headline"], shaped["text"]]
            self._look("notification", id, texts, notification, shaped["documentId"], shaped["threadId"])

    def in_activities(self, activities: Read) -> None:
        """Look into what activities say, and what was changed."""
        for id, activity in activities:
            self.looked += 1
            shaped = activity_of(id, activity)
            changes = [f"{each['field']}: {each['from']} \u2192 {each['to']}" for each in shaped["changes"]]
            self._look("activity", id, [shaped["what"], *changes], activity, shaped["documentId"])

    def in_people(self, people: Read) -> None:
        """Look into names, addresses and ids of people."""
        for id, user in people:
            self.looked += 1
            self._look("person", id, [brief(user.get(name)) for name in ("name", "email", "userId")], {}, "")

    def in_mails(self, mails: Read) -> None:
        """Look into mails: to whom, about what, and what they say."""
        for id, mail in mails:
            self.looked += 1
            texts = [text_of(mail.get("subject")), text_of(mail.get("text")), brief(mail.get("to"))]
            self._look("mail", id, texts, mail, text_of(mail.get("documentId"), 400))

    # Hits

    def _look(
        self, kind: str, id: str, texts: List[str], holder: Fields, document: str, thread: str = ""
    ) -> None:
        """Add a hit for the first text that holds what is looked for."""
        said = next((text for text in texts if self._wanted in text.casefold()), None)
        if said is not None:
            self._add(kind, id, said, holder, document, thread)

    def _add(self, kind: str, id: str, said: str, holder: Fields, document: str, thread: str) -> None:
        at: Optional[int] = moment(holder.get("createdAt")) or moment(holder.get("timestamp"))
        self.items.append(
            {
                "id": f"{kind}/{id}",
                "kind": kind,
                "documentId": document,
                "threadId": thread,
                "author": person(holder.get("from") or holder.get("actionUser")),
                "at": at or moment(holder.get("at")),
                "text": self._cut(said),
                "left": 0,
            }
        )

    def _cut(self, said: str) -> str:
        start = said.casefold().find(self._wanted)
        first, last = max(0, start - AROUND), start + len(self._wanted) + AROUND
        return ("… " if first else "") + said[first:last] + (" …" if last < len(said) else "")


def document_of(record: Fields) -> str:
    """The document of a record."""
    return text_of(fields_of(record.get("metadata")).get("documentId"), 400)
