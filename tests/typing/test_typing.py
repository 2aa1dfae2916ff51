"""pyright and mypy --strict know every call form: they accept right calls, and find wrong ones where they stand."""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Dict, Iterator, List, NamedTuple, Set

import pytest

from tests.compat import published
from tests.compat.readme import READMES, blocks, calls_in

HERE = Path(__file__).resolve().parent
SAMPLES = HERE / "samples"
SOURCE = HERE.parents[1] / "src"


# One process checks them all, so that mypy reads the package once.
pytestmark = pytest.mark.xdist_group("types")
CACHE: List[Path] = []


@pytest.fixture(scope="module", autouse=True)
def cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    CACHE.append(tmp_path_factory.mktemp("mypy"))
    yield
    CACHE.clear()


class Found(NamedTuple):
    """What a type checker says: by line the types it reveals, and the errors."""

    revealed: Dict[int, str]
    errors: Dict[int, List[str]]


def pyright(sample: Path, folder: Path) -> Found:
    project = {
        "include": [sample.name],
        "extraPaths": [str(SOURCE)],
        "typeCheckingMode": "strict",
        "pythonVersion": "3.10",
        "reportUnusedExpression": "none",
        "reportUnusedCoroutine": "none",
        "reportUnknownVariableType": "none",
        "reportUnknownMemberType": "none",
    }
    (folder / sample.name).write_text(sample.read_text())
    (folder / "pyrightconfig.json").write_text(json.dumps(project))
    command = [
        sys.executable,
        "-m",
        "pyright",
        "--outputjson",
        "-p",
        str(folder),
        "--pythonpath",
        sys.executable,
    ]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=300)
    found = Found({}, {})
    for each in json.loads(ended.stdout)["generalDiagnostics"]:
        line, message = each["range"]["start"]["line"] + 1, each["message"]
        revealed = re.match(r'Type of ".*" is "(.*)"', message, re.S)
        if each["severity"] == "information" and revealed:
            found.revealed[line] = revealed.group(1)
        elif each["severity"] == "error":
            found.errors.setdefault(line, []).append(message)
    return found


def mypy(sample: Path, folder: Path) -> Found:
    (folder / "mypy.ini").write_text("[mypy]\n")
    command = [
        *(sys.executable, "-m", "mypy", "--strict", "--no-error-summary", "--hide-error-context"),
        *(
            "--config-file",
            str(folder / "mypy.ini"),
            "--cache-dir",
            str(CACHE[0]),
            "--python-version",
            "3.10",
        ),
        *("--follow-imports", "silent", "--ignore-missing-imports", str(sample)),
    ]
    environment = {**os.environ, "MYPYPATH": str(SOURCE)}
    ended = subprocess.run(command, capture_output=True, text=True, timeout=300, env=environment)
    assert not ended.stderr, ended.stderr
    found = Found({}, {})
    for text in ended.stdout.splitlines():
        matched = re.match(r"(.+?):(\d+): (\w+): (.*)", text)
        assert matched, text
        line, severity, message = int(matched.group(2)), matched.group(3), matched.group(4)
        revealed = re.match(r'Revealed type is "(.*)"', message)
        if revealed:
            found.revealed[line] = revealed.group(1)
        elif severity == "error":
            found.errors.setdefault(line, []).append(message)
    return found


def plain(name: str) -> str:
    """A type's name without its modules, and in the spelling of one checker."""
    name = re.sub(r"\b(?:\w+\.)+", "", name)
    return re.sub(r"\bdict\b", "Dict", name)


CHECKERS = pytest.mark.parametrize("checker", [pyright, mypy], ids=["pyright", "mypy"])


@CHECKERS
@pytest.mark.parametrize("name", ["accepted.py", "accepted_api.py"])
def test_right_calls_are_accepted_and_their_answers_have_a_type(
    checker: object, name: str, tmp_path: Path
) -> None:
    sample = SAMPLES / name
    found: Found = checker(sample, tmp_path)  # type: ignore[operator]
    assert found.errors == {}
    expected = {
        at: text.split("# reveals: ")[1]
        for at, text in enumerate(sample.read_text().splitlines(), 1)
        if ")  # reveals: " in text
    }
    assert {at: plain(name) for at, name in found.revealed.items()} == expected


@CHECKERS
@pytest.mark.parametrize("name", ["rejected.py", "rejected_api.py"])
def test_wrong_calls_are_found_where_they_stand(checker: object, name: str, tmp_path: Path) -> None:
    sample = SAMPLES / name
    found: Found = checker(sample, tmp_path)  # type: ignore[operator]
    wrong: Set[int] = {
        at for at, text in enumerate(sample.read_text().splitlines(), 1) if text.endswith("# wrong")
    }
    assert set(found.errors) == wrong


@CHECKERS
@READMES
def test_the_api_calls_of_the_public_readmes_are_accepted(
    checker: object, version: str, count: int, tmp_path: Path
) -> None:
    lines = [
        "import velt_py.models",
        "from velt_py import VeltSDK",
        'sdk = VeltSDK.initialize({"apiKey": "k"})',
    ]
    found = [(block, call) for block in blocks(published.description(version)) for call in calls_in(block)]
    assert len(found) == count
    for at, (block, call) in enumerate(found):
        text = str(ast.get_source_segment(block, call))
        # Not every README imports what it uses.
        text = re.sub(r"(?<![\w.])(\w+Request)\(", r"velt_py.models.\1(", text)
        lines += [f"def call_{at}() -> None:", textwrap.indent(text, "    ")]
    sample = tmp_path / "calls.py"
    sample.write_text("\n".join(lines))
    folder = tmp_path / "checked"
    folder.mkdir()
    assert checker(sample, folder).errors == {}  # type: ignore[operator]
