"""The newsroom that tests of translations work in: its people, and articles."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from wagtail.models import Page

from chorsu_articles.models import AnalysisPage, SectionPage
from tests.remembered import remembered


def section(code: str) -> SectionPage:
    """Return the section of analyses in a language."""
    return SectionPage.objects.get(locale__language_code=code, kind="analysis")


@remembered
def member(name: str, *groups: str) -> Any:
    """Return a new person of these groups."""
    user = get_user_model().objects.create_user(name, f"{name}@example.org", "a-long-password")
    user.groups.add(*Group.objects.filter(name__in=groups))
    assert user.groups.count() == len(groups)
    return user


@remembered
def publish(page: Page) -> Any:
    """Publish a specific page as it is in memory, and return it as it is stored then."""
    page.save_revision().publish()
    return page.specific_class.objects.get(pk=page.pk)


@remembered
def article(*, code: str = "ru", live: bool = True, title: str = "Вода и ледники", **fields: Any) -> AnalysisPage:
    """Return an article of one block with two paragraphs."""
    values = {"slug": "voda", "lead": "Лид", "body": [("paragraph", "<p>Первый.</p><p>Второй.</p>")], **fields}
    page = AnalysisPage(title=title, live=False, **values)
    section(code).add_child(instance=page)
    page.save_revision()
    published: AnalysisPage = publish(page) if live else page
    return published
