"""A browser takes part in huddles and in shared editors: what only people who are together do."""

from __future__ import annotations

from typing import Any, Callable, List, Mapping, Tuple

from velt_py.emulator.areas.live import crdt_doc
from velt_py.emulator.call import Answer, Call, success
from velt_py.emulator.effects import Happening, announce
from velt_py.emulator.effects.editing import QUIET, crdt_data, edited
from velt_py.emulator.frontend.browser import Browser, need
from velt_py.exceptions import VeltValidationError

__all__ = ["LIVE"]

Given = Mapping[str, Any]


def _huddle(browser: Browser, given: Given) -> Any:
    """Start a huddle, or join it. Huddles themselves are realtime: only what follows from them is kept."""
    event: str = given["event"]

    def rule(call: Call) -> Answer:
        place = (browser.organization, browser.document)
        announce(call, Happening(event, *place, actor=call.actor), record=False)
        return success("", {})

    browser.rule(rule, event, browser.place)
    return {"event": event}


def _edit(browser: Browser, given: Given) -> Any:
    editor, session = need(given, "editorId"), given.get("sessionId")
    if session is not None and not isinstance(session, str):
        raise VeltValidationError("sessionId must be a text", field="sessionId")
    pause = given.get("webhookDebounceTime", QUIET)
    if isinstance(pause, bool) or not isinstance(pause, int) or not QUIET <= pause <= LONGEST:
        said = f"a whole number of milliseconds from {QUIET} to {LONGEST}"
        raise VeltValidationError(f"webhookDebounceTime must be {said}", field="webhookDebounceTime")
    fields = {name: given[name] for name in ("type", "data", "contentKey") if given.get(name) is not None}

    def rule(call: Call) -> Answer:
        doc = {**crdt_doc(call), "by": browser.user["userId"], "session": session}
        call.records.put("crdt", browser.organization, browser.document, editor, doc=doc)
        edited(call, editor, doc, pause)
        return success("", crdt_data(editor, doc))

    browser.check("crdt.updateCrdtData", {**fields, "editorId": editor})
    return browser.rule(rule, "crdt.updateCrdtData", {**browser.place, **fields})


def _get(browser: Browser, given: Given) -> Any:
    with browser.emulator.state.call():
        rows = browser.records().under("crdt", browser.organization, browser.document)
    shown: List[Any] = [crdt_data(row.ids[-1], row.doc) for row in rows]
    return {"editors": shown}


LONGEST = 3_600_000
LIVE: Mapping[Tuple[str, str], Callable[[Browser, Given], Any]] = {
    ("huddle", "huddle.create"): _huddle,
    ("huddle", "huddle.join"): _huddle,
    ("crdt", "crdt.update_data"): _edit,
    ("crdt", "get"): _get,
}
"""What is played, by feature and event."""
