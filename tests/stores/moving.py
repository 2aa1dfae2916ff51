"""Places to move records between, and records worth moving."""

from __future__ import annotations

import uuid
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Dict, Iterator, List, Sequence

import pytest

from tests.django import project
from tests.stores.every_plan import document
from velt_py.config import load_settings
from velt_py.selfhosting.answers import dumps, loads
from velt_py.selfhosting.migration.report import Report
from velt_py.selfhosting.migration.selection import Selection, select
from velt_py.selfhosting.plans import Change, Read, Save, SaveUser
from velt_py.selfhosting.records import COMMENTS, KINDS, USERS, Kind
from velt_py.selfhosting.scope import Scope
from velt_py.selfhosting.stores.base import Store
from velt_py.selfhosting.stores.opening import open_store
from velt_py.settings import Settings

__all__ = [
    "Makes",
    "all_held",
    "counted",
    "fill",
    "held",
    "organizations",
    "put",
    "selection",
    "store_of",
    "thread",
]

OWN = [kind for kind in KINDS if not kind.shared]
WORDS: Dict[str, Any] = {
    "$x": {"a.b": 1, "$y": None, "": ""},
    "a.b": [1, 1.0, -0.0, 1e22, 1e-7, 2**53 + 1, -(2**63), True, None, {}, []],
    "text": 'Grüße 🎈 "\\\u2028%s {} </script>',
    "0": {"0": [[["deep"]]]},
}
"""Keys that no model knows and values that stores spell in different ways."""


class Makes:
    """Makes empty places of one test.

    Args:
        request: of the test, for the servers.
        folder: the test's own.
    """

    def __init__(self, request: pytest.FixtureRequest, folder: Path) -> None:
        self._request = request
        self._folder = folder

    def config(self, name: str) -> Dict[str, Any]:
        """The configuration of a place of this kind that nobody else uses, but for Django's tables. A bare one is
        there, but has no tables."""
        suffix = uuid.uuid4().hex[:12]
        if name == "sqlite":
            return {"database": {"type": "sqlite", "path": str(self._folder / f"{suffix}.db")}}
        if name == "sqlite_bare":
            path = self._folder / f"{suffix}.db"
            path.touch()
            return {"database": {"type": "sqlite", "path": str(path)}}
        if name == "sqlite_files":
            return {"database": {"type": "sqlite", "path": str(self._folder / suffix / "{organization}.db")}}
        if name == "postgresql":
            url = self._request.getfixturevalue("postgres_url")
            return {
                "database": {"type": "postgresql", "connection_string": url, "schema": f"moving_{suffix}"}
            }
        if name == "mongodb":
            uri = self._request.getfixturevalue("mongodb_uri")
            return {
                "database": {"type": "mongodb", "connection_string": uri, "database_name": f"moving_{suffix}"}
            }
        project.start()
        if name == "django_bare":
            file = str(self._folder / f"{suffix}.db")
            project.add_database(suffix, {"ENGINE": "django.db.backends.sqlite3", "NAME": file})
            return {"database": {"type": "django", "alias": suffix}}
        return {"database": {"type": "django", "alias": "default"}}

    def settings(self, name: str) -> Settings:
        return load_settings(self.config(name), {})


def counted(report: Report, name: str) -> int:
    """One of the counts over all kinds."""
    return sum(int(getattr(counts, name)) for counts in report.kinds.values())


@contextmanager
def store_of(settings: Settings) -> Iterator[Store]:
    store = open_store(settings)
    try:
        yield store
    finally:
        store.close()


def organizations() -> List[str]:
    suffix = uuid.uuid4().hex[:12]
    return [f"Ä one-{suffix}", f"two-{suffix}"]


def selection(settings: Sequence[Settings], names: Sequence[str] = (), **more: Any) -> Selection:
    return select(settings, organizations=names, **{"users": True, "piece": 3, **more})


def put(settings: Settings, kind: Kind, organization: str, *documents: Dict[str, Any]) -> None:
    """Save records as they stand."""
    with store_of(settings) as store:
        _put(store, kind, organization, *documents)


def _put(store: Store, kind: Kind, organization: str, *documents: Dict[str, Any]) -> None:
    changes = tuple([Change(str(each[kind.id[0]]), each, dumps(each)) for each in documents])
    if not kind.shared:
        store.run(Save(kind, Scope(organization), changes))
        return
    for change in changes:
        store.run(SaveUser(Scope(organization), ("userId",), (("organizationId",),), change, change))


def thread(organization: str, id: str, **more: Any) -> Dict[str, Any]:
    return {"annotationId": id, "metadata": {"organizationId": organization, "documentId": "d"}, **more}


def fill(settings: Settings, names: Sequence[str], count: int = 7) -> None:
    """Records of every kind in each of these organizations, under the same ids."""
    with store_of(settings) as store:
        for name in names:
            for kind in KINDS:
                records = [document(kind, name, number, **WORDS) for number in range(1, count + 1)]
                _put(store, kind, name, *records)
            _put(store, COMMENTS, name, thread(name, "ä 'b\" %s", comments={"1": {"commentId": 1}}))


def held(settings: Settings, kind: Kind, organization: str) -> Dict[str, Dict[str, Any]]:
    """The records of one kind and organization, by id."""
    with store_of(settings) as store:
        return _held(store, kind, organization)


def _held(store: Store, kind: Kind, organization: str) -> Dict[str, Dict[str, Any]]:
    found = store.run(Read(kind, Scope(organization)))
    return {each.id: loads(each.body) if isinstance(each.body, str) else each.body for each in found}


def all_held(settings: Settings, names: Sequence[str]) -> str:
    """Everything of these organizations, users included, as one text that tells 1 from 1.0."""
    with store_of(settings) as store:
        found = [_held(store, kind, name) for name in names for kind in (*OWN, USERS)]
    return repr([sorted((id, spelled(each)) for id, each in records.items()) for records in found])


def spelled(document: Dict[str, Any]) -> str:
    import json

    return json.dumps(document, sort_keys=True).replace("-0.0", "0.0")
