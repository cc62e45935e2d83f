"""Pages to report about, and what is done with reports."""

from __future__ import annotations

import re
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.test import Client
from django.urls import reverse
from wagtail.models import GroupPagePermission, Page

from chorsu_articles.models import AnalysisPage, SectionPage
from chorsu_feedback.anchors import Anchor, make_anchor, read_page
from chorsu_feedback.applying import apply_correction, correction_of
from chorsu_feedback.models import TypoReport
from chorsu_feedback.reports import submit_report
from tests.editorial.desk import Desk, fresh, latest, make_desk
from tests.factories import make_home

PARAGRAPH = "body.11111111-1111-4111-8111-111111111111"
SECOND = "body.22222222-2222-4222-8222-222222222222"
HTML = "<p>Вчера в городе откылась новая <b>библиотека</b>, куда пришли читатели со всех районов области.</p>"
MENDED = HTML.replace("откылась", "открылась")
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


def anchor_in(page: Any, words: str, path: str = PARAGRAPH) -> Anchor:
    leaf = next(leaf for leaf in read_page(page) if leaf.path == path)
    start = leaf.text.index(words)
    return make_anchor(leaf, start, start + len(words))


def sign_in(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def detail_url(report: TypoReport) -> str:
    return reverse("chorsu_feedback_admin:detail", args=[report.pk])


def right() -> Permission:
    return Permission.objects.get(content_type__app_label="chorsu_feedback", codename="mend_live")


def make_mending_desk() -> Desk:
    """Return a desk whose editor may mend typos on live pages."""
    desk = make_desk()
    desk.editor.groups.first().permissions.add(right())
    return desk


def live_page(desk: Desk, html: str = HTML, **fields: Any) -> Any:
    page = desk.draft(body=[("paragraph", html)], **fields)
    page.get_latest_revision().publish()
    return fresh(page)


def approved_page(desk: Desk, html: str) -> Any:
    """Return a live page that went through the editor, which writes a text in its own form."""
    page = desk.in_review(body=[("paragraph", html)])
    assert desk.act(desk.other_editor, page, "approve").status_code == 200
    return fresh(page)


def reported(page: Any, wrong: str = "откылась", new: str = "открылась") -> TypoReport:
    leaf = next(leaf for leaf in read_page(page) if wrong in leaf.text)
    start = leaf.text.index(wrong)
    return submit_report(page=page, anchor=make_anchor(leaf, start, start + len(wrong)), suggestion=new)


def apply(report: TypoReport, user: Any, words: str = "") -> str:
    report = TypoReport.objects.get(pk=report.pk)
    words = words or report.suggestion
    correction = correction_of(report, words)
    return apply_correction(report=report, user=user, words=words, token=correction.token if correction else "")


def body(page: Any) -> str:
    return re.sub(' data-block-key="[^"]*"', "", "".join(block.value.source for block in page.body))


def edit(page: Any, user: Any, *, mended: bool = False, **fields: Any) -> Any:
    """Store a newer draft."""
    draft = latest(page)
    if mended:
        draft.body[0].value.source = MENDED
    for name, value in fields.items():
        setattr(draft, name, value)
    return draft.save_revision(user=user, clean=False)


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
