"""Signals of Wagtail and Django that change what can be found."""

from __future__ import annotations

from typing import Any

from django.db.models.signals import post_delete, post_save, pre_save
from django.dispatch import receiver
from wagtail.models import Page, PageViewRestriction

from chorsu_search import services
from chorsu_search.forgiving.variants import forget_groups
from chorsu_search.models import WordGroup


@receiver(pre_save, dispatch_uid="chorsu_search_page_about_to_be_saved")
def page_about_to_be_saved(instance: object, raw: bool = False, update_fields: Any = None, **_kwargs: object) -> None:
    """Note what lies below a page that moves or is hidden."""
    if isinstance(instance, Page) and not raw:
        services.page_about_to_be_saved(instance, update_fields)


@receiver(post_save, dispatch_uid="chorsu_search_page_saved")
def page_saved(instance: object, raw: bool = False, update_fields: Any = None, **_kwargs: object) -> None:
    """Note a saved page."""
    if isinstance(instance, Page) and not raw:
        services.page_saved(instance, update_fields)


@receiver(post_delete, dispatch_uid="chorsu_search_page_deleted")
def page_deleted(instance: object, **_kwargs: object) -> None:
    """Note a deleted page; Wagtail signals each page below it too."""
    if isinstance(instance, Page):
        services.note_changes([instance.pk])


@receiver([post_save, post_delete], sender=PageViewRestriction, dispatch_uid="chorsu_search_restriction")
def restriction_changed(instance: PageViewRestriction, **_kwargs: object) -> None:
    """Note that pages became private or public."""
    services.note_changes([instance.page_id], subtree=True)


@receiver([post_save, post_delete], sender=WordGroup, dispatch_uid="chorsu_search_group")
def group_changed(**_kwargs: object) -> None:
    """Let the next search read the groups anew."""
    forget_groups()
