"""The pages: every setting and every log event of the code stands in them."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path
from typing import Any, List

import pytest

from tests.guides import pages
from velt_py import config
from velt_py.settings import DatabaseSettings, FileSettings, Limits

ROOT = Path(__file__).resolve().parents[2]
CONFIGURATION = (ROOT / "docs" / "configuration.md").read_text()
OPERATIONS = (ROOT / "docs" / "operations.md").read_text()


def names_of(settings: Any) -> List[str]:
    return [each.name for each in fields(settings)]


@pytest.mark.parametrize(
    "name",
    sorted({*names_of(DatabaseSettings), *names_of(FileSettings), *names_of(Limits)})
    + [f"http.{name}" for name in config.HTTP]
    + list(config.TOP),
)
def test_every_setting_is_described(name: str) -> None:
    assert re.search(rf"`(\w+\.)?{re.escape(name)}`", CONFIGURATION), (
        f"{name} is not in docs/configuration.md"
    )


def test_every_log_event_is_described() -> None:
    events = set()
    for path in (ROOT / "src").rglob("*.py"):
        events.update(re.findall(r'"(velt\.[a-z_]+\.[a-z_.]+|velt\.request)"', path.read_text()))
    told = [
        event
        for event in events
        if not event.startswith(("velt.serve", "velt.health", "velt.token.callback"))
    ]
    assert len(told) > 10
    missing = [event for event in told if f"`{event}`" not in OPERATIONS]
    assert not missing


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.name)
def test_what_a_page_names_of_the_source_is_there(page: Path) -> None:
    for named in re.findall(r"\b((?:tests|benchmarks|examples|docs)/[\w/*.]+\w)", page.read_text()):
        assert list(ROOT.glob(named)), f"{page.name} names {named}"
