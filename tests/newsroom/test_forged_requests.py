"""Requests that no screen offers, against every address that the project adds to the admin."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import URLResolver, reverse
from wagtail.admin.urls import urlpatterns
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import Locale, Page

from articles.models import AnalysisPage, Picture, SectionPage
from cms.models import User
from delivery.models import OutgoingMessage
from delivery.services import send
from feedback.anchors import make_anchor
from feedback.models import TypoReport
from feedback.services import submit_report
from feedback.text import read_page
from tests.factories import make_picture, make_user
from translation.models import Baseline
from translation.services import start_translation

pytestmark = pytest.mark.usefixtures("newsroom")

REPORTS = ("reports/approved-alone/", "reports/messages/", "reports/typos/")
OTHER_LANGUAGE = ["Journalists (tg)", "Translators (tg)", "Editors (tg)"]
NOT_CHIEFS = ["Journalists (ru)", "Translators (ru)", "Editors (ru)"]


@dataclass(frozen=True)
class Office:
    """What a newsroom has: a Russian draft, a live page with its Tajik translation, a report, a picture, a message."""

    draft: AnalysisPage
    live: AnalysisPage
    translation: Page
    report: TypoReport
    picture: Picture
    message: OutgoingMessage

    def urls(self) -> dict[str, tuple[str, dict[str, Any]]]:
        """Return by route the address of each request that changes or asks by POST, and what it posts."""
        draft, live = self.draft.pk, self.live.pk
        return {
            "articles/paste/": (reverse("articles_admin:paste"), {"text": "Слова"}),
            "articles/caption-line/": (reverse("articles_admin:caption_line"), {"line": "Фото: Ведомство"}),
            "articles/pictures/upload/": (reverse("articles_admin:upload_picture"), {"file": image_file()}),
            "articles/pictures/<int:picture_id>/credit/": (
                reverse("articles_admin:picture_credit", args=[self.picture.pk]),
                {"credit": "Чужой"},
            ),
            "articles/check/<int:page_id>/": (reverse("articles_admin:check", args=[draft]), {"title": "x"}),
            "articles/check/<slug:model_name>/below/<int:parent_id>/": (
                reverse("articles_admin:check_new", args=["analysispage", section("ru", "analysis").pk]),
                {"title": "x"},
            ),
            "translations/<int:page_id>/start/<str:language>/": (
                reverse("chorsu_translation:start", args=[live, "en"]),
                {},
            ),
            "translations/<int:page_id>/up-to-date/": (
                reverse("chorsu_translation:up_to_date", args=[self.translation.pk]),
                {},
            ),
            "reports/typos/<int:pk>/close/": (
                reverse("chorsu_feedback:close", args=[self.report.pk]),
                {"status": "fixed"},
            ),
            "reports/typos/<int:pk>/reopen/": (reverse("chorsu_feedback:reopen", args=[self.report.pk]), {}),
            "reports/messages/<int:pk>/retry/": (reverse("delivery_retry", args=[self.message.pk]), {}),
            "invite/": (
                reverse("newsroom_invite"),
                {"address": "new@example.org", "roles": ["editor"], "languages": ["ru"], "message_language": "ru"},
            ),
            "images/multiple/add/": ("/admin/images/multiple/add/", {"files[]": image_file(), "credit": "Чужой"}),
        }

    def reads(self) -> dict[str, str]:
        """Return by route the addresses that only read."""
        return {
            "articles/slug/": reverse("articles_admin:slug"),
            "articles/suggestions/<int:picture_id>/": reverse("articles_admin:suggestions", args=[self.picture.pk]),
            "articles/pictures/together/": reverse("articles_admin:pictures_together"),
            "articles/session/": reverse("articles_admin:session"),
            "translations/": reverse("chorsu_translation:desk"),
            "reports/typos/<int:pk>/": reverse("chorsu_feedback:detail", args=[self.report.pk]),
            **{route + rest: f"/admin/{route}{rest}" for route in REPORTS for rest in ("", "results/")},
        }

    def facts(self) -> tuple[object, ...]:
        """Return what a forged request might change."""
        return (
            list(Page.objects.order_by("pk").values_list("pk", "title", "live", "latest_revision", "owner")),
            list(Baseline.objects.order_by("pk").values_list("pk", "declared_at")),
            list(Picture.objects.order_by("pk").values_list("pk", "credit", "title")),
            list(OutgoingMessage.objects.order_by("pk").values_list("pk", "not_before", "attempts", "recipient")),
            list(TypoReport.objects.order_by("pk").values_list("pk", "status", "closed_at")),
            list(User.objects.order_by("pk").values_list("pk", "email")),
        )


def image_file() -> SimpleUploadedFile:
    return SimpleUploadedFile("forged.png", get_test_image_file().read(), "image/png")


def section(code: str, kind: str) -> SectionPage:
    return SectionPage.objects.get(locale__language_code=code, kind=kind)


def add_article(code: str, slug: str, *, live: bool) -> AnalysisPage:
    page = AnalysisPage(title=f"Заголовок {slug}", slug=slug, live=False, body=[("paragraph", "<p>Река откылась.</p>")])
    section(code, "analysis").add_child(instance=page)
    revision = page.save_revision()
    if live:
        revision.publish()
    return AnalysisPage.objects.get(pk=page.pk)


@pytest.fixture
def office(newsroom: None) -> Office:
    live = add_article("ru", "live", live=True)
    target = start_translation(
        source=live, locale=Locale.objects.get(language_code="tg"), user=make_user("Editors (tg)")
    )
    leaf = next(leaf for leaf in read_page(live) if "откылась" in leaf.text)
    start = leaf.text.index("откылась")
    return Office(
        draft=add_article("ru", "draft", live=False),
        live=live,
        translation=target,
        report=submit_report(page=live, anchor=make_anchor(leaf, start, start + 8), suggestion="открылась"),
        picture=make_picture(uploaded_by_user=make_user("Editors (ru)")),
        message=send(channel="mail", recipient="a@example.org", subject="s", body="b", key="k"),
    )


def signed_in(*groups: str, **options: Any) -> Client:
    client = Client(**options)
    client.force_login(make_user(*groups))
    return client


def routes(patterns: Iterable[Any], before: str = "") -> Iterator[str]:
    """Yield the routes of the project's own views; vocabularies only list in their own order what Wagtail lists."""
    for pattern in patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns, route)
            continue
        module = getattr(pattern.callback, "view_class", pattern.callback).__module__
        ours = module.split(".")[0] in {"articles", "cms", "delivery", "editorial", "feedback", "search", "translation"}
        if ours and module != "articles.admin.vocabularies":
            yield route


