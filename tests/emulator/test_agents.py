"""Agents: definitions, versions, groups, runs by the clock, and the tools around prompts."""

from __future__ import annotations

import base64
import json
from typing import Any, Callable, Dict, List

import pytest

from tests.emulator.asking import data
from tests.emulator.controlling import control, script, sdk_over
from velt_py import VeltSDK
from velt_py.emulator import Clock, Emulator
from velt_py.exceptions import VeltSDKError

PLACE = {"organizationId": "o", "documentId": "d"}
PAGE = "https://example.com/pricing"
REDACTED = "__redacted__"
TYPO = {"title": "Typo", "description": "Welcom", "severity": "low", "targetText": "Welcom", "confidence": 98}


def refused(answer: Any) -> str:
    assert "error" in answer, answer
    return str(answer["error"]["status"])


def filled(sdk: VeltSDK) -> Any:
    sdk.api.organizations.addOrganizations(organizations=[{"organizationId": "o"}])
    sdk.api.documents.addDocuments(organizationId="o", documents=[{"documentId": "d"}, {"documentId": "d2"}])
    return sdk.api


@pytest.fixture
def api(sdk: VeltSDK) -> Any:
    return filled(sdk)


def fields(**more: Any) -> Dict[str, Any]:
    return {
        "name": "Checker",
        "description": "Checks",
        "enabled": True,
        "instructions": "Check it.",
        "contextGathering": {"strategies": ["web-page-text"]},
        "execution": {},
        **more,
    }


def made(api: Any, **more: Any) -> str:
    return str(data(api.agents.createAgent(**fields(**more)))["agentId"])


def agent_of(api: Any, name: str) -> Any:
    return data(api.agents.getAgent(agentId=name))["agent"]


def sent(emulator: Emulator, path: str, key: str = "key", **given: Any) -> Any:
    """A request that the SDK would not send."""
    headers = {"x-velt-api-key": key, "x-velt-auth-token": f"token-of-{key}"}
    _, _, body = emulator.handle("POST", f"/v2/{path}", headers, json.dumps({"data": given}).encode())
    return json.loads(body)


def started(api: Any, agent: str, url: str = PAGE, **more: Any) -> str:
    given = {**PLACE, "url": url, **more}
    return str(data(api.agents.runAgentExecution(agentId=agent, **given))["executionId"])


def execution_of(api: Any, name: str) -> Any:
    return data(api.agents.getAgentExecution(executionId=name))["execution"]


def test_an_agent_is_made_seen_changed_seen_deleted_and_gone(api: Any) -> None:
    name = made(api, postProcess={"guardrails": {"enabled": True}})
    found = agent_of(api, name)
    assert (found["version"], found["managedBy"], found["instructions"]) == (1, "customer", "Check it.")
    api.agents.updateAgent(agentId=name, name="New", enabled=False)
    found = agent_of(api, name)
    assert (found["name"], found["enabled"], found["version"]) == ("New", False, 1)
    for _ in range(2):
        assert data(api.agents.deleteAgent(agentId=name)) == {"agentId": name}
    assert refused(api.agents.getAgent(agentId=name)) == "NOT_FOUND"
    assert data(api.agents.listAgentVersions(agentId=name)) == {"versions": []}
    assert refused(api.agents.updateAgent(agentId=name, name="X")) == "INTERNAL"


def test_built_in_agents_are_there_and_can_only_be_switched(api: Any) -> None:
    rows = data(api.agents.getAgent(filter="defaultOnly"))["agents"]
    assert len(rows) == 10
    assert all(row["system"] and row["lastExecutedAt"] is None for row in rows)
    assert refused(api.agents.updateAgent(agentId="spell-check", name="X")) == "INVALID_ARGUMENT"
    api.agents.updateAgent(agentId="spell-check", name="X", enabled=False)
    found = agent_of(api, "spell-check")
    assert (found["name"], found["enabled"], found["essentialDefault"]) == ("Spell Check", False, True)
    assert (
        refused(api.agents.updateAgentVersion(agentId="spell-check", instructions="X")) == "INVALID_ARGUMENT"
    )
    api.agents.deleteAgent(agentId="spell-check")
    assert agent_of(api, "spell-check")["system"] is True


