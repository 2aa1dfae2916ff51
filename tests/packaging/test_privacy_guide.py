"""The guide to privacy: its samples run."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
GUIDE = (ROOT / "docs" / "privacy.md").read_text()


def test_the_samples_run_one_after_the_other(tmp_path: Path) -> None:
    samples = re.findall(r"```python\n(.*?)```", GUIDE, re.S)
    assert len(samples) == 4
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
    assert len((tmp_path / "ana.jsonl").read_text().splitlines()) == 4
