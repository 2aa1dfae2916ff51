"""What `velt demo` tells of a stored record: the fields that are new, changed or gone since it was told last. Pure."""

from __future__ import annotations

import json
from typing import Any, Dict, Iterator, Mapping, cast

__all__ = ["change_lines"]


def change_lines(before: Mapping[str, Any], after: Mapping[str, Any], path: str = "") -> Iterator[str]:
    """A line for each field that differs, with `+` where it is new and `-` where it is gone.

    Args:
        before: the record as it was told last, empty when it was not there.
        after: as it is stored now.
        path: of the object in its record, with a dot at the end.
    """
    for name, value in after.items():
        if name not in before:
            yield f"+ {path}{name}: {shown(value)}"
        elif isinstance(value, dict) and isinstance(before[name], dict):
            yield from change_lines(before[name], cast(Dict[str, Any], value), f"{path}{name}.")
        elif value != before[name]:
            yield f"  {path}{name}: {shown(value)}, was {shown(before[name])}"
    for name in before:
        if name not in after:
            yield f"- {path}{name}"


def shown(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
