"""Which file store belongs to which configuration."""

from __future__ import annotations

from velt_py.config import Settings
from velt_py.exceptions import VeltConfigurationError
from velt_py.selfhosting.files.base import FileStore

__all__ = ["open_file_store"]


def open_file_store(settings: Settings) -> FileStore:
    """The file store of a configuration; it opens nothing before its first step.

    Raises:
        VeltConfigurationError: when the configuration names none.
    """
    raise VeltConfigurationError(
        'files need a store: add {"files": {"type": "folder", "path": ...}} or an `aws` block to the configuration',
        field="files",
    )
