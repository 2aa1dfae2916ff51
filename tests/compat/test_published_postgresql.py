"""PostgreSQL rows of velt-py 0.3.0 and ours: each package works on what the other wrote."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import Iterator

import psycopg
import pytest

from tests.compat.exchange import NAMES, Exchange
from velt_py import VeltSDK


@pytest.fixture(scope="module")
def exchange(postgres_url: str, published_python: Path) -> Iterator[Exchange]:
    name = f"velt_compat_{uuid.uuid4().hex[:10]}"
    with psycopg.connect(postgres_url, autocommit=True) as admin:
        admin.execute(f'CREATE DATABASE "{name}"')
    address = postgres_url.rsplit("/", 1)[0] + f"/{name}"
    yield Exchange(published_python, {"database": {"type": "postgresql", "connection_string": address}})
    with psycopg.connect(postgres_url, autocommit=True) as admin:
        admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.mark.parametrize("kind", NAMES)
def test_what_velt_py_wrote_is_read_changed_and_deleted_by_us(exchange: Exchange, kind: str) -> None:
    exchange.check(kind, "theirs")


@pytest.mark.parametrize("kind", NAMES)
def test_what_we_wrote_is_read_changed_and_deleted_by_velt_py(exchange: Exchange, kind: str) -> None:
    exchange.check(kind, "ours")


def test_users_that_we_save_are_found_by_velt_py(exchange: Exchange) -> None:
    with VeltSDK.initialize(exchange.config) as sdk:
        user = {"userId": "ana-p", "name": "Ana", "email": "ana@acme.example"}
        assert sdk.selfHosting.users.saveUser("acme", user)["success"]
        mine = sdk.selfHosting.users.getUsers("acme", ["ana-p"])
    get = ("users", "getUsers", "GetUserResolverRequest", {"organizationId": "acme", "userIds": ["ana-p"]})
    (theirs,) = exchange.theirs(get)
    for field, value in mine["data"]["ana-p"].items():
        assert theirs["data"]["ana-p"][field] == value
