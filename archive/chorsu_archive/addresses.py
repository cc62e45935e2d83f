"""Old addresses of an archive: they lead to the articles here, and so do the links in imported texts.

The host of an old address counts nothing: readers ask for it once its name leads to this site.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import datetime
from html import escape
from itertools import batched
from typing import Any
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect, HttpResponseRedirect
from django.urls import reverse
from django.utils.encoding import escape_uri_path
from django.utils.translation import gettext as _
from django.utils.translation import override
from wagtail.blocks import ChooserBlock, RichTextBlock, StreamValue
from wagtail.contrib.redirects.models import Redirect
from wagtail.documents import get_document_model
from wagtail.models import Page, ReferenceIndex, Revision, Site

from chorsu_archive.models import ImportedItem, ImportRun
from chorsu_archive.pages import touched
from chorsu_archive.signals import links_followed
from chorsu_articles.lists import open_to_all
from chorsu_articles.models import Picture, Publication
from chorsu_editorial.file_usage.files import record
from chorsu_editorial.hashing import content_hash
from chorsu_editorial.lock_order import lock_pages
from chorsu_editorial.markup import tokens
from chorsu_editorial.reading import walk

BATCH = 500
# Pages that are written in one transaction: others wait for it.
AT_ONCE = 20
PAGE, PICTURE, DOCUMENT = ImportedItem.Kind.PAGE, ImportedItem.Kind.PICTURE, ImportedItem.Kind.DOCUMENT
# What WordPress calls a picture that it made smaller: "a-300x200.jpg" is of "a.jpg", or of "a-scaled.jpg".
RESIZED = re.compile(r"-(?:\d{1,5}x\d{1,5}|scaled)\Z")
# A service that hands out pictures of WordPress sites has their hosts in its paths.
PHOTON = re.compile(r"i[0-9]\.wp\.com")
# By these numbers WordPress finds what it has, whatever the path.
NUMBERS = ("p", "page_id", "attachment_id")


def places(address: str) -> tuple[str, ...]:
    """Return path and query of an address as redirects are stored, then the path alone, then a resized picture's.

    At least one; of what is no address, that is "/".
    """
    try:
        parts = urlsplit(address.strip())
    except ValueError:
        return ("/",)
    path = parts.path.lstrip("/")
    if PHOTON.fullmatch(parts.hostname or ""):
        path = path.partition("/")[2]
    # Quoted as Django quotes the path of a request, with which redirects are compared.
    path = Redirect.normalise_path(f"/{escape_uri_path(unquote(path))}")
    whole = Redirect.normalise_path(f"{path}?{parts.query}") if parts.query else path
    head, dot, ending = path.rpartition(".")
    return tuple(dict.fromkeys((whole, path, f"{RESIZED.sub('', head)}{dot}{ending}")))


def add_redirects(run: ImportRun, items: Iterable[ImportedItem]) -> int:
    """Let the old addresses of imported pages lead to them, and return how many are new.

    Only of pages that are live; the others' follow when they are published. What is a live page's own address here, or
    is redirected elsewhere already, stays so, which is noted.
    """
    if run.is_preview:
        return 0
    items = list(items)
    live = set(Page.objects.live().filter(pk__in=[item.page_id for item in items]).values_list("pk", flat=True))
    wanted: dict[str, tuple[ImportedItem, Redirect]] = {}
    for item in items:
        for path in {places(address)[0] for address in item.addresses if item.page_id in live}:
            wanted.setdefault(path, (item, Redirect(old_path=path, redirect_page_id=item.page_id)))
    return len(_create(wanted))


def page_published(page: Page) -> None:
    """Add the redirects of an imported page that just went live."""
    for item in ImportedItem.objects.filter(kind=PAGE, page=page.pk).select_related("run"):
        add_redirects(item.run, [item])


def _create(wanted: Mapping[str, tuple[ImportedItem, Redirect]]) -> list[tuple[ImportedItem, Redirect]]:
    """Create redirects where there are none, and note of their items which addresses are taken by something else."""
    made = []
    for some in batched(wanted.items(), BATCH):
        taken: dict[str, Any] = dict(_live_pages([path for path, _wanted in some]))
        rows = Redirect.objects.filter(old_path__in=dict(some)).values_list(
            "old_path", "redirect_page", "redirect_link"
        )
        taken |= {path: page or link for path, page, link in rows if path not in taken}
        noted = {}
        for path, (item, redirect) in some:
            target = redirect.redirect_page_id or redirect.redirect_link
            text = _("%(address)s leads elsewhere in this newsroom, so it stays so.") % {"address": path}
            if path == "/" or len(path) > 255 or taken.get(path) == target:
                continue
            if path not in taken:
                made.append((item, redirect))
            elif ["broken", text] not in item.notes:
                item.notes.append(["broken", text])
                noted[item.pk] = item
        ImportedItem.objects.bulk_update(noted.values(), ["notes"])
    Redirect.objects.bulk_create([redirect for _item, redirect in made], batch_size=BATCH)
    return made


def _live_pages(paths: Sequence[str]) -> Iterator[tuple[str, int]]:
    """Yield those of these paths that are addresses of live pages here, and the keys of these."""
    found: dict[str, str] = {}
    for root in Site.get_site_root_paths():
        with override(root.language_code):
            prefix = reverse("wagtail_serve", args=("",))
        found |= {
            root.root_path + f"{path}/".removeprefix(prefix): path for path in paths if f"{path}/".startswith(prefix)
        }
    for url_path, pk in Page.objects.live().filter(url_path__in=found).values_list("url_path", "pk"):
        yield found[url_path], pk


def follow_links(run: ImportRun, renew: Callable[[], object] = lambda: None) -> None:
    """Let links in imported texts lead to what they meant, now that it is here, and addresses of files to their pages.

    A text that nobody has touched since is changed in its version and on the live page alike, and counts as untouched
    still. Links to what isn't here stay, and are noted. May be broken off at any moment and called again; ``renew`` is
    called every now and then.
    """
    if run.is_preview:
        return
    links, last = Links(run.identity), 0
    # Which live page shows a file first; None where only drafts do.
    shown: dict[_File, tuple[datetime, int] | None] = {}
    rows = ImportedItem.objects.filter(identity=run.identity, kind=PAGE, page__isnull=False).order_by("pk")
    while items := list(rows.filter(pk__gt=last)[:BATCH]):
        last = items[-1].pk
        names = ("live", "published_on", "main_picture", "body")
        pages = Publication.objects.only(*names).in_bulk([item.page_id for item in items])
        changed: list[ImportedItem] = []
        for item, page in ((item, pages[item.page_id]) for item in items if item.page_id in pages):
            found = links.follow(page.body.raw_data)
            own = (page.published_on, page.pk) if page.live and page.published_on else None
            for file in (*found.files, (PICTURE, page.main_picture_id)):
                shown[file] = min(filter(None, (own, shown.get(file))), default=None)
            texts = {_leads_nowhere(href): is_right for href, is_right in found.leads.items()}
            notes = [note for note in item.notes if note[1] not in texts]
            notes += [["broken", text] for text, is_right in texts.items() if not is_right]
            if notes != item.notes:
                ImportedItem.objects.filter(pk=item.pk).update(notes=notes)
            if found.is_changed:
                changed.append(item)
        for some in batched(changed, AT_ONCE):
            renew()
            _rewrite(some, links)
        renew()
    _redirect_files(run, shown)


def _leads_nowhere(address: str) -> str:
    return _("%(address)s: this link leads nowhere here.") % {"address": address}


_File = tuple[str, int | None]


@dataclass
class Followed:
    """A body's raw data with its links followed, the files that it shows, and which of its old links lead somewhere."""

    raw: list[Any]
    files: set[_File] = field(default_factory=set)
    leads: dict[str, bool] = field(default_factory=dict)
    is_changed: bool = False


