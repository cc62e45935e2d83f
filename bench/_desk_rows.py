"""A translators' desk full of articles in every state, written table by table."""

from __future__ import annotations

import random
import uuid
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

# What stands of an article in another language, in percent; the rest is live.
SHARES = {
    "missing": 10,
    "requested": 3,
    "not_planned": 3,
    "draft": 4,
    "in_review": 0.6,
    "changes_requested": 0.4,
    "held": 0.2,
    "scheduled": 0.3,
    "source_withdrawn": 0.5,
    "outdated": 6,
}
TOGETHER = 250
WORDS = ["река", "вода", "ледник", "город", "школа", "дорога", "рынок", "поле", "книга", "закон"]


@dataclass
class Rows:
    """What articles are made of, and rows that wait to be written."""

    locales: list[Any]
    sections: dict[int, Any]
    kind: Any
    people: list[Any]
    chance: random.Random
    pages: list[Any] = field(default_factory=list)
    states: list[tuple[Any, Any, str]] = field(default_factory=list)
    without_page: list[tuple[Any, Any, str]] = field(default_factory=list)


def fill(number: int, first: int, codes: list[str], people: list[Any]) -> None:
    """Add ``number`` articles, numbered from ``first``, each with its translations behind it."""
    from django.contrib.contenttypes.models import ContentType  # noqa: PLC0415 - Django has to be set up first
    from django.db import transaction  # noqa: PLC0415
    from wagtail.models import Locale, Page  # noqa: PLC0415

    from chorsu_articles.models import AnalysisPage, SectionPage  # noqa: PLC0415
    from chorsu_translation.services import write_marked  # noqa: PLC0415
    from chorsu_translation.states import mark_articles  # noqa: PLC0415

    chance = random.Random(first)
    kind = ContentType.objects.get_for_model(AnalysisPage)
    locales = [Locale.objects.get(language_code=code) for code in codes]
    sections = {locale.pk: SectionPage.objects.get(kind="analysis", locale=locale) for locale in locales}
    for start in range(first, first + number, TOGETHER):
        rows = Rows(locales, sections, kind, people, chance)
        for index in range(start, min(start + TOGETHER, first + number)):
            _add_article(rows, index)
        with transaction.atomic():
            _write(rows)
            mark_articles(page.translation_key for page in rows.pages)
    write_marked()
    for section in sections.values():
        Page.objects.filter(pk=section.pk).update(numchild=Page.objects.child_of(section).count())


def _add_article(rows: Rows, index: int) -> None:
    from django.utils import timezone  # noqa: PLC0415

    chance = rows.chance
    key = uuid.UUID(int=chance.getrandbits(128), version=4)
    when = timezone.now() - timedelta(minutes=chance.randrange(10 * 365 * 24 * 60))
    # Three of four articles are Russian.
    original = rows.locales[index % len(rows.locales)] if index % 4 == 0 else rows.locales[0]
    source = _add_page(rows, index, original, (key, when))
    for locale in rows.locales:
        if locale == original:
            continue
        state = chance.choices([*SHARES, "live"], [*SHARES.values(), 100 - sum(SHARES.values())])[0]
        if state in {"missing", "requested", "not_planned"}:
            rows.without_page.append((key, locale, state))
            continue
        target = _add_page(rows, index, locale, (key, when))
        target.live = state not in {"draft", "held", "scheduled"} and not (state == "in_review" and index % 2)
        rows.states.append((source, target, state))


def _add_page(rows: Rows, index: int, locale: Any, article: tuple[uuid.UUID, datetime]) -> Any:
    from wagtail.models import Page  # noqa: PLC0415

    from chorsu_articles.models import AnalysisPage  # noqa: PLC0415

    section, (key, when) = rows.sections[locale.pk], article
    title = f"{' '.join(rows.chance.choices(WORDS, k=5)).capitalize()} {index}"
    page = AnalysisPage(
        path=Page._get_path(section.path, section.depth + 1, index + 1),  # noqa: SLF001
        depth=section.depth + 1,
        numchild=0,
        title=title,
        draft_title=title,
        slug=f"a-{index}",
        url_path=f"{section.url_path}a-{index}/",
        content_type=rows.kind,
        locale=locale,
        translation_key=key,
        live=True,
        owner=rows.chance.choice(rows.people),
        first_published_at=when,
        last_published_at=when,
        latest_revision_created_at=when,
    )
    rows.pages.append(page)
    return page


