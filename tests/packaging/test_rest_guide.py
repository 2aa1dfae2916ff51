"""The guide to the REST half: its samples run, against a server that keeps organizations as Velt documents it."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any, Dict, List, Tuple

from tests.loopback import Action, Loopback, Request, reply

ROOT = Path(__file__).resolve().parents[2]
GUIDE = (ROOT / "docs" / "rest.md").read_text()


class Organizations:
    """Adds organizations, gives them page by page, and refuses what Velt refuses."""

    def __init__(self) -> None:
        self.names: Dict[str, str] = {}
        self.busy = True
        self.looks = 0

    def __call__(self, request: Request) -> List[Action]:
        data = json.loads(request.body)["data"]
        if request.headers["x-velt-api-key"] != "key-of-mine":
            return reply(*refused(401, "UNAUTHENTICATED"))
        if request.target == "/v2/organizations/add":
            return reply(*self.add(data["organizations"]))
        if request.target == "/v2/organizations/get":
            return reply(200, {"result": self.get(**data)})
        if request.target == "/v2/auth/token/get":
            return reply(200, {"result": {"data": {"token": f"token-{len(self.names)}"}}})
        if request.target == "/v2/users/data/delete":
            return reply(202, {"result": {"status": "success", "data": {"jobId": "j1", "tasksCount": 1}}})
        if request.target == "/v2/users/data/delete/status":
            self.looks += 1
            return reply(200, {"result": {"data": {"isDeleteCompleted": self.looks > 2}}})
        if self.busy:
            self.busy = False
            return reply(*refused(429, "RESOURCE_EXHAUSTED"), Retry_After="0")
        return reply(200, {"result": {"status": "success", "data": {}}})

    def add(self, given: List[Dict[str, Any]]) -> Tuple[int, Dict[str, Any]]:
        if not given:
            return refused(400, "INVALID_ARGUMENT")
        data: Dict[str, Any] = {}
        for each in given:
            id = each["organizationId"]
            new = id not in self.names
            self.names.setdefault(id, each.get("organizationName", ""))
            data[id] = {"success": new, "id": id, "message": "Added." if new else "It exists."}
        return 200, {"result": {"status": "success", "message": "Done.", "data": data}}

    def get(self, organizationIds: Any = None, pageSize: int = 1000, pageToken: str = "0") -> Dict[str, Any]:
        assert organizationIds is None or len(organizationIds) <= 30
        listed = [id for id in self.names if organizationIds is None or id in organizationIds]
        begin = int(pageToken)
        page = listed[begin : begin + pageSize]
        following = {"nextPageToken": str(begin + pageSize)} if begin + pageSize < len(listed) else {}
        entries = [{"id": id, "organizationName": self.names[id]} for id in page]
        return {"status": "success", "data": entries, **following}


def refused(status: int, word: str) -> Tuple[int, Dict[str, Any]]:
    return status, {"error": {"message": "No.", "status": word}}


def test_the_samples_run_one_after_the_other(tmp_path: Path) -> None:
    samples = re.findall(r"```python\n(.*?)```", GUIDE, re.S)
    assert len(samples) >= 8
    script = tmp_path / "samples.py"
    script.write_text("\n".join(samples))
    with Loopback(Organizations()) as server:
        done = subprocess.run(
            [sys.executable, str(script)],
            cwd=str(tmp_path),
            env={**os.environ, "VELT_API_BASE_URL": server.url},
            capture_output=True,
            text=True,
            timeout=60,
        )
    assert done.returncode == 0, done.stderr
    assert len([each for each in server.requests if each.target.endswith("/status")]) == 3
    assert len([each for each in server.requests if each.target.endswith("/token/get")]) == 1
