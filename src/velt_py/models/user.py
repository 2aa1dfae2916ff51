"""Users: who wrote, who is meant, and the requests of the users' resolver."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, Dict, List, Optional

from velt_py.models.base import Model, Request

__all__ = [
    "GetUserResolverRequest",
    "PartialTaggedUserContacts",
    "PartialUser",
    "ResolveUserIdsByEmailRequest",
    "SaveUserRequest",
    "User",
]


@dataclass
class PartialUser(Model):
    """A user by id.

    Args:
        userId: the customer's id of the user.
        extra_fields: other names that were sent.
    """

    userId: str
    extra_fields: Optional[Dict[str, Any]] = None


@dataclass
class PartialTaggedUserContacts(Model):
    """A user who is tagged in a comment.

    Args:
        userId: who is tagged.
        contact: the contact that was picked.
        text: how the text names the user, for example `@Ann`.
        extra_fields: other names that were sent.
    """

    userId: str
    contact: Optional[PartialUser] = None
    text: Optional[str] = None
    extra_fields: Optional[Dict[str, Any]] = None


@dataclass
class User(Model):
    """A user as the Velt frontend shows one.

    Args:
        userId: the customer's id of the user.
        name, email: text.
        photoUrl: address of a picture.
        color, textColor: CSS colours.
        isAdmin: whether the user administers the organization.
        initial: the letter shown without a picture.
        customFields: further fields; on the wire they stand beside the others.
    """

    _extra: ClassVar[str] = "customFields"

    userId: str
    name: Optional[str] = None
    photoUrl: Optional[str] = None
    email: Optional[str] = None
    color: Optional[str] = None
    textColor: Optional[str] = None
    isAdmin: Optional[bool] = None
    initial: Optional[str] = None
    customFields: Optional[Dict[str, Any]] = None


@dataclass
class GetUserResolverRequest(Request):
    """Ask for users by id.

    Args:
        organizationId: the organization.
        userIds: whom to get; an empty list selects nobody.
        extra_fields: other names that were sent.
    """

    organizationId: str
    userIds: List[str]
    extra_fields: Optional[Dict[str, Any]] = None


@dataclass
class ResolveUserIdsByEmailRequest(Request):
    """Ask for the ids of users by e-mail address.

    Args:
        organizationId: the organization.
        emails: the addresses, compared exactly.
        documentId, folderId: where the users are tagged.
        extra_fields: other names that were sent.
    """

    organizationId: str
    emails: List[str]
    documentId: Optional[str] = None
    folderId: Optional[str] = None
    extra_fields: Optional[Dict[str, Any]] = None


@dataclass
class SaveUserRequest(Request):
    """Save one user; for the backend's own use, the browser does not post it.

    Args:
        organizationId: the organization.
        user: the user; `customFields` go to the columns that `user_schema` names, or to their own.
        extra_fields: other names that were sent.
    """

    organizationId: str
    user: User
    extra_fields: Optional[Dict[str, Any]] = None