def test_lists_leave_internal_agents_out_and_keep_the_order_of_a_group(api: Any) -> None:
    first, second, hidden = made(api), made(api), made(api, metadata={"internal": True})
    rows = data(api.agents.getAgent(filter="customOnly"))["agents"]
    assert [row["id"] for row in rows] == [first, second]
    assert "instructions" not in rows[0]
    assert agent_of(api, hidden)["id"] == hidden
    group = data(api.agents.createAgentGroup(name="G", agentIds=[second, "lighthouse", first]))["group"]
    rows = data(api.agents.getAgent(groupId=group["id"]))["agents"]
    assert [row["id"] for row in rows] == [second, "lighthouse", first]
    assert refused(api.agents.getAgent(groupId="none")) == "NOT_FOUND"


def test_a_version_merges_one_level_and_restoring_undoes_it_down_to_the_first(api: Any) -> None:
    cross = {"enabled": True, "targetProperty": "p", "pageDiscovery": "manual", "pages": [PAGE]}
    name = made(api, scope={"pageScope": ["*"], "crossPage": cross})
    changed = {"enabled": False, "targetProperty": "p", "pageDiscovery": "auto"}
    assert data(api.agents.updateAgentVersion(agentId=name, scope={"crossPage": changed})) == {"version": 2}
    assert agent_of(api, name)["scope"] == {"pageScope": ["*"], "crossPage": changed}
    versions = data(api.agents.listAgentVersions(agentId=name))["versions"]
    assert [(each["id"], each["version"]) for each in versions] == [("v2", 2), ("v1", 1)]
    assert "name" not in versions[0]
    assert data(api.agents.restoreAgentVersion(agentId=name)) == {"version": 1}
    assert agent_of(api, name)["scope"]["crossPage"] == cross
    assert refused(api.agents.restoreAgentVersion(agentId=name)) == "FAILED_PRECONDITION"
    assert refused(api.agents.restoreAgentVersion(agentId="none")) == "NOT_FOUND"
    assert refused(api.agents.updateAgentVersion(agentId="none", instructions="X")) == "NOT_FOUND"


@pytest.mark.parametrize(
    "change",
    [
        {"scope": {"crossPage": {"enabled": False}}},
        {"instructions": "  "},
        {"execution": {"knowledge": {"sourceIds": ["s"]}}},
        {"postProcess": {"colour": "red"}},
    ],
    ids=["crossPage", "instructions", "knowledge", "postProcess"],
)
def test_a_version_that_lost_what_it_needs_is_refused(api: Any, change: Dict[str, Any]) -> None:
    name = made(api)
    assert refused(api.agents.updateAgentVersion(agentId=name, **change)) == "INVALID_ARGUMENT"
    assert agent_of(api, name)["version"] == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"instructions": ""},
        {"contextGathering": {"strategies": []}},
        {"contextGathering": {"strategies": ["rest-api"]}},
        {"execution": {"executionStrategy": "service"}},
        {"execution": {"executionStrategy": "mcp-tools"}},
        {"execution": {"knowledge": {"maxChunks": 21}}},
        {"execution": {"aiConfig": {"maxToolTurns": 17}}},
        {"input": {"userContextFields": [{"id": "a", "title": "A", "type": "date"}]}},
    ],
    ids=["prompt", "none", "rest", "service", "mcp", "chunks", "turns", "field"],
)
def test_an_agent_that_could_not_run_is_refused(api: Any, wrong: Dict[str, Any]) -> None:
    assert refused(api.agents.createAgent(**fields(**wrong))) == "INVALID_ARGUMENT"


def test_edges_of_a_definition_are_accepted(api: Any) -> None:
    execution = {"knowledge": {"maxChunks": 20}, "aiConfig": {"maxToolTurns": 16, "model": "x"}}
    name = made(api, execution=execution)
    assert agent_of(api, name)["execution"]["aiConfig"] == {"maxToolTurns": 16}
    made(api, instructions=None, execution={"executionStrategy": "service", "serviceId": "crawler"})


