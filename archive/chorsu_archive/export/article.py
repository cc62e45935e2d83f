"""One publication as a file: Word (docx), Markdown, and ninjs, the News in JSON of IPTC.

Each is made of one plain HTML, the template ``chorsu_archive/article/text.html``, in the page's own language, with the
addresses of the live site. What is written is the page as it is in memory, so a draft is its latest version. Names are
those that readers see.
"""

from __future__ import annotations

import json
from datetime import UTC
from io import BytesIO
from typing import Any

from django.template.loader import render_to_string
from django.utils import timezone, translation
from lxml import etree, html
from lxml.html.builder import E
from markdownify import ATX, MarkdownConverter

from chorsu_archive.export.word import Word
from chorsu_articles.lists import prefetch_article
from chorsu_articles.models import Publication
from chorsu_locales.dates import format_date

SCHEMA = "https://www.iptc.org/std/ninjs/ninjs-schema_3.1.json"


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
        date = [format_date(page.date, code, "full")] if page.date else []
        lines = {"title": page.title, "subtitle": page.lead, "byline": ", ".join([*facts["authors"], *date])}
        text[:0] = [E.p(line, {"class": name}) for name, line in lines.items() if line]
        word = Word(code)
        word.blocks(text)
    about = word.document.core_properties
    about.title, about.author, about.language = page.title, "; ".join(facts["authors"])[:255], code
    created, modified = page.date or timezone.now(), page.latest_revision_created_at or timezone.now()
    about.created, about.modified = (each.astimezone(UTC).replace(tzinfo=None) for each in (created, modified))
    about.comments = ""
    stream = BytesIO()
    word.document.save(stream)
    return stream.getvalue()


def as_markdown(page: Publication) -> str:
    """Return CommonMark with tables, below a head in YAML."""
    with translation.override(page.locale.language_code):
        head = {"title": page.title, "lead": page.lead, **facts_of(page), "language": page.locale.language_code}
        text = text_of(page)
    markdown: Any = MarkdownConverter(
        heading_style=ATX, bullets="-", escape_misc=True, sub_symbol="<sub>", sup_symbol="<sup>"
    )
    for image in text.iter("img"):  # whose words markdownify writes as they are
        image.set("alt", markdown.escape(image.get("alt", ""), ()))
    # All JSON is YAML.
    lines = (f"{name}: {json.dumps(value, ensure_ascii=False)}" for name, value in head.items() if value)
    return "\n".join(["---", *lines, "---", "", markdown.convert(etree.tostring(text, encoding="unicode")), ""])


def as_ninjs(page: Publication) -> dict[str, Any]:
    """Return the publication in ninjs 3.1; its ``uri`` stays the same when the address changes."""
    code, key = page.locale.language_code, str(page.translation_key)
    with translation.override(code):
        text, facts = text_of(page), facts_of(page)
    dates = {"firstCreated": page.first_published_at, "versionCreated": page.latest_revision_created_at}
    people = {"author": facts["authors"], "translator": facts["translators"]}
    body = {"role": "main", "contentType": "application/xhtml+xml", "wordCount": page.word_count}
    item = {
        "standard": {"name": "ninjs", "version": "3.1", "schema": SCHEMA},
        "uri": f"urn:chorsu:{key}:{code}",
        "type": "text",
        "profile": page.kind,
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
        "bodies": [{**body, "value": etree.tostring(text, encoding="unicode")}],
        "associations": [_picture(image) for image in text.iter("img")],
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


def _picture(image: Any) -> dict[str, Any]:
    """Return a picture of the text as ninjs names what belongs to an item."""
    address = image.get("src")
    size = {name: int(image.get(name)) for name in ("width", "height")}
    return {
        "name": image.get("title") or image.get("alt") or address,
        "rel": "picture",
        "uri": address,
        "type": "picture",
        "by": "".join(image.getparent().xpath(".//small//text()")),
        "renditions": [{"name": "original", "href": address, **size}],
    }
