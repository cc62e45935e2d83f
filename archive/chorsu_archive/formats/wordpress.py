"""WXR, the export of WordPress ("WordPress eXtended RSS"), versions 1.0 to 1.2.

Its shape is that of ``export_wp()`` in WordPress 6; languages are kept as Polylang and WPML do. It is read by expat:
lxml holds a CDATA section in memory as a whole, and every text of an article is one.
"""

from __future__ import annotations

import csv
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cached_property
from html import unescape
from itertools import takewhile
from pathlib import Path
from typing import BinaryIO, NamedTuple
from urllib.parse import quote, unquote
from xml.parsers import expat

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.coreutils import get_content_languages

from chorsu_archive.conf import get_settings
from chorsu_archive.items import ArchiveError, Contributor, Item, Medium, Note, Options, Status, Term
from chorsu_archive.sources import Files, file_at, moment
from chorsu_locales.table import LANGUAGES, normal_code

_CHUNK, _HEAD = 65_536, 16_384
_DEEPEST, _MOST_NAMES, _MOST_HELD, _LARGEST_TABLE = 100, 10_000, 1_000_000, 200_000_000
# Names of elements are told apart by these, whatever prefix a file gives them; ``excerpt:encoded`` is an ``excerpt``.
# WordPress.com writes https.
_MARK = b"://wordpress.org/export/1."
_WORDPRESS = re.compile(r"https?://wordpress\.org/export/1\.\d/(excerpt/)?")
_SPACES = {"": "", "http://purl.org/dc/elements/1.1/": "", "http://purl.org/rss/1.0/modules/content/": "content"}
_FACTS = frozenset({"title", "link", "wxr_version", "base_blog_url"})
_WITH_METAS = frozenset({"postmeta", "termmeta"})
# Custom fields of WordPress and its plug-ins begin with a low line; these of them are read.
_METAS = ("_thumbnail_id", "_wp_", "_wpml_import_", "_icl_lang_code", "_locale", "_translations")
# Post types and taxonomies in which WordPress and its plug-ins keep what isn't said to readers.
_INTERNAL = re.compile(
    r"(?:attachment|nav_menu_item|revision|custom_css|customize_changeset|oembed_cache|user_request|guest-author"
    r"|product_variation|polylang_mo|amp_validated_url|feedback|scheduled-action|mc4wp-form)$"
    r"|wp_|acf-|elementor_|jp_|shop_|wpcf7_"
)
_NO_TERMS = re.compile(
    r"(?:author|(?:term_)?language|(?:post|term)_translations|nav_menu|post_format|link_category"
    r"|translation_priority|elementor_library_type)$|wp_"
)
STATUS: dict[str, Status] = {"private": "private", "future": "scheduled", "draft": "draft", "pending": "draft"}
STATUS |= {"publish": "live"}
_GONE = frozenset({"trash", "auto-draft", "inherit"})
# Codes of countries that sites took for those of the languages.
_MISTAKEN = {"tj": "tg", "kz": "kk", "kg": "ky"}
# Of what PHP serialised: a language with a key, which some wrote as text, and values by their names.
_PAIRS = re.compile(r's:\d{1,4}:"([\w-]{1,20})";(?:i:|s:\d{1,9}:")(\d{1,19})\b')
_VALUES = re.compile(r's:\d{1,3}:"(locale|credit|original_image)";s:\d{1,9}:"([^"]*)"')


@dataclass(slots=True)
class _Record:
    """An element of the channel with the texts that it holds; ``long`` are the names of those left out as too long."""

    kind: str
    texts: dict[str, str] = field(default_factory=dict)
    terms: list[tuple[str, str, str]] = field(default_factory=list)
    metas: list[tuple[str, str]] = field(default_factory=list)
    comments: int = 0
    long: set[str] = field(default_factory=set)

    def text(self, *names: str) -> str:
        return next((text for name in names if (text := self.texts.get(name, "").strip())), "")

    def meta(self, *names: str) -> str:
        return next((value.strip() for key, value in self.metas if key in names and value.strip()), "")