def test_secrets_are_read_back_redacted_and_are_kept_nowhere(api: Any, emulator: Emulator) -> None:
    endpoint = {"description": "D", "url": "https://a.example", "auth": {"type": "bearer", "token": "s3cret"}}
    server = {"id": "s", "url": "https://m.example", "auth": {"type": "header", "headers": {"X": "s3cret"}}}
    name = made(
        api,
        contextGathering={
            "strategies": ["rest-api"],
            "strategyOptions": {"rest-api": {"endpoints": [endpoint]}},
        },
        execution={"executionStrategy": "mcp-tools", "mcpServers": [server]},
    )
    found = agent_of(api, name)
    rest = found["contextGathering"]["strategyOptions"]["rest-api"]["endpoints"][0]
    assert rest["auth"] == {"type": "bearer", "token": REDACTED}
    assert found["execution"]["mcpServers"][0]["auth"]["headers"] == {"X": REDACTED}
    assert "s3cret" not in json.dumps(data(api.agents.listAgentVersions(agentId=name)))
    assert "s3cret" not in json.dumps(emulator.state.dump())


def test_a_group_is_made_seen_changed_seen_deleted_and_its_agents_stay(api: Any) -> None:
    name = made(api)
    made_group = api.agents.createAgentGroup(name=" G ", agentIds=[name, name], metadata={"team": "t"})
    group = data(made_group)["group"]
    assert (group["name"], group["agentIds"]) == ("G", [name])
    assert group["metadata"] == {"team": "t", "apiKey": "key"}
    api.agents.updateAgentGroup(groupId=group["id"], description="D")
    api.agents.addAgentsToGroup(groupId=group["id"], agentIds=["lighthouse", name])
    found = data(api.agents.getAgentGroup(groupId=group["id"]))["group"]
    assert (found["description"], found["agentIds"]) == ("D", [name, "lighthouse"])
    row = data(api.agents.listAgentGroups())["groups"][0]
    assert (row["agentCount"], "agentIds" in row) == (2, False)
    api.agents.removeAgentsFromGroup(groupId=group["id"], agentIds=["lighthouse", "none"])
    api.agents.deleteAgentGroup(groupId=group["id"])
    assert refused(api.agents.getAgentGroup(groupId=group["id"])) == "NOT_FOUND"
    assert refused(api.agents.deleteAgentGroup(groupId=group["id"])) == "NOT_FOUND"
    assert agent_of(api, name)["id"] == name


def test_a_deleted_agent_leaves_its_groups(api: Any) -> None:
    name = made(api)
    group = data(api.agents.createAgentGroup(name="G", agentIds=[name]))["group"]["id"]
    api.agents.deleteAgent(agentId=name)
    assert data(api.agents.getAgentGroup(groupId=group))["group"]["agentIds"] == []


def test_fifty_groups_of_a_hundred_agents_and_not_one_more(api: Any, emulator: Emulator) -> None:
    agents = [made(api) for _ in range(101)]
    group = data(api.agents.createAgentGroup(name="n" * 200, agentIds=agents[:100]))["group"]["id"]
    more = api.agents.addAgentsToGroup(groupId=group, agentIds=agents[100:])
    assert refused(more) == "RESOURCE_EXHAUSTED"
    assert "result" in api.agents.addAgentsToGroup(groupId=group, agentIds=agents[:1])
    assert (
        refused(sent(emulator, "agents/groups/create", name="G", agentIds=[agents[0]] * 101))
        == "INVALID_ARGUMENT"
    )
    assert refused(api.agents.createAgentGroup(name="n" * 201)) == "INVALID_ARGUMENT"
    for number in range(49):
        api.agents.createAgentGroup(name=f"g{number}")
    assert len(data(api.agents.listAgentGroups())["groups"]) == 50
    assert refused(api.agents.createAgentGroup(name="g")) == "RESOURCE_EXHAUSTED"


def test_groups_take_no_other_fields_and_no_unknown_agents(api: Any, emulator: Emulator) -> None:
    group = data(api.agents.createAgentGroup(name="G"))["group"]["id"]
    assert refused(sent(emulator, "agents/groups/update", groupId=group, metadata={})) == "INVALID_ARGUMENT"
    assert refused(sent(emulator, "agents/groups/update", groupId=group)) == "INVALID_ARGUMENT"
    assert refused(sent(emulator, "agents/groups/create", name="G", colour="red")) == "INVALID_ARGUMENT"
    assert refused(api.agents.createAgentGroup(name="G", agentIds=["none"])) == "NOT_FOUND"
    assert refused(api.agents.addAgentsToGroup(groupId=group, agentIds=["none"])) == "NOT_FOUND"
    assert (
        refused(sent(emulator, "agents/groups/add-agents", groupId=group, agentIds=[])) == "INVALID_ARGUMENT"
    )


