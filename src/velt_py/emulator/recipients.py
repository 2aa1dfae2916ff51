"""Whom a notification is for, as Velt keeps it: hashes of addresses and of ids, no person. Pure."""

from __future__ import annotations

from typing import Any, Dict, Mapping, cast

from velt_py.emulator.identity import hex_id

__all__ = ["is_told", "recipients", "with_more", "without"]

BY_EMAIL, BY_ID = "notifyUsers", "notifyUsersByUserId"
Document = Dict[str, Any]


def recipients(key: str, people: Mapping[str, Document]) -> Document:
    """The two maps of a notification. Both hold the people in the same order, so that one can be taken out again.

    Args:
        key: the api key.
        people: by their ids.
    """
    by_email: Dict[str, bool] = {}
    by_id: Dict[str, bool] = {}
    for user, person in people.items():
        mine = hex_id(key, "user", user)
        email = person.get("email")
        hashed = hex_id(key, "email", email.lower()) if isinstance(email, str) and email else mine
        by_email[mine if hashed in by_email else hashed] = True
        by_id[mine] = True
    return {BY_EMAIL: by_email, BY_ID: by_id}


def is_told(key: str, notification: Mapping[str, Any], user: str) -> bool:
    """Whether a notification is for a person by name."""
    return hex_id(key, "user", user) in cast(Document, notification.get(BY_ID) or {})


def with_more(notification: Mapping[str, Any], more: Mapping[str, Any]) -> Document:
    """The two maps of a notification with further people.

    Args:
        more: the two maps of these people.
    """
    emails, ids = (dict(cast(Document, notification.get(name) or {})) for name in (BY_EMAIL, BY_ID))
    for email, mine in zip(more[BY_EMAIL], more[BY_ID]):
        if mine not in ids:
            emails[mine if email in emails else email] = True
            ids[mine] = True
    return {BY_EMAIL: emails, BY_ID: ids}


def without(key: str, notification: Mapping[str, Any], user: str) -> Document:
    """The two maps of a notification without a person."""
    mine = hex_id(key, "user", user)
    emails, ids = (cast(Document, notification.get(name) or {}) for name in (BY_EMAIL, BY_ID))
    kept = [pair for pair in zip(emails, ids) if pair[1] != mine]
    return {
        BY_EMAIL: dict.fromkeys((each for each, _ in kept), True),
        BY_ID: dict.fromkeys((each for _, each in kept), True),
    }
