"""Published import path."""

from __future__ import annotations

from velt_py.selfhosting.files.s3_service import S3Service

__all__ = ["S3Service"]