def test_a_run_goes_through_its_life_by_the_clock_and_leaves_threads(api: Any, emulator: Emulator) -> None:
    name = made(api)
    script(emulator, "agents.runAgentExecution", {"findings": [TYPO]}, url="pricing")
    run = started(api, name, ranBy={"userId": "u"})
    found = execution_of(api, run)
    assert (found["status"], found["completedAt"], found["agentVersion"]) == ("running", None, 1)
    assert refused(api.agents.runAgentExecution(agentId=name, url=PAGE, **PLACE)) == "ALREADY_EXISTS"
    again = api.agents.runAgentExecution(agentId=name, url=PAGE, **PLACE)
    assert run in again["error"]["message"]
    api.agents.updateAgentVersion(agentId=name, instructions="Other.")
    assert data(api.agents.countAgentExecutions(status="running")) == {"total": 1}
    assert data(api.commentAnnotations.getCommentAnnotations(organizationId="o", executionId=run)) == []
    emulator.clock.tick(2.9)
    assert execution_of(api, run)["status"] == "running"
    emulator.clock.tick(60)
    threads = data(api.commentAnnotations.getCommentAnnotations(organizationId="o", executionId=run))
    assert threads[0]["agent"]["reason"]["title"] == "Typo"
    assert threads[0]["agent"]["agentType"] == "custom"
    assert threads[0]["visibilityConfig"] == {"type": "organizationPrivate", "organizationId": "o"}
    found = execution_of(api, run)
    assert (found["status"], found["durationMs"], found["agentVersion"]) == ("failed", 3000, 1)
    assert found["resultsSummary"]["severityCounts"] == {"low": 1}
    results = data(api.agents.getAgentExecution(executionId=run, includeResults=True))["results"]
    finding = results[0]["agentResult"]["findings"][0]
    assert finding["commentId"] == threads[0]["annotationId"]
    assert data(api.agents.countAgentExecutions(agentIds=[name, "none"])) == {"counts": {name: 1, "none": 0}}


@pytest.mark.parametrize(
    ("filters", "count"),
    [
        ({"agentId": "spell-check"}, 1),
        ({"agentId": "lighthouse"}, 0),
        ({"agentType": "built-in"}, 1),
        ({"agentSource": "velt"}, 1),
        ({"agentSource": "external"}, 0),
        ({"agentSuggestions": True}, 1),
        ({"agentComments": True}, 1),
    ],
    ids=["agent", "other", "type", "velt", "external", "suggestions", "comments"],
)
def test_each_filter_of_agents_finds_the_threads_of_a_run(
    api: Any, emulator: Emulator, filters: Dict[str, Any], count: int
) -> None:
    script(emulator, "agents.runAgentExecution", {"findings": [TYPO]})
    started(api, "spell-check")
    emulator.clock.tick(10)
    found = api.commentAnnotations.getCommentAnnotations(organizationId="o", **filters)
    assert len(data(found)) == count


def test_a_browser_sees_what_a_run_has_left_behind_by_then(api: Any, emulator: Emulator) -> None:
    script(emulator, "agents.runAgentExecution", {"findings": [TYPO]})
    started(api, "lighthouse", annotationVisibility="public")
    emulator.clock.tick(60)
    asked = {"apiKey": "key", "user": {"userId": "ana"}, **PLACE, "event": "get"}
    (thread,) = control(emulator, "POST", "frontend/comment", **asked)["data"]["commentAnnotations"]
    assert thread["agent"]["agentId"] == "lighthouse"


def test_a_second_run_replaces_what_nobody_decided_on(api: Any, emulator: Emulator) -> None:
    other = {**TYPO, "targetText": "Teh"}
    script(emulator, "agents.runAgentExecution", {"findings": [TYPO, other]})
    first = started(api, "spell-check")
    emulator.clock.tick(10)
    found = data(api.commentAnnotations.getCommentAnnotations(organizationId="o"))
    kept = found[0]["annotationId"]
    api.commentAnnotations.updateCommentAnnotations(
        **PLACE, annotationIds=[kept], updatedData={"suggestion": {"status": "accepted"}}
    )
    second = started(api, "spell-check")
    assert execution_of(api, second)["previousExecutionId"] == first
    emulator.clock.tick(10)
    found = data(api.commentAnnotations.getCommentAnnotations(organizationId="o"))
    assert len(found) == 3
    assert kept in [each["annotationId"] for each in found]
    fresh = data(api.commentAnnotations.getCommentAnnotations(organizationId="o", agentSuggestions=True))
    assert {each["agent"]["executionId"] for each in fresh} == {second}


