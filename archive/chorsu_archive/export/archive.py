"""Write everything that a newsroom owns into a folder: docs/export.md says what, and what not."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from functools import lru_cache
from hashlib import sha256
from itertools import batched, chain
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import prefetch_related_objects
from django.utils import timezone
from modelcluster.models import get_serializable_data_for_fields
from wagtail.contrib.redirects.models import Redirect
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.models import Page, Site

from chorsu_archive import supplements
from chorsu_archive.export.article import as_ninjs
from chorsu_archive.export.content import OF_FILES, Mapper, is_closed, key_field, vocabularies
from chorsu_archive.items import MEDIUM, ArchiveError
from chorsu_articles.lists import not_private, shown_relations
from chorsu_articles.models import Publication
from chorsu_articles.models.publications import NewsroomPage
from chorsu_editorial.reading import child_relations, child_rows

MANIFEST, FORMAT, VERSION = "manifest.json", "chorsu-newsroom", 1
BATCH = 100
# In bytes: a longer text that a translation was made from would make its article too long to be read back.
LARGEST_UNITS = 1_000_000
DATES = ("first_published_at", "last_published_at", "go_live_at", "expire_at")


def write_archive(folder: Path) -> Counter[str]:
    """Write the export into a new folder and return how much of what is in it. Raises ``ArchiveError``.

    The manifest is written last: a folder without it isn't whole, and can't be read back.
    """
    try:
        # It has drafts, so nobody else reads it.
        folder.mkdir(0o700, parents=True)
    except FileExistsError as error:
        raise ArchiveError(f"{folder} is there already: nothing was written.") from error
    return _Export(folder).write()


class _Export(Mapper):
    """Maps primary keys to keys that mean the same in every newsroom."""

    def __init__(self, root: Path) -> None:
        self.root, self.counts = root, Counter[str]()
        self.sums: dict[str, str] = {}
        # No private ones, and no aliases, which say what another page says.
        self.pages: Any = not_private(Page.objects.filter(alias_of=None, depth__gt=1))
        # Old addresses by where they lead, of those that lead to no page.
        self.former: dict[str, list[str]] = defaultdict(list)
        for path, link in Redirect.objects.exclude(redirect_link="").values_list("old_path", "redirect_link"):
            self.former[link].append(path)
        self.refer = lru_cache(20_000)(self._key)  # type: ignore[method-assign]

    def write(self) -> Counter[str]:
        published = models.F("first_published_at").asc(nulls_last=True)
        articles = self.pages.type(Publication).order_by(published, "translation_key", "locale__language_code")
        structure = self.pages.type(NewsroomPage).not_type(Publication).order_by("path")
        for row in self._pages(articles):
            group, language = row["chorsu"]["key"].split("/")
            name = f"articles/{language}/{row['chorsu']['content']['slug'][:80]}-{group}.json"
            self._file(name, [_line(row)])
            self.counts["articles"] += 1
        self._list("structure", self._pages(structure))
        for model in vocabularies():
            rows: Any = models.QuerySet(model).order_by(key_field(model))
            self._list(model._meta.label_lower, map(self._row, rows.iterator(BATCH)))
        self._list("pictures", self._media(get_image_model()))
        self._list("documents", self._media(get_document_model()))
        self._list("redirects", self._redirects())
        for supplement in supplements.registered():
            self._list(supplement.label, map(self._row, supplement.rows.iterator(BATCH)))
        site = Site.objects.order_by("-is_default_site", "pk").first()
        manifest = {
            "format": FORMAT,
            "version": VERSION,
            "site": site.root_url if site else "",
            "date": timezone.now(),
            "counts": self.counts,
            "files": self.sums,
        }
        (self.root / MANIFEST).write_text(json.dumps(manifest, indent=1, default=_text))
        return self.counts

    def _key(self, model: type[models.Model], value: Any) -> str | None:
        """Return the key of a row; None for one that isn't exported or not there."""
        try:
            rows: Any = models.QuerySet(model).filter(pk=value)
        except (TypeError, ValueError, ValidationError):  # a rich text may name anything
            return None
        if issubclass(model, Page):
            names = self.pages.filter(pk__in=rows).values_list("translation_key", "locale__language_code")
            return next(("{}/{}".format(*each) for each in names), None)
        if model in {get_image_model(), get_document_model()}:
            row = rows.first()
            return f"{MEDIUM}{row.file.name}" if row and not is_closed(row) else None
        field = key_field(model)
        return (rows.values_list(field, flat=True).first() or None) if field else None

    def _pages(self, pages: Any) -> Iterator[dict[str, Any]]:
        """Yield what pages say: the live version, or else the latest one; of articles in ninjs too."""
        # Nothing stays open while a page is written out: SQLite lets nobody write who reads since before another wrote.
        keys = list(pages.values_list("pk", flat=True))
        batches = (_with_relations(pages.specific().filter(pk__in=some)) for some in batched(keys, BATCH))
        for page, parent in chain.from_iterable(batches):
            version = page if page.live or not page.latest_revision_id else page.get_latest_revision_as_object()
            own = {
                "key": f"{page.translation_key}/{page.locale.language_code}",
                "model": page._meta.label,
                "status": "live" if page.live else "scheduled" if page.approved_schedule else "draft",
                "parent": self.refer(Page, parent.pk),
                "section": parent.slug,
                "dates": {name: getattr(version, name) for name in DATES},
                "content": self.mapped(type(page), version.serializable_data()),
            }
            if isinstance(page, Publication):
                seen = {"versionCreated": page.last_published_at} if page.live else {}
                yield {**as_ninjs(version), **seen, "chorsu": {**own, **self._of_article(page)}}
            else:
                yield own

    def _of_article(self, page: Publication) -> dict[str, Any]:
        translated = supplements.translations().read(page)
        former = Redirect.objects.filter(redirect_page=page).select_related("site")
        addresses = {page.full_url, *(link for each in former for link in each.old_links())} - {None}
        return {
            "translated_from": self.refer(Page, translated.source.pk) if translated else None,
            "translation": self._translation(translated) if translated else None,
            "addresses": sorted(addresses) if page.first_published_at else [],
        }

    def _translation(self, translated: supplements.Translated) -> dict[str, Any]:
        facts: dict[str, Any] = {"adapted": translated.adapted, "reading": translated.reading, "units": None}
        if translated.units is not None:
            units = [[path, index, self.rich_text(html)] for path, index, html in translated.units]
            is_short = len(_line(units)) <= LARGEST_UNITS
            facts["units"] = units if is_short else "too long"
            if not is_short:
                self.counts["translations whose former source is too long"] += 1
        return facts

    def _row(self, row: Any, left_out: frozenset[str] = frozenset()) -> dict[str, Any]:
        fields = [field for field in row._meta.concrete_fields if field.name not in left_out]
        data = {field.name: getattr(row, field.attname) for field in fields}
        for name in child_relations(type(row)):
            data[name] = list(map(get_serializable_data_for_fields, child_rows(row, name)))
        return self.mapped(type(row), data)

    def _media(self, model: Any) -> Iterator[dict[str, Any]]:
        """Write the files of a library, and yield what it says of them."""
        for row in model.objects.order_by("pk").iterator(BATCH):
            key = self.refer(model, row.pk)
            if key is None:
                continue
            try:
                with row.file.open() as file:
                    self._file(f"media/{row.file.name}", file.chunks())
            except FileNotFoundError:
                self.counts["missing files"] += 1
            else:
                # In another newsroom the file has another address.
                addresses = sorted(self.former.pop(row.file.url if model is get_image_model() else row.url, ()))
                facts = {"key": key, "tags": sorted(row.tags.names()), "addresses": addresses}
                yield {**facts, **self._row(row, OF_FILES)}

    def _redirects(self) -> Iterator[dict[str, Any]]:
        """Yield the redirects that aren't among the addresses of articles and files."""
        rows = Redirect.objects.exclude(redirect_page__in=Publication.objects.values("pk"))
        for row in rows.order_by("old_path", "pk").iterator(BATCH):
            page = self.refer(Page, row.redirect_page_id)
            if page or row.redirect_link in self.former:
                to = {"page": page, "address": row.redirect_link}
                yield {"from": row.old_path, "is_permanent": row.is_permanent, **to}

    def _list(self, name: str, rows: Iterable[dict[str, Any]]) -> None:
        """Write a list as JSON Lines."""

        def lines() -> Iterator[bytes]:
            for row in rows:
                self.counts[name] += 1
                yield _line(row)

        self._file(f"{name}.jsonl", lines())

    def _file(self, name: str, chunks: Iterable[bytes]) -> None:
        digest, path = sha256(), self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            for chunk in chunks:
                file.write(chunk)
                digest.update(chunk)
        self.sums[name] = digest.hexdigest()


def _with_relations(pages: Iterable[Any]) -> list[tuple[Any, Page]]:
    """Return pages with those above them; what articles show is loaded by a query for each relation."""
    batch = list(pages)
    prefetch_related_objects(batch, "locale")
    by_model: dict[type[Publication], list[Publication]] = defaultdict(list)
    for page in batch:
        if isinstance(page, Publication):
            by_model[type(page)].append(page)
    for model, articles in by_model.items():
        prefetch_related_objects(articles, "main_picture", *shown_relations(model))
    paths = {page.path[: -page.steplen] for page in batch}
    parents = {page.path: page for page in Page.objects.filter(path__in=paths)}
    return [(page, parents[page.path[: -page.steplen]]) for page in batch]


def _line(data: Any) -> bytes:
    return json.dumps(data, ensure_ascii=False, sort_keys=True, default=_text).encode(errors="replace") + b"\n"


def _text(value: Any) -> str:
    # Django's own encoder cuts microseconds off.
    return str(value.isoformat()) if hasattr(value, "isoformat") else str(value)
