"""A large attachment on its way through: memory of the server that takes it in and gives it out."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import uuid
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Dict, Iterator, List

from databases import databases
from peak import Peak
from process import BARE, HERE, OURS, PUBLISHED, Process, command_line, environment
from rows import Cell, Row, Target
from upload import content, download, upload

__all__ = ["attachments"]

LIMIT = 20_000_000
SMALL = 10_000
READY_WITHIN = 30.0

CREDENTIALS = {"access_key_id": "testing", "secret_access_key": "testing", "region": "us-east-1"}


def attachments(published: str, size: int) -> List[Row]:
    """Upload and download through the HTTP application, on a folder and on S3; beside it what others do on S3."""
    bucket = f"velt-benchmark-{uuid.uuid4().hex[:8]}"
    make_bucket(bucket)
    aws = {**CREDENTIALS, "bucket_name": bucket, "endpoint_url": os.environ["S3_ENDPOINT"]}
    with tempfile.TemporaryDirectory(prefix="velt-benchmark-") as folder:
        rows = through_http("folder", {"files": {"type": "folder", "path": f"{folder}/files"}}, folder, size)
        s3 = through_http("S3", {"files": {"type": "s3"}, "aws": aws}, folder, size)
        file = Path(folder) / "clip.bin"
        with file.open("wb") as output:
            output.writelines(content(size))
        s3[0].cells.update(others(published, file, aws))
    return rows + s3


def through_http(name: str, config: Dict[str, Any], folder: str, size: int) -> List[Row]:
    megabytes = f"{size // 1_000_000} MB"
    rows = [Row("Files", f"{name}: upload of {megabytes}"), Row("Files", f"{name}: download of {megabytes}")]
    config = {**config, "database": {"type": "sqlite", "path": f"{folder}/{name}.db"}}
    with serving(config) as (base, pid):
        # The first file loads what is loaded at first use.
        download(upload(base, 1, SMALL), SMALL)
        peak, began = Peak(pid), time.perf_counter()
        url = upload(base, 2, size)
        rows[0].cells[OURS] = Cell(wall=time.perf_counter() - began, peak=peak.extra(), runs=1)
        peak, began = Peak(pid), time.perf_counter()
        redirected = download(url, size)
        rows[1].cells[OURS] = Cell(wall=time.perf_counter() - began, peak=peak.extra(), runs=1)
    for row in rows:
        extra = row.cells[OURS].peak or 0
        text = f"passes in under {LIMIT // 1_000_000} MB of extra memory"
        row.targets.append(Target(text, f"{extra / 1e6:.1f} MB", extra < LIMIT))
    if redirected:
        rows[1].targets[0].text += "; a redirect leads to the bucket"
    return rows


@contextmanager
def serving(config: Dict[str, Any]) -> Iterator[Any]:
    """The HTTP application in a process of its own; its address and pid."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    base = f"http://127.0.0.1:{port}"
    config = {**config, "files": {**config["files"], "base_url": base}}
    arguments = [sys.executable, str(HERE / "resolver_app.py"), str(port), json.dumps(config)]
    process = subprocess.Popen(arguments, env=environment())
    try:
        deadline = time.monotonic() + READY_WITHIN
        while not listening(port):
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError("the resolver application did not start; its last words are above")
            time.sleep(0.05)
        yield base, process.pid
    finally:
        process.terminate()
        process.wait(30)


def listening(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def others(published: str, file: Path, aws: Dict[str, str]) -> Dict[str, Cell]:
    """The upload by the published package, which wants the whole file as bytes, and by boto3."""
    cells: Dict[str, Cell] = {}
    with databases("mongodb", (PUBLISHED,)) as made:
        database = made[PUBLISHED]
        lines = {
            PUBLISHED: command_line(PUBLISHED, published, "mongodb", database.address, database.name),
            BARE: command_line(BARE, published, "s3", aws["endpoint_url"], aws["bucket_name"]),
        }
        lines[PUBLISHED].append(json.dumps(aws))
        small = file.with_name("small.bin")
        small.write_bytes(b"x" * SMALL)
        for who, arguments in lines.items():
            with Process(who, arguments) as process:
                process.ask({"do": "attach", "id": 1, "path": str(small)})
                facts = process.ask({"do": "attach", "id": 2, "path": str(file)})
                cells[who] = Cell(wall=facts["wall"], cpu=facts["cpu"], peak=facts["peak"], runs=1)
    return cells


def make_bucket(name: str) -> None:
    import boto3

    client: Any = boto3.client(
        "s3",
        endpoint_url=os.environ["S3_ENDPOINT"],
        aws_access_key_id=CREDENTIALS["access_key_id"],
        aws_secret_access_key=CREDENTIALS["secret_access_key"],
        region_name=CREDENTIALS["region"],
    )
    client.create_bucket(Bucket=name)
