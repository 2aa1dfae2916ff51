"""`import velt_py` is quick, because it loads next to nothing."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, List

import pytest

import velt_py
from velt_py.api.backend import SERVICES, service_class
from velt_py.api.operation import operations_of

SOURCE = Path(velt_py.__file__).resolve().parents[1]
INSTALLED = ("site-packages", "dist-packages")

LOADED = """
import json, sys
before = set(sys.modules)
{statement}
names = sorted(set(sys.modules) - before)
print(json.dumps([[name, getattr(sys.modules[name], "__file__", None)] for name in names]))
"""


def loaded(statement: str) -> List[List[Any]]:
    """The modules that a fresh interpreter loads for a statement, with their files."""
    environment = {**os.environ, "PYTHONPATH": str(SOURCE)}
    code = LOADED.format(statement=statement)
    ended = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True, timeout=60
    )
    found: List[List[Any]] = json.loads(ended.stdout)
    return found


def foreign(statement: str) -> List[str]:
    """The modules of other packages among them."""
    return [name for name, file in loaded(statement) if file and any(part in file for part in INSTALLED)]


def test_importing_the_package_loads_no_third_party_module() -> None:
    assert foreign("import velt_py") == []


def test_importing_the_package_loads_none_of_its_rooms() -> None:
    ours = {name for name, _ in loaded("import velt_py") if name.startswith("velt_py")}
    assert ours == {"velt_py", "velt_py._lazy", "velt_py._version"}


def test_importing_the_package_loads_no_module_that_is_slow_to_load() -> None:
    slow = {
        "asyncio",
        "dataclasses",
        "inspect",
        "logging",
        "socket",
        "ssl",
        "sqlite3",
        "urllib.request",
        "http",
    }
    assert slow.isdisjoint(name for name, _ in loaded("import velt_py"))


def test_the_models_need_no_third_party_module() -> None:
    assert foreign("from velt_py import SaveCommentResolverRequest") == []
    assert foreign("import velt_py.models.comment") == []


@pytest.mark.parametrize("kind", ["memory", "sqlite"])
def test_an_sdk_on_an_embedded_store_loads_no_driver(kind: str) -> None:
    statement = (
        "from velt_py import VeltSDK\n"
        f"sdk = VeltSDK.initialize({{'database': {{'type': '{kind}', 'path': '/nowhere/velt.db'}}}})\n"
        "sdk.selfHosting.comments"
    )
    drivers = {"pymongo", "bson", "psycopg", "psycopg_pool", "boto3", "botocore", "aiohttp", "jwt", "uvicorn"}
    drivers |= {"django", "asgiref"}
    assert drivers.isdisjoint(name.partition(".")[0] for name in foreign(statement))


REST_MODELS = {
    operation.request.__module__ for area in SERVICES for operation in operations_of(service_class(area))
}


@pytest.mark.parametrize("area", sorted(SERVICES))
def test_an_area_of_the_rest_half_loads_its_own_service_and_models_and_no_type_of_an_answer(
    area: str,
) -> None:
    statement = f"from velt_py import VeltSDK\nsdk = VeltSDK.initialize({{}})\nsdk.api.{area}"
    ours = {name for name, _ in loaded(statement)}
    services = {name for name in ours if name.startswith("velt_py.api.services.")}
    assert services == {"velt_py.api.services.token", service_class(area).__module__}
    requests = {operation.request.__module__ for operation in operations_of(service_class(area))}
    assert {name for name in ours if name in REST_MODELS} == requests
    assert not {name for name in ours if name.startswith(("velt_py.api.answers", "velt_py.api.batches"))}


def test_no_area_of_the_rest_half_is_loaded_before_its_first_use() -> None:
    ours = {name for name, _ in loaded("from velt_py import VeltSDK\nVeltSDK.initialize({}).api")}
    assert ours.isdisjoint(REST_MODELS)
    assert len(REST_MODELS) == 20


@pytest.mark.parametrize(
    "path",
    sorted((SOURCE / "velt_py").rglob("*.py")),
    ids=lambda path: str(path.relative_to(SOURCE / "velt_py")),
)
def test_every_module_is_readable_for_python_3_8(path: Path) -> None:
    ast.parse(path.read_text(encoding="utf-8"), feature_version=(3, 8))
