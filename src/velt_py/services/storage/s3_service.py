"""Published import path."""

from __future__ import annotations

from velt_py.selfhosting.files.s3 import S3Service

__all__ = ["S3Service"]
