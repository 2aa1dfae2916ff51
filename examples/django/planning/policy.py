"""The Content-Security-Policy of every page, the admin's included: scripts and styles of our own, and none inline."""

from __future__ import annotations

from typing import Any

POLICY = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; frame-ancestors 'none'"
)


class ContentSecurityPolicy:
    """Middleware for WSGI and ASGI; the routes of Velt have a policy for files already."""

    def __init__(self, get_response: Any) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> Any:
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", POLICY)
        return response
