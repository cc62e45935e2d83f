"""The frame of every reader page: menu, outlet, and the template variable ``reader``."""

# catalogue: reader
from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import cached_property
from operator import itemgetter
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import models
from django.db.models import Prefetch, Q, Value
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import conditional_escape
from django.utils.timezone import localdate
from django.utils.translation import get_language, gettext, gettext_noop
from wagtail.models import Page, Site
from wagtail.query import PageQuerySet

from chorsu_articles.lists import open_to_all, published
from chorsu_articles.models import (
    Country,
    HomePage,
    InfoPage,
    Organisation,
    Person,
    Picture,
    Publication,
    SectionPage,
    Topic,
)
from chorsu_articles.models.publications import Correction, own_fields, publication_models
from chorsu_articles.pictures.renditions import SHARING, load_renditions, sizes_of
from chorsu_articles.views import page_of
from chorsu_locales.selectors import get_language_row
from chorsu_locales.templatetags.chorsu_locales_tags import in_language
from chorsu_translation.retracted import retractions
from cms.outlet import DARK, Entry, FooterEntry, MenuEntry, Outlet, readable
from cms.reader.cache_version import shared, use_sites
from cms.reader.lite import is_lite, saves_data, switched

# What publications name that has a page of its own, in each language.
NAMED = (Topic, Country, Organisation, Person)
# Those with a page that lists all of them: its address and title.
LISTED = {Topic: ("topics", gettext_noop("Topics")), Person: ("people", gettext_noop("Authors"))}


@dataclass(frozen=True, slots=True)
class MenuItem:
    """A page that menu or footer lead to; ``path`` is its place in the tree.

    ``key`` is that of its translations; None of an alias, which shows another language's text.
    """

    pk: int
    title: str
    slug: str
    path: str
    url: str
    key: UUID | None


@dataclass(frozen=True, slots=True)
class Menu:
    """A home page and the pages directly below it that readers may see, in the order of the tree."""

    home: MenuItem | None
    sections: list[MenuItem]
    information: list[MenuItem]


def site_of(request: HttpRequest) -> Site | None:
    """Return the site that a request is for, as Wagtail finds it, and let Wagtail know it."""
    if not hasattr(request, "_wagtail_site"):
        sites, _roots = use_sites(request)
        if len(sites) == 1 and sites[0].is_default_site:
            # What Wagtail finds by any host then.
            request._wagtail_site = sites[0]  # type: ignore[attr-defined] # noqa: SLF001 (as Wagtail does)
    found: Site | None = Site.find_for_request(request)
    return found


def public_pages(language: str) -> PageQuerySet:
    """Return the pages of a language that every reader may see, from the home page down, in the order of the tree."""
    return open_to_all(Page.objects.filter(depth__gt=1, locale__language_code=language)).order_by("path")


def menu_item(page: Page, request: HttpRequest) -> MenuItem:
    key = None if page.alias_of_id else page.translation_key
    return MenuItem(page.pk, page.title, page.slug, page.path, page.get_url(request) or "", key)


def menu(request: HttpRequest) -> Menu:
    """Return the menu of the active language, as of the request's version; empty where it has no home page."""

    def read() -> Menu:
        kinds: dict[Any, list[MenuItem]] = {HomePage: [], SectionPage: [], InfoPage: []}
        for page in public_pages(get_language() or "").filter(depth__lte=3):
            if page.specific_class in kinds:
                kinds[page.specific_class].append(menu_item(page, request))
        home = kinds[HomePage][0] if kinds[HomePage] else None
        return Menu(home, kinds[SectionPage], kinds[InfoPage])

    use_sites(request)
    return shared(request, "menu", read)


def paths_to(model: type[Any]) -> list[str]:
    """Return the lookups that lead from publications to rows of one of ``NAMED``, fields of a kind's own among them."""
    if model is Person:
        return ["author_links__person", "translator_links__person"]
    paths = [each.name for each in Publication._meta.many_to_many if each.related_model is model]
    for kind in publication_models():
        paths += [f"{kind.path_from_publication()}__{each.name}" for each in own_fields(kind, model)]
    return paths


def named_in(language: str, model: type[Any]) -> models.QuerySet[Any]:
    """Return the rows of one of ``NAMED`` that public publications of a language name, but no withheld names."""
    public = published(language).filter(alias_of__isnull=True).order_by()
    condition = Q(pk__in=[])
    for path in paths_to(model):
        condition |= Q(pk__in=public.values(path))
    rows: models.QuerySet[Any] = model.objects.filter(condition)
    if model is Person:
        rows = rows.filter(name_withheld=False)
    return rows.order_by("code" if model is Country else "slug")


