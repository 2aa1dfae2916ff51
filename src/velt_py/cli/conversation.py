"""A conversation as two browsers post it: what `velt demo` plays against the resolver server over HTTP.

Every body has the shape of the Velt frontend's own requests; nothing here knows the SDK.
"""

from __future__ import annotations

import json
import urllib.error
import urllib.request
import uuid
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import Barrier
from typing import Any, Callable, Dict, Iterator, List, Mapping, Optional, Tuple

__all__ = ["Browser", "Conversation", "PostFailed", "Step"]

ORGANIZATION = "acme"
DOCUMENT = "spring-plan"
THREAD = "thread-1"
REACTION = "reaction-1"
RECORDING = "recording-1"
ATTACHMENT = 742199
VOICE = 318204

PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c4944415408d763f8cfc00000030101"
    "00c9fe92ef0000000049454e44ae426082"
)
"""A PNG of one pixel."""


class PostFailed(Exception):
    """The server refused what the conversation posted."""


@dataclass
class Browser:
    """One person's browser: posts what the Velt frontend would post for this person.

    Args:
        base_url: where the resolver routes are, for example `http://127.0.0.1:8765`.
        user: the person's id.
        headers: sent with every request.
    """

    base_url: str
    user: str
    headers: Optional[Mapping[str, str]] = None

    def post(self, path: str, body: Mapping[str, Any]) -> Dict[str, Any]:
        """Post JSON; returns the answer's `data`."""
        return self._send(path, json.dumps(body).encode(), "application/json")

    def upload(self, path: str, request: Mapping[str, Any], name: str, mime_type: str, content: bytes) -> str:
        """Post a file as the frontend does, `file` and `request` in one form; returns the file's URL."""
        boundary = uuid.uuid4().hex
        parts = [
            f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'
            f"Content-Type: {mime_type}\r\n\r\n".encode(),
            content,
            f'\r\n--{boundary}\r\nContent-Disposition: form-data; name="request"\r\n\r\n'.encode(),
            json.dumps(request).encode(),
            f"\r\n--{boundary}--\r\n".encode(),
        ]
        answer = self._send(path, b"".join(parts), f"multipart/form-data; boundary={boundary}")
        return str(answer["url"])

    def _send(self, path: str, body: bytes, content_type: str) -> Dict[str, Any]:
        headers = {**(self.headers or {}), "Content-Type": content_type}
        request = urllib.request.Request(self.base_url + path, body, headers, method="POST")
        try:
            with urllib.request.urlopen(request, timeout=30) as response:
                answer: Dict[str, Any] = json.load(response)
        except urllib.error.HTTPError as error:
            with error:
                answer = json.loads(error.read() or b"{}")
        if not answer.get("success"):
            raise PostFailed(f"{path} answered {answer.get('statusCode')}: {answer.get('error')}")
        return dict(answer.get("data") or {})


Step = Tuple[str, List[Tuple[str, str]]]
"""What happened, and the records it touched: kind and id."""