class _Parser:
    """Makes records of a file that is fed in pieces; holds one at a time, of at most four longest texts."""

    def __init__(self, name: str, without: str) -> None:
        self.name, self.without, self.most = name, without, get_settings().largest_text
        self.names: dict[str, str] = {}
        self.records: list[_Record] = []
        self.record: _Record | None = None
        self.parts: list[str] | None = None
        self.given: dict[str, str] = {}
        self.outer = self.field = ""
        self.depth = self.size = self.length = self.fed = 0
        self.expat = expat.ParserCreate(namespace_separator="}")
        self.expat.buffer_text, self.expat.buffer_size = True, _CHUNK
        self.expat.StartElementHandler, self.expat.EndElementHandler = self.start, self.end
        self.expat.CharacterDataHandler, self.expat.StartDoctypeDeclHandler = self.data, self.doctype
        self.expat.StartNamespaceDeclHandler = lambda prefix, space: self.name_of(f"{space}}}{prefix}")

    def feed(self, chunk: bytes) -> list[_Record]:
        """Return the records that end in this piece; an empty one is the end of the file. Raises ``ArchiveError``."""
        try:
            self.expat.Parse(chunk, not chunk)
        except expat.ExpatError as error:
            at, reason = self.expat.ErrorByteIndex - self.fed, expat.ErrorString(error.code)
            if not chunk:
                reason = _("it ends in the middle; export or download it again")
            elif 0 <= at < len(chunk) and chunk[at] < 32:
                reason = _("there is a control character; remove it")
            elif 0 <= at < len(chunk) and chunk[at] > 127:
                reason = _("it isn't in the encoding that the file names; save it as UTF-8")
            raise self.refusal(reason, error.lineno) from error
        except (LookupError, ValueError) as error:
            raise self.refusal(_("it names an encoding that can't be read; save it as UTF-8")) from error
        self.fed += len(chunk)
        # Until it ends, expat holds whatever is neither text nor an element.
        if self.fed - self.expat.CurrentByteIndex > self.most + _CHUNK:
            raise self.refusal(_("a comment or an attribute is longer than any of WordPress"))
        records, self.records = self.records, []
        return records

    def refusal(self, reason: str | None, line: int | None = None) -> ArchiveError:
        facts = {"line": line or self.expat.CurrentLineNumber, "name": self.name, "reason": reason}
        return ArchiveError(_("Line %(line)d of %(name)s can't be read: %(reason)s.") % facts)

    def doctype(self, *_facts: object) -> None:
        raise self.refusal(_("it declares a document type, which no export does and which can do harm"))

    def name_of(self, tag: str) -> str:
        """Return an element's name as the rest of this module knows it; "" for one that isn't WordPress's."""
        if tag not in self.names:
            if len(self.names) >= _MOST_NAMES:
                raise self.refusal(_("it has more names than an export"))
            space, _brace, name = tag.rpartition("}")
            if found := _WORDPRESS.fullmatch(space):
                name = "excerpt" if found[1] else name
            else:
                name = (_SPACES[space] or name) if space in _SPACES else ""
            self.names[tag] = name
        return self.names[tag]

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self.depth += 1
        for each in attributes:
            self.name_of(each)
        name, record, self.parts = self.name_of(tag), self.record, None
        if self.depth == 1 and name != "rss":
            raise self.refusal(_("it is no export of WordPress"))
        if self.depth > _DEEPEST:
            raise self.refusal(_("its elements are nested too deeply"))
        if self.depth == 3:
            record = self.record = _Record(name)
            self.size, wanted = 0, name in _FACTS
        elif record and self.depth == 4:
            self.outer, self.given, wanted = name, attributes, name != self.without
            self.size += sum(map(len, attributes.values()))
            record.comments += name == "comment"
        elif record and self.depth == 5 and self.outer in _WITH_METAS:
            key = record.texts.get("meta_key", "_")
            wanted = name == "meta_key" or (name == "meta_value" and (key[:1] != "_" or key.startswith(_METAS)))
        else:
            wanted = False
        if wanted:
            self.field, self.parts, self.length = name, [], 0
            self.size += 100

    def data(self, text: str) -> None:
        if self.parts is not None and self.record:
            self.length += len(text)
            self.size += len(text)
            self.parts.append(text)
            if self.length > self.most or self.size > 4 * self.most:
                self.parts = None
                self.record.long.add(self.record.texts.get("meta_key", self.field)[:100])

    def end(self, _tag: str) -> None:
        depth, record, parts = self.depth, self.record, self.parts
        self.depth, self.parts = depth - 1, None
        if record is None:
            return
        if parts is not None:
            record.texts.setdefault(self.field, "".join(parts))
        if depth == 3:
            self.records.append(record)
            self.record = None
        elif depth == 4 and (self.outer == "category" or self.outer in _WITH_METAS):
            name, key, value = (record.texts.pop(each, "") for each in ("category", "meta_key", "meta_value"))
            if self.size > 4 * self.most:
                record.long.add(self.outer)
            elif self.outer == "category":
                record.terms.append((self.given.get("domain", "category"), self.given.get("nicename", ""), name))
            elif value:
                record.metas.append((key, value))


