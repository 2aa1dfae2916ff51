"""Events: the same names and classes whichever scheme they came by; unknown ones pass; ids tell them apart."""

from __future__ import annotations

import json
from typing import Any, Dict, Optional, Type

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.webhooks.conftest import SECRET
from velt_py.exceptions import VeltWebhookError
from velt_py.webhooks import (
    CommentAnnotationEvent,
    CommentEvent,
    CrdtEvent,
    HuddleEvent,
    RecorderEvent,
    WebhookEvent,
    Webhooks,
    WorkflowEvent,
    sign_for_tests,
)
from velt_py.webhooks.events import event_of
from velt_py.webhooks.names import EVENTS, V1_ACTIONS, V1_NAMES
from velt_py.webhooks.samples import sample_body, scheme_of
from velt_py.webhooks.verify import Verified

FAMILIES: Dict[str, Type[WebhookEvent]] = {
    "comment_annotation": CommentAnnotationEvent,
    "comment": CommentEvent,
    "huddle": HuddleEvent,
    "crdt": CrdtEvent,
    "recorder": RecorderEvent,
}


def made(body: Any, scheme: str = "v2", id: Optional[str] = "msg_1") -> Any:
    return event_of(Verified(scheme, None if scheme == "v1" else id), body)


@pytest.mark.parametrize("name", EVENTS)
def test_every_event_has_the_class_of_its_family(name: str) -> None:
    event = made(sample_body(name, scheme_of(name), "msg_1"), scheme_of(name))
    assert type(event) is FAMILIES.get(name.partition(".")[0], WorkflowEvent)
    assert (event.name, event.id) == (name, "msg_1")


BASIC_ACTIONS = {
    "comment": (
        "newlyAdded added updated deleted approved assigned statusChanged priorityChanged accessModeChanged accepted "
        "rejected reactionAdded reactionDeleted subscribed unsubscribed suggestionAccepted suggestionRejected"
    ),
    "huddle": "created join joined",
    "crdt": "updateData",
    "recorder": "done",
}
ADVANCED_EVENTS = {
    "comment_annotation": (
        "add assign status_change priority_change custom_list_change subscribe unsubscribe accept reject approve "
        "suggestion_accept suggestion_reject"
    ),
    "comment": "add update delete reaction_add reaction_delete",
    "huddle": "create join",
    "crdt": "update_data",
    "recorder": "done",
    "execution": "dispatched completed failed cancelled",
    "step": "awaiting-approval completed failed breached cancelled",
    "group": "quorum-met",
    "loop": "iteration-started exhausted",
}


def test_the_catalogue_is_what_velt_documents() -> None:
    documented = {(source, action) for source, actions in BASIC_ACTIONS.items() for action in actions.split()}
    assert set(V1_NAMES) == documented
    names = {f"{family}.{name}" for family, found in ADVANCED_EVENTS.items() for name in found.split()}
    # Basic webhooks alone tell of it.
    assert set(EVENTS) - names == {"comment_annotation.access_mode_change"}
    assert names <= set(EVENTS)


