"""velt-py 0.3.0, the public package, in a virtual environment of its own: to compare behaviour, never a dependency."""

from __future__ import annotations

import fcntl
import json
import subprocess
import sys
import tempfile
import threading
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


LOOP = """
import json, os, sys
answers = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)  # what the package prints must not stand among the answers
script = compile(json.loads(sys.stdin.readline()), "published", "exec")
for line in sys.stdin:
    scope = {"given": json.loads(line)}
    exec(script, scope)
    answers.write(json.dumps(scope["answer"]) + "\\n")
    answers.flush()
"""


class Running:
    """One script in a process of that environment, run as often as it is called: a start takes longer than most runs.

    Args:
        interpreter: what `python()` returned.
        script: as for `run`.
        within: seconds that a run may take.
    """

    def __init__(self, interpreter: Path, script: str, within: float = 120) -> None:
        self._within = within
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 - `end` closes it
        self._process = subprocess.Popen(
            [str(interpreter), "-I", "-c", LOOP],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            text=True,
        )
        self._write(script)

    def __call__(self, given: Any) -> Any:
        """What the script answers."""
        assert self._process.stdout is not None
        late = threading.Timer(self._within, self._process.kill)
        late.start()
        try:
            self._write(given)
            line = self._process.stdout.readline()
        finally:
            late.cancel()
        if not line:
            self._errors.seek(0)
            errors = self._errors.read().decode(errors="replace")
            raise AssertionError(f"the script for velt-py 0.3.0 failed:\n{errors}")
        return json.loads(line)

    def _write(self, value: Any) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(value) + "\n")
        self._process.stdin.flush()

    def end(self) -> None:
        """End the process."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(20)
        self._process.stdout.close()
        self._errors.close()


if __name__ == "__main__":
    sys.stdout.write(f"{python()}\n")
