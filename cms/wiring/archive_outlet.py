"""Joins the archive and the outlet: an export takes the default site's name, looks, menu and footer along."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from chorsu_archive.supplements import Part, Supplement, register
from chorsu_articles.columns import columns
from cms.outlet import MOST_LINES, Outlet

TEXTS = (*columns("name", "tagline", "contacts", "imprint", "licence"), "licence_url")
LOOKS = ("logo", "logo_dark", "accent", "accent_dark", "share_picture")
POLICIES = ("editorial_policy", "correction_policy")
FOOTER = ("footer_entries", "social_addresses")

register(
    Supplement(
        Outlet.objects.filter(site__is_default_site=True),
        {
            "outlet": Part(_("Name and looks"), dict.fromkeys((*TEXTS, *LOOKS, *POLICIES), 1)),
            "menu": Part(_("Menu"), {"menu_entries": MOST_LINES["menu_entries"]}),
            "footer": Part(_("Footer"), {name: MOST_LINES[name] for name in FOOTER}),
        },
    )
)
