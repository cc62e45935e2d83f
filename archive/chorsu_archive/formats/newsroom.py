"""Read back what ``export_archive`` wrote. It may be anybody's: nothing in it is trusted.

Beside what every archive does, this one writes the vocabularies, sections and redirects that a newsroom lacks
(``prepare``), makes whole pages (``page_of``), and lets them name one another once all are there (``join``).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from hashlib import sha256
from io import BytesIO
from itertools import chain, islice
from pathlib import Path
from typing import Any, BinaryIO

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from modelcluster.models import model_from_serializable_data
from wagtail.contrib.redirects.models import Redirect
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Locale, Page, get_page_models
from wagtail.whitelist import check_url

from chorsu_archive.addresses import write_in_place
from chorsu_archive.export.archive import BATCH, DATES, FORMAT, MANIFEST, VERSION
from chorsu_archive.export.content import Mapper, key_field, vocabularies
from chorsu_archive.items import MEDIUM, ArchiveError, Contributor, Item, Medium, Note, Options, Term
from chorsu_archive.mapping import made_facts
from chorsu_archive.models import ImportedItem, ImportRun
from chorsu_archive.pages import touched
from chorsu_archive.sources import Files, moment
from chorsu_articles.models import AnalysisPage, HomePage, Person, Picture, Publication, SectionPage, Topic
from chorsu_articles.models.publications import NewsroomPage
from chorsu_editorial.lock_order import lock_pages
from chorsu_editorial.reading import child_relations

# In bytes: of an article, and of a list or a medium.
LONGEST, LONGEST_LIST = 20_000_000, 200_000_000
_PAGE_KEY = re.compile(r"([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/([A-Za-z-]{2,20})")
# What data of another shape than ours lead to.
_MISSHAPEN = (AttributeError, IndexError, KeyError, RecursionError, TypeError, ValueError)


class NewsroomArchive:
    def __init__(self, path: Path, _options: Options) -> None:
        self._files = Files(path)
        self._names = frozenset(self._files.names)
        # Checksums by name, in the order of writing.
        self._sums: dict[str, str] = {}
        manifest = _parsed(MANIFEST, self._bytes(MANIFEST, LONGEST_LIST))
        if manifest.get("version") != VERSION or not isinstance(manifest.get("files"), dict):
            raise ArchiveError(_("The export is of a version that this newsroom doesn't know."))
        self._sums = manifest["files"]
        self.identity = str(manifest.get("site"))[:255]
        self._unjoined: Iterator[Item] | None = None

    # People and topics come as they are, without a mapping.
    def contributors(self) -> Iterator[Contributor]:
        return iter(())

    def terms(self) -> Iterator[Term]:
        return iter(())

    def media(self) -> Iterator[Medium]:
        for row in chain(self._rows("pictures"), self._rows("documents")):
            name = str(row.get("key")).removeprefix(MEDIUM)
            former = row.get("addresses")
            addresses = tuple(map(str, former)) if isinstance(former, list) else ()
            yield Medium(name, name, str(row.get("title")), page_addresses=addresses, data=row)

    def read(self, medium: Medium) -> BinaryIO | None:
        name = f"media/{medium.key}"
        return BytesIO(self._bytes(name, LONGEST_LIST)) if name in self._sums else None

    def items(self) -> Iterator[Item]:
        for name in self._sums:
            if name.startswith("articles/"):
                data = _parsed(name, self._bytes(name, LONGEST))
                try:
                    yield _item(data)
                except _MISSHAPEN as error:
                    raise ArchiveError(_("%s isn't an article of an export.") % name) from error

    @transaction.atomic
    def prepare(self, run: ImportRun, library: Any) -> None:
        """Write the rows of vocabularies, the sections and the redirects that aren't here; those that are stay so."""
        try:
            for model in vocabularies():
                for row in self._rows(model._meta.label_lower):
                    self._add_row(model, row, run, library)
            for row in self._rows("structure"):
                _add_structure(row, library)
            for row in self._rows("redirects"):
                _add_redirect(row)
        except (ValidationError, *_MISSHAPEN) as error:
            raise ArchiveError(_("The lists of the export aren't as they are written.")) from error

    def section_of(self, item: Item) -> SectionPage | None:
        """Return the section that the item stood in, or else the one with that slug and language."""
        alike = SectionPage.objects.filter(slug=str(item.data.get("section")), locale__language_code=item.language)
        section: SectionPage | None = page_of_key(item.data.get("parent"), SectionPage) or alike.first()
        return section

    def page_of(self, item: Item, library: Any) -> tuple[Publication, list[Note]]:
        """Return a new page without a place, not saved, and what is to be told of it.

        A note of the kind ``broken`` names what isn't there yet: another page may come later. Raises ``ArchiveError``
        and ``ValidationError``.
        """
        kind, foreign = _page_model(item.data["model"], Publication), _Foreign(library)
        try:
            page: Any = foreign.instance(kind or AnalysisPage, item.data["content"])
            page.translation_key, page.locale = item.group, Locale.objects.get(language_code=item.language)
            for name in DATES:
                setattr(page, name, moment(item.data["dates"].get(name)))
        except (Locale.DoesNotExist, *_MISSHAPEN) as error:
            raise ArchiveError(_("“%s” can't be written in this newsroom.") % item.title) from error
        page.prepare()
        notes = [] if kind else [Note("guessed", _("Its kind isn't known here: it became an article."))]
        notes += [Note("dropped", _("Taken out: %s") % each) for each in sorted(set(foreign.dropped))]
        return page, notes + [Note("broken", _("Not there: %s") % key) for key in sorted(foreign.missing)]

    @transaction.atomic
    def join(self, run: ImportRun, library: Any) -> bool:
        """Let the next pages, as they came in, name pages that came after them; return whether there may be more."""
        self._unjoined = self._unjoined or self.items()
        batch = {item.key: item for item in islice(self._unjoined, BATCH)}
        rows = run.items.filter(kind=ImportedItem.Kind.PAGE, page__isnull=False, key__in=batch)
        waiting = [row for row in rows if any(map(_names_a_page, row.notes))]
        locked = lock_pages([row.page_id for row in waiting])
        for row in waiting:
            page: Any = locked[row.page_id or 0].specific
            if not touched(page):
                made, notes = self.page_of(batch[row.key], library)
                told = [[note.kind, str(note.text)] for note in notes]
                write_in_place(page, {name: getattr(made, name) for name in _referring(type(page))})
                row.notes = [note for note in row.notes if not _names_a_page(note)]
                row.notes += filter(_names_a_page, told)
                row.save(update_fields=["notes"])
        return bool(batch)

    def _add_row(self, model: type[models.Model], row: Mapping[str, Any], run: ImportRun, library: Any) -> None:
        foreign, key = _Foreign(library), row[key_field(model)]
        if not key or foreign.refer(model, key):
            return
        made = foreign.instance(model, row)
        made.save()
        if model in {Person, Topic}:
            names = {"identity": self.identity, "kind": model._meta.model_name, "key": key}
            ImportedItem.objects.update_or_create(**names, defaults=made_facts(run, made))

    def _rows(self, table: str) -> Iterator[dict[str, Any]]:
        name = f"{table}.jsonl"
        for line in self._bytes(name, LONGEST_LIST).splitlines() if name in self._sums else ():
            yield _parsed(name, line)

    def _bytes(self, name: str, most: int) -> bytes:
        """Return a file of the export. A name that leads out of it is none of its names."""
        if name not in self._names:
            raise ArchiveError(_("%s isn't in the export.") % name)
        data = self._files.read(name, most)
        if name in self._sums and sha256(data).hexdigest() != self._sums[name]:
            raise ArchiveError(_("%s isn't as it was written: its checksum differs.") % name)
        return data


