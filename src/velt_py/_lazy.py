"""Public names of a package that are loaded at first use: `import velt_py` must stay quick."""

from __future__ import annotations

import importlib
import sys
from typing import Any, Callable, List, Mapping, Tuple

__all__ = ["lazy_names"]


def lazy_names(
    package: str, modules: Mapping[str, str]
) -> Tuple[Callable[[str], Any], Callable[[], List[str]]]:
    """The `__getattr__` and `__dir__` of a package.

    Args:
        package: the package's name.
        modules: public names, separated by spaces, by the full name of the module that holds them.
    """
    places = {name: module for module, names in modules.items() for name in names.split()}

    def getter(name: str) -> Any:
        if name not in places:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        value = getattr(importlib.import_module(places[name]), name)
        setattr(sys.modules[package], name, value)
        return value

    def lister() -> List[str]:
        return sorted({*vars(sys.modules[package]), *places})

    return getter, lister