def test_every_field_that_velt_documents_is_read() -> None:
    everywhere = {"actionUser": {"userId": "ana"}, "metadata": {"organizationId": "acme"}}
    commenting: Dict[str, Any] = {
        **everywhere, "commentAnnotation": {"annotationId": "t"}, "targetComment": {"commentId": 1},
        "oldStatus": {"id": "a"}, "newStatus": {"id": "b"}, "newPriority": {"id": "P1"}, "assigned": {"userId": "ben"},
        "visibility": {"type": "public"}, "accessDeniedUsers": ["cem"],
    }  # fmt: skip
    families: Dict[str, Dict[str, Any]] = {
        "comment.add": commenting,
        "comment_annotation.status_change": commenting,
        "huddle.join": everywhere,
        "crdt.update_data": {**everywhere, "crdtData": {"id": "e"}, "accessDeniedUsers": ["cem"]},
        "recorder.done": {
            **everywhere, "recorderId": "r", "from": {"userId": "ana"}, "assets": [1], "assetsAllVersions": [1, 2],
            "transcription": {"transcribedText": "x"},
        },
    }  # fmt: skip
    for name, data in families.items():
        source, action = V1_ACTIONS[name]
        basic = {
            "notificationSource": source,
            "actionType": action,
            "webhookId": "w",
            "platform": "sdk",
            **data,
        }
        for event in (made({"event": name, "data": data, "platform": "sdk"}), made(basic, "v1")):
            assert event.platform == "sdk"
            for field, value in data.items():
                expected = tuple(value) if field == "accessDeniedUsers" else value
                assert getattr(event, "from_" if field == "from" else field) == expected, (name, field)
    flow = {
        "eventId": "e",
        "seq": 3,
        "type": "step.failed",
        "stepId": "s",
        "timestamp": 5,
        "correlationId": "c",
        "data": {},
    }
    event = made(flow, "workflow", "e")
    found = (event.id, event.seq, event.name, event.stepId, event.occurredAt, event.correlationId)
    assert found == ("e", 3, "step.failed", "s", 5, "c")


@pytest.mark.parametrize(("pair", "name"), list(V1_NAMES.items()), ids=["-".join(pair) for pair in V1_NAMES])
def test_a_basic_event_has_the_name_that_it_has_as_an_advanced_one(pair: Any, name: str) -> None:
    event = made({"notificationSource": pair[0], "actionType": pair[1], "webhookId": "w"}, "v1")
    assert (event.name, event.id, event.scheme) == (name, "w", "v1")


def test_the_same_event_reads_the_same_by_both_schemes() -> None:
    for name in V1_ACTIONS:
        basic, advanced = made(sample_body(name, "v1", "w"), "v1"), made(sample_body(name, "v2", "w"))
        assert type(basic) is type(advanced)
        for attribute in ("name", "organizationId", "documentId", "actionUser", "metadata"):
            assert getattr(basic, attribute) == getattr(advanced, attribute)


def test_what_is_not_known_passes() -> None:
    event = made({"event": "moon.rise", "data": {"phase": 3}})
    assert (type(event), event.name, event.data) == (WebhookEvent, "moon.rise", {"phase": 3})
    assert made({"event_type": "ping", "data": {"success": True}}).name == "ping"
    assert (
        made({"notificationSource": "moon", "actionType": "rises", "webhookId": 7}, "v1").name == "moon.rises"
    )
    assert type(made({"event": "comment.sing", "data": None})) is CommentEvent
    nested = made({"event": {"type": "step.failed", "eventId": "e"}}, "workflow")
    assert (nested.name, type(nested)) == ("step.failed", WorkflowEvent)


@pytest.mark.parametrize(
    ("body", "scheme"),
    [
        ({}, "v2"), ({"event": 7}, "v2"), ({"event": ""}, "v2"), ({"event": "x" * 101}, "v2"),
        ({"event": "a\nb"}, "v2"), ({"event": ["x"]}, "v2"), ({}, "v1"), ({"notificationSource": "comment"}, "v1"),
        ({"notificationSource": {}, "actionType": "added"}, "v1"),
        ({"notificationSource": "comment", "actionType": "added", "webhookId": {}}, "v1"),
        ({"notificationSource": "comment", "actionType": "added", "webhookId": "x" * 300}, "v1"),
        ({"notificationSource": "comment", "actionType": "added", "webhookId": "\ud800"}, "v1"),
        ({"type": "step.failed", "eventId": "other"}, "workflow"),
    ],
    ids=lambda value: str(value)[:40].encode("ascii", "replace").decode(),
)  # fmt: skip
def test_a_body_that_does_not_say_what_happened_is_refused(body: Any, scheme: str) -> None:
    with pytest.raises(VeltWebhookError) as caught:
        made(body, scheme)
    assert caught.value.statusCode == 400
    assert caught.value.field


PLAIN = st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=5))
VALUES = st.recursive(
    PLAIN,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=6,
)
FIELDS = [
    "event", "data", "metadata", "actionUser", "commentAnnotation", "targetComment", "visibility",
    "accessDeniedUsers", "usersDocumentNotificationsConfig", "seq", "executionId", "assets", "crdtData",
]  # fmt: skip


