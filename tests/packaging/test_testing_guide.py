"""The guide to testing: its samples run, as tests of a project of their own."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

from tests.guides import samples_of
from velt_py.testing import plugin
from velt_py.testing.emulated import VeltEmulator
from velt_py.testing.marking import ARGUMENTS

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "testing.md"
GUIDE = PAGE.read_text()
SAMPLES = [text for _, text in samples_of(PAGE, "python")]


def test_the_samples_pass_as_tests(tmp_path: Path) -> None:
    for number, sample in enumerate(SAMPLES):
        (tmp_path / f"test_{number}.py").write_text(sample)
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "VELT_"))
    }
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "velt_py.testing.plugin", "--strict-markers", str(tmp_path)],
        cwd=str(tmp_path),
        env={**environment, "PYTHONPATH": str(ROOT / "src"), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    tests = sum(sample.count("def test_") for sample in SAMPLES)
    assert f"{tests} passed" in done.stdout
    assert len(SAMPLES) == 7


def test_the_marker_is_known_without_the_plugin_by_the_line_of_the_guide(tmp_path: Path) -> None:
    (ini,) = [text for _, text in samples_of(PAGE, "ini")]
    (tmp_path / "pytest.ini").write_text(ini)
    (tmp_path / "test_it.py").write_text(
        "import pytest\n\n@pytest.mark.velt(transport='port')\ndef test_it(request):\n"
        "    assert 'velt_emulator' in request.fixturenames or not request.config.pluginmanager.has_plugin('velt')\n"
    )
    for options in (["-p", "no:velt"], ["-p", "velt_py.testing.plugin"]):
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "--strict-markers", *options],
            cwd=str(tmp_path),
            env={**os.environ, "PYTHONPATH": str(ROOT / "src"), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert "1 passed" in done.stdout, done.stdout + done.stderr


def test_every_fixture_and_every_argument_of_the_marker_is_described() -> None:
    names = [name for name in vars(plugin) if name.startswith("velt_")]
    assert len(names) == 10
    for name in [*names, *ARGUMENTS]:
        assert f"`{name}`" in GUIDE


def test_what_the_table_says_of_the_emulator_is_there() -> None:
    (row,) = re.findall(r"^\| `velt_emulator` \| .*: (.*) \|$", GUIDE, re.M)
    for name in re.findall(r"`(\w+)`", row):
        assert hasattr(VeltEmulator, name)
