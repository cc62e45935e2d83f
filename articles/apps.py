from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ArticlesConfig(AppConfig):
    """Articles, event reports and the vocabularies that they share."""

    name = "articles"
    label = "chorsu_articles"
    verbose_name = _("Articles")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register what each page's template gets; that code reads models, which are not there before."""
        import_module("articles.contexts")
