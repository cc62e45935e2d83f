"""Read back what ``export_archive`` wrote. It may be anybody's: nothing in it is trusted.

Beside what every archive does, this one writes the vocabularies, sections and redirects that a newsroom lacks
(``prepare``), makes whole pages (``page_of``), and lets them name one another once all are there (``join``).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from functools import cached_property
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from modelcluster.models import model_from_serializable_data
from wagtail.contrib.redirects.models import Redirect
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Locale, Page
from wagtail.whitelist import check_url

from chorsu_archive.addresses import write_in_place
from chorsu_archive.export.archive import BATCH, DATES, MANIFEST, MARK, SUMS, VERSION, is_export
from chorsu_archive.export.content import key_field, mapped, table_of, vocabularies
from chorsu_archive.items import MEDIUM, ArchiveError, Contributor, Item, Medium, Note, Options, Term
from chorsu_archive.mapping import texts_of
from chorsu_archive.models import ImportedItem, ImportRun
from chorsu_archive.pages import touched
from chorsu_archive.sources import Files, moment
from chorsu_articles.models import AnalysisPage, HomePage, Person, Picture, Publication, SectionPage, Topic
from chorsu_articles.models.publications import NewsroomPage
from chorsu_editorial.lock_order import lock_pages
from chorsu_editorial.reading import child_relations, model_field

# In bytes: of an article, and of a list or a medium.
LONGEST, LONGEST_LIST = 20_000_000, 200_000_000
_SUM = re.compile(r"([0-9a-f]{64})  (\S.*)")
_PAGE_KEY = re.compile(r"([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/([A-Za-z-]{2,20})")
# What data of another shape than ours lead to.
_MISSHAPEN = (AttributeError, IndexError, KeyError, RecursionError, TypeError, ValueError)


class Newsroom:
    name = "newsroom"
    label = gettext_lazy("Export of a newsroom")

    def recognises(self, path: Path) -> bool:
        try:
            return is_export(path) if path.is_dir() else Files(path).head(MANIFEST, len(MARK)) == MARK
        except ArchiveError:
            return False

    def open(self, path: Path, options: Options) -> NewsroomArchive:  # noqa: ARG002 (it says all by itself)
        return NewsroomArchive(path)


class NewsroomArchive:
    def __init__(self, path: Path) -> None:
        self._files = Files(path)
        self._names = frozenset(self._files.names)
        manifest = self._parsed(MANIFEST, self._bytes(MANIFEST, None, LONGEST))
        if manifest.get("version") != VERSION:
            raise ArchiveError(_("The export is of a version that this newsroom doesn't know."))
        self._lines = self._bytes(SUMS, manifest.get(SUMS, ""), LONGEST_LIST).decode(errors="replace").splitlines()
        self._joined = 0
        self.identity = str(manifest.get("site"))[:255]

    def contributors(self) -> Iterator[Contributor]:
        for row in self._rows("people"):
            yield Contributor(str(row.get("slug")), _first(row, "name_"), _first(row, "about_"))

    def terms(self) -> Iterator[Term]:
        for row in self._rows("topics"):
            yield Term("topic", str(row.get("slug")), _first(row, "name_"))

    def media(self) -> Iterator[Medium]:
        for row in (row for table in ("pictures", "documents") for row in self._rows(table)):
            name = str(row.get("key")).removeprefix(MEDIUM)
            yield Medium(name, name, str(row.get("title")), credit=str(row.get("credit") or ""), data=row)

    def read(self, medium: Medium) -> BinaryIO | None:
        name = f"media/{medium.key}"
        digest = self._media_sums.get(name)
        return BytesIO(self._bytes(name, digest, LONGEST_LIST)) if digest else None

    def items(self) -> Iterator[Item]:
        for name, digest in self._sums("articles/"):
            data = self._parsed(name, self._bytes(name, digest, LONGEST))
            try:
                yield _item(data)
            except _MISSHAPEN as error:
                raise ArchiveError(_("%s isn't an article of an export.") % name) from error

    @transaction.atomic
    def prepare(self, run: ImportRun, library: Any) -> None:
        """Write the rows of vocabularies, the sections and the redirects that aren't here; those that are stay so."""
        try:
            for model in vocabularies():
                for row in self._rows(table_of(model)):
                    self._add_row(model, row, run, library)
            for row in self._rows("structure"):
                self._add_structure(row, library)
            for row in self._rows("redirects"):
                self._add_redirects(row)
        except _MISSHAPEN as error:
            raise ArchiveError(_("The lists of the export aren't as they are written.")) from error

    def section_of(self, item: Item) -> SectionPage | None:
        """Return the section that the item stood in, or else the one with that address and language."""
        parent = str(item.data.get("parent"))
        found = page_of_key(parent)
        alike = {"slug": self._slugs.get(parent, ""), "locale__language_code": item.language}
        section: SectionPage | None = SectionPage.objects.filter(**({"pk": found.pk} if found else alike)).first()
        return section

    def page_of(self, item: Item, library: Any) -> tuple[Publication, list[Note]]:
        """Return a new page without a place, not saved, and what is to be told of it. Raises ``ArchiveError``.

        A note of the kind ``broken`` names what isn't there yet: another page may come later.
        """
        kind, content = _page_model(str(item.data["model"]), Publication), item.data["content"]
        model, rows, dropped = kind or AnalysisPage, Rows(library), list[str]()
        try:
            page: Any = _instance(model, content, rows, dropped)
            page.translation_key, page.locale = item.group, Locale.objects.get(language_code=item.language)
            for name in DATES:
                setattr(page, name, moment(item.data["dates"].get(name)))
        except (Locale.DoesNotExist, *_MISSHAPEN) as error:
            raise ArchiveError(_("“%s” can't be written in this newsroom.") % item.title) from error
        page.draft_title = page.title
        page.prepare()
        fields = {*child_relations(model), *(field.name for field in model._meta.get_fields())}
        dropped += [name for name, value in content.items() if value and name not in fields]
        notes = [] if kind else [Note("guessed", _("Its kind isn't known here: it became an article."))]
        notes += [Note("dropped", _("Taken out: %s") % each) for each in sorted(set(dropped))]
        return page, notes + [Note("broken", _("Not there: %s") % key) for key in sorted(rows.missing)]

    @transaction.atomic
    def join(self, run: ImportRun, library: Any) -> bool:
        """Let some pages, as they came in, name pages that came after them; return whether there may be more."""
        rows = list(run.items.filter(kind="page", page__isnull=False, pk__gt=self._joined).order_by("pk")[:BATCH])
        waiting = [row for row in rows if any(map(_names_a_page, row.notes))]
        locked = lock_pages([row.page_id for row in waiting])
        for row in waiting:
            page: Any = locked[row.page_id or 0].specific
            if touched(row, page) or row.key not in self._articles:
                continue
            name, digest = self._articles[row.key]
            made, notes = self.page_of(_item(self._parsed(name, self._bytes(name, digest, LONGEST))), library)
            fields = [field for field in made._meta.concrete_fields if _differs(field, made, page)]
            write_in_place(row, page, {field.name: getattr(made, field.name) for field in fields})
            told = [each for each in row.notes if not _names_a_page(each)]
            told += [each for each in ([note.kind, str(note.text)] for note in notes) if _names_a_page(each)]
            ImportedItem.objects.filter(pk=row.pk).update(notes=told)
        self._joined = rows[-1].pk if rows else 0
        return bool(rows)

    def _add_row(self, model: type[models.Model], row: Mapping[str, Any], run: ImportRun, library: Any) -> None:
        name = str(key_field(model))
        if not row[name] or models.QuerySet(model).filter(**{name: row[name]}).exists():
            return
        made = _instance(model, row, Rows(library), [])
        made.save()
        if model in {Person, Topic}:
            names = {"identity": self.identity, "kind": model._meta.model_name, "key": row[name]}
            facts = {"run": run, "made_by": run, "object_id": made.pk, "title": str(made)[:255], "what": "created"}
            facts["content_hash"] = texts_of(made)
            ImportedItem.objects.update_or_create(**names, defaults=facts)

    def _add_structure(self, row: Mapping[str, Any], library: Any) -> None:
        group, _slash, language = str(row["key"]).partition("/")
        model, locale = _page_model(str(row["model"])), Locale.objects.filter(language_code=language).first()
        if not model or issubclass(model, Publication) or not locale or page_of_key(row["key"]):
            return
        home = HomePage.objects.filter(locale=locale).first()
        above = Page.get_first_root_node() if model is HomePage else page_of_key(str(row["parent"])) or home
        is_there = model is HomePage and home
        if above and not is_there and not above.get_children().filter(slug=row["content"]["slug"]).exists():
            page: Any = _instance(model, row["content"], Rows(library), [])
            page.translation_key, page.locale, page.live = group, locale, row["status"] == "live"
            above.add_child(instance=page)

    def _add_redirects(self, row: Mapping[str, Any]) -> None:
        page, address = page_of_key(str(row["page"])), check_url(str(row["address"]))
        to = {"redirect_page": page, "redirect_page_route_path": row["route"]} if page else {"redirect_link": address}
        for path in {Redirect.normalise_path(str(each)) for each in row["from"]} if page or address else ():
            if not Redirect.objects.filter(old_path=path).exists():
                Redirect.objects.create(old_path=path, is_permanent=row["is_permanent"] is not False, **to)

    @cached_property
    def _slugs(self) -> dict[str, str]:
        return {str(row["key"]): str(row["content"]["slug"]) for row in self._rows("structure")}

    @cached_property
    def _articles(self) -> dict[str, tuple[str, str]]:
        """Return name and checksum of each article's file by its key."""
        found = ([*name.split("/", 2), digest] for name, digest in self._sums("articles/"))
        return {f"{file[-41:-5]}/{code}": (f"articles/{code}/{file}", digest) for _folder, code, file, digest in found}

    @cached_property
    def _media_sums(self) -> dict[str, str]:
        return dict(self._sums("media/"))

    def _sums(self, beginning: str) -> Iterator[tuple[str, str]]:
        """Yield the names of files that begin so, in the order in which they were written, with their checksums."""
        for line in self._lines:
            if (found := _SUM.fullmatch(line)) and found[2].startswith(beginning):
                yield found[2], found[1]

    def _rows(self, table: str) -> Iterator[dict[str, Any]]:
        for name, digest in self._sums(f"{table}.json"):
            for line in self._bytes(name, digest, LONGEST_LIST).splitlines():
                if line not in {b"[", b"]"}:
                    yield self._parsed(name, line.removesuffix(b","))

    def _bytes(self, name: str, digest: str | None, most: int) -> bytes:
        """Return a file of the export. A name that leads out of it is none of its names."""
        if name not in self._names:
            raise ArchiveError(_("%s isn't in the export.") % name)
        data = self._files.read(name, most)
        if digest is not None and sha256(data).hexdigest() != digest:
            raise ArchiveError(_("%s isn't as it was written: its checksum differs.") % name)
        return data

    def _parsed(self, name: str, data: bytes) -> dict[str, Any]:
        try:
            found = json.loads(data)
        except (ValueError, RecursionError):
            found = None
        if not isinstance(found, dict):
            raise ArchiveError(_("%s can't be read.") % name)
        return found


