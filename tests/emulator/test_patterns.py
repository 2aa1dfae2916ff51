"""Regular expressions of scripts, rules and conditions: which can be used, and where they are searched."""

from __future__ import annotations

from typing import Any

import pytest

from velt_py.emulator.patterns import LONGEST, is_found, pattern_fault


@pytest.mark.parametrize(
    "pattern",
    ["(a+)+$", r"^(?:\d*)*$", r"(?P<part>[^/]+)*", r"([\]a)]{2,}?)+", "(.*){3,}", "x(\\w+)+y"],
    ids=["plus", "unnamed", "named", "class", "dots", "inside"],
)
def test_a_repetition_of_nothing_but_a_repetition_is_refused(pattern: str) -> None:
    assert "repetition" in str(pattern_fault(pattern))


@pytest.mark.parametrize(
    "pattern",
    ["", r"(\w+\.)+com", "(foo|bar)+", r"(?:\d{1,3}\.){3}\d+", "(a+)", "(a+)?", r"(x\(a+)+", "(a)+", "[ab]+"],
    ids=["empty", "domain", "either", "address", "group", "maybe", "escaped", "once", "class"],
)
def test_other_repetitions_can_be_used(pattern: str) -> None:
    assert pattern_fault(pattern) is None


@pytest.mark.parametrize(
    "pattern",
    [None, 1, ["a"], "(", "a{99999999999999999999}", "a" * (LONGEST + 1)],
    ids=["none", "number", "list", "open", "large", "long"],
)
def test_what_is_no_pattern_says_why(pattern: Any) -> None:
    assert pattern_fault(pattern)


def test_a_pattern_is_searched_in_the_beginning_of_a_text_only() -> None:
    text = "a" * LONGEST + "b"
    assert is_found("^a+$", text)
    assert not is_found("b", text)
    assert not is_found("1", 1)
