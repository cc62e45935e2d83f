"""What a reader page is about, for all that describe it.

``sharing_of`` is what other sites and messengers show with a link. ``page_graph`` is for search engines: schema.org as
one graph of JSON-LD. The newsroom, the site of a language and the way to the page stand in it on every page, each under
an address of its own (``@id``), and what is shown refers to them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from textwrap import shorten
from typing import Any
from urllib.parse import quote, urlencode, urljoin

from babel.core import get_global
from django.conf import settings
from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse
from django.utils import translation
from django.utils.html import strip_tags
from django.utils.timezone import localtime
from django.utils.translation import get_language, gettext, pgettext
from wagtail.models import Page, Site

from chorsu_articles.models import HomePage, InfoPage, Person, Picture, Publication, SectionPage
from chorsu_articles.models.publications import DESCRIPTION_LENGTH
from chorsu_articles.pictures.renditions import RATIOS, SHARING, sizes_of
from chorsu_articles.views import illustrate_events, pictures
from cms.languages import LanguageLink
from cms.outlet import Outlet
from cms.reader.card import ACCENT, SIZE, card, digest_of
from cms.reader.frame import LISTED, File, Link, MenuItem, Reader, list_of, menu, name_of

# catalogue: reader

# Of an outlet, by the property of schema.org.
POLICIES = {"editorial": "publishingPrinciples", "correction": "correctionsPolicy"}

# What the context of a vocabulary's page calls its row.
ROWS = ("person", "organisation", "topic", "country")


@dataclass(frozen=True, slots=True)
class Crumb:
    """A step of the way from the front page to what is shown."""

    title: str
    url: str


@dataclass(frozen=True, slots=True)
class Shown:
    """What is shown at one address. ``url`` is whole: the one that machines should know.

    ``subject`` is the page, or the row of a vocabulary; None for a view of its own. ``above`` leads to it from the
    front page and is empty there.
    """

    subject: Any
    title: str
    description: str
    url: str
    language: str
    picture: Picture | None = None
    picture_alt: str = ""
    published: datetime | None = None
    modified: datetime | None = None
    section: MenuItem | None = None
    above: list[Crumb] = field(default_factory=list)

    @property
    def share_links(self) -> dict[str, str]:
        """Return by the name of a service the link to its form for sharing, filled in."""
        return {
            "Telegram": "https://t.me/share/url?" + _query(url=self.url, text=self.title),
            "WhatsApp": "https://wa.me/?" + _query(text=f"{self.title} {self.url}"),
            "Facebook": "https://www.facebook.com/sharer/sharer.php?" + _query(u=self.url),
            "VK": "https://vk.com/share.php?" + _query(url=self.url, title=self.title),
            "X": "https://x.com/intent/post?" + _query(url=self.url, text=self.title),
        }

    @property
    def mail_link(self) -> str:
        """Return the address that opens a mail about the page; spaces are ``%20`` there, since a plus stays one."""
        return "mailto:?" + _query(subject=self.title, body=self.url)


def shown_by(context: Mapping[Any, Any]) -> Shown:
    """Return what the template with this context shows."""
    request: HttpRequest = context["request"]
    code = get_language() or settings.LANGUAGE_CODE
    page = context.get("page")
    common: dict[str, Any] = {"url": canonical(context), "language": code}
    if isinstance(page, Page):
        return _page(page, request, common)
    row = next((context[name] for name in ROWS if name in context), None)
    site = Reader(request).site_name
    if row is None:
        what = (
            gettext("Search the site")
            if is_search(request)
            else context.get("listed") or gettext("The latest publications")
        )
        return Shown(None, what, f"{site}: {what}", above=_way(), **common)
    name = row.localized_name()
    texts = [row.text_and_language(text)[0] for text in ("about", "description") if hasattr(row, text)]
    return Shown(
        row,
        name,
        _cut(next(filter(None, texts), "")) or f"{name}. {site}: {gettext('The latest publications')}",
        picture=row.photo if isinstance(row, Person) else None,
        above=_way(*([list_of(type(row))] if type(row) in LISTED else [])),
        **common,
    )


def canonical(context: Mapping[Any, Any]) -> str:
    """Return the one address that search engines should know of what is shown.

    Without parameters other than the number of a list's page; of an alias, the address of its original.
    """
    request, page, page_obj = context["request"], context.get("page"), context.get("page_obj")
    if isinstance(page, Page) and page.alias_of_id:
        return str(request.build_absolute_uri(page.alias_of.get_url(request)))
    number = getattr(page_obj, "number", 1)
    return f"{request.build_absolute_uri(request.path)}{f'?page={number}' if number > 1 else ''}"


def is_search(request: HttpRequest) -> bool:
    return bool(request.resolver_match and request.resolver_match.view_name == "chorsu_search:search")


def section_of(page: Page, request: HttpRequest) -> MenuItem | None:
    """Return the section that a page is or stands in; None of a page that has no place yet."""
    if not page.path:
        return None
    return next((section for section in menu(request).sections if page.path.startswith(section.path)), None)


def _page(page: Page, request: HttpRequest, common: dict[str, Any]) -> Shown:
    section = section_of(page, request)
    if isinstance(page, Publication):
        return Shown(
            page,
            page.title,
            page.description or _cut(" ".join(page.body.stream_block.get_searchable_content(page.body))) or page.title,
            picture=page.main_picture,
            picture_alt=page.main_picture_alt,
            published=page.date,
            modified=page.modified,
            section=section,
            above=_way(*([section] if section else [])),
            **common,
        )
    words = page.search_description or (page.introduction if isinstance(page, HomePage | SectionPage) else "")
    if not words and isinstance(page, InfoPage):
        words = strip_tags(page.body)
    outlet = Reader(request).outlet
    name = outlet.name.text
    is_home = isinstance(page, HomePage)
    # All front pages may have one title; the outlet has a name and a tagline for each language.
    about = outlet.own_tagline if is_home else page.title
    return Shown(
        page,
        name if is_home else page.title,
        _cut(words) or (f"{about}. " if about else "") + f"{name}: {gettext('The latest publications')}",
        modified=page.last_published_at,
        above=[] if is_home else _way(),
        **common,
    )


def _way(*steps: MenuItem | Link) -> list[Crumb]:
    """Return the steps from the front page of the active language to the last of these pages."""
    home = Crumb(pgettext("the first step of the way to a page", "Home"), reverse("wagtail_serve", args=[""]))
    return [home, *(Crumb(str(step.title), step.url) for step in steps)]


def _cut(text: str) -> str:
    return shorten(text, DESCRIPTION_LENGTH, placeholder="…")


def names(request: HttpRequest, codes: Iterable[str]) -> dict[str, str]:
    """Return the newsroom's name in several languages, by two queries."""
    site = Site.find_for_request(request)
    outlet = Outlet.objects.filter(site=site).first()
    found = {}
    for code in codes:
        with translation.override(code):
            found[code] = name_of(outlet, site).text
    return found


