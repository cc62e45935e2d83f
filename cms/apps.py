from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CmsConfig(AppConfig):
    """The site: the only place where the plug-ins meet."""

    name = "cms"
    label = "chorsu_cms"
    verbose_name = _("Newsroom")
    default_auto_field = "django.db.models.BigAutoField"
