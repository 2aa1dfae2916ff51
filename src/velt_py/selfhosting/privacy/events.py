"""A person in the events that webhooks brought, as the inbox keeps them. Pure.

A row holds the whole event, decoded and decrypted, as JSON in a text of its own: `event.payload`. Velt sends an event
again until it is sure that it came, so its row stays, emptied: the row is what tells a repetition from a new event, and
one that waits to be handled is still handled, without the person.
"""

from __future__ import annotations

import json
from typing import Any, Dict, Iterator, List, Optional, Tuple, cast

from velt_py._nesting import check_nesting
from velt_py.selfhosting.privacy.scrub import Place, Scrubber

__all__ = ["PAYLOAD", "closed", "named_organizations_of", "opened", "own_parts", "scrubbed"]

PAYLOAD = Place("payload")
"""Where an event begins, for the places in a report."""

SEALED = ("encodedPayload", "encryptedData")
"""What a body has that is still encoded or encrypted."""

ORGANIZATION = ("clientOrganizationId", "organizationId")


def opened(row: Dict[str, Any]) -> Optional[Dict[str, Any]]:
    """The event in a row of the inbox; None for a row that holds none, as the note of who works on one.

    Raises:
        ValueError: there is one that cannot be read.
    """
    event = row.get("event")
    if not isinstance(event, dict):
        return None
    payload = _parsed(cast("Dict[str, Any]", event).get("payload"))
    if not isinstance(payload, dict) or any(name in payload for name in SEALED):
        raise ValueError("no readable event")
    return cast("Dict[str, Any]", payload)


def _parsed(text: Any) -> Any:
    if not isinstance(text, str):
        raise ValueError("no text")
    try:
        check_nesting(text)
        # The standard parser, as the inbox has it: it keeps integers of any size, and halves of characters.
        return json.loads(text)
    except RecursionError:
        raise ValueError("nested too deeply") from None


def closed(row: Dict[str, Any], payload: Dict[str, Any]) -> Dict[str, Any]:
    """A row with another event in it, written as the inbox writes it."""
    text = json.dumps(payload, separators=(",", ":"))
    return {**row, "event": {**row["event"], "payload": text}}


def scrubbed(payload: Dict[str, Any], scrubber: Scrubber) -> Dict[str, Any]:
    """An event without the person: the same object where nothing of them is in it."""
    # A basic webhook names who acted at the top, beside what happened.
    theirs = scrubber.is_theirs(payload)
    return scrubber.emptied(payload, PAYLOAD) if theirs else scrubber.fields(payload, PAYLOAD)


def own_parts(payload: Dict[str, Any], scrubber: Scrubber) -> Iterator[Tuple[str, Dict[str, Any]]]:
    """What in an event is the person's, and where: objects that are them or that they made, without what holds
    something of others."""
    yield from _own_in(payload, PAYLOAD, scrubber)


def _own_in(value: Any, place: Place, scrubber: Scrubber) -> Iterator[Tuple[str, Dict[str, Any]]]:
    if isinstance(value, list):
        for at, entry in enumerate(cast("List[Any]", value)):
            yield from _own_in(entry, place.of(at), scrubber)
    if not isinstance(value, dict):
        return
    found = cast("Dict[str, Any]", value)
    theirs = scrubber.traces.is_person(found) or scrubber.is_theirs(found)
    if theirs and not scrubber.holds_others(found):
        yield place.path, found
        return
    for key, entry in found.items():
        yield from _own_in(entry, place.at(key), scrubber)


def named_organizations_of(payload: Dict[str, Any]) -> Tuple[str, ...]:
    """The organizations that an event names as its own; none where it does not tell."""
    return tuple(dict.fromkeys(_organizations_in(payload)))


def _organizations_in(payload: Dict[str, Any]) -> Iterator[str]:
    for place in _places_in(payload):
        for name in ORGANIZATION:
            value = place.get(name)
            if isinstance(value, str) and value:
                yield value


def _places_in(payload: Dict[str, Any]) -> Iterator[Dict[str, Any]]:
    for outer in (payload, payload.get("data")):
        if not isinstance(outer, dict):
            continue
        place = cast("Dict[str, Any]", outer)
        yield place
        for holder in (place, place.get("commentAnnotation")):
            metadata: Any = (
                cast("Dict[str, Any]", holder).get("metadata") if isinstance(holder, dict) else None
            )
            if isinstance(metadata, dict):
                yield cast("Dict[str, Any]", metadata)
