"""Take the demo away: what it made, and nothing that people made."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Model, ProtectedError
from wagtail.models import Page, ReferenceIndex

from chorsu_articles.lists import own_field_has
from chorsu_articles.models import (
    HomePage,
    InfoPage,
    Organisation,
    Person,
    Picture,
    Publication,
    SectionPage,
    Topic,
    VocabularyField,
)
from cms.models import SetupStep, User
from cms.outlet import Outlet
from demo.models import DemoObject
from demo.services.front import signature, stored
from demo.services.record import STEP


@dataclass(slots=True)
class RemovalReport:
    """What was removed, by name of the kind; what stays and why; and demo pages that people had edited."""

    removed: dict[str, int] = field(default_factory=dict)
    kept: list[str] = field(default_factory=list)
    edited: list[str] = field(default_factory=list)

    def count(self, item: Model) -> None:
        name = str(item._meta.verbose_name_plural)
        self.removed[name] = self.removed.get(name, 0) + 1


@transaction.atomic
def remove_demo() -> RemovalReport:
    """Delete the demo's pages, pictures, vocabulary and accounts; return what happened.

    A demo page goes even where somebody edited it (it is listed). What other pages use stays: pictures, topics, people,
    organisations. An account that something else holds on to is switched off instead.
    """
    report = RemovalReport()
    records = list(DemoObject.objects.select_related("content_type"))
    if not records:
        return report
    found = [(row, row.item) for row in records if row.item is not None]
    pages = [item for row, item in found if isinstance(item, Page) and not row.filled]
    users = [item for _row, item in found if isinstance(item, User)]
    for row, item in found:
        if row.filled and isinstance(item, InfoPage | HomePage | SectionPage):
            clear_page(item, row.filled, report)
        elif row.filled and isinstance(item, Outlet):
            clear_outlet(item, row.filled, report)
    delete_pages(pages, users, report)
    others = [item for _row, item in found if not isinstance(item, Page | User | Outlet)]
    # People hold on to their portraits: vocabulary goes before pictures.
    delete_unused(sorted(others, key=lambda item: isinstance(item, Picture)), report)
    delete_users(users, report)
    DemoObject.objects.all().delete()
    SetupStep.objects.filter(key=STEP).update(value="removed")
    return report


def delete_pages(pages: Iterable[Page], users: Iterable[User], report: RemovalReport) -> None:
    """Delete the demo's articles, and list those that somebody else had edited."""
    own = {user.pk for user in users}
    for page in pages:
        by_others = page.revisions.exclude(user__isnull=True).exclude(user__in=own)
        if by_others.exists():
            report.edited.append(f"{page.title} ({page.locale.language_code})")
        # Read anew each time: treebeard keeps paths and numbers of children on the instance.
        Page.objects.get(pk=page.pk).specific.delete()
        report.count(page)


def clear_page(page: InfoPage | HomePage | SectionPage, filled: str, report: RemovalReport) -> None:
    """Take the demo's text or arrangement out of a page that was empty before; what people changed is theirs."""
    if stored(page) != filled or stored(page.get_latest_revision_as_object()) != filled:
        report.kept.append(f"{page.title} ({page.locale.language_code}): it was changed")
        return
    if isinstance(page, InfoPage):
        page.unpublish()
        page.body = ""
    else:
        page.arrangement = []
    page.save()
    page.save_revision()
    report.count(page)


def clear_outlet(outlet: Outlet, filled: str, report: RemovalReport) -> None:
    """Take what the demo wrote about the outlet; what people changed is theirs."""
    if signature(outlet) != filled:
        report.kept.append(f"{outlet}: it was changed")
        return
    site = outlet.site
    outlet.delete()
    Outlet.objects.create(site=site)
    report.count(outlet)


def delete_unused(items: Iterable[Any], report: RemovalReport) -> None:
    """Delete pictures and vocabulary that nothing else uses; drafts count as use."""
    drafts = references_of_drafts()
    for item in items:
        content_type = ContentType.objects.get_for_model(item)
        used = (content_type.pk, str(item.pk)) in drafts or is_used(item)
        try:
            if used:
                report.kept.append(f"{item}: other pages use it")
                continue
            with transaction.atomic():
                item.delete()
        except ProtectedError:
            report.kept.append(f"{item}: other pages use it")
        else:
            report.count(item)


def is_used(item: Any) -> bool:
    """Return whether a saved page or person uses it; Wagtail's index doesn't know choices of many (topics)."""
    people: Any = Person.objects  # its columns per language are unknown to the type checker
    return (
        ReferenceIndex.get_references_to(item).exists()
        or (isinstance(item, Topic) and Publication.objects.filter(topics=item).exists())
        or (isinstance(item, Organisation) and Publication.objects.filter(own_field_has(item)).exists())
        or (isinstance(item, Picture) and people.filter(photo=item).exists())
    )


def references_of_drafts() -> set[tuple[int, str]]:
    """Return (content type, primary key) of what the latest drafts refer to: Wagtail indexes saved pages only."""
    references: set[tuple[int, str]] = set()
    for page in Page.objects.filter(has_unpublished_changes=True, latest_revision__isnull=False).specific():
        draft = page.get_latest_revision_as_object()
        found = ReferenceIndex._extract_references_from_object(draft)  # noqa: SLF001 - it has no public name
        for content_type_id, object_id, *_where in found:
            references.add((content_type_id, str(object_id)))
        if isinstance(draft, Publication):
            fields = [field.name for field in draft._meta.many_to_many if isinstance(field, VocabularyField)]
            chosen = [item for name in fields for item in getattr(draft, name).all()]
            references.update((ContentType.objects.get_for_model(item).pk, str(item.pk)) for item in chosen)
    return references


def delete_users(users: Iterable[User], report: RemovalReport) -> None:
    """Delete the demo's accounts; one that other rows protect is switched off and loses its rights."""
    for user in users:
        try:
            with transaction.atomic():
                user.delete()
        except ProtectedError:
            user.is_active = user.is_superuser = user.is_staff = False
            user.set_unusable_password()
            user.save()
            user.groups.clear()
            report.kept.append(f"{user.email}: switched off, because other records need it")
        else:
            report.count(user)
