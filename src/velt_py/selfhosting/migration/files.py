"""Copying the bytes of attachments between two file stores."""

from __future__ import annotations

import os
import tempfile
from typing import Any, BinaryIO, Dict, Optional, Sequence, Tuple, cast

from velt_py.exceptions import VeltConfigurationError
from velt_py.selfhosting.files.base import FileStore
from velt_py.selfhosting.files.keys import is_own
from velt_py.selfhosting.files.opening import files_of, open_file_store
from velt_py.selfhosting.files.plans import FileFacts, OpenFile, PutFile, StatFile
from velt_py.selfhosting.files.rows import row_of
from velt_py.selfhosting.migration.report import MOST, Report
from velt_py.selfhosting.plans import DAMAGED, Record
from velt_py.settings import FileSettings, Settings

__all__ = ["FileCopying", "open_files"]


def open_files(source: Settings, target: Settings, report: Report) -> FileCopying:
    """The copying of files between two configurations.

    Raises:
        VeltConfigurationError: one has no file store, or both have the same.
    """
    if place_of(files_of(source)) == place_of(files_of(target)):
        raise VeltConfigurationError(
            "--files: both configurations name the same file store, so nothing is to be copied; leave it out",
            field="files",
        )
    return FileCopying(open_file_store(source), open_file_store(target), report)


def place_of(files: FileSettings) -> Tuple[Optional[str], ...]:
    """What names a file store."""
    if files.type == "folder":
        return files.type, os.path.abspath(files.path)
    if files.type == "s3":
        return files.type, files.bucket_name, files.endpoint_url
    return files.type, files.storage


class FileCopying:
    """Copies files. A key is made from the content, so a file that is there under its key is the same file.

    Args:
        source, target: the file stores.
        report: what was done is counted there.
    """

    def __init__(self, source: FileStore, target: FileStore, report: Report) -> None:
        self._source = source
        self._target = target
        self._report = report

    def copy(self, organization: str, records: Sequence[Record]) -> None:
        """Copy the files of these attachments.

        Raises:
            VeltStorageError: a store failed.
        """
        for record in records:
            if record.body == DAMAGED:
                continue  # its row is refused, too
            self._copy(organization, record.id, row_of(record))

    def _copy(self, organization: str, id: str, row: Dict[str, Any]) -> None:
        counts, key = self._report.files, row.get("fileKey")
        if not isinstance(key, str) or not is_own(key, organization):
            counts.elsewhere += 1
            return
        facts = cast(Optional[FileFacts], self._source.run(StatFile(key)))
        if facts is None:
            counts.missing += 1
            if len(self._report.missing_files) < MOST:
                self._report.missing_files.append((organization, id))
            return
        there = self._target.run(StatFile(key))
        if there is not None and there.size == facts.size:
            counts.same += 1
            return
        if self._report.applied:
            self._put(key, row, facts)
        counts.copied += 1

    def _put(self, key: str, row: Dict[str, Any], facts: FileFacts) -> None:
        stored = self._source.run(OpenFile(key))
        if stored is None:
            return
        # Whole before it is stored: what breaks off while it is read is no file.
        with tempfile.TemporaryFile() as content:
            for piece in stored.pieces():
                content.write(piece)
            content.seek(0)
            name, kind = row.get("name"), row.get("mimeType")
            self._target.run(
                PutFile(
                    key,
                    cast(BinaryIO, content),
                    name if isinstance(name, str) and name else "file",
                    kind if isinstance(kind, str) and kind else "application/octet-stream",
                    max(facts.size, stored.size),
                )
            )

    def close(self) -> None:
        """Give back what both hold open."""
        self._source.close()
        self._target.close()
