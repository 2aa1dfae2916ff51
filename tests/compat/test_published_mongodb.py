"""MongoDB documents of velt-py 0.3.0 and ours: each package works on what the other wrote."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import Iterator

import pytest
from pymongo import MongoClient

from tests.compat.exchange import NAMES, Exchange
from velt_py import VeltSDK
from velt_py.config import load_settings
from velt_py.selfhosting.stores.opening import open_store


@pytest.fixture(scope="module")
def exchange(mongodb_uri: str, published_python: Path) -> Iterator[Exchange]:
    name = f"velt_compat_{uuid.uuid4().hex[:10]}"
    address = mongodb_uri.replace("/?", f"/{name}?")
    made = Exchange(published_python, {"database": {"type": "mongodb", "connection_string": address}})
    yield made
    made.end()
    with MongoClient(mongodb_uri) as client:
        client.drop_database(name)


@pytest.mark.parametrize("kind", NAMES)
def test_what_velt_py_wrote_is_read_changed_and_deleted_by_us(exchange: Exchange, kind: str) -> None:
    exchange.check(kind, "theirs")


@pytest.mark.parametrize("kind", NAMES)
def test_what_we_wrote_is_read_changed_and_deleted_by_velt_py(exchange: Exchange, kind: str) -> None:
    exchange.check(kind, "ours")


def test_users_that_we_save_are_found_by_velt_py(exchange: Exchange) -> None:
    with VeltSDK.initialize(exchange.config) as sdk:
        user = {"userId": "ana-m", "name": "Ana", "email": "ana@acme.example"}
        assert sdk.selfHosting.users.saveUser("acme", user)["success"]
        mine = sdk.selfHosting.users.getUsers("acme", ["ana-m"])
    get = ("users", "getUsers", "GetUserResolverRequest", {"organizationId": "acme", "userIds": ["ana-m"]})
    (theirs,) = exchange.theirs(get)
    for field, value in mine["data"]["ana-m"].items():
        assert theirs["data"]["ana-m"][field] == value


def test_hostile_keys_that_we_stored_are_read_by_velt_py_and_survive_its_update(exchange: Exchange) -> None:
    odd = {"$set": 1, "a.b": {"$where": [2]}, "__proto__": 3, "": 4}
    comment = {"commentId": 1, "commentText": "$$ROOT", **odd}
    with VeltSDK.initialize(exchange.config) as sdk:
        saved = sdk.selfHosting.comments.saveComments("odd", {"odd-1": {"comments": {"1": comment}, **odd}})
        assert saved["success"]
        get = ("comments", "getComments", "GetCommentResolverRequest", {"organizationId": "odd"})
        change = {
            "commentAnnotation": {"odd-1": {"annotationId": "odd-1", "from": {"userId": "ana"}}},
            "metadata": {"organizationId": "odd"},
        }
        found, changed = exchange.theirs(
            get, ("comments", "saveComments", "SaveCommentResolverRequest", change)
        )
        assert changed["success"]
        for thread in (found["data"]["odd-1"], sdk.selfHosting.comments.getComments("odd")["data"]["odd-1"]):
            assert thread["comments"]["1"] == comment
            assert {key: thread[key] for key in odd} == odd


def test_indexes_of_velt_py_stand_beside_ours_until_an_id_is_used_twice(exchange: Exchange) -> None:
    get = ("comments", "getComments", "GetCommentResolverRequest", {"organizationId": "one"})
    exchange.theirs(get)
    with VeltSDK.initialize(exchange.config) as sdk:
        assert sdk.selfHosting.comments.saveComments("one", {"twice": {}})["success"]
        refused = sdk.selfHosting.comments.saveComments("two", {"twice": {}})
        assert (refused["statusCode"], refused["errorCode"]) == (409, "CONFLICT")
        assert "velt schema apply" in refused["error"]
        store = open_store(load_settings(exchange.config, {}))
        applied = [line for line in store.apply_schema() if "dropIndex" in line]
        assert 'db.getCollection("comment_annotations").dropIndex("annotationId_1")' in applied
        assert sdk.selfHosting.comments.saveComments("two", {"twice": {}})["success"]
        # It cannot make its index again, and goes on without.
        (theirs,) = exchange.theirs(get)
        assert "twice" in theirs["data"]
        assert not [line for line in store.missing_schema() if "comment_annotations" in line]
        store.close()
