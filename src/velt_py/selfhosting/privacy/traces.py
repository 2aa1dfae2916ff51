"""How one person is recognized: by their id, their addresses and their names. Pure."""

from __future__ import annotations

import html
import re
from typing import Any, Dict, Iterable, List, Mapping, Optional, Pattern, Tuple, cast
from urllib.parse import quote

from velt_py.selfhosting.privacy.fields import WORDS
from velt_py.selfhosting.privacy.person import Person
from velt_py.selfhosting.privacy.policy import Policy
from velt_py.selfhosting.users import spelled_id
from velt_py.selfhosting.validation import refuse

__all__ = ["Traces"]

BEFORE, BEHIND = r"(?<!\w)", r"(?!\w)"
BEFORE_MAIL, BEHIND_MAIL = r"(?<![\w.+%-])", r"(?![\w-])(?!\.\w)"
SPACE = r"(?:\s|&nbsp;|&\#160;)+"
QUOTE = r"""(?:["'`]|&quot;|&\#0?39;|&\#34;)"""
MOST_KEPT = 200
"""Different tags of one comment that are told apart at most."""


class Traces:
    """Recognizes a person.

    Args:
        person: whom.
        policy: what stands in their place.

    Raises:
        VeltValidationError: what is to stand in the person's place is a trace of them itself.
    """

    def __init__(self, person: Person, policy: Policy) -> None:
        self.person = person
        self.policy = policy
        self._emails = frozenset(email.casefold() for email in person.emails)
        self._names = frozenset(name.casefold() for name in (*person.names, *person.handles))
        self.distinctive = (
            len(person.userId) > 2 and not person.userId.isdigit() and person.userId not in WORDS
        )
        self._source = "|".join(self._alternatives())
        self._pattern = re.compile(self._source, re.I)
        self._needles = self._needles_of(person)
        self._refuse_itself()

    def _refuse_itself(self) -> None:
        for name, value in (("anonymous", self.policy.anonymous), ("replacement", self.policy.replacement)):
            if value == self.person.userId or self.is_email(value) or self._pattern.search(value):
                refuse(f"policy.{name}", "this is a trace of the person who is looked for; choose another")

    # Whole values

    def is_id(self, value: Any) -> bool:
        """Whether a value is the person's id; ids of numbers are compared as text."""
        return spelled_id(value) == self.person.userId

    def is_email(self, value: Any) -> bool:
        return isinstance(value, str) and value.strip().casefold() in self._emails

    def is_name(self, value: str) -> bool:
        return " ".join(value.split()).casefold() in self._names

    def is_person(self, value: Any) -> bool:
        """Whether an object is a user, and this one: by its id, or by its address when it has no id."""
        if not isinstance(value, dict):
            return False
        user = cast("Dict[str, Any]", value)
        if spelled_id(user.get("userId")):
            return self.is_id(user["userId"])
        return self.is_email(user.get("email")) or self._contact(user)

    def _contact(self, user: Mapping[str, Any]) -> bool:
        contact = user.get("contact")
        return isinstance(contact, dict) and self.is_person(contact)

    def is_somebody_else(self, value: Any) -> bool:
        """Whether an object is another user."""
        return isinstance(value, dict) and bool(
            spelled_id(cast("Dict[str, Any]", value).get("userId")) and not self.is_person(value)
        )

    # Texts

    def _alternatives(self) -> Iterable[str]:
        person = self.person
        for email in sorted(person.emails, key=len, reverse=True):
            for form in _forms(email, quote(email, safe="")):
                yield f"{BEFORE_MAIL}{re.escape(form)}{BEHIND_MAIL}"
        for name in sorted(person.names, key=len, reverse=True):
            for form in _forms(name, name):
                words = SPACE.join(re.escape(word) for word in form.split())
                yield f"{_edge(form[0], BEFORE)}{words}{_edge(form[-1], BEHIND)}"
        for handle in sorted(person.handles, key=len, reverse=True):
            yield f"(?<=@){re.escape(handle)}{BEHIND}"
        # An id may be a word or a number, so in a text it counts only in quotes, as HTML has it in attributes.
        id = "|".join(re.escape(form) for form in _forms(person.userId, person.userId))
        if self.distinctive:
            yield rf"(?-i:(?<=[\"'`;])(?P<id>{id})(?={QUOTE}))"
        else:
            opened = r"(?P<attribute>[\w-]*(?:user|mention|contact|author)[\w-]*\s*=\s*[\"'])"
            yield rf"(?:{opened}(?-i:(?P<id>{id}))(?=[\"']))"

    def text(self, value: str, own: Tuple[str, ...] = (), others: Tuple[str, ...] = ()) -> str:
        """A text without the person.

        Args:
            value: the text.
            own: how the person is tagged in it, for example `@Ana`.
            others: how others are tagged in it; these stay, whatever they contain.
        """
        return self._pattern_with(own, others).sub(self._replaced, value)

    def _pattern_with(self, own: Tuple[str, ...], others: Tuple[str, ...]) -> Pattern[str]:
        others = tuple(text for text in others if text not in own)[:MOST_KEPT]
        if not own and not others:
            return self._pattern
        tags: List[Tuple[str, str]] = [(text, "tag") for text in own] + [(text, "other") for text in others]
        # The longest first: "@Ana" is no part of "@Ana Maria".
        tags.sort(key=lambda tag: len(tag[0]), reverse=True)
        parts: List[str] = []
        for at, (text, group) in enumerate(tags):
            for turn, form in enumerate(_forms(text, text)):
                parts.append(
                    f"(?P<{group}_{at}_{turn}>{_edge(form[0], BEFORE)}(?-i:{re.escape(form)}){_edge(form[-1], BEHIND)})"
                )
        return re.compile("|".join([*parts, self._source]), re.I)

    def _replaced(self, match: Any) -> str:
        group: Optional[str] = match.lastgroup
        found: str = match.group()
        if group is not None and group.startswith("other_"):
            return found
        if group == "id":
            attribute: Optional[str] = match.groupdict().get("attribute")
            return (attribute or "") + self.policy.anonymous
        return ("@" if found.startswith("@") else "") + self.policy.replacement

    # Whole records

    def _needles_of(self, person: Person) -> Optional[Tuple[str, ...]]:
        needles: List[str] = []
        for each in (person.userId, *person.emails, *person.names, *person.handles):
            runs = re.findall(r"[a-z0-9]+", each.casefold()) if each.isascii() else []
            if not runs:
                return None
            needles.append(max(runs, key=len))
        # One that holds another adds nothing.
        return tuple(each for each in set(needles) if not any(n != each and n in each for n in set(needles)))

    def may_be_in(self, text: str) -> bool:
        """Whether a record's JSON text may hold a trace: quick, and never no where there is one."""
        if self._needles is None or "\\u" in text:
            return True
        folded = text.casefold()
        return any(needle in folded for needle in self._needles)


def _forms(plain: str, other: str) -> List[str]:
    """The spellings of a text as it stands, in HTML, and in another form."""
    return list(dict.fromkeys([plain, html.escape(plain), html.escape(plain, quote=False), other]))


def _edge(character: str, boundary: str) -> str:
    """A word's boundary where the character beside it belongs to a word."""
    return boundary if re.match(r"\w", character) else ""
