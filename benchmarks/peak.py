"""The peak of a process's memory, as Linux counts it."""

from __future__ import annotations

from pathlib import Path

__all__ = ["Peak"]


class Peak:
    """How much memory a process takes at its peak beyond what it takes now; bytes of resident memory.

    Args:
        pid: the process, or `self`.
    """

    def __init__(self, pid: object = "self") -> None:
        self._process = Path(f"/proc/{pid}")
        # The kernel keeps the peak of the process's whole life; 5 sets it back to what is resident.
        (self._process / "clear_refs").write_text("5")
        self._before = self._figure("VmRSS")

    def extra(self) -> int:
        """Bytes at the peak since this object was made, less those at its making."""
        return max(0, self._figure("VmHWM") - self._before)

    def _figure(self, name: str) -> int:
        for line in (self._process / "status").read_text().splitlines():
            if line.startswith(name + ":"):
                return int(line.split()[1]) * 1024
        raise RuntimeError(f"{self._process}/status names no {name}")