def sharing_of(shown: Shown, request: HttpRequest, languages: list[LanguageLink]) -> dict[str, Any]:
    """Return the properties of Open Graph beside title, description and address."""
    page = shown.subject
    properties: dict[str, Any] = {
        "type": "profile" if isinstance(page, Person) else "website",
        "locale": territorial(shown.language),
        "alternates": [territorial(link.code) for link in languages if link.available and not link.current],
        "picture": shared_picture(shown, request),
    }
    if isinstance(page, Publication):
        properties |= {
            "type": "article",
            "published": localtime(shown.published).isoformat() if shown.published else "",
            "modified": localtime(shown.modified).isoformat() if shown.modified else "",
            "section": shown.section.title if shown.section else "",
            "tags": [row.localized_name() for row in (*page.topics.all(), *page.countries.all())],
            "authors": [urljoin(shown.url, name.url) for name in page.byline if name.url],
        }
    return properties


def shared_picture(shown: Shown, request: HttpRequest) -> dict[str, Any] | None:
    """Return the picture of what is shown by its whole address, else the outlet's chosen one, its logo or its name.

    None where its name can't be drawn.
    """
    found = sizes_of(shown.picture, [SHARING])
    if found:
        return _size(shown, found[0]) | {"type": "image/jpeg", "alt": shown.picture_alt}
    outlet = Reader(request).outlet
    for chosen, kind in ((outlet.share_picture, "image/jpeg"), (outlet.logo, "image/webp")):
        if chosen:
            return _size(shown, chosen) | {"type": kind, "alt": ""}
    content = card_of(request)
    if content is None:
        return None
    url = reverse("card", args=[digest_of(content)])
    return _size(shown, File(url, *SIZE)) | {"type": "image/png", "alt": outlet.name.text}


def card_of(request: HttpRequest) -> bytes | None:
    """Return a picture with the outlet's name in the active language, or the nearest that has one; None without."""
    outlet = Reader(request).outlet
    language = outlet.name.language or get_language() or settings.LANGUAGE_CODE
    return card(outlet.name.text, language, outlet.accents[0] if outlet.accents else ACCENT)


def _size(shown: Shown, file: Any) -> dict[str, Any]:
    return {"url": urljoin(shown.url, file.url), "width": file.width, "height": file.height}


def territorial(code: str) -> str:
    """Return a language with the territory where most of its readers live, as Open Graph wants it: ``tg_TJ``."""
    likely = get_global("likely_subtags").get(code, "")
    return f"{code}_{likely.rpartition('_')[2]}" if likely else code


def _query(**parameters: str) -> str:
    return urlencode(parameters, quote_via=quote, safe="")


type Node = dict[str, Any]


