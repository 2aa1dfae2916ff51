"""Which file store belongs to which configuration."""

from __future__ import annotations

from velt_py.config import Settings
from velt_py.exceptions import VeltConfigurationError
from velt_py.selfhosting.files.base import FileStore
from velt_py.settings import FileSettings

__all__ = ["files_of", "open_file_store"]


def files_of(settings: Settings) -> FileSettings:
    """The file settings.

    Raises:
        VeltConfigurationError: when the configuration has none.
    """
    if settings.files is None:
        raise VeltConfigurationError(
            'files need a store: add {"files": {"type": "folder", "path": ...}} or an `aws` block '
            "to the configuration",
            field="files",
        )
    return settings.files


def open_file_store(settings: Settings) -> FileStore:
    """The file store of a configuration; it opens nothing before its first step.

    Raises:
        VeltConfigurationError: when the configuration names none.
    """
    files = files_of(settings)
    if files.type == "s3":
        from velt_py.selfhosting.files.s3 import S3Store

        return S3Store(files)
    if files.type == "django":
        from velt_py.selfhosting.files.django import DjangoFileStore

        return DjangoFileStore(files.storage)
    from velt_py.selfhosting.files.folder import FolderStore

    return FolderStore(files.path)
