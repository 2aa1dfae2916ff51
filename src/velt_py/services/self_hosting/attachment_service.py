"""Published import path."""

from __future__ import annotations

from velt_py.selfhosting.services.attachments import AttachmentService

__all__ = ["AttachmentService"]