@given(st.fixed_dictionaries({}, optional=dict.fromkeys(FIELDS, VALUES)), st.sampled_from(EVENTS))
def test_no_property_of_an_event_ends_in_a_traceback(data: Dict[str, Any], name: str) -> None:
    event = made({**data, "event": name, "data": data})
    for attribute in dir(event):
        if not attribute.startswith("_"):
            getattr(event, attribute)
    assert event.key == "v2:msg_1"


def test_texts_and_people_are_not_in_the_repr() -> None:
    shown = repr(made(sample_body("comment.add", "v2", "msg_1")))
    assert "comment.add" in shown
    for text in ("launch", "Ana", "acme.example"):
        assert text not in shown


def test_keys_of_different_events_differ_and_of_the_same_one_do_not() -> None:
    body = {"notificationSource": "comment", "actionType": "added", "webhookId": "w"}
    other = {**body, "targetComment": {"commentId": 2}}
    keys = {
        made(body, "v1").key,
        made(other, "v1").key,  # the same webhookId, but not the same event
        made({"event": "comment.add"}, id="w").key,
        made({"type": "step.failed", "eventId": "w"}, "workflow", "w").key,
    }
    assert len(keys) == 4
    assert made(dict(reversed(list(body.items()))), "v1").key == made(body, "v1").key


def test_an_unsigned_event_id_does_not_make_a_workflow_event_new() -> None:
    webhooks = Webhooks({"workflow": "flow"})
    body = json.dumps({"type": "step.failed", "seq": 3}).encode()
    headers = sign_for_tests(body, "flow", scheme="workflow", id="one")
    first = webhooks.read(headers, body)
    assert webhooks.read({**headers, "x-velt-event-id": "two"}, body).key == first.key


def test_long_ids_make_keys_that_every_index_takes() -> None:
    event = made({"notificationSource": "comment", "actionType": "added", "webhookId": "ü" * 256}, "v1")
    assert len(event.key.encode()) <= 300


def test_preferences_and_denied_people_are_read() -> None:
    event = made({
        "event": "comment.add",
        "data": {"accessDeniedUsers": ["a", {"userId": "b"}, 7, None, {}]},
        "usersDocumentNotificationsConfig": {"c": {"email": "NONE"}, "d": None},
    })  # fmt: skip
    assert event.accessDeniedUsers == ("a", "b", "7")
    assert event.preferences == {"c": {"email": "NONE"}}
    assert made({"event": "comment.add", "data": {}, "accessDeniedUsers": ["a"]}).accessDeniedUsers == ("a",)


def test_the_preferences_for_a_document_go_before_those_for_the_organization() -> None:
    event = made({
        "event": "comment.add",
        "usersOrganizationNotificationsConfig": {"a": {"inbox": "ALL", "email": "ALL"}, "b": {"email": "MINE"}},
        "usersDocumentNotificationsConfig": {"a": {"email": "NONE"}},
    })  # fmt: skip
    assert event.preferences == {"a": {"inbox": "ALL", "email": "NONE"}, "b": {"email": "MINE"}}


def test_patterns_choose_the_functions() -> None:
    webhooks, called = Webhooks(SECRET), []
    for pattern in ("*", "comment.*", "comment.add", "comment_annotation.*"):
        webhooks.on(pattern)(lambda event, pattern=pattern: called.append(pattern))

    @webhooks.on("comment.add", "comment.*", "ping")
    def once(event: WebhookEvent) -> None:
        called.append("once")

    for name, expected in {
        "comment.add": ["*", "comment.*", "comment.add", "once"],
        "comment.update": ["*", "comment.*", "once"],
        "comment_annotation.add": ["*", "comment_annotation.*"],
        "ping": ["*", "once"],
    }.items():
        body = json.dumps({"event": name}).encode()
        webhooks.receive(sign_for_tests(body, SECRET), body)
        assert called == expected
        called.clear()
    assert len({each.label for each in webhooks.handlers._registered}) == 5
