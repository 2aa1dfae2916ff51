"""`manage.py people`: adds the people of the example."""

from __future__ import annotations

import os
import secrets
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.management.base import BaseCommand

SOME = (
    ("ana", "Ana", "Ruiz", "acme"),
    ("ben", "Ben", "Okafor", "acme"),
    ("zoe", "Zoe", "Lindt", "globex"),
)


class Command(BaseCommand):
    """Ana and Ben of acme, Zoe of globex, and an administrator of the site."""

    help = "Adds three people and an administrator; EXAMPLE_PASSWORD is their password, else one is made."

    def handle(self, *args: Any, **options: Any) -> None:
        password = os.environ.get("EXAMPLE_PASSWORD") or secrets.token_urlsafe(9)
        for username, first, last, organization in SOME:
            user = self.person(
                username,
                password,
                first_name=first,
                last_name=last,
                email=f"{username}@{organization}.example",
            )
            user.groups.set([Group.objects.get_or_create(name=organization)[0]])
        self.person("admin", password, is_staff=True, is_superuser=True)
        names = ", ".join([person[0] for person in SOME] + ["admin"])
        self.stdout.write(f"{names} may sign in with the password {password}")

    def person(self, username: str, password: str, **fields: Any) -> Any:
        user, _ = get_user_model().objects.update_or_create(username=username, defaults=fields)
        user.set_password(password)
        user.save()
        return user
