"""Joins articles and delivery: editors hear of what was changed about pictures that their readers see."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.dispatch import receiver
from django.urls import reverse
from wagtail.models import Page

from chorsu_articles.models import Picture
from chorsu_articles.selectors.pictures import describe_facts
from chorsu_articles.signals import shown_facts_changed
from cms.models import User
from cms.newsroom.mail import tell
from cms.newsroom.roles import EDITOR, group_name

MOST_PAGES = 10


@receiver(shown_facts_changed, dispatch_uid="chorsu_wiring.shown_facts_changed")
def facts_changed(
    *, picture: Picture, user: User, before: Mapping[str, str], after: Mapping[str, str], sources: list[Any], **_: Any
) -> None:
    """Tell the editors of each language whose pages show the picture."""
    pages = [source for source in sources if isinstance(source, Page)]
    groups = {group_name(EDITOR, page.locale.language_code) for page in pages}
    editors = User.objects.filter(groups__name__in=groups, is_active=True).exclude(pk=user.pk).distinct()
    site = settings.WAGTAILADMIN_BASE_URL.rstrip("/")
    context = {
        "picture": picture,
        "actor": user,
        "before": partial(describe_facts, before),
        "after": partial(describe_facts, after),
        "pages": [page.get_admin_display_title() for page in pages[:MOST_PAGES]],
        "more": len(pages) - MOST_PAGES,
        "picture_url": f"{site}{reverse('wagtailimages:edit', args=[picture.pk])}",
    }
    tell(editors, "credit", context, key=f"credit:{picture.pk}:{uuid4()}")
