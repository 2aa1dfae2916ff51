"""Judgments of the memory, and what is derived from them: search, answers, advice, profiles, patterns, alerts."""

from __future__ import annotations

import json
from typing import Any, Callable, Dict, List

import pytest

from velt_py import VeltSDK
from velt_py.emulator import Emulator

DAY = 24 * 3600
ONCE = {"retries": 0}
SARAH = {"userId": "u_sarah", "name": "Sarah Lee", "email": "sarah@example.com"}
CLAIM = "Claim 'clinically proven' lacks a citation."


def memory_of(sdk: VeltSDK) -> Any:
    """Untyped: the tests send what the signatures refuse."""
    return sdk.api.memory


def control(emulator: Emulator, path: str, **given: Any) -> Any:
    status, _, body = emulator.handle("POST", f"/__velt/{path}", {}, json.dumps(given).encode())
    return status, json.loads(body)


def judge(emulator: Emulator, *entries: Dict[str, Any], key: str = "key") -> List[str]:
    held = [{"organizationId": "o", "actionUser": SARAH, **entry} for entry in entries]
    status, answer = control(emulator, "memory/judgments", apiKey=key, judgments=held)
    assert status == 200, answer
    return list(answer["judgments"])


def raw(emulator: Emulator, path: str, data: Any) -> Any:
    """A request as the SDK would not send it."""
    headers = {"x-velt-api-key": "key", "x-velt-auth-token": "token-of-key"}
    body = json.dumps({"data": data}).encode()
    code, _, answer = emulator.handle("POST", f"/v2/memory/{path}", headers, body)
    return code, json.loads(answer)


def comment(sdk: VeltSDK, text: str, annotation: str = "a", **more: Any) -> None:
    answer: Any = sdk.api.commentAnnotations.addCommentAnnotations(
        organizationId="o",
        documentId="d",
        createOrganization=True,
        createDocument=True,
        commentAnnotations=[
            {"annotationId": annotation, "commentData": [{"commentText": text, "from": SARAH}], **more}
        ],
    )
    assert "result" in answer, answer


def texts(answer: Any) -> List[str]:
    return [each["reasoning"] for each in answer["result"]["results"]]


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


def test_an_answer_quotes_what_it_cites_and_nothing_else(sdk: VeltSDK, emulator: Emulator) -> None:
    memory = memory_of(sdk)
    nothing: Dict[str, Any] = {"answer": "", "citations": [], "confidence": 0, "recordsSearched": 0}
    assert memory.ask(question="How do we handle claims?")["result"] == nothing
    (record,) = judge(emulator, {"decision": "rejected", "reasoning": CLAIM})
    memory.ingestKnowledge(
        source="inline",
        file={
            "base64": "QWxsIGNsYWltcyBuZWVkIGEgc291cmNlLg==",
            "mimeType": "text/plain",
            "fileName": "a",
            "fileSize": 26,
        },
    )
    emulator.clock.tick(2)
    found = memory.ask(question="How do we handle claims?")["result"]
    assert {each["snippet"] for each in found["citations"]} == {CLAIM, "All claims need a source."}
    assert set(found["answer"].split("\n")) == {each["snippet"] for each in found["citations"]}
    assert record in {each["recordId"] for each in found["citations"]}
    assert 0 < found["confidence"] <= 1
    assert found["recordsSearched"] == 1
    assert memory.ask(question="Who feeds zebras?")["result"] == nothing


def test_scripts_answer_questions_and_suggest(sdk: VeltSDK, emulator: Emulator) -> None:
    for operation, field in (("ask", "question"), ("suggest", "query")):
        control(
            emulator,
            "scripts",
            apiKey="key",
            operation=f"memory.{operation}",
            match={field: "^claims"},
            answer={"said": operation},
        )
    assert memory_of(sdk).ask(question="claims?")["result"] == {"said": "ask"}
    assert memory_of(sdk).suggest(query="claims?")["result"] == {"said": "suggest"}
    assert memory_of(sdk).suggest(query="other")["result"] == {"primary": None, "conflict": None}


