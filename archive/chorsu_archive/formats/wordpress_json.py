"""What WordPress's REST API answers (``wp-json/wp/v2/…``), stored as files in a folder or zip.

A file has a list of objects, or one. What they are is told by their properties, never by the file's name. What is
embedded (``?_embed``) counts like what was fetched by itself. Languages are read as Polylang Pro (``lang``,
``translations``), "WPML REST API" and "wp-rest-polylang" (a locale, and a list of translations) write them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO, Literal
from urllib.parse import unquote, urlsplit

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chorsu_archive.conf import get_settings
from chorsu_archive.formats.wordpress import STATUS, identity_of, language_code
from chorsu_archive.items import ArchiveError, Contributor, Item, Medium, Note, Options, Term
from chorsu_archive.sources import Files, file_at, moment
from chorsu_editorial.markup import readable_text
from chorsu_locales.normal_form import permitted

Kind = Literal["post", "medium", "term", "user"]
# A hundred posts with all that is embedded in them have some 6 MB.
LONGEST_FILE = 32_000_000
HEAD, MOST_HEADS = 16_384, 20
# Other JSON has none of these properties so early.
MARKS = (b'"rendered"', b'"taxonomy"', b'"avatar_urls"', b'"_links"')
# Of what no reader ever saw as a page; names of WordPress's own begin with "wp_".
INTERNAL = frozenset({"nav_menu_item", "revision", "elementor_library"})
LOCALES = ("lang", "wpml_current_locale", "polylang_current_lang")
TRANSLATIONS = ("translations", "wpml_translations", "polylang_translations")
# Where an address of the API leaves that of the site.
API = ("/index.php/wp-json/", "/wp-json/", "/index.php?rest_route=", "/?rest_route=")
CUT = "[…]"
# HTML in which the 55 words are that WordPress makes an excerpt of.
LONGEST_BEGINNING = 4000


class WordPressJson:
    """Answers of WordPress's REST API."""

    name = "wordpress_json"
    label = gettext_lazy("WordPress: answers of its REST API")

    def recognises(self, path: Path) -> bool:
        with suppress(ArchiveError):
            files = Files(path)
            heads = (files.head(name, HEAD) for name in islice(_json_names(files), MOST_HEADS))
            return any(head[:8].lstrip(b"\xef\xbb\xbf \r\n\t")[:1] in b"[{" and _has_mark(head) for head in heads)
        return False

    def open(self, path: Path, options: Options) -> Answers:
        return Answers(path, options)


def _json_names(files: Files) -> Iterator[str]:
    return (name for name in files.names if name.lower().endswith(".json"))


def _has_mark(head: bytes) -> bool:
    return any(mark in head for mark in MARKS)


