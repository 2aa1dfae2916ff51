"""Nothing but the routes, at the root, as the plain applications serve them."""

from __future__ import annotations

from django.urls import include, path

urlpatterns = [path("", include("velt_py.contrib.django.urls"))]
