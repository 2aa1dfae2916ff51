"""The running examples."""

from __future__ import annotations

from typing import Iterator

import pytest

from tests.examples.example_server import Example, running


@pytest.fixture(scope="session")
def django_example(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Example]:
    """The Django example: its tests over HTTP and in a browser share it."""
    with running("django", tmp_path_factory.mktemp("django")) as started:
        yield started
