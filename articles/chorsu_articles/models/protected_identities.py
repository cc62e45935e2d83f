"""The real names of protected authors, apart from everything that prints a person."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from chorsu_articles.models.vocabularies import Person


class ProtectedIdentity(models.Model):
    """Who a person with a code name is. Read it by ``services.protected_names.read_identity``, which logs the reading.

    ``texts`` holds what ``Person`` held, by column (``name_ru``, ``position_ru``, …); ``account_texts`` what the
    account held, as the site put it there. No relation leads here from a person or an account, and Wagtail's
    index of references is without it: no query, list or export that begins elsewhere can reach a name.
    """

    person = models.OneToOneField(Person, on_delete=models.PROTECT, related_name="+")
    texts = models.JSONField(default=dict)
    email = models.EmailField(_("e-mail address"), blank=True)
    account = models.OneToOneField(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    account_texts = models.JSONField(default=dict, blank=True)
    lifting_asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    lifting_asked_at = models.DateTimeField(null=True, blank=True)

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("protected name")
        verbose_name_plural = _("protected names")
        default_permissions = ()
        permissions: ClassVar = [
            ("see_protected_names", "Can see the names of protected authors"),
            ("keep_protected_names", "Can protect names, and ask for and confirm the lifting of protection"),
        ]

    def __str__(self) -> str:
        return str(self.person)
