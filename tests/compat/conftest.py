"""velt-py 0.3.0, for every test that compares with it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.compat import published


@pytest.fixture(scope="session")
def published_python() -> Path:
    """The interpreter of the environment that has velt-py 0.3.0."""
    return published.python()