def test_rules_find_places_in_texts_over_pages_and_a_failed_page_makes_it_partial(
    api: Any, emulator: Emulator
) -> None:
    answer = {
        "text": "lorem ipsum, lorem",
        "rules": [{"pattern": "lorem", "finding": {"title": "<b>Filler</b>", "severity": "high"}}],
        "pages": [
            {"url": "https://example.com/a", "text": "lorem"},
            {"url": "https://example.com/b", "error": "No"},
        ],
    }
    script(emulator, "agents.runAgentExecution", answer)
    run = started(api, "lorem-ipsum", crossPageExecute=True, maxUrlsToProcess=3)
    emulator.clock.tick(7)
    found = execution_of(api, run)
    summary = found["resultsSummary"]
    assert (found["status"], summary["totalFindings"], summary["urlsErrored"]) == ("partial", 3, 1)
    assert (found["durationMs"], summary["findings"][0]["title"]) == (7000, "Filler")
    alone = started(api, "lorem-ipsum")
    emulator.clock.tick(3)
    assert execution_of(api, alone)["resultsSummary"]["totalFindings"] == 2


def test_a_run_without_a_script_passes_and_one_of_an_agent_that_is_off_is_skipped(
    api: Any, emulator: Emulator
) -> None:
    passed = started(api, "lighthouse")
    api.agents.updateAgent(agentId="spell-check", enabled=False)
    skipped = started(api, "spell-check")
    emulator.clock.tick(3)
    assert execution_of(api, passed)["status"] == "passed"
    assert execution_of(api, skipped)["status"] == "skipped"


def test_a_run_whose_document_goes_ends_in_error(api: Any, emulator: Emulator) -> None:
    run = started(api, "lighthouse")
    api.documents.deleteDocuments(organizationId="o", documentIds=["d"])
    emulator.clock.tick(3)
    found = execution_of(api, run)
    assert (found["status"], found["error"]["code"]) == ("error", "POST_PROCESS_ERROR")


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"documentId": "none"}, "NOT_FOUND"),
        ({"agentId": "none"}, "NOT_FOUND"),
        ({"url": "no address"}, "INVALID_ARGUMENT"),
        ({"aiConfig": {}}, "INVALID_ARGUMENT"),
        ({"aiConfig": {"modell": "x"}}, "INVALID_ARGUMENT"),
        ({"aiConfig": {"provider": "claude", "model": "gemini-3.6-flash"}}, "INVALID_ARGUMENT"),
        ({"aiConfig": {"defaultModels": {}}}, "INVALID_ARGUMENT"),
        ({"aiConfig": {"maxToolTurns": 17}}, "INVALID_ARGUMENT"),
        ({"annotationVisibility": "secret"}, "INVALID_ARGUMENT"),
    ],
    ids=["document", "agent", "url", "empty", "unknown", "model", "policy", "turns", "visibility"],
)
def test_a_run_that_makes_no_sense_is_refused(
    api: Any, emulator: Emulator, change: Dict[str, Any], word: str
) -> None:
    given = {"agentId": "lighthouse", "url": PAGE, **PLACE, **change}
    assert refused(sent(emulator, "agents/execution/run", **given)) == word


@pytest.mark.parametrize(
    "answer",
    [
        [],
        {"findings": 1},
        {"findings": [{"severity": "bad"}]},
        {"rules": [{"pattern": "("}]},
        {"rules": [{"pattern": "a{99999999999999999999}"}]},
        {"rules": [{}]},
        {"status": "ok"},
    ],
    ids=["list", "findings", "severity", "pattern", "large-pattern", "no-pattern", "status"],
)
def test_a_script_that_makes_no_sense_is_refused(api: Any, emulator: Emulator, answer: Any) -> None:
    script(emulator, "agents.runAgentExecution", answer)
    assert (
        refused(api.agents.runAgentExecution(agentId="lighthouse", url=PAGE, **PLACE)) == "INVALID_ARGUMENT"
    )


