"""What results of search show of a publication beside its text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import OuterRef, Prefetch, Subquery, prefetch_related_objects
from django.utils.safestring import SafeString
from wagtail.models import Page
from wagtail.query import PageQuerySet

from chorsu_articles.lists import parent_path
from chorsu_articles.models import Publication, PublicationAuthor, SectionPage
from chorsu_articles.templatetags.chorsu_articles_tags import article_picture
from chorsu_search.registry import Card, Label

# The name by which a page has its row as a publication.
_ROW: str = Publication._meta.get_ancestor_link(Page).remote_field.get_accessor_name()


def join(pages: PageQuerySet) -> PageQuerySet:
    """Load with pages their row as a publication, its picture, and the title of the section above them."""
    section = SectionPage.objects.filter(path=OuterRef("card_parent")).values("title")[:1]
    return (
        pages.annotate(card_parent=parent_path())
        .annotate(card_section=Subquery(section))
        .select_related(f"{_ROW}__main_picture")
        .defer(f"{_ROW}__body")
    )


def cards(pages: Sequence[Any]) -> dict[int, Card]:
    """Return picture, section and authors of publications; a withheld name is the editorial staff's."""
    authors = Prefetch("author_links", PublicationAuthor.objects.select_related("person"))
    prefetch_related_objects([getattr(page, _ROW) for page in pages], "main_picture__renditions", authors)
    return {page.pk: _card(page) for page in pages}


def _card(page: Page) -> Card:
    publication = getattr(page, _ROW)
    return Card(
        picture=SafeString(article_picture(publication.main_picture, "row")),
        section=Label(page.card_section, page.locale.language_code) if page.card_section else None,
        authors=tuple(Label(name.name, name.language) for name in publication.byline),
    )
