from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SearchConfig(AppConfig):
    """Search that knows the languages."""

    name = "search"
    label = "chorsu_search"
    verbose_name = _("Search")
    default_auto_field = "django.db.models.BigAutoField"
