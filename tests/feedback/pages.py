"""Pages to report about."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from wagtail.models import GroupPagePermission, Page

from chorsu_articles.models import AnalysisPage, SectionPage
from tests.factories import make_home

PARAGRAPH = "body.11111111-1111-4111-8111-111111111111"
SECOND = "body.22222222-2222-4222-8222-222222222222"
QUOTATION = "body.33333333-3333-4333-8333-333333333333.text"


def make_article(language: str = "ru", *, body: list[dict[str, Any]] | None = None, **fields: Any) -> AnalysisPage:
    """Return a published article; ``body`` is the stored form of its blocks."""
    home = make_home(language)
    section = SectionPage.objects.child_of(home).first()
    if section is None:
        section = home.add_child(instance=SectionPage(title="Анализ", slug="analysis", locale=home.locale))
    fields = {"title": "Новая библиотека", "lead": "Её открыли в центре города.", "live": True, **fields}
    slug = fields.pop("slug", f"article-{AnalysisPage.objects.count() + 1}")
    page = section.add_child(instance=AnalysisPage(slug=slug, locale=home.locale, body=body or RUSSIAN, **fields))
    if page.live:
        page.save_revision().publish()
    page.refresh_from_db()
    return page


def make_editor(*pages: Page, name: str = "editor", superuser: bool = False) -> Any:
    """Return somebody who may sign in to the admin and edit below the pages given."""
    user = get_user_model().objects.create_user(
        username=name, email=f"{name}@example.org", password="editor-pass-1", is_superuser=superuser
    )
    group = Group.objects.create(name=f"group of {name}")
    group.permissions.add(Permission.objects.get(codename="access_admin"))
    change = Permission.objects.get(content_type__app_label="wagtailcore", codename="change_page")
    for page in pages:
        GroupPagePermission.objects.create(group=group, page=page, permission=change)
    user.groups.add(group)
    return user


RUSSIAN: list[dict[str, Any]] = [
    {
        "type": "paragraph",
        "id": PARAGRAPH.removeprefix("body."),
        "value": "<p>Вчера в городе откылась новая <b>библиотека</b>. Туда пришли читатели со всех районов.</p>"
        "<p>Второй абзац о том&nbsp;же: чита\u00adтели рады, и\u0306 все довольны.</p>",
    },
    {
        "type": "paragraph",
        "id": SECOND.removeprefix("body."),
        "value": "<p>Читатели со всех районов области пришли и остались.</p><ul><li>Первый пункт</li>"
        "<li>Второй пункт</li></ul>",
    },
    {
        "type": "quotation",
        "id": QUOTATION.removeprefix("body.").removesuffix(".text"),
        "value": {"text": "<p>Мы ждали этого дня.</p>", "who": "Директор", "role": "", "language": ""},
    },
]

PERSIAN: list[dict[str, Any]] = [
    {
        "type": "paragraph",
        "id": PARAGRAPH.removeprefix("body."),
        "value": "<p>دیروز کتابخانهٔ تازه‌ای در شهر گشوده شد. خوانندگان می‌خواهند هر روز به انجا بیایند.</p>",
    },
]
