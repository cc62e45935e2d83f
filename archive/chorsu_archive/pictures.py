"""Pictures and files of an archive, brought into the newsroom's library when an article first needs them.

They pass the same checks as what people upload (docs/decisions/files.md), whatever their names and servers say of them.
"""

from __future__ import annotations

import errno
import json
import zipfile
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import PurePosixPath
from tempfile import TemporaryFile
from typing import IO, Any
from urllib.parse import unquote

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files import File
from django.db import OperationalError, transaction
from django.utils.translation import gettext_noop as _
from wagtail.documents import get_document_model
from wagtail.models import Collection
from wagtail.utils.file import hash_filelike

from chorsu_archive.conf import get_settings
from chorsu_archive.export.content import OF_FILES, is_closed
from chorsu_archive.fetching import Fetcher, FetchError, RefusedError, copy, listed
from chorsu_archive.items import Archive, ArchiveError, Medium, Note, reason_of
from chorsu_archive.mapping import texts_of
from chorsu_archive.models import ImportedItem, ImportRun
from chorsu_archive.places import ByAddress, host_of, places
from chorsu_articles.columns import column, own_column_language
from chorsu_articles.forms.documents import DocumentFileField
from chorsu_articles.models import Picture
from chorsu_articles.pictures.credit_lines import credited_caption, read_credit
from chorsu_articles.pictures.decoding import kind_of
from chorsu_articles.pictures.files import PictureFileField, prepare
from chorsu_articles.pictures.library import set_credit_details
from chorsu_editorial.markup import readable_text
from chorsu_locales.normal_form import normal_text

PICTURE, DOCUMENT = ImportedItem.Kind.PICTURE, ImportedItem.Kind.DOCUMENT
# Some 300 MB of memory; and the characters of what they say, of which an address is held in several forms.
MOST_MEDIA, MOST_HELD, FORMS_OF_ADDRESS = 300_000, 200_000_000, 4
# In characters: of a caption's HTML that is looked at, and of a column.
LONGEST_HTML, LONGEST_TEXT, LONGEST_TITLE = 10_000, 500, 255
FOUND = -1  # in the place of a primary key, of what a preview finds and doesn't bring in

# The store of files is away, closed or full, whatever the file.
STORE_FAULTS = {errno.EHOSTDOWN, errno.EACCES, errno.EROFS, errno.ENOSPC, errno.EDQUOT}