class Links:
    """Where the old addresses of an archive lead here."""

    def __init__(self, identity: str) -> None:
        self._pages: dict[str, int] = {}
        self._files: dict[str, _File] = {}
        self._hosts = {_host(identity)}
        rows = ImportedItem.objects.filter(identity=identity, kind__in=(PAGE, PICTURE, DOCUMENT))
        self.add(rows.only("kind", "page", "object_id", "addresses").iterator())

    def add(self, items: Iterable[ImportedItem]) -> None:
        """Take up items that were brought in."""
        for item in items:
            for address in item.addresses:
                first, *others = places(address)
                if item.kind != PAGE and item.object_id:
                    file = item.kind, item.object_id
                    self._files[first] = file
                    self._files |= {place: file for place in others if place not in self._files and place != "/"}
                elif item.kind == PAGE and item.page_id:
                    self._hosts.add(_host(address))
                    self._pages[first] = item.page_id

    def follow(self, blocks: Iterable[Any]) -> Followed:
        """Return the raw data of a body with its links followed, as far as their targets are here."""
        models = {Picture: PICTURE, get_document_model(): DOCUMENT}
        found = Followed(deepcopy(list(blocks)))
        for each in walk(Publication._meta.get_field("body").stream_block, {"body": found.raw}, "body", "body"):
            if isinstance(each.block, ChooserBlock) and (kind := models.get(each.block.target_model)):
                found.files.add((kind, each.value))
            elif isinstance(each.block, RichTextBlock) and "<a " in (each.value or ""):
                html = self._follow_html(each.value, found)
                found.is_changed |= html != each.value
                each.container[each.key] = html
        return found

    def _follow_html(self, html: str, found: Followed) -> str:
        parts: list[str] = []
        done = 0
        for token in tokens(html):
            if token.kind != "begin" or token.name != "a":
                continue
            if token.attributes.get("linktype") == "document":
                found.files.add((DOCUMENT, int(token.attributes["id"])))
            href = token.attributes.get("href", "")
            if not self._is_old(href):
                continue
            tag = self._tag(places(href))
            found.leads[href] = bool(tag)
            if tag:
                parts += html[done : token.start], tag
                done = token.end
        return "".join((*parts, html[done:]))

    def _is_old(self, href: str) -> bool:
        """Tell whether an address is of the old site: its own host's, or a path alone. Its front page stays."""
        host, place = _host(href), places(href)[0]
        if place == "/" or place.startswith(settings.MEDIA_URL):
            return False
        return host in self._hosts if host else href.startswith("/")

    def _tag(self, asked: Sequence[str]) -> str:
        """Return the begin tag of a link to what was at a place, or ""."""
        if page := next((self._pages[place] for place in asked[:2] if place in self._pages and place != "/"), None):
            return f'<a linktype="page" id="{page}">'
        kind, pk = next((self._files[place] for place in asked if place in self._files), ("", None))
        if kind == DOCUMENT:
            return f'<a linktype="document" id="{pk}">'
        picture = Picture.objects.filter(pk=pk).first() if pk else None
        return f'<a href="{escape(picture.file.url)}">' if picture else ""


