"""What the pages have in common that the desk leads to."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.generic import View
from wagtail.admin.utils import get_valid_next_url_from_request
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin


class FromDeskView(WagtailAdminTemplateMixin, View):
    """A page that the desk leads to, and that leads back."""

    header_icon = "globe"
    _show_breadcrumbs = True

    def next_url(self) -> str:
        """Return where the person came from, else the desk."""
        return get_valid_next_url_from_request(self.request) or reverse("chorsu_translation:desk")

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        """Return the way here by the desk."""
        desk = {"url": reverse("chorsu_translation:desk"), "label": _("Translations")}
        return [*super().get_breadcrumbs_items(), desk, {"url": "", "label": self.page_title}]
