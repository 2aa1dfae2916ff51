"""Lists of ids longer than one call may name: split, sent side by side, put together, and nothing lost silently."""

from __future__ import annotations

import threading
from typing import Any, Dict, List

import pytest

from tests.transports import AsyncRecorder, Recorder
from velt_py import AsyncVeltSDK, VeltSDK, VeltValidationError
from velt_py.api.backend import SERVICES, service_class
from velt_py.api.operation import operations_of
from velt_py.exceptions import VeltInternalError, VeltNetworkError, VeltPartialFailure
from velt_py.models.document import GetDocumentsRequest
from velt_py.models.gdpr import DeleteAllUserDataRequest
from velt_py.models.request import facts_of
from velt_py.models.user_api import GetUsersRequest
from velt_py.models.workspace import AddDomainsRequest

IDS = [f"u{number}" for number in range(65)]
BATCHED = [
    operation
    for service in SERVICES
    for operation in operations_of(service_class(service))
    if operation.batched is not None
]


def listed(data: Dict[str, Any]) -> Any:
    return {"result": {"status": "success", "data": [{"userId": each} for each in data["userIds"]]}}


def ids_of(recorder: Any, field: str = "userIds") -> List[List[str]]:
    return sorted(call.data[field] for call in recorder.calls)


@pytest.mark.parametrize("operation", BATCHED, ids=[each.name for each in BATCHED])
def test_every_operation_with_a_cap_is_split_at_its_cap_and_its_other_fields_go_with_each_part(
    operation: Any,
) -> None:
    cap = facts_of(operation.request)[operation.batched].most
    assert cap
    ids = [f"id{number}" for number in range(2 * cap + 1)]
    others = [name for name in operation.field_names if name != operation.batched][:1]
    recorder = Recorder()
    with VeltSDK.initialize({}, transport=recorder) as sdk:
        call = getattr(getattr(sdk.api, operation.area), operation.method)
        result = call.batched(operation.request(**{operation.batched: ids}, **dict.fromkeys(others, "x")))
    assert [len(part.ids) for part in result.parts] == [cap, cap, 1]
    assert ids_of(recorder, operation.batched) == sorted([ids[:cap], ids[cap:-1], ids[-1:]])
    for each in recorder.calls:
        assert {name: each.data[name] for name in others} == dict.fromkeys(others, "x")
    assert result.succeeded == tuple(ids)


def test_the_parts_are_put_together_in_the_order_of_the_ids() -> None:
    recorder = Recorder(listed)
    with VeltSDK.initialize({}, transport=recorder) as sdk:
        result = sdk.api.users.getUsers.batched(GetUsersRequest(organizationId="o", userIds=IDS))
    assert result.data == [{"userId": each} for each in IDS]
    assert (result.succeeded, result.failed) == (tuple(IDS), {})
    result.raise_for_failures()


async def test_a_batch_is_awaited() -> None:
    recorder = AsyncRecorder(listed)
    async with AsyncVeltSDK.initialize({}, transport=recorder) as sdk:
        result = await sdk.api.users.getUsers.batched(GetUsersRequest(userIds=IDS), options={"at_once": 1})
    assert result.data == [{"userId": each} for each in IDS]
    assert [call.data["userIds"] for call in recorder.calls] == [IDS[:30], IDS[30:60], IDS[60:]]


def test_an_id_given_twice_is_sent_once_and_no_ids_send_nothing() -> None:
    recorder = Recorder(listed)
    with VeltSDK.initialize({}, transport=recorder) as sdk:
        result = sdk.api.users.getUsers.batched(GetUsersRequest(userIds=["a", "b", "a"]))
        assert result.succeeded == ("a", "b")
        empty = sdk.api.users.getUsers.batched(GetUsersRequest(userIds=[]))
        assert (empty.parts, empty.data, empty.failed) == ((), [], {})
    assert ids_of(recorder) == [["a", "b"]]


def test_maps_of_the_parts_become_one_map_and_lists_under_the_same_key_one_list() -> None:
    def grouped(data: Dict[str, Any]) -> Any:
        return {"result": {"data": {"shared": data["userIds"], data["userIds"][0]: "own"}}}

    with VeltSDK.initialize({}, transport=Recorder(grouped)) as sdk:
        result = sdk.api.users.getUsers.batched(GetUsersRequest(userIds=["a", "b"]), options={"size": 1})
    assert result.data == {"shared": ["a", "b"], "a": "own", "b": "own"}


def test_a_part_without_an_answer_fails_with_its_error_and_the_others_stand() -> None:
    def answer(data: Dict[str, Any]) -> Any:
        return VeltNetworkError("refused", sent=False) if "b" in data["userIds"] else listed(data)

    with VeltSDK.initialize({}, transport=Recorder(answer)) as sdk:
        result = sdk.api.users.getUsers.batched(
            GetUsersRequest(userIds=["a", "b", "c"]), options={"size": 1, "call": {"retries": 0}}
        )
    assert result.succeeded == ("a", "c")
    assert list(result.failed) == ["b"]
    assert isinstance(result.failed["b"], VeltNetworkError)
    assert result.data == [{"userId": "a"}, {"userId": "c"}]
    with pytest.raises(VeltNetworkError):
        result.raise_for_failures()


