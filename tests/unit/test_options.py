"""Options of a call: checked by name, laid over one another, and never shown."""

from __future__ import annotations

from typing import Any, Dict

import pytest

from tests.transports import Recorder
from velt_py import VeltSDK, VeltValidationError
from velt_py.api.options import Options, read_options


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"timeouts": 1}, "options.timeouts"),
        ({"timeout": 0}, "options.timeout"),
        ({"timeout": -1}, "options.timeout"),
        ({"timeout": True}, "options.timeout"),
        ({"timeout": "1"}, "options.timeout"),
        ({"timeout": float("nan")}, "options.timeout"),
        ({"retries": -1}, "options.retries"),
        ({"retries": 1.5}, "options.retries"),
        ({"retries": True}, "options.retries"),
        ({"raise_on_error": 1}, "options.raise_on_error"),
        ({"headers": ["a"]}, "options.headers"),
        ({"headers": {"a": 1}}, "options.headers"),
        ({"headers": {"": "a"}}, "options.headers"),
        ({"headers": {"a": "b\r\nc: d"}}, "options.headers"),
        ({"headers": {"a\n": "b"}}, "options.headers"),
        ({"headers": {"ä": "b"}}, "options.headers"),
        ({"idempotency_key": ""}, "options.idempotency_key"),
        ({"idempotency_key": 7}, "options.idempotency_key"),
        ([("timeout", 1)], "options"),
        ("timeout", "options"),
    ],
)
def test_an_option_that_is_wrong_is_named(given: Any, field: str) -> None:
    with pytest.raises(VeltValidationError) as caught:
        read_options(given)
    assert caught.value.field == field


def test_a_misspelt_option_gets_the_right_name() -> None:
    with pytest.raises(VeltValidationError, match="did you mean 'raise_on_error'"):
        read_options({"raiseOnError": True})


def test_options_lie_over_others_and_none_leaves_what_is_below() -> None:
    below = Options(timeout=5.0, retries=2, raise_on_error=True)
    assert below.over(read_options({"retries": 0, "timeout": None})) == Options(5.0, 0, None, True)
    assert below.over(None) is below
    assert below.over(read_options({"raise_on_error": False})).raise_on_error is False


def test_headers_of_options_stay_out_of_repr() -> None:
    assert "s3cret" not in repr(read_options({"headers": {"Authorization": "Bearer s3cret"}}))


def sent(options: Dict[str, Any], method: str = "users.getUsers", **config: Any) -> Any:
    recorder = Recorder()
    with VeltSDK.initialize({"apiKey": "k", "authToken": "t", **config}, transport=recorder) as sdk:
        service, name = method.split(".")
        operation = getattr(getattr(sdk.api, service), name)
        operation(operation.operation.request(), options=options)
    return recorder.calls[-1]


def test_the_timeout_of_a_call_reaches_the_transport() -> None:
    assert sent({"timeout": 2.5}).timeout == 2.5
    assert sent({}).timeout is None


def test_a_header_of_a_call_goes_before_ours_whatever_its_case() -> None:
    headers = sent({"headers": {"X-Velt-Auth-Token": "other", "x-mine": ""}}).headers
    assert {name.lower(): value for name, value in headers.items()} == {
        "content-type": "application/json",
        "x-velt-api-key": "k",
        "x-velt-auth-token": "other",
        "x-mine": "",
    }


def test_an_idempotency_key_is_sent_where_velt_knows_one_and_makes_the_call_repeatable() -> None:
    call = sent({"idempotency_key": "once"}, "workflow.dispatchExecution")
    assert call.data == {"idempotencyKey": "once"}
    assert call.prepared.repeatable
    assert not sent({}, "workflow.dispatchExecution").prepared.repeatable


def test_an_idempotency_key_is_refused_where_velt_knows_none() -> None:
    with pytest.raises(VeltValidationError, match="no idempotency key"):
        sent({"idempotency_key": "once"}, "users.addUsers")


def test_raising_is_asked_for_by_call_or_by_configuration_and_the_call_decides() -> None:
    from velt_py.exceptions import VeltApiNotFoundError

    error = {"error": {"status": "NOT_FOUND", "message": ""}}
    for configured, asked, raises in (
        (False, True, True),
        (True, None, True),
        (True, False, False),
        (False, None, False),
    ):
        recorder = Recorder([error])
        with VeltSDK.initialize({"raiseOnError": configured}, transport=recorder) as sdk:
            call = sdk.api.users.getUsers
            call = call if asked is None else call.with_options(raise_on_error=asked)
            if raises:
                with pytest.raises(VeltApiNotFoundError):
                    call()
            else:
                assert call() == error


def test_with_options_leaves_the_operation_itself_as_it_was() -> None:
    recorder = Recorder()
    with VeltSDK.initialize({}, transport=recorder) as sdk:
        sdk.api.users.getUsers.with_options(timeout=1).with_options(retries=0)()
        sdk.api.users.getUsers()
    assert [call.timeout for call in recorder.calls] == [1, None]


@pytest.mark.parametrize("value", [object(), float("nan"), {1, 2}, {("a",): 1}, b"bytes"])
def test_a_field_that_cannot_be_written_as_json_is_named(value: Any) -> None:
    with VeltSDK.initialize({}, transport=Recorder()) as sdk, pytest.raises(VeltValidationError) as caught:
        sdk.api.users.addUsers(organizationId="o", users=[{"deep": value}])
    assert caught.value.field == "users"
