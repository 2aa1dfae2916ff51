"""Django for the tests."""

from __future__ import annotations

import contextlib
import uuid
from pathlib import Path
from typing import Any, Callable, Dict, Iterator

import pytest

from tests.django.hooks import member
from tests.django.project import start


@pytest.fixture(scope="session")
def django_app() -> Any:
    """Django's registry of apps."""
    return start()


@pytest.fixture
def velt(django_app: Any, tmp_path: Path) -> Iterator[Dict[str, Any]]:
    """The setting `VELT` of the test, over SQLite and a folder."""
    from django.test import override_settings

    setting: Dict[str, Any] = {
        "DATABASE": {"type": "sqlite", "path": str(tmp_path / "velt.db")},
        "STORAGE": {"type": "folder", "path": str(tmp_path / "files")},
        "URL": "https://app.example/velt",
        "AUTHORIZE": member,
    }
    with override_settings(VELT=setting):
        yield setting


@pytest.fixture
def changed(velt: Dict[str, Any]) -> Iterator[Callable[..., None]]:
    """Changes keys of the setting `VELT`."""
    from django.test import override_settings

    with contextlib.ExitStack() as stack:
        yield lambda **keys: stack.enter_context(override_settings(VELT={**velt, **keys})) and None


@pytest.fixture
def ana(django_app: Any) -> Any:
    """A user of the project; her organizations start with her name."""
    from django.contrib.auth import get_user_model

    return get_user_model().objects.create_user(f"ana{uuid.uuid4().hex[:12]}", password="secret")


@pytest.fixture
def organization(ana: Any) -> str:
    return f"{ana.username}-org"
