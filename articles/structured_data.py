"""Data about a publication for search engines: schema.org as JSON-LD."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.timezone import localtime
from wagtail.images.models import SourceImageIOError

from articles.models import BylineName, EventReportPage, Picture, Publication
from articles.renditions import SHARING


def news_article(page: Publication, request: HttpRequest) -> dict[str, Any]:
    """Return schema.org's description of a publication as a dictionary for JSON-LD.

    A withheld name appears as the newsroom's organisation, never as a person.
    """
    url = page.get_full_url(request) or ""
    data: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "AnalysisNewsArticle" if page.event is None else "ReportageNewsArticle",
        "mainEntityOfPage": url,
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
    if page.last_published_at:
        data["dateModified"] = localtime(page.last_published_at).isoformat()
    if page.translator_byline:
        data["translator"] = [_person(name, request) for name in page.translator_byline]
    if page.main_picture and (picture := _picture(page.main_picture, page.main_picture_caption, request)):
        data["image"] = [picture]
    about = [{"@type": "Thing", "name": topic.shown()} for topic in page.topics.all()]
    about += [{"@type": "Country", "name": country.shown()} for country in page.countries.all()]
    if page.event is not None:
        about.append(_event(page.event))
    if about:
        data["about"] = about
    if corrections := list(page.corrections.all()):
        data["correction"] = [
            {"@type": "CorrectionComment", "text": item.text, "datePublished": item.date.isoformat()}
            for item in corrections
        ]
    return data


def _person(name: BylineName, request: HttpRequest) -> dict[str, Any]:
    if name.url is None:
        return {"@type": "Organization", "name": name.name}
    return {"@type": "Person", "name": name.name, "url": request.build_absolute_uri(name.url)}


def _picture(picture: Picture, caption: str, request: HttpRequest) -> dict[str, Any] | None:
    try:
        rendition = picture.get_renditions(SHARING)[SHARING]
    except (SourceImageIOError, OSError):  # the template has logged the lost file
        return None
    data = {
        "@type": "ImageObject",
        "url": request.build_absolute_uri(rendition.url),
        "width": rendition.width,
        "height": rendition.height,
    }
    if picture.credit:
        data["creditText"] = picture.credit
    if caption:
        data["caption"] = caption
    return data


def _event(report: EventReportPage) -> dict[str, Any]:
    data: dict[str, Any] = {"@type": "Event", "name": report.title}
    if report.starts_on:
        data["startDate"] = report.starts_on.isoformat()
        data["endDate"] = (report.ends_on or report.starts_on).isoformat()
    place = {"addressLocality": report.city, "addressCountry": report.country.code if report.country else ""}
    address = {key: value for key, value in place.items() if value}
    if report.venue or address:
        data["location"] = {"@type": "Place", "name": report.venue or report.city}
        if address:
            data["location"]["address"] = {"@type": "PostalAddress", **address}
    organisers = [{"@type": "Organization", "name": organiser.shown()} for organiser in report.organisers.all()]
    if organisers:
        data["organizer"] = organisers
    return data
