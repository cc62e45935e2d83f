"""The outlet as readers of a language see it: texts and addresses, ready to be kept and shown."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.conf import settings
from django.http import HttpRequest
from django.utils.html import conditional_escape
from wagtail.models import Page, Site
from wagtail.models.sites import SiteRootPath

from chorsu_articles.models import Country, Picture, Topic
from chorsu_articles.renditions import SHARING
from chorsu_articles.selectors import open_to_all
from chorsu_articles.services.renditions import sizes_of
from chorsu_locales.templatetags.chorsu_locales_tags import in_language
from cms.outlet.colours import DARK, readable
from cms.outlet.models import Entry, Outlet
from cms.reader.selectors import named_in

# On screens with two dots for each pixel, a logo of 48 pixels in a masthead needs twice as many.
LOGO = "max-640x128|format-webp-lossless"
PICTURES = ("logo", "logo_dark", "share_picture")


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
    """A picture's file."""

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


@dataclass(frozen=True, slots=True)
class Outlets:
    """The outlets of all sites, by host name and port."""

    by_address: dict[tuple[str, int], OutletView]
    default: OutletView

    def of(self, request: HttpRequest) -> OutletView:
        """Return the outlet of the site that a request is for, found as Wagtail finds sites."""
        host, _colon, port = request.get_host().partition(":")
        found = self.by_address.get((host, int(port or (443 if request.is_secure() else 80))))
        same_host = [view for (name, _port), view in self.by_address.items() if name == host]
        return found or (same_host[0] if len(same_host) == 1 else self.default)


def outlets(code: str, sites: Iterable[Site], roots: list[SiteRootPath]) -> Outlets:
    """Return the outlets of sites as readers of a language see them; a site without one has just its name.

    ``roots``: where the sites begin, which Wagtail would ask for with each page's address.
    """
    views: dict[tuple[str, int], OutletView] = {}
    default = OutletView(name_of(None, None))
    # What lines lead to is read as this language has it.
    found = Outlet.objects.prefetch_related("menu_entries", "footer_entries", "social_addresses", *PICTURES)
    rows = {row.site_id: row for row in found}
    for site in sites:
        if row := rows.get(site.pk):
            row.site = site
            view = outlet_view(row, code, roots=roots)
        else:
            view = OutletView(name_of(None, site))
        views[site.hostname, site.port] = view
        if site.is_default_site:
            default = view
    return Outlets(views, default)


def outlet_name() -> str:
    """Return the name of the default site's outlet in the active language, for messages."""
    row = Outlet.objects.filter(site__is_default_site=True).first()
    return name_of(row, row.site).text if row else settings.WAGTAIL_SITE_NAME


def outlet_view(
    row: Outlet, code: str, request: HttpRequest | None = None, roots: list[SiteRootPath] | None = None
) -> OutletView:
    """Return an outlet, stored or from a form, as readers of the active language ``code`` see it."""
    menu, footer = list(row.menu_entries.all()), list(row.footer_entries.all())
    entries = (*menu, *footer)
    policies = {"editorial": row.editorial_policy_id, "correction": row.correction_policy_id}
    pages = _pages({entry.page_id for entry in entries} | set(policies.values()), code)
    if roots is not None:
        for page in pages.values():
            page._wagtail_cached_site_root_paths = roots  # noqa: SLF001 (as Wagtail does)
    topics = _named(Topic, {entry.topic_id for entry in entries}, code)
    countries = _named(Country, {entry.country_id for entry in entries}, code)

    def link(entry: Entry) -> Link | None:
        return _link(
            entry, pages.get(entry.page_id), topics.get(entry.topic_id) or countries.get(entry.country_id), request
        )

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
        policies=[(key, _page_link(pages[pk], request)) for key, pk in policies.items() if pk in pages],
        menu=_nested([(entry.inside, link(entry)) for entry in menu]),
        footer=_columns([link(entry) for entry in footer]),
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


def _pages(chosen: set[int | None], code: str) -> dict[int | None, Page]:
    """Return those that readers of a language may see of the same pages, by the key of the one that was chosen."""
    keys = dict(Page.objects.filter(pk__in=chosen - {None}).values_list("pk", "translation_key"))
    if not keys:
        return {}
    found = open_to_all(Page.objects.filter(translation_key__in=keys.values(), locale__language_code=code))
    pages = {page.translation_key: page for page in found.filter(alias_of=None).select_related("locale")}
    return {pk: pages[key] for pk, key in keys.items() if key in pages}


def _named[Row: (Topic, Country)](model: type[Row], chosen: set[int | None], code: str) -> dict[int | None, Row]:
    """Return those of the chosen rows that publications of a language name, by their key: others have empty pages."""
    keys = chosen - {None}
    return {row.pk: row for row in named_in(code, model).filter(pk__in=keys)} if keys else {}


def _page_link(page: Page, request: HttpRequest | None, title: Text | None = None) -> Link:
    return Link(title or Text(page.title), page.get_url(request) or "", page.pk, page.path)


def _link(entry: Entry, page: Page | None, row: Topic | Country | None, request: HttpRequest | None) -> Link | None:
    """Return the line, or None where what it leads to doesn't exist in the language."""
    label = _text(entry, "label")
    if entry.page_id:
        return _page_link(page, request, label) if page else None
    if entry.topic_id or entry.country_id:
        return Link(label or Text(*row.text_and_language("name")), row.get_absolute_url()) if row else None
    return Link(label, entry.address)


def _nested(entries: Iterable[tuple[bool, Link | None]]) -> list[Link]:
    """Put lines into those that they stand inside; a heading without any is left out.

    Where a page doesn't exist in the language, what stood inside it stands by itself.
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


def _columns(links: Iterable[Link | None]) -> list[Link]:
    """Put lines under the heading that stands above them; those above the first are a column without one."""
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