def _host(address: str) -> str:
    """Return the host of a web address, without "www."; "" where there is none."""
    try:
        parts = urlsplit(address)
        return (parts.hostname or "").removeprefix("www.") if parts.scheme in {"", "http", "https"} else ""
    except ValueError:
        return ""


@transaction.atomic
def _rewrite(items: Sequence[ImportedItem], links: Links) -> None:
    """Write bodies of pages with their links followed, where they still are as they were imported."""
    locked: Any = lock_pages([item.page_id for item in items])
    written = []
    for item in items:
        page: Any = locked[item.page_id].specific
        if touched(item, page):
            continue
        body = page.get_latest_revision_as_object().body
        write_in_place(
            item, page, {"body": StreamValue(body.stream_block, links.follow(body.raw_data).raw, is_lazy=True)}
        )
        written.append(page)
    links_followed.send(sender=ImportRun, pages=written)


def write_in_place(item: ImportedItem, page: Any, values: Mapping[str, Any]) -> None:
    """Write fields of a page that nobody has touched into its version and the live page alike; it counts as untouched.

    Its row has to be locked.
    """
    version = page.get_latest_revision_as_object()
    for name, value in values.items():
        setattr(page, name, value)
        setattr(version, name, value)
    type(page).objects.filter(pk=page.pk).update(**values)
    stored = version.serializable_data()
    for revision in Revision.objects.filter(pk=page.latest_revision_id):
        content = {**revision.content, **{name: stored[name] for name in values}}
        Revision.objects.filter(pk=revision.pk).update(content=content)
        record(revision, version)
    ReferenceIndex.create_or_update_for_object(page)
    ImportedItem.objects.filter(pk=item.pk).update(content_hash=content_hash(version))