class Library:
    """The media of an archive, with what was brought in of them, now or by an earlier run.

    What can't be had has ``notes``, and is tried again by a later run. Ask outside of a transaction: a file that has to
    be fetched may take ``FETCH_SECONDS``. A preview brings nothing in, and fetches nothing.
    """

    def __init__(self, run: ImportRun, archive: Archive) -> None:
        self._run, self._archive, self._fetcher = run, archive, Fetcher()
        self._media: dict[str, Medium] = {}
        self._by_address = ByAddress[Medium]()
        held = 0
        for found in archive.media():
            texts = {name: getattr(found, name)[:LONGEST_HTML] for name in ("title", "caption", "alt", "credit")}
            medium = self._media[found.key] = replace(found, **texts)
            addresses = (medium.address, *medium.page_addresses)
            held += len(medium.data) + sum(map(len, texts.values())) + FORMS_OF_ADDRESS * sum(map(len, addresses))
            if len(self._media) > MOST_MEDIA or held > MOST_HELD:
                raise ArchiveError(_("It has more pictures and files than can be read at once."))
            for address in addresses:
                self._by_address.add(address, medium)
        self._models: dict[str, Any] = {PICTURE: Picture, DOCUMENT: get_document_model()}
        # Primary keys by kind and key, None of what can't be had; and by kind and address of what was brought in.
        self._brought: dict[tuple[str, str], int | None] = {}
        self._notes: dict[str, list[Note]] = {}
        # What earlier runs couldn't have, by what was told of it.
        self._missing: dict[str, tuple[str, str]] = {}
        present = {kind: set(model.objects.values_list("pk", flat=True)) for kind, model in self._models.items()}
        rows = ImportedItem.objects.filter(identity=run.identity, kind__in=present)
        for kind, key, pk, run_id, notes in rows.values_list("kind", "key", "object_id", "run", "notes").iterator():
            if run_id == run.pk:
                self._notes[key] = [Note(*note) for note in notes]
            if pk in present[kind] or (pk is None and run_id == run.pk):
                self._remember(kind, key, pk)
            elif pk is None:
                self._missing |= {_told(note): (kind, key) for note in notes}

    def find(self, address_or_key: str) -> Medium | None:
        """Return the medium of a key, or of any of its addresses; those of smaller sizes are the original's."""
        medium = self._media.get(address_or_key)
        # A key that isn't there may be like an address: attachments were called "7", too.
        if medium or "/" not in address_or_key:
            return medium
        return self._by_address.find(address_or_key) or self._unnamed(address_or_key)

    def _unnamed(self, address: str) -> Medium | None:
        """Return a file of the old site that the archive or its folder has, and says nothing of: its path is its key.

        Of a smaller size that is the original.
        """
        site = host_of(self._run.identity)
        if not site or host_of(address) not in {site, ""} or len(self._media) == MOST_MEDIA:
            return None
        for place in reversed(places(address)):
            if "." not in PurePosixPath(place).name or "?" in place or len(place) > LONGEST_TITLE:
                continue
            medium = Medium(place, place)
            if opened := self._archive.read(medium):
                opened.close()
                self._media[medium.key] = medium
                self._by_address.add(address, medium)
                return medium
        return None

    def notes(self, key: str) -> list[Note]:
        """Return what there is to tell of a medium that was asked for."""
        return self._notes.get(key, [])

    def came(self, notes: Iterable[Sequence[Any]], *, language: str = "") -> bool:
        """Try again what these notes of an earlier run say couldn't be had; return whether any of it is here now."""
        by_text = {_told(note): note for note in notes}
        waiting = [self._missing[text] for text in by_text if text in self._missing]
        found = [self._bring(kind, key, language) for kind, key in waiting]
        others = [note for text, note in by_text.items() if text not in self._missing]
        return any(found) or any(self._has_unnamed(str(Note(*note))) for note in others)

    def _has_unnamed(self, text: str) -> bool:
        """Tell whether a file that a note names is in the archive's folder by now."""
        for word in text.split():
            medium = self._unnamed(word) if word.startswith("http") else None
            if medium and all(medium.key != key for _kind, key in self._missing.values()):
                return True
        return False

    def picture(self, key: str, *, language: str = "") -> int | None:
        """Return the primary key of a picture, which is made on first need; None where it can't be had.

        ``language`` is that of its texts where the source itself says none.
        """
        return self._bring(PICTURE, key, language)

    def document(self, key: str) -> int | None:
        """Return the primary key of a file that is no picture; None where it can't be had."""
        return self._bring(DOCUMENT, key)

    def give_credit(self, pk: int, credit: str) -> bool:
        """Give a picture that an import made a credit, where it has none yet; return whether it has this one now."""
        picture = Picture.objects.filter(pk=pk).first()
        if picture:
            self._write_texts(picture, Medium("", "", credit=credit), "")
        return not picture or picture.credit == read_credit(credit)[0]

    def _bring(self, kind: str, key: str, language: str = "") -> int | None:
        if (kind, key) in self._brought:
            return self._brought[kind, key]
        medium, pk = self.find(key) or Medium(key, ""), None
        try:
            if key not in self._media:
                raise FetchError(_("The archive says nothing of this file."))
            if not self._run.is_preview:
                pk = self._make(kind, medium, language)
            elif opened := self._archive.read(medium):
                opened.close()
            else:
                listed(medium.address)
            pk = pk or FOUND
        except (ArchiveError, ValidationError) as error:
            if getattr(error, "code", "") == "full":
                # Nothing is wrong with the picture: the run goes on another time.
                raise OperationalError(str(error)) from error
            is_refused = isinstance(error, RefusedError | ValidationError)
            note_kind: Any = "dropped" if is_refused else "broken"
            self._tell(medium, Note(note_kind, *reason_of(error), medium.address or key))
            if not self._run.is_preview:
                self._record(kind, medium)
        self._remember(kind, key, pk)
        return pk

    def _remember(self, kind: str, key: str, pk: int | None) -> None:
        self._brought[kind, key] = pk
        if pk and key in self._media:
            self._brought[kind, self._media[key].address] = pk

    def _tell(self, medium: Medium, note: Note) -> None:
        self._notes.setdefault(medium.key, []).append(note)

    def _make(self, kind: str, medium: Medium, language: str) -> int:
        """Bring a medium in, and return its primary key. Raises ``ArchiveError`` and ``ValidationError``."""
        # A source may name one file once per language.
        twin = self._models[kind].objects.filter(pk=self._brought.get((kind, medium.address))).first()
        with TemporaryFile() as file:
            made = twin or self._library_object(kind, medium, file)
            is_new = made.pk is None
            with transaction.atomic():
                if kind == PICTURE:
                    self._write_texts(made, medium, language)
                if is_new:
                    self._save(made, medium)
                self._record(kind, medium, made, is_new=is_new)
        return int(made.pk)

    def _library_object(self, kind: str, medium: Medium, file: IO[bytes]) -> Any:
        """Return the picture or document of the library that is a medium's file, or a new one, not saved."""
        name = PurePosixPath(unquote(medium.address.partition("?")[0])).name
        is_picture = kind == PICTURE
        limit = getattr(settings, "WAGTAILDOCS_MAX_UPLOAD_SIZE", None)
        if is_picture:
            limit = PictureFileField().max_upload_size
        self._read(medium, file, limit)
        # Once more written anew, the library's own file would be another one.
        if own := self._alike(kind, hash_filelike(file)):
            return own
        file.seek(0)
        if is_picture:
            # An address may end in anything; what a file is, it says itself.
            checked = prepare(File(file), f"picture.{kind_of(file.read(16)) or 'bin'}")
        else:
            checked = DocumentFileField().clean(File(file, name))
        digest = hash_filelike(checked)
        return self._alike(kind, digest) or self._models[kind](
            title=normal_text(medium.title or PurePosixPath(name).stem or medium.key)[:LONGEST_TITLE],
            file=checked,
            file_hash=digest,
            file_size=checked.size,
            collection=self._collection,
            uploaded_by_user=self._run.started_by,
        )

    def _alike(self, kind: str, digest: str) -> Any:
        """Return the first of the library's files with a digest that everybody may read, or None."""
        alike = self._models[kind].objects.filter(file_hash=digest).select_related("collection").order_by("pk")
        return next((row for row in alike if not is_closed(row)), None)

    def _read(self, medium: Medium, file: IO[bytes], limit: int | None) -> None:
        """Write a medium to a file. Raises ``ArchiveError``."""
        opened, limit = self._archive.read(medium), limit or get_settings().largest_upload
        if opened is None:
            self._fetcher.fetch(medium.address, file, limit)
            return
        try:
            with opened:
                copy(opened, file, limit)
        except (zipfile.BadZipFile, zlib.error, EOFError) as error:
            raise FetchError(_("It is damaged in the archive.")) from error

    @cached_property
    def _collection(self) -> Collection:
        name = self._run.identity[: Collection._meta.get_field("name").max_length]
        found: Collection | None = Collection.objects.filter(name=name).order_by("path").first()
        return found or Collection.get_first_root_node().add_child(name=name)

    def _write_texts(self, picture: Picture, medium: Medium, language: str) -> None:
        """Give a picture its credit, and caption and alternative text in their language, where it has none yet.

        What was in the library before the import, or was changed there since, stays as it was.
        """
        caption, alt, credit = words_of(medium.caption), words_of(medium.alt), words_of(medium.credit)
        if not credit and (found := credited_caption(caption)):
            caption, credit = found.caption, found.written
        code = own_column_language(medium.language or language or settings.LANGUAGE_CODE)
        columns = {column("caption", code): caption, column("alt_text", code): alt} if code else {}
        if any(len(text) > LONGEST_TEXT for text in columns.values()):
            text = _("%(address)s: the caption was cut after %(number)d characters.")
            self._tell(medium, Note("dropped", text, {"address": medium.address, "number": LONGEST_TEXT}))
        before = texts_of(picture)
        makers = ImportedItem.objects.filter(kind=PICTURE, object_id=picture.pk, content_hash=before)
        if picture.pk and not makers.exists():
            return
        for name, text in columns.items():
            setattr(picture, name, getattr(picture, name) or text[:LONGEST_TEXT])
        if credit and not picture.credit:
            set_credit_details(picture, {"credit": credit, "kind": picture.kind, "licence": picture.licence})
        if picture.pk and texts_of(picture) != before:
            picture.save(update_fields=[*columns, "credit", "kind"])
            makers.update(content_hash=texts_of(picture))

    def _save(self, made: Any, medium: Medium) -> None:
        """Save a picture or document, with the columns that an export of ours has. Raises ``ValidationError``."""
        fields = {field.name for field in made._meta.concrete_fields if not field.primary_key} - OF_FILES
        values: dict[str, Any] = json.loads(medium.data) if medium.data else {}
        for name in fields & values.keys():
            setattr(made, name, values[name])
        if values:
            made.clean_fields(exclude=[*OF_FILES, *(name for name in fields if not values.get(name))])
        try:
            made.save()
        except OSError as error:
            if error.errno not in STORE_FAULTS:
                raise
            # As with a locked database, the run goes on another time.
            raise OperationalError(str(error)) from error
        if tags := values.get("tags"):
            made.tags.set([str(tag)[:100] for tag in tags])

    def _record(self, kind: str, medium: Medium, made: Any = None, *, is_new: bool = False) -> None:
        facts: dict[str, Any] = {
            "run": self._run,
            "made_by": self._run if is_new else None,
            "object_id": made and made.pk,
            "content_hash": texts_of(made) if is_new else "",
            "what": "created" if is_new else "unchanged" if made else "failed",
            "title": normal_text(medium.title)[:LONGEST_TITLE],
            "notes": [note.stored() for note in self.notes(medium.key)],
            # What Word or an export of ours calls a file was no address.
            "addresses": [each for each in (medium.address, *medium.page_addresses) if each.startswith(("http", "/"))],
        }
        identity = self._run.identity
        ImportedItem.objects.update_or_create(identity=identity, kind=kind, key=medium.key, defaults=facts)


def _told(note: Sequence[Any]) -> str:
    """Return what a stored note says, of whatever kind it is."""
    return json.dumps(note[1:], sort_keys=True)


def words_of(html: str) -> str:
    """Return the words of a caption, alternative text or credit."""
    return readable_text(html[:LONGEST_HTML], rich=True)
