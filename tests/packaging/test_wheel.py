"""What a built wheel holds beside modules."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_the_wheel_holds_every_file_that_the_package_reads_at_run_time(tmp_path: Path) -> None:
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    done = subprocess.run(build, cwd=str(ROOT), capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as packed:
        held = set(packed.namelist())
    source = ROOT / "src"
    data = [
        path.relative_to(source).as_posix()
        for path in (source / "velt_py").rglob("*")
        if path.is_file() and path.suffix in (".html", ".css", ".js", ".svg", ".json", ".typed")
    ]
    assert "velt_py/console/static/console.html" in data
    assert set(data) <= held