def test_a_suggestion_needs_two_judgments_of_one_side(sdk: VeltSDK, emulator: Emulator) -> None:
    suggest = memory_of(sdk).suggest
    judge(emulator, {"decision": "rejected", "reasoning": CLAIM}, {"decision": "comment", "reasoning": CLAIM})
    assert suggest(query="a claim")["result"] == {"primary": None, "conflict": None}
    judge(emulator, {"decision": "disagree", "reasoning": "Claim too bold", "actionUser": {"userId": "v"}})
    found = suggest(query="a claim", organizationId="o")["result"]
    assert found["conflict"] is None
    assert found["primary"] == {
        "recommendation": "reject",
        "confidence": 1.0,
        "basedOn": 2,
        "scope": "organization",
        "scopeLabel": "This organization",
        "topReasons": ["Claim too bold", CLAIM],
        "uniqueReviewers": 2,
        "caveats": [],
    }


def test_split_evidence_is_a_conflict_and_old_evidence_a_caveat(sdk: VeltSDK, emulator: Emulator) -> None:
    old = emulator.clock.milliseconds() - 200 * DAY * 1000
    sides = [*["rejected"] * 3, *["endorse"] * 2]
    judge(emulator, *({"decision": side, "reasoning": "claim", "createdAt": old} for side in sides))
    found = memory_of(sdk).suggest(query="claim")["result"]
    assert (found["primary"]["recommendation"], found["conflict"]["recommendation"]) == ("reject", "approve")
    assert (found["primary"]["basedOn"], found["conflict"]["basedOn"]) == (3, 2)
    assert "Stale pattern: >70% of supporting data is older than 6 months" in found["primary"]["caveats"]
    assert len(found["primary"]["caveats"]) == 2
    assert len(found["conflict"]["caveats"]) == 1


def test_a_profile_follows_from_the_judgments_of_its_reviewer(sdk: VeltSDK, emulator: Emulator) -> None:
    memory = memory_of(sdk)
    assert memory.getReviewerProfile(targetUserId="u_sarah")["result"] is None
    flags = {"decision": "rejected", "flags": ["missing-citation"]}
    judge(
        emulator,
        flags,
        flags,
        {"decision": "approved", "contentType": "copy"},
        {"actionUser": {"userId": "v"}},
    )
    found = memory.getReviewerProfile(targetUserId="u_sarah")["result"]
    (place,) = found.pop("orgBreakdown").values()
    assert (place["clientOrganizationId"], place["judgments"], place["approvals"]) == ("o", 3, 1)
    assert found == {
        "userId": "u_sarah",
        "name": "Sarah Lee",
        "email": "sarah@example.com",
        "totalJudgments": 3,
        "approvalRate": 0.33,
        "avgReviewTimeSeconds": 0,
        "topFlags": [{"issue": "missing-citation", "count": 2}],
        "contentTypes": ["comment", "copy"],
        "peakHours": [8],
        "lastActive": emulator.clock.milliseconds(),
        "twinEligible": False,
        "twinAccuracy": None,
    }
    assert memory.getReviewerProfile()["result"] is None


def test_a_reviewer_of_fifty_judgments_whose_ways_changed_is_told_so(
    sdk: VeltSDK, emulator: Emulator
) -> None:
    now = emulator.clock.milliseconds()
    judge(emulator, *[{"decision": "approved", "createdAt": now - 100 * DAY * 1000}] * 25)
    judge(emulator, *[{"decision": "rejected"}] * 24)
    profile = memory_of(sdk).getReviewerProfile
    assert not profile(targetUserId="u_sarah")["result"]["twinEligible"]
    judge(emulator, {"decision": "rejected"})
    found = profile(targetUserId="u_sarah")["result"]
    assert found["twinEligible"]
    assert [each["topic"] for each in found["evolvedStandards"]] == ["comment"]


def test_a_consolidation_finds_patterns_and_is_skipped_when_nothing_changed(
    sdk: VeltSDK, emulator: Emulator
) -> None:
    memory = memory_of(sdk)
    records = judge(emulator, *[{"decision": "rejected", "contentType": "copy", "flags": ["compliance"]}] * 3)
    assert memory.getPatterns()["result"] == []
    assert memory.triggerConsolidation()["result"]["patterns"] == 1
    (pattern,) = memory.getPatterns()["result"]
    assert set(pattern.pop("topSourceRecordIds")) == set(records)
    assert (pattern["scope"], pattern["sourceCount"], pattern["category"]) == ("org", 3, "compliance")
    assert memory.triggerConsolidation()["result"]["status"] == "skipped"
    assert memory.triggerConsolidation(force=True)["result"]["status"] == "completed"
    assert memory.getStats()["result"] == {
        "totalActivities": 3,
        "totalProfiles": 1,
        "totalPatterns": 1,
        "totalKnowledgeSources": 0,
    }