class Rows:
    """Finds the primary keys of keys, as ``content.Refer``; ``missing`` are the keys of what isn't there."""

    def __init__(self, library: Any) -> None:
        self._library = library
        self.missing: set[str] = set()

    def __call__(self, model: type[models.Model], key: Any) -> Any:
        found, name = None, key_field(model)
        if issubclass(model, Page):
            found = getattr(page_of_key(str(key)), "pk", None)
        elif str(key).startswith(MEDIUM):
            find = self._library.picture if model is Picture else self._library.document
            found = find(str(key).removeprefix(MEDIUM))
        elif name:
            found = models.QuerySet(model).filter(**{name: key}).values_list("pk", flat=True).first()
        if found is None:
            self.missing.add(str(key)[:200])
        return found


def page_of_key(key: str) -> Page | None:
    found = _PAGE_KEY.fullmatch(key)
    return found and Page.objects.filter(translation_key=found[1], locale__language_code=found[2]).first()


def _item(data: Mapping[str, Any]) -> Item:
    own: dict[str, Any] = data["chorsu"]
    content, dates = own["content"], own["dates"]
    group, language = _PAGE_KEY.fullmatch(own["key"]).groups()  # type: ignore[union-attr] # a fault like the others
    model = _page_model(str(own["model"]), Publication)
    return Item(
        key=own["key"],
        title=str(content["title"]),
        slug=str(content["slug"]),
        language=language,
        group=group,
        original=not own["translated_from"],
        kind=model.kind if model else "",
        status=own["status"] if own["status"] in {"live", "scheduled"} else "draft",
        lead=str(content.get("lead") or ""),
        blocks=content.get("body") or [],
        published=moment(dates["first_published_at"]),
        modified=moment(dates["last_published_at"]),
        authors=tuple(str(row["person"]) for row in content.get("author_links", ())),
        terms=tuple(("topic", str(slug)) for slug in content.get("topics", ())),
        picture=(content.get("main_picture") or "").removeprefix(MEDIUM),
        addresses=tuple(map(str, own["addresses"])),
        data=own,
    )


