"""The pages that are to be followed step by step: they are, in an empty folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.guides import play

DOCS = Path(__file__).resolve().parents[2] / "docs"
STEPS = ["start/django.md", "start/fastapi.md", "start/flask.md", "start/plain.md"]


@pytest.mark.parametrize("page", STEPS)
def test_whoever_follows_the_page_gets_what_it_says(page: str, tmp_path: Path) -> None:
    assert play(DOCS / page, tmp_path) >= 2


def test_every_page_to_start_with_is_followed() -> None:
    assert sorted(f"start/{path.name}" for path in (DOCS / "start").glob("*.md")) == STEPS
