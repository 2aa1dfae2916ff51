"""What `import velt_py` costs: CPU of a fresh interpreter with it, minus one without."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
from typing import Dict, List

from process import OURS, PUBLISHED, environment
from rows import Cell, Row, Target

__all__ = ["imports"]

LIMIT = 0.030

FOREIGN = """
import sys
before = set(sys.modules)
{statement}
import json, sysconfig
stdlib = sysconfig.get_paths()["stdlib"]
def foreign(name):
    module = sys.modules[name]
    source = getattr(module, "__file__", None) or stdlib
    return name.partition(".")[0] != "velt_py" and ("site-packages" in source or not source.startswith(stdlib))
print(json.dumps(sorted({{name.partition(".")[0] for name in set(sys.modules) - before if foreign(name)}})))
"""


def imports(published: str, times: int) -> List[Row]:
    """The import of the package, and of its main name, which loads more."""
    rows = [
        measured("import velt_py", published, times),
        measured("from velt_py import VeltSDK", published, times),
    ]
    loaded = third_party("import velt_py")
    cpu = rows[0].cells[OURS].cpu or 0.0
    rows[0].targets += [
        Target("import under 30 ms of CPU", f"{cpu * 1000:.1f} ms", cpu < LIMIT),
        Target("no third-party module is loaded", ", ".join(loaded) or "none", not loaded),
    ]
    return rows


def measured(statement: str, published: str, times: int) -> Row:
    row = Row("Import", statement)
    interpreters = {OURS: sys.executable, PUBLISHED: published}
    found: Dict[str, List[float]] = {who: [] for who in interpreters}
    for who, interpreter in interpreters.items():
        cpu_of(interpreter, statement, who)  # writes the bytecode, which an installed package has
    for _ in range(times):
        for who, interpreter in interpreters.items():
            found[who].append(cpu_of(interpreter, statement, who) - cpu_of(interpreter, "pass", who))
    for who, each in found.items():
        row.cells[who] = Cell(cpu=statistics.median(each), runs=times)
    return row


def cpu_of(interpreter: str, statement: str, who: str) -> float:
    """Seconds of CPU that an interpreter takes for one statement, its start and end included."""
    pid = os.posix_spawn(interpreter, [interpreter, "-c", statement], variables(who))
    _, status, usage = os.wait4(pid, 0)
    if status:
        raise RuntimeError(f"{interpreter} -c {statement!r} failed")
    return usage.ru_utime + usage.ru_stime


def variables(who: str) -> Dict[str, str]:
    own = environment()
    if who == PUBLISHED:
        del own["PYTHONPATH"]
    return own


def third_party(statement: str) -> List[str]:
    code = FOREIGN.format(statement=statement)
    found = subprocess.run([sys.executable, "-c", code], env=environment(), capture_output=True, check=True)
    names: List[str] = json.loads(found.stdout)
    return names
