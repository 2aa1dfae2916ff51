"""Contenders as processes: started, asked, ended."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import Any, Dict, List, Optional, Type

__all__ = ["ASYNC", "BARE", "HERE", "OURS", "PUBLISHED", "ROOT", "Process", "command_line", "environment"]

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent

OURS, ASYNC, PUBLISHED, BARE = "ours", "ours-async", "published", "bare"


def environment() -> Dict[str, str]:
    """The environment of a process that imports ours."""
    return {**os.environ, "PYTHONPATH": str(ROOT / "src")}


def command_line(who: str, published: str, store: str, address: str, database: str) -> List[str]:
    """How a contender is started; `published` is the interpreter that has the published package."""
    if who == PUBLISHED:
        return [published, str(HERE / "published_worker.py"), store, address, database]
    return [sys.executable, str(HERE / "contender.py"), who, store, address, database]


class Process:
    """One contender, ready for commands; a context manager that ends it.

    Args:
        who: its name.
        arguments: its command line.
    """

    def __init__(self, who: str, arguments: List[str]) -> None:
        self.who = who
        own = environment()
        if who == PUBLISHED:
            del own["PYTHONPATH"]
        self._process = subprocess.Popen(
            arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=own, text=True, encoding="utf-8"
        )
        self._answer({"do": "start"})

    def end(self) -> None:
        """Let it end, without waiting for that."""
        assert self._process.stdin is not None
        self._process.stdin.close()

    def ask(self, command: Dict[str, Any]) -> Dict[str, Any]:
        """Have a command carried out; returns what it says."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(command) + "\n")
        self._process.stdin.flush()
        return self._answer(command)

    def _answer(self, command: Dict[str, Any]) -> Dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"{self.who} ended at {json.dumps(command)}; its last words are above")
        answer: Dict[str, Any] = json.loads(line)
        return answer

    def __enter__(self) -> Process:
        return self

    def __exit__(
        self,
        kind: Optional[Type[BaseException]],
        error: Optional[BaseException],
        trace: Optional[TracebackType],
    ) -> None:
        self.end()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
