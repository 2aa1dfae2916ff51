"""Regular expressions of scripts, rules and conditions: which can be used, and where they are searched."""

from __future__ import annotations

import json
import re
import time
from typing import Any, List

import pytest

from velt_py.emulator import patterns
from velt_py.emulator.patterns import LONGEST, is_found, pattern_fault, spans_of

A = "a" * LONGEST


def test_a_search_that_would_take_years_is_given_up_and_not_begun_again(
    caplog: pytest.LogCaptureFixture,
) -> None:
    started = time.process_time()
    for pattern in ("(a|a)*b", "(a|a)*b"):
        assert not is_found(pattern, A)
    assert [record.message for record in caplog.records] == ["velt.emulator.pattern"]
    assert A not in caplog.text
    assert time.process_time() - started < 1


@pytest.mark.parametrize(
    "pattern",
    ["(b|b)*c", "a*a*b", r"(a.*)\1b", "(?x)(a|a) *b", "(a|a)(a|a)" * 9, "(?=a*)*b", "(a?){9}b", "[)]a+a+b"],
    ids=["either", "twice", "back", "spaced", "chain", "ahead", "maybe", "class"],
)
def test_what_can_take_long_is_searched_by_a_process_of_its_own(
    pattern: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: List[Any] = []
    monkeypatch.setattr(
        patterns, "_apart", lambda question: asked.append(json.loads(question)) or b"[[0, 1]]"
    )
    assert spans_of(pattern, A, 1) == [(0, 1)]
    assert asked == [[pattern, A, 1]]


@pytest.mark.parametrize(
    "pattern", ["", "^urgent", "a*b", "[a|b]+", r"x\(a+b", "(?:red|blue)", r"\*\?\|a+", "a.*?b"]
)
def test_what_cannot_take_long_needs_no_process(pattern: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patterns, "_apart", None)
    spans_of(pattern, A, 1)


@pytest.mark.parametrize(
    ("pattern", "text"),
    [(r"(\w+\.)+com", "at acme.example.com"), ("(foo|bar)+", "xfoobar"), ("(?P<n>é)+\ud800?", "aé\ud800")],
    ids=["domain", "either", "signs"],
)
def test_a_process_finds_what_this_one_would(pattern: str, text: str) -> None:
    assert spans_of(pattern, text, 9) == [each.span() for each in re.finditer(pattern, text)]
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
