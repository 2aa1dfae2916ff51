"""Two api keys never meet: over all operations, the control API and what browsers do."""

from __future__ import annotations

import json
from typing import Any, Dict, List, Tuple

import pytest

from tests.emulator.controlling import control, script
from tests.emulator.tenants import sdk_for, walk, writing
from tests.emulator.walk import person, samples
from velt_py.emulator import Emulator

LOOKS = ("get", "list", "count", "search", "query", "download")
CONTROLS = (
    *("state", "requests", "outbox", "webhooks", "presence", "livestate", "scripts", "snapshot"),
    "application",
)
"""What the control API shows of one api key."""


def shown(emulator: Emulator, key: str) -> List[Tuple[str, str]]:
    """What the control API shows of an api key."""
    found: List[Tuple[str, str]] = []
    for name in CONTROLS:
        found.append((name, json.dumps(control(emulator, "GET", name, apiKey=key))))
    return found


def tell(emulator: Emulator, key: str, marker: str) -> None:
    """Write a comment of which somebody gets a mail."""
    api: Any = sdk_for(emulator, key).api
    who = person(marker)
    comment: Dict[str, Any] = {"commentText": marker, "from": {"userId": "bob"}, "triggerNotification": True}
    comment["taggedUserContacts"] = [{"text": "@you", "userId": who["userId"], "contact": who}]
    answer = api.commentAnnotations.addCommentAnnotations(
        organizationId="org-1", documentId="doc-1", commentAnnotations=[{"commentData": [comment]}]
    )
    assert "result" in answer


@pytest.mark.parametrize("only_looks", [True, False], ids=["only-looks", "does-all"])
def test_what_one_key_wrote_never_shows_to_another_and_nothing_of_it_changes(
    emulator: Emulator, only_looks: bool
) -> None:
    walk(emulator, "one", writing("quokka"), "quokka")
    tell(emulator, "one", "quokka")
    script(emulator, "rewriter.askAi", "quokka", "one", text="quokka")
    control(emulator, "POST", "snapshot", apiKey="one", name="quokka")
    before, known = emulator.state.dump("one"), shown(emulator, "one")
    assert {name for name, text in known if "quokka" in text} >= {
        *("state", "requests", "outbox", "presence", "livestate", "scripts", "snapshot")
    }
    steps = samples("wombat")
    if only_looks:
        steps = [each for each in steps if each.name.partition(".")[2].startswith(LOOKS)]
    said = walk(emulator, "two", steps, "wombat")
    assert [(name, text) for name, text in [*said, *shown(emulator, "two")] if "quokka" in text] == []
    assert emulator.state.dump("one") == before
    assert shown(emulator, "one") == known
