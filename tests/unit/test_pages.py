"""Lists page by page: every place where Velt puts its cursor, filters kept, and an end in any case."""

from __future__ import annotations

from typing import Any, Dict, List, NamedTuple, Tuple

import pytest

from tests.transports import AsyncRecorder, Recorder
from velt_py import AsyncVeltSDK, VeltApiError, VeltSDK, VeltValidationError
from velt_py.exceptions import VeltUnavailableError
from velt_py.models.user_api import GetUsersRequest


class Style(NamedTuple):
    """One operation with pages: the filter it is called with, its cursor's field, and pages as documented."""

    operation: str
    filters: Dict[str, Any]
    token: str
    pages: List[Any]
    cursors: List[Any]
    entries: List[Any]


def flat(name: str, last: Any) -> List[Any]:
    first = {"result": {"status": "success", "data": [1, 2], name: "p2"}}
    return [first, {"result": {"data": [], name: "p3"}}, {"result": {"data": [None, 4], **last}}]


def flat_style(operation: str, name: str, last: Any, **filters: Any) -> Style:
    return Style(operation, filters, "pageToken", flat(name, last), [None, "p2", "p3"], [1, 2, None, 4])


NEXT, PAGE = "nextPageToken", "pageToken"
STYLES = [
    flat_style("organizations.getOrganizations", NEXT, {}, pageSize=2),
    flat_style("users.getUsers", NEXT, {NEXT: None}, organizationId="o", allDocuments=False),
    flat_style(
        "commentAnnotations.getCommentAnnotations", NEXT, {NEXT: ""}, organizationId="o", statusIds=["A"]
    ),
    flat_style("documents.getDocuments", PAGE, {}, organizationId="o"),
    flat_style("activities.getActivities", PAGE, {PAGE: None}, organizationId="o", actionTypes=[]),
    flat_style("notifications.getNotifications", PAGE, {PAGE: ""}, organizationId="o", order="desc"),
    flat_style("recordings.getRecordings", PAGE, {}, organizationId="o"),
    flat_style("workspace.getApiKeys", NEXT, {}, pageSize=100),
    flat_style("users.getInvitedUsers", NEXT, {}, organizationId="o"),
    flat_style("users.getUserInvitations", NEXT, {}, email="u@x"),
    flat_style("folders.getFolders", NEXT, {}, organizationId="o", maxDepth=0),
    flat_style("folders.getFolders", PAGE, {}, organizationId="o", rootFoldersOnly=True),
    flat_style("users.getDocUsers", PAGE, {}, organizationId="o"),
    Style(
        "gdpr.getAllUserData",
        {"userId": "u"},
        "pageToken",
        [
            {"result": {"data": {"comments": [1, 2], "reactions": []}, "nextPageToken": "p2"}},
            {"result": {"data": {"comments": [3], "recordings": [4]}, "nextPageToken": None}},
        ],
        [None, "p2"],
        [("comments", 1), ("comments", 2), ("comments", 3), ("recordings", 4)],
    ),
    Style(
        "users.getUsers",
        {"organizationId": "o", "groupByDocumentId": True},
        "pageToken",
        [
            {"result": {"data": {"d1": ["ana"], "d2": ["ben"]}, "nextPageToken": "p2"}},
            {"result": {"data": {"d1": ["eva"]}}},
        ],
        [None, "p2"],
        [("d1", "ana"), ("d2", "ben"), ("d1", "eva")],
    ),
    Style(
        "agents.listAgentExecutions",
        {"agentId": "a", "pageSize": 20},
        "pageToken",
        [
            {"result": {"data": {"executions": [1], "nextPageToken": "p2"}}},
            {"result": {"data": {"executions": [2]}}},
        ],
        [None, "p2"],
        [1, 2],
    ),
    Style(
        "workflow.listDefinitions",
        {"pageSize": 50},
        "cursor",
        [{"result": {"items": [1], "nextCursor": 50}}, {"result": {"items": [2], "nextCursor": None}}],
        [None, 50],
        [1, 2],
    ),
    Style(
        "workflow.listExecutions",
        {"definitionId": "d"},
        "cursor",
        [{"result": {"items": [1], "nextCursor": "c"}}, {"result": {"items": [2], "nextCursor": None}}],
        [None, "c"],
        [1, 2],
    ),
    Style(
        "workflow.getExecutionEvents",
        {"executionId": "e", "sinceSeq": 0},
        "sinceSeq",
        [
            {"result": {"events": [1], "nextCursor": 7, "hasMore": True}},
            {"result": {"events": [2], "nextCursor": 9, "hasMore": False}},
        ],
        [0, 7],
        [1, 2],
    ),
    Style(
        "workspace.getAdvancedWebhookEndpoints",
        {"limit": 250},
        "iterator",
        [
            {"result": {"data": {"endpoints": [1], "iterator": "i2", "done": False}}},
            {"result": {"data": {"endpoints": [2], "iterator": "i3", "done": True}}},
        ],
        [None, "i2"],
        [1, 2],
    ),
]

each_style = pytest.mark.parametrize(
    "style", STYLES, ids=[f"{at}-{each.operation}" for at, each in enumerate(STYLES)]
)


def operation_of(sdk: Any, name: str) -> Any:
    service, method = name.split(".")
    return getattr(getattr(sdk.api, service), method)


