"""Judgments of the memory: where they come from, how they are searched and listed."""

from __future__ import annotations

from typing import Any, Callable, List

import pytest

from tests.emulator.controlling import asked
from tests.emulator.judgments import CLAIM, DAY, SARAH, comment, judge, texts
from tests.emulator.memory import memory_of, raw
from velt_py import VeltSDK
from velt_py.emulator import Emulator


def test_comments_and_what_becomes_of_a_thread_are_judgments(sdk: VeltSDK) -> None:
    comment(sdk, CLAIM, suggestion={"newContent": "x"})
    changes: Any = {"status": {"id": "RESOLVED", "type": "terminal"}, "suggestion": {"status": "rejected"}}
    sdk.api.commentAnnotations.updateCommentAnnotations(
        organizationId="o", documentId="d", annotationIds=["a"], updatedData=changes
    )
    found = memory_of(sdk).queryJudgments()["result"]
    assert {each["decision"] for each in found["results"]} == {"comment", "resolve", "rejected"}
    assert found["total"] == 3
    one = next(each for each in found["results"] if each["decision"] == "comment")
    assert (one["reasoning"], one["actionUser"], one["judgeType"], one["agent"]) == (
        CLAIM,
        SARAH,
        "human",
        None,
    )
    assert one["organizationId"] != "o"
    assert one["documentId"] != "d"
    only = memory_of(sdk).queryJudgments(decision="resolve")["result"]["results"]
    assert [each["decision"] for each in only] == ["resolve"]
    sdk.api.commentAnnotations.deleteCommentAnnotations(
        organizationId="o", documentId="d", annotationIds=["a"]
    )
    assert memory_of(sdk).queryJudgments()["result"] == {"results": [], "total": 0}


def test_a_judgment_of_an_agent_says_which(sdk: VeltSDK) -> None:
    agent = {"agentSource": "external", "agentName": "Proof", "agentId": "p", "executionId": "e"}
    sdk.api.commentAnnotations.addCommentAnnotations(
        organizationId="o",
        documentId="d",
        createOrganization=True,
        createDocument=True,
        commentAnnotations=[{"commentData": [{"commentText": "Typo", "from": SARAH, "agent": agent}]}],
    )
    comment(sdk, "Human words", "b")
    (one,) = memory_of(sdk).queryJudgments(judgeType="agent")["result"]["results"]
    assert one["agent"] == {"agentId": "p", "agentType": None, "executionId": "e", "agentFields": None}
    assert texts(memory_of(sdk).search(query="typo words", filters={"judgeType": "human"})) == ["Human words"]


def test_judgments_are_searched_by_their_words_the_nearest_first(sdk: VeltSDK, emulator: Emulator) -> None:
    judge(
        emulator,
        {"decision": "rejected", "reasoning": CLAIM},
        {"decision": "approved", "reasoning": "The claim has a citation of two studies and a date."},
        {"decision": "approved", "reasoning": "Nice picture"},
    )
    found = memory_of(sdk).search(query="claim lacks citation")["result"]
    assert [each["decision"] for each in found["results"]] == ["rejected", "approved"]
    assert found["results"][0]["similarity"] > found["results"][1]["similarity"]
    assert (found["totalInScope"], found["results"][0]["scope"]) == (2, "apiKey")
    assert texts(memory_of(sdk).search(query="zebra")) == []
    only = memory_of(sdk).search(query="claim", filters={"decision": "rejected"})
    assert texts(only) == [CLAIM]


def test_filters_see_only_three_times_the_limit(sdk: VeltSDK, emulator: Emulator) -> None:
    near = [{"reasoning": "claim", "decision": "approved"}] * 3
    judge(emulator, {"reasoning": "claim with more words", "decision": "rejected"}, *near)
    search = memory_of(sdk).search
    assert texts(search(query="claim", limit=1, filters={"decision": "rejected"})) == []
    assert len(texts(search(query="claim", limit=2, filters={"decision": "rejected"}))) == 1


