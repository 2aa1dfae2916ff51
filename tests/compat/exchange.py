"""One database, two packages: what either writes, the other reads, updates and deletes."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import Any, Dict, List, NamedTuple, Optional, Sequence, Tuple

from tests.compat import published
from velt_py import VeltSDK

CALLS = """
import velt_py
from velt_py import VeltSDK

sdk = VeltSDK.initialize(given["config"])
answer = []
for service, method, request, body in given["calls"]:
    call = getattr(getattr(sdk.selfHosting, service), method)
    answer.append(call(*body) if request is None else call(getattr(velt_py, request).from_dict(body)))
sdk.close()
"""

Call = Tuple[str, str, Any, Any]


class Kind(NamedTuple):
    """How one kind of record is saved, changed, read and deleted, as calls that both packages know."""

    save: Call
    change: Call
    get: Call
    delete: Any
    changed: Any
    """What the change adds to the record."""


def kinds(org: str) -> Dict[str, Kind]:
    """A record of every kind, in an organization of its own."""
    metadata = {"organizationId": org, "documentId": "doc"}
    gone = {"organizationId": org}
    first = {"commentId": 184639, "commentText": "Grüße 🎈", "from": {"userId": "ana"}}
    reply = {"commentId": 271828, "commentText": "A reply", "from": {"userId": "ben"}}
    thread = {
        "annotationId": "t-1",
        "metadata": metadata,
        "comments": {"184639": first},
        "from": {"userId": "ana"},
    }
    both = {**thread, "comments": {"184639": first, "271828": reply}}
    reaction = {
        "annotationId": "r-1",
        "metadata": metadata,
        "icon": "HEART",
        "from": {"userId": "ana"},
        "odd": 0,
    }
    recording = {
        "annotationId": "v-1",
        "metadata": metadata,
        "from": {"userId": "ana", "name": "Ana"},
        "transcription": {"transcribedText": "spoken"},
        "attachments": [{"attachmentId": 5, "name": "a.webm", "url": "https://x.example/a.webm"}],
    }
    notice = {
        "notificationId": "n-1",
        "displayBodyMessage": "Hello",
        "notificationSourceData": {"a": [1, None]},
    }
    activity = {"id": "a-1", "metadata": metadata, "changes": {"status": {"from": "open", "to": "done"}}}
    attachment = {
        "attachmentId": 742199,
        "file": "https://x.example/a.png",
        "name": "a.png",
        "mimeType": "image/png",
    }

    def saving(field: str, id: str, record: Dict[str, Any], event: str) -> Dict[str, Any]:
        return {field: {id: record}, "metadata": metadata, "event": event}

    return {
        "comments": Kind(
            (
                "comments",
                "saveComments",
                "SaveCommentResolverRequest",
                saving("commentAnnotation", "t-1", thread, "comment_annotation.add"),
            ),
            (
                "comments",
                "saveComments",
                "SaveCommentResolverRequest",
                {**saving("commentAnnotation", "t-1", both, "comment.add"), "commentId": "271828"},
            ),
            (
                "comments",
                "getComments",
                "GetCommentResolverRequest",
                {"organizationId": org, "commentAnnotationIds": ["t-1"]},
            ),
            (
                "comments",
                "deleteComment",
                "DeleteCommentResolverRequest",
                {"commentAnnotationId": "t-1", "metadata": gone},
            ),
            {"comments": both["comments"]},
        ),
        "reactions": Kind(
            (
                "reactions",
                "saveReactions",
                "SaveReactionResolverRequest",
                saving("reactionAnnotation", "r-1", reaction, "reaction.add"),
            ),
            (
                "reactions",
                "saveReactions",
                "SaveReactionResolverRequest",
                saving("reactionAnnotation", "r-1", {**reaction, "icon": "STAR"}, "reaction.add"),
            ),
            (
                "reactions",
                "getReactions",
                "GetReactionResolverRequest",
                {"organizationId": org, "documentIds": ["doc"]},
            ),
            (
                "reactions",
                "deleteReaction",
                "DeleteReactionResolverRequest",
                {"reactionAnnotationId": "r-1", "metadata": gone},
            ),
            {"icon": "STAR"},
        ),
        "recordings": Kind(
            (
                "recorders",
                "saveRecorderAnnotation",
                "SaveRecorderResolverRequest",
                saving("recorderAnnotation", "v-1", recording, "recorder_annotation.add"),
            ),
            (
                "recorders",
                "saveRecorderAnnotation",
                "SaveRecorderResolverRequest",
                saving(
                    "recorderAnnotation",
                    "v-1",
                    {**recording, "displayName": "Call"},
                    "recorder_annotation.update",
                ),
            ),
            (
                "recorders",
                "getRecorderAnnotations",
                "GetRecorderResolverRequest",
                {"organizationId": org, "recorderAnnotationIds": ["v-1"]},
            ),
            (
                "recorders",
                "deleteRecorderAnnotation",
                "DeleteRecorderResolverRequest",
                {"recorderAnnotationId": "v-1", "metadata": gone},
            ),
            {"displayName": "Call"},
        ),
        "notifications": Kind(
            (
                "notifications",
                "saveNotifications",
                "SaveNotificationResolverRequest",
                {"organizationId": org, "notifications": {"n-1": notice}},
            ),
            (
                "notifications",
                "saveNotifications",
                "SaveNotificationResolverRequest",
                {"organizationId": org, "notifications": {"n-1": {**notice, "displayBodyMessage": "Bye"}}},
            ),
            (
                "notifications",
                "getNotifications",
                "GetNotificationResolverRequest",
                {"organizationId": org, "notificationIds": ["n-1"]},
            ),
            (
                "notifications",
                "deleteNotification",
                "DeleteNotificationResolverRequest",
                {"organizationId": org, "notificationId": "n-1"},
            ),
            {"displayBodyMessage": "Bye"},
        ),
        "activities": Kind(
            (
                "activities",
                "saveActivities",
                "SaveActivityResolverRequest",
                {"activity": {"a-1": activity}, "organizationId": org},
            ),
            (
                "activities",
                "saveActivities",
                "SaveActivityResolverRequest",
                {"activity": {"a-1": {**activity, "entityData": [1]}}, "organizationId": org},
            ),
            (
                "activities",
                "getActivities",
                "GetActivityResolverRequest",
                {"organizationId": org, "activityIds": ["a-1"]},
            ),
            None,
            {"entityData": [1]},
        ),
        "attachments": Kind(
            (
                "attachments",
                "saveAttachment",
                "SaveAttachmentResolverRequest",
                {"attachment": attachment, "metadata": metadata},
            ),
            (
                "attachments",
                "saveAttachment",
                "SaveAttachmentResolverRequest",
                {"attachment": {**attachment, "name": "b.png"}, "metadata": metadata},
            ),
            ("attachments", "getAttachment", None, [org, 742199]),
            (
                "attachments",
                "deleteAttachment",
                "DeleteAttachmentResolverRequest",
                {"attachmentId": 742199, "metadata": gone},
            ),
            {"name": "b.png"},
        ),
    }


class Exchange:
    """Both packages on one database.

    Args:
        interpreter: the one that has velt-py 0.3.0.
        config: the configuration, which both understand.
    """

    def __init__(self, interpreter: Path, config: Dict[str, Any]) -> None:
        self.interpreter = interpreter
        self.config = config
        self._running: Optional[published.Running] = None

    def end(self) -> None:
        """End the process of velt-py 0.3.0, if there is one."""
        if self._running is not None:
            self._running.end()

    def theirs(self, *calls: Call) -> List[Any]:
        """What velt-py 0.3.0 answers in a process that has just started, and makes what it makes at its first call."""
        answers: List[Any] = published.run(self.interpreter, CALLS, self._given(calls))
        return answers

    def _theirs_again(self, *calls: Call) -> List[Any]:
        """What velt-py 0.3.0 answers in a process that goes on, by a connection of its own."""
        if self._running is None:
            self._running = published.Running(self.interpreter, CALLS)
        answers: List[Any] = self._running(self._given(calls))
        return answers

    def _given(self, calls: Sequence[Call]) -> Dict[str, Any]:
        return {"config": self.config, "calls": [list(call) for call in calls]}

    def ours(self, *calls: Call) -> List[Any]:
        """What this package answers."""
        import velt_py

        with VeltSDK.initialize(self.config) as sdk:
            answers: List[Any] = []
            for service, method, request, body in calls:
                call = getattr(getattr(sdk.selfHosting, service), method)
                given = body if request is None else [getattr(velt_py, request).from_dict(body)]
                answers.append(call(*given))
        return answers

    def check(self, name: str, first: str) -> None:
        """One package writes a record of a kind; the other reads, changes and deletes it.

        Args:
            name: the kind.
            first: who writes: `ours` or `theirs`.
        """
        theirs = self._theirs_again
        writer, other = (self.ours, theirs) if first == "ours" else (theirs, self.ours)
        kind = kinds(f"org-{uuid.uuid4().hex[:10]}")[name]
        saved, wrote = writer(kind.save, kind.get)
        assert saved["success"], saved
        read, changed, after = other(kind.get, kind.change, kind.get)
        assert wrote["data"], "the writer reads what it wrote"
        assert read["data"] == wrote["data"]
        assert changed["success"], changed
        (seen,) = writer(kind.get)
        assert seen["data"] == after["data"]
        record = seen["data"] if name == "attachments" else next(iter(seen["data"].values()))
        assert {key: record[key] for key in kind.changed} == kind.changed
        if kind.delete is None:
            return
        (deleted,) = other(kind.delete)
        assert deleted["success"], deleted
        (left,) = writer(kind.get) if name != "attachments" else self.ours(kind.get)
        assert not left.get("data"), "nothing is left for the writer"


NAMES = sorted(kinds("any"))
