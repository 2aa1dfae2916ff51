"""The guide to migration: its samples run, and it names every option."""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
from pathlib import Path

from velt_py.cli.migrate_arguments import add_migrate

ROOT = Path(__file__).resolve().parents[2]
GUIDE = (ROOT / "docs" / "migration.md").read_text()


def test_the_samples_run_one_after_the_other(tmp_path: Path) -> None:
    samples = re.findall(r"```python\n(.*?)```", GUIDE, re.S)
    assert len(samples) == 3
    script = tmp_path / "samples.py"
    script.write_text("\n".join(samples))
    done = subprocess.run(
        [sys.executable, str(script)],
        cwd=str(tmp_path),
        env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    assert sorted(path.name for path in (tmp_path / "new").glob("*.db")) == ["acme.db", "globex.db"]
    assert not (tmp_path / "at.json").exists()


def test_every_option_is_described() -> None:
    parser = argparse.ArgumentParser(add_help=False)
    add_migrate(parser)
    options = re.findall(r"--[a-z-]+", parser.format_help())
    assert len(set(options)) > 10
    assert [option for option in options if option not in GUIDE] == []
