"""Signals that the plug-in listens to; each calls one service."""

from __future__ import annotations

import logging
from typing import Any

from django.apps import AppConfig
from django.apps import apps as installed_apps
from django.core.exceptions import FieldDoesNotExist
from django.db import DatabaseError
from django.db.models.signals import post_migrate, post_save
from wagtail.models import Page
from wagtail.signals import copy_for_translation_done

from chorsu_translation.models import Baseline
from chorsu_translation.services import close_request, link_translation, record_published_units, renew_snapshots

logger = logging.getLogger("chorsu.translation")


def on_copy_for_translation(source_obj: Any, target_obj: Any, **_: Any) -> None:
    """Link a page to the one it was copied from."""
    if isinstance(target_obj, Page):
        link_translation(source=source_obj, target=target_obj, how=Baseline.How.STARTED)


def on_page_saved(instance: Any, raw: bool = False, update_fields: Any = None, **_: Any) -> None:
    """Record what a page shows, in the transaction that saves it.

    Saving a draft of a live page saves a few fields of an instance that holds the draft: that is not what is shown.
    """
    if isinstance(instance, Page) and type(instance) is not Page and not raw and update_fields is None:
        record_published_units(page=instance)
        close_request(target=instance)


def on_migrated(apps: Any = installed_apps, **_: Any) -> None:
    """Bring snapshots that a former version of the plug-in took to the present ``READING``.

    No migration can do it: pages are read by their own models, whose tables other migrations bring up to date.
    """
    try:
        apps.get_model("chorsu_translation", "Baseline")._meta.get_field("reading")
    except (LookupError, FieldDoesNotExist):  # migrated to a state before it
        return
    try:
        renew_snapshots()
    except DatabaseError:
        logger.exception(
            "Translations may be called outdated until their sources are read again: run `manage.py migrate` once more."
        )


def connect(config: AppConfig) -> None:
    """Connect the receivers."""
    post_migrate.connect(on_migrated, sender=config, dispatch_uid="chorsu_translation.on_migrated")
    post_save.connect(on_page_saved, dispatch_uid="chorsu_translation.on_page_saved")
    copy_for_translation_done.connect(on_copy_for_translation, dispatch_uid="chorsu_translation.on_copy")