@pytest.mark.parametrize(
    "wanted",
    [
        {},
        {"organizationId": "o"},
        {"documentId": "d"},
        {"agentId": "a", "organizationId": "o"},
        {"agentId": "a", "documentId": "d"},
        {"agentId": " "},
        {"agentId": "a", "pageSize": 101},
        {"agentId": "a", "pageSize": 0},
        {"agentId": "a", "pageToken": "x"},
        {"agentId": "a", "pageToken": " "},
        {"agentId": "a", "colour": "red"},
    ],
    ids=["none", "org", "doc", "no-doc", "no-org", "blank", "large", "small", "token", "no-token", "unknown"],
)
def test_lists_of_runs_take_three_filters_and_no_other(emulator: Emulator, wanted: Dict[str, Any]) -> None:
    assert refused(sent(emulator, "agents/execution/list", **wanted)) == "INVALID_ARGUMENT"


def test_runs_are_walked_exactly_once_while_others_begin(api: Any, emulator: Emulator) -> None:
    runs: List[str] = []
    for _ in range(45):
        runs.append(started(api, "lighthouse"))
        emulator.clock.tick(3)
    seen: List[str] = []
    for number, page in enumerate(api.agents.listAgentExecutions.pages(agentId="lighthouse")):
        seen.extend(each["id"] for each in data(page)["executions"])
        started(api, "lighthouse", documentId="d2")
        emulator.clock.tick(3)
        assert number < 3
    assert seen == runs[::-1]
    assert len(data(api.agents.listAgentExecutions(**PLACE, pageSize=100))["executions"]) == 45
    assert data(api.agents.listAgentExecutions(agentId="none", **PLACE)) == {"executions": []}


def test_counts_refuse_what_is_empty_or_too_much(emulator: Emulator) -> None:
    path = "agents/execution/count"
    assert data(sent(emulator, path, agentIds="a")) == {"counts": {"a": 0}}
    assert len(data(sent(emulator, path, agentIds=[f"a{n}" for n in range(200)]))["counts"]) == 200
    for wrong in ([], [" "], "", [f"a{n}" for n in range(201)]):
        assert refused(sent(emulator, path, agentIds=wrong)) == "INVALID_ARGUMENT"
    assert refused(sent(emulator, path, colour="red")) == "INVALID_ARGUMENT"


class Hurrying(Clock):
    """Time goes on by a quarter of a second whenever somebody looks."""

    def milliseconds(self) -> int:
        self.tick(0.25)
        return super().milliseconds()


def test_waiting_ends_with_the_run() -> None:
    emulator = Emulator(clock=Hurrying(1_800_000_000.0))
    config = {"apiKey": "key", "authToken": "token-of-key"}
    api = filled(sdk_over(emulator, **config))
    hurry: Any = {"first_wait": 0.01, "max_wait": 0.01, "deadline": 20}
    answer = api.agents.getAgentExecution.wait(executionId=started(api, "lighthouse"), options=hurry)
    assert data(answer)["execution"]["status"] == "passed"
    script(emulator, "agents.runAgentExecution", {"status": "error", "error": "It broke."})
    broken = started(api, "lighthouse")
    with pytest.raises(VeltSDKError):
        api.agents.getAgentExecution.wait(executionId=broken, options=hurry)
    emulator.close()


def test_analytics_count_runs_and_the_tokens_that_scripts_name(api: Any, emulator: Emulator) -> None:
    answer = {
        "llmModel": "gemini/gemini-3.6-flash",
        "tokenUsage": {"promptTokens": 10, "completionTokens": 2},
    }
    script(emulator, "agents.runAgentExecution", answer, agentId="lighthouse")
    started(api, "lighthouse")
    started(api, "spell-check")
    emulator.clock.tick(3)
    found = data(api.agents.getAgentAnalytics())["analytics"]
    assert found["tokenUsage"]["allTime"]["totalTokens"] == 12
    assert list(found["tokenUsage"]["byModel"]) == ["gemini_gemini-3_6-flash"]
    assert "monthly" not in found["tokenUsage"]
    assert {name: each["executionCount"] for name, each in found["executionCounts"].items()} == {
        "lighthouse": 1,
        "spell-check": 1,
    }
    alone = data(api.agents.getAgentAnalytics(agentId="spell-check", year="2027", model="x"))["analytics"]
    assert alone["tokenUsage"]["allTime"]["totalTokens"] == 0
    assert list(alone["executionCounts"]) == ["spell-check"]
    narrowed = data(api.agents.getAgentAnalytics(year="2027", month="01"))["analytics"]["tokenUsage"]
    assert list(narrowed["monthly"]) == ["01"]
    assert refused(sent(emulator, "agents/analytics/get", month="13")) == "INVALID_ARGUMENT"


