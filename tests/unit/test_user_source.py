"""Users out of the application: whatever it answers with, only what it may is handed on."""

from __future__ import annotations

import logging
import threading
from typing import Any, Dict, List, Type

import pytest

from velt_py import AsyncVeltSDK, VeltSDK
from velt_py.exceptions import VeltConfigurationError, VeltDatabaseError, VeltNotFoundError, VeltSDKError

PEOPLE: List[Dict[str, Any]] = [
    {"userId": "ann", "name": "Ann", "email": "Ann@x.example", "salary": 5, "team": "blue", "org": "one"},
    {"userId": "bob", "name": "Bob", "email": "bob@x.example", "salary": 6, "team": "red", "org": "one"},
    {"userId": "eve", "name": "Eve", "email": "eve@x.example", "org": "two"},
]


def matching(plan: Any) -> List[Dict[str, Any]]:
    """An application's answer to a plan."""
    field = "userId" if plan.by_id else "email"
    wanted = {value.casefold() for value in plan.values}
    return [
        row for row in PEOPLE if row["org"] == plan.scope.organization and row[field].casefold() in wanted
    ]


async def matching_awaited(plan: Any) -> List[Dict[str, Any]]:
    return matching(plan)


class Directory:
    """A source with a method."""

    public_fields = ("team",)

    def find(self, plan: Any) -> List[Dict[str, Any]]:
        return matching(plan)


def config(source: Any, **users: Any) -> Dict[str, Any]:
    return {"database": {"type": "memory"}, "users": {"source": source, **users}, "raiseOnError": True}


SOURCES = [matching, Directory(), Directory, f"{__name__}.matching", f"{__name__}.Directory"]


@pytest.mark.parametrize("source", SOURCES, ids=["function", "object", "class", "path", "path of class"])
def test_people_come_from_the_source_with_published_fields_only(source: Any) -> None:
    with VeltSDK.initialize(config(source, fields=["team"])) as sdk:
        found = sdk.selfHosting.users.getUsers("one", ["ann", "eve", "nobody"])
    ann = {"userId": "ann", "name": "Ann", "email": "Ann@x.example", "team": "blue"}
    assert found["data"] == {"ann": ann}


def test_a_source_may_declare_further_fields_itself() -> None:
    with VeltSDK.initialize(config(Directory())) as sdk:
        found = sdk.selfHosting.users.getUsers("one", ["bob"])
    assert set(found["data"]["bob"]) == {"userId", "name", "email", "team"}


@pytest.mark.parametrize(
    "source", [matching, matching_awaited, Directory()], ids=["blocks", "awaited", "object"]
)
async def test_awaited_people_come_from_every_source(source: Any) -> None:
    async with AsyncVeltSDK.initialize(config(source)) as sdk:
        found = await sdk.selfHosting.users.getUsers("one", ["ann"])
        assert found["data"]["ann"]["name"] == "Ann"
        ids = await sdk.selfHosting.users.resolveUserIdsByEmail("one", ["ANN@x.example"])
        assert ids["data"] == {"ANN@x.example": "ann"}


async def test_a_source_that_blocks_does_not_run_in_the_event_loop() -> None:
    threads: List[int] = []

    def find(plan: Any) -> List[Dict[str, Any]]:
        threads.append(threading.get_ident())
        return []

    async with AsyncVeltSDK.initialize(config(find)) as sdk:
        await sdk.selfHosting.users.getUsers("one", ["ann"])
    assert threads
    assert threading.get_ident() not in threads


def test_addresses_are_found_in_any_case_and_the_very_address_first() -> None:
    rows = [
        {"userId": "a", "email": "Ann@x"},
        {"userId": "b", "email": "ann@x"},
        {"userId": "c", "email": None},
    ]
    with VeltSDK.initialize(config(lambda plan: rows)) as sdk:
        found = sdk.selfHosting.users.resolveUserIdsByEmail("one", ["ann@x", "Ann@x", "ANN@X", "no@x"])
    assert found["data"]["ann@x"] == "b"
    assert found["data"]["Ann@x"] == "a"
    assert found["data"]["ANN@X"] in ("a", "b")
    assert "no@x" not in found["data"]


def test_asking_for_nobody_asks_nobody() -> None:
    with VeltSDK.initialize(config(lambda plan: 1 / 0)) as sdk:
        assert sdk.selfHosting.users.getUsers("one", [])["data"] == {}


def test_people_of_the_application_are_not_saved_here() -> None:
    with VeltSDK.initialize(config(matching)) as sdk, pytest.raises(VeltSDKError, match="changed there"):
        sdk.selfHosting.users.saveUser("one", {"userId": "ann", "name": "Other"})


def test_comments_go_on_to_the_store() -> None:
    with VeltSDK.initialize(config(matching)) as sdk:
        metadata = {"organizationId": "one"}
        sdk.selfHosting.comments.saveComments({"commentAnnotation": {"A": {}}, "metadata": metadata})
        assert set(sdk.selfHosting.comments.getComments("one")["data"]) == {"A"}


def broken(plan: Any) -> Any:
    raise LookupError("a secret")


def refusing(plan: Any) -> Any:
    raise VeltNotFoundError("our own word")


BAD: List[Any] = [
    (broken, VeltDatabaseError, "users.source.*failed"),
    (refusing, VeltNotFoundError, "our own word"),
    (lambda plan: None, VeltConfigurationError, "list of dicts"),
    (lambda plan: ["ann"], VeltConfigurationError, "list of dicts"),
    (matching_awaited, VeltConfigurationError, "use AsyncVeltSDK"),
    ("no.such.module", VeltConfigurationError, "there is no"),
    (f"{__name__}.PEOPLE", VeltConfigurationError, "`find` method"),
]
NAMES = ["raises", "raises ours", "none", "texts", "awaited", "no module", "no function"]


@pytest.mark.parametrize(("source", "kind", "message"), BAD, ids=NAMES)
def test_a_source_that_cannot_be_used_is_told_without_what_it_said(
    source: Any, kind: Type[VeltSDKError], message: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR, "velt_py"), VeltSDK.initialize(config(source)) as sdk:
        with pytest.raises(kind, match=message) as failed:
            sdk.selfHosting.users.getUsers("one", ["ann"])
        assert "secret" not in str(failed.value) + caplog.text


@pytest.mark.parametrize("source", [broken, lambda plan: None], ids=["raises", "none"])
async def test_an_awaited_source_that_cannot_be_used_is_told_too(source: Any) -> None:
    async with AsyncVeltSDK.initialize({**config(source), "raiseOnError": False}) as sdk:
        answer = await sdk.selfHosting.users.getUsers("one", ["ann"])
    assert (answer["success"], answer["statusCode"]) == (False, 500)
    assert "secret" not in answer["error"]
