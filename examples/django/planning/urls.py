"""The pages, and the routes of Velt."""

from __future__ import annotations

from django.contrib import admin
from django.contrib.auth.views import LoginView, LogoutView
from django.urls import include, path
from django.views.generic import RedirectView

from planning.views import document, me

urlpatterns = [
    path("", document, name="document"),
    path("me", me),
    path("sign-in", LoginView.as_view(), name="sign-in"),
    path("sign-out", LogoutView.as_view(), name="sign-out"),
    path("favicon.ico", RedirectView.as_view(url="/static/icon.svg")),  # the admin names no icon
    path("admin/", admin.site.urls),
    path("velt/", include("velt_py.contrib.django.urls")),  # velt
]
