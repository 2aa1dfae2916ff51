"""The rules of the operations, a module an area."""

from __future__ import annotations

from typing import Dict

from velt_py.emulator.areas import documents, folders, organizations
from velt_py.emulator.call import Rule

__all__ = ["RULES"]

RULES: Dict[str, Rule] = {**organizations.RULES, **folders.RULES, **documents.RULES}
"""The rules by the names of their operations."""