class Answers:
    """The articles of all files. Drafts and private ones are there if whoever fetched the answers was signed in."""

    def __init__(self, path: Path, options: Options) -> None:
        self.options = options
        self._files = Files(path)
        found = (home for _kind, each in self._objects() if (home := _home(each)))
        self.home = next(found, "")
        if not self.home:
            raise ArchiveError(_("%(name)s holds no posts or pages of WordPress.") % {"name": path.name})
        self.identity = identity_of(self.home)[:255]

    def contributors(self) -> Iterator[Contributor]:
        return iter(self._people.values())

    def terms(self) -> Iterator[Term]:
        return iter(self._terms.values())

    def media(self) -> Iterator[Medium]:
        for number, each in self._once("medium"):
            if address := _text(each, "source_url"):
                facts = _dict(_dict(each.get("media_details")).get("image_meta"))
                yield Medium(
                    key=str(number),
                    address=address,
                    title=_read(each, "title"),
                    caption=_read(each, "caption"),
                    alt=_text(each, "alt_text"),
                    credit=_text(facts, "credit") or _text(facts, "copyright"),
                    page_addresses=self._addresses(each, "attachment_id"),
                    language=_language(each),
                )

    def items(self) -> Iterator[Item]:
        for number, each in self._once("post"):
            if item := self._item(number, each):
                yield item

    def read(self, medium: Medium) -> BinaryIO | None:
        return file_at(self.options.media, medium.address)

    def _objects(self) -> Iterator[tuple[Kind, dict[str, Any]]]:
        """Yield the objects of all files; holds one file. Raises ``ArchiveError``."""
        for name in _json_names(self._files):
            try:
                answer = json.loads(self._files.read(name, LONGEST_FILE))
            except (ValueError, RecursionError) as error:
                raise ArchiveError(_("%(name)s isn't JSON, or it is damaged.") % {"name": name}) from error
            for entry in answer if isinstance(answer, list) else [answer]:
                for each in (entry, *_embedded(entry)):
                    if isinstance(each, dict) and (kind := _kind(each)):
                        yield kind, each

    def _once(self, wanted: Kind) -> Iterator[tuple[int, dict[str, Any]]]:
        seen = set[int]()
        for kind, each in self._objects():
            if kind == wanted and (number := _number(each["id"])) not in seen:
                seen.add(number)
                yield number, each

    @cached_property
    def _people(self) -> dict[int, Contributor]:
        people = {}
        for number, each in self._once("user"):
            key = _text(each, "slug") or str(number)
            people[number] = Contributor(key, _text(each, "name") or key, _read(each, "description"))
        return people

    @cached_property
    def _terms(self) -> dict[int, Term]:
        terms: dict[int, Term] = {}
        taken = set[tuple[str, str]]()
        for number, each in self._once("term"):
            taxonomy, slug = _text(each, "taxonomy"), unquote(_text(each, "slug"))
            key = slug if slug and (taxonomy, slug) not in taken else str(number)
            taken.add((taxonomy, key))
            terms[number] = Term(taxonomy, key, _read(each, "name") or key, _language(each), _group(number, each))
        return terms

    def _addresses(self, entry: Mapping[str, Any], parameter: str) -> tuple[str, ...]:
        short = f"{self.home}/?{parameter}={_number(entry['id'])}"
        found = (_text(entry, "link"), _rendered(entry, "guid"), short)
        return tuple(dict.fromkeys(each for each in found if each.startswith(("http://", "https://"))))

    def _item(self, number: int, entry: dict[str, Any]) -> Item | None:
        """Return an article; None for what was thrown away there, and what is no article."""
        said, kind = _text(entry, "status"), _text(entry, "type") or "post"
        status = STATUS.get(said or "draft")
        if status is None or kind in INTERNAL or kind.startswith("wp_"):
            return None
        notes = (
            [] if said else [Note("guessed", _("The file doesn't say whether it was published; it is a draft here."))]
        )
        html = _rendered(entry, "content")
        if _dict(entry["content"]).get("protected"):
            status = "private"
            if not html:
                notes.append(Note("dropped", _("A password protects it there, so the API gives no text.")))
            notes.append(Note("dropped", _("Its password was left out; nobody but editors sees it here.")))
        if len(html) > get_settings().largest_text:
            notes.append(Note("dropped", _("Its text is longer than any article; it was left out.")))
            html = ""
        person = self._people.get(author := _number(entry.get("author")))
        if author and not person:
            notes.append(Note("broken", _("Its author, number %d there, is in none of the files.") % author))
        numbers = list(_term_numbers(entry))
        terms = [term for each in numbers if (term := self._terms.get(each))]
        if lost := len(numbers) - len(terms):
            notes.append(Note("broken", _("%d of its categories and tags are in none of the files.") % lost))
        picture = _number(entry.get("featured_media"))
        return Item(
            key=str(number),
            title=_read(entry, "title"),
            slug=unquote(_text(entry, "slug")),
            language=_language(entry),
            group=_group(number, entry),
            kind=kind,
            status=status,
            lead=_lead(_read(entry, "excerpt"), html),
            html=html,
            published=moment(entry.get("date_gmt")) or moment(entry.get("date")),
            modified=moment(entry.get("modified_gmt")),
            authors=(person.key,) if person else (),
            terms=tuple(dict.fromkeys((term.kind, term.key) for term in terms)),
            picture=str(picture) if picture else "",
            fields=dict(_fields(entry)),
            addresses=self._addresses(entry, "page_id" if kind == "page" else "p"),
            notes=tuple(notes),
        )


