"""The envelope, and records that are spliced into it as text."""

from __future__ import annotations

import json
import logging
from typing import Any, Optional

import pytest

from velt_py.exceptions import VeltNotFoundError, VeltValidationError
from velt_py.selfhosting import answers
from velt_py.selfhosting.answers import Result, dumps, dumps_checked, loads
from velt_py.selfhosting.plans import Record


@pytest.fixture(params=["orjson", "json"])
def parser(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Both with orjson, where it is installed, and without."""
    if request.param == "json":
        monkeypatch.setattr(answers, "_orjson", lambda: None)
    return request.param


def test_success_has_data_only_when_there_is_some() -> None:
    assert Result().to_dict() == {"success": True, "statusCode": 200}
    assert Result(data={}).to_dict() == {"success": True, "statusCode": 200, "data": {}}
    assert Result(records=[]).to_dict() == {"success": True, "statusCode": 200, "data": {}}
    assert json.loads(Result(records=[]).to_json()) == Result(records=[]).to_dict()


def test_errors_carry_code_status_and_correlation() -> None:
    error = VeltNotFoundError("nothing is stored", correlation="c1")
    expected = {
        "success": False,
        "statusCode": 404,
        "error": "nothing is stored",
        "errorCode": "NOT_FOUND",
        "correlationId": "c1",
    }
    assert Result(error=error).to_dict() == expected
    assert json.loads(Result(error=error).to_json()) == expected
    assert "correlationId" not in Result(error=VeltValidationError("x")).to_dict()


def test_texts_are_spliced_and_equal_what_is_parsed(parser: str) -> None:
    records = [
        Record('A"\\\u2028é', '{"a": 1.0, "b":"\\u00e9", "c" :[ ]}'),
        Record("B", {"deep": {"$x": [None, "\U0001f600"]}}),
        Record("C", ' \n{"spaces": true}'),
    ]
    result = Result(records=records)
    assert json.loads(result.to_json()) == result.to_dict()
    assert b'{"a": 1.0, "b":"\\u00e9", "c" :[ ]}' in result.to_json()


@pytest.mark.parametrize(
    "body", ["[1]", '"text"', "null", "", "5", {"x": object}, {"x": float("nan")}], ids=ascii
)
def test_an_unreadable_record_is_left_out_and_logged_by_its_id(
    body: Any, caplog: pytest.LogCaptureFixture
) -> None:
    result = Result(records=[Record("good", '{"a":1}'), Record("bad", body), Record("also", {"b": 2})])
    with caplog.at_level(logging.ERROR):
        assert json.loads(result.to_json()) == {
            "success": True,
            "statusCode": 200,
            "data": {"good": {"a": 1}, "also": {"b": 2}},
        }
    assert [getattr(record, "velt_record", None) for record in caplog.records] == ["bad"]
    assert [record.getMessage() for record in caplog.records] == ["velt.record.unreadable"]


@pytest.mark.parametrize("body", ["{broken", "[" * 100_000, '{"a":' * 100_000], ids=lambda body: body[:8])
def test_broken_and_bottomless_texts_are_left_out_for_python(body: str, parser: str) -> None:
    assert Result(records=[Record("good", "{}"), Record("bad", body)]).to_dict()["data"] == {"good": {}}


@pytest.mark.parametrize("text", ["{broken", "[" * 100_000, ""])
def test_what_cannot_be_parsed_is_a_value_error(text: str, parser: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - both parsers have texts of their own
        loads(text)


VALUES = [
    {"a": [1, -(2**63), 2**63 - 1, 0.1, 1e22, 1e-7, True, None, 'é\U0001f600\u2028\x01"\\/']},
    {},
    {"": {"a.b": "$"}},
]


@pytest.mark.parametrize("value", VALUES, ids=ascii)
def test_both_writers_say_the_same(value: Any, parser: str) -> None:
    assert json.loads(dumps_checked(value)) == json.loads(dumps(value)) == value
    assert " " not in dumps_checked(value)


def test_numbers_beyond_64_bits_survive_a_merge_without_orjson(parser: str) -> None:
    assert json.loads(dumps_checked({"n": 2**70})) == {"n": 2**70}


@pytest.mark.parametrize("value", [float("nan"), float("inf"), object(), {1, 2}])
def test_the_strict_writer_refuses_what_is_no_json(value: Any) -> None:
    with pytest.raises((TypeError, ValueError)):
        dumps({"x": value})


def test_importing_asks_for_no_orjson() -> None:
    import subprocess
    import sys

    code = "import sys, velt_py.selfhosting.answers; sys.exit('orjson' in sys.modules)"
    environment: Optional[Any] = {"PYTHONPATH": "src", "PATH": ""}
    assert subprocess.run([sys.executable, "-c", code], env=environment).returncode == 0
