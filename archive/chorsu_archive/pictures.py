"""Pictures and files of an archive, brought into the newsroom's library when an article first needs them.

They pass the same checks as what people upload (docs/decisions/files.md), whatever their names and servers say of them.
"""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterable, Sequence
from contextlib import closing
from functools import cached_property
from pathlib import PurePosixPath
from tempfile import TemporaryFile
from typing import IO, Any
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files import File
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override
from wagtail.documents import get_document_model
from wagtail.models import Collection
from wagtail.utils.file import hash_filelike

from chorsu_archive.addresses import places
from chorsu_archive.conf import get_settings
from chorsu_archive.export.content import OF_FILES
from chorsu_archive.fetching import Fetcher, FetchError, keep, listed, pieces
from chorsu_archive.items import Archive, ArchiveError, Medium, Note
from chorsu_archive.models import ImportedItem, ImportRun
from chorsu_articles.columns import column, own_column_language
from chorsu_articles.forms.documents import DocumentFileField
from chorsu_articles.models import Picture
from chorsu_articles.pictures.credit_lines import credited_caption
from chorsu_articles.pictures.decoding import kind_of
from chorsu_articles.pictures.files import PictureFileField, prepare
from chorsu_articles.pictures.library import set_credit_details
from chorsu_editorial.markup import readable_text
from chorsu_locales.normal_form import normal_text

PICTURE, DOCUMENT = ImportedItem.Kind.PICTURE, ImportedItem.Kind.DOCUMENT
# In characters: of a caption's HTML that is looked at, and of a column.
LONGEST_HTML, LONGEST_TEXT, LONGEST_TITLE = 10_000, 500, 255


