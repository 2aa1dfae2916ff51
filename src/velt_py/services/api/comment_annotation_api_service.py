"""Published import path."""

from __future__ import annotations

from velt_py.api.services.comment_annotations import CommentAnnotationApiService

__all__ = ["CommentAnnotationApiService"]
