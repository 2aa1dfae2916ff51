"""What the memory makes of judgments: answers, suggestions, profiles, patterns, alerts."""

from __future__ import annotations

from typing import Any, Dict

import pytest

from tests.emulator.controlling import script
from tests.emulator.judgments import CLAIM, DAY, judge
from tests.emulator.memory import memory_of, raw
from velt_py import VeltSDK
from velt_py.emulator import Emulator


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
        script(emulator, f"memory.{operation}", {"said": operation}, **{field: "^claims"})
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
