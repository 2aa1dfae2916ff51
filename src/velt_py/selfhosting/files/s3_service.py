"""The published class that puts single files into a bucket and removes them, for code that uses it directly."""

from __future__ import annotations

import io
import uuid
from typing import Any, Mapping, Optional, cast

from velt_py.config import load_settings
from velt_py.exceptions import VeltConfigurationError, VeltStorageError
from velt_py.selfhosting.files.keys import bucket_address, bucket_url, extension
from velt_py.selfhosting.files.plans import PutFile, RemoveFile
from velt_py.selfhosting.files.rules import file_name as checked_name
from velt_py.selfhosting.files.rules import normal_type
from velt_py.selfhosting.files.s3 import S3Store
from velt_py.selfhosting.validation import refuse, spelled, text

__all__ = ["S3Service"]


class S3Service:
    """Files in one bucket, each under a random key. `sdk.selfHosting.attachments` keeps row and file together; this
    class keeps nothing but the file.

    Args:
        config: the `aws` block of the configuration, or a configuration that holds one.

    Raises:
        VeltConfigurationError: names the key at fault.
    """

    def __init__(self, config: Mapping[str, Any]) -> None:
        block = cast(Any, config.get("aws") if "aws" in config else config)
        files = load_settings({"aws": block, "files": {"urls": "public"}}).files if block else None
        if files is None:
            raise VeltConfigurationError("aws.bucket_name: the bucket is needed", field="aws.bucket_name")
        self._files = files
        self._store = S3Store(files)

    def upload_file(
        self,
        file_data: bytes,
        file_name: str,
        mime_type: Optional[str] = None,
        api_key: Optional[str] = None,
        folder_prefix: Optional[str] = None,
    ) -> str:
        """Store a file.

        Args:
            file_data: its bytes.
            file_name: its name for people; the key gets its extension.
            mime_type: its content type.
            api_key: a part of the key.
            folder_prefix: what the key starts with, for example `attachments`.

        Returns:
            The file's address in the bucket, in the published form.

        Raises:
            VeltValidationError: a part of the key leads elsewhere, the name is too long, or there are too many bytes.
            VeltStorageError: S3 failed.
        """
        if not isinstance(cast(object, file_data), (bytes, bytearray, memoryview)):
            refuse("file_data", f"bytes are needed, {spelled(file_data)} was given")
        name = checked_name(file_name, "file_name") or ""
        parts = [folder_of(folder_prefix, "folder_prefix"), folder_of(api_key, "api_key")]
        suffix = f".{extension(name)}" if "." in name else ""
        key = "/".join([part for part in parts if part] + [f"{uuid.uuid4()}{suffix}"])
        step = PutFile(
            key, io.BytesIO(file_data), name, normal_type(mime_type, "mime_type"), self._files.max_bytes
        )
        self._store.put(step)
        return bucket_url(key, self._files)

    def delete_file(self, s3_url_or_key: str) -> bool:
        """Remove a file.

        Args:
            s3_url_or_key: what `upload_file` returned, or the key in it.

        Returns:
            Whether the file is gone; False for an address outside of our bucket and when S3 failed (see the log).
        """
        address = bucket_address(self._files)
        key = s3_url_or_key
        if key.startswith(address):
            key = key[len(address) :]
        elif "://" in key:
            return False
        if not key or key.endswith("/"):
            return False
        try:
            self._store.remove(RemoveFile(key))
        except VeltStorageError:
            return False
        return True

    def __repr__(self) -> str:
        return "<S3Service>"


def folder_of(value: Optional[str], field: str) -> str:
    """A part of a key that a caller names, without slashes around it."""
    given = (text(value, field) or "").strip("/")
    if any(part in (".", "..") for part in given.split("/")):
        refuse(field, "a folder in the bucket is needed, without `.` and `..`")
    return given