def _files(path: Path) -> Iterator[tuple[str, BinaryIO]]:
    """Yield the files of an export, opened: itself, or those of a zip or a folder; ``wp export`` makes several."""
    files = Files(path, most=4 * get_settings().largest_upload)
    for name in [each for each in files.names if each.lower().endswith(".xml")] or files.names[:1]:
        # UTF-16 writes a zero beside each byte.
        if _MARK in files.head(name, _HEAD).replace(b"\0", b""):
            with files.open(name) as file:
                yield name, file


def _records(path: Path, without: str = "") -> Iterator[_Record]:
    """Yield the records of an export, without one kind of text. Raises ``ArchiveError``."""
    for name, file in _files(path):
        parser = _Parser(name, without)
        piece = b" "
        while piece:
            try:
                piece = file.read(_CHUNK)
            except Exception as error:  # zipfile raises a dozen kinds of exception, and zlib its own
                raise ArchiveError(_("%(name)s is damaged, or isn't what its name says.") % {"name": name}) from error
            yield from parser.feed(piece)


def identity_of(home: str) -> str:
    """Return what is the same before and after a site got its certificate; "" where that is no address."""
    address = home.lower().partition("://")[2]
    return address and f"https://{address}"


def language_code(given: str) -> str:
    """Return the site's code, or the table's, for a locale or code of WordPress ("ru_RU"); "" for an unknown one."""
    code = normal_code(given)
    base = code.partition("-")[0]
    known = {*get_content_languages(), *LANGUAGES}
    return next((each for each in (code, base, _MISTAKEN.get(base, "")) if each in known), "")


# Of a term: its taxonomy and its slug; of a row of WPML's table: "post" or "tax", and an id.
_Key = tuple[str, str]


class _Group(NamedTuple):
    """The language of a post or term, and those that are its translations."""

    key: str = ""
    language: str = ""
    original: bool = False


def _read_groups(path: Path | None) -> dict[_Key, _Group]:
    """Return what WPML's table ``icl_translations``, as CSV or TSV with its header, says of posts and terms."""
    found: dict[_Key, _Group] = {}
    if path is None:
        return found
    try:
        if path.stat().st_size > _LARGEST_TABLE:
            raise ArchiveError(_("%s is too large for a table of translations.") % path.name)
        with path.open(encoding="utf-8-sig", newline="") as file:
            head = file.readline()
            file.seek(0)
            for row in csv.DictReader(file, delimiter=max("\t;,", key=head.count), strict=True):
                kind, _underscore, name = (row["element_type"] or "").partition("_")
                if kind in {"post", "tax"} and not _INTERNAL.match(name) and row["trid"]:
                    original = (row["source_language_code"] or "") in {"", "NULL", r"\N"}
                    group = _Group(f"trid {row['trid']}", sys.intern(row["language_code"] or ""), original)
                    found[kind, row["element_id"] or ""] = group
    except (OSError, KeyError, ValueError, csv.Error) as error:
        columns = "element_type, element_id, trid, language_code, source_language_code"
        message = _("%(name)s isn't WPML's table icl_translations as CSV in UTF-8 with the columns %(columns)s.")
        raise ArchiveError(message % {"name": path.name, "columns": columns}) from error
    return found


