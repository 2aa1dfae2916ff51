"""What the players of all features share: who plays where, what they read and write."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Dict, List, Mapping, Optional, cast

from velt_py.emulator.areas import RULES
from velt_py.emulator.call import Call, Document, Rule, objects
from velt_py.emulator.checking import check_request
from velt_py.emulator.frontend.resolvers import Resolvers
from velt_py.emulator.frontend.stripping import client_metadata
from velt_py.emulator.refusals import Refused, invalid
from velt_py.emulator.state import Records
from velt_py.exceptions import VeltValidationError

__all__ = ["Browser", "checked_comment", "checked_record", "need"]


@dataclass(frozen=True)
class Browser:
    """A person's browser on a document.

    Args:
        emulator: the `Emulator`; what is written into it is written as browsers do.
        resolvers: the application's.
        key: the api key of the page.
        organization, document: where the person is.
        user: who they are.
    """

    emulator: Any
    resolvers: Resolvers
    key: str
    organization: str
    document: str
    user: Document

    def ask(self, provider: str, operation: str, body: Mapping[str, Any]) -> Any:
        """Call the application's resolver; the state is not locked meanwhile."""
        return self.resolvers.call(self.emulator.outgoing, provider, operation, body)

    def read(self, provider: str, body: Mapping[str, Any]) -> Dict[str, Any]:
        """What the application has, by ids. A resolver that fails takes nothing else from the page."""
        try:
            found = self.ask(provider, "get", body)
        except Refused:
            return {}
        entries = cast(Dict[str, Any], found) if isinstance(found, dict) else {}
        return {name: entry for name, entry in entries.items() if isinstance(entry, dict)}

    def write(self, operation: str, **data: Any) -> Any:
        """Make a call of the REST API as browsers do; its `data`.

        Raises:
            Refused: the call does not fit, or its rule does not take it.
        """
        self.check(operation, data)
        return self.rule(RULES[operation], operation, {**self.place, **data})

    def check(self, operation: str, data: Mapping[str, Any]) -> None:
        """Check the fields of a call of the REST API.

        Raises:
            Refused: they do not fit.
        """
        check_request(operation, self.emulator.routes.named(operation).facts, {**self.place, **data})

    def rule(self, rule: Rule, operation: str, fields: Document) -> Any:
        """As `write`, with a rule of one's own."""
        with self.emulator.state.call():
            return rule(self.call(operation, fields)).body["result"]["data"]

    def call(self, operation: str, fields: Document) -> Call:
        """A call of this browser; only used inside `emulator.state.call()`."""
        emulator = self.emulator
        shared = emulator.state.of("")
        return Call(
            *(operation, self.key, fields, self.records(), shared, emulator.clock),
            platform="sdk",
            actor=self.person,
            seed=emulator.seed,
            choices=emulator.choices,
        )

    def records(self) -> Records:
        """Those of the api key; only used inside `emulator.state.call()`."""
        records: Records = self.emulator.state.of(self.key)
        return records

    @property
    def person(self) -> Document:
        """Who they are, as Velt gets to know it."""
        return {"userId": self.user["userId"]} if self.resolvers.has("user") else self.user

    @property
    def place(self) -> Document:
        """Where the person is."""
        return {"organizationId": self.organization, "documentId": self.document}

    @property
    def metadata(self) -> Document:
        """What resolver requests say of the place."""
        with self.emulator.state.call():
            doc = self.records().get("document", self.organization, self.document) or {}
        return client_metadata({"apiKey": self.key, **self.place, "folderId": doc.get("folderId")})


def need(given: Mapping[str, Any], name: str, kind: type = str) -> Any:
    """A field that is needed.

    Raises:
        VeltValidationError: it is absent, empty or of another type.
    """
    found = given.get(name)
    if not isinstance(found, kind) or isinstance(found, bool) or (found in ("", {}) and kind is not int):
        words = {str: "a text that is not empty", dict: "an object with fields", int: "a number"}
        raise VeltValidationError(f"{name} must be {words[kind]}", field=name)
    return found


def checked_record(entry: Document) -> Document:
    """A record of a request.

    Raises:
        VeltValidationError: a field that the browser takes apart has another type than browsers have it.
    """
    for name in ("metadata", "subscribedUsers", "recordingEditVersions", "changes"):
        if entry.get(name) is not None and not isinstance(entry[name], dict):
            raise VeltValidationError(f"{name} must be an object", field=name)
    for name in ("subscribedUsers", "recordingEditVersions"):
        values = cast(Document, entry.get(name) or {}).values()
        if not all(isinstance(each, dict) for each in values):
            raise VeltValidationError(f"{name} must hold objects", field=name)
        for each in values:
            objects(cast(Document, each), "attachments")
    for name in ("attachments", "reactions"):
        objects(entry, name)
    return entry


def checked_comment(entry: Document, author: Optional[Document] = None) -> Document:
    """A comment of a request, whose author is the one who plays unless it names one.

    Raises:
        Refused: its lists hold something else than objects.
    """
    for name in ("to", "taggedUserContacts"):
        objects(entry, name)
    files: List[Document] = objects(entry, "attachments")
    if any(each.get("attachmentId") is None for each in files):
        raise invalid("attachments[].attachmentId is required.")
    return {**entry, "from": entry.get("from") or author} if author else entry