def test_no_address_is_forgotten_here(office: Office) -> None:
    assert set(routes(urlpatterns)) == set(office.urls()) | set(office.reads())


@pytest.mark.parametrize("stranger", ["nobody", "without the admin"])
def test_strangers_get_nowhere(office: Office, stranger: str) -> None:
    client = Client() if stranger == "nobody" else signed_in()
    before = office.facts()
    for url, data in office.urls().values():
        for answer in (client.get(url), client.post(url, data)):
            assert answer.status_code == 302, url
            assert answer["Location"].startswith("/admin/login/"), url
        assert client.post(url, headers={"X-Requested-With": "XMLHttpRequest"}).status_code == 403, url
    for url in office.reads().values():
        assert client.get(url)["Location"].startswith("/admin/login/"), url
    assert office.facts() == before


def test_no_request_from_another_site_is_taken(office: Office) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(make_user(superuser=True))
    before = office.facts()
    for url, data in office.urls().values():
        assert client.post(url, data).status_code == 403, url
    assert office.facts() == before


def test_reading_writes_nothing(office: Office) -> None:
    client = Client()
    client.force_login(make_user(superuser=True))
    before = office.facts()
    has_form = {"invite/", "images/multiple/add/"}
    for route, (url, data) in office.urls().items():
        expected = 200 if route in has_form else 405
        assert client.get(url, {key: value for key, value in data.items() if isinstance(value, str)}).status_code == (
            expected
        ), url
        assert client.head(url).status_code == expected, url
    for url in office.reads().values():
        assert client.get(url).status_code == 200, url
    assert office.facts() == before


