"""Links that a translation loses, adds, or lets lead elsewhere."""

from __future__ import annotations

import re
from collections import Counter
from html import unescape
from urllib.parse import urlsplit

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.models import Page

from chorsu_translation.findings.alignment import Alignment
from chorsu_translation.findings.registry import Found, register_check

_LINK = re.compile(r"<a\b([^<>]*)>")
_ATTRIBUTE = re.compile(r'\b([a-z]{1,20})="([^"]{0,2000})"')
_WRITTEN = re.compile(r"https?://[^\s<>«»“”\"]+|\bwww\.[^\s<>«»“”\"]+|[\w.+-]{1,64}@[\w-]{1,64}\.[\w.-]{1,64}")
_TAG = re.compile(r"<[^<>]*>")


@register_check("links", gettext_lazy("Links"))
def check_links(pages: Alignment) -> Found:
    """Find units whose links don't lead where those of their source lead.

    A page counts as its translations do, and a site as its editions in other languages, such as Wikipedia's.
    """
    links = [
        (pair, _links(pair.source.html), _links(pair.target.html))
        for pair in pages.pairs
        if pair.source and pair.target
    ]
    keys = _translation_keys({key for _pair, *sides in links for side in sides for kind, key in side if kind == "page"})
    for pair, source, target in links:
        theirs, ours = (Counter((kind, keys.get(key, key)) for kind, key in side) for side in (source, target))
        lost, added = theirs - ours, ours - theirs
        if lost or added:
            yield pair, _said(lost, added)


def _said(lost: Counter[tuple[str, str]], added: Counter[tuple[str, str]]) -> str:
    if lost and added:
        return _("A link leads elsewhere than in the source.")
    return _("A link of the source is missing.") if lost else _("The source has no such link.")


def _links(html: str) -> list[tuple[str, str]]:
    """Return what kind of link each is, and where it leads."""
    found = []
    for match in _LINK.finditer(html):
        attributes = dict(_ATTRIBUTE.findall(match[1]))
        kind = attributes.get("linktype", "")
        found.append((kind, attributes.get("id", "")) if kind else ("", _place(unescape(attributes.get("href", "")))))
    written = unescape(_TAG.sub(" ", html))
    return found + [("written", _place(address.rstrip(".,;:!?)"))) for address in _WRITTEN.findall(written)]


def _place(address: str) -> str:
    """Return the address without what differs between editions of a site: scheme, language, and then the path."""
    try:
        parts = urlsplit(address if "://" in address else f"//{address}")
    except ValueError:
        return address
    labels = (parts.hostname or address).removeprefix("www.").split(".")
    if len(labels) > 2 and len(labels[0]) in {2, 3}:
        return ".".join(labels[1:])
    return ".".join(labels) + parts.path.rstrip("/")


def _translation_keys(ids: set[str]) -> dict[str, str]:
    numbers = [int(key) for key in ids if key.isascii() and key.isdigit() and len(key) < 10]
    rows = Page.objects.filter(pk__in=numbers).values_list("pk", "translation_key") if numbers else []
    return {str(pk): str(key) for pk, key in rows}