class Library:
    """The media of an archive, with what was brought in of them, now or by an earlier run.

    What can't be had has ``notes``, and is tried again by a later run. Ask outside of a transaction: a file that has to
    be fetched may take ``FETCH_SECONDS``. A preview brings nothing in, and fetches nothing.
    """

    def __init__(self, run: ImportRun, archive: Archive) -> None:
        self._run, self._archive, self._fetcher = run, archive, Fetcher()
        self._media: dict[str, Medium] = {}
        for medium in archive.media():
            exact, *others = places(medium.address)
            self._media |= dict.fromkeys((medium.key, exact), medium)
            for place in (*others, *(places(each)[0] for each in medium.page_addresses)):
                self._media.setdefault(place, medium)
        # Primary keys by kind and key; and by kind and address, since a source may name one file once per language.
        self._brought: dict[tuple[str, str], int] = {}
        self._notes: dict[str, list[Note]] = {}
        self._failed: set[str] = set()
        # What earlier runs couldn't have, by what was told of it.
        self._missing: dict[str, tuple[str, str]] = {}
        models: dict[str, Any] = {PICTURE: Picture, DOCUMENT: get_document_model()}
        present = {kind: set(model.objects.values_list("pk", flat=True)) for kind, model in models.items()}
        rows = ImportedItem.objects.filter(identity=run.identity, kind__in=models)
        for kind, key, pk, run_id, notes in rows.values_list("kind", "key", "object_id", "run", "notes").iterator():
            if pk is not None and pk in present[kind]:
                self._remember(kind, key, pk)
            elif pk is None and run_id == run.pk:
                self._failed.add(key)
            elif pk is None:
                self._missing |= {text: (kind, key) for _kind, text in notes}
            if run_id == run.pk:
                self._notes[key] = [Note(*note) for note in notes]

    def find(self, address_or_key: str) -> Medium | None:
        """Return the medium of a key, or of any of its addresses; those of smaller sizes are the original's."""
        asked = (address_or_key, *(places(address_or_key) if "/" in address_or_key else ()))
        return next((self._media[each] for each in asked if each in self._media and each != "/"), None)

    def notes(self, key: str) -> list[Note]:
        """Return what there is to tell of a medium that was asked for."""
        return self._notes.get(key, [])

    def came(self, notes: Iterable[Sequence[str]], *, language: str = "") -> bool:
        """Try again what these notes of an earlier run say couldn't be had; return whether any of it is here now."""
        waiting = [self._missing[text] for _kind, text in notes if text in self._missing]
        found = [self._bring(kind, key, language) for kind, key in waiting]
        return any(pk is not None for pk in found)

    def picture(self, key: str, *, language: str = "", credit: str = "") -> int | None:
        """Return the primary key of a picture, which is made on first need; None where it can't be had.

        ``language`` is that of its texts, and ``credit`` holds, where the source itself says none.
        """
        return self._bring(PICTURE, key, language, credit)

    def document(self, key: str) -> int | None:
        """Return the primary key of a file that is no picture; None where it can't be had."""
        return self._bring(DOCUMENT, key)

    def _bring(self, kind: str, key: str, language: str = "", credit: str = "") -> int | None:
        if key in self._failed or (kind, key) in self._brought:
            return self._brought.get((kind, key))
        medium = self._media.get(key, Medium(key, ""))
        try:
            if key not in self._media:
                raise FetchError(_("The archive says nothing of this file."))
            with TemporaryFile() as file:
                twin = self._brought.get((kind, medium.address))
                if twin is None and not self._read(kind, medium, file):
                    return None
                checked = None if twin else self._checked(kind, medium, file)
                with transaction.atomic():
                    made, is_new = self._library_object(kind, medium, checked, twin)
                    if kind == PICTURE:
                        self._write_texts(made, medium, is_new, language, credit)
                    if is_new:
                        self._write_own(made, medium)
                        made.save()
                        made.tags.set([str(tag)[:100] for tag in medium.data.get("tags", ())])
                    self._record(kind, medium, object_id=made.pk, created=is_new)
        except (ArchiveError, ValidationError) as error:
            self._failed.add(key)
            is_dropped = isinstance(error, ValidationError) or getattr(error, "refused", False)
            problem = " ".join(error.messages) if isinstance(error, ValidationError) else str(error)
            note = Note("dropped" if is_dropped else "broken", f"{medium.address or key}: {problem}")
            self._notes.setdefault(key, []).append(note)
            if not self._run.is_preview:
                self._record(kind, medium, object_id=None, created=False)
            return None
        self._remember(kind, key, made.pk)
        return int(made.pk)

    def _remember(self, kind: str, key: str, pk: int) -> None:
        self._brought[kind, key] = pk
        if medium := self._media.get(key):
            self._brought[kind, medium.address] = pk

    def _read(self, kind: str, medium: Medium, file: IO[bytes]) -> bool:
        """Write a medium to a file; return False in a preview, which only looks whether it could be had."""
        opened = self._archive.read(medium)
        if self._run.is_preview:
            listed(medium.address) if opened is None else opened.close()
            return False
        documents: int | None = getattr(settings, "WAGTAILDOCS_MAX_UPLOAD_SIZE", None)
        most = PictureFileField().max_upload_size if kind == PICTURE else documents
        limit = most or get_settings().largest_upload
        if opened is None:
            keep(self._fetcher.chunks(medium.address), file, limit)
            return True
        try:
            with closing(opened):
                keep(pieces(opened), file, limit)
        except (zipfile.BadZipFile, zlib.error, EOFError) as error:
            raise FetchError(_("It is damaged in the archive.")) from error
        return True

    def _checked(self, kind: str, medium: Medium, file: IO[bytes]) -> File[Any]:
        """Return a file as the library stores it. Raises ``ValidationError``."""
        if kind == PICTURE:
            # An address may end in anything; what a file is, it says itself.
            ending = kind_of(file.read(16)) or "bin"
            return prepare(File(file), f"picture.{ending}")
        checked: File[Any] = DocumentFileField().clean(File(file, _file_name(medium)))
        return checked

    def _library_object(self, kind: str, medium: Medium, file: File[Any] | None, twin: int | None) -> tuple[Any, bool]:
        """Return the picture or document that is this file, and whether it has to be saved yet."""
        model: Any = Picture if kind == PICTURE else get_document_model()
        if file is None:
            return model.objects.get(pk=twin), False
        digest = hash_filelike(file)
        # A document may be for some people alone; those of imports are for everybody.
        mine = {} if kind == PICTURE else {"collection": self._collection}
        if found := model.objects.filter(file_hash=digest, **mine).order_by("pk").first():
            return found, False
        made = model(
            title=normal_text(medium.title or PurePosixPath(_file_name(medium)).stem or medium.key)[:LONGEST_TITLE],
            file=file,
            file_hash=digest,
            file_size=file.size,
            collection=self._collection,
            uploaded_by_user=self._run.started_by,
        )
        return made, True

    @cached_property
    def _collection(self) -> Collection:
        with override(settings.LANGUAGE_CODE):
            name = _("Imported from %(source)s") % {"source": self._run.identity}
        name = name[: Collection._meta.get_field("name").max_length]
        found: Collection | None = Collection.objects.filter(name=name).order_by("path").first()
        return found or Collection.get_first_root_node().add_child(name=name)

    def _write_texts(self, picture: Picture, medium: Medium, is_new: bool, language: str, credit: str) -> None:
        """Give a picture its credit, and caption and alternative text in their language, where it has none yet.

        What was in the library before the import stays as it was.
        """
        caption, alt = words_of(medium.caption), words_of(medium.alt)
        credit = words_of(medium.credit) or credit
        if not credit and (found := credited_caption(caption)):
            caption, credit = found.caption, found.written
        code = own_column_language(medium.language or language or settings.LANGUAGE_CODE)
        columns = {column("caption", code): caption, column("alt_text", code): alt} if code else {}
        if any(len(text) > LONGEST_TEXT for text in columns.values()):
            text = _("%(address)s: the caption was cut after %(number)d characters.")
            values = {"address": medium.address, "number": LONGEST_TEXT}
            self._notes.setdefault(medium.key, []).append(Note("dropped", text % values))
        missing = {name: text[:LONGEST_TEXT] for name, text in columns.items() if text and not getattr(picture, name)}
        for name, text in missing.items():
            setattr(picture, name, text)
        if is_new:
            set_credit_details(picture, {"credit": credit})
        elif missing and ImportedItem.objects.filter(kind=PICTURE, object_id=picture.pk, created=True).exists():
            picture.save(update_fields=list(missing))

    def _write_own(self, made: Any, medium: Medium) -> None:
        """Give a new picture or document the columns that an export of ours has. Raises ``ValidationError``."""
        fields = {field.name for field in made._meta.concrete_fields if not field.primary_key} - OF_FILES
        for name in fields & medium.data.keys():
            setattr(made, name, medium.data[name])
        if medium.data:
            made.clean_fields(exclude=[*OF_FILES, *(name for name in fields if not medium.data.get(name))])

    def _record(self, kind: str, medium: Medium, **facts: Any) -> None:
        said = {
            "run": self._run,
            **({"made_by": self._run} if facts["created"] else {}),
            "title": normal_text(medium.title)[:LONGEST_TITLE],
            "what": "created" if facts["created"] else "unchanged" if facts["object_id"] else "failed",
            "notes": [[note.kind, str(note.text)] for note in self.notes(medium.key)],
            # What an export of ours calls a file was no address.
            "addresses": [] if medium.data else [medium.address, *medium.page_addresses],
        }
        ImportedItem.objects.update_or_create(
            identity=self._run.identity, kind=kind, key=medium.key, defaults=said | facts
        )


def words_of(html: str) -> str:
    """Return the words of a caption, alternative text or credit."""
    return readable_text(html[:LONGEST_HTML], rich=True)


def _file_name(medium: Medium) -> str:
    try:
        return PurePosixPath(unquote(urlsplit(medium.address).path)).name
    except ValueError:
        return ""
