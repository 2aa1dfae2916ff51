"""An organization in which one person left traces of every kind, beside others who have to stay as they are."""

from __future__ import annotations

import base64
import copy
from typing import Any, Dict, List

from tests.stores.conftest import Client
from velt_py.selfhosting.answers import dumps

__all__ = ["EMAIL", "NAME", "TRACES", "everything", "others_of", "populate", "spelled"]

EMAIL = "ana.lopez@acme.example"
NAME = "Ana Lopez"
TRACES = ("ana.lopez", "ana lopez", "secret of hers")
"""What a look at the raw records must not find after an erasure; the id of the person comes on top."""

GETS = {
    "comments": "comments.getComments",
    "reactions": "reactions.getReactions",
    "recordings": "recorders.getRecorderAnnotations",
    "notifications": "notifications.getNotifications",
    "activities": "activities.getActivities",
}


def thread(person: str) -> Dict[str, Any]:
    return {
        "from": {"userId": person},
        "assignedTo": {"userId": person},
        "resolvedByUserId": person,
        "targetTextRange": {"text": "the second quarter"},
        "views": {person: {"viewedAt": 1}, "bob": {"viewedAt": 2}},
        "deep": [{"unknown": {"kept": [1, 2.5, None, "ä"]}}],
        "comments": {
            "1": {
                "commentId": 1,
                "commentText": "A secret of hers",
                "commentHtml": "<p>A secret of hers</p>",
                "from": {"userId": person},
                "to": [{"userId": "bob"}],
                "custom": {"note": "another secret of hers"},
                "attachments": {"7": {"attachmentId": 7, "name": "secret of hers.png", "url": "u"}},
            },
            "2": {
                "commentId": 2,
                "commentText": f"@{NAME} and @Bob: write to {EMAIL}.",
                "commentHtml": f'<a data-user-id="{person}">@{NAME}</a> and @Bob',
                "from": {"userId": "bob"},
                "to": [{"userId": person}, {"userId": "cleo"}],
                "taggedUserContacts": [
                    {"userId": person, "contact": {"userId": person, "email": EMAIL}, "text": f"@{NAME}"},
                    {"userId": "bob", "contact": {"userId": "bob"}, "text": "@Bob"},
                ],
                "attachments": {"8": {"attachmentId": 8, "name": "bob's.png", "url": "u"}},
                "deep": {"unknown": {"kept": True}},
            },
        },
    }


def populate(client: Client, organization: str, person: str) -> None:
    """Traces of every kind."""
    user = {"userId": person, "name": NAME, "email": EMAIL}
    client.data("users.saveUser", organization, user)
    client.data("users.saveUser", organization, {"userId": "bob", "name": "Bob"})
    only = {
        "comments": {"3": {"commentId": 3, "commentText": "A secret of hers", "from": {"userId": person}}}
    }
    client.data(
        "comments.saveComments",
        organization,
        {"t1": thread(person), "t2": only, **{f"o{at}": others_thread(at) for at in range(5)}},
        documentId="d",
    )
    for id, name in ((7, "secret of hers.png"), (8, "bob's.png"), (9, "clip.webm")):
        attachment = {"attachmentId": id, "name": name, "base64Data": base64.b64encode(b"x").decode()}
        client.data("attachments.saveAttachment", organization, attachment)
    client.data(
        "reactions.saveReactions",
        organization,
        {"r1": {"icon": "x", "from": {"userId": person}}, "r2": {"icon": "y", "from": {"userId": "bob"}}},
    )
    client.data(
        "recorders.saveRecorderAnnotation",
        organization,
        {
            "c1": {
                "from": user,
                "transcription": {"text": "A secret of hers"},
                "attachments": [{"attachmentId": 9}],
            },
            "c2": {"from": {"userId": "bob"}, "transcription": {"text": f"{NAME} said so"}},
        },
    )
    client.data(
        "notifications.saveNotifications",
        organization,
        {
            "n1": {
                "displayBodyMessage": "A secret of hers",
                "actionUser": user,
                "notifyUsers": [{"userId": "bob"}],
            },
            "n2": {"displayBodyMessage": "Look", "actionUser": {"userId": "bob"}, "notifyUsers": [user]},
            "n3": {
                "displayBodyMessage": "Look",
                "actionUser": {"userId": "bob"},
                "notifyUsers": [user, {"userId": "cleo"}],
                "readByUserIds": [person, "cleo"],
                "states": {EMAIL.upper(): "read", "c@x": "read"},
            },
        },
    )
    client.data(
        "activities.saveActivities",
        organization,
        {
            "a1": {"actionUser": user, "changes": {"commentText": {"from": "A secret of hers", "to": "x"}}},
            "a2": {
                "actionUser": {"userId": "bob"},
                "changes": {"assignedTo": {"from": user, "to": {"userId": "cleo"}}},
                "entityData": {"commentText": "A secret of hers", "from": user},
            },
        },
    )


def others_thread(at: int) -> Dict[str, Any]:
    """A thread with which the person has nothing to do, although their name is near."""
    return {
        "from": {"userId": "bob"},
        "number": at,
        "comments": {
            "1": {
                "commentId": 1,
                "commentText": "@Ana Lopezova, Banana Lopez, mariana.lopez@acme.example",
                "from": {"userId": "cleo", "name": "Ana"},
                "taggedUserContacts": [{"userId": "z", "text": "@Ana Lopezova"}],
            }
        },
    }


def everything(client: Client, organization: str) -> Dict[str, Any]:
    """All records of an organization by kind and id."""
    found = {kind: client.data(get, organization) for kind, get in GETS.items()}
    found["attachments"] = {}
    for id in (7, 8, 9):
        answer = client.call("attachments.getAttachment", organization, id)
        if answer["success"]:
            found["attachments"][str(id)] = answer["data"]
    return copy.deepcopy(found)


def spelled(records: Any) -> str:
    """Records as one text in small letters, without the threads that only look as if they were about the person."""
    if (
        isinstance(records.get("comments") if isinstance(records, dict) else None, dict)
        and "reactions" in records
    ):
        threads = {id: each for id, each in records["comments"].items() if not id.startswith("o")}
        records = {**records, "comments": threads}
    return dumps(records).casefold()


def others_of(records: Dict[str, Any]) -> List[Any]:
    """What has to stay byte for byte."""
    comment = records["comments"]["t1"]["comments"]["2"]
    return [
        {id: thread for id, thread in records["comments"].items() if id.startswith("o")},
        {name: comment[name] for name in ("commentId", "from", "attachments", "deep")},
        comment["taggedUserContacts"][-1],
        {name: records["comments"]["t1"][name] for name in ("targetTextRange", "deep", "metadata")},
        records["comments"]["t1"]["views"]["bob"],
        records["reactions"]["r2"],
        records["attachments"]["8"],
        records["notifications"]["n3"]["notifyUsers"][-1],
    ]
