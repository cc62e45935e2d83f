"""The newsroom that tests of translations work in: its people, and articles."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.http import QueryDict
from django.urls import reverse
from wagtail.models import Locale, Page

from chorsu_articles.models import AnalysisPage, SectionPage
from chorsu_translation.desk.rows import Cell, DeskFilter, desk_rows, viewer_of
from chorsu_translation.models import WithdrawalProposal
from chorsu_translation.pages import translatable_pages
from chorsu_translation.services import write_marked
from chorsu_translation.withdrawal import Restoration, decide, propose
from tests.editorial.desk import Desk


def section(code: str) -> SectionPage:
    """Return the section of analyses in a language."""
    return SectionPage.objects.get(locale__language_code=code, kind="analysis")


def locale(code: str) -> Locale:
    """Return a language."""
    return Locale.objects.get(language_code=code)


def member(name: str, *groups: str) -> Any:
    """Return a new person of these groups."""
    user = get_user_model().objects.create_user(name, f"{name}@example.org", "a-long-password")
    user.groups.add(*Group.objects.filter(name__in=groups))
    assert user.groups.count() == len(groups)
    return user


def publish(page: Page) -> Any:
    """Publish a specific page as it is in memory, and return it as it is stored then."""
    page.save_revision().publish()
    return page.specific_class.objects.get(pk=page.pk)


def proposed(page: Page, act: str, sentences: dict[str, str] | None = None, *, by: Any = None) -> int:
    """Let an editor in chief, or who is given, propose an act on an article; return the proposal's key."""
    proposer = by or get_user_model().objects.filter(username="proposer").first() or member("proposer", "Chief editors")
    propose(page=page, user=proposer, act=act, reason="Two agreed.", sentences=sentences or {})
    return WithdrawalProposal.objects.get(translation_key=page.translation_key).pk


def bring_back(*, page: Page, user: Any) -> list[Restoration]:
    """Let somebody propose to bring an article back, and a chief editor confirm it."""
    return decide(proposal_id=proposed(page, "bring_back"), page=page, user=user)


def desk_pages(user: Any, query: str = "") -> QuerySet[Page]:
    """Return the pages of the desk's list, filtered by the query of its address."""
    write_marked()
    found: QuerySet[Page] = DeskFilter(QueryDict(query), viewer=viewer_of(user)).qs
    return found


def originals(locales: Iterable[Locale]) -> QuerySet[Page]:
    """Return the pages that translations start from; also those whose source is gone."""
    pages = translatable_pages().filter(translation_link__source__isnull=True, locale__in=list(locales))
    return pages.select_related("locale").order_by("-pk")


def desk_cell(source: Page, code: str, user: Any) -> Cell:
    """Return the desk's cell of an article in a language."""
    write_marked()
    return desk_rows([source], viewer=viewer_of(user), locales=[locale(code)])[0].cells[0]


def article(*, code: str = "ru", live: bool = True, title: str = "Вода и ледники", **fields: Any) -> AnalysisPage:
    """Return an article of one block with two paragraphs."""
    values = {"slug": "voda", "lead": "Лид", "body": [("paragraph", "<p>Первый.</p><p>Второй.</p>")], **fields}
    page = AnalysisPage(title=title, live=False, **values)
    section(code).add_child(instance=page)
    page.save_revision()
    published: AnalysisPage = publish(page) if live else page
    return published


def again(desk: Desk) -> Desk:
    """Return a desk that is kept for a module as a test may use it: with people who remember nothing."""
    rows = {each.name: getattr(desk, each.name) for each in fields(desk) if each.name != "browsers"}
    return Desk(**{name: type(row).objects.get(pk=row.pk) for name, row in rows.items()})


def at(name: str, page: Page) -> str:
    """Return the address of a screen of translations that is about a page."""
    return reverse(f"chorsu_translation:{name}", args=[page.pk])


def editor_at(page: Page) -> str:
    """Return the address of a page's editor."""
    return reverse("wagtailadmin_pages:edit", args=[page.pk])


def history_at(page: Page) -> str:
    """Return the address of a page's history."""
    return reverse("wagtailadmin_pages:history", args=[page.pk])


def live(*pages: Page) -> list[bool]:
    """Return which pages are live in the database."""
    return [Page.objects.get(pk=page.pk).live for page in pages]
