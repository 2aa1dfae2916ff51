"""Storages as other people write them."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any, List

from django.core.files import File
from django.core.files.storage import FileSystemStorage


class Overwriting(FileSystemStorage):
    """Writes over what is there, as storages of buckets may."""

    def get_available_name(self, name: str, max_length: Any = None) -> str:
        self.delete(name)
        return name


class Forward(io.RawIOBase):
    """A stream that cannot go back."""

    def __init__(self, content: bytes) -> None:
        self._inner = io.BytesIO(content)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        return self._inner.readinto(buffer)


class Poor(FileSystemStorage):
    """Does what a storage must, and no more."""

    def _open(self, name: str, mode: str = "rb") -> Any:
        content = Path(self.path(name)).read_bytes()
        opened: Any = File(io.BufferedReader(Forward(content)))
        opened.size = len(content)
        return opened

    def listdir(self, path: str) -> Any:
        raise NotImplementedError("no lists")

    def get_modified_time(self, name: str) -> Any:
        raise NotImplementedError("no times")


class Failing(FileSystemStorage):
    """A storage whose own library raises errors of its own."""

    def exists(self, name: str) -> bool:
        raise LookupError("secret")

    def _open(self, name: str, mode: str = "rb") -> Any:
        raise LookupError("secret")

    def listdir(self, path: str) -> List[List[str]]:
        raise LookupError("secret")
