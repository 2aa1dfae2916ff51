"""What is assumed instead of the defaults, where an assumption has a choice. Pure."""

from __future__ import annotations

from typing import Mapping

from velt_py.emulator.assumptions import ASSUMPTIONS
from velt_py.exceptions import VeltConfigurationError

__all__ = ["check_choices", "choice_of"]


def check_choices(chosen: Mapping[str, str]) -> None:
    """Check what was chosen for assumptions.

    Raises:
        VeltConfigurationError: there is no such assumption, or it cannot be that.
    """
    for name, choice in chosen.items():
        entry = ASSUMPTIONS.get(name)
        if entry is None or not entry.choices:
            known = ", ".join(each.id for each in ASSUMPTIONS.values() if each.choices)
            raise VeltConfigurationError(f"assume {name}: only these can be chosen: {known}", field=name)
        if choice not in entry.choices:
            raise VeltConfigurationError(
                f"assume {name}: must be one of {', '.join(entry.choices)}", field=name
            )


def choice_of(chosen: Mapping[str, str], assumption: str) -> str:
    """Which of its choices an assumption stands at: what was chosen, or its default."""
    return chosen.get(assumption) or ASSUMPTIONS[assumption].choices[0]
