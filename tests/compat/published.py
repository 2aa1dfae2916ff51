"""velt-py 0.3.0, the public package, in a virtual environment of its own: to compare behaviour, never a dependency."""

from __future__ import annotations

import fcntl
import json
import subprocess
import sys
import venv
from pathlib import Path
from typing import Any, Optional

REQUIREMENT = "velt-py[mongodb,postgres,auth]==0.3.0"
HOME = Path(__file__).resolve().parents[2] / ".tools" / "velt-py-0.3.0"


def python() -> Path:
    """The interpreter that has velt-py 0.3.0; made at first use, by one process only."""
    interpreter, done = HOME / "bin" / "python", HOME / "installed"
    HOME.parent.mkdir(parents=True, exist_ok=True)
    with HOME.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists():
            venv.create(HOME, with_pip=True, clear=True)
            install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", REQUIREMENT]
            subprocess.run([str(interpreter), *install], check=True, timeout=600)
            done.touch()
    return interpreter


def description(version: str) -> str:
    """The README of a published version, as its wheel carries it; the wheel is fetched at first use."""
    place = HOME.parent / f"velt-py-{version}-wheel"
    done = place / "installed"
    interpreter = python()
    with place.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists():
            install = [
                "-m",
                "pip",
                "install",
                "--quiet",
                "--disable-pip-version-check",
                "--no-deps",
                "--upgrade",
            ]
            command = [str(interpreter), *install, "--target", str(place), f"velt-py=={version}"]
            subprocess.run(command, check=True, timeout=600)
            done.touch()
    return (place / f"velt_py-{version}.dist-info" / "METADATA").read_text(encoding="utf-8")


def run(interpreter: Path, script: str, given: Any = None, timeout: Optional[float] = 120) -> Any:
    """Run a script in that environment.

    Args:
        interpreter: what `python()` returned.
        script: Python code that finds `given` and sets `answer`; both pass through JSON.
        given: what the script needs to know.
        timeout: seconds.
    """
    code = (
        "import json, sys\n"
        "given = json.load(sys.stdin)\n"
        "scope = {'given': given}\n"
        f"exec(compile({script!r}, 'published', 'exec'), scope)\n"
        "print('\\n' + json.dumps(scope['answer']))\n"
    )
    ended = subprocess.run(
        [str(interpreter), "-I", "-c", code],
        input=json.dumps(given),
        capture_output=True,
        text=True,
        timeout=timeout,
    )
    if ended.returncode:
        raise AssertionError(f"the script for velt-py 0.3.0 failed:\n{ended.stderr}")
    return json.loads(ended.stdout.splitlines()[-1])  # before it stands what the package prints


if __name__ == "__main__":
    sys.stdout.write(f"{python()}\n")
