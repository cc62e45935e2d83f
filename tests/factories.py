"""Small functions that make what tests need, and nothing that a test doesn't ask for."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from django.contrib.auth.models import Group, Permission
from django.test import Client
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import GroupPagePermission, Locale, Page, Site, Workflow, WorkflowPage, WorkflowTask
from wagtail.users.models import UserProfile

from chorsu_articles.models import AnalysisPage, EventReportPage, HomePage, Person, Picture, SectionPage
from chorsu_articles.pictures.files import prepare
from chorsu_editorial.models import FourEyesTask
from cms.models import User

PASSWORD = "correct-horse-battery"
_numbers = count(1)


def make_user(*groups: str, email: str = "", superuser: bool = False, **fields: Any) -> User:
    """Return a user with a password, who reads the admin in English, in groups that exist."""
    number = next(_numbers)
    user = User(username=f"user{number}", email=email or f"user{number}@example.org", is_superuser=superuser, **fields)
    user.set_password(PASSWORD)
    user.save()
    UserProfile.objects.create(user=user, preferred_language="en")
    user.groups.set([Group.objects.get(name=name) for name in groups])
    return user


def make_home(code: str = "ru", **fields: Any) -> HomePage:
    """Return the front page of a language; the Russian one is the site's root."""
    locale, _created = Locale.objects.get_or_create(language_code=code)
    home = HomePage.objects.filter(locale=locale).first()
    if home is not None:
        return home
    root = Page.get_first_root_node()
    original = HomePage.objects.first()
    values: dict[str, Any] = {"title": f"Home {code}", "slug": f"home-{code}", "locale": locale}
    if original is not None:
        values["translation_key"] = original.translation_key
    home = root.add_child(instance=HomePage(**{**values, **fields}))
    if original is None:
        Site.objects.all().delete()
        Site.objects.create(hostname="localhost", root_page=home, is_default_site=True)
    return home


def make_section(home: HomePage | None = None, kind: str = "analysis", **fields: Any) -> SectionPage:
    """Return a live section below a front page."""
    home = home or make_home()
    values: dict[str, Any] = {"title": kind.title(), "kind": kind, "locale": home.locale}
    return home.add_child(instance=SectionPage(**{**values, **fields}))


def make_article(section: SectionPage | None = None, **fields: Any) -> AnalysisPage:
    """Return a live article; ``live=False`` makes a draft without revision."""
    section = section or make_section()
    values: dict[str, Any] = {"title": "Headline", "lead": "What happened.", "locale": section.locale}
    return section.add_child(instance=AnalysisPage(**{**values, **fields}))


def make_event(section: SectionPage | None = None, **fields: Any) -> EventReportPage:
    """Return a live event report."""
    section = section or make_section(kind="events")
    values: dict[str, Any] = {"title": "Round table", "lead": "What was said.", "locale": section.locale}
    return section.add_child(instance=EventReportPage(**{**values, **fields}))


def make_picture(**fields: Any) -> Picture:
    """Return a picture of the library with a real, small file."""
    file = None if "file" in fields else prepare(get_test_image_file(size=(96, 72)), "test.png")
    return Picture.objects.create(**{"title": "Picture", "file": file, **fields})


def make_person(name: str = "Нависанда", **fields: Any) -> Person:
    """Return a person named in Russian unless told otherwise."""
    return Person.objects.create(**{"name_ru": name, **fields})


def days_ago(days: int) -> datetime:
    """Return a moment before a fixed day, so that lists have a known order."""
    return datetime(2026, 11, 1, 9, tzinfo=UTC) - timedelta(days=days)


def make_group(name: str = "", page: Page | None = None, rights: tuple[str, ...] = ()) -> Group:
    """Return a group that may use the admin, with these rights (``add``, ``change``, ``publish``) from a page down."""
    group, _created = Group.objects.get_or_create(name=name or f"group {next(_numbers)}")
    group.permissions.add(Permission.objects.get(content_type__app_label="wagtailadmin", codename="access_admin"))
    for right in rights:
        GroupPagePermission.objects.create(
            group=group,
            page=page,
            permission=Permission.objects.get(content_type__app_label="wagtailcore", codename=f"{right}_page"),
        )
    return group


def make_review(page: Page, *approving: Group) -> FourEyesTask:
    """Return a four-eyes task, the only one of a workflow for this page and all below it."""
    task = FourEyesTask.objects.create(name=f"Approval {next(_numbers)}")
    task.groups.set(approving)
    workflow = Workflow.objects.create(name=f"Workflow {next(_numbers)}")
    WorkflowTask.objects.create(workflow=workflow, task=task, sort_order=0)
    WorkflowPage.objects.create(workflow=workflow, page=page)
    return task


def signed_in(user: User, **options: Any) -> Client:
    """Return a browser in which somebody is signed in."""
    client = Client(**options)
    client.force_login(user)
    return client