def check(style: Style, calls: Any) -> None:
    for call, cursor in zip(calls, style.cursors):
        token = {} if cursor is None else {style.token: cursor}
        assert call.data == {**style.filters, **token}
    assert len(calls) == len(style.cursors)


@each_style
def test_pages_are_walked_to_the_last_with_the_filters_of_the_first(style: Style) -> None:
    recorder = Recorder(style.pages)
    with VeltSDK.initialize({}, transport=recorder) as sdk:
        assert list(operation_of(sdk, style.operation).pages(**style.filters)) == style.pages
    check(style, recorder.calls)


@each_style
def test_items_are_the_entries_of_all_pages(style: Style) -> None:
    recorder = Recorder(style.pages)
    with VeltSDK.initialize({}, transport=recorder) as sdk:
        operation = operation_of(sdk, style.operation)
        assert list(operation.items(operation.operation.request(**style.filters))) == style.entries
    check(style, recorder.calls)


@each_style
async def test_pages_and_items_are_awaited(style: Style) -> None:
    recorder = AsyncRecorder(style.pages)
    async with AsyncVeltSDK.initialize({}, transport=recorder) as sdk:
        operation = operation_of(sdk, style.operation)
        assert [page async for page in operation.pages(**style.filters)] == style.pages
        check(style, recorder.calls)
        del recorder.calls[:]
        assert [entry async for entry in operation.items(**style.filters)] == style.entries
        check(style, recorder.calls)


LOOPS: List[Tuple[List[str], int]] = [(["a", "a"], 2), (["a", "b", "a"], 3), (["start"], 1)]


@pytest.mark.parametrize(("tokens", "pages"), LOOPS)
def test_a_cursor_that_comes_again_ends_in_an_error_after_the_pages_before_it(
    tokens: List[str], pages: int
) -> None:
    recorder = Recorder([{"result": {"data": [1], "nextPageToken": token}} for token in tokens])
    with VeltSDK.initialize({}, transport=recorder) as sdk:
        items = sdk.api.users.getUsers.items(organizationId="o", pageToken="start")
        assert [next(items) for _ in range(pages)] == [1] * pages
        with pytest.raises(VeltApiError, match="was there before"):
            next(items)
    assert len(recorder.calls) == pages


async def test_a_cursor_that_comes_again_ends_an_awaited_walk_too() -> None:
    recorder = AsyncRecorder([{"result": {"data": [1], "nextPageToken": "a"}}])
    async with AsyncVeltSDK.initialize({}, transport=recorder) as sdk:
        items = sdk.api.users.getUsers.items(organizationId="o").__aiter__()
        assert [await items.__anext__(), await items.__anext__()] == [1, 1]
        with pytest.raises(VeltApiError, match="was there before"):
            await items.__anext__()


def test_a_page_that_fails_raises_although_a_single_call_would_return_it() -> None:
    error = {"error": {"status": "UNAVAILABLE", "message": ""}}
    recorder = Recorder([{"result": {"data": [1], "nextPageToken": "p2"}}, error])
    with VeltSDK.initialize({}, transport=recorder) as sdk:
        items = sdk.api.users.getUsers.items(organizationId="o", options={"retries": 0})
        assert next(items) == 1
        with pytest.raises(VeltUnavailableError):
            next(items)


def test_nothing_is_sent_before_the_first_page_is_asked_for_and_nothing_beyond_the_last_that_is_taken() -> (
    None
):
    recorder = Recorder(flat("nextPageToken", {}))
    with VeltSDK.initialize({}, transport=recorder) as sdk:
        pages = sdk.api.users.getUsers.pages(organizationId="o")
        assert recorder.calls == []
        next(pages)
        assert len(recorder.calls) == 1


def test_a_walk_leaves_the_request_of_the_caller_alone() -> None:
    request = GetUsersRequest(organizationId="o")
    with VeltSDK.initialize({}, transport=Recorder(flat("nextPageToken", {}))) as sdk:
        assert len(list(sdk.api.users.getUsers.pages(request))) == 3
    assert request == GetUsersRequest(organizationId="o")


@pytest.mark.parametrize(
    "page", [None, [], {}, {"result": None}, {"result": []}, {"result": {"data": "text"}}]
)
def test_a_page_of_another_shape_is_the_last_and_has_no_entries(page: Any) -> None:
    with VeltSDK.initialize({}, transport=Recorder([page])) as sdk:
        assert list(sdk.api.users.getUsers.pages()) == [page]
        assert list(sdk.api.users.getUsers.items()) == []


def test_options_of_a_walk_hold_for_every_page() -> None:
    recorder = Recorder(flat("nextPageToken", {}))
    with VeltSDK.initialize({}, transport=recorder) as sdk:
        list(sdk.api.users.getUsers.pages(options={"timeout": 3, "headers": {"x-mine": "1"}}))
    assert [(call.timeout, call.headers["x-mine"]) for call in recorder.calls] == [(3, "1")] * 3


def test_an_operation_without_pages_says_so_at_once() -> None:
    with VeltSDK.initialize({}, transport=Recorder()) as sdk:
        with pytest.raises(TypeError, match="organizations.addOrganizations has no pages"):
            sdk.api.organizations.addOrganizations.pages()
        with pytest.raises(VeltValidationError, match="either a request object or keywords"):
            sdk.api.users.getUsers.pages(sdk.api.users.getUsers.operation.request(), organizationId="o")
