"""Data about reader pages for search engines: schema.org as one graph of JSON-LD.

The newsroom, the site of a language and the way to the page stand in it on every page, each under an address of its own
(``@id``), and what is shown refers to them. ``chorsu_articles.structured_data`` knows what a publication is.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urljoin

from django.http import HttpRequest
from django.urls import reverse
from wagtail.models import Page

from chorsu_articles.models import HomePage, InfoPage, Person, Publication
from chorsu_articles.renditions import RATIOS
from chorsu_articles.structured_data import pictures
from cms.languages.selectors import LanguageLink
from cms.reader.shown import Shown, identity, is_search, shared_picture

SQUARE = RATIOS[-1]

type Node = dict[str, Any]


def page_graph(context: Mapping[Any, Any], shown: Shown, languages: list[LanguageLink]) -> Node:
    """Return the graph of what is shown; ``languages`` are the links to the same page in other languages."""
    request: HttpRequest = context["request"]
    home = request.build_absolute_uri(reverse("wagtail_serve", args=[""]))
    newsroom, site = _newsroom(request), _site(home, shown.language, identity(request).name)
    nodes = [newsroom, site]
    page: Node = {
        "@type": _page_type(shown.subject, request),
        "@id": f"{shown.url}#page",
        "url": shown.url,
        "name": shown.title,
        "description": shown.description,
        "inLanguage": shown.language,
        "isPartOf": {"@id": site["@id"]},
    }
    nodes.append(page)
    if shown.above:
        way = _way(shown)
        page["breadcrumb"] = {"@id": way["@id"]}
        nodes.append(way)
    if isinstance(shown.subject, Publication):
        article = _article(context["structured_data"], shown, languages)
        if "image" not in article:
            shared = shared_picture(shown, request)
            article["image"] = [_picture(shared.url, shared) if shared else newsroom["logo"]]
        nodes.append(article)
    elif isinstance(shown.subject, Person):
        page["mainEntity"] = _person(shown, request)
    elif shown.subject is not None and not isinstance(shown.subject, Page):
        page["about"] = _row(shown)
    return {"@context": "https://schema.org", "@graph": nodes}


def _newsroom(request: HttpRequest) -> Node:
    newsroom = identity(request)
    root = request.build_absolute_uri("/")
    node: Node = {
        "@type": "NewsMediaOrganization",
        "@id": f"{root}#newsroom",
        "name": newsroom.name,
        "url": root,
        "logo": _picture(urljoin(root, newsroom.logo.url), newsroom.logo),
        **{name: urljoin(root, url) for name, url in newsroom.policies.items()},
    }
    if newsroom.profiles:
        node["sameAs"] = newsroom.profiles
    return node


def _picture(url: str, size: Any) -> Node:
    return {"@type": "ImageObject", "url": url, "width": size.width, "height": size.height}


def _site(home: str, code: str, name: str) -> Node:
    root = urljoin(home, "/")
    return {
        "@type": "WebSite",
        "@id": f"{home}#site",
        "url": home,
        "name": name,
        "inLanguage": code,
        "publisher": {"@id": f"{root}#newsroom"},
        "potentialAction": {
            "@type": "SearchAction",
            "target": {
                "@type": "EntryPoint",
                "urlTemplate": f"{urljoin(home, reverse('chorsu_search:search'))}?q={{search_term_string}}",
            },
            "query-input": "required name=search_term_string",
        },
    }


def _page_type(subject: Any, request: HttpRequest) -> str:
    if isinstance(subject, Person):
        return "ProfilePage"
    if isinstance(subject, HomePage) or (isinstance(subject, Page) and not isinstance(subject, Publication | InfoPage)):
        return "CollectionPage"
    if isinstance(subject, Page):
        return "WebPage"
    return "SearchResultsPage" if is_search(request) else "CollectionPage"


def _way(shown: Shown) -> Node:
    steps = [(crumb.title, urljoin(shown.url, crumb.url)) for crumb in shown.above] + [(shown.title, shown.url)]
    return {
        "@type": "BreadcrumbList",
        "@id": f"{shown.url}#way",
        "itemListElement": [
            {"@type": "ListItem", "position": number, "name": name, "item": {"@id": url}}
            for number, (name, url) in enumerate(steps, start=1)
        ],
    }


def _article(data: Node, shown: Shown, languages: list[LanguageLink]) -> Node:
    """Return a publication's own data with what only the site knows: publisher, section and translations."""
    root = urljoin(shown.url, "/")
    article: Node = {
        **{name: value for name, value in data.items() if name != "@context"},
        "@id": _article_id(shown.url),
        "url": shown.url,
        "mainEntityOfPage": {"@id": f"{shown.url}#page"},
        "description": shown.description,
        "publisher": {"@id": f"{root}#newsroom"},
    }
    topic = shown.subject.kicker_topic
    sections = [shown.section.title if shown.section else "", topic.localized_name() if topic else ""]
    if named := [name for name in sections if name]:
        article["articleSection"] = named
    if not data.get("author"):
        article["author"] = article["publisher"]
    article |= _translations(shown, languages, article["@type"])
    return article


def _translations(shown: Shown, languages: list[LanguageLink], kind: str) -> Node:
    """Return what the page is a translation of, or else its translations; only what everybody may read."""
    others = [link for link in languages if link.url and not link.current]
    works = {link.pk: _work(urljoin(shown.url, link.address), link.code, kind) for link in others}
    # Read with the page by cms.reader.routing.
    source = shown.subject.translation_link.source_id if hasattr(shown.subject, "translation_link") else None
    if source is None:
        return {"workTranslation": list(works.values())} if works else {}
    return {"translationOfWork": works[source]} if source in works else {}


def _article_id(url: str) -> str:
    return f"{url}#article"


def _work(url: str, code: str, kind: str) -> Node:
    return {"@type": kind, "@id": _article_id(url), "url": url, "inLanguage": code}


def _person(shown: Shown, request: HttpRequest) -> Node:
    person: Person = shown.subject
    data: Node = {"@type": "Person", "@id": f"{shown.url}#person", "name": shown.title, "url": shown.url}
    texts = {"jobTitle": person.text_and_language("position")[0], "description": person.text_and_language("about")[0]}
    data |= {name: text for name, text in texts.items() if text}
    if person.photo and (portrait := pictures(person.photo, "", request, [SQUARE])):
        data["image"] = portrait[0]
    data["worksFor"] = {"@id": f"{request.build_absolute_uri('/')}#newsroom"}
    return data


def _row(shown: Shown) -> Node:
    kinds = {"Country": "Country", "Organisation": "Organization"}
    return {"@type": kinds.get(type(shown.subject).__name__, "Thing"), "name": shown.title}
