"""Takes a person out of what is kept. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Dict, FrozenSet, Iterator, List, cast

from velt_py.emulator.identity import hex_id

__all__ = ["Erased", "is_of"]

Document = Dict[str, Any]
NOBODY = "@deleted"
TEXTS, TAGGED = ("commentText", "commentHtml"), "taggedUserContacts"
NAMES_OF_OTHERS = """
apiKey organization organizationId organizationIds organizationName clientOrganizationId document documentId
documentIds documentName clientDocumentId folderId folderName parentFolderId id annotationId targetAnnotationId
targetEntityId targetSubEntityId findingId recordId sourceId dedupOf groupId agentId agentIds agentName executionId
previousExecutionId definitionId nodeId stepId loopId correlationId eventId type status accessRole accessType
actionType featureType notificationSource sourceType contentType judgeType nodeType decision category severity
priority level scope event state trigger channel format inbox slack
"""
OTHERS = frozenset(NAMES_OF_OTHERS.split())
"""Fields that hold ids of something else and Velt's own words; the id of a person may read the same."""

KEYED = frozenset(
    [
        *("data", "context", "access", "payload", "triggerContext", "output", "responses", "subscribedUsers"),
        *("usersDocumentNotificationsConfig", "usersOrganizationNotificationsConfig", "userContextMapping"),
    ]
)
"""Fields in which names are the application's own or ids, so that one may be a person's. Elsewhere names are Velt's,
and the id of a person may read the same."""


@dataclass(frozen=True)
class Erased:
    """Who is erased.

    Args:
        user: the id.
        addresses: the person's addresses of mail, as they were found, in small letters.
        names: what the person is called, as it was found.
        mentions: how texts mention the person, each with its @.
        hashes: what stands for the person where Velt keeps no ids and addresses.
    """

    user: str
    addresses: FrozenSet[str] = frozenset()
    names: FrozenSet[str] = frozenset()
    mentions: FrozenSet[str] = frozenset()
    hashes: FrozenSet[str] = frozenset()

    @classmethod
    def found_in(cls, key: str, user: str, kept: Any) -> Erased:
        """A person, with what is known of them.

        Args:
            key: the api key.
            user: the id.
            kept: where to look for it.
        """
        addresses, names, texts = (
            frozenset(facts_in(user, name, kept)) for name in ("email", "name", "text")
        )
        mentions = [*texts, *(f"@{name}" for name in names)]
        small = frozenset(address.lower() for address in addresses)
        return cls(
            user,
            small,
            names,
            frozenset(each for each in mentions if each.startswith("@") and len(each) > 1),
            frozenset([hex_id(key, "user", user), *(hex_id(key, "email", each) for each in small)]),
        )

    def is_person(self, value: Any, field: str = "") -> bool:
        """Whether what stands in a field is the person or theirs: the id, an address, an object with the id, or
        something that they wrote."""
        if isinstance(value, str):
            return self.is_key(value, field not in OTHERS)
        if not isinstance(value, dict):
            return False
        entries = cast(Document, value)
        tagged = field == TAGGED and is_of(entries.get("contact"), self.user)
        return tagged or is_of(value, self.user) or is_of(entries.get("from"), self.user)

    def is_named_in(self, value: Any, field: str = "", keyed: bool = False) -> bool:
        """Whether the person is named anywhere in what stands in a field, as a word of a text included."""
        if self.is_person(value, field):
            return True
        if isinstance(value, dict):
            entries = cast(Document, value)
            keyed = keyed or field in KEYED
            return any(
                self.is_named_in(each, name, keyed) or self.is_key(name, keyed)
                for name, each in entries.items()
            )
        if isinstance(value, list):
            return any(self.is_named_in(each, field, keyed) for each in cast(List[Any], value))
        return isinstance(value, str) and any(
            each.lower() in value.lower()
            and re.search(rf"(?<!\w){re.escape(each)}(?!\w)", value, re.IGNORECASE)
            for each in (*self.addresses, *self.names)
        )

    def is_key(self, name: str, free: bool) -> bool:
        """Whether a text, or the name of a field, is the person.

        Args:
            name: the text.
            free: whether the id may stand there; addresses and hashes are nothing else anywhere.
        """
        return name.lower() in self.addresses or name in self.hashes or (free and name == self.user)

    def without(self, value: Any, field: str = "", keyed: bool = False) -> Any:
        """What stands in a field without the person, at every level; what is not concerned stays as it is."""
        if isinstance(value, dict):
            keyed = keyed or field in KEYED
            return {
                name: self.without(each, name, keyed)
                for name, each in self._untagged(cast(Document, value)).items()
                if not self.is_key(name, keyed) and not self.is_person(each, name)
            }
        if isinstance(value, list):
            entries = cast(List[Any], value)
            return [self.without(each, field, keyed) for each in entries if not self.is_person(each, field)]
        if isinstance(value, str) and field not in OTHERS:
            for each in sorted(self.mentions, key=len, reverse=True):
                value = value.replace(each, NOBODY)
        return value

    def _untagged(self, comment: Document) -> Document:
        """A comment whose texts do not say what its tags of the person say, which may be any word."""
        tags: Any = comment.get(TAGGED)
        said: List[Any] = [
            each.get("text")
            for each in (cast(List[Any], tags) if isinstance(tags, list) else [])
            if isinstance(each, dict) and self.is_person(each, TAGGED)
        ]
        kept = dict(comment) if said else comment
        for name in TEXTS:
            for each in said:
                if isinstance(each, str) and each and isinstance(kept.get(name), str):
                    kept[name] = kept[name].replace(each, NOBODY)
        return kept


def is_of(value: Any, user: str) -> bool:
    """Whether an object names a person by the id: as a person, or as somebody's."""
    return isinstance(value, dict) and cast(Document, value).get("userId") == user


def facts_in(user: str, name: str, value: Any) -> Iterator[str]:
    """What is kept of a person anywhere under a name: `email`, `name`, or the `text` that mentions them."""
    if isinstance(value, dict):
        entries = cast(Document, value)
        found = entries.get(name)
        named = entries.get("userId") == user or (name == "text" and is_of(entries.get("contact"), user))
        if named and isinstance(found, str) and found:
            yield found
        for each in entries.values():
            yield from facts_in(user, name, each)
    elif isinstance(value, list):
        for each in cast(List[Any], value):
            yield from facts_in(user, name, each)
