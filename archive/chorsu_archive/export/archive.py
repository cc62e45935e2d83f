"""Write everything that a newsroom owns into a folder: docs/export.md says what, and what not."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from functools import lru_cache
from hashlib import sha256
from itertools import batched
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from wagtail.contrib.redirects.models import Redirect
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.models import Page, Site, get_page_models

from chorsu_archive import signals
from chorsu_archive.export.article import as_ninjs
from chorsu_archive.export.content import OF_FILES, key_field, mapped, table_of, vocabularies
from chorsu_archive.items import MEDIUM, ArchiveError
from chorsu_archive.models import ImportedItem
from chorsu_articles.columns import translated_columns
from chorsu_articles.lists import not_private
from chorsu_articles.models import Publication
from chorsu_articles.models.publications import NewsroomPage

MANIFEST, SUMS, VERSION = "manifest.json", "files.sha256", 1
# How the manifest begins, of whatever version.
MARK = b'{\n "format": "chorsu-newsroom",'
BATCH = 100
DATES = ("first_published_at", "last_published_at", "go_live_at", "expire_at")


def write_archive(folder: Path, *, since: date | None = None, languages: Iterable[str] = ()) -> Counter[str]:
    """Write the export and return how much of what is in it. Raises ``ArchiveError``.

    ``since`` and ``languages`` choose articles, and leave out the pictures and documents that these don't need. An
    earlier export in the folder is replaced once the new one is complete.
    """
    with _replacing(folder) as root:
        return _Export(root, since, list(languages)).write()


def is_export(folder: Path) -> bool:
    manifest = folder / MANIFEST
    if manifest.is_symlink() or not manifest.is_file():
        return False
    with manifest.open("rb") as file:
        return file.read(len(MARK)) == MARK


@contextmanager
def _replacing(folder: Path) -> Iterator[Path]:
    """Give a new folder that takes the place of this one if nothing is raised."""
    folder = folder.absolute()
    is_free = not folder.exists() or (folder.is_dir() and (is_export(folder) or not any(folder.iterdir())))
    if folder.is_symlink() or not is_free:
        raise ArchiveError(f"{folder} is there and is no export: nothing was written.")
    folder.parent.mkdir(parents=True, exist_ok=True)
    # It has drafts, so nobody else reads it.
    scratch = Path(mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    new, former = scratch / "new", scratch / "former"
    try:
        new.mkdir(0o700)
        yield new
        if folder.exists():
            folder.rename(former)
        try:
            new.rename(folder)
        except OSError:
            former.rename(folder)
            raise
    finally:
        shutil.rmtree(scratch)


class _Export:
    def __init__(self, root: Path, since: date | None, languages: list[str]) -> None:
        self.root, self.since, self.languages = root, since, languages
        self.counts: Counter[str] = Counter()
        self.files = {get_image_model(): "pictures", get_document_model(): "documents"}
        self.used: set[str] = set()
        self.key = lru_cache(20_000)(self._key)

    def write(self) -> Counter[str]:
        with (self.root / SUMS).open("w", encoding="utf-8", newline="\n") as self.sums:
            for row in self._pages(self._articles()):
                group, language = row["chorsu"]["key"].split("/")
                name = f"articles/{language}/{row['chorsu']['content']['slug'][:80]}-{group}.json"
                self._file(name, [_json(row), b"\n"])
                self.counts["articles"] += 1
            self._table("structure", self._pages(self._structure()))
            for model in vocabularies():
                rows: models.QuerySet[Any] = models.QuerySet(model).order_by(key_field(model) or "pk")
                self._table(table_of(model), map(self._row, rows.iterator(BATCH)))
            for model, name in self.files.items():
                self._table(name, self._media(model))
            self._table("redirects", self._redirects())
        site = Site.objects.order_by("-is_default_site", "pk").first()
        manifest = {
            "format": "chorsu-newsroom",
            "version": VERSION,
            "site": site.root_url if site else "",
            "date": timezone.now(),
            "since": self.since,
            "languages": self.languages,
            "counts": self.counts,
            SUMS: sha256((self.root / SUMS).read_bytes()).hexdigest(),
        }
        (self.root / MANIFEST).write_text(json.dumps(manifest, indent=1, default=_text))
        return self.counts

    def _articles(self) -> list[int]:
        """Return keys of publications in the order of their first publication, drafts last."""
        found = exported_pages().type(Publication)
        if self.languages:
            found = found.filter(locale__language_code__in=self.languages)
        if self.since:
            found = found.filter(latest_revision_created_at__date__gte=self.since)
        published = models.F("first_published_at").asc(nulls_last=True)
        return list(found.order_by(published, "translation_key", "locale__language_code").values_list("pk", flat=True))

    def _structure(self) -> list[int]:
        kinds = [each for each in get_page_models() if issubclass(each, NewsroomPage)]
        others = tuple(each for each in kinds if not issubclass(each, Publication))
        return list(exported_pages().type(*others).order_by("path").values_list("pk", flat=True))

    def _pages(self, keys: Iterable[int]) -> Iterator[dict[str, Any]]:
        for batch in batched(keys, BATCH):
            found = {page.pk: page for page in Page.objects.filter(pk__in=batch).specific()}
            yield from (self._page(found[key]) for key in batch if key in found)

    def _page(self, page: Any) -> dict[str, Any]:
        """Return what a page says: its live version, or else its latest one."""
        version = page if page.live or not page.latest_revision_id else page.get_latest_revision_as_object()
        own = {
            "key": self.key(Page, page.pk),
            "model": page._meta.label,
            "status": "live" if page.live else "scheduled" if page.approved_schedule else "draft",
            "parent": self.key(Page, page.get_parent().pk),
            "dates": {name: getattr(version, name) for name in DATES},
            "content": mapped(type(page), version.serializable_data(), self.refer),
        }
        if not isinstance(page, Publication):
            return own
        answers = signals.translation_source.send(sender=type(page), page=page)
        source: Any = next((found for _receiver, found in answers if found), None)
        own["translated_from"] = self.key(Page, source.pk) if source else None
        former = Redirect.objects.filter(redirect_page=page, redirect_page_route_path="").select_related("site")
        addresses = {page.full_url, *(link for each in former for link in each.old_links())} - {None}
        own["addresses"] = sorted(addresses) if page.first_published_at else []
        seen = {"pubStatus": "usable", "versionCreated": page.last_published_at} if page.live else {}
        return {**as_ninjs(version), **seen, "chorsu": own}

    def _row(self, row: Any, left_out: frozenset[str] = frozenset()) -> dict[str, Any]:
        # A translated name without its language is that of the active one.
        left_out |= {name for name, _code in translated_columns(type(row)).values()}
        fields = [field for field in row._meta.concrete_fields if field.name not in left_out]
        return mapped(type(row), {field.name: getattr(row, field.attname) for field in fields}, self.refer)

    def _media(self, model: Any) -> Iterator[dict[str, Any]]:
        """Write the files of a library that are in the export, and yield what it says of them."""
        keys = {self.key(model, pk) or "": pk for pk in model.objects.values_list("pk", flat=True).iterator()}
        is_whole = not (self.since or self.languages)
        for key, pk in sorted(pair for pair in keys.items() if pair[0] and (is_whole or pair[0] in self.used)):
            row, name = model.objects.get(pk=pk), f"media/{key.removeprefix(MEDIUM)}"
            try:
                with row.file.open() as file:
                    self._file(name, file.chunks())
            except FileNotFoundError:
                self.counts["missing files"] += 1
            else:
                yield {"key": key, "tags": sorted(row.tags.names()), **self._row(row, OF_FILES)}

    def _redirects(self) -> Iterator[dict[str, Any]]:
        """Yield the redirects that aren't among the addresses of articles."""
        articles = Publication.objects.values("pk")
        rows = Redirect.objects.exclude(redirect_page__in=articles, redirect_page_route_path="")
        for row in rows.select_related("site").order_by("old_path", "pk").iterator(BATCH):
            page = self.key(Page, row.redirect_page_id) if row.redirect_page_id else None
            if page or row.redirect_link:
                to = {"page": page, "route": row.redirect_page_route_path, "address": row.redirect_link}
                yield {"from": sorted(row.old_links()), "is_permanent": row.is_permanent, **to}

    def refer(self, model: type[models.Model], value: Any) -> str | None:
        key = self.key(model, value)
        if key and model in self.files:
            self.used.add(key)
        return key

    def _key(self, model: type[models.Model], value: Any) -> str | None:
        """Return the key of a row; None for one that isn't exported or not there."""
        try:
            rows: models.QuerySet[Any] = models.QuerySet(model).filter(pk=value)
        except (TypeError, ValueError, ValidationError):
            return None
        if issubclass(model, Page):
            names = exported_pages().filter(pk__in=rows).values_list("translation_key", "locale__language_code")
            return next(("{}/{}".format(*each) for each in names), None)
        if kind := self.files.get(model):
            row: Any = rows.first()
            is_restricted = row and kind == "documents" and row.collection.get_view_restrictions().exists()
            # What came from an export keeps the name that it had there.
            came = ImportedItem.objects.filter(kind=kind[:-1], object_id=value, run__format="newsroom").order_by("pk")
            name = came.values_list("key", flat=True).first() or (row and row.file.name)
            return f"{MEDIUM}{name}" if row and not is_restricted else None
        field = key_field(model)
        return (rows.values_list(field, flat=True).first() or None) if field else None

    def _table(self, name: str, rows: Iterable[dict[str, Any]]) -> None:
        """Write a list, an object on each line, so that it can be read line by line too."""

        def lines() -> Iterator[bytes]:
            yield b"["
            for number, row in enumerate(rows):
                yield (b",\n" if number else b"\n") + _json(row)
                self.counts[name] += 1
            yield b"\n]\n"

        self._file(f"{name}.json", lines())

    def _file(self, name: str, chunks: Iterable[bytes]) -> None:
        digest, path = sha256(), self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("xb") as file:
            for chunk in chunks:
                file.write(chunk)
                digest.update(chunk)
        self.sums.write(f"{digest.hexdigest()}  {name}\n")


def exported_pages() -> Any:
    """Return the pages that an export may name: no private ones, and no aliases, which say what another page says."""
    return not_private(Page.objects.filter(alias_of=None, depth__gt=1))


def _json(data: Any) -> bytes:
    return json.dumps(data, ensure_ascii=False, sort_keys=True, default=_text).encode(errors="replace")


def _text(value: Any) -> str:
    # Django's own encoder cuts microseconds off.
    return str(value.isoformat()) if hasattr(value, "isoformat") else str(value)
