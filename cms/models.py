"""The newsroom's own tables: its people, and what its commands remember."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.models import AbstractUser
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from chorsu_delivery.leases import LeasedQuerySet, LeasedRow
from chorsu_locales.limits import AttemptCountBase

# Of the addresses that accounts of protected authors have; cms.newsroom.protected_accounts gives and takes them.
HIDDEN_DOMAIN = "protected.invalid"
HIDDEN_TOO = ("first_name", "last_name", "username", "email")

__all__ = ["AttemptCount", "ReaderStamp", "SetupStep", "SweepRun", "User"]


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

    def clean(self) -> None:
        """Refuse, in every form, to name a protected author's account, and to take an address like theirs."""
        super().clean()
        stored = User.objects.filter(pk=self.pk).first()
        hidden = any(user.email.endswith(f"@{HIDDEN_DOMAIN}") for user in (self, stored) if user)
        if hidden and not (stored and all(getattr(stored, name) == getattr(self, name) for name in HIDDEN_TOO)):
            raise ValidationError(
                _("This is a protected author's account: names and address are kept under Protected names.")
            )


class SetupStep(models.Model):
    """Something that ``setup_newsroom`` did once.

    What is missing although it was done has been removed by people, and isn't done again.
    """

    key = models.CharField(max_length=200, unique=True)
    value = models.CharField(max_length=255, blank=True)
    done_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.key


class SweepRun(LeasedRow):
    """The last run of one of the worker's sweeps, over all workers: their sign of life, and a sweep's reservation."""

    name = models.CharField(max_length=64, unique=True)
    seen_at = models.DateTimeField()
    succeeded_at = models.DateTimeField(null=True, blank=True)
    failures = models.PositiveIntegerField(default=0)

    objects = LeasedQuerySet["SweepRun"].as_manager()

    def __str__(self) -> str:
        return self.name


class AttemptCount(AttemptCountBase):
    """How often somebody tried to sign in or to get a mail."""


class ReaderStamp(models.Model):
    """One row, with another value after each change that readers may see: cms.reader.freshness."""

    value = models.CharField(max_length=32)

    def __str__(self) -> str:
        return self.value