def _write(rows: Rows) -> None:
    from wagtail.models import Page, Revision  # noqa: PLC0415

    from chorsu_articles.models import AnalysisPage, Publication  # noqa: PLC0415
    from chorsu_translation.models import PublishedUnits  # noqa: PLC0415
    from demo.generator.insertion import insert_table  # noqa: PLC0415

    columns = [column.attname for column in Page._meta.local_concrete_fields]
    Page.objects.bulk_create(Page(**{name: getattr(page, name) for name in columns}) for page in rows.pages)
    keys = dict(Page.objects.filter(path__in=[page.path for page in rows.pages]).values_list("path", "pk"))
    for page in rows.pages:
        page.pk = page.id = page.page_ptr_id = page.publication_ptr_id = keys[page.path]
    insert_table(Publication, rows.pages)
    insert_table(AnalysisPage, rows.pages)
    page_type = Revision._meta.apps.get_model("contenttypes.ContentType").objects.get_for_model(Page)
    Revision.objects.bulk_create(
        Revision(
            base_content_type=page_type,
            content_type=page.content_type,
            object_id=str(page.pk),
            content={"title": page.title},
            created_at=page.last_published_at,
        )
        for page in rows.pages
    )
    PublishedUnits.objects.bulk_create(
        PublishedUnits(
            page_id=page.pk,
            digest=f"{page.pk:064x}",
            reading=1,
            unit_count=10,
            words=rows.chance.randrange(200, 2000),
            since=page.last_published_at,
        )
        for page in rows.pages
        if page.live
    )
    _write_links(rows)
    _write_plans(rows)
    _write_work(rows, page_type)


def _write_links(rows: Rows) -> None:
    from chorsu_translation.models import Baseline, TranslationLink  # noqa: PLC0415

    made = Baseline.objects.bulk_create(
        Baseline(
            target_id=target.pk,
            source_id=source.pk,
            digest="0" * 64 if state == "outdated" else f"{source.pk:064x}",
            reading=1,
            declared_at=target.last_published_at,
        )
        for source, target, state in rows.states
    )
    TranslationLink.objects.bulk_create(
        TranslationLink(
            target_id=target.pk,
            source_id=None if state == "source_withdrawn" else source.pk,
            live_baseline=baseline if target.live else None,
        )
        for (source, target, state), baseline in zip(rows.states, made, strict=True)
    )


def _write_plans(rows: Rows) -> None:
    from django.utils import timezone  # noqa: PLC0415

    from chorsu_translation.models import NotPlanned, TranslationRequest  # noqa: PLC0415

    today = timezone.localdate()
    TranslationRequest.objects.bulk_create(
        TranslationRequest(
            translation_key=key,
            locale=locale,
            assignee=rows.chance.choice([*rows.people, None]),
            due=today + timedelta(days=rows.chance.randrange(-10, 60)),
        )
        for key, locale, state in rows.without_page
        if state == "requested"
    )
    NotPlanned.objects.bulk_create(
        NotPlanned(translation_key=key, locale=locale, reason="Of local interest")
        for key, locale, state in rows.without_page
        if state == "not_planned"
    )


def _write_work(rows: Rows, page_type: Any) -> None:
    """Write workflows, held approvals and schedules: few enough to be written one by one."""
    from django.contrib.contenttypes.models import ContentType  # noqa: PLC0415
    from django.utils import timezone  # noqa: PLC0415
    from wagtail.models import Revision, TaskState, Workflow, WorkflowState  # noqa: PLC0415

    from chorsu_editorial.models import FourEyesTask, FourEyesTaskState, HeldApproval  # noqa: PLC0415
    from demo.generator.insertion import insert_table  # noqa: PLC0415

    workflow, task = Workflow.objects.first(), FourEyesTask.objects.first()
    state_type = ContentType.objects.get_for_model(FourEyesTaskState)
    statuses = {"in_review": "in_progress", "changes_requested": "needs_changes", "held": "approved"}
    for _source, target, state in rows.states:
        if state not in {"scheduled", *statuses}:
            continue
        revision = Revision.objects.filter(base_content_type=page_type, object_id=str(target.pk)).latest("pk")
        if state == "scheduled":
            soon = timezone.now() + timedelta(days=3)
            Revision.objects.filter(pk=revision.pk).update(approved_go_live_at=soon)
            continue
        flow = WorkflowState.objects.create(
            base_content_type=page_type,
            content_type=target.content_type,
            object_id=str(target.pk),
            workflow=workflow,
            requested_by=rows.people[0],
            status=statuses[state],
        )
        # Saved one by one they would read the revision's text, which is empty here.
        current = FourEyesTaskState(
            workflow_state=flow, revision=revision, task=task, status="in_progress", submitted_by=rows.people[0]
        )
        columns = [column.attname for column in TaskState._meta.local_concrete_fields]
        (parent,) = TaskState.objects.bulk_create(
            [TaskState(**{name: getattr(current, name) for name in columns} | {"content_type_id": state_type.pk})]
        )
        current.pk = current.id = current.taskstate_ptr_id = parent.pk
        insert_table(FourEyesTaskState, [current])
        WorkflowState.objects.filter(pk=flow.pk).update(current_task_state=parent.pk)
        if state == "held":
            HeldApproval.objects.create(page_id=target.pk, task_state_id=parent.pk)