class Newsroom:
    name = "newsroom"
    label = gettext_lazy("Export of a newsroom")
    open = NewsroomArchive

    def recognises(self, path: Path) -> bool:
        with suppress(ArchiveError):
            files = Files(path)
            return MANIFEST in files.names and FORMAT.encode() in files.head(MANIFEST, 50)
        return False


class _Foreign(Mapper):
    """Maps keys to primary keys; ``missing`` are those of what isn't there."""

    def __init__(self, library: Any) -> None:
        self.library = library
        self.missing: set[str] = set()
        self.dropped: list[str] = []

    def instance(self, model: type[models.Model], content: Mapping[str, Any]) -> Any:
        """Return an unsaved object with what an export says. Raises ``ValidationError``, and what ``mapped`` raises."""
        data = self.mapped(model, content)
        made: Any = getattr(model, "from_serializable_data", None)
        instance = made(data, check_fks=False) if made else model_from_serializable_data(model, data, check_fks=False)
        for each in [instance, *(row for name in child_relations(model) for row in getattr(instance, name).all())]:
            fields = each._meta.concrete_fields
            each.clean_fields({field.name for field in fields if field.is_relation or not getattr(each, field.attname)})
        return instance

    def mapped(self, model: type[models.Model], data: Mapping[str, Any]) -> dict[str, Any]:
        """Return an object's data as modelcluster reads it."""
        fields = {*child_relations(model), *(field.name for field in model._meta.get_fields())}
        self.dropped += [name for name, value in data.items() if value and name not in fields]
        return {"pk": None, **super().mapped(model, data)}

    def stream(self, block: Any, value: Any) -> str:
        return json.dumps(super().stream(block, json.dumps(value)))

    def refer(self, model: type[models.Model], value: Any) -> Any:
        found, field, key = None, key_field(model), str(value)
        if issubclass(model, Page):
            found = getattr(page_of_key(key), "pk", None)
        elif key.startswith(MEDIUM):
            find = self.library.picture if model is Picture else self.library.document
            found = find(key.removeprefix(MEDIUM))
        elif field:
            found = models.QuerySet(model).filter(**{field: key}).values_list("pk", flat=True).first()
        if found is None:
            self.missing.add(key[:200])
        return found


