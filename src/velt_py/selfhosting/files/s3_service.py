"""The published storage service: files in a bucket under keys of its own, for code beside the resolvers."""

from __future__ import annotations

import io
import re
import uuid
from typing import Any, Mapping, Optional

from velt_py.config import load_settings
from velt_py.exceptions import VeltConfigurationError, VeltStorageError
from velt_py.selfhosting.files.keys import bucket_address, bucket_url
from velt_py.selfhosting.files.plans import PutFile, RemoveFile
from velt_py.selfhosting.files.s3 import S3Store

__all__ = ["S3Service"]


class S3Service:
    """Files in one bucket, named by chance. The attachments' resolver has keys and rules of its own.

    Args:
        config: the block `aws` of the configuration.

    Raises:
        VeltConfigurationError: when the bucket is missing, or a key is unknown.
    """

    def __init__(self, config: Mapping[str, Any]) -> None:
        files = load_settings({"aws": config}).files
        if files is None:
            raise VeltConfigurationError(
                "configuration key 'aws.bucket_name': the bucket is needed", field="aws.bucket_name"
            )
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
            file_name: its name; only the extension counts.
            mime_type: its content type.
            api_key: a folder for it, below `folder_prefix`.
            folder_prefix: a folder for it.

        Returns:
            The bucket's address of the file, unsigned.

        Raises:
            VeltStorageError: when S3 fails.
        """
        _, dot, after = file_name.rpartition(".")
        name = str(uuid.uuid4()) + (f".{after}" if dot and re.fullmatch("[A-Za-z0-9]{1,10}", after) else "")
        key = "/".join([part for part in ((folder_prefix or "").strip("/"), api_key, name) if part])
        content_type = mime_type or "application/octet-stream"
        self._store.run(PutFile(key, io.BytesIO(file_data), file_name, content_type, self._files.max_bytes))
        return bucket_url(key, self._files)

    def delete_file(self, s3_url_or_key: str) -> bool:
        """Delete a file.

        Args:
            s3_url_or_key: what `upload_file` returned, or the key in it.

        Returns:
            True when there is no such file any more; False for an address outside of the bucket, and when S3 fails,
            which is logged.
        """
        address = bucket_address(self._files)
        own = s3_url_or_key.startswith(address)
        key = s3_url_or_key[len(address) :] if own else s3_url_or_key
        if not key or (not own and "://" in key):
            return False
        try:
            self._store.run(RemoveFile(key))
        except VeltStorageError:
            return False
        return True

    def __repr__(self) -> str:
        return "<S3Service>"