class Conversation:
    """Two people on one document.

    Args:
        browser: makes the browser of a person.
        join: adds a person to the application's users.
    """

    def __init__(self, browser: Callable[[str], Browser], join: Callable[[Dict[str, Any]], None]) -> None:
        self.ana = browser("ana")
        self.ben = browser("ben")
        self._join = join
        self._thread: Dict[str, Any] = {}

    @property
    def _metadata(self) -> Dict[str, Any]:
        return {"apiKey": "demo-key", "organizationId": ORGANIZATION, "documentId": DOCUMENT}

    def steps(self) -> Iterator[Step]:
        """Play the conversation; yields after each step."""
        yield self._people()
        yield self._thread_begins()
        yield self._replies_at_the_same_time()
        yield self._reaction()
        yield self._attachment()
        yield self._recording()
        yield self._assignment()
        yield self._edit()
        yield self._deletion()
        yield self._reading()

    def _save(
        self,
        who: Browser,
        event: str,
        comment: Optional[Dict[str, Any]] = None,
        id: Optional[str] = None,
        **fields: Any,
    ) -> None:
        """Save the thread as this browser knows it: all its comments, or those plus one of its own."""
        comments = dict(self._thread)
        if comment is not None:
            comments[str(comment["commentId"])] = comment
        body: Dict[str, Any] = {
            "commentAnnotation": {
                THREAD: {
                    "annotationId": THREAD,
                    "metadata": self._metadata,
                    "comments": comments,
                    "from": {"userId": "ana"},
                    **fields,
                }
            },
            "metadata": self._metadata,
            "event": event,
        }
        named = str(comment["commentId"]) if comment is not None else id
        if named is not None:
            body["commentId"] = named
        if comment is not None:
            body["targetComment"] = comment
        who.post("/comments/save", body)

    def _fetch(self) -> Dict[str, Any]:
        body = {"organizationId": ORGANIZATION, "documentIds": [DOCUMENT]}
        found = self.ben.post("/comments/get", body)
        self._thread = dict(found[THREAD]["comments"])
        return found

    def _people(self) -> Step:
        for id, name in (("ana", "Ana Ruiz"), ("ben", "Ben Okafor")):
            self._join({"userId": id, "name": name, "email": f"{id}@acme.example"})
        found = self.ana.post("/users/get", {"organizationId": ORGANIZATION, "userIds": ["ana", "ben"]})
        return f"{len(found)} people open the document", [("users", "ana"), ("users", "ben")]

    def _thread_begins(self) -> Step:
        first = comment(184639, "ana", "The launch date moves to May.")
        self._save(self.ana, "comment_annotation.add", first, targetTextRange={"text": "launch in April"})
        self._fetch()
        return "Ana starts a thread", [("comments", THREAD)]

    def _replies_at_the_same_time(self) -> Step:
        together = Barrier(2)

        def reply(who: Browser, id: int, text: str) -> None:
            together.wait(timeout=30)
            self._save(who, "comment.add", comment(id, who.user, text))

        with ThreadPoolExecutor(2) as pool:
            jobs = [
                pool.submit(reply, self.ana, 271828, "Marketing knows."),
                pool.submit(reply, self.ben, 314159, "@Ana who tells the partners?"),
            ]
            for job in jobs:
                job.result()
        self._fetch()
        count = sum(id in self._thread for id in ("271828", "314159"))
        return f"Both reply at the same time: {count} of 2 replies are kept", [("comments", THREAD)]

    def _reaction(self) -> Step:
        body = {
            "reactionAnnotation": {
                REACTION: {"annotationId": REACTION, "icon": "THUMBS_UP", "from": {"userId": "ben"}}
            },
            "metadata": self._metadata,
            "event": "reaction.add",
        }
        self.ben.post("/reactions/save", body)
        return "Ben reacts", [("reactions", REACTION)]

    def _attachment(self) -> Step:
        request = {
            "attachment": {"attachmentId": ATTACHMENT, "name": "plan.png", "mimeType": "image/png"},
            "metadata": {**self._metadata, "commentAnnotationId": THREAD},
            "event": "attachment.add",
        }
        url = self.ana.upload("/attachments/save", request, "plan.png", "image/png", PIXEL)
        attached = comment(271828, "ana", "Marketing knows. Here is the new plan.")
        attached["attachments"] = {
            str(ATTACHMENT): {"attachmentId": ATTACHMENT, "name": "plan.png", "url": url}
        }
        self._save(self.ana, "comment.update", attached)
        self._fetch()
        return "Ana attaches a picture to her reply", [("attachments", str(ATTACHMENT)), ("comments", THREAD)]

    def _recording(self) -> Step:
        request = {
            "attachment": {"attachmentId": VOICE, "name": "note.webm", "mimeType": "audio/webm"},
            "metadata": self._metadata,
            "event": "attachment.add",
        }
        url = self.ben.upload(
            "/recordings/save", request, "note.webm", "audio/webm", b"\x1aE\xdf\xa3" + b"\0" * 60
        )
        file = {"attachmentId": VOICE, "name": "note.webm", "url": url}
        body = {
            "recorderAnnotation": {
                RECORDING: {
                    "annotationId": RECORDING,
                    "from": {"userId": "ben", "name": "Ben Okafor"},
                    "attachments": [file],
                    "transcription": {"transcribedText": "I call the partners on Monday."},
                }
            },
            "metadata": self._metadata,
            "event": "recorder_annotation.add",
        }
        self.ben.post("/recordings/save", body)
        return "Ben records a voice note", [("attachments", str(VOICE)), ("recorder_annotations", RECORDING)]

    def _assignment(self) -> Step:
        self._save(self.ana, "comment_annotation.assign", assignedTo={"userId": "ben"})
        activity = {
            "activity-1": {
                "id": "activity-1",
                "metadata": self._metadata,
                "changes": {"assignedTo": {"from": None, "to": {"userId": "ben"}}},
            }
        }
        self.ana.post(
            "/activities/save", {"activity": activity, "metadata": self._metadata, "event": "activity.save"}
        )
        return "Ana assigns the thread to Ben", [("comments", THREAD), ("activities", "activity-1")]

    def _edit(self) -> Step:
        self._save(self.ana, "comment.update", comment(184639, "ana", "The launch date moves to June."))
        self._fetch()
        return "Ana edits her first comment", [("comments", THREAD)]

    def _deletion(self) -> Step:
        del self._thread["314159"]
        self._save(self.ben, "comment.delete", id="314159")
        self._fetch()
        return "Ben deletes his reply", [("comments", THREAD)]

    def _reading(self) -> Step:
        other = self.ben.post("/comments/get", {"organizationId": ORGANIZATION, "documentIds": ["another"]})
        texts = [entry["commentText"] for entry in self._fetch()[THREAD]["comments"].values()]
        assert not other
        return f"Both read the thread; {len(texts)} comments are left", []


def comment(id: int, who: str, text: str) -> Dict[str, Any]:
    """One comment in the shape that the frontend saves."""
    return {
        "commentId": id,
        "commentText": text,
        "commentHtml": f"<div>{text}</div>",
        "from": {"userId": who},
    }