def _key(record: _Record) -> str:
    return record.text("post_id", "guid", "link", "post_name", "title")[:100]


def _own_key(record: _Record, seen: set[str]) -> str:
    """Return an article's key, "" for one that came before; in merged exports different ones have the same id."""
    key, longer = _key(record), f"{_key(record)} {record.text('post_name')[:100]}"
    found = "" if longer in seen else longer if key in seen else key
    seen |= {key, longer}
    return found


def _is_article(record: _Record) -> bool:
    return record.kind == "item" and not _INTERNAL.match(record.text("post_type"))


def _authors(record: _Record, people: Mapping[str, Contributor]) -> dict[str, str]:
    """Return logins and names; those of Co-Authors Plus stand for WordPress's one."""
    creator = record.text("creator")
    found = {
        name if name in people else slug.removeprefix("cap-"): name
        for kind, slug, name in record.terms
        if kind == "author"
    }
    if creator and (creator in found or not found):
        found = {creator: found.get(creator, creator)} | found
    return found


class _Index:
    """What has to be known of an export before its articles are read; small, however long those are."""

    def __init__(self, records: Iterable[_Record], groups: dict[_Key, _Group]) -> None:
        self.groups = groups
        self.people: dict[str, Contributor] = {}
        self.terms: dict[_Key, Term] = {}
        # Polylang's languages have short names of the site's choice.
        self.locales: dict[str, str] = {}
        self.left_out: Counter[str] = Counter()
        # Of terms: their ids; by id, what the map of a group says; the one language of their articles, or "".
        numbers, joined, used = dict[_Key, str](), dict[str, _Group](), dict[_Key, str]()
        shifts, seen = Counter[timedelta](), set[str]()
        for record in records:
            if record.kind == "author":
                names = f"{record.text('author_first_name')} {record.text('author_last_name')}".strip()
                self._add_person(record.text("author_login"), record.text("author_display_name") or names)
            elif record.kind in {"category", "tag", "term"}:
                self._add_term(record, numbers, joined)
            elif record.text("post_type") == "guest-author":
                login = record.meta("cap-user_login") or record.text("post_name").removeprefix("cap-")
                self._add_person(login, record.meta("cap-display_name") or record.text("title"))
            elif _is_article(record):
                self._add_item(record, used, shifts, seen)
            if len(self.people) + len(self.terms) + len(self.locales) + len(joined) + len(seen) > _MOST_HELD:
                raise ArchiveError(_("It has more articles, people and terms than can be read at once."))
        for key, term in self.terms.items():
            number = numbers.get(key, "")
            group = joined.get(number) or groups.get(("tax", number)) or _Group(term.group, term.language)
            code = self.code(group.language) or used.get(key, "")
            self.terms[key] = replace(term, language=code, group=group.key)
        # How far the site's clock mostly was from GMT.
        self.shift = shifts.most_common(1)[0][0] if shifts else None

    def _add_person(self, login: str, name: str) -> None:
        if login:
            self.people[login] = Contributor(login, unescape(name) or login)

    def _add_term(self, record: _Record, numbers: dict[_Key, str], joined: dict[str, _Group]) -> None:
        kind = {"category": "category", "tag": "post_tag"}.get(record.kind) or record.text("term_taxonomy")
        slug = record.text("category_nicename", "tag_slug", "term_slug")
        about = record.text("term_description")
        if kind == "language":
            self.locales[slug] = dict(_VALUES.findall(about)).get("locale", slug)
        elif kind == "term_translations":
            joined |= {number: _Group(slug, language) for language, number in _PAIRS.findall(about)}
        elif slug and not _NO_TERMS.match(kind):
            name = unescape(record.text("cat_name", "tag_name", "term_name")) or slug
            said = (record.meta(f"_wpml_import_{each}") for each in ("language_code", "translation_group"))
            self.terms.setdefault((kind, slug), Term(kind, slug, name, *said))
            numbers.setdefault((kind, slug), record.text("term_id"))

    def _add_item(self, record: _Record, used: dict[_Key, str], shifts: Counter[timedelta], seen: set[str]) -> None:
        language = self.code(self.translation(record).language)
        if record.text("status") in _GONE or not _own_key(record, seen):
            self.left_out["trash" if record.text("status") in _GONE else "twice"] += 1
            return
        for login, name in _authors(record, self.people).items():
            if login not in self.people:
                self._add_person(login, name)
        for kind, slug, name in record.terms:
            if not _NO_TERMS.match(kind):
                self.terms.setdefault((kind, slug), Term(kind, slug, unescape(name) or slug))
                used[kind, slug] = language if used.get((kind, slug), language) == language else ""
        gmt, local = moment(record.text("post_date_gmt")), moment(record.text("post_date"))
        if gmt and local and len(shifts) < 1000:
            shifts[local - gmt] += 1

    def code(self, language: str) -> str:
        """Return the site's code for a language of the source, or what the source says."""
        return language_code(self.locales.get(language, language)) or language

    def translation(self, record: _Record) -> _Group:
        """Return what an item says of its language and group: as Polylang does, WPML, or the table of that."""
        said = {kind: slug for kind, slug, _name in record.terms}
        row = self.groups.get(("post", record.text("post_id")), _Group())
        wpml = record.meta("_icl_lang_code", "_wpml_import_language_code")
        is_first = bool(record.meta("_wpml_import_language_code"))
        trid, posts = record.meta("trid"), _PAIRS.findall(record.meta("_translations"))
        return _Group(
            said.get("post_translations")
            or record.meta("_wpml_import_translation_group")
            or (f"trid {trid}" if trid else row.key)
            or (f"translations {min(int(number) for _language, number in posts)}" if posts else ""),
            said.get("language") or wpml or row.language or record.meta("_locale"),
            row.original or (is_first and not record.meta("_wpml_import_source_language_code")),
        )


