"""Joins articles and delivery: editors hear of changed pictures and names, and public channels of publications."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver
from django.urls import reverse
from wagtail.models import Page, PageViewRestriction
from wagtail.signals import post_page_move

from chorsu_articles.columns import describe_values
from chorsu_articles.models import Person, Picture, Publication
from chorsu_articles.signals import shown_facts_changed, shown_texts_changed
from cms.models import User
from cms.newsroom import messages
from cms.newsroom.messages import mail_chief_editors, mail_people
from cms.newsroom.roles import EDITOR, group_name

MOST_PAGES = 10


@receiver(shown_facts_changed, dispatch_uid="chorsu_wiring.shown_facts_changed")
def facts_changed(
    *, picture: Picture, user: User, before: Mapping[str, str], after: Mapping[str, str], sources: list[Any], **_: Any
) -> None:
    pages = [source for source in sources if isinstance(source, Page)]
    groups = {group_name(EDITOR, page.locale.language_code) for page in pages}
    editors = User.objects.filter(groups__name__in=groups, is_active=True).exclude(pk=user.pk).distinct()
    context = {
        "picture": picture,
        "actor": user,
        "before": partial(describe_values, Picture, before),
        "after": partial(describe_values, Picture, after),
        "pages": [page.get_admin_display_title() for page in pages[:MOST_PAGES]],
        "more": len(pages) - MOST_PAGES,
        "picture_url": f"{settings.WAGTAILADMIN_BASE_URL}{reverse('wagtailimages:edit', args=[picture.pk])}",
    }
    mail_people(editors, "credit", context, key=f"credit:{picture.pk}:{uuid4()}")


@receiver(shown_texts_changed, dispatch_uid="chorsu_wiring.shown_texts_changed")
def texts_changed(*, row: Any, user: User, before: Mapping[str, str], after: Mapping[str, str], **_: Any) -> None:
    """Tell the chief editors. A kept mail says no name of a person: it may be protected later."""
    model = type(row)
    context = {
        "actor": user,
        "kind": model._meta.verbose_name,
        "before": "" if model is Person else partial(describe_values, model, before),
        "after": partial(describe_values, model, after),
        "url": f"{settings.WAGTAILADMIN_BASE_URL}{reverse(model.snippet_viewset.get_url_name('edit'), args=[row.pk])}",
    }
    mail_chief_editors("vocabulary", context, key=f"vocabulary:{uuid4()}")


@receiver(post_save, dispatch_uid="chorsu_wiring.publication_saved")
def publication_saved(instance: Any, raw: bool = False, update_fields: Any = None, **_: Any) -> None:
    """Let the public channel follow what readers see; a draft is saved with a few fields alone."""
    if isinstance(instance, Publication) and not raw and update_fields is None:
        messages.update_post(instance)


@receiver(post_delete, dispatch_uid="chorsu_wiring.publication_deleted")
def publication_deleted(instance: Any, **_: Any) -> None:
    if isinstance(instance, Publication):
        messages.delete_post(instance.pk)


@receiver(post_page_move, dispatch_uid="chorsu_wiring.page_moved")
def page_moved(instance: Page, **_: Any) -> None:
    messages.update_posts_below(instance)


@receiver(post_save, sender=PageViewRestriction, dispatch_uid="chorsu_wiring.page_made_private")
@receiver(post_delete, sender=PageViewRestriction, dispatch_uid="chorsu_wiring.page_made_public")
def privacy_changed(instance: PageViewRestriction, **_: Any) -> None:
    if page := Page.objects.filter(pk=instance.page_id).first():
        messages.update_posts_below(page)