def page_graph(context: Mapping[Any, Any], shown: Shown, languages: list[LanguageLink]) -> Node:
    """Return the graph of what is shown; ``languages`` are the links to the same page in other languages."""
    request: HttpRequest = context["request"]
    newsroom, site = _newsroom(shown, request), _site(shown, request)
    page: Node = {
        "@type": _page_type(shown.subject, request),
        "@id": f"{shown.url}#page",
        "url": shown.url,
        "name": shown.title,
        "description": shown.description,
        "inLanguage": shown.language,
        "isPartOf": {"@id": site["@id"]},
    }
    nodes = [newsroom, site, page]
    if shown.above:
        steps = [(crumb.title, urljoin(shown.url, crumb.url)) for crumb in shown.above] + [(shown.title, shown.url)]
        items = [
            {"@type": "ListItem", "position": number, "name": name, "item": {"@id": url}}
            for number, (name, url) in enumerate(steps, start=1)
        ]
        page["breadcrumb"] = {"@id": f"{shown.url}#way"}
        nodes.append({"@type": "BreadcrumbList", "@id": f"{shown.url}#way", "itemListElement": items})
    if isinstance(shown.subject, Publication):
        article = _article(context["structured_data"], shown, languages)
        if "image" not in article:
            shared = shared_picture(shown, request)
            sizes = {name: shared[name] for name in ("url", "width", "height")} if shared else {}
            article["image"] = [{"@type": "ImageObject", **sizes} if shared else newsroom["logo"]]
            illustrate_events(article)
        nodes.append(article)
        if getattr(shown.subject, "is_ahead", False):
            about = article.get("about", [])
            for place, event in enumerate(about):
                if event["@type"] == "Event":
                    page["mainEntity"] = about[place] = {"@id": f"{shown.url}#event"}
                    nodes.append({**event, **about[place]})
    elif isinstance(shown.subject, Person):
        page["mainEntity"] = _person(shown, request)
    elif shown.subject is not None and not isinstance(shown.subject, Page):
        kind = {"Country": "Country", "Organisation": "Organization"}.get(type(shown.subject).__name__, "Thing")
        page["about"] = {"@type": kind, "name": shown.title}
    return {"@context": "https://schema.org", "@graph": nodes}


def _newsroom(shown: Shown, request: HttpRequest) -> Node:
    outlet = Reader(request).outlet
    root = request.build_absolute_uri("/")
    # Made of the mark by tools/icons.py.
    logo = outlet.logo or File(static("cms/img/icon-512.png"), 512, 512)
    node: Node = {
        "@type": "NewsMediaOrganization",
        "@id": f"{root}#newsroom",
        "name": outlet.name.text,
        "url": root,
        "logo": {"@type": "ImageObject", **_size(shown, logo)},
        **{POLICIES[kind]: urljoin(root, link.url) for kind, link in outlet.policies},
    }
    if outlet.social:
        node["sameAs"] = [link.url for link in outlet.social]
    return node


def _site(shown: Shown, request: HttpRequest) -> Node:
    home = request.build_absolute_uri(reverse("wagtail_serve", args=[""]))
    return {
        "@type": "WebSite",
        "@id": f"{home}#site",
        "url": home,
        "name": Reader(request).site_name,
        "inLanguage": shown.language,
        "publisher": {"@id": f"{urljoin(home, '/')}#newsroom"},
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
    if isinstance(subject, Publication | InfoPage):
        return "WebPage"
    return "SearchResultsPage" if not isinstance(subject, Page) and is_search(request) else "CollectionPage"


def _article(data: Node, shown: Shown, languages: list[LanguageLink]) -> Node:
    """Return a publication's own data with what only the site knows: publisher, section and translations."""
    root = urljoin(shown.url, "/")
    article: Node = {
        **{name: value for name, value in data.items() if name != "@context"},
        "@id": f"{shown.url}#article",
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
    return article | _translations(shown, languages, article["@type"])


def _translations(shown: Shown, languages: list[LanguageLink], kind: str) -> Node:
    """Return what the page is a translation of, or else its translations; only what everybody may read."""
    works = {}
    for link in languages:
        if link.url and not link.current:
            url = urljoin(shown.url, link.url)
            works[link.pk] = {"@type": kind, "@id": f"{url}#article", "url": url, "inLanguage": link.code}
    # Read with the page by cms.reader.routing.
    source = shown.subject.translation_link.source_id if hasattr(shown.subject, "translation_link") else None
    if source is None:
        return {"workTranslation": list(works.values())} if works else {}
    return {"translationOfWork": works[source]} if source in works else {}


def _person(shown: Shown, request: HttpRequest) -> Node:
    person: Person = shown.subject
    data: Node = {"@type": "Person", "@id": f"{shown.url}#person", "name": shown.title, "url": shown.url}
    texts = {"jobTitle": person.text_and_language("position")[0], "description": person.text_and_language("about")[0]}
    data |= {name: text for name, text in texts.items() if text}
    if person.photo and (portrait := pictures(person.photo, "", request, [RATIOS[-1]])):
        data["image"] = portrait[0]
    data["worksFor"] = {"@id": f"{request.build_absolute_uri('/')}#newsroom"}
    return data
