"""A large file passes through in little memory, both ways, blocking and awaited."""

from __future__ import annotations

import dataclasses
import json
import subprocess
import sys
from pathlib import Path
from typing import Any, Dict

import pytest

from velt_py.settings import Settings

MEGABYTE = 1024 * 1024
SIZE = 100 * MEGABYTE
ALLOWED = 20 * MEGABYTE

PROGRAM = """
import asyncio, json, os, resource, sys
from velt_py.sdk import AsyncVeltSDK, VeltSDK
from velt_py.selfhosting.files.plans import OpenFile
from velt_py.settings import DatabaseSettings, FileSettings, Settings

given = json.loads(sys.argv[1])
settings = Settings(DatabaseSettings(**given["database"]), files=FileSettings(**given["files"]))
if settings.files.type == "django":
    from django.conf import settings as project

    place = {"location": given["small"] + "-stored"}
    entry = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": place}
    project.configure(STORAGES={settings.files.storage: entry})
kilobyte = 1 if sys.platform == "darwin" else 1024


class OneWay:
    def __init__(self, file):
        self.read = file.read


def peak():
    # A child's ru_maxrss starts at its parent's on Linux, which would hide everything; VmHWM does not.
    if os.path.exists("/proc/self/status"):
        with open("/proc/self/status") as status:
            return next(int(line.split()[1]) * 1024 for line in status if line.startswith("VmHWM"))
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * kilobyte


def source(path):
    file = open(path, "rb")
    return OneWay(file) if given["one_way"] else file


def blocking(sdk, path, id):
    saved = sdk.selfHosting.attachments.saveAttachment("o", {"attachmentId": id}, file_data=source(path))
    assert saved["success"], saved
    key = sdk.selfHosting.attachments.getAttachment("o", id)["data"]["fileKey"]
    return sum(map(len, sdk._runner.run(OpenFile(key)).pieces()))


async def awaited(sdk, path, id):
    saved = await sdk.selfHosting.attachments.saveAttachment("o", {"attachmentId": id}, file_data=source(path))
    assert saved["success"], saved
    key = (await sdk.selfHosting.attachments.getAttachment("o", id))["data"]["fileKey"]
    stored = await sdk._runner.run(OpenFile(key))
    size = 0
    async for piece in sdk._runner.files.pieces(stored):
        size += len(piece)
    return size


def main_blocking():
    with VeltSDK(settings) as sdk:
        blocking(sdk, given["small"], 1)
        before = peak()
        return blocking(sdk, given["large"], 2), before


async def main_awaited():
    async with AsyncVeltSDK(settings) as sdk:
        await awaited(sdk, given["small"], 1)
        before = peak()
        return await awaited(sdk, given["large"], 2), before


size, before = asyncio.run(main_awaited()) if given["awaited"] else main_blocking()
print(json.dumps({"size": size, "extra": peak() - before}))
"""


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("memory") / "large"
    with path.open("wb") as file:
        for number in range(SIZE // MEGABYTE):
            file.write(bytes([number]) * MEGABYTE)
    return path


@pytest.mark.parametrize("awaited", [False, True], ids=["blocking", "awaited"])
@pytest.mark.parametrize("one_way", [False, True], ids=["file", "one-way stream"])
def test_100_megabytes_pass_in_under_20_megabytes_of_extra_memory(
    settings: Settings, large: Path, tmp_path: Path, awaited: bool, one_way: bool, record_property: Any
) -> None:
    small = tmp_path / "small"
    small.write_bytes(b"x" * 1000)
    assert settings.database is not None
    assert settings.files is not None
    given: Dict[str, Any] = {
        "database": {"type": "sqlite", "path": settings.database.path},
        "files": dataclasses.asdict(settings.files),
        "awaited": awaited,
        "one_way": one_way,
        "small": str(small),
        "large": str(large),
    }
    command = [sys.executable, "-c", PROGRAM, json.dumps(given)]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert ended.returncode == 0, ended.stderr
    measured = json.loads(ended.stdout)
    assert measured["size"] == SIZE
    assert measured["extra"] < ALLOWED, f"{measured['extra'] / MEGABYTE:.1f} MB"
    record_property("extra_megabytes", round(measured["extra"] / MEGABYTE, 1))
