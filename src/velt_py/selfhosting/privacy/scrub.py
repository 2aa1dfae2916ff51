"""Taking one person out of any JSON value. Pure; what has no trace of them is handed back as the same object."""

from __future__ import annotations

import re
from typing import Any, Callable, Dict, List, NamedTuple, Optional, Tuple, cast

from velt_py.selfhosting.privacy.fields import (
    AUTHORS,
    CONTENT,
    ID_KEYED,
    NAMES,
    PLAIN_OBJECTS,
    TEXTS,
    counts_people,
    is_structural,
    speaks_of_people,
)
from velt_py.selfhosting.privacy.policy import KEEP
from velt_py.selfhosting.privacy.traces import Traces

__all__ = ["GONE", "Place", "Scrubber"]

GONE: Any = object()
"""In the place of a value that is to be removed from what holds it."""

UNASSIGNED = frozenset(["assignedTo"])
"""Fields that are cleared instead of getting an anonymous user: nobody could ever do what is assigned to that one."""

_PLAIN_NAME = re.compile(r"[A-Za-z_$][\w$-]{0,39}\Z|-?\d{1,20}\Z")


class Tags(NamedTuple):
    """How people are tagged in the texts around: the person, and others."""

    own: Tuple[str, ...] = ()
    others: Tuple[str, ...] = ()


class Place(NamedTuple):
    """Where a value stands.

    Args:
        path: for people, without what could be personal itself.
        name: of the nearest field around it.
        people: whether that field holds people.
        listed: whether it stands in a list.
        somebody: whether it belongs to another user, whose names are their own.
        tags: of the comment around it.
    """

    path: str = ""
    name: str = ""
    people: bool = False
    listed: bool = False
    somebody: bool = False
    changes: bool = False
    tags: Tags = Tags()

    def at(self, key: str) -> Place:
        """The field `key` of the object here."""
        shown = key if _PLAIN_NAME.match(key) else "*"
        path = f"{self.path}.{shown}" if self.path else shown
        if key in ("from", "to"):
            # The two sides of a change are what the changed field is; elsewhere these two are people.
            people = self.people if self.changes else True
            return self._replace(
                path=path, name=self.name if self.changes else key, people=people, listed=False
            )
        changes = self.changes or key == "changes"
        return self._replace(path=path, name=key, people=speaks_of_people(key), listed=False, changes=changes)

    def of(self, index: int) -> Place:
        """An entry of the list here."""
        return self._replace(path=f"{self.path}[{index}]", listed=True)


