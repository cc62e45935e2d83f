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
    if page.description:
        data["description"] = page.description
    if page.date:
        data["datePublished"] = localtime(page.date).isoformat()
    if page.modified:
        data["dateModified"] = localtime(page.modified).isoformat()
    if page.translator_byline:
        data["translator"] = [_person(name, request) for name in page.translator_byline]
    if page.main_picture and (shown := pictures(page.main_picture, page.main_picture_caption, request)):
        data["image"] = shown
    about = [{"@type": "Thing", "name": topic.localized_name()} for topic in page.topics.all()]
    about += [{"@type": "Country", "name": country.localized_name()} for country in page.countries.all()]
    if about:
        data["about"] = about
    if corrections := list(page.corrections.all()):
        data["correction"] = [
            {"@type": "CorrectionComment", "text": item.text, "datePublished": item.date.isoformat()}
            for item in corrections
        ]
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
