"""How the console reads stored records, whatever they hold."""

from __future__ import annotations

import json
from typing import Any, List, Optional

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from velt_py.console.paging import newest_first
from velt_py.console.searching import Hits
from velt_py.console.shapes import (
    LONGEST,
    Surroundings,
    activity_of,
    brief,
    mentioned,
    moment,
    named,
    notification_of,
    plain_text,
    recording_of,
    text_of,
    thread_of,
)
from velt_py.console.tallies import Documents
from velt_py.console.words import filled, in_words

NAMES = (
    *("comments", "metadata", "documentId", "commentText", "commentHtml", "from", "userId", "name", "status"),
    *("type", "createdAt", "lastUpdated", "attachments", "attachmentId", "reactionAnnotationIds", "changes"),
    *("targetTextRange", "text", "assignedTo", "priority", "transcription", "transcribedText", "timestamp"),
    *("reactionAnnotations", "icon", "size", "actionUser", "to", "_seconds", "resolvedByUserId", "location"),
    *(
        "displayMessageTemplate",
        "displayMessageTemplateData",
        "displayBodyMessage",
        "readByUserIds",
        "actionType",
    ),
)
LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
JUNK = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=5),
    max_leaves=12,
)
RECORDS = st.dictionaries(st.sampled_from(NAMES), JUNK, max_size=8)
AROUND = Surroundings({"r": {"icon": "HEART", "from": {"userId": "ana"}}}, {"7"})


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # other tests keep the machine busy
@given(RECORDS)
def test_whatever_a_record_holds_it_can_be_shown(record: Any) -> None:
    hits, documents = Hits("a"), Documents()
    hits.in_threads([("id", record)])
    for look in (
        hits.in_files,
        hits.in_recordings,
        hits.in_documents,
        hits.in_notifications,
        hits.in_activities,
    ):
        look([("id", record)])
    hits.in_people([("id", record)])
    hits.in_mails([("id", record)])
    documents.take([("id", record)])
    shown = [
        thread_of("id", record, AROUND),
        recording_of("id", record, AROUND),
        activity_of("id", record),
        notification_of("id", record),
        *hits.items,
        *documents.listed(),
    ]
    named(shown, dict.fromkeys(mentioned(shown), "Somebody"))
    json.dumps(shown, allow_nan=False)
    newest_first(shown[:2], "", 10)


@pytest.mark.parametrize(
    ("stored", "shown"),
    [
        (1_700_000_000_000, 1_700_000_000_000),
        (1_700_000_000, 1_700_000_000_000),
        (1_700_000_000.5, 1_700_000_000_500),
        ("2023-11-14T22:13:20Z", 1_700_000_000_000),
        ("2023-11-14T22:13:20.123456Z", 1_700_000_000_123),
        ("2023-11-14T23:13:20+01:00", 1_700_000_000_000),
        ({"_seconds": 1_700_000_000, "_nanoseconds": 0}, 1_700_000_000_000),
        (True, None),
        (float("nan"), None),
        (-5, None),
        (10**30, None),
        ("yesterday", None),
        (None, None),
        ([], None),
    ],
)
def test_times_are_read_however_they_are_stored(stored: Any, shown: Optional[int]) -> None:
    assert moment(stored) == shown


def test_long_texts_are_cut_and_marks_are_taken_out() -> None:
    assert text_of("x" * (LONGEST + 1)) == "x" * LONGEST + " …"
    assert plain_text({"commentHtml": "<p>1 &lt; 2</p>"}) == "1 < 2"
    assert plain_text({"commentText": "<b>", "commentHtml": "<p>other</p>"}) == "<b>"
    assert brief({"userId": "ben"}) == "ben"
    assert brief(True) == "yes"


def test_a_resolved_thread_is_known_by_its_status_or_by_who_resolved_it() -> None:
    for record, expected in (
        ({"status": {"name": "Done", "type": "terminal"}}, ("Done", True)),
        ({"status": {"id": "OPEN", "type": "default"}}, ("OPEN", False)),
        ({"resolvedByUserId": "ana"}, ("Resolved", True)),
        ({"status": "resolved"}, ("resolved", True)),
        ({}, ("", False)),
    ):
        shown = thread_of("t", dict(record), AROUND)
        assert (shown["status"], shown["resolved"]) == expected


def test_what_happened_is_told_in_words_and_no_place_of_a_template_stays_empty() -> None:
    assert in_words("comment_annotation.status_change", "comment") == "changed the status of a thread"
    assert in_words("made_up.thing", "custom") == "custom made up thing"
    assert filled("{{actionUser}} sent { what }", {"actionUser": "Ana", "what": "it"}) == "Ana sent it"
    assert filled("{{actionUser.name}}", {"actionUser": "Ana"}) == "Ana"
    assert filled("{who} sent it", {}) == ""
    told = notification_of(
        "n",
        {
            "displayHeadlineMessageTemplate": "{actionUser} asks {nobody}",
            "displayHeadlineMessage": "Ana asks",
            "actionUser": {"userId": "ana", "name": "Ana"},
            "readByUserIds": ["ben", "mia"],
        },
    )
    assert (told["headline"], told["who"]["name"], told["read"]) == ("Ana asks", "Ana", 2)
    shared = {
        "displayMessageTemplate": "{{actionUser}} shared",
        "actionUser": {"userId": "ana", "name": "Ana"},
    }
    assert activity_of("a", shared)["what"] == "Ana shared"


def test_many_hits_of_one_thread_are_told_by_their_number() -> None:
    comments = [{"commentText": f"found {number}"} for number in range(8)]
    hits = Hits("FOUND")
    hits.in_thread("t", "plan", {"comments": comments})
    assert [each["left"] for each in hits.items] == [0, 0, 0, 0, 3]


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 40)), unique=True), st.integers(1, 7))
def test_pages_hold_every_item_once_newest_first(places: List[Any], most: int) -> None:
    items = [{"id": str(id), "at": at or None} for at, id in {id: (at, id) for at, id in places}.values()]
    found: List[Any] = []
    after: Optional[str] = ""
    while after is not None:
        page, after = newest_first(items, after, most)
        found.extend(page)
    assert sorted(each["id"] for each in found) == sorted(each["id"] for each in items)
    assert [each["at"] or 0 for each in found] == sorted((each["at"] or 0 for each in found), reverse=True)


def test_a_page_ends_before_it_grows_too_large_and_never_stays_empty() -> None:
    items = [{"id": str(number), "at": number, "text": "x" * 1000} for number in range(1, 6)]
    page, after = newest_first(items, "", 25, largest=2500)
    assert [each["id"] for each in page] == ["5", "4"]
    assert after == "4:4"
    page, after = newest_first(items, "2:2", 25, largest=10)
    assert ([each["id"] for each in page], after) == (["1"], None)
