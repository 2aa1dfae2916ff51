"""Takes a person out of what is kept. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Dict, FrozenSet, Iterator, List, Mapping, cast

__all__ = ["Erased", "addresses_in", "is_of", "without_mentions"]

Document = Dict[str, Any]
NOBODY = "@deleted"
TEXTS = ("commentText", "commentHtml")
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


@dataclass(frozen=True)
class Erased:
    """Who is erased.

    Args:
        user: the id.
        addresses: the person's addresses of mail, as they were found.
    """

    user: str
    addresses: FrozenSet[str] = frozenset()

    def is_person(self, value: Any, field: str = "") -> bool:
        """Whether what stands in a field is the person: the id, an address, or an object with the id."""
        if isinstance(value, str):
            return value in self.addresses or (value == self.user and field not in OTHERS)
        return is_of(value, self.user)

    def without(self, value: Any, field: str = "") -> Any:
        """What stands in a field without the person, at every level; what is not concerned stays as it is."""
        if isinstance(value, dict):
            # Some are kept by people's ids, so that the name of a field is a person, too.
            return {
                name: self.without(each, name)
                for name, each in cast(Document, value).items()
                if not self.is_person(name, name) and not self.is_person(each, name)
            }
        if isinstance(value, list):
            entries = cast(List[Any], value)
            return [self.without(each, field) for each in entries if not self.is_person(each, field)]
        return value


def is_of(value: Any, user: str) -> bool:
    """Whether an object names a person by the id: as a person, or as somebody's."""
    return isinstance(value, dict) and cast(Document, value).get("userId") == user


def addresses_in(user: str, value: Any) -> Iterator[str]:
    """The addresses of a person in what is kept of anything."""
    if isinstance(value, dict):
        entries = cast(Document, value)
        address = entries.get("email")
        if entries.get("userId") == user and isinstance(address, str) and address:
            yield address
        for each in entries.values():
            yield from addresses_in(user, each)
    elif isinstance(value, list):
        for each in cast(List[Any], value):
            yield from addresses_in(user, each)


def without_mentions(comment: Mapping[str, Any], user: str) -> Document:
    """A comment of somebody else that no longer mentions a person, in its text neither."""
    kept = dict(comment)
    others: List[Any] = []
    for contact in cast(List[Any], comment.get("taggedUserContacts") or []):
        entry: Document = cast(Document, contact) if isinstance(contact, dict) else {}
        inner = entry.get("contact")
        inside: Document = cast(Document, inner) if isinstance(inner, dict) else {}
        if user not in (entry.get("userId"), inside.get("userId")):
            others.append(contact)
            continue
        said = entry.get("text")
        for name in TEXTS:
            if isinstance(said, str) and said and isinstance(kept.get(name), str):
                kept[name] = kept[name].replace(said, NOBODY)
    kept["taggedUserContacts"] = others
    return kept
