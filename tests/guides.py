"""Plays a page as somebody would who follows it: writes its files, types its commands, and compares what is printed.

In the page a Python sample whose first line is `# some/file.py` is that file (`, at the end`: it is added to it). In a
`console` sample `$ ` begins a command, and a backslash leads it into the next line; ` &` at its end, or the remark
`# until Ctrl+C`, starts a server, `export` sets variables; lines below a command have to be found in what it prints.
Ports are exchanged for free ones. Nothing is installed: of `pip install` and of `make` only the names are checked.
"""

from __future__ import annotations

import os
import re
import shlex
import signal
import socket
import subprocess
import sys
import time
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Dict, List, Optional, Tuple

__all__ = ["commands_of", "end", "environment", "pages", "play", "play_commands", "samples_of"]

ROOT = Path(__file__).resolve().parents[1]
FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
FILE = re.compile(r"# ([\w/]+\.py)(, at the end)?\n")
PORT = re.compile(r"(?:(?<=port )|(?<=runserver )|(?<=127\.0\.0\.1:)|(?<=localhost:))\d{4}\b")
UNTIL = "# until Ctrl+C"
EXTRA = re.compile(r"^(\w+) = \[", re.MULTILINE)
INSTALLED = re.compile(r"(?:velt-py|\.)\[([\w,]+)\]")


def pages() -> List[Path]:
    """All pages of the project: those at its root, of the site and of the examples."""
    found = [ROOT / name for name in ("README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md")]
    return found + sorted((ROOT / "docs").rglob("*.md")) + sorted((ROOT / "examples").rglob("*.md"))


def samples_of(page: Path, *kinds: str) -> List[Tuple[str, str]]:
    """The samples of a page in order: kind and text."""
    found = FENCE.findall(page.read_text(encoding="utf-8"))
    return [(kind, text) for kind, text in found if not kinds or kind in kinds]


def commands_of(sample: str) -> List[Tuple[str, List[str]]]:
    """The commands of a console sample, each with the lines that it has to print."""
    found: List[Tuple[str, List[str]]] = []
    for line in sample.replace("\\\n", "").splitlines():
        if line.startswith("$ "):
            found.append((line[2:], []))
        elif line.strip():
            found[-1][1].append(line.strip())
    return found


def play(page: Path, folder: Path) -> int:
    """Follow a page in a folder, its files and its commands; how many commands were typed."""
    return follow(samples_of(page, "python", "console"), folder, free_ports(page), environment(folder))


def play_commands(page: Path, folder: Path, variables: Optional[Dict[str, str]] = None) -> int:
    """Type the commands of a page only, with further variables of the environment."""
    given = {**environment(folder), **(variables or {})}
    return follow(samples_of(page, "console"), folder, free_ports(page), given)


def follow(
    samples: List[Tuple[str, str]], folder: Path, ports: Dict[str, str], variables: Dict[str, str]
) -> int:
    typed = 0
    with ExitStack() as servers:
        for kind, text in samples:
            for named, free in ports.items():
                text = text.replace(named, free)
            if kind == "python":
                write(text, folder)
                continue
            for command, lines in commands_of(text):
                typed += 1
                if command.startswith("export "):
                    variables.update(each.split("=", 1) for each in shlex.split(command)[1:])
                elif command.startswith(("pip install ", "make ")):
                    check_names(command)
                elif command.endswith((" &", UNTIL)):
                    line = command.replace(UNTIL, "").rstrip("& ")
                    servers.callback(end, start(line, folder, variables, ports))
                else:
                    said = run(command, folder, variables)
                    for line in lines:
                        assert bare(line) in bare(said), f"{command} said {said!r}"
    return typed


def check_names(command: str) -> None:
    """The extras that a line installs are declared; the goals that it makes are there."""
    words = shlex.split(command, comments=True)
    if words[0] == "make":
        done = subprocess.run(["make", "-n", *words[1:]], cwd=str(ROOT), capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return
    table = (ROOT / "pyproject.toml").read_text(encoding="utf-8").split("optional-dependencies]")[1]
    [extras] = INSTALLED.findall(command)
    assert set(extras.split(",")) <= set(EXTRA.findall(table)), command


def write(text: str, folder: Path) -> None:
    begin = FILE.match(text)
    assert begin is not None, f"a sample names no file: {text[:60]}"
    path = folder / begin.group(1)
    path.parent.mkdir(parents=True, exist_ok=True)
    before = path.read_text(encoding="utf-8") if begin.group(2) else ""
    path.write_text(before + text, encoding="utf-8")


def run(command: str, folder: Path, variables: Dict[str, str]) -> str:
    done = subprocess.run(
        command,
        shell=True,
        cwd=str(folder),
        env=variables,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, f"{command}: {done.stdout}{done.stderr}"
    return done.stdout


def bare(text: str) -> str:
    """Without spaces and line ends: servers lay out JSON as they like."""
    return "".join(text.split())


def start(
    command: str, folder: Path, variables: Dict[str, str], ports: Dict[str, str]
) -> subprocess.Popen[bytes]:
    # Behind the port that it listens on, a command may name the one of a server that it calls.
    port = int(min((each for each in ports.values() if each in command), key=command.index))
    with open(folder / "server.log", "ab") as log:
        # A session of its own: Django's server has a second process, which has to end with it.
        process = subprocess.Popen(
            shlex.split(command),
            cwd=str(folder),
            env=variables,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return process
        except OSError:
            time.sleep(0.1)
    end(process)
    raise AssertionError(f"{command} does not listen: {(folder / 'server.log').read_text()}")


def end(process: subprocess.Popen[bytes]) -> None:
    """Have a server end with its processes, and end them when they do not."""
    process.terminate()
    with suppress(subprocess.TimeoutExpired):
        process.wait(20)
    process.kill()
    with suppress(ProcessLookupError):  # there is a group only where `start` made one
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def environment(folder: Path) -> Dict[str, str]:
    paths = os.pathsep.join([str(ROOT / "src"), str(folder)])
    programs = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    # Whoever follows a page has set nothing of Django's or ours; other tests of this process have.
    plain = {name: value for name, value in os.environ.items() if not name.startswith(("DJANGO_", "VELT_"))}
    return {**plain, "PYTHONPATH": paths, "PATH": programs, "PYTHONUNBUFFERED": "1"}


def free_ports(page: Path) -> Dict[str, str]:
    """A free port for each that the page has a server listen on."""
    named = sorted(set(PORT.findall(page.read_text(encoding="utf-8"))))
    with ExitStack() as held:
        found: Dict[str, str] = {}
        for port in named:
            listener = held.enter_context(socket.socket())
            listener.bind(("127.0.0.1", 0))
            found[port] = str(listener.getsockname()[1])
        return found