def fallen(sdk: VeltSDK, emulator: Emulator) -> str:
    """An alert: what was approved is now rejected."""
    before = emulator.clock.milliseconds() - 10 * DAY * 1000
    judge(emulator, *[{"decision": "approved", "createdAt": before}] * 6, *[{"decision": "rejected"}] * 6)
    assert memory_of(sdk).triggerConsolidation()["result"]["alerts"] == 1
    (alert,) = memory_of(sdk).listAlerts()["result"]
    assert (alert["alertType"], alert["status"], alert["apiKey"]) == ("anomaly", "active", "key")
    assert (alert["evidence"]["baseline"], alert["evidence"]["current"]) == (0.5, 0.0)
    return str(alert["id"])


def test_an_alert_is_raised_once_and_dismissed_as_often_as_one_likes(
    sdk: VeltSDK, emulator: Emulator
) -> None:
    memory = memory_of(sdk)
    name = fallen(sdk, emulator)
    memory.triggerConsolidation(force=True)
    assert len(memory.listAlerts()["result"]) == 1
    for _ in range(2):
        assert memory.dismissAlert(alertId=name, user={"uid": "u"})["result"] == {"success": True}
    assert memory.listAlerts()["result"] == []


def test_at_most_three_alerts_are_raised_a_week(sdk: VeltSDK, emulator: Emulator) -> None:
    memory = memory_of(sdk)
    memory.markAlertActioned(alertId=fallen(sdk, emulator))
    raised = []
    for _ in range(3):
        raised.append(memory.triggerConsolidation(force=True)["result"]["alerts"])
        for alert in memory.listAlerts()["result"]:
            memory.markAlertActioned(alertId=alert["id"])
    assert raised == [1, 1, 0]
    assert memory.listAlerts()["result"] == []


@pytest.mark.parametrize("path", ["alerts/dismiss", "alerts/action"])
def test_an_alert_that_is_not_known_is_an_internal_error(emulator: Emulator, path: str) -> None:
    code, answer = raw(emulator, path, {"alertId": "none"})
    assert (code, answer["error"]["status"]) == (500, "INTERNAL")


def test_settings_of_alerts_are_merged_and_given_back(sdk: VeltSDK) -> None:
    memory = memory_of(sdk)
    assert memory.getAlertConfig()["result"] == {"enabled": True}
    memory.updateAlertConfig(config={"maxAlertsPerWeek": 5, "enabledAlertTypes": ["anomaly", "new"]})
    memory.updateAlertConfig(config={"enabled": False, "other": 1})
    assert memory.getAlertConfig()["result"] == {
        "enabled": False,
        "maxAlertsPerWeek": 5,
        "enabledAlertTypes": ["anomaly", "new"],
        "other": 1,
    }


def test_a_backfill_goes_on_where_it_stopped(sdk: VeltSDK, emulator: Emulator) -> None:
    memory = memory_of(sdk)
    assert "result" in memory.seedActiveApiKeys()
    judge(emulator, *({"reasoning": str(number)} for number in range(5)))
    seen, given = [], {}
    while True:
        found = memory.backfillJudgments(batchSize=2, **given)["result"]
        seen.append(found["processed"])
        if not found["hasMore"]:
            break
        given = {"resumeFrom": found["resumeFrom"]}
    assert seen == [2, 2, 1]
    assert memory.backfillJudgments(resumeFrom="none")["error"]["status"] == "INVALID_ARGUMENT"


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
    status, answer = control(emulator, "memory/judgments", apiKey="key", judgments=[{"decision": "x"}])
    assert (status, answer["error"]["status"]) == (400, "INVALID_ARGUMENT")
    status, answer = control(emulator, "memory/judgments", judgments=[])
    assert (status, answer["error"]["message"].partition(" ")[0]) == (400, "apiKey")
