"""Links in rich text to pages that not every reader may see."""

from __future__ import annotations

from typing import Any

from wagtail.models import Page
from wagtail.rich_text.pages import PageLinkHandler

from chorsu_articles.selectors import open_to_all


class OpenPageLinkHandler(PageLinkHandler):
    """Wagtail's, but a private or withdrawn page is as one that was deleted: its address tells of its headline."""

    @classmethod
    def get_many(cls, attrs_list: list[dict[str, Any]]) -> list[Page | None]:
        """Return the page of each link, None in place of one that is not open to all."""
        pages = super().get_many(attrs_list)
        targets = [page and page.localized for page in pages]
        found = open_to_all(Page.objects.filter(pk__in=[target.pk for target in targets if target]))
        seen = set(found.values_list("pk", flat=True))
        return [target if target and target.pk in seen else None for target in targets]
