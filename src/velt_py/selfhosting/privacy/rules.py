"""What becomes of one record when a person is erased. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Dict, Iterator, List, Optional, Tuple, cast
from urllib.parse import unquote

from velt_py.selfhosting.privacy.events import closed, opened, scrubbed
from velt_py.selfhosting.privacy.fields import AUTHORS, RECIPIENTS, TEMPLATES
from velt_py.selfhosting.privacy.policy import DELETE, KEEP
from velt_py.selfhosting.privacy.scrub import Place, Scrubber
from velt_py.selfhosting.privacy.traces import Traces
from velt_py.selfhosting.records import (
    ACTIVITIES,
    ATTACHMENTS,
    COMMENTS,
    NOTIFICATIONS,
    REACTIONS,
    RECORDINGS,
    WEBHOOKS,
    Kind,
)
from velt_py.selfhosting.users import spelled_id

__all__ = ["ERASED_KINDS", "Decision", "comments_of", "decide", "files_in", "is_own"]

ERASED_KINDS: Tuple[Kind, ...] = (COMMENTS, RECORDINGS, REACTIONS, NOTIFICATIONS, ACTIVITIES, ATTACHMENTS)
"""The kinds of record that are walked in each organization, in this order; the users' rows come last, since they say
whom to look for. The events of webhooks are walked by their queues."""

POLICIES = {
    RECORDINGS.name: "recordings",
    REACTIONS.name: "reactions",
    NOTIFICATIONS.name: "notifications",
    ACTIVITIES.name: "activities",
    ATTACHMENTS.name: "files",
}

_FILE_ROUTE = re.compile(r"/files/([^/]+)\Z")

TOP = Place()


@dataclass(frozen=True)
class Decision:
    """What becomes of a record.

    Args:
        after: what it becomes; None to delete it. The same object where nothing changes.
        places: where the person is in it.
        files: ids of the attachments to delete before.
    """

    after: Optional[Dict[str, Any]]
    places: Tuple[str, ...] = ()
    files: Tuple[str, ...] = ()


def decide(kind: Kind, document: Dict[str, Any], traces: Traces) -> Decision:
    """What becomes of one record under the policy of `traces`.

    Args:
        kind: what it is.
        document: the record; it is not changed.
        traces: recognizes the person.

    Raises:
        ValueError: it is the row of an event that cannot be read.
    """
    scrubber = Scrubber(traces)
    if kind is COMMENTS:
        return _thread(document, scrubber)
    if kind is WEBHOOKS:
        return _event(document, scrubber)
    choice: str = getattr(traces.policy, POLICIES[kind.name])
    if choice == KEEP:
        return Decision(document)
    if not is_own(kind, document, traces):
        return _shared(kind, document, scrubber)
    removed = files_in(document) if kind is RECORDINGS and traces.policy.files == DELETE else ()
    if choice == DELETE:
        return Decision(None, ("",), removed)
    after = scrubber.emptied(document, TOP)
    return Decision(after, tuple(scrubber.places), removed)


def is_own(kind: Kind, document: Dict[str, Any], traces: Traces) -> bool:
    """Whether a whole record, which is no thread, is the person's."""
    scrubber = Scrubber(traces)
    if scrubber.is_theirs(document) or traces.is_person(document):
        return True
    inner: List[Any] = [document.get("metadata")] if kind is ATTACHMENTS else []
    if kind is NOTIFICATIONS or kind is ACTIVITIES:
        inner = [document.get(name) for name in TEMPLATES]
        # An own field for who acted goes before what the message is filled with.
        if any(traces.is_somebody_else(document.get(name)) for name in AUTHORS):
            inner = []
    if any(isinstance(each, dict) and scrubber.is_theirs(cast("Dict[str, Any]", each)) for each in inner):
        return True
    return kind is NOTIFICATIONS and _is_only_recipient(document, traces)


def _is_only_recipient(document: Dict[str, Any], traces: Traces) -> bool:
    named = [document[name] for name in RECIPIENTS if document.get(name)]
    return bool(named) and all(
        isinstance(each, list)
        and all(
            traces.is_person(one) or traces.is_id(one) or traces.is_email(one)
            for one in cast("List[Any]", each)
        )
        for each in named
    )


