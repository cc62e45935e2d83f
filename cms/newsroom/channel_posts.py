"""Publications in a language's public channel: posted once, edited with headline and lead, deleted when withdrawn."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import timedelta

from django.utils import timezone
from wagtail.models import Page

from chorsu_articles.lists import open_to_all
from chorsu_articles.models import Publication
from chorsu_delivery.models import TelegramPost
from chorsu_delivery.posts import change_post, start_post
from chorsu_delivery.telegram import is_on
from cms.newsroom.chats import channel, chat_of

LONGEST_LEAD = 1500  # characters; the link stands behind it
# A page that is saved again later wasn't published now: a channel that is entered today gets no old articles.
NEW_FOR = timedelta(hours=1)

_silent: ContextVar[bool] = ContextVar("chorsu_cms_silent", default=False)


@contextmanager
def without_posts() -> Iterator[None]:
    """Publish in this block what no channel is to tell of."""
    token = _silent.set(True)
    try:
        yield
    finally:
        _silent.reset(token)


def follow(page: Publication) -> None:
    """Let the channel say what readers see of a publication now; called in the transaction that saves it."""
    if not is_on():
        return
    text = _text(page)
    recipient = channel(page.locale.language_code)
    if text and _is_new(page) and not _silent.get() and chat_of(recipient):
        start_post(recipient=recipient, key=_key(page.pk), text=text)
    else:
        change_post(key=_key(page.pk), text=text)


def forget(page_id: int) -> None:
    """Delete the post of a page that is deleted."""
    if is_on():
        change_post(key=_key(page_id), text="")


def follow_below(page: Page) -> None:
    """Let posts of all pages from this one down follow: it was moved, or made private, or public."""
    if not is_on():
        return
    keys = {_key(pk): pk for pk in page.get_descendants(inclusive=True).values_list("pk", flat=True)}
    posted = [keys[key] for key in TelegramPost.objects.exclude(version=0).values_list("key", flat=True) if key in keys]
    for publication in Publication.objects.filter(pk__in=posted).select_related("locale"):
        follow(publication)


def _is_new(page: Publication) -> bool:
    """Return whether this is the first publication, at this moment."""
    first = page.first_published_at
    return first is not None and first == page.last_published_at and timezone.now() - first < NEW_FOR


def _text(page: Publication) -> str:
    """Return headline, lead and address; nothing where not everybody may read the page."""
    if page.alias_of_id or not page.live or not open_to_all(Page.objects.filter(pk=page.pk)).exists():
        return ""
    lead = page.lead.strip()
    lead = lead if len(lead) <= LONGEST_LEAD else f"{lead[:LONGEST_LEAD].rstrip()}…"
    return "\n\n".join(filter(None, [page.title.strip(), lead, page.full_url]))


def _key(page_id: int) -> str:
    return f"page:{page_id}"
