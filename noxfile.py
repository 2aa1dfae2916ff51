"""The grid: the tests without servers of their own, on every other CPython from 3.8 on that is installed."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Dict, List, Optional

import nox

nox.options.sessions = ["grid"]
# uv makes and fills an environment in seconds, where the pip that comes with an old interpreter takes minutes.
nox.options.default_venv_backend = "uv|venv"

OLDEST = (3, 8)


def version_of(interpreter: str) -> Optional[str]:
    """`3.8` for an interpreter that runs and is a CPython, None otherwise (shims that lead nowhere included)."""
    code = "import platform, sys; print(platform.python_implementation(), '%d.%d' % sys.version_info[:2])"
    try:
        found = subprocess.run([interpreter, "-c", code], capture_output=True, text=True, timeout=30)
    except (OSError, subprocess.TimeoutExpired):
        return None
    match = re.fullmatch(r"CPython (\d+\.\d+)\s*", found.stdout)
    return match.group(1) if match else None


def interpreters() -> List[str]:
    """One interpreter a version, from PATH and from pyenv's folder."""
    root = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    candidates = [str(path) for path in sorted(root.glob("versions/*/bin/python"))]
    candidates += [found for minor in range(8, 20) for found in [shutil.which(f"python3.{minor}")] if found]
    by_version: Dict[str, str] = {}
    for candidate in candidates:
        version = version_of(candidate)
        if version and tuple(map(int, version.split("."))) >= OLDEST:
            by_version.setdefault(version, candidate)
    # The whole suite runs on this interpreter anyway.
    by_version.pop(".".join(map(str, sys.version_info[:2])), None)
    return [by_version[version] for version in sorted(by_version, key=lambda text: int(text.split(".")[1]))]


INTERPRETERS = interpreters()


@nox.session(python=INTERPRETERS, reuse_venv=True)
def grid(session: nox.Session) -> None:
    """The unit tests; on the oldest and the newest interpreter also the compatibility tests, those of the plugin,
    and those of Django with the newest that the interpreter takes. What breaks between the two ends shows in the unit
    tests."""
    session.log("interpreter: %s", session.python)
    # The certificates that the machine trusts, as pip takes them: those of a company's proxy are not among uv's own.
    session.env["UV_SYSTEM_CERTS"] = "1"
    session.install("--quiet", "-e", ".[async,mongodb,postgres,s3,auth,serve,django,grid]")
    if session.python == INTERPRETERS[0] and version_of(str(session.python)) == "3.8":
        # The oldest Django that is promised; pip takes the newest that an interpreter can have.
        session.install("--quiet", "Django==4.2.26")
    folders = ["tests/unit"]
    if session.python in (INTERPRETERS[0], INTERPRETERS[-1]):
        folders += ["tests/compat", "tests/django", "tests/testing"]
    session.run("pytest", "-n", "2", *folders, *session.posargs)
