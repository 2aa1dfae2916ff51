"""What a save does to a stored record, case by case of the contract."""

from __future__ import annotations

import copy
from typing import Any, Dict, List, Optional

import pytest

from velt_py.selfhosting.merge import NO_COMMENT, ONE_COMMENT, comment_merge, map_merges, merged
from velt_py.selfhosting.plans import MapMerge
from velt_py.selfhosting.records import ACTIVITIES, COMMENTS, NOTIFICATIONS, REACTIONS, RECORDINGS

STORED: Dict[str, Any] = {
    "annotationId": "A",
    "comments": {
        "1": {"commentId": 1, "commentText": "one", "commentHtml": "<p>one</p>", "extra": 1},
        "2": {"commentId": 2, "commentText": "two"},
    },
}


def after(
    comments: Optional[Dict[str, Any]], event: Optional[str], comment: Optional[str] = None
) -> Dict[str, Any]:
    rule = comment_merge(event, comment, comments or {})
    document = (
        {} if comments is None else {"comments": {k: v for k, v in comments.items() if k not in rule.remove}}
    )
    found: Dict[str, Any] = merged(STORED, document, (rule,))["comments"]
    return found


@pytest.mark.parametrize("event", sorted(ONE_COMMENT))
def test_an_event_about_one_comment_changes_that_one_only(event: str) -> None:
    found = after(
        {"1": {"commentText": "stale"}, "2": {"commentText": "new"}, "3": {"commentText": "gap"}}, event, "2"
    )
    assert found["1"] == STORED["comments"]["1"]
    assert found["2"]["commentText"] == "new"
    assert found["3"] == {"commentText": "gap"}


@pytest.mark.parametrize("event", sorted(NO_COMMENT))
def test_an_event_about_the_thread_changes_no_comment(event: str) -> None:
    found = after({"1": {"commentText": "stale"}, "3": {"commentText": "gap"}}, event)
    assert found == {**STORED["comments"], "3": {"commentText": "gap"}}


@pytest.mark.parametrize("event", [None, "comment_annotation.add", "never.heard.of"])
def test_other_events_take_what_is_sent_and_drop_nothing(event: Optional[str]) -> None:
    found = after({"1": {"commentText": "new"}}, event)
    assert found["1"] == {**STORED["comments"]["1"], "commentText": "new"}
    assert found["2"] == STORED["comments"]["2"]


def test_an_edit_without_text_clears_the_text_and_keeps_the_rest() -> None:
    assert after({"1": {"attachments": {}}}, "comment.update", "1")["1"] == {
        "commentId": 1,
        "extra": 1,
        "attachments": {},
    }


def test_only_an_edit_clears_texts() -> None:
    for event in sorted(ONE_COMMENT - {"comment.update"}):
        assert after({"1": {"reactions": []}}, event, "1")["1"]["commentText"] == "one"


def test_a_deletion_removes_the_named_comment_and_believes_nothing_else() -> None:
    assert after({"1": {"commentText": "stale"}}, "comment.delete", "2") == {"1": STORED["comments"]["1"]}
    assert after({}, "comment.delete", "2") == {"1": STORED["comments"]["1"]}
    assert after(None, "comment.delete", "2") == {"1": STORED["comments"]["1"]}
    assert after({"2": {"commentText": "still sent"}}, "comment.delete", "2") == {
        "1": STORED["comments"]["1"]
    }


@pytest.mark.parametrize("event", ["comment.delete", "comment_annotation.delete"])
def test_a_deletion_of_no_named_comment_empties_with_an_empty_map_only(event: str) -> None:
    assert after({}, event) == {}
    assert after(None, event) == STORED["comments"]
    assert after({"1": {"commentText": "stale"}}, event) == STORED["comments"]


def test_an_empty_map_means_nothing_without_a_deletion() -> None:
    for event in (None, "comment.add", "comment.update", "comment_annotation.assign"):
        assert after({}, event, "1") == STORED["comments"]


def test_an_event_about_a_comment_that_is_not_sent_takes_what_is_sent() -> None:
    assert after({"2": {"commentText": "new"}}, "comment.update", "9")["2"]["commentText"] == "new"


def test_merging_changes_neither_argument_and_repeats_to_the_same() -> None:
    stored, document = copy.deepcopy(STORED), {"comments": {"1": {"x": {}}, "3": {}}, "context": None}
    sent = copy.deepcopy(document)
    once = merged(stored, document, (MapMerge("comments", deep=True),))
    assert (stored, document) == (STORED, sent)
    assert merged(once, document, (MapMerge("comments", deep=True),)) == once


@pytest.mark.parametrize("old", [None, 5, "text", [], {}])
@pytest.mark.parametrize("new", [None, 5, "text", [], {"1": {}}])
def test_fields_that_are_no_maps_are_replaced(old: Any, new: Any) -> None:
    assert merged({"comments": old}, {"comments": new}, (MapMerge("comments", deep=True),)) == {
        "comments": new
    }


def test_kinds_merge_the_maps_that_they_name() -> None:
    def fields(kind: Any) -> List[str]:
        return [rule.field for rule in map_merges(kind)]

    assert fields(COMMENTS) == ["metadata", "comments"]
    assert fields(REACTIONS) == fields(ACTIVITIES) == ["metadata"]
    assert fields(RECORDINGS) == ["metadata", "recordingEditVersions", "chunkUrls"]
    assert fields(NOTIFICATIONS) == []