def test_tools_answer_in_the_documented_shapes_or_by_a_script(api: Any, emulator: Emulator) -> None:
    assert data(api.agents.enhancePrompt(prompt="P")) == {"enhancedPrompt": {"requirement": None}}
    assert "P" in data(api.agents.validatePrompt(prompt="P"))["validationResult"]["analysis_prompt"]
    names = ("demoId", "demoTitle", "demoHtml", "demoExpected", "feedback")
    refined = api.agents.refinePrompt(analysisPrompt="A", demoFeedback=[dict.fromkeys(names, "x")])
    assert data(refined)["refinerResult"]["analysis_prompt"] == "A"
    resolved = data(api.agents.resolveConfig(instructions="I"))["resolvedConfig"]
    assert resolved["reasoning"] == "Default configuration applied"
    odd = sent(emulator, "agents/config/resolve", instructions="I", provider="other")
    assert data(odd)["resolvedConfig"] == resolved
    assert refused(sent(emulator, "agents/prompt/enhance", prompt="P", provider="other")) == "INTERNAL"
    assert (
        refused(sent(emulator, "agents/prompt/refine", analysisPrompt="A", demoFeedback=[{}]))
        == "INVALID_ARGUMENT"
    )
    told = {"enhancedPrompt": {"requirement": "Which colours?"}}
    script(emulator, "agents.enhancePrompt", told, prompt="colour")
    assert data(api.agents.enhancePrompt(prompt="our colours")) == told


def test_agents_are_drafted_from_lines_and_rows_fifty_at_most(api: Any, emulator: Emulator) -> None:
    def extracted(content: bytes, kind: str) -> Any:
        encoded = base64.b64encode(content).decode()
        return sent(emulator, "agents/extract", fileBase64=encoded, mimeType=kind)

    lines = "\n".join(f"Task {number}" for number in range(51)).encode()
    found = data(extracted(lines, "text/plain"))["extractionResult"]
    assert (len(found["agents"]), found["totalTasksParsed"]) == (50, 51)
    table = data(extracted(b'"Check, all",x\n,Second', "text/csv"))["extractionResult"]
    assert [each["prompt"] for each in table["agents"]] == ["Check, all", "Second"]
    assert table["memory"]["sourceId"] != found["memory"]["sourceId"]
    assert data(extracted(b"%PDF", "application/pdf"))["extractionResult"]["agents"] == []
    assert "result" in extracted(b"a" * (5 * 1024 * 1024), "text/plain")
    assert refused(extracted(b"a" * (5 * 1024 * 1024 + 1), "text/plain")) == "INVALID_ARGUMENT"
    assert refused(extracted(b"x", "image/png")) == "INVALID_ARGUMENT"
    assert refused(extracted(b"\n", "text/plain")) == "INTERNAL"
    assert (
        refused(sent(emulator, "agents/extract", fileBase64="?", mimeType="text/csv")) == "INVALID_ARGUMENT"
    )


def test_two_api_keys_never_meet(sdk_of: Callable[[str], VeltSDK], emulator: Emulator) -> None:
    one, two = filled(sdk_of("one")), filled(sdk_of("two"))
    name = made(one)
    group = data(one.agents.createAgentGroup(name="G", agentIds=[name]))["group"]["id"]
    one.agents.updateAgent(agentId="lighthouse", enabled=False)
    run = started(one, name)
    emulator.clock.tick(3)
    assert refused(two.agents.getAgent(agentId=name)) == "NOT_FOUND"
    assert refused(two.agents.getAgentGroup(groupId=group)) == "NOT_FOUND"
    assert refused(two.agents.getAgentExecution(executionId=run)) == "NOT_FOUND"
    assert data(two.agents.countAgentExecutions()) == {"total": 0}
    assert agent_of(two, "lighthouse")["enabled"] is True
    assert data(two.agents.getAgent(filter="customOnly")) == {"agents": []}
