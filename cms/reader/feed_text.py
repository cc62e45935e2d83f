"""A publication's text as feed readers take it: whole, without what only the site's own page can show."""

from __future__ import annotations

from urllib.parse import urljoin

from bs4 import BeautifulSoup
from django.http import HttpRequest
from django.template.loader import render_to_string

from chorsu_articles.models import Publication
from chorsu_articles.selectors import prefetch_article

# What every feed reader shows; all other elements give way to what stands in them.
KEPT = {"p", "h2", "h3", "ul", "ol", "li", "blockquote", "figure", "figcaption", "img", "a", "b", "strong", "i", "em"}
KEPT |= {"u", "s", "br", "hr", "sub", "sup", "table", "thead", "tbody", "tr", "th", "td"}
# Furniture of the page: drawings, and what says something to screen readers alone.
LEFT_OUT = "svg, script, style, form, button, .visually-hidden, .back, .related, .passage-language, .heading-link"
ATTRIBUTES = {"a": {"href"}, "img": {"src", "alt", "width", "height"}, "p": {"lang", "dir"}}


def full_text(page: Publication, request: HttpRequest) -> str:
    """Return main picture and text as HTML with whole addresses; ``page`` has its body loaded."""
    prefetch_article(page)
    rendered = render_to_string("reader/feed_text.html", {"page": page, "request": request}, request=request)
    soup = BeautifulSoup(rendered, "html.parser")
    for tag in soup.select(LEFT_OUT):
        tag.decompose()
    address = request.build_absolute_uri(page.get_url(request) or "/")
    for tag in soup.find_all():
        if tag.name not in KEPT or "whole-picture" in tag.get("class", []):
            tag.unwrap()
            continue
        for name in ("href", "src"):
            if name in tag.attrs:
                tag[name] = urljoin(address, str(tag[name]))
        kept = ATTRIBUTES.get(tag.name, set())
        tag.attrs = {name: value for name, value in tag.attrs.items() if name in kept}
    return str(soup).strip()
