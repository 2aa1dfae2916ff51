"""What the fields of exchanges hold, by their names: secrets, ids and words of Velt's, or what people wrote. Pure."""

from __future__ import annotations

import re
from typing import FrozenSet

from velt_py.emulator.erasing import OTHERS

__all__ = ["EMAIL", "TOKENS", "is_id", "is_key", "is_secret", "is_structural", "is_url"]

SECRET_ENDS = (
    *("authtoken", "authtokens", "accesstoken", "secret", "password", "signature", "privatekey"),
    *("authorization", "cookie", "api-key", "api_key"),
)
SECRETS = frozenset(["token", "tokens", "jwt", "credentials"])
INSIDE_SECRET = frozenset(["aimodelapikey", "aimodelsconfig", "headers"])
"""Names of what holds nothing but secrets, whatever its own fields are called."""
KEYS = frozenset(["apikey", "apikeys", "sourceapikey", "targetapikey", "apikeylist", "workspaceid"])
"""Names of what holds api keys and workspaces, which are numbered instead of shown."""
TOKENS = frozenset(
    ["pageToken", "nextPageToken", "cursor", "nextCursor", "iterator", "prevIterator"],
)
"""Names of what a server gives for the next page."""
MORE_STRUCTURE = """
accessMode actionTypes agentVersion awaiting channels code color commentSource contentKey createdAt currency date
decidedAt dueAt expiresAt field featureTypes fields filterTypes ifVersion kind lastUpdate lastUpdated lightColor
locale mimeType mode model op operator order outcome permission permissions phase platform policy provider
role sortOrder source startedAt strategy timestamp timezone trigger unit updatedAt version visibility
"""
NAMED = frozenset(["organizationName", "documentName", "folderName", "agentName"])
STRUCTURAL = (OTHERS - NAMED) | TOKENS | frozenset(MORE_STRUCTURE.split())
OF_PEOPLE = (
    *("answer", "body", "bodytemplate", "comment", "comments", "content", "data", "description", "details"),
    *("email", "emails", "expected", "feedback", "html", "instructions", "message", "name", "name_lowercase"),
    *("note", "notes", "phone", "photourl", "prompt", "query", "reason", "reasoning", "subject", "summary"),
    *("text", "title", "transcript", "value"),
)
"""How names of texts of people end, in small letters, in what developers define: agents and workflows, where most texts
are no one's."""
FILLED = frozenset(["triggerContext", "payload", "context", "output", "input"])
"""Names of objects of workflows that hold what an application put in."""
OF_DEVELOPERS = ("agents.", "workflow.")

WORDS = frozenset(
    [
        *("", "ALL", "MINE", "NONE", "OPEN", "IN_PROGRESS", "RESOLVED", "PENDING", "ACCEPTED", "REJECTED"),
        *("P0", "P1", "P2"),
    ]
)
"""Velt's own words that no field of a request lists."""
EMAIL = re.compile(r"[^\s@<>\"',;:]+@[^\s@<>\"',;:]+\.[^\s@<>\"',;:]+")
TIME = re.compile(r"\d{4}-\d\d-\d\d(T[\d:.]+(Z|[+-][\d:]+)?)?\Z")


def is_secret(name: str, within: FrozenSet[str] = frozenset()) -> bool:
    """Whether a text under a name signs or opens something.

    Args:
        within: the names of what it lies in.
    """
    lowered = name.lower()
    return (
        lowered in SECRETS
        or lowered.endswith(SECRET_ENDS)
        or any(each.lower() in INSIDE_SECRET for each in within)
    )


def is_key(name: str) -> bool:
    """Whether a text under a name is an api key or a workspace."""
    return name.lower() in KEYS


def is_id(name: str) -> bool:
    """Whether what stands under a name is an id, or another text that only its maker understands."""
    return name.endswith(("Id", "Ids", "ID")) or name in ("id", "ids") or name in TOKENS or is_key(name)


def is_url(text: str) -> bool:
    """Whether a text is an address."""
    return text.startswith(("http://", "https://")) and not any(sign.isspace() for sign in text)


def is_structural(
    operation: str, name: str, text: str, words: FrozenSet[str], within: FrozenSet[str] = frozenset()
) -> bool:
    """Whether a text is one of Velt's, or of the application's, and no one's.

    Args:
        operation: whose.
        name: of the field.
        within: the names of what it lies in.
        words: the values that fields of requests take.
    """
    if is_id(name) or text in words or text in WORDS or TIME.match(text):
        return True
    if operation.startswith(OF_DEVELOPERS) and not within & FILLED:
        return not name.lower().endswith(OF_PEOPLE)
    return name in STRUCTURAL
