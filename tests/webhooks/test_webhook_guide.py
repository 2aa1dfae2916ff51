"""docs/webhooks.md: its samples run, its events and settings are those of the code."""

from __future__ import annotations

import inspect
import re
import subprocess
import sys
from pathlib import Path

from velt_py.webhooks import Webhooks
from velt_py.webhooks import __all__ as names
from velt_py.webhooks.inbox import ATTEMPTS, RETRY_SECONDS

ROOT = Path(__file__).resolve().parents[2]
GUIDE = (ROOT / "docs" / "webhooks.md").read_text()


def test_the_samples_run_one_after_the_other_in_an_empty_folder(tmp_path: Path) -> None:
    samples = re.findall(r"```python\n(.*?)```", GUIDE, re.S)
    assert len(samples) >= 5
    script = tmp_path / "samples.py"
    script.write_text("\n".join(samples))
    done = subprocess.run(
        [sys.executable, str(script)], cwd=str(tmp_path), capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr


def test_the_settings_and_the_times_are_those_of_the_code() -> None:
    for name in inspect.signature(Webhooks).parameters:
        if name != "secrets":
            assert f"`{name}" in GUIDE or f"{name}=" in GUIDE, name
    assert RETRY_SECONDS == (10, 60, 300, 1800, 7200, 21600)
    assert ATTEMPTS == 7


def test_the_public_names_are_told_and_there() -> None:
    import velt_py.webhooks as package

    for name in names:
        assert getattr(package, name) is not None
    told = {"CrdtEvent", "HuddleEvent", "RecorderEvent", "WorkflowEvent", "mention_mails", "sign_for_tests"}
    assert all(name in GUIDE for name in told)