def _page_model(label: str, base: type[Page] = NewsroomPage) -> Any:
    """Return a page class of this newsroom; None for other names."""
    try:
        model = apps.get_model(label)
    except (LookupError, ValueError):
        return None
    return model if issubclass(model, base) and model is not Publication else None


def _instance(model: type[models.Model], content: Mapping[str, Any], rows: Rows, dropped: list[str]) -> Any:
    """Return an unsaved object with what an export says. Raises ``ArchiveError``, and others of ``_MISSHAPEN``."""
    data = _with_keys(model, mapped(model, content, rows, dropped))
    made: Any = getattr(model, "from_serializable_data", None)
    instance = made(data, check_fks=False) if made else model_from_serializable_data(model, data, check_fks=False)
    for each in [instance, *(row for name in child_relations(model) for row in getattr(instance, name).all())]:
        fields = each._meta.concrete_fields
        try:
            each.clean_fields({field.name for field in fields if field.is_relation or not getattr(each, field.attname)})
        except ValidationError as error:
            raise ArchiveError(f"{model._meta.verbose_name}: {' '.join(error.messages)}") from error
    return instance


def _names_a_page(note: list[str]) -> bool:
    return note[0] == "broken" and _PAGE_KEY.search(note[1]) is not None


def _differs(field: Any, one: Any, other: Any) -> bool:
    """Tell whether what may name pages is another one in two versions of a page."""
    may_name = field.is_relation and field.model is not Page and not field.primary_key
    if not may_name and not isinstance(field, StreamField | RichTextField):
        return False
    first, second = (field.get_prep_value(getattr(each, field.attname)) for each in (one, other))
    return bool(first != second)


def _with_keys(model: type[models.Model], content: Mapping[str, Any]) -> dict[str, Any]:
    """Return content as modelcluster reads it."""
    data: dict[str, Any] = {"pk": None}
    for name, value in content.items():
        if relation := child_relations(model).get(name):
            data[name] = [_with_keys(relation, row) for row in value]
        else:
            is_stream = isinstance(model_field(model, name), StreamField)
            data[name] = json.dumps(value, ensure_ascii=False) if is_stream else value
    return data


def _first(row: Mapping[str, Any], beginning: str) -> str:
    """Return the first text of a field that has one per language."""
    return next((str(text) for name, text in row.items() if name.startswith(beginning) and text), "")
