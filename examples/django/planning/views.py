"""The document page, and who looks at it."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import JsonResponse
from django.shortcuts import render
from django.views.decorators.csrf import ensure_csrf_cookie  # velt


@login_required
@ensure_csrf_cookie  # velt
def document(request: Any) -> Any:
    """The document; its script sends the token in the cookie back."""
    return render(request, "document.html")


@login_required
def me(request: Any) -> Any:
    """Who is signed in, for the page."""
    user = request.user
    group = user.groups.order_by("name").first()
    return JsonResponse(
        {
            "userId": str(user.pk),
            "name": user.get_full_name() or user.get_username(),
            "organizationId": group.name if group else "",
        }
    )
