"""What was measured: a row per case, and the targets that it is held against."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Dict, List, Optional, Tuple

from process import ASYNC, BARE, OURS, PUBLISHED

__all__ = ["Cell", "Row", "Target", "judged", "milliseconds", "printed"]


@dataclass
class Target:
    """One promise, the figure that was measured, and whether it is kept.

    Args:
        text: the promise, with its limit.
        measured: the figure, with its unit.
    """

    text: str
    measured: str
    met: bool


@dataclass
class Cell:
    """One contender in one case.

    Args:
        wall, cpu: medians in seconds; `cpu` is the contender's process, not the server's.
        trips: round trips; None where there is no wire, or where they were not counted.
        peak: bytes of memory at the peak, for the cases about memory.
        runs: how many times it was measured.
    """

    wall: Optional[float] = None
    cpu: Optional[float] = None
    trips: Optional[int] = None
    peak: Optional[int] = None
    runs: int = 0


@dataclass
class Row:
    """One case on one store.

    Args:
        section: the store, or what else the row is about.
        case: what was done.
        cells: by contender.
        targets: what the row is held against.
    """

    section: str
    case: str
    cells: Dict[str, Cell] = field(default_factory=dict)
    targets: List[Target] = field(default_factory=list)

    def ratio(self, name: str, who: str = OURS, other: str = BARE) -> Optional[float]:
        """`who` by `other` in one figure: `wall`, `cpu` or `peak`."""
        if who not in self.cells or other not in self.cells:
            return None
        one, two = getattr(self.cells[who], name), getattr(self.cells[other], name)
        return one / two if one is not None and two else None

    def hold(self, name: str, text: str, limit: float) -> None:
        """Add the target that ours takes at most `limit` times what the bare driver takes."""
        ratio = self.ratio(name)
        if ratio is not None:
            self.targets.append(Target(f"{text}: at most {limit:g}x", f"{ratio:.2f}x", ratio <= limit))


HEADS = {OURS: "ours", ASYNC: "ours, async", PUBLISHED: "velt-py 0.3.0", BARE: "bare driver"}


def printed(rows: List[Row], note: str = "") -> str:
    """The rows as a table of plain text, then the targets under a note on how much they say."""
    lines: List[str] = []
    sections = list(dict.fromkeys(row.section for row in rows))
    for section in sections:
        lines += ["", section]
        lines.append(
            f"  {'':<36}" + "".join(f"{head:>22}" for head in HEADS.values()) + f"{'ours / bare':>16}"
        )
        unit = "ms   cpu  trips"
        lines.append(f"  {'':<36}" + "".join(f"{unit:>22}" for _ in HEADS) + f"{'wall   cpu':>16}")
        lines += [line(row) for row in rows if row.section == section]
    lines += judged(rows, note)
    return "\n".join(lines).lstrip("\n")


def judged(rows: List[Row], note: str) -> List[str]:
    """A line for every target; those of one section that only repeat one promise and one figure are one line."""
    lines: List[str] = []
    groups: Dict[Tuple[str, str], List[Tuple[Row, Target]]] = {}
    for row in rows:
        for target in row.targets:
            groups.setdefault((row.section, target.text), []).append((row, target))
    for (section, text), group in groups.items():
        same = len(group) > 2 and len({(target.met, target.measured) for _, target in group}) == 1
        listed = (
            [(f"all {len(group)} cases", group[0][1])] if same else [(row.case, each) for row, each in group]
        )
        for case, target in listed:
            kept = "yes" if target.met else "NO"
            lines.append(f"  {kept:<4}{section:<12}{case:<36}{target.measured:>12}   {text}")
    return ["", "Targets" + note, *lines] if lines else []


def line(row: Row) -> str:
    cells = "".join(f"{spelled(row.cells.get(who)):>22}" for who in HEADS)
    return f"  {row.case:<36}{cells}{times(row.ratio('wall')):>9}{times(row.ratio('cpu')):>7}"


def spelled(cell: Optional[Cell]) -> str:
    if cell is None:
        return "-"
    if cell.peak is not None:
        return f"{milliseconds(cell.wall)} {cell.peak / 1e6:>8.2f} MB"
    trips = "" if cell.trips is None else str(cell.trips)
    return f"{milliseconds(cell.wall)} {milliseconds(cell.cpu):>6} {trips:>5}"


def milliseconds(seconds: Optional[float]) -> str:
    if seconds is None:
        return ""
    value = seconds * 1000
    return f"{value:.2f}" if value < 10 else f"{value:.1f}" if value < 100 else f"{value:.0f}"


def times(ratio: Optional[float]) -> str:
    return "" if ratio is None else f"{ratio:.2f}x"
