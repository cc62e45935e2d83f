"""The newsroom's own tables: its people, and what its commands remember."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractUser
from django.contrib.sessions.base_session import AbstractBaseSession
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail.log_actions import get_active_log_context
from wagtail.models import Locale

from chorsu_delivery.leases import LeasedQuerySet, LeasedRow
from chorsu_delivery.telegram import CHAT_ID
from chorsu_locales.limits import AttemptCountBase
from cms import outlet  # noqa: F401 - Django looks for models here

# Of the addresses that accounts of protected authors have; cms.newsroom.accounts gives and takes them.
HIDDEN_DOMAIN = "protected.invalid"
HIDDEN_TOO = ("first_name", "last_name", "username", "email")


class User(AbstractUser):  # type: ignore[django-manager-missing]  # Wagtail's models are untyped
    email = models.EmailField(_("email address"), unique=True)

    # Set by the form that asked for it.
    gave_password = False

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
        """Refuse, in every form, to name a protected author's account, and to take an address like theirs.

        Whoever changes the own address has to give the password, where a form of the admin is sent.
        """
        super().clean()
        stored = User.objects.filter(pk=self.pk).first()
        hidden = any(user.email.endswith(f"@{HIDDEN_DOMAIN}") for user in (self, stored) if user)
        if hidden and not (stored and all(getattr(stored, name) == getattr(self, name) for name in HIDDEN_TOO)):
            raise ValidationError(
                _("This is a protected author's account: names and e-mail address are kept under Protected names.")
            )
        changed = stored is not None and stored.email.lower() != self.email.lower()  # forms fold a domain's capitals
        if changed and stored == get_active_log_context().user and not self.gave_password:
            raise ValidationError(_("Your own e-mail address is changed in your account, with your password."))


class AccountSession(AbstractBaseSession):
    """A session, with whose it is: people see their own and end them."""

    # Without the database's constraint: Django saves a new session again and again where that fails, and a session may
    # be saved while its account goes.
    account = models.ForeignKey(User, on_delete=models.CASCADE, null=True, related_name="sessions", db_constraint=False)
    began_at = models.DateTimeField(null=True)
    # "Firefox, Linux": no version, nothing that tells one device from another of its kind.
    browser = models.CharField(max_length=64, blank=True)


class FactorReset(models.Model):
    """That a chief editor asked to take an account's second factors away; another one confirms it."""

    account = models.OneToOneField(User, on_delete=models.CASCADE, related_name="factor_reset")
    asked_by = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.account_id}"


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
    """One row, with another value after each change that readers may see: cms.reader.cache_version."""

    value = models.CharField(max_length=32)

    def __str__(self) -> str:
        return self.value


def check_chat(value: str) -> None:
    if not CHAT_ID.fullmatch(value):
        raise ValidationError(_("Write the chat’s number, or the @name of a public one."))


def chat_field(label: Any, **options: Any) -> models.CharField[Any, Any]:
    return models.CharField(label, max_length=64, blank=True, validators=[check_chat], **options)


class LanguageChats(models.Model):
    locale = models.OneToOneField(Locale, verbose_name=_("language"), on_delete=models.CASCADE, related_name="chats")
    team_chat = chat_field(
        _("team’s chat"),
        help_text=_("What is requested, due or changed is told here, never the text of unpublished pages."),
    )
    typo_reports = models.BooleanField(_("typo reports go to the team’s chat"), default=True)
    public_channel = chat_field(
        _("public channel"),
        help_text=_("Each new publication is posted here once. The bot needs the rights to post, edit and delete."),
    )

    class Meta:
        verbose_name = _("chats of a language")
        verbose_name_plural = _("chats of languages")

    def __str__(self) -> str:
        return str(self.locale)


class MessageChoice(models.Model):
    """By which way somebody is told of each kind of message about translations."""

    class Way(models.TextChoices):
        MAIL = "mail", pgettext_lazy("messages about translations", "By mail, at once")
        TELEGRAM = "telegram", pgettext_lazy("messages about translations", "By Telegram")
        NEVER = "", pgettext_lazy("messages about translations", "Never")

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="message_choice")
    assigned = models.CharField(
        _("a translation is given to me"), max_length=8, choices=Way, default=Way.MAIL, blank=True
    )
    due = models.CharField(_("it is due tomorrow"), max_length=8, choices=Way, default=Way.MAIL, blank=True)
    overdue = models.CharField(_("it is overdue"), max_length=8, choices=Way, default=Way.MAIL, blank=True)
    source_changed = models.CharField(
        _("the source of my translation has changed"), max_length=8, choices=Way, default=Way.MAIL, blank=True
    )
    telegram_chat = chat_field(
        _("my number in Telegram"),
        help_text=_("Write to the newsroom’s bot first: it can’t begin. A bot such as @userinfobot tells the number."),
    )

    def __str__(self) -> str:
        return f"{self.user_id}"


class ToldOccasion(models.Model):
    """That a person or a team was told of something, so that they are told once; ``recipient`` as for Telegram."""

    recipient = models.CharField(max_length=64)
    occasion = models.CharField(max_length=100)
    told_at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("occasion", "recipient"), name="chorsu_cms_told_once"),
        ]

    def __str__(self) -> str:
        return f"{self.recipient}: {self.occasion}"
