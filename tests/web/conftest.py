"""A server of each kind on SQLite and a folder."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Dict, Iterator

import pytest

from tests.webserver import Client, velt_server
from velt_py.web.access import everybody, no_questions


@pytest.fixture
def config(tmp_path: Path) -> Dict[str, Any]:
    return {
        "database": {"type": "sqlite", "path": str(tmp_path / "velt.db")},
        "files": {"type": "folder", "path": str(tmp_path / "files"), "base_url": "https://app.example/velt"},
    }


@pytest.fixture(params=["asgi", "wsgi", "django_asgi", "django_wsgi"])
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def server(kind: str, config: Dict[str, Any]) -> Iterator[Client]:
    """Lets everybody do everything."""
    with velt_server(kind, config, authenticate=everybody, authorize=no_questions) as client:
        yield client
