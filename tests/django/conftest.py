"""Django for the tests."""

from __future__ import annotations

from typing import Any

import pytest

from tests.django.project import start


@pytest.fixture(scope="session")
def django_app() -> Any:
    """Django's registry of apps."""
    return start()