def page_of_key(key: Any, model: Any = Page) -> Any:
    found = _PAGE_KEY.fullmatch(str(key))
    return found and model.objects.filter(translation_key=found[1], locale__language_code=found[2]).first()


def _parsed(name: str, data: bytes) -> dict[str, Any]:
    with suppress(ValueError, RecursionError):
        if isinstance(found := json.loads(data), dict):
            return found
    raise ArchiveError(_("%s can't be read.") % name)


def _item(data: Mapping[str, Any]) -> Item:
    own: dict[str, Any] = data["chorsu"]
    content, dates = own["content"], own["dates"]
    group, language = _PAGE_KEY.fullmatch(own["key"]).groups()  # type: ignore[union-attr] # a fault like the others
    return Item(
        key=own["key"],
        title=str(content["title"]),
        slug=str(content["slug"]),
        language=language,
        group=group,
        original=not own["translated_from"],
        kind=str(own["model"]),
        status=own["status"] if own["status"] in {"live", "scheduled"} else "draft",
        published=moment(dates["first_published_at"]),
        modified=moment(dates["last_published_at"]),
        addresses=tuple(map(str, own["addresses"])),
        data=own,
    )


def _page_model(label: Any, base: type[Page] = NewsroomPage) -> Any:
    """Return a page class of this newsroom; None for other names."""
    kinds = (each for each in get_page_models() if issubclass(each, base) and each is not Publication)
    return next((each for each in kinds if each._meta.label == label), None)


def _add_structure(row: Mapping[str, Any], library: Any) -> None:
    """Add a section or another page that is no article; front pages stay as the newsroom has them."""
    group, _slash, language = str(row["key"]).partition("/")
    model, home = _page_model(row["model"]), HomePage.objects.filter(locale__language_code=language).first()
    if home is None or model in {None, HomePage} or issubclass(model, Publication) or page_of_key(row["key"]):
        return
    above = page_of_key(row["parent"]) or home
    if not above.get_children().filter(slug=row["content"]["slug"]).exists():
        page = _Foreign(library).instance(model, row["content"])
        page.translation_key, page.locale, page.live = group, home.locale, row["status"] == "live"
        above.add_child(instance=page)


def _add_redirect(row: Mapping[str, Any]) -> None:
    path, target = Redirect.normalise_path(str(row["from"])), page_of_key(row["page"]) or check_url(row["address"])
    if target and not Redirect.objects.filter(old_path=path).exists():
        Redirect.add_redirect(path, target, is_permanent=row["is_permanent"] is not False)


def _names_a_page(note: list[str]) -> bool:
    return note[0] == "broken" and _PAGE_KEY.search(note[1]) is not None


def _referring(model: type[Page]) -> list[str]:
    """Return the fields of a kind of page that may name other pages."""
    fields = [field for field in model._meta.concrete_fields if field.model is not Page and not field.primary_key]
    return [each.name for each in fields if each.is_relation or isinstance(each, StreamField | RichTextField)]
