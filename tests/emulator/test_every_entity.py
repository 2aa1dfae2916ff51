"""Every entity of the API through the SDK: added, seen, changed, seen changed, removed, gone."""

from __future__ import annotations

import asyncio
import re
from typing import Any, Callable, Dict, Generator, Set

import pytest

from tests.emulator.controlling import asked
from tests.emulator.entities import ENTITIES, Entity, Seen, Step
from tests.emulator.filling import filled, found_in
from velt_py import AsyncVeltSDK, VeltSDK
from velt_py.emulator import AsyncInProcessTransport, Emulator, InProcessTransport
from velt_py.emulator.routes import make_routes

CONFIG = {"apiKey": "key", "authToken": "token", "workspaceId": "w", "workspaceAuthToken": "workspace-token"}
WRITING = re.compile("(add|create|ingest|set|broadcast|update|reset|copy|delete|remove)(?=[A-Z])")

Story = Generator[Step, Any, None]


def told(entity: Entity) -> Story:
    """The steps of an entity's life, each answered to go on."""
    kept: Dict[str, Any] = {}

    def done(step: Step) -> Story:
        answer = yield step._replace(fields=filled(step.fields, kept))
        assert "error" not in answer, (step.name, answer)
        kept.update((name, found_in(answer, at.split("."))) for name, at in step.keep.items())

    def look(expected: Seen, there: bool = True) -> Story:
        answer = yield entity.look._replace(fields=filled(entity.look.fields, kept))
        found = found_in(answer, expected.at.split("."))
        assert (found == filled(expected.value, kept)) is there, (expected.at, found, answer)

    for step in entity.before:
        yield from done(step)
    yield from look(entity.seen, there=False)
    yield from done(entity.add)
    yield from look(entity.seen)
    if entity.change is not None and entity.changed is not None:
        yield from done(entity.change)
        yield from look(entity.changed)
    if entity.remove is not None and entity.gone is not None:
        yield from done(entity.remove)
        yield from look(entity.gone)


def controlled(emulator: Emulator, step: Step) -> Any:
    _, method, path = step.name.split(" ")
    return asked(emulator, method, path, apiKey="key", **step.fields)[1]


def called(api: Any, step: Step) -> Any:
    area, _, method = step.name.partition(".")
    return getattr(getattr(api, area), method)(**step.fields)


def played(story: Story, emulator: Emulator, call: Callable[[Step], Any]) -> None:
    step = next(story)
    while True:
        emulator.clock.tick(step.seconds)
        answer = controlled(emulator, step) if step.name.startswith("control ") else call(step)
        try:
            step = story.send(answer)
        except StopIteration:
            return


@pytest.mark.parametrize("entity", ENTITIES, ids=[entity.name for entity in ENTITIES])
def test_it_is_added_seen_changed_seen_removed_and_gone(emulator: Emulator, entity: Entity) -> None:
    api = VeltSDK.initialize(CONFIG, transport=InProcessTransport(emulator)).api
    played(told(entity), emulator, lambda step: called(api, step))


def test_the_same_holds_for_all_of_them_when_they_are_awaited() -> None:
    loop = asyncio.new_event_loop()
    for entity in ENTITIES:
        emulator = Emulator()
        api = AsyncVeltSDK.initialize(CONFIG, transport=AsyncInProcessTransport(emulator)).api

        def call(step: Step, api: Any = api) -> Any:
            return loop.run_until_complete(called(api, step))

        played(told(entity), emulator, call)
        emulator.close()
    loop.close()


def test_no_operation_that_writes_or_removes_an_entity_is_left_out() -> None:
    table: Set[str] = {
        step.name
        for entity in ENTITIES
        for step in (*entity.before, entity.add, entity.change, entity.remove)
        if step is not None
    }
    wanted = {route.name for route in make_routes().values() if WRITING.match(route.name.partition(".")[2])}
    assert len(wanted) > 70
    assert wanted - table == set()


def test_what_can_be_removed_is_looked_at_afterwards() -> None:
    for entity in ENTITIES:
        assert (entity.change is None) == (entity.changed is None), entity.name
        assert (entity.remove is None) == (entity.gone is None), entity.name
        assert entity.change is not None or entity.remove is not None or entity.name in UNCHANGED, entity.name


UNCHANGED = {"workspace", "user group"}
"""What Velt lets nobody change or remove."""
