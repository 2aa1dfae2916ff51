"""docs/emulator.md: its samples run, and its tables name all there is."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from tests.guides import environment, samples_of
from velt_py.emulator.control import CONTROLS

DOCS = Path(__file__).resolve().parents[2] / "docs"


def test_the_samples_about_the_emulator_run_one_after_the_other(tmp_path: Path) -> None:
    script = tmp_path / "samples.py"
    script.write_text("\n".join(text for _, text in samples_of(DOCS / "emulator.md", "python")))
    done = subprocess.run(
        [sys.executable, str(script)],
        cwd=str(tmp_path),
        env=environment(tmp_path),
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr


def test_the_page_names_every_call_of_the_control_api() -> None:
    page = (DOCS / "emulator.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`(GET|POST|DELETE) (\w[\w/]*)`", page))
    assert set(CONTROLS) <= named
    assert named - set(CONTROLS) == {("GET", "console/")}
