"""The newsroom's own tables: its people, and what its commands remember."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from cms.demo.models import DemoObject

__all__ = ["DemoObject", "SetupStep", "SweepRun", "User"]


class User(AbstractUser):  # type: ignore[django-manager-missing]  # Wagtail's models are untyped
    """A member of the newsroom; the address is unique, and people sign in with it or their user name."""

    email = models.EmailField(_("email address"), unique=True)

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        permissions: ClassVar = [("invite_user", _("Can invite people to the newsroom"))]
        constraints: ClassVar = [
            models.UniqueConstraint(
                Lower("email"),
                name="chorsu_cms_user_address",
                violation_error_message=_("A user with this address exists already."),
            ),
        ]


class SetupStep(models.Model):
    """Something that ``setup_newsroom`` did once.

    What is missing although it was done has been removed by people, and isn't done again.
    """

    key = models.CharField(max_length=200, unique=True)
    value = models.CharField(max_length=255, blank=True)
    done_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.key


class SweepRun(models.Model):
    """The last run of one of the worker's sweeps, over all workers: their sign of life."""

    name = models.CharField(max_length=64, unique=True)
    seen_at = models.DateTimeField()
    succeeded_at = models.DateTimeField(null=True, blank=True)
    busy_until = models.DateTimeField(null=True, blank=True)
    failures = models.PositiveIntegerField(default=0)
    last_error = models.TextField(blank=True)

    def __str__(self) -> str:
        return self.name
