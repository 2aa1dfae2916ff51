"""`velt doctor` and what a role may do in PostgreSQL."""

from __future__ import annotations

import json
import uuid
from pathlib import Path
from typing import Any, Dict, List

import psycopg
import pytest

from tests.stores.postgresql_place import Place
from velt_py.cli import main


def test_the_doctor_tells_what_a_role_may_not_do_and_which_index_is_missing(
    place: Place, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("VELT_API_KEY", raising=False)
    place.store().apply_schema()
    role = f"role_{uuid.uuid4().hex[:12]}"
    place.sql(f"CREATE ROLE {role} LOGIN PASSWORD 'role-secret'")
    place.sql(f'GRANT USAGE ON SCHEMA "{place.schema}" TO {role}')
    place.sql(f'GRANT SELECT ON ALL TABLES IN SCHEMA "{place.schema}" TO {role}')
    url = psycopg.conninfo.make_conninfo(
        str(place.settings.connection_string), user=role, password="role-secret"
    )
    database = {
        "type": "postgresql",
        "connection_string": url,
        "schema": place.schema,
        "manage_schema": False,
    }
    (tmp_path / "velt.json").write_text(json.dumps({"database": database}))

    def levels(*options: str) -> Dict[str, List[str]]:
        code = main(["doctor", "--config", str(tmp_path / "velt.json"), "--json", *options])
        captured = capsys.readouterr()
        assert "role-secret" not in captured.out + captured.err
        told: Any = json.loads(captured.out)
        assert (code == 0) == told["ready"]
        found: Dict[str, List[str]] = {}
        for each in told["findings"]:
            found.setdefault(each["check"], []).append(each["level"])
        return {name: found[name] for name in ("schema", "rights") if name in found}

    try:
        assert levels() == {"schema": ["ok"], "rights": ["ok"]}
        assert levels("--write") == {"schema": ["ok"], "rights": ["error"] * 6}
        place.sql(f"REVOKE SELECT ON @activities FROM {role}")
        place.sql("DROP INDEX @ix_activities_organizationid_metadata_documentid")
        assert levels() == {"schema": ["error"], "rights": ["error"]}
        place.sql(f'GRANT ALL ON ALL TABLES IN SCHEMA "{place.schema}" TO {role}')
        assert levels("--write") == {"schema": ["error"], "rights": ["ok"]}
    finally:
        place.sql(f"DROP OWNED BY {role}")
        place.sql(f"DROP ROLE {role}")
