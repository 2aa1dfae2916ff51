"""The two doors: nothing is opened before it is needed, each SDK owns what it opened, errors are answered."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any, Dict, List

import pytest

from velt_py import AsyncVeltSDK, VeltDatabaseError, VeltSDK, VeltSDKError, VeltValidationError
from velt_py.config import Config
from velt_py.exceptions import VeltDatabaseUnavailableError, VeltNotFoundError

ROOT = Path(__file__).resolve().parent.parent.parent
SERVICES = ("comments", "reactions", "recorders", "attachments", "users", "notifications", "activities")


def at(path: Path) -> Dict[str, Any]:
    return {"database": {"type": "sqlite", "path": str(path)}}


def test_initialize_opens_nothing_and_neither_does_asking_for_a_service(tmp_path: Path) -> None:
    sdk = VeltSDK.initialize(at(tmp_path / "velt.db"))
    for name in SERVICES:
        assert getattr(sdk.selfHosting, name) is getattr(sdk.selfHosting, name)
    assert list(tmp_path.iterdir()) == []
    sdk.selfHosting.comments.getComments("one")
    assert (tmp_path / "velt.db").exists()
    sdk.close()


def test_initialize_asks_no_server_and_takes_its_config_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("velt_py.config.stores.need_driver", lambda kind: None)
    uri = "mongodb://user:secret@nowhere.invalid:1/db"
    assert VeltSDK.initialize(config={"database": {"connection_string": uri}}).selfHosting.comments
    assert VeltSDK(Config({"database": {"type": "memory"}})).selfHosting.comments.getComments("o")["success"]


def test_two_sdks_with_two_files_in_one_process_share_nothing(tmp_path: Path) -> None:
    one, two = VeltSDK.initialize(at(tmp_path / "1.db")), VeltSDK.initialize(at(tmp_path / "2.db"))
    one.selfHosting.comments.saveComments("o", {"A": {"comments": {}}})
    assert two.selfHosting.comments.getComments("o")["data"] == {}
    two.close()
    assert set(one.selfHosting.comments.getComments("o")["data"]) == {"A"}
    assert two.selfHosting.comments.getComments("o")["data"] == {}
    one.close()
    two.close()


def test_memory_lives_as_long_as_its_sdk_and_is_its_own() -> None:
    one, two = (VeltSDK.initialize({"database": {"type": "memory"}}) for _ in range(2))
    one.selfHosting.comments.saveComments("o", {"A": {"comments": {}}})
    one.close()
    assert set(one.selfHosting.comments.getComments("o")["data"]) == {"A"}
    assert two.selfHosting.comments.getComments("o")["data"] == {}


def test_context_managers_close_and_a_closed_sdk_opens_again(tmp_path: Path) -> None:
    with VeltSDK.initialize(at(tmp_path / "velt.db")) as sdk:
        sdk.selfHosting.comments.saveComments("o", {"A": {"comments": {}}})
    assert not list(tmp_path.glob("*-wal")), "the last connection was closed, so SQLite took its log away"
    assert set(sdk.selfHosting.comments.getComments("o")["data"]) == {"A"}
    sdk.close()
    sdk.close()


async def test_the_awaited_sdk_has_the_same_tree(tmp_path: Path) -> None:
    async with AsyncVeltSDK.initialize(at(tmp_path / "velt.db")) as sdk:
        for name in SERVICES:
            assert type(getattr(sdk.selfHosting, name)) is type(
                getattr(VeltSDK.initialize(at(tmp_path / "x.db")).selfHosting, name)
            )
        saves = [sdk.selfHosting.comments.saveComments("o", {f"A{n}": {"comments": {}}}) for n in range(20)]
        assert all(answer["success"] for answer in await asyncio.gather(*saves))
        assert len((await sdk.selfHosting.comments.getComments("o"))["data"]) == 20
    assert len((await sdk.selfHosting.comments.getComments("o"))["data"]) == 20
    await sdk.close()


def test_without_a_database_a_service_says_what_is_missing() -> None:
    for sdk in (VeltSDK.initialize({}), AsyncVeltSDK.initialize({})):
        with pytest.raises(VeltDatabaseError, match="add a `database` block"):
            _ = sdk.selfHosting.comments
        assert repr(sdk).startswith("<")


def test_errors_are_answered(tmp_path: Path) -> None:
    sdk = VeltSDK.initialize(at(tmp_path / "missing" / "velt.db"))
    answer = sdk.selfHosting.comments.getComments("o")
    assert (answer["success"], answer["statusCode"], answer["errorCode"]) == (False, 500, "DATABASE_ERROR")
    assert answer["correlationId"] in answer["error"]
    assert "missing" not in answer["error"]
    assert sdk.selfHosting.comments.getComments("")["errorCode"] == "VALIDATION_ERROR"


def test_errors_are_raised_when_the_configuration_says_so(tmp_path: Path) -> None:
    sdk = VeltSDK.initialize({**at(tmp_path / "missing" / "velt.db"), "raiseOnError": True})
    with pytest.raises(VeltDatabaseUnavailableError) as down:
        sdk.selfHosting.comments.getComments("o")
    assert (down.value.statusCode, down.value.code) == (500, "DATABASE_ERROR")
    with pytest.raises(VeltValidationError) as bad:
        sdk.selfHosting.comments.getComments({"organizationId": {}})
    assert (bad.value.statusCode, bad.value.field) == (400, "organizationId")
    memory = VeltSDK.initialize({"database": {"type": "memory"}, "raiseOnError": True})
    with pytest.raises(VeltNotFoundError):
        memory.selfHosting.comments.deleteComment("o", "unknown")


async def test_awaited_errors_follow_the_same_rule() -> None:
    for raises in (False, True):
        sdk = AsyncVeltSDK.initialize({"database": {"type": "memory"}, "raiseOnError": raises})
        if raises:
            with pytest.raises(VeltNotFoundError):
                await sdk.selfHosting.comments.deleteComment("o", "unknown")
        else:
            assert (await sdk.selfHosting.comments.deleteComment("o", "unknown"))["statusCode"] == 404


def test_unknown_keywords_are_type_errors_and_mixed_forms_are_refused() -> None:
    comments: Any = VeltSDK.initialize({"database": {"type": "memory"}}).selfHosting.comments
    for call in (
        lambda: comments.getComments("o", commentIds=["A"]),
        lambda: comments.getComments(),
        lambda: comments.saveComments("o"),
        lambda: comments.deleteComment("o", "A", "more"),
    ):
        with pytest.raises(TypeError):
            call()
    answer = comments.getComments({"organizationId": "o"}, documentIds=["D"])
    assert (answer["statusCode"], answer["errorCode"]) == (400, "INVALID_INPUT")


@pytest.mark.parametrize("config", [None, [], "mongodb://x", 5])
def test_a_configuration_that_is_none_is_an_error_of_ours(config: Any) -> None:
    with pytest.raises(VeltSDKError):
        VeltSDK.initialize(config)


def test_threads_share_one_sdk(tmp_path: Path) -> None:
    errors: List[BaseException] = []
    with VeltSDK.initialize(at(tmp_path / "velt.db")) as sdk:

        def work(number: int) -> None:
            try:
                for turn in range(10):
                    comment = {str(number * 100 + turn): {"commentText": "x"}}
                    body = {
                        "commentAnnotation": {"A": {"comments": comment}},
                        "metadata": {"organizationId": "o"},
                    }
                    assert sdk.selfHosting.comments.saveComments(body)["success"]
            except BaseException as error:
                errors.append(error)

        threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
        for each in threads:
            each.start()
        for each in threads:
            each.join()
        assert errors == []
        assert len(sdk.selfHosting.comments.getComments("o")["data"]["A"]["comments"]) == 80


def test_importing_the_package_loads_no_driver_and_starts_no_thread() -> None:
    code = (
        "import sys, threading, velt_py; from velt_py import VeltSDK; "
        "loaded = {'sqlite3', 'pymongo', 'psycopg', 'boto3', 'orjson', 'aiohttp', 'urllib3'} & set(sys.modules); "
        "sys.exit(f'{loaded}' if loaded or threading.active_count() > 1 else 0)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
