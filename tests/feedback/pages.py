"""Pages to report about, and what is done with reports."""

from __future__ import annotations

import re
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.urls import reverse
from wagtail.models import Page

from chorsu_articles.models import AnalysisPage, SectionPage
from chorsu_feedback.anchors import Anchor, make_anchor, read_page
from chorsu_feedback.applying import apply_correction, correction_of
from chorsu_feedback.models import TypoReport
from chorsu_feedback.reports import submit_report
from tests.editorial.desk import Desk, fresh, latest, make_desk
from tests.factories import make_group, make_home

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
    fields = {"title": "Новая библиотека", "lead": "Её открыли в центре города.", **fields}
    page = section.add_child(instance=AnalysisPage(locale=home.locale, body=body or RUSSIAN, **fields))
    if page.live:
        page.save_revision().publish()
    page.refresh_from_db()
    return page


def make_editor(*pages: Page, name: str = "editor", superuser: bool = False) -> Any:
    """Return somebody who may sign in to the admin and edit below the pages given."""
    user = get_user_model().objects.create_user(name, f"{name}@example.org", is_superuser=superuser)
    group = make_group(f"group of {name}")
    for page in pages:
        make_group(group.name, page, ("change",))
    user.groups.add(group)
    return user


def anchor_in(page: Any, words: str, path: str = "") -> Anchor:
    """Return the anchor of these words where they stand first, or first below a path."""
    leaf = next(leaf for leaf in read_page(page) if words in leaf.text and path in leaf.path)
    start = leaf.text.index(words)
    return make_anchor(leaf, start, start + len(words))


def admin_url(name: str, report: TypoReport) -> str:
    return reverse(f"chorsu_feedback_admin:{name}", args=[report.pk])


def detail_url(report: TypoReport) -> str:
    return admin_url("detail", report)


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


def reported(page: Any, wrong: str = "откылась", new: str = "открылась", *, path: str = "", **facts: Any) -> TypoReport:
    return submit_report(page=page, anchor=anchor_in(page, wrong, path), suggestion=new, **facts)


def apply(report: TypoReport, user: Any, words: str = "") -> str:
    report = TypoReport.objects.get(pk=report.pk)
    words = words or report.suggestion
    correction = correction_of(report, words)
    return apply_correction(report=report, user=user, words=words, token=correction.token if correction else "")


def body(page: Any) -> str:
    return re.sub(' data-block-key="[^"]*"', "", "".join(block.value.source for block in page.body))


def publish_text(page: Any, html: str) -> None:
    """Put a version live whose first block says this."""
    page.body[0].value.source = html
    page.save_revision().publish()
    page.refresh_from_db()


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
