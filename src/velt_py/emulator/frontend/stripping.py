"""What of a record a browser keeps from Velt, and how it puts the two parts together again. Pure."""

from __future__ import annotations

import copy
from typing import Any, Dict, List, Mapping, NamedTuple, Sequence, cast

__all__ = [
    "Parts",
    "Rules",
    "client_metadata",
    "merge_comments",
    "merged",
    "strip_activity",
    "strip_comments",
    "strip_reaction",
    "strip_recording",
]

Document = Dict[str, Any]

TEXTS = ("commentText", "commentHtml")
STUB = ("attachmentId", "name")
OF_RECORDINGS = ("transcription", "attachment", "attachments")


class Rules(NamedTuple):
    """What a page configured.

    Args:
        users: whether people are kept from Velt, too.
        files: whether names and addresses of attachments are.
        moved: `fieldsToRemove`.
        copied: `additionalFields`.
    """

    users: bool = True
    files: bool = True
    moved: Sequence[str] = ()
    copied: Sequence[str] = ()


class Parts(NamedTuple):
    """A record taken apart: what the application gets, and what Velt gets."""

    partial: Document
    rest: Document


def client_metadata(metadata: Mapping[str, Any]) -> Document:
    """The metadata that leaves for the application: its own ids."""
    found = {
        "apiKey": metadata.get("apiKey"),
        "documentId": metadata.get("clientDocumentId") or metadata.get("documentId"),
        "organizationId": metadata.get("clientOrganizationId") or metadata.get("organizationId"),
        "folderId": metadata.get("folderId"),
    }
    return {name: value for name, value in found.items() if value}


def strip_comments(thread: Document, rules: Rules) -> Parts:
    """Take a thread apart."""
    rest = copy.deepcopy(thread)
    partial: Document = {
        "annotationId": thread["annotationId"],
        "metadata": client_metadata(thread.get("metadata") or {}),
        "comments": {},
    }
    for name in ("from", "assignedTo"):
        if thread.get(name):
            partial[name] = reduced(thread[name])
    if thread.get("resolvedByUserId"):
        partial["resolvedByUserId"] = thread["resolvedByUserId"]
    span = rest.get("targetTextRange")
    if isinstance(span, dict) and cast(Document, span).get("text"):
        partial["targetTextRange"] = {"text": cast(Document, span).pop("text")}
    for comment in cast(List[Document], rest["comments"]):
        partial["comments"][str(comment["commentId"])] = _strip_comment(comment, rules)
    _move(partial, rest, rules)
    if rules.users:
        for name in ("from", "assignedTo"):
            _reduce(rest, name)
        for entry in cast(Dict[str, Any], rest.get("subscribedUsers") or {}).values():
            _reduce(cast(Document, entry), "user")
    return Parts(partial, rest)


def _strip_comment(comment: Document, rules: Rules) -> Document:
    """Take the personal data out of a comment; returns it."""
    partial: Document = {"commentId": comment["commentId"]}
    texts = {name: comment.pop(name) for name in TEXTS if comment.get(name)}
    partial.update(texts)
    for name in ("from", "to", "taggedUserContacts"):
        if comment.get(name):
            partial[name] = _contacts(comment[name], True)
    files: Any = comment.get("attachments")
    if rules.files and isinstance(files, list) and files:
        partial["attachments"] = {
            str(each["attachmentId"]): {key: each.get(key) for key in (*STUB, "url")}
            for each in cast(List[Document], files)
        }
        comment["attachments"] = [
            {**{k: v for k, v in each.items() if k not in ("name", "url")}, "isAttachmentResolverUsed": True}
            for each in cast(List[Document], files)
        ]
    if texts or "attachments" in partial:
        comment["isCommentResolverUsed"] = True
        comment["isCommentTextAvailable"] = bool(texts)
    if comment.get("taggedUserContacts"):
        comment["taggedUserContacts"] = _contacts(comment["taggedUserContacts"], False)
    if rules.users:
        for name in ("from", "to"):
            if comment.get(name):
                comment[name] = _contacts(comment[name], False)
    return partial


def merge_comments(thread: Document, partial: Mapping[str, Any]) -> Document:
    """Put a thread together again. What Velt has of it stays as it is."""
    found = {**{key: value for key, value in partial.items() if key != "comments"}, **thread}
    span = partial.get("targetTextRange")
    if isinstance(span, dict):
        found["targetTextRange"] = {**(thread.get("targetTextRange") or {}), **cast(Document, span)}
    texts = _object(partial.get("comments"))
    found["comments"] = [
        _merge_comment(comment, _object(texts.get(str(comment["commentId"]))))
        for comment in thread["comments"]
    ]
    return found