class Scrubber:
    """Takes the person out of values, and notes where they were found.

    Args:
        traces: recognizes the person.
    """

    def __init__(self, traces: Traces) -> None:
        self.traces = traces
        self.policy = traces.policy
        self.places: List[str] = []

    def note(self, place: Place) -> None:
        self.places.append(place.path)

    @property
    def anonymous(self) -> Dict[str, Any]:
        """The user that stands where the person stood."""
        return {"userId": self.policy.anonymous}

    # Any value

    def value(self, value: Any, place: Place) -> Any:
        """`value` without the person: the same object where nothing of them is in it, `GONE` where nothing else is."""
        if isinstance(value, str):
            return self._text(value, place)
        if isinstance(value, dict):
            return self._object(cast("Dict[str, Any]", value), place)
        if isinstance(value, list):
            return self._list(cast("List[Any]", value), place, self.value)
        if isinstance(value, int) and place.people and counts_people(place.name) and self.traces.is_id(value):
            return self._found(place)
        return value

    def _found(self, place: Place, instead: Any = None) -> Any:
        """What becomes of a value that is the person's id or address."""
        self.note(place)
        if place.listed:
            return GONE
        return self.policy.anonymous if instead is None else instead

    def _text(self, text: str, place: Place) -> Any:
        if not text:
            return text
        traces, structural = self.traces, is_structural(place.name)
        if traces.is_id(text) and (place.people or (traces.distinctive and not structural)):
            return self._found(place)
        if structural and not place.people:
            return text
        if traces.is_email(text):
            return self._found(place, "")
        if place.somebody and (place.name in NAMES or place.name == "text"):
            return text
        if place.name in NAMES and traces.is_name(text):
            return self._found(place, "")
        if structural:
            return text
        after = traces.text(text, *place.tags)
        if after != text:
            self.note(place)
            return after
        return text

    def _list(self, values: List[Any], place: Place, each: Callable[[Any, Place], Any]) -> Any:
        result = [each(value, place.of(at)) for at, value in enumerate(values)]
        if all(new is old for new, old in zip(result, values)):
            return values
        return [new for new in result if new is not GONE]

    def _object(self, value: Dict[str, Any], place: Place) -> Any:
        if self.traces.is_person(value) and not self.holds_others(value):
            self.note(place)
            return GONE
        if not place.changes and self.is_theirs(value):
            return self.emptied(value, place)
        return self.fields(value, place)

    def fields(
        self, value: Dict[str, Any], place: Place, each: Optional[Callable[[Any, Place], Any]] = None
    ) -> Dict[str, Any]:
        """An object without the person in its fields and keys.

        Args:
            each: what is done with a field; by default the person is taken out of it.
        """
        place = self._around(value, place)
        result: Dict[str, Any] = {}
        changed = False
        for key, entry in value.items():
            below = place.at(key)
            if self.is_key(key, place):
                self.note(place.at("*"))
                changed = True
                continue
            new = (each or self.value)(entry, below)
            if new is GONE:
                new = None if key in UNASSIGNED else self._instead(entry)
            changed = changed or new is not entry
            if new is not GONE:
                result[key] = new
        return result if changed else value

    def _instead(self, value: Any) -> Any:
        """What a field holds instead of something that is gone."""
        return self.anonymous if self.traces.is_person(value) else GONE

    def is_key(self, key: str, place: Place) -> bool:
        """Whether a map's key is the person."""
        if self.traces.is_email(key):
            return True
        if not self.traces.is_id(key) or place.name in ID_KEYED:
            return False
        return place.people or self.traces.distinctive

    def _around(self, value: Dict[str, Any], place: Place) -> Place:
        """The place of an object's fields, with the tags that stand in it."""
        somebody = self.traces.is_somebody_else(value)
        tags = self._tags(value.get("taggedUserContacts"))
        return place._replace(somebody=somebody, tags=place.tags if tags is None else tags)

    def _tags(self, contacts: Any) -> Optional[Tags]:
        if not isinstance(contacts, list):
            return None
        own: List[str] = []
        others: List[str] = []
        for contact in cast("List[Any]", contacts):
            text: Any = cast("Dict[str, Any]", contact).get("text") if isinstance(contact, dict) else None
            # A bare letter would be found in every sentence.
            if isinstance(text, str) and text.strip("@ ") and len(text.strip()) > 1:
                (own if self.traces.is_person(contact) else others).append(text.strip())
        return Tags(tuple(own), tuple(others))

    # What is theirs

    def is_theirs(self, value: Dict[str, Any]) -> bool:
        """Whether an object says that the person made it."""
        return self.author_of(value) is not None

    def author_of(self, value: Dict[str, Any]) -> Optional[str]:
        """The field of an object that names the person as who made it."""
        for name in AUTHORS:
            author = value.get(name)
            if self.traces.is_person(author) or (author is not None and self.traces.is_id(author)):
                return name
        if self.traces.is_person(value) and self.holds_others(value):
            return "userId"
        return None

    def _is_others(self, value: Dict[str, Any]) -> bool:
        """Whether an object says that somebody else made it."""
        return any(self.traces.is_somebody_else(value.get(name)) for name in AUTHORS)

    def holds_others(self, value: Any) -> bool:
        """Whether something of other people lies inside an object."""
        if isinstance(value, dict):
            inner = list(cast("Dict[str, Any]", value).values())
        elif isinstance(value, list):
            inner = cast("List[Any]", value)
        else:
            return False
        return any(self.traces.is_somebody_else(each) or self.holds_others(each) for each in inner)

    def emptied(self, value: Dict[str, Any], place: Place) -> Dict[str, Any]:
        """What the person made, without what they said in it; what others added stays."""
        self.note(place)
        return self.fields(value, place, self._emptied)

    def _emptied(self, value: Any, place: Place) -> Any:
        name = place.name
        if isinstance(value, str):
            if is_structural(name) or place.people:
                return self._text(value, place)
            if name in TEXTS:
                return value if value == "" else ""
            return GONE
        if not isinstance(value, (dict, list)):
            return self.value(value, place)
        if name in ("attachment", "attachments") and self.policy.files == KEEP:
            return self.value(value, place)
        if name in PLAIN_OBJECTS or place.people and name not in CONTENT:
            return self.value(value, place)
        if name in CONTENT:
            if not value:
                return cast(Any, value)
            return [] if isinstance(value, list) else {}
        if isinstance(value, list):
            return self._list(cast("List[Any]", value), place, self._emptied_entry)
        return self._emptied_entry(cast(Any, value), place)

    def _emptied_entry(self, value: Any, place: Place) -> Any:
        if not isinstance(value, dict):
            return GONE if isinstance(value, str) else self._emptied(value, place)
        entry = cast("Dict[str, Any]", value)
        if self._is_others(entry) or self.traces.is_somebody_else(entry):
            return self.value(entry, place)
        if self.traces.is_person(entry) and not self.holds_others(entry):
            return GONE
        return self.fields(entry, place, self._emptied)