def list_of(model: type[Any]) -> Link:
    """Return the link to the page that lists all rows of one of ``LISTED``."""
    name, title = LISTED[model]
    return Link(Text(gettext(title)), reverse(name))


def names(request: HttpRequest, model: type[Any]) -> HttpResponse:
    """List all topics, or all people, that public publications of the language name."""
    named: Any = named_in(get_language() or "", model)
    rows = list(named.ordered_by_name())
    response = render(request, "reader/names.html", {"listed": list_of(model).title.text, "rows": rows})
    if not rows:
        response.headers["X-Robots-Tag"] = "noindex"
    return response


def corrections(request: HttpRequest) -> HttpResponse:
    """List what readers of the language were told of corrections and retractions, newest first; 404 where it is off."""
    if not settings.CORRECTIONS_PAGE:
        raise Http404("There is no list of corrections here.")
    code = get_language() or ""
    live = published(code).filter(alias_of=None).order_by()
    shown = Correction.objects.filter(page__in=live).exclude(date=None).order_by("-pk")
    public = open_to_all(Page.objects.filter(locale__language_code=code, alias_of=None), live=False).order_by()
    told = retractions().filter(notices__has_key=code, translation_key__in=public.values("translation_key"))
    # All in memory: they are few, and short.
    found: list[tuple[Any, ...]] = list(shown.values_list("date", "page__title", "text", "page"))
    found += [(localdate(each.withdrawn_at), each.headline(code), each.sentence(code), None) for each in told]
    page_obj = page_of(request, sorted(found, key=itemgetter(0), reverse=True))
    pages = Page.objects.select_related("locale").in_bulk([row[3] for row in page_obj.object_list if row[3]])
    rows = [(*row[:3], pages.get(row[3])) for row in page_obj.object_list]
    context = {"listed": gettext("Corrections and retractions"), "page_obj": page_obj, "rows": rows}
    return render(request, "reader/corrections.html", context)


def languages_naming(row: Any) -> set[str]:
    """Return the languages whose public publications name a row of one of ``NAMED``, by one query."""
    public = open_to_all(Publication.objects.filter(alias_of__isnull=True)).order_by()
    lists = [
        public.filter(**{path: row}).values_list("locale__language_code", flat=True) for path in paths_to(type(row))
    ]
    return set(lists[0].union(*lists[1:]))


# On screens with two dots for each pixel, a logo of 48 pixels in a masthead needs twice as many.
LOGO = "max-640x128|format-webp-lossless"


@dataclass(frozen=True, slots=True)
class Text:
    """A text and its language, which isn't the reader's where there is none in that one; templates mark it then."""

    text: str = ""
    language: str = ""

    def __bool__(self) -> bool:
        return bool(self.text)

    def __str__(self) -> str:
        return conditional_escape(in_language(self.text, self.language))


@dataclass(frozen=True, slots=True)
class File:
    url: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Link:
    """A line of the menu or the footer. ``path`` is the place of its page in the tree, ``links`` are those inside."""

    title: Text
    url: str = ""
    pk: int | None = None
    path: str = ""
    links: list[Link] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class OutletView:
    """What templates show of an outlet. ``accents``: the accent colour on light and on dark, without #."""

    name: Text
    tagline: Text = Text()
    logo: File | None = None
    logo_dark: File | None = None
    accents: tuple[str, str] | None = None
    share_picture: File | None = None
    contacts: Text = Text()
    imprint: Text = Text()
    licence: Text = Text()
    licence_url: str = ""
    policies: list[tuple[str, Link]] = field(default_factory=list)
    menu: list[Link] = field(default_factory=list)
    footer: list[Link] = field(default_factory=list)
    social: list[Link] = field(default_factory=list)

    @property
    def own_tagline(self) -> str:
        """Return the tagline where it is in the active language: a title can't mark another."""
        return self.tagline.text if self.tagline.language == get_language() else ""


