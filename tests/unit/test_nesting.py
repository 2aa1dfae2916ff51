"""JSON that Python 3.8 must not be given: there the parser can take the process with it."""

from __future__ import annotations

import json

import pytest

from velt_py import _nesting
from velt_py._nesting import MOST, check_nesting


@pytest.fixture(autouse=True)
def old(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_nesting, "OLD", True)


@pytest.mark.parametrize("opening", ["[", '{"a":', '[{"b":'])
def test_what_is_nested_too_deeply_is_refused_before_it_is_parsed(opening: str) -> None:
    for text in (opening * 30_000, (opening * 30_000).encode(), bytearray((opening * 30_000).encode())):
        with pytest.raises(RecursionError):
            check_nesting(text)


@pytest.mark.parametrize(
    "value",
    [
        [[]] * 5_000,
        [{"a": [1]} for _ in range(5_000)],
        "[" * 30_000,
        {"[" * 600: "{" * 600, '"[': ["\\", '\\"['] * 600},
    ],
    ids=["siblings", "objects", "a-text", "keys-and-escapes"],
)
def test_what_is_long_or_only_looks_deep_is_let_through(value: object) -> None:
    check_nesting(json.dumps(value))
    check_nesting(json.dumps(value).encode())


def test_the_limit_is_exact() -> None:
    check_nesting("[" * MOST + "]" * MOST)
    with pytest.raises(RecursionError):
        check_nesting("[" * (MOST + 1) + "]" * (MOST + 1))


def test_a_text_without_an_end_hides_no_brackets() -> None:
    with pytest.raises(RecursionError):
        check_nesting('"' * 10_001 + "[" * (MOST + 1))


def test_newer_pythons_leave_it_to_the_parser(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_nesting, "OLD", False)
    check_nesting("[" * 30_000)
