"""The urls of the project for the tests."""

from __future__ import annotations

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("velt/", include("velt_py.contrib.django.urls")),
    path("admin/", admin.site.urls),
]