def _redirect_files(run: ImportRun, shown: Mapping[_File, tuple[datetime, int] | None]) -> None:
    """Redirect addresses of files to the files, and of their own pages to the article that shows them first.

    Nothing leads to a file that only drafts show.
    """
    models: dict[str, Any] = {PICTURE: Picture, DOCUMENT: get_document_model()}
    rows = ImportedItem.objects.filter(identity=run.identity, kind__in=models, object_id__isnull=False).order_by("pk")
    last = 0
    while items := list(rows.filter(pk__gt=last)[:BATCH]):
        last, wanted = items[-1].pk, dict[str, tuple[ImportedItem, Redirect]]()
        files = {
            kind: model.objects.in_bulk([i.object_id for i in items if i.kind == kind])
            for kind, model in models.items()
        }
        for item in items:
            key = item.kind, item.object_id
            file, first = files[item.kind].get(item.object_id), shown.get(key)
            if file is None or (first is None and key in shown):
                continue
            link = file.file.url if item.kind == PICTURE else file.url
            for number, address in enumerate(item.addresses):
                path = places(address)[0]
                target = {"redirect_page_id": first[1]} if number and first else {"redirect_link": link}
                wanted.setdefault(path, (item, Redirect(old_path=path, **target)))
        # Those to pages go with the pages.
        kept = {"identity": run.identity, "kind": ImportedItem.Kind.REDIRECT, "run": run, "made_by": run}
        made = [redirect for _item, redirect in _create(wanted) if redirect.redirect_link]
        ImportedItem.objects.bulk_create(
            [ImportedItem(key=each.old_path, object_id=each.pk, **kept) for each in made], ignore_conflicts=True
        )


class OldNumberMiddleware:
    """Redirect what WordPress addresses by a number: at "/?p=123" there is a page here, and so no 404."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        numbers = {name: request.GET.get(name, "") for name in NUMBERS if name in request.GET}
        asked = [f"{name}={number}" for name, number in numbers.items() if number.isdecimal()]
        found = _redirect_of(request, asked) if asked and request.method in {"GET", "HEAD"} else None
        return found or self.get_response(request)


def _redirect_of(request: HttpRequest, queries: Sequence[str]) -> HttpResponse | None:
    paths = [Redirect.normalise_path(f"{request.path}?{query}") for query in queries if "\0" not in request.path]
    rows = Redirect.get_for_site(Site.find_for_request(request)).filter(old_path__in=paths)
    found = rows.select_related("redirect_page").order_by("pk").first()
    # The address of a page tells of its headline.
    if not found or (found.redirect_page and not open_to_all(Page.objects.filter(pk=found.redirect_page_id)).exists()):
        return None
    kind = HttpResponsePermanentRedirect if found.is_permanent else HttpResponseRedirect
    return kind(found.link) if found.link else None
