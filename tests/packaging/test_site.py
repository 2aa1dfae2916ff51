"""The documentation site: it is built without a warning, whole, and asks nobody else for anything."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from html import unescape
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"

pytestmark = pytest.mark.xdist_group("site")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "sphinx", "-q", "-W", "--keep-going", "-b", "html"]
    done = subprocess.run(
        [*command, "-d", str(folder / "doctrees"), str(DOCS), str(folder / "html")],
        env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr[-4000:]
    return folder / "html"


def test_every_page_is_in_the_site_and_in_its_list_for_programs(site: Path) -> None:
    told = (site / "llms.txt").read_text(encoding="utf-8")
    for page in DOCS.rglob("*.md"):
        name = page.relative_to(DOCS).with_suffix(".html").as_posix()
        assert (site / name).is_file(), name
        assert name == "index.html" or re.search(rf"\({re.escape(name)}\): \S", told), name


def test_no_page_asks_another_host_for_scripts_styles_or_pictures(site: Path) -> None:
    for page in site.rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        assert not re.search(r"<(?:script|img|iframe)[^>]+src=\"(?:https?:)?//", text), page.name
        assert not re.search(r"<link[^>]+rel=\"stylesheet\"[^>]+href=\"(?:https?:)?//", text), page.name
    for style in site.rglob("*.css"):
        found = style.read_text(encoding="utf-8")
        assert not re.search(r"url\([\"']?(?:https?:)?//|@import", found), style.name


def test_links_inside_the_site_lead_to_a_page_and_a_place_on_it(site: Path) -> None:
    texts = {page: page.read_text(encoding="utf-8") for page in site.rglob("*.html")}
    places = {page: set(re.findall(r" id=\"([^\"]+)\"", text)) for page, text in texts.items()}
    for page, text in texts.items():
        for target, place in re.findall(r"<a [^>]*href=\"([^\":#]*)(?:#([^\"]*))?\"", text):
            led = (page.parent / target).resolve() if target else page
            assert led.is_file(), f"{page.name}: {target}"
            assert not place or led.suffix != ".html" or unescape(place) in places[led], (
                f"{page.name}: {target}#{place}"
            )


def test_the_search_knows_every_page(site: Path) -> None:
    index = (site / "searchindex.js").read_text(encoding="utf-8")
    for page in DOCS.rglob("*.md"):
        assert f'"{page.relative_to(DOCS).with_suffix("").as_posix()}"' in index, page.name


def test_what_is_made_from_the_code_is_there(site: Path) -> None:
    def text_of(name: str) -> str:
        return re.sub(r"<[^>]+>", "", (site / name).read_text(encoding="utf-8"))

    from velt_py.emulator.assumptions import ASSUMPTIONS

    assert all(name in text_of("emulated.html") for name in ASSUMPTIONS)
    assert "operations are emulated" in text_of("emulated.html")
    assert "velt webhooks replay" in text_of("cli.html")
    assert "rewriter.askAi" in text_of("emulator.html")
    names = text_of("reference/python.html")
    for name in (
        "VeltSDK",
        "AsyncVeltSDK",
        "VeltPartialFailure",
        "asgi_app",
        "velt_router",
        "Webhooks",
        "saveComments",
        "comments are merged one by one",
        "VeltEmulatorMixin",
    ):
        assert name in names
    assert "<!-- made: " not in "".join(page.read_text("utf-8") for page in site.rglob("*.html"))
