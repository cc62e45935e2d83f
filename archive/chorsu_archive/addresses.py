"""Old addresses of an archive: they lead to the articles here, and so do the links in imported texts.

The host of an old address counts nothing: readers ask for it once its name leads to this site.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from copy import deepcopy
from html import escape
from itertools import batched
from typing import Any

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_noop as _
from wagtail.blocks import RichTextBlock, StreamValue
from wagtail.contrib.redirects.middleware import get_redirect
from wagtail.contrib.redirects.models import Redirect
from wagtail.documents import get_document_model
from wagtail.models import Page

from chorsu_archive.items import Note
from chorsu_archive.mapping import texts_of
from chorsu_archive.models import ImportedItem, ImportRun
from chorsu_archive.pages import is_shown, lock_untouched, refer, write_in_place
from chorsu_archive.places import RESIZED, ByAddress, host_of, places
from chorsu_archive.signals import links_followed
from chorsu_articles.lists import open_to_all
from chorsu_articles.models import Picture, Publication
from chorsu_editorial.file_usage.files import FileUse
from chorsu_editorial.markup import tokens
from chorsu_editorial.reading import walk

LEADS_ELSEWHERE = _("%(address)s leads elsewhere in this newsroom, so it stays so.")
LEADS_NOWHERE = _("%(address)s: this link leads nowhere here.")
# Pages that are written in one transaction: others wait for it.
BATCH = 50
PAGE, PICTURE, DOCUMENT = ImportedItem.Kind.PAGE, ImportedItem.Kind.PICTURE, ImportedItem.Kind.DOCUMENT
# By these numbers WordPress finds what it has, whatever the path.
NUMBERS = ("p", "page_id", "attachment_id")


def add_redirects(items: Collection[ImportedItem]) -> int:
    """Let the old addresses of imported pages lead to them, and return how many are new.

    Only of pages that are live; the others' follow when they are published. What is a live page's own address here, or
    is redirected elsewhere already, stays so, which is noted.
    """
    live = set(Page.objects.live().filter(pk__in=[item.page_id for item in items]).values_list("pk", flat=True))
    return len(_create([(item, key) for item in items if (key := item.page_id) and key in live]))


def _create(targets: Sequence[tuple[ImportedItem, int | str]]) -> list[Redirect]:
    """Let addresses of items lead to a page's key or a link, where nothing is yet; note which are taken."""
    wanted = [(item, target, places(address)[0]) for item, target in targets for address in item.addresses]
    redirects = Redirect.objects.filter(old_path__in={path for *_, path in wanted})
    pages = Page.objects.live().filter(slug__in={path.rpartition("/")[2] for *_, path in wanted})
    taken: dict[str, int | str] = {each.old_path: each.redirect_page_id or each.redirect_link for each in redirects}
    taken |= {Redirect.normalise_path(page.url or ""): page.pk for page in pages}
    made, noted = list[Redirect](), set[ImportedItem]()
    for item, target, path in wanted:
        note = Note("broken", LEADS_ELSEWHERE, {"address": path}).stored()
        if path == "/" or len(path) > 255:
            continue
        if path not in taken:
            taken[path] = target
            to: dict[str, Any] = {"redirect_page_id": target} if isinstance(target, int) else {"redirect_link": target}
            made.append(Redirect(old_path=path, **to))
        elif taken[path] != target and note not in item.notes:
            item.notes.append(note)
            noted.add(item)
    ImportedItem.objects.bulk_update(noted, ["notes"])
    Redirect.objects.bulk_create(made)
    return made


class Links:
    """Where the old addresses of an archive lead here."""

    def __init__(self, identity: str) -> None:
        # Kinds with the keys of pages and files.
        self._targets = ByAddress[tuple[str, int | None]]()
        self._hosts = {host_of(identity)}
        rows = ImportedItem.objects.filter(identity=identity, kind__in=(PAGE, PICTURE, DOCUMENT))
        self.add(rows.only("kind", "page", "object_id", "addresses").iterator())

    def add(self, items: Iterable[ImportedItem]) -> None:
        """Take up items that were brought in."""
        for item in items:
            key = item.page_id if item.kind == PAGE else item.object_id
            for address in item.addresses if key else ():
                self._targets.add(address, (item.kind, key))
            self._hosts |= {host_of(address) for address in item.addresses if item.kind == PAGE}

    def follow(self, blocks: Iterable[Any]) -> tuple[list[Any], dict[str, bool]]:
        """Return a body with its links followed; of each link to the old site, whether it leads somewhere now."""
        raw, leads = deepcopy(list(blocks)), dict[str, bool]()
        for each in walk(Publication._meta.get_field("body").stream_block, {"body": raw}, "body", "body"):
            if isinstance(each.block, RichTextBlock) and "<a " in (each.value or ""):
                each.container[each.key] = self._follow_html(each.value, leads)
        return raw, leads

    def _follow_html(self, html: str, leads: dict[str, bool]) -> str:
        parts: list[str] = []
        done = 0
        for token in tokens(html):
            href = token.attributes.get("href") if token.name == "a" else None
            if href and (tag := self._tag(href)) is not None:
                leads[href] = bool(tag)
                parts += html[done : token.start], tag or html[token.start : token.end]
                done = token.end
        return "".join((*parts, html[done:]))

    def _tag(self, href: str) -> str | None:
        """Return the begin tag of a link to what was at an old address, "" where that isn't here.

        None for what is no old address: one of another host, or the front page. A path alone is the old site's.
        """
        host, place = host_of(href), places(href)[0]
        is_old = host in self._hosts if host else href.startswith("/")
        if not is_old or place == "/" or place.startswith(settings.MEDIA_URL):
            return None
        kind, key = self._targets.find(href) or ("", None)
        if kind in {PAGE, DOCUMENT}:
            return f'<a linktype="{kind}" id="{key}">'
        picture = Picture.objects.filter(pk=key).first()
        return f'<a href="{escape(picture.file.url)}">' if picture else ""


