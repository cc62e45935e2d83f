"""The light version of every reader page, ``?lite=1``: the same text without pictures, web fonts and scripts.

It is made of the page itself, so that no template has to know of it. A picture that says something (it has an
alternative text or stands in a figure) is behind a ``<details>``: browsers load it when it is opened.
"""

# catalogue: reader
from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from bs4 import BeautifulSoup, Tag
from bs4.dammit import EntitySubstitution
from bs4.formatter import HTMLFormatter
from django.http import HttpRequest
from django.http.response import HttpResponse, HttpResponseBase
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext

from cms.languages import code_of_path

PARAMETER = "lite"
VALUE = "1"


class AsWritten(HTMLFormatter):
    """Write a page as the templates do: attributes in their order, letters as themselves."""

    def __init__(self) -> None:
        super().__init__(EntitySubstitution.substitute_xml, "", empty_attributes_are_booleans=True)

    def attributes(self, tag: Tag) -> list[tuple[str, Any]]:
        return list(tag.attrs.items())


class LiteMiddleware:
    """Make reader pages light where the address asks for it; say that all of them depend on ``Save-Data``.

    Stands inside of the page cache and of what computes validators.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        is_page = response.headers.get("Content-Type", "").startswith("text/html") and code_of_path(request.path_info)
        if is_page and isinstance(response, HttpResponse):
            patch_vary_headers(response, ["Save-Data"])
            if is_lite(request):
                response.content = lightened(response.content.decode())
                if response.headers.get("Content-Length"):
                    response.headers["Content-Length"] = str(len(response.content))
        return response


def is_lite(request: HttpRequest) -> bool:
    return request.GET.get(PARAMETER) == VALUE


def saves_data(request: HttpRequest) -> bool:
    return request.headers.get("Save-Data", "").lower() == "on"


def switched(address: str, *, lite: bool) -> str:
    """Return an address that asks for the light version, or doesn't."""
    parts = urlsplit(address)
    query = [(name, value) for name, value in parse_qsl(parts.query, keep_blank_values=True) if name != PARAMETER]
    return urlunsplit(parts._replace(query=urlencode([*query, (PARAMETER, VALUE)] if lite else query)))


def lightened(html: str) -> str:
    """Return a reader page without scripts, preloads and pictures: a browser loads its style sheets alone."""
    soup = BeautifulSoup(html, "html.parser")
    for element in soup.select('script, link[rel="preload"], link[rel="manifest"]'):
        element.decompose()
    for picture in soup.find_all("picture"):
        _fold_picture(soup, picture)
    for card in soup.select(".has-picture"):
        card["class"].remove("has-picture")
    for link in soup.select("a[href]"):
        if code_of_path(urlsplit(str(link["href"])).path) and link.get("rel") != ["alternate"]:
            link["href"] = switched(str(link["href"]), lite=True)
    for form in soup.select('form[method="get"]'):
        form.append(soup.new_tag("input", attrs={"type": "hidden", "name": PARAMETER, "value": VALUE}))
    return str(soup.decode(formatter=AsWritten()))


def _fold_picture(soup: BeautifulSoup, picture: Tag) -> None:
    alt = str(picture.img.get("alt", "")) if picture.img else ""
    if picture.find_parent(class_="brand"):
        picture.replace_with(alt)
    elif not alt and not picture.find_parent("figure"):
        (picture.find_parent(class_="card-picture") or picture).decompose()
    else:
        shown = picture.find_parent("a") or picture
        details, summary = soup.new_tag("details", attrs={"class": "lite-picture"}), soup.new_tag("summary")
        summary.string = gettext("Show the picture") + (f": {alt}" if alt else "")
        shown.replace_with(details)
        details.extend([summary, shown])
        for image in picture.select("img"):
            image["loading"] = "lazy"
            del image["fetchpriority"]
