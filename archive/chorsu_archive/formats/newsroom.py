"""Read back what ``export_archive`` wrote. It may be anybody's: nothing in it is trusted.

Beside what every archive does, this one lists what a newsroom lacks beside articles (``additions``, which
``chorsu_archive.additions`` writes), makes whole pages (``page_of``), and lets them name one another once all are there
(``join``).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from hashlib import sha256
from itertools import chain, islice
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import Any, BinaryIO

from django.db import transaction
from django.utils.translation import gettext_lazy
from django.utils.translation import gettext_noop as _
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Locale, Page

from chorsu_archive.export.archive import BATCH, DATES, FORMAT, MANIFEST, VERSION
from chorsu_archive.export.content import vocabularies
from chorsu_archive.foreign import MISSHAPEN, PAGE_KEY, ForeignData, page_model, page_of_key
from chorsu_archive.items import MEDIUM, Addition, Archive, ArchiveError, Item, Medium, Note, Options
from chorsu_archive.models import ImportedItem, ImportRun
from chorsu_archive.pages import WRITTEN, is_shown, lock_untouched, refer, write_in_place
from chorsu_archive.places import other_host
from chorsu_archive.sources import PIECE, Files, moment
from chorsu_archive.supplements import Translated, registered, translations
from chorsu_articles.models import AnalysisPage, Publication, SectionPage
from chorsu_editorial.lock_order import lock_pages
from chorsu_editorial.markup import canonical_html
from chorsu_locales.normal_form import permitted

# In bytes. The manifest names each file in some 160: 20 MB are those of a hundred thousand articles and pictures.
LARGEST_MANIFEST, LARGEST_ARTICLE, LARGEST_LIST, LARGEST_MEDIUM = 20_000_000, 20_000_000, 200_000_000, 200_000_000
LONGEST_LINE = 2_000_000
# In the manifest, an article or a line: each takes some hundred bytes of memory, however short it is.
MOST_VALUES = 300_000
LONGEST_KIND = 100


class NewsroomArchive(Archive):
    def __init__(self, path: Path, _options: Options) -> None:
        self._files = Files(path)
        self._names = frozenset(self._files.names)
        # Checksums by name, in the order of writing.
        self._sums: dict[str, str] = {}
        manifest = _parsed(MANIFEST, b"".join(self._pieces(MANIFEST, LARGEST_MANIFEST)))
        if manifest.get("version") != VERSION or not isinstance(manifest.get("files"), dict):
            raise ArchiveError(_("The export is of a version that this newsroom doesn't know."))
        self._sums = manifest["files"]
        self.identity = str(manifest.get("site") or FORMAT)[:255]
        self._unjoined: Iterator[Item] | None = None

    def media(self) -> Iterator[Medium]:
        for line, row in chain(self._rows("pictures"), self._rows("documents")):
            name = str(row.get("key")).removeprefix(MEDIUM)
            former = row.get("addresses")
            addresses = tuple(map(str, former)) if isinstance(former, list) else ()
            yield Medium(name, name, str(row.get("title")), page_addresses=addresses, data=line)

    def read(self, medium: Medium) -> BinaryIO | None:
        name = f"media/{medium.key}"
        if name not in self._sums:
            return None
        file: Any = SpooledTemporaryFile(PIECE)  # noqa: SIM115 - the caller closes it
        file.writelines(self._checked(name, LARGEST_MEDIUM))
        file.seek(0)
        opened: BinaryIO = file
        return opened

    def items(self) -> Iterator[Item]:
        for name in self._sums:
            if name.startswith("articles/"):
                data = _parsed(name, b"".join(self._checked(name, LARGEST_ARTICLE)))
                try:
                    yield _item(data)
                except MISSHAPEN as error:
                    raise ArchiveError(_("%s isn't an article of an export."), name) from error

    def additions(self) -> Iterator[Addition]:
        """Yield the rows of vocabularies, those of pages that are no articles, and redirects, in this order."""
        for model in vocabularies():
            for _line, row in self._rows(model._meta.label_lower):
                yield Addition("vocabulary", row, model)
        for _line, row in self._rows("structure"):
            yield Addition("structure", row)
        for _line, row in self._rows("redirects"):
            yield Addition("redirect", row)

    def supplements(self) -> Iterator[Addition]:
        for supplement in registered():
            for _line, row in self._rows(supplement.label):
                yield Addition("supplement", row, supplement)

    def parts(self) -> Iterator[tuple[str, int]]:
        for addition in self.supplements():
            for name, part in addition.of.parts.items():
                values = [addition.row.get(each) for each in part.limits]
                number = sum(len(value) if isinstance(value, list) else bool(value) for value in values)
                if number:
                    yield name, number

    def is_here(self, item: Item) -> bool:
        return page_of_key(item.key) is not None

    def redirect_hosts(self) -> Iterator[str]:
        for _line, row in self._rows("redirects"):
            if host := other_host(row.get("address")):
                yield host

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
        kind, foreign = page_model(item.data["model"], Publication), ForeignData(library)
        try:
            page: Any = foreign.instance(kind or AnalysisPage, item.data["content"])
            page.translation_key, page.locale = item.group, Locale.objects.get(language_code=item.language)
            for name in DATES:
                setattr(page, name, moment(item.data["dates"].get(name)))
        except (Locale.DoesNotExist, *MISSHAPEN) as error:
            raise ArchiveError(_("“%s” can't be written in this newsroom."), item.title) from error
        page.prepare()
        notes = [] if kind else [Note("guessed", _("Its kind isn't known here: it became an article."))]
        if (item.data.get("translation") or {}).get("units"):
            notes.append(Note("guessed", _("As the export says, its source has changed since it was translated.")))
        notes += [*foreign.notes(), *self._joined(item)]
        return page, notes + foreign.notes_of_missing()

    @transaction.atomic
    def join(self, run: ImportRun, library: Any) -> bool:
        """Let the next pages, as they came in, name pages that came after them; return whether there may be more."""
        self._unjoined = self._unjoined or self.items()
        batch = {item.key: item for item in islice(self._unjoined, BATCH)}
        rows = run.items.filter(kind=ImportedItem.Kind.PAGE, page__isnull=False, key__in=batch)
        written: dict[Any, ImportedItem] = {row.page_id: row for row in rows if row.what in WRITTEN}
        naming: dict[Any, ImportedItem] = {row.page_id: row for row in rows if any(map(_names_a_page, row.notes))}
        locked = lock_pages(written.keys() | naming.keys())
        for key, row in written.items():
            row.notes += [note.stored() for note in _restore_translation(locked[key], batch[row.key], library)]
        pages = lock_untouched(naming)
        for page in pages:
            row = naming[page.pk]
            made, notes = self.page_of(batch[row.key], library)
            write_in_place(page, {name: getattr(made, name) for name in _referring(type(page))})
            row.notes = [note for note in row.notes if not _names_a_page(note)]
            row.notes += filter(_names_a_page, [note.stored() for note in notes])
        refer([page for page in pages if is_shown(page)])
        ImportedItem.objects.bulk_update({*written.values(), *naming.values()}, ["notes"])
        return bool(batch)

    def _joined(self, item: Item) -> Iterator[Note]:
        """Yield a note where an item becomes a translation of what this newsroom had before."""
        pages = Page.objects.filter(translation_key=item.group).exclude(locale__language_code=item.language)
        titles = dict(pages.values_list("pk", "title"))
        for key in ImportedItem.objects.filter(identity=self.identity, page__in=titles).values_list("page", flat=True):
            titles.pop(key, None)
        for title in titles.values():
            yield Note("guessed", _("It became a translation of “%s”, which was here before."), title)

    def _rows(self, table: str) -> Iterator[tuple[bytes, dict[str, Any]]]:
        """Yield the lines of a list, and what they say. It is read to its end first, for its checksum."""
        name = f"{table}.jsonl"
        if name not in self._sums:
            return
        for _piece in self._checked(name, LARGEST_LIST):
            pass
        for line in self._files.lines(name, LONGEST_LINE):
            yield line, _parsed(name, line)

    def _checked(self, name: str, most: int) -> Iterator[bytes]:
        """Yield a file that the manifest names in pieces; at its end raises where it isn't as it was written."""
        digest = sha256()
        for piece in self._pieces(name, most):
            digest.update(piece)
            yield piece
        if digest.hexdigest() != self._sums[name]:
            raise ArchiveError(_("%s isn't as it was written: its checksum differs."), name)

    def _pieces(self, name: str, most: int) -> Iterator[bytes]:
        """Yield a file of at most so many bytes in pieces. A name that leads out of the export is none of its names."""
        if name not in self._names:
            raise ArchiveError(_("%s isn't in the export."), name)
        size = 0
        for piece in self._files.pieces(name):
            size += len(piece)
            if size > most:
                facts = {"name": name, "size": most // 1_000_000}
                raise ArchiveError(_("%(name)s is larger than %(size)d MB."), facts)
            yield piece


class Newsroom:
    name = "newsroom"
    label = gettext_lazy("Export of a newsroom")
    open = NewsroomArchive

    def recognises(self, path: Path) -> bool:
        with suppress(ArchiveError):
            files = Files(path)
            return MANIFEST in files.names and FORMAT.encode() in files.head(MANIFEST, 50)
        return False


def _parsed(name: str, data: bytes) -> dict[str, Any]:
    """Return an object of JSON. Raises ``ArchiveError``."""
    # Of values that stand beside one another each but the first has a comma before it.
    values = sum(map(data.count, (b",", b"[", b"{")))
    with suppress(ValueError, RecursionError):
        found = json.loads(data) if values < MOST_VALUES else None
        if isinstance(found, dict):
            return found
    raise ArchiveError(_("%s can't be read."), name)


def _item(data: Mapping[str, Any]) -> Item:
    own: dict[str, Any] = data["chorsu"]
    content, dates = own["content"], own["dates"]
    group, language = PAGE_KEY.fullmatch(own["key"]).groups()  # type: ignore[union-attr] # a fault like the others
    dict(own.get("translation") or {})  # of another shape it is a fault like the others
    return Item(
        key=own["key"],
        title=str(content["title"]),
        slug=str(content["slug"]),
        language=language,
        group=group,
        original=not own["translated_from"],
        kind=str(own["model"])[:LONGEST_KIND],
        status=own["status"] if own["status"] in {"live", "scheduled"} else "draft",
        published=moment(dates["first_published_at"]),
        modified=moment(dates["last_published_at"]),
        addresses=tuple(map(str, own["addresses"])),
        data=own,
    )


def _restore_translation(page: Page, item: Item, library: Any) -> list[Note]:
    """Store what a page was translated from; return what is to be told where the text of that time can't be read."""
    facts, source = item.data.get("translation"), page_of_key(item.data["translated_from"])
    if not facts or source is None:
        return []
    foreign, units = ForeignData(library), None
    with suppress(*MISSHAPEN):
        if facts["units"] is not None:
            units = [
                [permitted(str(path)), int(index), canonical_html(permitted(foreign.rich_text(html)))]
                for path, index, html in facts["units"]
            ]
        translated = Translated(source, facts["adapted"] is True, facts["reading"], units)
        if translations().write(page, translated):
            return []
    return [Note("dropped", _("What its source said when it was translated can't be read: it counts as up to date."))]


def _names_a_page(note: list[Any]) -> bool:
    return note[0] == "broken" and PAGE_KEY.search(str(Note(*note))) is not None


def _referring(model: type[Page]) -> list[str]:
    """Return the fields of a kind of page that may name other pages."""
    fields = [field for field in model._meta.concrete_fields if field.model is not Page and not field.primary_key]
    return [each.name for each in fields if each.is_relation or isinstance(each, StreamField | RichTextField)]
