"""`path("velt/", include("velt_py.contrib.django.urls"))`: every route, behind WSGI and ASGI alike."""

# Django has no types of its own.
# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false, reportUnknownLambdaType=false

from __future__ import annotations

from django.db import connections, transaction
from django.urls import re_path

from velt_py.contrib.django.views import view

__all__ = ["app_name", "urlpatterns"]

for alias in connections:
    # Under ATOMIC_REQUESTS an upload would hold a transaction open until its last byte; the store makes its own.
    transaction.non_atomic_requests(using=alias)(view)

app_name = "velt"
urlpatterns = [
    re_path(r"^\Z", view, name="root"),
    re_path(r"^(?P<route>[\s\S]+)\Z", view, name="route"),
]
