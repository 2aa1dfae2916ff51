"""Runs of pytest with the plugin, in projects of a few lines."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Callable

import pytest

# Loaded before a run inside this process, which would else load and forget them each time.
import velt_py.testing.cases
import velt_py.testing.emulated  # noqa: F401

SOURCE = Path(__file__).resolve().parents[2] / "src"


@pytest.fixture
def project(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """A project in whose runs no plugin is loaded but those that a test names."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    monkeypatch.setenv("PYTHONPATH", str(SOURCE))
    monkeypatch.delenv("PYTEST_ADDOPTS", raising=False)
    return pytester


@pytest.fixture
def run(project: pytest.Pytester) -> Callable[..., pytest.RunResult]:
    """Run a test module with the plugin, inside this process."""

    def runner(source: str, *arguments: str) -> Any:
        project.makepyfile(source)
        quiet = ("-W", "ignore::pytest.PytestAssertRewriteWarning")
        return project.runpytest_inprocess(
            "-p", "velt_py.testing.plugin", "--strict-markers", *quiet, *arguments
        )

    return runner