def lost_places(leads: Mapping[str, bool]) -> Iterator[Note]:
    """Yield a note on each link that was followed and named a place, such as a heading: it leads to the beginning."""
    for href, is_right in leads.items():
        if is_right and href.partition("#")[2]:
            yield Note("dropped", _("A link leads to the beginning now, not to its place:"), words=href[:1000])


def follow_links(run: ImportRun) -> None:
    """Let links in imported texts lead to what they meant, now that it is here, and addresses of files to the files.

    A text that nobody has touched since is changed in its version and on the live page alike, and counts as untouched
    still. Links to what isn't here stay, and are noted. May be broken off at any moment and called again.
    """
    links, rows = Links(run.identity), ImportedItem.objects.filter(identity=run.identity)
    pages = rows.filter(kind=PAGE, page__isnull=False)
    for keys in batched(pages.values_list("pk", flat=True), BATCH):
        _follow_links_of(ImportedItem.objects.filter(pk__in=keys), links)
    for kind, model in ((PICTURE, Picture), (DOCUMENT, get_document_model())):
        files = rows.filter(kind=kind, object_id__isnull=False)
        for keys in batched(files.values_list("pk", flat=True), BATCH):
            _redirect_files(run, ImportedItem.objects.filter(pk__in=keys), model)


@transaction.atomic
def _follow_links_of(items: QuerySet[ImportedItem], links: Links) -> None:
    """Follow the links of pages that still are as they were imported, and note those that lead nowhere."""
    bodies = Publication.objects.only("body").in_bulk([item.page_id for item in items])
    changed, noted = dict[int | None, ImportedItem](), set[ImportedItem]()
    for item in (each for each in items if each.page_id in bodies):
        body = bodies[item.page_id].body.raw_data
        raw, leads = links.follow(body)
        about = {href: Note("broken", LEADS_NOWHERE, {"address": href}) for href in leads}
        sentences = set(map(str, about.values()))
        notes = [note for note in item.notes if str(Note(*note)) not in sentences]
        notes += [about[href].stored() for href, is_right in leads.items() if not is_right]
        if notes != item.notes:
            item.notes = notes
            noted.add(item)
        if raw != list(body):
            changed[item.page_id] = item
    pages = lock_untouched(changed)
    for page in pages:
        field = page._meta.get_field("body")
        raw, leads = links.follow(field.to_python(page.latest_revision.content["body"]).raw_data)
        write_in_place(page, {"body": StreamValue(field.stream_block, raw, is_lazy=True)})
        item = changed[page.pk]
        item.notes += [note.stored() for note in lost_places(leads)]
        noted.add(item)
    refer([page for page in pages if is_shown(page)])
    ImportedItem.objects.bulk_update(noted, ["notes"])
    if pages:
        links_followed.send(sender=ImportRun, pages=pages)


@transaction.atomic
def _redirect_files(run: ImportRun, items: Collection[ImportedItem], model: Any) -> None:
    """Redirect the addresses of files, and of their own pages, to those files that readers see in an article."""
    kind, live = ContentType.objects.get_for_model(model), open_to_all(Page.objects.all()).values("live_revision")
    uses = FileUse.objects.filter(file_type=kind, file_id__in=[str(item.object_id) for item in items])
    files = model.objects.filter(pk__in={int(use.file_id) for use in uses.filter(revision__in=live)})
    links = {file.pk: file.file.url if model is Picture else file.url for file in files}
    made = _create([(item, links[item.object_id]) for item in items if item.object_id in links])
    facts = {"identity": run.identity, "kind": ImportedItem.Kind.REDIRECT, "run": run, "made_by": run}
    rows = [ImportedItem(key=each.old_path, object_id=each.pk, content_hash=texts_of(each), **facts) for each in made]
    ImportedItem.objects.bulk_create(rows, ignore_conflicts=True)


class OldAddressMiddleware:
    """Let the middleware around this one, which answers a 404 with a redirect, find old addresses that it doesn't know.

    By a number WordPress finds what it has at an address where there is a page here: "/?p=123". Of a picture redirects
    know the original's address alone.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        for name in NUMBERS if request.method in {"GET", "HEAD"} else ():
            number = request.GET.get(name, "")
            query = f"{name}={number}"
            if number.isdecimal() and get_redirect(request, places(f"{request.path}?{query}")[0]):
                # Without what a campaign added, of which the redirect doesn't know.
                request.META["QUERY_STRING"] = query
                raise Http404
        response = self.get_response(request)
        if response.status_code == 404 and RESIZED.search(request.path.rpartition(".")[0]):
            request.path = places(request.path)[-1]
        return response
