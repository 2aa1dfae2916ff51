"""Whom to look for. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Iterable, List, Optional, Tuple, cast

from velt_py.config import Limits
from velt_py.selfhosting.validation import identifier, refuse, spelled, text

__all__ = ["Person", "checked_person"]

MOST = 100
"""Addresses or names of one person at most; more would be somebody's mistake."""

SHORTEST = 2


@dataclass(frozen=True)
class Person:
    """A person whose traces are looked for.

    Args:
        userId: their id.
        emails: their addresses, compared without regard to case.
        names: how they are called in texts, compared without regard to case at word boundaries.
        handles: names of one word that are too common to be looked for in every text: behind an @ only, and where
            they are the whole of a name.
    """

    userId: str
    emails: Tuple[str, ...] = ()
    names: Tuple[str, ...] = ()
    handles: Tuple[str, ...] = ()

    def knowing(self, emails: Iterable[Any] = (), names: Iterable[Any] = ()) -> Person:
        """The same person with what a user's row or object says of them; what is no text is passed over."""
        mail, full, short = list(self.emails), list(self.names), list(self.handles)
        for email in emails:
            if isinstance(email, str) and "@" in email.strip("@ "):
                _add(mail, email)
        for name in names:
            if isinstance(name, str) and len(name.strip()) >= SHORTEST:
                _add(full if len(name.split()) > 1 else short, name)
        known = {each.casefold() for each in full}
        short = [each for each in short if each.casefold() not in known]
        return replace(self, emails=tuple(mail), names=tuple(full), handles=tuple(short))


def _add(known: List[str], value: str) -> None:
    value = " ".join(value.split())
    if len(known) < MOST and value.casefold() not in {each.casefold() for each in known}:
        known.append(value)


def checked_person(userId: Any, emails: Any, names: Any, limits: Limits) -> Person:
    """The person that a caller names.

    Raises:
        VeltValidationError: names the argument that cannot be used.
    """
    id = identifier(userId, "userId", limits)
    person = Person(id, names=tuple(_listed(names, "names")))
    return person.knowing(emails=[*_listed(emails, "emails"), id])


def _listed(given: Any, field: str) -> List[str]:
    if given is None:
        return []
    if not isinstance(given, (list, tuple)):
        refuse(field, f"a list of texts is needed, {spelled(given)} was given")
    entries = cast("List[Any]", given)
    if len(entries) > MOST:
        refuse(field, f"at most {MOST} are looked for, {len(entries)} were given")
    found: List[str] = []
    for at, entry in enumerate(entries):
        value: Optional[str] = text(entry, f"{field}[{at}]")
        value = " ".join((value or "").split())
        if len(value) < SHORTEST:
            refuse(
                f"{field}[{at}]", f"at least {SHORTEST} characters are needed, or every text would be a trace"
            )
        if field == "emails" and "@" not in value.strip("@"):
            refuse(f"{field}[{at}]", "an e-mail address has an @ between its parts")
        found.append(value)
    return found