def _kind(entry: Mapping[str, Any]) -> Kind | None:
    """Tell what an object is by its properties; None for answers of other kinds, such as comments and refusals."""
    if not _number(entry.get("id")):
        return None
    if "taxonomy" in entry:
        return "term"
    if "source_url" in entry or entry.get("type") == "attachment":
        return "medium"
    if "content" in entry and "title" in entry:
        # A revision has no address.
        return "post" if "link" in entry else None
    return "user" if "name" in entry and "slug" in entry and "count" not in entry else None


def _embedded(entry: object) -> Iterator[object]:
    """Yield what is embedded in an object: lists by relation, of which that of terms has a list for each taxonomy."""
    for relation in _dict(_dict(entry).get("_embedded")).values():
        for each in _list(relation):
            yield from each if isinstance(each, list) else [each]


def _home(entry: Mapping[str, Any]) -> str:
    """Return the address of the site that an object is of, without a slash at its end."""
    for own in _list(_dict(entry.get("_links")).get("self"))[:1]:
        address = _text(_dict(own), "href")
        for api in API if address.startswith(("http://", "https://")) else ():
            if api in address:
                return address.partition(api)[0]
    with suppress(ValueError):
        parts = urlsplit(_text(entry, "link"))
        return f"{parts.scheme}://{parts.netloc}" if parts.scheme in {"http", "https"} and parts.netloc else ""
    return ""


def _dict(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _number(value: object) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 < value < 2**63 else 0


def _text(entry: Mapping[str, Any], name: str) -> str:
    value = entry.get(name)
    return permitted(value).strip() if isinstance(value, str) else ""


def _rendered(entry: Mapping[str, Any], name: str) -> str:
    return _text(_dict(entry.get(name)), "rendered") or _text(entry, name)


def _read(entry: Mapping[str, Any], name: str) -> str:
    """Return what a reader reads of a property in HTML."""
    return readable_text(_rendered(entry, name), rich=True)


def _language(entry: Mapping[str, Any]) -> str:
    given = next((text for name in LOCALES if (text := _text(entry, name))), "")
    return language_code(given) or given


def _group(number: int, entry: Mapping[str, Any]) -> str:
    """Return the lowest number of an object and its translations; "" where it has none."""
    same = {number}
    for found in map(entry.get, TRANSLATIONS):
        for each in (*_dict(found).values(), *_list(found)):
            same.add(_number(each.get("id") if isinstance(each, dict) else each))
    same.discard(0)
    return str(min(same)) if len(same) > 1 else ""


def _term_numbers(entry: Mapping[str, Any]) -> Iterator[int]:
    """Yield the numbers of an article's terms, under the names of their taxonomies in the API."""
    names = dict.fromkeys(("categories", "tags"))
    for relation in _list(_dict(entry.get("_links")).get("wp:term")):
        # Without permalinks the path is a parameter.
        path = unquote(_text(_dict(relation), "href")).partition("post=")[0].rstrip("?&")
        names[path.rpartition("/")[2]] = None
    for numbers in map(entry.get, names):
        yield from filter(None, map(_number, _list(numbers)))


def _fields(entry: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield custom fields: those that the site registered for the API, and those of the plug-in ACF."""
    for found in (entry.get("meta"), entry.get("acf")):
        for name, value in _dict(found).items():
            only = value[0] if isinstance(value, list) and len(value) == 1 else value
            written = only if isinstance(only, str) else json.dumps(only, ensure_ascii=False)
            # Its notes are in the text too.
            if only not in (None, "", [], {}, False) and name != "footnotes" and not name.startswith("_"):
                yield permitted(name), permitted(written)


def _lead(excerpt: str, html: str) -> str:
    """Return an excerpt that somebody wrote; where nobody did, WordPress gives the beginning of the text."""
    begin = excerpt.partition(CUT)[0].rstrip(" .…")
    text = readable_text(html[:LONGEST_BEGINNING], rich=True)
    is_made = excerpt.rstrip(" .…") in {text.rstrip(" .…"), ""} or (begin != excerpt and text.startswith(begin))
    return "" if is_made else excerpt
