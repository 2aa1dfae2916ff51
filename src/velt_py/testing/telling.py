"""Failures of unittest that tell which calls of Velt's API the test made."""

from __future__ import annotations

import sys
import unittest
from types import TracebackType
from typing import Any, Callable, Optional, Tuple, Type, Union, cast

__all__ = ["TellingResult"]

Failure = Union[
    Tuple[Type[BaseException], BaseException, TracebackType],
    Tuple[None, None, None],
]


class TellingResult:
    """A result that adds to each failure what the test told. All else is the business of the result behind it, which
    may be of unittest, Django or pytest.

    Args:
        result: where the outcomes go.
        told: what to add.
    """

    def __init__(self, result: unittest.TestResult, told: Callable[[], str]) -> None:
        self._result = result
        self._told = told

    def __getattr__(self, name: str) -> Any:
        return getattr(self._result, name)

    def addError(self, test: unittest.TestCase, err: Failure) -> None:
        """A test ended in an error."""
        self._tell(err)
        self._result.addError(test, err)

    def addFailure(self, test: unittest.TestCase, err: Failure) -> None:
        """An assertion of a test failed."""
        self._tell(err)
        self._result.addFailure(test, err)

    def addSubTest(self, test: unittest.TestCase, subtest: unittest.TestCase, err: Optional[Failure]) -> None:
        """A part of a test ended, well or not."""
        if err is not None:
            self._tell(err)
        self._result.addSubTest(test, subtest, cast(Any, err))

    def _tell(self, err: Failure) -> None:
        error = err[1]
        text = f"Calls of Velt's API: {self._told()}"
        if sys.version_info >= (3, 11) and error is not None:
            error.add_note(text)
        elif isinstance(error, AssertionError):
            error.args = (f"{error}\n{text}",)
        else:
            # Other errors say what they say by their own rules.
            sys.stderr.write(f"{text}\n")
