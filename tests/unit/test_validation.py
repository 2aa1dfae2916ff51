"""What is accepted and what is refused, and that a refusal names the field and never the value."""

from __future__ import annotations

import json
from typing import Any, Dict

import pytest

from velt_py.exceptions import VeltValidationError
from velt_py.selfhosting.answers import Result
from velt_py.selfhosting.validation import (
    boolean,
    identifier,
    identifiers,
    mapping,
    organization,
    refuse,
    storable,
    text,
)
from velt_py.settings import Limits

LIMITS = Limits(max_depth=8, max_record_bytes=10_000, max_ids=3)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("a", "a"),
        (5, "5"),
        (0, "0"),
        (-5, "-5"),
        (2**63 - 1, str(2**63 - 1)),
        ("$gt", "$gt"),
        (" ", " "),
        ("é" * 200,) * 2,
    ],
)
def test_ids_are_texts_or_integers(given: Any, expected: str) -> None:
    assert identifier(given, "id", LIMITS) == expected


class Text(str):
    pass


BAD_IDS = [
    None,
    "",
    True,
    False,
    1.0,
    float("nan"),
    {},
    {"$gt": ""},
    [],
    ["a"],
    b"a",
    object(),
    2**63,
    -(2**63) - 1,
]
BAD_IDS += ["a\0b", "\ud800", "x\udfff", "x" * 401, "é" * 201]


@pytest.mark.parametrize("given", BAD_IDS, ids=lambda value: ascii(value)[:20])
def test_anything_else_is_no_id(given: Any) -> None:
    with pytest.raises(VeltValidationError) as error:
        identifier(given, "commentId", LIMITS)
    assert error.value.field == "commentId"
    assert (error.value.statusCode, error.value.code) == (400, "INVALID_INPUT")
    assert "xxxx" not in str(error.value)


def test_lists_of_ids_lose_repetitions_and_keep_their_order() -> None:
    assert identifiers(["b", "a", "b", 1, "1"], "ids", Limits()) == ("b", "a", "1")
    assert identifiers(("a",), "ids", LIMITS) == ("a",)
    assert identifiers([], "ids", LIMITS) == ()
    assert identifiers(None, "ids", LIMITS) is None


@pytest.mark.parametrize("given", ["abc", {"a": 1}, 5, True, {"a"}, iter([])])
def test_only_a_list_is_a_list(given: Any) -> None:
    with pytest.raises(VeltValidationError, match="a list of ids is needed"):
        identifiers(given, "ids", LIMITS)


def test_a_bad_id_in_a_list_is_named_by_its_place() -> None:
    with pytest.raises(VeltValidationError) as error:
        identifiers(["a", {"$gt": ""}], "commentAnnotationIds", LIMITS)
    assert error.value.field == "commentAnnotationIds[1]"


def test_too_many_ids_are_refused_before_they_are_looked_at() -> None:
    with pytest.raises(VeltValidationError, match="at most 3 ids"):
        identifiers([{}] * 4, "ids", LIMITS)


@pytest.mark.parametrize(
    ("given", "code"), [(None, "INVALID_INPUT"), ("", "VALIDATION_ERROR"), ({}, "VALIDATION_ERROR")]
)
def test_every_request_needs_an_organization(given: Any, code: str) -> None:
    with pytest.raises(VeltValidationError) as error:
        organization(given, "organizationId", LIMITS)
    assert (error.value.field, error.value.code) == ("organizationId", code)


def test_small_checks() -> None:
    assert text(None, "f") is None
    assert text("", "f") == ""
    assert boolean(None, "f") is None
    assert boolean(True, "f") is True
    assert mapping({"a": 1}, "f") == {"a": 1}
    for check, bad in (
        (text, 5),
        (text, "\0"),
        (boolean, 1),
        (boolean, "true"),
        (mapping, []),
        (mapping, "x"),
    ):
        with pytest.raises(VeltValidationError):
            check(bad, "f")  # type: ignore[operator]


GOOD: Dict[str, Any] = {
    "texts": ["", "é", "\U0001f600", "\\u0000", "\u2028", "\x01"],
    "numbers": [0, -1, 2**63 - 1, -(2**63), 0.5, 1e300, -0.25, True, False, None],
    "$key": {"a.b": {"": {}}},
    "tuple": (1, 2),
}


def test_what_json_can_say_is_written_as_it_is() -> None:
    written = storable(GOOD, "record", LIMITS)
    assert json.loads(written) == {**GOOD, "tuple": [1, 2]}
    assert "é" in written
    assert ", " not in written


def nested(levels: int) -> Any:
    value: Any = 1
    for _ in range(levels):
        value = {"k": value}
    return value


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        ("a\0b", "NUL"),
        ("\ud800", "surrogate"),
        (2**63, "64 bits"),
        (-(2**63) - 1, "64 bits"),
        (float("nan"), "NaN"),
        (float("inf"), "NaN"),
        (float("-inf"), "NaN"),
        (b"bytes", "only JSON"),
        (object(), "only JSON"),
        ({1, 2}, "only JSON"),
        ({1: "x"}, "keys of an object are texts"),
        ({None: "x"}, "keys of an object are texts"),
        ({"a\0": 1}, "NUL"),
        ({"\udfff": 1}, "surrogate"),
        ("x" * 10_000, "at most 10000 bytes"),
        ("é" * 5_000, "at most 10000 bytes"),
        (nested(8), "nested too deeply"),
        (nested(100_000), "nested too deeply"),
        ([[[[[[[[[]]]]]]]]], "nested too deeply"),
    ],
    ids=lambda value: ascii(value)[:14] if not isinstance(value, dict) else "object",
)
def test_what_not_every_store_can_keep_is_refused(value: Any, problem: str) -> None:
    for document in ({"custom": value}, {"comments": {"1": {"text": [value]}}}):
        with pytest.raises(VeltValidationError, match=problem) as error:
            storable(document, "commentAnnotation.A", LIMITS)
        assert error.value.field is not None
        assert error.value.field.startswith("commentAnnotation.A")
        assert "xxxx" not in str(error.value)
        Result(error=error.value).to_json().decode()


def test_a_refusal_says_where_it_is() -> None:
    with pytest.raises(VeltValidationError) as error:
        storable({"comments": {"7": {"list": [0, float("nan")]}}}, "commentAnnotation.A", LIMITS)
    assert error.value.field == "commentAnnotation.A.comments.7.list[1]"


def test_depth_is_counted_from_the_record() -> None:
    assert storable(nested(8), "record", LIMITS)
    with pytest.raises(VeltValidationError, match="nested too deeply"):
        storable(nested(9), "record", LIMITS)


def test_circles_are_refused() -> None:
    circle: Dict[str, Any] = {}
    circle["self"] = circle
    with pytest.raises(VeltValidationError, match="nested too deeply"):
        storable(circle, "record", LIMITS)


def test_the_key_of_mongodb_cannot_be_a_field() -> None:
    with pytest.raises(VeltValidationError, match="_id"):
        storable({"_id": 1}, "record", LIMITS)
    assert storable({"below": {"_id": 1}}, "record", LIMITS)


def test_long_and_odd_names_of_fields_are_fit_for_an_answer() -> None:
    with pytest.raises(VeltValidationError) as error:
        refuse("commentAnnotation.\ud800" + "x" * 1000, "problem")
    assert len(str(error.value)) < 300
    assert Result(error=error.value).to_json()