def test_a_document_counts_only_with_its_organization(sdk: VeltSDK, emulator: Emulator) -> None:
    judge(
        emulator,
        {"reasoning": "claim one", "documentId": "d"},
        {"reasoning": "claim two", "documentId": "e"},
        {"reasoning": "claim three", "organizationId": "p"},
    )
    search = memory_of(sdk).search

    def found(**more: Any) -> List[str]:
        return sorted(texts(search(query="claim", **more)))

    everything = ["claim one", "claim three", "claim two"]
    assert found(documentId="d") == everything
    assert found(organizationId="o") == ["claim one", "claim two"]
    assert found(organizationId="o", documentId="d") == ["claim one"]
    assert found(organizationId="o", documentId="d", scope="organization") == ["claim one", "claim two"]
    assert found(organizationId="o", documentId="d", scope="apiKey") == everything
    _, aliased = raw(emulator, "search", {"query": "claim", "orgId": "o", "docId": "d"})
    assert texts(aliased) == ["claim one"]
    assert found(filters={"excludeDocumentIds": ["d"]}) == ["claim three", "claim two"]
    internal = memory_of(sdk).queryJudgments(organizationId="o", documentId="e")["result"]["results"][0]
    assert found(filters={"excludeDocumentIds": [internal["documentId"]]}) == ["claim one", "claim three"]


def test_recent_days_are_whole_ones_and_end_where_today_begins(sdk: VeltSDK, emulator: Emulator) -> None:
    today = emulator.clock.milliseconds() // (DAY * 1000) * DAY * 1000
    for name, at in (
        ("too old", today - 7 * DAY * 1000 - 1),
        ("first", today - 7 * DAY * 1000),
        ("last", today - 1),
        ("today", today),
    ):
        judge(emulator, {"reasoning": name, "createdAt": at})
    found = memory_of(sdk).search(query="ignored", recencyDays=7)
    assert texts(found) == ["last", "first"]
    assert {each["similarity"] for each in found["result"]["results"]} == {1.0}


def test_a_thread_is_read_from_its_beginning(sdk: VeltSDK, emulator: Emulator) -> None:
    for number in range(3):
        judge(emulator, {"reasoning": f"{number}", "annotationId": "a"})
        emulator.clock.tick(1)
    judge(emulator, {"reasoning": "other", "annotationId": "b"})
    place = {"organizationId": "o"}
    found = memory_of(sdk).search(query="x", filters={"annotationId": "a"}, scope="document", **place)
    assert texts(found) == ["0", "1", "2"]
    assert texts(memory_of(sdk).queryJudgments(annotationId="a", limit=2, **place)) == ["1", "2"]


@pytest.mark.parametrize("zone", ["2027-01-15T00:00:00Z", 1_799_971_200_000], ids=["iso", "ms"])
def test_a_range_of_dates_is_kept(sdk: VeltSDK, emulator: Emulator, zone: Any) -> None:
    judge(
        emulator,
        {"reasoning": "claim before", "createdAt": 1_799_971_199_999},
        {"reasoning": "claim then", "createdAt": 1_799_971_200_000},
    )
    assert texts(memory_of(sdk).search(query="claim", filters={"dateRange": {"start": zone}})) == [
        "claim then"
    ]