def _merge_comment(comment: Document, partial: Mapping[str, Any]) -> Document:
    found = {**partial, **comment}
    contacts: Any = partial.get("taggedUserContacts")
    if isinstance(contacts, list) and all(isinstance(each, dict) for each in cast(List[Any], contacts)):
        found["taggedUserContacts"] = contacts
    files = _object(partial.get("attachments"))
    found["attachments"] = [
        {**each, **_object(files.get(str(each.get("attachmentId"))))}
        for each in cast(List[Document], comment.get("attachments") or [])
    ]
    return found


def _object(found: Any) -> Document:
    return cast(Document, found) if isinstance(found, dict) else {}


def strip_reaction(reaction: Document, rules: Rules) -> Parts:
    """Take a reaction apart: only its icon is kept from Velt."""
    rest = copy.deepcopy(reaction)
    partial: Document = {
        "annotationId": reaction["annotationId"],
        "metadata": client_metadata(reaction.get("metadata") or {}),
    }
    if rest.get("icon"):
        partial["icon"] = rest.pop("icon")
        rest["isReactionResolverUsed"] = True
    if reaction.get("from"):
        partial["from"] = reduced(reaction["from"])
    rest["position"] = None
    _move(partial, rest, rules)
    if rules.users:
        _reduce(rest, "from")
        for each in cast(List[Document], rest.get("reactions") or []):
            _reduce(each, "from")
    return Parts(partial, rest)


def strip_recording(recording: Document, rules: Rules) -> Parts:
    """Take a recording apart: transcript, addresses of files and the whole person are kept from Velt."""
    rest = copy.deepcopy(recording)
    partial: Document = {
        "annotationId": recording["annotationId"],
        "metadata": client_metadata(recording.get("metadata") or {}),
        **_strip_media(rest),
    }
    versions: Any = rest.get("recordingEditVersions")
    if isinstance(versions, dict):
        partial["recordingEditVersions"] = {
            number: _strip_media(cast(Document, version))
            for number, version in cast(Document, versions).items()
        }
    if "isUrlAvailable" in recording:
        partial["isUrlAvailable"] = recording["isUrlAvailable"]
    rest["isRecorderResolverUsed"] = True
    _move(partial, rest, rules)
    return Parts(partial, rest)


def _strip_media(place: Document) -> Document:
    partial: Document = {name: copy.deepcopy(place[name]) for name in OF_RECORDINGS if place.get(name)}
    if place.get("from"):
        partial["from"] = copy.deepcopy(place["from"])
        _reduce(place, "from")
    place.pop("transcription", None)
    if "attachment" in place:
        place["attachment"] = None
    if isinstance(place.get("attachments"), list):
        place["attachments"] = [
            {key: each.get(key) for key in STUB} for each in cast(List[Document], place["attachments"])
        ]
    return partial


def strip_activity(activity: Document, rules: Rules) -> Parts:
    """Take an activity apart. Of a custom one only the named fields are kept from Velt."""
    rest = copy.deepcopy(activity)
    partial: Document = {"id": activity["id"]}
    changes: Any = rest.get("changes")
    if activity.get("featureType") == "comment" and isinstance(changes, dict):
        if "commentText" in changes:
            partial["changes"] = {"commentText": cast(Document, changes).pop("commentText")}
        for name in ("entityData", "entityTargetData"):
            for key in TEXTS:
                if isinstance(rest.get(name), dict):
                    cast(Document, rest[name]).pop(key, None)
    _move(partial, rest, rules)
    if len(partial) > 1:
        rest["isActivityResolverUsed"] = True
        partial["metadata"] = client_metadata(activity.get("metadata") or {})
    if rules.users:
        _reduce(rest, "actionUser")
    return Parts(partial, rest)


def merged(record: Document, partial: Mapping[str, Any]) -> Document:
    """Put any other record together again; what stands in `changes` is added to."""
    found = {**record, **{key: value for key, value in partial.items() if key not in ("metadata", "changes")}}
    if isinstance(partial.get("changes"), dict):
        found["changes"] = {**(record.get("changes") or {}), **partial["changes"]}
    return found


def reduced(person: Any) -> Document:
    """A person as Velt sees one."""
    return {"userId": cast(Document, person).get("userId")} if isinstance(person, dict) else {}


def _reduce(place: Document, name: str) -> None:
    if isinstance(place.get(name), dict):
        place[name] = reduced(place[name])


def _contacts(found: Any, texts: bool) -> Any:
    """A person, or a list of people or of contacts, by their ids; contacts with the text that names them or without."""
    if not isinstance(found, list):
        return reduced(found)
    people: List[Document] = []
    for each in cast(List[Document], found):
        person = reduced(each)
        if "contact" in each:
            person["contact"] = reduced(each["contact"])
        if texts and each.get("text"):
            person["text"] = each["text"]
        people.append(person)
    return people


def _move(partial: Document, rest: Document, rules: Rules) -> None:
    for name in rules.copied:
        if name in rest:
            partial[name] = copy.deepcopy(rest[name])
    for name in rules.moved:
        if rest.get(name):
            partial[name] = rest.pop(name)
