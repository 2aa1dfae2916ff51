"""Rows that velt-py 0.3.0 wrote are moved to every store of ours, and velt-py reads those that were moved back."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import Any, Dict

import psycopg
import pytest

from tests.compat.exchange import NAMES, Exchange, kinds
from velt_py.config import load_settings
from velt_py.selfhosting.migration.moving import Options, migrate
from velt_py.selfhosting.migration.selection import select


def database(name: str, request: pytest.FixtureRequest) -> Dict[str, Any]:
    """A database of velt-py's own with nothing in it."""
    made = f"velt_moved_{uuid.uuid4().hex[:10]}"
    if name == "mongodb":
        uri = request.getfixturevalue("mongodb_uri")
        return {"type": "mongodb", "connection_string": uri, "database_name": made}
    url = request.getfixturevalue("postgres_url")
    with psycopg.connect(url, autocommit=True) as admin:
        admin.execute(f'CREATE DATABASE "{made}"')
    return {"type": "postgresql", "connection_string": url.rsplit("/", 1)[0] + f"/{made}"}


@pytest.mark.parametrize(("one", "other"), [("mongodb", "postgresql"), ("postgresql", "mongodb")])
def test_what_velt_py_wrote_moves_and_is_read_by_velt_py_in_the_other_database(
    one: str, other: str, request: pytest.FixtureRequest, published_python: Path, tmp_path: Path
) -> None:
    organization = f"org-{uuid.uuid4().hex[:10]}"
    calls = kinds(organization)
    places = [
        Exchange(published_python, {"database": each})
        for each in (database(one, request), database(other, request))
    ]
    saved = places[0].theirs(*[calls[name].save for name in NAMES])
    assert all(answer["success"] for answer in saved)
    before = places[0].theirs(*[calls[name].get for name in NAMES])
    between = load_settings({"database": {"type": "sqlite", "path": str(tmp_path / "between.db")}}, {})
    first, last = [load_settings(place.config, {}) for place in places]
    for source, target in ((first, between), (between, last)):
        report = migrate(source, target, select([source, target], users=True), Options(apply=True))
        assert report.complete, report.to_dict()
        assert sum(counts.new for counts in report.kinds.values()) >= len(NAMES)
    assert places[1].theirs(*[calls[name].get for name in NAMES]) == before
