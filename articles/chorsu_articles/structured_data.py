"""Data about a publication for search engines: schema.org as JSON-LD."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest
from django.utils.timezone import localtime

from chorsu_articles.models import BylineName, Picture, Publication
from chorsu_articles.pictures.renditions import RATIOS, sizes_of


def news_article(page: Publication, request: HttpRequest) -> dict[str, Any]:
    """Return a publication as a dictionary for JSON-LD; a withheld name is an organisation, never a person."""
    data: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": page.schema_type,
        "mainEntityOfPage": page.get_full_url(request) or "",
        "headline": page.title,
        "inLanguage": page.locale.language_code,
        "isAccessibleForFree": True,
        "wordCount": page.word_count,
        "author": [_person(name, request) for name in page.byline],
    }
    subjects = (("Thing", page.topics.all()), ("Country", page.countries.all()))
    where_known = {
        "description": page.description,
        "datePublished": page.date and localtime(page.date).isoformat(),
        "dateModified": page.modified and localtime(page.modified).isoformat(),
        "translator": [_person(name, request) for name in page.translator_byline],
        "image": page.main_picture and pictures(page.main_picture, page.main_picture_caption, request),
        "about": [{"@type": kind, "name": row.localized_name()} for kind, rows in subjects for row in rows],
        "correction": [
            {"@type": "CorrectionComment", "text": item.text, "datePublished": item.date.isoformat()}
            for item in page.corrections.all()
        ],
    }
    data |= {name: value for name, value in where_known.items() if value}
    for name, value in page.structured_facts().items():
        data[name] = [*data[name], *value] if isinstance(value, list) and name in data else value
    return data


def _person(name: BylineName, request: HttpRequest) -> dict[str, Any]:
    if name.url is None:
        return {"@type": "Organization", "name": name.name}
    return {"@type": "Person", "name": name.name, "url": request.build_absolute_uri(name.url)}


def pictures(
    picture: Picture, caption: str, request: HttpRequest, specs: Iterable[str] = RATIOS
) -> list[dict[str, Any]]:
    """Return a picture in the ratios that search engines ask for; a small one gives fewer."""
    common = {"creditText": picture.credit_line, "caption": caption}
    sizes = {(size.width, size.height): size for size in sizes_of(picture, specs)}.values()
    return [
        {
            "@type": "ImageObject",
            "url": request.build_absolute_uri(size.url),
            "width": size.width,
            "height": size.height,
            **{name: text for name, text in common.items() if text},
        }
        for size in sizes
    ]
