"""Every page: its commands are typed in an empty folder, and nothing in it looks like code and is not run."""

from __future__ import annotations

import re
from contextlib import ExitStack
from pathlib import Path
from typing import List

import pytest

from tests.guides import ROOT, commands_of, pages, play, play_commands, samples_of
from tests.packaging.prepared import DOCS, PREPARED
from velt_py import VeltSDK
from velt_py.emulator import Emulator, InProcessTransport

START = sorted((DOCS / "start").glob("*.md"))
EXAMPLES = sorted((ROOT / "examples").glob("*/README.md"))
"""Their commands are typed by tests/examples, which then uses what is served."""

FENCE = re.compile(r"^```(\S*)\n.*?^```$", re.MULTILINE | re.DOTALL)
KINDS = {"python", "console", "json", "http", "ini", "sql", "javascript", "text", "{toctree}", "{eval-rst}"}
RUN_HERE = {("cli.md", "json"), ("emulated.md", "http")}
RUN_BESIDE = {("scaling.md", "sql"), ("scaling.md", "javascript"), ("testing.md", "ini")}
"""By tests/stores/test_scaling_guide.py, where the servers are, and by test_testing_guide.py."""


def name_of(page: Path) -> str:
    return page.relative_to(DOCS if DOCS in page.parents else ROOT).as_posix()


def with_commands() -> List[Path]:
    found = [page for page in pages() if samples_of(page, "console")]
    return [page for page in found if page not in START and page not in EXAMPLES]


@pytest.mark.parametrize("page", START, ids=lambda page: page.stem)
def test_whoever_follows_the_page_gets_what_it_says(page: Path, tmp_path: Path) -> None:
    assert play(page, tmp_path) >= 2


@pytest.mark.parametrize("page", with_commands(), ids=name_of)
def test_the_commands_of_the_page_work_as_they_stand(page: Path, tmp_path: Path) -> None:
    samples = samples_of(page, "console")
    with ExitStack() as stack:
        prepare = PREPARED.get(name_of(page))
        variables = prepare(tmp_path, stack) if prepare else {}
        assert play_commands(page, tmp_path, variables) == sum(len(commands_of(text)) for _, text in samples)


@pytest.mark.parametrize("page", pages(), ids=name_of)
def test_code_stands_in_a_fence_that_names_a_kind_which_is_run(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    bare = FENCE.sub("", text)
    assert "```" not in bare
    assert not re.search(r"(?:^|\n)\n(?: {4}|\t)\S", bare), "an indented block says nothing of what it is"
    kinds = set(FENCE.findall(text))
    assert kinds <= KINDS
    others = {(name_of(page), kind) for kind in kinds & {"json", "http", "ini", "sql", "javascript"}}
    assert others <= RUN_HERE | RUN_BESIDE
    if "text" in kinds:
        assert name_of(page) == "CONTRIBUTING.md"


def test_an_answer_that_rests_on_a_guess_has_the_headers_of_the_page() -> None:
    [(_, shown)] = samples_of(DOCS / "emulated.md", "http")
    status, *lines = shown.splitlines()
    headers = dict(line.split(": ") for line in lines)
    emulator = Emulator()
    transport = InProcessTransport(emulator)
    with VeltSDK.initialize({"apiKey": "key", "authToken": "token"}, transport=transport) as sdk:
        for _ in range(2):
            raw = sdk.api.organizations.addOrganizations.raw(organizations=[{"organizationId": "acme"}])
    emulator.close()
    assert status == f"HTTP/1.1 {raw.status} OK"
    assert headers == {name: raw.headers[name] for name in headers}
