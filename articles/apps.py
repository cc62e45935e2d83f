from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ArticlesConfig(AppConfig):
    """Articles, event reports and the vocabularies that they share."""

    name = "articles"
    label = "chorsu_articles"
    verbose_name = _("Articles")
    default_auto_field = "django.db.models.BigAutoField"