@pytest.mark.parametrize("group", OTHER_LANGUAGE)
def test_another_language_is_out_of_reach(office: Office, group: str) -> None:
    client = signed_in(group)
    before = office.facts()
    urls = office.urls()
    for route in (
        "articles/check/<int:page_id>/",
        "articles/check/<slug:model_name>/below/<int:parent_id>/",
        "translations/<int:page_id>/start/<str:language>/",
        "reports/typos/<int:pk>/close/",
        "reports/typos/<int:pk>/reopen/",
        "reports/messages/<int:pk>/retry/",
        "invite/",
    ):
        url, data = urls[route]
        answer = client.post(url, data, headers={"X-Requested-With": "XMLHttpRequest"})
        assert answer.status_code in {302, 403, 404}, url
        assert "Заголовок" not in answer.content.decode(), url
    assert client.get(reverse("chorsu_feedback:detail", args=[office.report.pk])).status_code == 404
    assert office.report.suggestion not in client.get(reverse("chorsu_feedback:index")).content.decode()
    for route in ("reports/approved-alone/", "reports/messages/"):
        assert client.get(f"/admin/{route}").status_code == 302, route
    assert office.facts() == before


@pytest.mark.parametrize("group", ["Journalists (tg)", "Translators (tg)", "Journalists (ru)"])
def test_a_picture_of_somebody_else_keeps_its_credit(office: Office, group: str) -> None:
    url, data = office.urls()["articles/pictures/<int:picture_id>/credit/"]
    client = signed_in(group)
    before = office.facts()
    assert client.post(url, data).status_code in {302, 403}
    assert office.facts() == before


@pytest.mark.parametrize("group", [*OTHER_LANGUAGE, *NOT_CHIEFS])
def test_only_chief_editors_invite_and_see_messages(office: Office, group: str) -> None:
    client = signed_in(group)
    before = office.facts()
    for route in ("invite/", "reports/messages/<int:pk>/retry/"):
        url, data = office.urls()[route]
        assert client.post(url, data).status_code in {302, 403}, url
    for url in (reverse("newsroom_invite"), reverse("delivery_unsent"), reverse("delivery_unsent_results")):
        answer = client.get(url)
        assert answer.status_code == 302, url
    assert office.facts() == before


@pytest.mark.parametrize("group", ["Journalists (tg)", "Journalists (ru)", "Translators (ru)"])
def test_only_who_may_edit_a_translation_declares_it_up_to_date(office: Office, group: str) -> None:
    url, data = office.urls()["translations/<int:page_id>/up-to-date/"]
    client = signed_in(group)
    before = office.facts()
    assert client.post(url, data, headers={"X-Requested-With": "XMLHttpRequest"}).status_code == 403
    assert office.facts() == before


def test_only_a_kind_that_the_section_takes_is_checked_and_half_a_form_is_refused(office: Office) -> None:
    client = signed_in("Journalists (ru)")
    for kind, status in (("analysis", 400), ("events", 403)):
        url = reverse("articles_admin:check_new", args=["analysispage", section("ru", kind).pk])
        answer = client.post(url, {"title": "x"}, headers={"X-Requested-With": "XMLHttpRequest"})
        assert answer.status_code == status, kind


def start_in_tajik(source: Page, *groups: str) -> Page:
    user = make_user(*groups)
    return start_translation(source=source, locale=Locale.objects.get(language_code="tg"), user=user)


@pytest.mark.parametrize("group", ["Translators (tg)", "Editors (tg)"])
def test_translators_begin_with_another_languages_draft(office: Office, group: str) -> None:
    assert start_in_tajik(office.draft, group).title == office.draft.title


def test_journalists_copy_no_draft_that_they_may_not_open(office: Office) -> None:
    with pytest.raises(PermissionDenied):
        start_in_tajik(office.draft, "Journalists (tg)")
    client = signed_in("Journalists (tg)")
    start = reverse("chorsu_translation:start", args=[office.draft.pk, "tg"])
    client.post(start)
    assert not Page.objects.filter(translation_key=office.draft.translation_key).exclude(pk=office.draft.pk).exists()
    assert start not in client.get(reverse("chorsu_translation:desk")).content.decode()
    translators = signed_in("Translators (tg)").get(reverse("chorsu_translation:desk"))
    assert start in translators.content.decode()


def test_who_may_edit_a_draft_and_add_in_the_other_language_translates_it(office: Office) -> None:
    Page.objects.filter(pk=office.draft.pk).update(owner=(user := make_user("Journalists (ru)", "Journalists (tg)")))
    source = AnalysisPage.objects.get(pk=office.draft.pk)
    target = start_translation(source=source, locale=Locale.objects.get(language_code="tg"), user=user)
    assert target.owner == user


def test_a_live_page_is_translated_by_whoever_may_add_pages_there(office: Office) -> None:
    assert start_in_tajik(add_article("ru", "other", live=True), "Journalists (tg)").locale.language_code == "tg"
