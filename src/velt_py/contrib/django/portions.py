"""Long lists in portions, for statements that take so many values at once."""

from __future__ import annotations

from typing import Iterator, List, Sequence, TypeVar

__all__ = ["portions"]

V = TypeVar("V")


def portions(values: Sequence[V], most: int) -> Iterator[List[V]]:
    """The values in their order, `most` at once."""
    for start in range(0, len(values), most):
        yield list(values[start : start + most])
