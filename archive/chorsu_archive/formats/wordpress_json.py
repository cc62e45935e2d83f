"""What WordPress's REST API answers (``wp-json/wp/v2/…``), stored as files in a folder or zip.

A file has a list of objects, or one. What they are is told by their properties, never by the file's name. What is
embedded (``?_embed``) counts like what was fetched by itself. Languages are read as Polylang Pro (``lang``,
``translations``), "WPML REST API" and "wp-rest-polylang" (a locale, and a list of translations) write them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from django.utils.translation import gettext_lazy
from django.utils.translation import gettext_noop as _

from chorsu_archive.formats.wordpress import Record, WordPressArchive
from chorsu_archive.items import ArchiveError, Note
from chorsu_archive.sources import Files
from chorsu_editorial.markup import readable_text
from chorsu_locales.normal_form import permitted

# A hundred posts with all that is embedded in them have some 6 MB.
LONGEST_FILE = 32_000_000
HEAD, MOST_HEADS = 16_384, 20
# Other JSON has none of these properties so early.
MARKS = re.compile(rb'"(?:rendered|taxonomy|avatar_urls|_links)"')
# By kind, the properties that tell it; of several kinds an object is of the first.
KINDS = {"term": {"taxonomy"}, "medium": {"source_url"}, "post": {"content", "title", "link"}, "user": {"name", "slug"}}
# Properties of media and terms.
NO_ARTICLES = {"source_url", "taxonomy"}
# WXR's names of the texts of an object.
TEXTS = {"title": "title", "link": "link", "guid": "guid", "post_name": "slug", "status": "status"}
TEXTS |= {"post_date_gmt": "date_gmt", "post_date": "date", "post_modified_gmt": "modified_gmt", "content": "content"}
TEXTS |= {"term_taxonomy": "taxonomy", "term_slug": "slug", "attachment_url": "source_url"}
LOCALES = ("lang", "wpml_current_locale", "polylang_current_lang")
TRANSLATIONS = ("translations", "wpml_translations", "polylang_translations")
# Where an address of the API leaves that of the site; and that of a post's terms, with the API's name of a taxonomy.
API = re.compile(r"(?:/index\.php)?/?(?:wp-json/|\?rest_route=)")
TERMS_OF_POST = re.compile(r"/([\w-]{1,50})/?[?&]post=")
# HTML in which the 55 words are that WordPress makes an excerpt of.
LONGEST_BEGINNING = 4000


class Answers(WordPressArchive):
    """The objects of all files. Drafts and private ones are there if whoever fetched the answers was signed in."""

    texts = "plain"

    def homes(self) -> Iterator[str]:
        yield next(filter(None, (_home(each) for _kind, each in self._objects())), "")

    def records(self) -> Iterator[Record]:
        for kind, each in self._objects():
            yield _person(each) if kind == "user" else _term(each) if kind == "term" else self._post(each)

    def _objects(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """Yield the kinds and objects of all files, each once; holds one file. Raises ``ArchiveError``."""
        seen = set[tuple[str, int]]()
        files = Files(self.path)
        for name in files.ending(".json"):
            try:
                answer = json.loads(files.read(name, LONGEST_FILE))
            except (ValueError, RecursionError) as error:
                raise ArchiveError(_("%(name)s isn't JSON, or it is damaged."), {"name": name}) from error
            for entry in answer if isinstance(answer, list) else [answer]:
                if _lacks_its_text(entry):
                    text = _("%(name)s has articles without “content”, their text: fetch it anew without “_fields”.")
                    raise ArchiveError(text, {"name": name})
                for each in (entry, *_embedded(entry)):
                    kind, number = _kind(each), _number(_get(each, "id", object))
                    if kind and number and (kind, number) not in seen:
                        seen.add((kind, number))
                        yield kind, each

    @cached_property
    def _named(self) -> dict[tuple[str, int], Record]:
        """Return the people and terms, which articles name by their numbers."""
        makers = {"user": _person, "term": _term}
        return {(kind, each["id"]): makers[kind](each) for kind, each in self._objects() if kind in makers}

    def _post(self, entry: dict[str, Any]) -> Record:
        """Return an article, or a picture or file."""
        about = _get(_get(entry, "media_details", dict), "image_meta", dict)
        record = Record("item", {name: _text(entry, own) for name, own in TEXTS.items()})
        record.texts |= {
            "post_id": str(entry["id"]),
            "post_type": "attachment" if "source_url" in entry else _text(entry, "type"),
            "excerpt": _text(entry, "caption") or _lead(entry),
            "credit": _text(about, "credit") or _text(about, "copyright"),
            "post_password": "?" * bool(_get(entry, "content", dict).get("protected")),
        }
        record.metas = {
            **_fields(entry),
            "_icl_lang_code": [_language(entry)],
            "_wpml_import_translation_group": [_group(entry)],
            "_thumbnail_id": [str(_number(entry.get("featured_media")) or "")],
            "_wp_attachment_image_alt": [_text(entry, "alt_text")],
            "_yoast_wpseo_metadesc": [_text(_get(entry, "yoast_head_json", dict), "description")],
        }
        if record["post_password"] and not record["content"]:
            record.notes.append(Note("dropped", _("A password protects it there, so the API gives no text.")))
        author, numbers = _number(entry.get("author")), _term_numbers(entry)
        if person := self._named.get(("user", author)):
            record.texts["creator"] = person["author_login"]
        elif author:
            record.notes.append(Note("broken", _("Its author, number %d there, is in none of the files."), author))
        terms = [term for each in numbers if (term := self._named.get(("term", each)))]
        record.terms += [(each["term_taxonomy"], each["term_slug"], each["term_name"]) for each in terms]
        if lost := len(numbers) - len(terms):
            record.notes.append(Note("broken", _("%d of its categories and tags are in none of the files."), lost))
        return record


def _person(entry: dict[str, Any]) -> Record:
    login, about = _text(entry, "slug") or str(entry["id"]), readable_text(_text(entry, "description"), rich=True)
    texts = {"author_login": login, "author_display_name": _text(entry, "name"), "author_description": about}
    return Record("author", texts)


def _term(entry: dict[str, Any]) -> Record:
    number, name = str(entry["id"]), _text(entry, "name")
    texts = {"term_id": number, "term_taxonomy": _text(entry, "taxonomy"), "term_slug": _text(entry, "slug") or number}
    metas = {"_wpml_import_language_code": [_language(entry)], "_wpml_import_translation_group": [_group(entry)]}
    return Record("term", texts | {"term_name": name}, metas=metas)


def _kind(entry: object) -> str:
    properties = entry.keys() if isinstance(entry, dict) else set()
    return next((kind for kind, names in KINDS.items() if names <= properties), "")


def _lacks_its_text(entry: object) -> bool:
    """Tell whether an object is an article of which somebody fetched some properties alone."""
    properties = entry.keys() if isinstance(entry, dict) else set()
    is_article = {"id", "title", "link"} <= properties and properties.isdisjoint(NO_ARTICLES)
    return is_article and "rendered" in _get(entry, "title", dict) and "content" not in properties


def _embedded(entry: object) -> Iterator[Any]:
    """Yield what is embedded in an object: lists by relation, of which that of terms has a list for each taxonomy."""
    for relation in _get(entry, "_embedded", dict).values():
        for each in relation if isinstance(relation, list) else []:
            yield from each if isinstance(each, list) else [each]


def _get[T](entry: object, name: str, kind: type[T]) -> T:
    """Return a property if it is of a type, else an empty value of that type."""
    value = entry.get(name) if isinstance(entry, dict) else None
    return value if isinstance(value, kind) else kind()


def _number(value: object) -> int:
    """Return an id, 0 for what is none."""
    return value if type(value) is int and 0 < value < 2**63 else 0


def _text(entry: object, name: str) -> str:
    """Return a text; of one that is raw and as readers see it, the latter."""
    value = _get(entry, name, dict).get("rendered") or _get(entry, name, str)
    return permitted(value).strip() if isinstance(value, str) else ""


def _linked(entry: object, relation: str) -> list[str]:
    return [unquote(_text(each, "href")) for each in _get(_get(entry, "_links", dict), relation, list)]


def _home(entry: object) -> str:
    """Return the address of the site that an object is of, without a slash at its end; "" where it names none."""
    own = next(filter(API.search, _linked(entry, "self")), "")
    home = API.split(own)[0] or "/".join(_text(entry, "link").split("/")[:3])
    return home if re.match("https?://[^/]", home) else ""


def _language(entry: object) -> str:
    return next((text for name in LOCALES if (text := _text(entry, name))), "")


def _group(entry: dict[str, Any]) -> str:
    """Return the lowest number of an object and its translations; "" where it has none."""
    found = (each for name in TRANSLATIONS for each in (*_get(entry, name, dict).values(), *_get(entry, name, list)))
    same = {entry["id"], *(_number(each.get("id") if isinstance(each, dict) else each) for each in found)} - {0}
    return str(min(same)) if len(same) > 1 else ""


def _term_numbers(entry: object) -> list[int]:
    """Return the numbers of an article's terms, which stand under the names of their taxonomies in the API."""
    found = filter(None, map(TERMS_OF_POST.search, _linked(entry, "wp:term")))
    names = dict.fromkeys(["categories", "tags", *(each[1] for each in found)])
    return [number for name in names for each in _get(entry, name, list) if (number := _number(each))]


def _fields(entry: object) -> dict[str, list[str]]:
    """Return custom fields: those that the site registered for the API, and those of the plug-in ACF."""
    fields = {}
    for name, value in {**_get(entry, "meta", dict), **_get(entry, "acf", dict)}.items():
        # Footnotes are in the text, too.
        if value and name != "footnotes":
            text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
            fields[permitted(name)] = [permitted(text)]
    return fields


def _lead(entry: object) -> str:
    """Return an excerpt that somebody wrote; where nobody did, WordPress gives the beginning of the text."""
    excerpt = _text(entry, "excerpt")
    beginning = readable_text(_text(entry, "content")[:LONGEST_BEGINNING], rich=True)
    words = readable_text(excerpt, rich=True).removesuffix("[…]").rstrip(" .…")
    return "" if beginning.startswith(words) else excerpt


class WordPressJson:
    """Answers of WordPress's REST API."""

    name = "wordpress_json"
    label = gettext_lazy("WordPress: answers of its REST API")
    open = Answers

    def recognises(self, path: Path) -> bool:
        with suppress(ArchiveError):
            files = Files(path)
            return any(MARKS.search(files.head(name, HEAD)) for name in files.ending(".json")[:MOST_HEADS])
        return False