def test_entries_that_failed_in_a_successful_call_are_told() -> None:
    def answer(data: Dict[str, Any]) -> Any:
        return {"result": {"data": {each: {"success": each != "b"} for each in data["userIds"]}}}

    with VeltSDK.initialize({}, transport=Recorder(answer)) as sdk:
        result = sdk.api.gdpr.deleteAllUserData.batched(DeleteAllUserDataRequest(userIds=["a", "b", "c"]))
    assert result.succeeded == ("a", "c")
    assert result.failed == {"b": {"success": False}}
    assert sorted(result.data) == ["a", "b", "c"]
    with pytest.raises(VeltPartialFailure, match="1 entries") as caught:
        result.raise_for_failures()
    assert caught.value.failed == result.failed


def test_documents_that_are_not_found_are_told_by_their_ids_and_the_found_ones_are_there() -> None:
    def answer(data: Dict[str, Any]) -> Any:
        details = [
            {"id": each, "success": False, "code": "not-found"}
            if each in "bd"
            else {"id": each, "documentName": each}
            for each in data["documentIds"]
        ]
        return {"error": {"status": "INTERNAL", "message": "", "details": details}}

    with VeltSDK.initialize({}, transport=Recorder(answer)) as sdk:
        request = GetDocumentsRequest(organizationId="o", documentIds=["a", "b", "c", "d"])
        result = sdk.api.documents.getDocuments.batched(request, options={"size": 2})
    assert result.succeeded == ("a", "c")
    assert sorted(result.failed) == ["b", "d"]
    assert result.data == [{"id": "a", "documentName": "a"}, {"id": "c", "documentName": "c"}]
    with pytest.raises(VeltInternalError):
        result.raise_for_failures()


def test_an_error_that_tells_of_no_entries_fails_all_ids_of_its_part() -> None:
    error = {"error": {"status": "INTERNAL", "message": "", "details": {"domainsAdded": ["a"]}}}
    with VeltSDK.initialize({}, transport=Recorder([error])) as sdk:
        result = sdk.api.workspace.addDomains.batched(AddDomainsRequest(domains=["a", "b"]))
    assert list(result.failed) == ["a", "b"]
    assert (result.succeeded, result.data) == ((), [])


def test_no_more_parts_are_under_way_than_asked_for_and_several_are() -> None:
    running: List[int] = [0]
    most: List[int] = [0]
    lock, together = threading.Lock(), threading.Barrier(2, timeout=30)

    def answer(data: Dict[str, Any]) -> Any:
        with lock:
            running[0] += 1
            most[0] = max(most[0], running[0])
        together.wait()  # passes only when two parts are here at the same time
        with lock:
            running[0] -= 1
        return listed(data)

    with VeltSDK.initialize({}, transport=Recorder(answer)) as sdk:
        request = GetUsersRequest(userIds=["a", "b", "c", "d"])
        result = sdk.api.users.getUsers.batched(request, options={"size": 1, "at_once": 2})
    assert result.succeeded == ("a", "b", "c", "d")
    assert most == [2]


@pytest.mark.parametrize(
    ("options", "field"),
    [
        ({"size": 31}, "size"),
        ({"size": 0}, "size"),
        ({"at_once": 0}, "at_once"),
        ({"at_once": True}, "at_once"),
    ],
)
def test_a_wrong_option_of_a_batch_is_named(options: Any, field: str) -> None:
    with VeltSDK.initialize({}, transport=Recorder()) as sdk, pytest.raises(VeltValidationError) as caught:
        sdk.api.users.getUsers.batched(GetUsersRequest(userIds=["a"]), options=options)
    assert caught.value.field == field


def test_ids_that_are_no_list_are_named() -> None:
    for ids in (None, "abc", {"a": 1}):
        with VeltSDK.initialize({}, transport=Recorder()) as sdk, pytest.raises(
            VeltValidationError
        ) as caught:
            sdk.api.users.getUsers.batched(GetUsersRequest(userIds=ids))  # type: ignore[arg-type]
        assert caught.value.field == "userIds"


def test_a_misspelt_option_of_a_batch_is_refused() -> None:
    with VeltSDK.initialize({}, transport=Recorder()) as sdk, pytest.raises(
        VeltValidationError, match="at_onec"
    ):
        sdk.api.users.getUsers.batched(GetUsersRequest(userIds=["a"]), options={"at_onec": 1})  # type: ignore[typeddict-unknown-key]


def test_an_operation_without_a_cap_says_so() -> None:
    with VeltSDK.initialize({}, transport=Recorder()) as sdk:
        call = sdk.api.users.addUsers
        with pytest.raises(TypeError, match="no cap"):
            call.batched(call.operation.request())


def test_the_request_of_another_operation_is_refused() -> None:
    with VeltSDK.initialize({}, transport=Recorder()) as sdk, pytest.raises(
        VeltValidationError, match="GetUsersRequest"
    ):
        sdk.api.users.getUsers.batched(DeleteAllUserDataRequest(userIds=["a"]))  # type: ignore[arg-type]
