"""Signals that the plug-in listens to; each calls one service."""

from __future__ import annotations

from typing import Any

from django.db.models.signals import post_save
from wagtail.models import Page
from wagtail.signals import copy_for_translation_done

from translation.services import link_translation, record_published_units


def on_copy_for_translation(source_obj: Any, target_obj: Any, **_: Any) -> None:
    """Link a page to the one it was copied from."""
    if isinstance(target_obj, Page):
        link_translation(source=source_obj, target=target_obj)


def on_page_saved(instance: Any, raw: bool = False, update_fields: Any = None, **_: Any) -> None:
    """Record what a page shows, in the transaction that saves it.

    Saving a draft of a live page saves a few fields of an instance that holds the draft: that is not what is shown.
    """
    if isinstance(instance, Page) and type(instance) is not Page and not raw and update_fields is None:
        record_published_units(page=instance)


def connect() -> None:
    """Connect the receivers."""
    post_save.connect(on_page_saved, dispatch_uid="chorsu_translation.on_page_saved")
    copy_for_translation_done.connect(on_copy_for_translation, dispatch_uid="chorsu_translation.on_copy")