def outlet(request: HttpRequest) -> OutletView:
    """Return the outlet of the site that a request is for, as of its version; a site without one has just its name."""
    site = site_of(request)

    def read() -> OutletView:
        order = ("sort_order", "pk")  # lines that code made may have no order of their own
        rows = Outlet.objects.prefetch_related(
            Prefetch("menu_entries", MenuEntry.objects.select_related("topic", "country").order_by(*order)),
            Prefetch("footer_entries", FooterEntry.objects.select_related("topic", "country").order_by(*order)),
            "social_addresses",
        )
        row = rows.filter(site=site).first()
        if row is None:
            return OutletView(name_of(None, site))
        row.site = site
        return outlet_view(row, request)

    return shared(request, f"outlet of {site.pk}" if site else "outlet", read)


def outlet_name() -> str:
    """Return the name of the default site's outlet in the active language, for messages."""
    row = Outlet.objects.filter(site__is_default_site=True).first()
    return name_of(row, row.site).text if row else settings.WAGTAIL_SITE_NAME


def outlet_view(row: Outlet, request: HttpRequest) -> OutletView:
    """Return an outlet, stored or from a form, as readers of the active language see it."""
    top, foot = list(row.menu_entries.all()), list(row.footer_entries.all())
    entries = (*top, *foot)
    policies = {"editorial": row.editorial_policy_id, "correction": row.correction_policy_id}
    pages = _pages({entry.page_id for entry in entries} | set(policies.values()), request)
    named = _named(entries)

    def link(entry: Entry) -> Link | None:
        """Return the line, or None where what it leads to doesn't exist in the language."""
        label, page, target = _text(entry, "label"), pages.get(entry.page_id), entry.topic or entry.country
        if entry.page_id:
            return _page_link(page, label) if page else None
        if target is None:
            return Link(label, entry.address)
        if (type(target).__name__, target.pk) not in named:
            return None
        return Link(label or Text(*target.text_and_language("name")), target.get_absolute_url())

    load_renditions(filter(None, (row.logo, row.logo_dark, row.share_picture)))
    accent_dark = row.accent_dark or (readable(row.accent, DARK) if row.accent else "")
    return OutletView(
        name=name_of(row, row.site),
        tagline=_text(row, "tagline"),
        logo=_file(row.logo, LOGO),
        logo_dark=_file(row.logo_dark, LOGO),
        accents=(row.accent[1:], accent_dark[1:]) if row.accent else None,
        share_picture=_file(row.share_picture, SHARING),
        contacts=_text(row, "contacts"),
        imprint=_text(row, "imprint"),
        licence=_text(row, "licence"),
        licence_url=row.licence_url,
        policies=[(kind, _page_link(pages[pk])) for kind, pk in policies.items() if pk in pages],
        menu=_to_all(_nested([(entry.inside, link(entry)) for entry in top])),
        footer=_to_all(_columns([link(entry) for entry in foot])),
        social=[Link(Text(row.name), row.address) for row in row.social_addresses.all()],
    )


def name_of(row: Outlet | None, site: Site | None) -> Text:
    """Return an outlet's name in the active language or the nearest that has one, else its site's, else the setting."""
    own = _text(row, "name") if row else Text()
    return own or Text((site.site_name if site else "") or settings.WAGTAIL_SITE_NAME)


def _text(row: Outlet | Entry, name: str) -> Text:
    return Text(*row.text_and_language(name))


def _file(picture: Picture | None, spec: str) -> File | None:
    found = sizes_of(picture, [spec]) if picture else []
    return File(found[0].url, found[0].width, found[0].height) if found else None


def _pages(chosen: set[int | None], request: HttpRequest) -> dict[int | None, MenuItem]:
    """Return by the key of a chosen page its version in the active language, where every reader may see that."""
    keys = dict(Page.objects.filter(pk__in=chosen - {None}).values_list("pk", "translation_key"))
    known = menu(request)
    found = {item.key: item for item in (*known.sections, *known.information) if item.key}
    if others := set(keys.values()) - found.keys():
        pages = public_pages(get_language() or "").filter(translation_key__in=others, alias_of=None)
        found |= {page.translation_key: menu_item(page, request) for page in pages}
    return {pk: found[key] for pk, key in keys.items() if key in found}


def _named(entries: Iterable[Entry]) -> set[tuple[str, int]]:
    """Return kind and key of those topics and countries that publications of the active language name."""
    public = published(get_language() or "").filter(alias_of__isnull=True).order_by()
    chosen = {Topic: {entry.topic_id for entry in entries}, Country: {entry.country_id for entry in entries}}
    lists = [
        public.filter(**{f"{path}__in": keys - {None}}).values_list(Value(model.__name__), path)
        for model, keys in chosen.items()
        if keys - {None}
        for path in paths_to(model)
    ]
    return set(lists[0].union(*lists[1:])) if lists else set()