@pytest.mark.parametrize(
    ("path", "data", "field"),
    [
        ("search", {}, ["query"]),
        ("search", {"query": ""}, ["query"]),
        ("search", {"query": "q", "limit": 0}, ["limit"]),
        ("search", {"query": "q", "limit": 51}, ["limit"]),
        ("search", {"query": "q", "limit": 1.5}, ["limit"]),
        ("search", {"query": "q", "recencyDays": 0}, ["recencyDays"]),
        ("search", {"query": "q", "recencyDays": 366}, ["recencyDays"]),
        ("ask", {"question": "q", "recencyDays": 366}, ["recencyDays"]),
        ("search", {"query": "q", "scope": "organization"}, ["organizationId"]),
        ("search", {"query": "q", "scope": "document", "organizationId": "o"}, ["documentId"]),
        ("search", {"query": "q", "filters": {"annotationId": "a"}}, ["filters", "annotationId"]),
        ("judgments/query", {"annotationId": "a"}, ["annotationId"]),
        ("judgments/query", {"limit": 101}, ["limit"]),
        ("judgments/query", {"decision": "maybe"}, ["decision"]),
        ("search", {"query": "q", "filters": {"excludeDocumentIds": []}}, ["filters", "excludeDocumentIds"]),
        (
            "ask",
            {"question": "q", "filters": {"excludeDocumentIds": ["d"] * 21}},
            ["filters", "excludeDocumentIds"],
        ),
        (
            "search",
            {"query": "q", "filters": {"dateRange": {"start": 2, "end": 1}}},
            ["filters", "dateRange"],
        ),
        (
            "search",
            {"query": "q", "filters": {"dateRange": {"start": "x"}}},
            ["filters", "dateRange", "start"],
        ),
        ("ask", {}, ["question"]),
        ("suggest", {"query": ""}, ["query"]),
        ("alerts/config/update", {}, ["config"]),
        ("alerts/config/update", {"config": {"maxAlertsPerWeek": -1}}, ["config", "maxAlertsPerWeek"]),
        ("alerts/config/update", {"config": {"severityThreshold": "x"}}, ["config", "severityThreshold"]),
        ("backfill/judgments", {"batchSize": 1001}, ["batchSize"]),
        ("backfill/judgments", {"allApiKeysInStore": True}, ["storeDbId"]),
    ],
)
def test_a_request_over_an_edge_is_refused_and_names_the_field(
    emulator: Emulator, path: str, data: Any, field: Any
) -> None:
    code, answer = raw(emulator, path, data)
    assert (code, answer["error"]["status"]) == (400, "INVALID_ARGUMENT")
    assert [each["path"] for each in answer["error"]["details"]["issues"]] == [field]


@pytest.mark.parametrize(
    ("path", "data"),
    [
        ("search", {"query": "q", "limit": 1}),
        ("search", {"query": "q", "limit": 50}),
        ("search", {"query": "q", "recencyDays": 1}),
        ("search", {"query": "q", "recencyDays": 365}),
        ("search", {"query": "q", "unknown": 1, "filters": {"excludeDocumentIds": ["d"] * 20}}),
        ("judgments/query", {"limit": 100}),
        ("backfill/judgments", {"batchSize": 1000}),
    ],
)
def test_a_request_at_an_edge_is_taken(emulator: Emulator, path: str, data: Any) -> None:
    assert raw(emulator, path, data)[0] == 200


def test_every_failing_field_is_named_and_the_first_one_is_the_message(emulator: Emulator) -> None:
    _, answer = raw(emulator, "search", {"limit": 99})
    assert answer["error"]["message"] == "query is required"
    assert [each["path"] for each in answer["error"]["details"]["issues"]] == [["query"], ["limit"]]


def test_two_api_keys_and_an_erased_person_leave_nothing_to_each_other(
    sdk: VeltSDK, sdk_of: Callable[[str], VeltSDK], emulator: Emulator
) -> None:
    comment(sdk, CLAIM)
    judge(emulator, {"reasoning": CLAIM}, {"reasoning": CLAIM, "actionUser": {"userId": "v"}})
    other = memory_of(sdk_of("other"))
    judge(emulator, {"reasoning": CLAIM}, key="other")
    assert len(texts(other.search(query="claim"))) == 1
    sdk.api.gdpr.deleteAllUserData(userIds=["u_sarah"])
    left = memory_of(sdk).queryJudgments()["result"]["results"]
    assert [each["actionUser"]["userId"] for each in left] == ["v"]
    assert len(texts(other.search(query="claim"))) == 1
    sdk.api.organizations.deleteOrganizations(organizationIds=["o"])
    assert memory_of(sdk).getStats()["result"]["totalActivities"] == 0


def test_wrong_judgments_are_not_put_in(emulator: Emulator) -> None:
    status, answer = asked(emulator, "POST", "memory/judgments", apiKey="key", judgments=[{"decision": "x"}])
    assert (status, answer["error"]["status"]) == (400, "INVALID_ARGUMENT")
    status, answer = asked(emulator, "POST", "memory/judgments", judgments=[])
    assert (status, answer["error"]["message"].partition(" ")[0]) == (400, "apiKey")
