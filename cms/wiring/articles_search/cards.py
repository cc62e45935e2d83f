"""What results of search show of a publication beside its text."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import OuterRef, Prefetch, Subquery
from django.utils.safestring import SafeString
from wagtail.models import Page

from chorsu_articles.models import Publication, PublicationAuthor, SectionPage
from chorsu_articles.selectors.lists import parent_path
from chorsu_articles.templatetags.chorsu_articles_tags import article_picture
from chorsu_search.registry import Card, Label


def cards(pages: Sequence[Page]) -> dict[int, Card]:
    """Return picture, section and authors of publications; a withheld name is the editorial staff's."""
    section = SectionPage.objects.filter(path=OuterRef("parent_path")).values("title")[:1]
    publications = (
        Publication.objects.filter(pk__in=[page.pk for page in pages])
        .annotate(parent_path=parent_path())
        .annotate(section_title=Subquery(section))
        .select_related("locale", "main_picture")
        .defer("body")
        .prefetch_related(
            "main_picture__renditions",
            Prefetch("author_links", PublicationAuthor.objects.select_related("person")),
        )
    )
    return {
        page.pk: Card(
            picture=SafeString(article_picture(page.main_picture, "row")),
            section=Label(page.section_title, page.locale.language_code) if page.section_title else None,
            authors=tuple(Label(name.name, name.language) for name in page.byline),
        )
        for page in publications
    }
