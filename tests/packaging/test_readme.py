"""The README: its samples run, its links lead somewhere, its claims have tests."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text()
PAGES = [ROOT / name for name in ("README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md")]
PAGES += sorted((ROOT / "docs").rglob("*.md")) + sorted((ROOT / "examples").rglob("*.md"))


def test_the_python_samples_run_one_after_the_other_in_an_empty_folder(tmp_path: Path) -> None:
    samples = re.findall(r"```python\n(.*?)```", README, re.S)
    assert len(samples) >= 4
    script = tmp_path / "samples.py"
    script.write_text("\n".join(samples))
    done = subprocess.run(
        [sys.executable, str(script)], cwd=str(tmp_path), capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr


def test_every_line_of_the_compatibility_section_names_a_test_that_exists() -> None:
    section = README.split("## Compatibility", 1)[1].split("\n## ", 1)[0]
    claims = re.split(r"\n- ", section)[1:]
    assert claims
    for claim in claims:
        named = re.findall(r"`(tests/[\w/]+\.py)`", claim)
        assert named, f"no test is named: {claim}"
        for path in named:
            assert (
                "\ndef test_" in (ROOT / path).read_text() or "async def test_" in (ROOT / path).read_text()
            ), path


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_between_the_pages_lead_to_files(page: Path) -> None:
    for target in re.findall(r"\]\((?!https?://)([^)#]+)\)", page.read_text()):
        assert (page.parent / target).exists(), f"{page.name} links to {target}"


def test_no_page_claims_an_extra_that_does_not_exist() -> None:
    table = (ROOT / "pyproject.toml").read_text().split("optional-dependencies]")[1]
    extras = set(re.findall(r"^(\w+) = \[", table, re.M))
    for page in PAGES:
        for named in re.findall(r"velt-py\[([\w,]+)\]", page.read_text()):
            assert set(named.split(",")) <= extras, f"{page.name}: {named}"