def _shared(kind: Kind, document: Dict[str, Any], scrubber: Scrubber) -> Decision:
    """A record of somebody else."""
    files: Tuple[str, ...] = ()
    versions = document.get("recordingEditVersions")
    if kind is RECORDINGS and isinstance(versions, dict):
        document, files = _without_versions(document, cast("Dict[str, Any]", versions), scrubber)
    after = scrubber.fields(document, TOP)
    return Decision(after, tuple(scrubber.places), files)


def _without_versions(
    document: Dict[str, Any], versions: Dict[str, Any], scrubber: Scrubber
) -> Tuple[Dict[str, Any], Tuple[str, ...]]:
    """A recording without the versions that the person made of it."""
    own: Dict[str, Any] = {
        number: version
        for number, version in versions.items()
        if isinstance(version, dict) and scrubber.is_theirs(cast("Dict[str, Any]", version))
    }
    if not own:
        return document, ()
    left = {number: version for number, version in versions.items() if number not in own}
    kept = set(files_in({**document, "recordingEditVersions": left}))
    files = files_in(own) if scrubber.policy.files == DELETE else ()
    removed = tuple(id for id in files if id not in kept)
    if scrubber.policy.recordings != DELETE:
        return document, removed
    for number in own:
        scrubber.note(TOP.at("recordingEditVersions").at(number))
    return {**document, "recordingEditVersions": left}, removed


def comments_of(document: Dict[str, Any]) -> Dict[str, Dict[str, Any]]:
    """The comments of a thread that can be read."""
    comments = document.get("comments")
    if not isinstance(comments, dict):
        return {}
    found: Dict[str, Dict[str, Any]] = {}
    for id, comment in cast("Dict[str, Any]", comments).items():
        if isinstance(comment, dict):
            found[id] = cast("Dict[str, Any]", comment)
    return found


def _thread(document: Dict[str, Any], scrubber: Scrubber) -> Decision:
    policy = scrubber.policy
    comments = comments_of(document)
    own = [id for id, comment in comments.items() if scrubber.is_theirs(comment)]
    removed: List[str] = []
    if policy.files == DELETE:
        kept = {file for id, comment in comments.items() if id not in own for file in files_in(comment)}
        removed = [file for id in own for file in files_in(comments[id]) if file not in kept]
    given = document
    if policy.comments == DELETE and own:
        left = {id: comment for id, comment in document["comments"].items() if id not in own}
        for id in own:
            scrubber.note(TOP.at("comments").at(id))
        if not left:
            return Decision(None, tuple(scrubber.places), tuple(removed))
        given = {**document, "comments": left}
    # The thread's opener made its place, not what others say in it: only the comments of theirs are emptied.
    after = scrubber.fields(given, TOP)
    return Decision(after, tuple(scrubber.places), tuple(removed))


def _event(row: Dict[str, Any], scrubber: Scrubber) -> Decision:
    payload = opened(row)
    if payload is None or scrubber.policy.webhooks == KEEP:
        return Decision(row)
    after = scrubbed(payload, scrubber)
    return Decision(row if after is payload else closed(row, after), tuple(scrubber.places))


# Files


def files_in(value: Any) -> Tuple[str, ...]:
    """The ids of the attachments that something names, wherever they stand in it."""
    return tuple(dict.fromkeys(_files_in(value)))


def _files_in(value: Any) -> Iterator[str]:
    if isinstance(value, list):
        for entry in cast("List[Any]", value):
            yield from _files_in(entry)
    if not isinstance(value, dict):
        return
    fields = cast("Dict[str, Any]", value)
    id = spelled_id(fields.get("attachmentId"))
    if id and id != "0":
        yield id
    else:
        url: Any = fields.get("url")
        match = _FILE_ROUTE.search(url.partition("?")[0]) if isinstance(url, str) else None
        if match:
            yield unquote(match.group(1))
    for name, entry in fields.items():
        if name == "attachments" and isinstance(entry, dict):
            for key, attachment in cast("Dict[str, Any]", entry).items():
                if isinstance(attachment, dict) and "attachmentId" not in attachment:
                    yield key
        yield from _files_in(entry)
