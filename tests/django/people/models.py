"""What an application keeps of its people beside Django's user model."""

from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from django.db import models


class Company(models.Model):
    """A company, named by its own key."""

    id: Any = models.UUIDField(primary_key=True, default=uuid.uuid4)
    name: Any = models.CharField(max_length=100)


class Profile(models.Model):
    """What is known of a person."""

    user: Any = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    company: Any = models.ForeignKey(Company, null=True, on_delete=models.SET_NULL)
    avatar: Any = models.FileField(blank=True)
    handle: Any = models.SlugField(unique=True)
    salary: Any = models.IntegerField(default=100)

    @property
    def badge(self) -> str:
        return f"#{self.handle}"
