"""One publication as a file: Word (docx), Markdown, and ninjs, the News in JSON of IPTC.

Each is made of one plain HTML, the template ``chorsu_archive/article/text.html``, in the page's own language, with the
addresses of the live site. What is written is the page as it is in memory, so a draft is its latest version. Names are
those that readers see.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC
from typing import Any

from django.template.loader import render_to_string
from django.utils import timezone, translation
from lxml import etree, html
from markdownify import ATX, MarkdownConverter

from chorsu_archive.export.word import Word
from chorsu_articles.lists import prefetch_article
from chorsu_articles.models import Publication
from chorsu_articles.pictures.renditions import pictures_in
from chorsu_locales.dates import format_date

SCHEMA = "https://www.iptc.org/std/ninjs/ninjs-schema_3.1.json"
# What means something in Markdown, but not the mark of a note; and what does so at the beginning of a line.
_SPECIAL = re.compile(r"[\\`*_<|~]|\[(?!\d{1,3}\])|&(?=#?\w)")
_AT_BEGINNING = re.compile(r"^(\s*\d{0,9})([-+#.)](?=[-#\s]|$)|[>=])")


def text_of(page: Publication) -> Any:
    """Return the text as an lxml element of plain HTML. The page's language must be active."""
    prefetch_article(page)
    names = [f"chorsu_archive/article/{page._meta.model_name}.html", "chorsu_archive/article/text.html"]
    text = html.fragment_fromstring(render_to_string(names, {"page": page}), create_parent="div")
    text.make_links_absolute(page.full_url or "", handle_failures="ignore")
    return text


def as_docx(page: Publication) -> bytes:
    """Return a document for Word, which our own format of Word files reads back."""
    code = page.locale.language_code
    with translation.override(code):
        text, facts = text_of(page), facts_of(page)
        pictures = {picture.pk: picture for picture in [*pictures_in(page.body), page.main_picture] if picture}
        word = Word(code, pictures)
        for style, line in (("Title", page.title), ("Subtitle", page.lead), ("Byline", ", ".join(facts["authors"]))):
            word.line(style, line)
        if page.date:
            word.line("Byline", format_date(page.date, code, "full"))
        word.blocks(word.document, text, code)
    about = word.document.core_properties
    about.title, about.author, about.language = page.title, "; ".join(facts["authors"])[:255], code
    created, modified = page.date or timezone.now(), page.latest_revision_created_at or timezone.now()
    about.created, about.modified = (each.astimezone(UTC).replace(tzinfo=None) for each in (created, modified))
    about.comments = ""
    return word.saved()


def as_markdown(page: Publication) -> str:
    """Return CommonMark with tables, below a head in YAML."""
    with translation.override(page.locale.language_code):
        head = {"title": page.title, "lead": page.lead, **facts_of(page), "language": page.locale.language_code}
        text = _Markdown().convert(inner_html(text_of(page)))
    # All JSON is YAML.
    lines = (f"{name}: {json.dumps(value, ensure_ascii=False)}" for name, value in head.items() if value)
    return "\n".join(["---", *lines, "---", "", text, ""])


def as_ninjs(page: Publication) -> dict[str, Any]:
    """Return the publication in ninjs 3.1; its ``uri`` stays the same when the address changes."""
    code, key = page.locale.language_code, str(page.translation_key)
    with translation.override(code):
        text, facts = text_of(page), facts_of(page)
    dates = {"firstCreated": page.first_published_at, "versionCreated": page.latest_revision_created_at}
    people = {"author": facts["authors"], "translator": facts["translators"]}
    item = {
        "standard": {"name": "ninjs", "version": "3.1", "schema": SCHEMA},
        "uri": f"urn:chorsu:{key}:{code}",
        "type": "text",
        "profile": page.kind,
        "representationType": "full",
        "pubStatus": "usable" if page.live else "withheld",
        **{name: date.isoformat() for name, date in {**dates, "contentCreated": page.date}.items() if date},
        "language": code,
        "title": str(page),
        "headlines": [{"role": "main", "value": page.title}],
        "descriptions": [{"role": "lead", "contentType": "text/plain", "value": page.lead}] if page.lead else [],
        "by": ", ".join(facts["authors"]),
        "people": [{"name": name, "rel": rel} for rel, names in people.items() for name in names],
        "subjects": [{"name": name, "rel": "about"} for name in facts["topics"]],
        "places": [{"name": name, "rel": "about"} for name in facts["countries"]],
        "bodies": [
            {
                "role": "main",
                "contentType": "application/xhtml+xml",
                "wordCount": page.word_count,
                "value": inner_html(text),
            }
        ],
        "associations": list(_pictures(text)),
        "renditions": [{"name": "web", "href": page.full_url, "contentType": "text/html"}] if page.full_url else [],
        "altIds": [{"role": "translations", "value": key}],
    }
    return {name: value for name, value in item.items() if value}


def facts_of(page: Publication) -> dict[str, Any]:
    """Return what stands beside the text; names as readers see them in the active language."""
    return {
        "authors": [each.name for each in page.byline],
        "translators": [each.name for each in page.translator_byline],
        "date": timezone.localtime(page.date).isoformat() if page.date else "",
        "topics": [row.localized_name() for row in page.topics.all()],
        "countries": [row.localized_name() for row in page.countries.all()],
    }


def inner_html(text: Any) -> str:
    """Return an element's content as XHTML."""
    return "".join(etree.tostring(each, encoding="unicode") for each in text).strip()


def _pictures(text: Any) -> Iterator[dict[str, Any]]:
    for picture in text.iter("img"):
        words = {"caption": picture.get("title"), "alternativeText": picture.get("alt")}
        size = {name: int(picture.get(name)) for name in ("width", "height")}
        yield {
            "name": next(filter(None, words.values()), picture.get("src")),
            "rel": "picture",
            "uri": picture.get("src"),
            "type": "picture",
            "by": "".join(picture.getparent().xpath(".//small//text()")),
            "descriptions": [{"role": role, "value": value} for role, value in words.items() if value],
            "renditions": [{"name": "original", "href": picture.get("src"), **size}],
        }


class _Markdown(MarkdownConverter):
    """markdownify, whose own escaping leaves what would be an element, or puts a backslash before every bracket."""

    class Options:
        heading_style = ATX
        bullets = "-"
        sub_symbol, sup_symbol = "<sub>", "<sup>"

    def escape(self, text: str, parent_tags: Any) -> str:  # noqa: ARG002
        return _AT_BEGINNING.sub(r"\1\\\2", _SPECIAL.sub(r"\\\g<0>", text))

    def convert_img(self, el: Any, text: str, parent_tags: Any) -> str:  # noqa: ARG002
        title = json.dumps(el["title"], ensure_ascii=False) if el.get("title") else ""
        return f"![{self.escape(el.get('alt', ''), ())}]({' '.join(filter(None, [el['src'], title]))})"
