"""Signals that the plug-in listens to, its own among them; each calls one service."""

from __future__ import annotations

import logging
from datetime import datetime
from typing import Any

from django.apps import AppConfig
from django.apps import apps as installed_apps
from django.contrib.auth import get_user_model
from django.db import DatabaseError
from django.db.models.signals import post_delete, post_migrate, post_save, pre_delete, pre_save
from wagtail.models import Locale, Page, PageLogEntry, PageViewRestriction, Revision, WorkflowState
from wagtail.signals import copy_for_translation_done, page_unpublished, post_page_move, task_submitted

from chorsu_editorial import signals as editorial
from chorsu_editorial.answers import ask_before_publication, save_together
from chorsu_editorial.lineage import is_of_page
from chorsu_editorial.models import HeldApproval
from chorsu_translation import signals
from chorsu_translation.baselines import link_translation, move_baselines
from chorsu_translation.findings.review import check_held, check_publication, check_submission, is_checked
from chorsu_translation.memory.storing import mark
from chorsu_translation.models import (
    ArticleState,
    Baseline,
    NotPlanned,
    NotPlannedRule,
    PublishedUnits,
    TranslationLink,
    TranslationRequest,
)
from chorsu_translation.planning import close_request, reopen_request
from chorsu_translation.published import keep_names, record_published_units, record_publisher, renew_snapshots
from chorsu_translation.retracted import refuse_publication
from chorsu_translation.states import all_keys, articles_of, mark_articles, write_marked

# What states follow from, beside pages and rules.
FACTS = (
    *(Baseline, HeldApproval, NotPlanned, PublishedUnits, Revision),
    *(TranslationLink, TranslationRequest, WorkflowState),
)
# The fields of a page that count for it.
STATED = {"alias_of", "first_published_at", "live", "locale", "owner", "path", "translation_key"}
logger = logging.getLogger("chorsu_translation")


def on_copy_for_translation(source_obj: Any, target_obj: Any, **_: Any) -> None:
    if isinstance(target_obj, Page):
        link_translation(source=source_obj, target=target_obj, how=Baseline.How.STARTED)


def on_fact_changed(instance: Any, update_fields: Any = None, **_: Any) -> None:
    """Mark the articles whose state may be another by this; of versions only the time of publication counts."""
    is_version = isinstance(instance, Revision) and "approved_go_live_at" not in (update_fields or ())
    if not is_version or instance.approved_go_live_at:
        mark_articles(articles_of(instance))
    if isinstance(instance, Baseline | Page | TranslationLink):
        mark([instance.pk if isinstance(instance, Page) else instance.target_id])


def on_page_changed(instance: Any, update_fields: Any = None, **_: Any) -> None:
    if isinstance(instance, Page) and (update_fields is None or STATED.intersection(update_fields)):
        mark_articles(articles_of(instance))
        mark([instance.pk])


def on_page_moved(instance: Page, **_: Any) -> None:
    """Mark the articles below a page: rules name sections."""
    below = Page.objects.descendant_of(instance, inclusive=True)
    mark(below.values("pk"))
    mark_articles(below.order_by().values_list("translation_key", flat=True))


def on_restriction_changed(instance: PageViewRestriction, **_: Any) -> None:
    mark(Page.objects.descendant_of(instance.page, inclusive=True).values("pk"))


def on_rule_changed(**_: Any) -> None:
    rows = ArticleState.objects.filter(page__isnull=True)
    mark_articles(rows.order_by().values_list("translation_key", flat=True).distinct())


def on_language_added(created: bool, **_: Any) -> None:
    if created:
        mark_articles(all_keys())


def on_to_save(instance: Any, raw: bool = False, update_fields: Any = None, **_: Any) -> None:
    """Refuse a page that is live, or a version that gets a time, where nothing may go live."""
    if raw:
        return
    if isinstance(instance, Page) and instance.live and "live" in (update_fields or ("live",)):
        refuse_publication(instance)
    elif isinstance(instance, Revision) and instance.approved_go_live_at and is_of_page(instance):
        refuse_publication(Page.objects.get(pk=instance.object_id))


def on_page_saved(instance: Any, raw: bool = False, update_fields: Any = None, **_: Any) -> None:
    """Record what a page shows; a draft of a live page is saved with ``update_fields``, and not shown."""
    if isinstance(instance, Page) and type(instance) is not Page and not raw and update_fields is None:
        record_published_units(page=instance)
        close_request(target=instance)


def on_declared_up_to_date(target: Page, user: Any, **_: Any) -> None:
    close_request(target=target, user=user)


def on_declaration_taken_back(target: Page, declared_at: datetime, **_: Any) -> None:
    reopen_request(target=target, closed_since=declared_at)


def on_page_deleted(instance: Page, **_: Any) -> None:
    TranslationLink.objects.filter(source=instance).update(live_baseline=None)


def on_entry_logged(instance: PageLogEntry, created: bool, raw: bool = False, **_: Any) -> None:
    if instance.action == "wagtail.publish.schedule":
        mark_articles(articles_of(instance))  # Wagtail clears other times before, by ``update()``
    if created and not raw:
        check_publication(entry=instance)
        record_publisher(instance)


def on_revision_purged(revision: Revision, children: list[int], **_: Any) -> None:
    move_baselines(revision=revision, children=children)


def on_account_deleted(instance: Any, **_: Any) -> None:
    keep_names(instance)


def on_task_submitted(instance: Any, user: Any = None, **_: Any) -> None:
    check_submission(task_state=instance, user=user)


def on_approved(task_state: Any, approver: Any, held: bool = False, **_: Any) -> None:
    if held:
        check_held(task_state=task_state, user=approver)


def on_migrated(apps: Any = installed_apps, **_: Any) -> None:
    """Renew old snapshots. No migration can: pages are read by their own models, which other migrations change."""
    try:
        apps.get_model("chorsu_translation", "StateMark")
    except LookupError:  # migrated to a state before it
        return
    try:
        if renew_snapshots():
            mark_articles(all_keys())
        write_marked()
    except DatabaseError:
        logger.exception(
            "Translations may be called outdated until their sources are read again: run `manage.py migrate` once more."
        )


def connect(config: AppConfig) -> None:
    connections: list[tuple[Any, Any, Any]] = [
        (post_migrate, on_migrated, config),
        *((changed, on_fact_changed, model) for changed in (post_save, post_delete) for model in FACTS),
        *((changed, on_rule_changed, NotPlannedRule) for changed in (post_save, post_delete)),
        *((changed, on_page_changed, None) for changed in (post_save, pre_delete)),
        *((changed, on_restriction_changed, PageViewRestriction) for changed in (post_save, post_delete)),
        (page_unpublished, on_fact_changed, None),
        (post_page_move, on_page_moved, None),
        (post_save, on_language_added, Locale),
        (pre_save, on_to_save, None),
        (post_save, on_page_saved, None),
        (post_save, on_entry_logged, PageLogEntry),
        (pre_delete, on_page_deleted, Page),
        (pre_delete, on_account_deleted, get_user_model()),
        (editorial.revision_purged, on_revision_purged, None),
        (editorial.approved, on_approved, None),
        (signals.declared_up_to_date, on_declared_up_to_date, None),
        (signals.declaration_taken_back, on_declaration_taken_back, None),
        (task_submitted, on_task_submitted, None),
        (copy_for_translation_done, on_copy_for_translation, None),
    ]
    for signal, receiver, sender in connections:
        signal.connect(receiver, sender=sender, dispatch_uid=f"chorsu_translation.{receiver.__name__}")
    ask_before_publication(is_checked)
    save_together("translation-up-to-date")