def _page_link(item: MenuItem, title: Text | None = None) -> Link:
    return Link(title or Text(item.title), item.url, item.pk, item.path)


def _nested(entries: Iterable[tuple[bool, Link | None]]) -> list[Link]:
    """Put inner lines into the line above them, and leave out headings without lines.

    Where the outer line's page doesn't exist in the language, its inner lines stand by themselves.
    """
    top: list[Link] = []
    has_parent = False
    for inside, link in entries:
        if not inside:
            has_parent = link is not None
        if link is None:
            continue
        if inside and has_parent:
            top[-1].links.append(link)
        else:
            top.append(link)
    return [link for link in top if link.url or link.links]


def _to_all(lines: list[Link]) -> list[Link]:
    """Let a heading above topics lead to the list of all."""
    url = reverse(LISTED[Topic][0])
    return [
        line if line.url or not any(link.url.startswith(url) for link in line.links) else replace(line, url=url)
        for line in lines
    ]


def _columns(links: Iterable[Link | None]) -> list[Link]:
    """Group lines by the heading above them; those above the first heading are a column without one."""
    columns: list[Link] = []
    for link in links:
        if link is None:
            continue
        if not link.url:
            columns.append(link)
            continue
        if not columns:
            columns.append(Link(Text()))
        columns[-1].links.append(link)
    return [column for column in columns if column.links]


class Reader:
    """What the frame of a reader page shows in one request; computed when first asked for."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request
        self.code = get_language() or settings.LANGUAGE_CODE
        self.is_lite, self.saves_data = is_lite(request), saves_data(request)

    @cached_property
    def outlet(self) -> OutletView:
        """Return what the outlet says about itself, or would with the form that is previewed."""
        previewed = getattr(self.request, "previewed_outlet", None)
        return outlet_view(previewed, self.request) if previewed else outlet(self.request)

    @property
    def site_name(self) -> str:
        return self.outlet.name.text

    @property
    def origin(self) -> str:
        """Return scheme and host of this request, for addresses that must be whole."""
        return f"{self.request.scheme}://{self.request.get_host()}"

    @property
    def lists(self) -> list[Link]:
        """Return the links to all topics, all people and, where they are listed, all corrections."""
        wanted = [Link(Text(gettext("Corrections and retractions")), reverse("corrections"))]
        return [*(list_of(model) for model in LISTED), *(wanted if settings.CORRECTIONS_PAGE else ())]

    @property
    def policies(self) -> list[Link]:
        """Return the outlet's policy pages that its footer doesn't list already."""
        footer = [link for column in self.outlet.footer for link in column.links]
        listed = {link.pk for link in footer} if self.outlet.footer else {item.pk for item in self.menu.information}
        return [link for _kind, link in self.outlet.policies if link.pk not in listed]

    @property
    def other_version(self) -> str:
        """Return the address of the light version of this page, or of the full one on the light."""
        address = self.request.get_full_path()
        # Not of what was asked at length: the page would be as long.
        return switched(address if len(address) <= 2_000 else self.request.path, lite=not self.is_lite)

    @cached_property
    def home_url(self) -> str:
        return reverse("wagtail_serve", args=[""])

    @property
    def is_home(self) -> bool:
        return self.request.path == self.home_url

    @cached_property
    def fonts(self) -> dict[str, str]:
        name = {"Cyrl": "cyrillic", "Arab": "persian"}.get(get_language_row(self.code).script, "latin")
        headline = f"cms/fonts/{name}-{700 if name == 'persian' else 600}.woff2"
        return {"text": f"cms/fonts/{name}-400.woff2", "headline": headline}

    @cached_property
    def menu(self) -> Menu:
        return menu(self.request)

    @property
    def navigation(self) -> list[Link]:
        """Return the menu as the newsroom arranged it, else the sections."""
        return self.outlet.menu or [_page_link(item) for item in self.menu.sections]

    @property
    def shows_user_bar(self) -> bool:
        """Tell whether to look for rights to the user bar, which makes an answer vary on cookies: readers have none."""
        return settings.SESSION_COOKIE_NAME in self.request.COOKIES


def reader(request: HttpRequest) -> dict[str, Any]:
    return {"reader": Reader(request)}
