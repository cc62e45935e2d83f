"""Who publishes the site, as other machines are told it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.http import HttpRequest
from django.templatetags.static import static
from django.utils import translation
from wagtail.models import Site

from cms.outlet.models import Outlet
from cms.outlet.selectors import File, name_of
from cms.reader.context import Reader

# Made of the mark by tools/icons.py.
ICON = "cms/img/icon-512.png"
ICON_SIZE = 512


@dataclass(frozen=True, slots=True)
class Identity:
    """The newsroom in the active language; addresses may lack the host where it is the site's own.

    ``profiles`` are its addresses elsewhere, ``policies`` those of its pages by the property of schema.org.
    """

    name: str
    logo: File
    share_picture: File | None
    profiles: list[str]
    policies: dict[str, str]


def identity(request: HttpRequest) -> Identity:
    """Return the newsroom that a request is for."""
    outlet = Reader(request).outlet
    kinds = {"editorial": "publishingPrinciples", "correction": "correctionsPolicy"}
    return Identity(
        outlet.name.text,
        outlet.logo or File(static(ICON), ICON_SIZE, ICON_SIZE),
        outlet.share_picture,
        [link.url for link in outlet.social],
        {kinds[kind]: link.url for kind, link in outlet.policies},
    )


def names(request: HttpRequest, codes: Iterable[str]) -> dict[str, str]:
    """Return the newsroom's name in several languages, by two queries."""
    site = Site.find_for_request(request)
    outlet = Outlet.objects.filter(site=site).first()
    found = {}
    for code in codes:
        with translation.override(code):
            found[code] = name_of(outlet, site).text
    return found