class WordPressArchive:
    """An export of WordPress; ``items`` leaves out what is in the trash, and what has an id of an earlier one."""

    def __init__(self, path: Path, options: Options) -> None:
        self.path, self.options = path, options
        if next(_files(path), None) is None:
            raise ArchiveError(_("%s is no export of WordPress.") % path.name)
        head = takewhile(lambda record: record.kind != "item", _records(path, "content"))
        facts = {record.kind: record.text(record.kind) for record in head if record.kind in _FACTS}
        version = facts.get("wxr_version", "1.2")
        if version not in {"1.0", "1.1", "1.2"}:
            raise ArchiveError(_("It is an export of version %s; 1.0 to 1.2 can be read.") % version[:20])
        self.site = (facts.get("base_blog_url") or facts.get("link", "")).rstrip("/")
        self.identity = (identity_of(self.site) or facts.get("title") or path.stem)[:255]

    @cached_property
    def _index(self) -> _Index:
        return _Index(_records(self.path, "content"), _read_groups(self.options.groups))

    @property
    def left_out(self) -> Mapping[str, int]:
        """How many articles ``items`` leaves out: ``trash``, and ``twice``."""
        return self._index.left_out

    def contributors(self) -> Iterator[Contributor]:
        return iter(self._index.people.values())

    def terms(self) -> Iterator[Term]:
        return iter(self._index.terms.values())

    def media(self) -> Iterator[Medium]:
        for record in _records(self.path, "content"):
            if record.text("post_type") != "attachment" or record.text("status") == "trash":
                continue
            about = dict(_VALUES.findall(record.meta("_wp_attachment_metadata")))
            file = record.meta("_wp_attached_file")
            address = record.text("attachment_url") or (file and f"{self.site}/wp-content/uploads/{file}")
            address = address or record.text("guid")
            pages = self._addresses(record, "attachment_id")
            if unscaled := about.get("original_image"):
                pages += (f"{address.rpartition('/')[0]}/{unscaled}",)
            yield Medium(
                key=_key(record),
                address=address,
                title=record.text("title"),
                caption=record.text("excerpt"),
                alt=unescape(record.meta("_wp_attachment_image_alt")),
                credit=about.get("credit", ""),
                page_addresses=tuple(each for each in dict.fromkeys(pages) if each != address),
                language=self._index.code(self._index.translation(record).language),
            )

    def items(self) -> Iterator[Item]:
        index, seen = self._index, set[str]()
        for record in _records(self.path):
            if _is_article(record) and record.text("status") not in _GONE and (key := _own_key(record, seen)):
                yield self._item(record, key, index)

    def _item(self, record: _Record, own_key: str, index: _Index) -> Item:
        kind, said = record.text("post_type") or "post", record.text("status")
        translation, status = index.translation(record), STATUS.get(said, "draft")
        notes = [Note("dropped", _("%s is too long and was left out.") % name) for name in sorted(record.long)]
        if said not in STATUS:
            notes.append(Note("guessed", _("Its status, %s, is unknown here; it became a draft.") % (said[:40] or "?")))
        if record.text("post_password"):
            status = "draft"
            notes.append(Note("dropped", _("It was shown to those with a password only; it became a draft.")))
        if record.comments:
            notes.append(Note("dropped", _("Comments and pings left out: %d.") % record.comments))
        if translation.language and not language_code(index.code(translation.language)):
            notes.append(Note("guessed", _("Its language, %s, is unknown here.") % translation.language[:40]))
        published, is_exact = self._date(record, "post_date")
        if not is_exact and status == "draft":
            published = None  # WordPress gives drafts no date in GMT until they are published
        elif not is_exact and published:
            notes.append(Note("guessed", _("Its date is in a time zone that the export doesn't say.")))
        fields: dict[str, str] = {}
        for key, value in record.metas:
            if not key.startswith("_") and key != "trid":
                fields[key] = f"{fields[key]}\n{value}" if key in fields else value
        picture = record.meta("_thumbnail_id")
        return Item(
            key=own_key,
            title=record.text("title"),
            slug=unquote(record.text("post_name")),
            language=index.code(translation.language),
            group=translation.key,
            original=translation.original,
            kind=kind,
            status=status,
            lead=record.text("excerpt"),
            html=record.text("content"),
            texts="wordpress",
            published=published,
            modified=self._date(record, "post_modified")[0],
            authors=tuple(_authors(record, index.people)),
            terms=tuple((kind, slug) for kind, slug, _name in record.terms if not _NO_TERMS.match(kind)),
            picture=picture if picture != "0" else "",
            fields=fields,
            addresses=self._addresses(record, "p", *(["page_id"] if kind == "page" else [])),
            notes=tuple(notes),
        )

    def _date(self, record: _Record, name: str) -> tuple[datetime | None, bool]:
        """Return a date, and whether the export says in which time zone it is."""
        if said := moment(record.text(f"{name}_gmt")):
            return said, True
        local, shift = moment(record.text(name)), self._index.shift
        if local and shift is None:
            return timezone.make_aware(local.replace(tzinfo=None), timezone.get_default_timezone()), False
        return local and local - (shift or timedelta()), False

    def _addresses(self, record: _Record, *names: str) -> tuple[str, ...]:
        link, slug, number = record.text("link"), record.text("post_name"), record.text("post_id")
        found = [link, record.text("guid"), *(f"{self.site}/?{name}={number}" for name in names)]
        head, is_there, tail = link.rpartition(slug) if slug else ("", "", "")
        if is_there:
            old = (value for key, value in record.metas if key == "_wp_old_slug")
            found += [f"{head}{each if each.isascii() else quote(each)}{tail}" for each in old]
        return tuple(dict.fromkeys(each for each in found if re.match("https?://", each) and len(each) <= 2000))

    def read(self, medium: Medium) -> BinaryIO | None:
        return file_at(self.options.media, medium.address)


class WordPress:
    """The format: a WXR file, a zip of such files as WordPress.com gives it, or a folder of them."""

    name = "wordpress"
    label = gettext_lazy("WordPress export (WXR)")

    def recognises(self, path: Path) -> bool:
        try:
            return next(_files(path), None) is not None
        except ArchiveError:
            return False

    def open(self, path: Path, options: Options) -> WordPressArchive:
        return WordPressArchive(path, options)
