from __future__ import annotations

import importlib

from django.apps import AppConfig
from django.db.models.signals import pre_migrate
from django.utils.translation import gettext_lazy as _
from wagtail.users.apps import WagtailUsersAppConfig


class CmsConfig(AppConfig):
    """The site: the only place where the plug-ins meet."""

    default = True
    name = "cms"
    label = "chorsu_cms"
    verbose_name = _("Newsroom")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the site's checks, receivers, exports and language columns; ``cms.wiring`` joins the plug-ins."""
        importlib.import_module("cms.checks")
        importlib.import_module("cms.receivers")
        importlib.import_module("cms.spreadsheets")
        importlib.import_module("cms.outlet.translation")
        columns = importlib.import_module("chorsu_articles.receivers")
        pre_migrate.connect(columns.migrations_begin, sender=self, dispatch_uid="chorsu_cms.columns")


class UsersConfig(WagtailUsersAppConfig):
    """Wagtail's accounts, with a form of our own."""

    user_viewset = "cms.newsroom.forms.AccountViewSet"
