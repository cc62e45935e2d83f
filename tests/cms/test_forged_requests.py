"""Requests that no screen offers, against every address that the project adds to the admin."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import URLResolver, reverse
from django_otp.plugins.otp_totp.models import TOTPDevice
from wagtail.admin.urls import urlpatterns
from wagtail.documents.models import Document
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import Comment, CommentReply, Locale, ModelLogEntry, Page

from chorsu_archive.models import ImportRun
from chorsu_articles import protected_names
from chorsu_articles.models import AnalysisPage, Person, Picture, ProtectedIdentity, SectionPage
from chorsu_delivery.models import OutgoingMessage
from chorsu_delivery.services import send
from chorsu_editorial.hashing import version_hash
from chorsu_editorial.models import FourEyesTaskState, HeldApproval
from chorsu_feedback.anchors import make_anchor, read_page
from chorsu_feedback.applying import seen_token
from chorsu_feedback.models import TypoReport
from chorsu_feedback.reports import submit_report
from chorsu_translation.models import (
    Baseline,
    FindingDismissal,
    SavedFilter,
    Term,
    TranslationLink,
    TranslationRequest,
    UnitMark,
    Withdrawal,
)
from chorsu_translation.selectors import source_digest
from chorsu_translation.starting import start_translation
from cms.models import FactorReset, User
from tests.editorial.desk import current_screen
from tests.factories import make_person, make_picture, make_user, signed_in

pytestmark = pytest.mark.usefixtures("newsroom_of_module", "db")

LISTS = (
    "articles/pictures/credits/", "reports/exceptions/", "reports/held/", "reports/messages/", "reports/queries/",
    "reports/typos/", "snippets/chorsu_cms/outlet/", "translations/glossary/", "translations/history/",
    "translations/own-work/", "users/",
)  # fmt: skip
TERMS = (
    "<martif><termEntry>"
    + "<langSet xml:lang='{}'><tig><term>Чужой</term></tig></langSet>" * 2
    + "</termEntry></martif>"
)
OTHER_LANGUAGE = ["Journalists (tg)", "Translators (tg)", "Editors (tg)"]
WRITERS = ["Journalists (ru)", "Translators (ru)"]
NOT_CHIEFS = [*WRITERS, "Editors (ru)"]


def at(name: str, *arguments: Any) -> str:
    return reverse(name, args=arguments)


@dataclass(frozen=True)
class Office:
    """A Russian draft, a held text, a live page with its Tajik translation, a report, files, a message, an author."""

    draft: AnalysisPage
    held: AnalysisPage
    remark: Comment
    live: AnalysisPage
    translation: Page
    report: TypoReport
    other_report: TypoReport
    picture: Picture
    document: Document
    message: OutgoingMessage
    identity: ProtectedIdentity
    reader: User
    term: Term
    preview: ImportRun

    def urls(self) -> dict[str, tuple[str, dict[str, Any]]]:
        """Return by route the address of each request that changes or asks by POST, and what it posts."""
        draft, live = self.draft.pk, self.live.pk
        return {
            "account/end/": (at("newsroom_end"), {"end": ""}),
            "articles/paste/": (at("chorsu_articles_admin:paste"), {"text": "Слова"}),
            "articles/caption-line/": (at("chorsu_articles_admin:caption_line"), {"line": "Фото: Ведомство"}),
            "articles/pictures/upload/": (at("chorsu_articles_admin:upload_picture"), {"file": image_file()}),
            "articles/pictures/<int:picture_id>/credit/": (
                at("chorsu_articles_admin:picture_credit", self.picture.pk),
                {"credit": "Чужой"},
            ),
            "second-factors/": (at("factor_resets"), {"account": self.reader.pk}),
            "articles/names/": (at("chorsu_articles_admin:protected_names"), {"reader": self.reader.pk}),
            "articles/names/add/": (at("chorsu_articles_admin:protect_name"), {"name_ru": "Чужой"}),
            "articles/names/<int:pk>/": (
                at("chorsu_articles_admin:protected_name", self.identity.pk),
                {"action": "ask"},
            ),
            "articles/check/<int:page_id>/": (at("chorsu_articles_admin:check", draft), {"title": "x"}),
            "articles/check/below/<int:section_id>/": (
                at("chorsu_articles_admin:check_new", section("ru", "analysis").pk),
                {"title": "x"},
            ),
            "translations/<int:page_id>/start/<str:language>/": (at("chorsu_translation:start", live, "en"), {}),
            "translations/<int:page_id>/up-to-date/": (
                at("chorsu_translation:up_to_date", self.translation.pk),
                {"seen": source_digest(self.translation)},
            ),
            "translations/<int:page_id>/up-to-date/take-back/": (
                at("chorsu_translation:take_back_still_right", self.translation.pk),
                {"given": "2026-01-01T00:00:00+00:00"},
            ),
            "articles/texts/<int:entry_id>/put-back/": (at("chorsu_articles_admin:put_text_back", 1), {}),
            "translations/<int:page_id>/withdraw/": (at("chorsu_translation:withdraw", live), {"reason": "Чужой"}),
            "translations/<int:page_id>/take-down/": (at("chorsu_translation:take_down", live), {"reason": "Чужой"}),
            "translations/<int:page_id>/retract/": (
                at("chorsu_translation:retract", live),
                {"reason": "Чужой", "ru": "Чужой"},
            ),
            "translations/<int:page_id>/bring-back/": (at("chorsu_translation:bring_back", live), {"reason": "Чужой"}),
            "translations/<int:page_id>/links/": (
                at("chorsu_translation:linking", self.translation.pk),
                {"act": f"unlink:{self.translation.pk}"},
            ),
            "translations/<int:page_id>/structure/": (
                at("chorsu_translation:structure", self.translation.pk),
                {"token": "x", "step": "x"},
            ),
            "translations/files/": (
                f"{reverse('chorsu_translation:files')}?language=tg&id={self.translation.pk}",
                {"version": "2.1"},
            ),
            "translations/<int:page_id>/findings/dismiss/": (
                at("chorsu_translation:dismiss_finding", self.translation.pk),
                {"check": "untranslated", "path": "title", "index": "0", "text_hash": "x"},
            ),
            "translations/<int:page_id>/units/mark/": (
                at("chorsu_translation:mark_unit", self.translation.pk),
                {"path": "title", "index": "0", "key": "x"},
            ),
            "translations/<int:page_id>/units/machine/": (
                at("chorsu_translation:machine_drafts", self.translation.pk),
                {"unit": "title 0 x"},
            ),
            "translations/minor/<int:state_id>/": (
                at("chorsu_translation:deny_minor", self.held.held_approval.task_state_id),
                {},
            ),
            "reports/held/<int:page_id>/": (
                at("chorsu_editorial_publish_held", self.held.pk),
                {"pages": [self.held.pk]},
            ),
            "translations/texts/": (f"{reverse('chorsu_translation:board')}?mine=on", {"name": "Mine"}),
            "translations/glossary/": (
                at("chorsu_glossary:index"),
                {"file": SimpleUploadedFile("a.tbx", TERMS.format("ru", "tg").encode())},
            ),
            "translations/glossary/new/": (
                at("chorsu_glossary:add"),
                {"source": "Чужой", "source_locale": self.live.locale_id, "target_locale": self.translation.locale_id},
            ),
            "translations/glossary/edit/<int:pk>/": (
                at("chorsu_glossary:edit", self.term.pk),
                {"source": "Чужой", "source_locale": self.live.locale_id, "target_locale": self.translation.locale_id},
            ),
            "translations/glossary/delete/<int:pk>/": (at("chorsu_glossary:delete", self.term.pk), {}),
            "translations/plan/": (
                f"{reverse('chorsu_translation:plan')}?id={live}",
                {"id": str(live), "kind": "request", "languages": ["en"]},
            ),
            "remarks/<int:comment_id>/answer/": (at("chorsu_editorial_answer", self.remark.pk), {"text": "Чужой"}),
            "reports/typos/<int:pk>/close/": (at("chorsu_feedback_admin:close", self.report.pk), {"status": "fixed"}),
            "reports/typos/bulk/": (at("chorsu_feedback_admin:bulk"), {"action": "spam", "row": f"{self.report.pk}:"}),
            "reports/typos/<int:pk>/duplicate/": (
                at("chorsu_feedback_admin:duplicate", self.report.pk),
                {"other": self.other_report.pk},
            ),
            "reports/typos/<int:pk>/apply/": (
                at("chorsu_feedback_admin:apply", self.report.pk),
                {"words": "Чужой", "token": seen_token(self.report, "Чужой")},
            ),
            "reports/typos/<int:pk>/elsewhere/": (
                at("chorsu_feedback_admin:elsewhere", self.report.pk),
                {"place": "0" * 64, "words": "Чужой"},
            ),
            "reports/typos/<int:pk>/undo/": (at("chorsu_feedback_admin:undo", self.report.pk), {}),
            "reports/typos/<int:pk>/reopen/": (at("chorsu_feedback_admin:reopen", self.report.pk), {}),
            "reports/messages/<int:pk>/retry/": (at("chorsu_delivery_retry", self.message.pk), {}),
            "invite/": (
                at("newsroom_invite"),
                {"address": "new@example.org", "roles": ["editor"], "languages": ["ru"], "message_language": "ru"},
            ),
            "two-versions/<int:page_id>/<int:mine_id>/": (
                at("chorsu_editorial_compare_versions", self.draft.pk, self.draft.latest_revision_id),
                {"screen": version_hash(self.draft.get_latest_revision_as_object())},
            ),
            "images/multiple/add/": ("/admin/images/multiple/add/", {"files[]": image_file(), "credit": "Чужой"}),
            "images/<int:image_id>/": (at("wagtailimages:edit", self.picture.pk), {"title": "Чужой"}),
            "images/<int:image_id>/delete/": (at("wagtailimages:delete", self.picture.pk), {}),
            "images/<int:file_id>/replace/<int:page_id>/": (
                at("chorsu_editorial_replace_picture", self.picture.pk, live),
                {"credit": "Чужой"},
            ),
            "documents/<int:file_id>/replace/<int:page_id>/": (
                at("chorsu_editorial_replace_document", self.document.pk, live),
                {"title": "Чужой"},
            ),
            "documents/edit/<int:document_id>/": (at("wagtaildocs:edit", self.document.pk), {"title": "Чужой"}),
            "documents/delete/<int:document_id>/": (at("wagtaildocs:delete", self.document.pk), {}),
            "archive/new/": (
                at("chorsu_archive:new"),
                {"archive": SimpleUploadedFile("a.xml", b"<rss/>"), "language": "ru", "publish": "publish"},
            ),
            "archive/<int:pk>/choices/": (at("chorsu_archive:choices", self.preview.pk), {"person-0": ""}),
            "archive/<int:pk>/start/": (at("chorsu_archive:start", self.preview.pk), {}),
            "archive/<int:pk>/undo/": (at("chorsu_archive:undo", self.preview.pk), {}),
        }

    def reads(self) -> dict[str, str]:
        """Return by route the addresses that only read."""
        return {
            "approver-share/<int:page_id>/": at("chorsu_editorial_approver_share", self.draft.pk),
            "remarks/names/<int:page_id>/": at("chorsu_editorial_names", self.draft.pk),
            "to-approve/": at("chorsu_editorial_queue"),
            "reports/health/": at("health"),
            "articles/slug/": at("chorsu_articles_admin:slug"),
            "articles/suggestions/<int:picture_id>/": at("chorsu_articles_admin:suggestions", self.picture.pk),
            "articles/pictures/together/": at("chorsu_articles_admin:pictures_together"),
            "articles/session/": at("chorsu_articles_admin:session"),
            "translations/": at("chorsu_translation:desk"),
            "translations/numbers/": at("chorsu_translation:numbers"),
            "translations/<int:page_id>/findings/": at("chorsu_translation:findings", self.translation.pk),
            "translations/<int:page_id>/units/": at("chorsu_translation:units", self.translation.pk),
            "translations/<int:page_id>/units/content/": "{}?path=body.{}&index=0".format(
                at("chorsu_translation:unit_content", self.translation.pk),
                self.translation.specific.body[0].id,
            ),
            "translations/<int:page_id>/units/similar/": at("chorsu_translation:similar", self.translation.pk),
            "translations/history/<uuid:key>/": at("chorsu_translation:article_history", self.live.translation_key),
            "translations/history/<uuid:key>/results/": at(
                "chorsu_translation:article_history_results", self.live.translation_key
            ),
            "images/usage/<int:image_id>/": at("wagtailimages:image_usage", self.picture.pk),
            "documents/usage/<int:document_id>/": at("wagtaildocs:document_usage", self.document.pk),
            "archive/": at("chorsu_archive:imports"),
            "archive/articles/<int:page_id>/<str:ending>/": at("chorsu_archive_article", self.live.pk, "md"),
            "archive/<int:pk>/": at("chorsu_archive:run", self.preview.pk),
            "archive/<int:pk>/report/<str:kind>/": at("chorsu_archive:report", self.preview.pk, "html"),
            "reports/typos/numbers/": at("chorsu_feedback_admin:numbers"),
            "reports/typos/<int:pk>/": at("chorsu_feedback_admin:detail", self.report.pk),
            **{route + rest: f"/admin/{route}{rest}" for route in LISTS for rest in ("", "results/")},
        }

    def facts(self) -> tuple[object, ...]:
        """Return what a forged request might change."""
        return (
            list(Page.objects.order_by("pk").values_list("pk", "title", "live", "latest_revision", "owner")),
            list(CommentReply.objects.order_by("pk").values_list("pk", "text")),
            list(HeldApproval.objects.order_by("pk").values_list("pk", "page", "task_state")),
            list(Baseline.objects.order_by("pk").values_list("pk", "declared_at")),
            list(TranslationLink.objects.order_by("pk").values_list("source", "target")),
            [model.objects.count() for model in (FindingDismissal, SavedFilter, UnitMark, Withdrawal)],
            list(FourEyesTaskState.objects.order_by("pk").values_list("pk", "is_minor")),
            list(TranslationRequest.objects.order_by("pk").values_list("pk", "assignee")),
            list(Term.objects.order_by("pk").values_list("pk", "source", "approved_at")),
            list(Picture.objects.order_by("pk").values_list("pk", "credit", "title", "file")),
            list(Document.objects.order_by("pk").values_list("pk", "title", "file")),
            list(OutgoingMessage.objects.order_by("pk").values_list("pk", "not_before", "attempts", "recipient")),
            list(TypoReport.objects.order_by("pk").values_list("pk", "status", "closed_at")),
            list(User.objects.order_by("pk").values_list("pk", "email")),
            list(Person.objects.order_by("pk").values_list("pk", "name_ru", "name_withheld")),
            list(ProtectedIdentity.objects.order_by("pk").values_list("pk", "texts", "email", "lifting_asked_by")),
            list(User.objects.filter(user_permissions__isnull=False).values_list("pk", "user_permissions")),
            ModelLogEntry.objects.filter(action__startswith="chorsu_articles.").count(),
            list(FactorReset.objects.values_list("account", "asked_by")),
            list(ImportRun.objects.order_by("pk").values_list("pk", "state", "mapping")),
            TOTPDevice.objects.count(),
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


def hold(page: AnalysisPage) -> AnalysisPage:
    """Submit a page and let its approval be held."""
    page.get_workflow().start(page, make_user("Journalists (ru)"))
    state = page.current_workflow_task_state
    task = state.task.specific
    task.on_action(state, make_user("Editors (ru)"), "approve_and_hold", screen=current_screen(state))
    return AnalysisPage.objects.get(pk=page.pk)


@pytest.fixture(scope="module")
def office_of_module(newsroom_of_module: None, kept_in_module: Callable[[], AbstractContextManager[None]]) -> Office:
    with kept_in_module():
        return make_office()


@pytest.fixture
def office(office_of_module: Office, db: None) -> Office:
    return deepcopy(office_of_module)


def make_office() -> Office:
    live = add_article("ru", "live", live=True)
    target = start_translation(
        source=live, locale=Locale.objects.get(language_code="tg"), user=make_user("Editors (tg)")
    )
    leaf = next(leaf for leaf in read_page(live) if "откылась" in leaf.text)
    start = leaf.text.index("откылась")
    draft = add_article("ru", "draft", live=False)
    return Office(
        draft=draft,
        remark=Comment.objects.create(page=draft, user=make_user("Editors (ru)"), text="Где?", contentpath="title"),
        held=hold(add_article("ru", "held", live=False)),
        live=live,
        translation=target,
        report=submit_report(page=live, anchor=make_anchor(leaf, start, start + 8), suggestion="открылась"),
        other_report=submit_report(page=live, anchor=make_anchor(leaf, 0, 5), suggestion="Иначе"),
        picture=make_picture(uploaded_by_user=make_user("Editors (ru)")),
        document=Document.objects.create(title="Programme", file=ContentFile(b"one", "programme.txt")),
        message=send(channel="mail", recipient="a@example.org", subject="s", body="b", key="k"),
        identity=protected_names.protect(user=make_user("Chief editors"), person=make_person("Зульфия Зульфикарова")),
        reader=make_user("Journalists (ru)"),
        term=Term.objects.create(source="Река", target="Дарё", source_locale=live.locale, target_locale=target.locale),
        preview=ImportRun.objects.create(
            identity="https://old.example",
            path=__file__,
            is_preview=True,
            state=ImportRun.State.DONE,
            mapping={"authors": {"a": {"name": "A", "person": "new", "items": 1}}},
            options={"language": "ru", "media": "", "groups": "", "publish": True, "sections": []},
        ),
    )


def routes(patterns: Iterable[Any], before: str = "") -> Iterator[str]:
    """Yield the routes of the project's own views; vocabularies only list in their own order what Wagtail lists."""
    for pattern in patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns, route)
            continue
        view = getattr(pattern.callback, "view_class", pattern.callback)
        ours = view.__module__.partition(".")[0].startswith(("chorsu_", "cms"))
        if ours and not (isinstance(view, type) and view.__module__ == "chorsu_articles.vocabularies"):
            yield route


@pytest.mark.thorough
def test_no_address_is_forgotten_here(office: Office) -> None:
    assert set(routes(urlpatterns)) == set(office.urls()) | set(office.reads())


@pytest.mark.thorough
@pytest.mark.parametrize("stranger", ["nobody", "without the admin"])
def test_strangers_get_nowhere(office: Office, stranger: str) -> None:
    client = Client() if stranger == "nobody" else signed_in(make_user())
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
    factors: dict[str, dict[str, Any]] = {reverse("second_factor"): {"act": "codes", "code": "123456"}}
    for name in ("registration-begin", "registration-complete", "authentication-begin", "authentication-complete"):
        factors[reverse(f"otp_webauthn:credential-{name}")] = {}
    for url, data in (*office.urls().values(), *factors.items()):
        assert client.post(url, data).status_code == 403, url
    assert office.facts() == before


def test_reading_writes_nothing(office: Office) -> None:
    client = signed_in(make_user("Chief editors", superuser=True))
    before = office.facts()
    forms = (
        "invite/",
        "second-factors/",
        "images/",
        "documents/",
        "reports/held/",
        "articles/names/",
        "reports/typos/<int:pk>/elsewhere/",
        "archive/new/",
        "archive/<int:pk>/choices/",
    )
    asks = (
        "translations/glossary/",
        "translations/plan/",
        "translations/files/",
        "translations/texts/",
        "two-versions/",
        *(f"translations/<int:page_id>/{act}/" for act in ("start", "up-to-date", "withdraw", "take-down", "retract")),
        *(f"translations/<int:page_id>/{act}/" for act in ("bring-back", "links", "structure")),
    )
    for route, (url, data) in office.urls().items():
        asked = route.startswith((*forms, *asks)) and not route.endswith("/take-back/")
        expected = 200 if asked else 405
        assert client.get(url, {key: value for key, value in data.items() if isinstance(value, str)}).status_code == (
            expected
        ), url
        assert client.head(url).status_code == expected, url
    for route, url in office.reads().items():
        # The list of outlets goes on to the form of the only one.
        answer = client.get(url, follow=route == "snippets/chorsu_cms/outlet/")
        assert answer.status_code == 200, url
    assert office.facts() == before


# Whom the newsroom refuses which requests: those that change something, and pages that stay closed.
REFUSED: list[tuple[list[str], list[str]]] = [
    (
        OTHER_LANGUAGE,
        [
            "articles/check/<int:page_id>/", "articles/check/below/<int:section_id>/",
            "translations/<int:page_id>/start/<str:language>/", "translations/<int:page_id>/withdraw/",
            "translations/<int:page_id>/take-down/", "translations/minor/<int:state_id>/",
            "remarks/<int:comment_id>/answer/", "reports/typos/bulk/", "reports/typos/<int:pk>/close/",
            "reports/typos/<int:pk>/duplicate/", "reports/typos/<int:pk>/elsewhere/",
            "reports/typos/<int:pk>/reopen/", "second-factors/",
        ],
    ),
    (
        [*OTHER_LANGUAGE, *WRITERS],
        ["reports/typos/<int:pk>/apply/", "reports/typos/<int:pk>/undo/", "reports/held/<int:page_id>/"],
    ),
    (["Journalists (tg)", "Translators (tg)", "Journalists (ru)"], ["articles/pictures/<int:picture_id>/credit/"]),
    (
        ["Journalists (tg)", *WRITERS],
        ["translations/<int:page_id>/up-to-date/", "translations/<int:page_id>/up-to-date/take-back/"],
    ),
    (
        [*OTHER_LANGUAGE, *NOT_CHIEFS],
        [
            "invite/", "reports/messages/<int:pk>/retry/", "archive/new/", "archive/<int:pk>/choices/",
            "archive/<int:pk>/start/", "archive/<int:pk>/undo/",
        ],
    ),
]  # fmt: skip
CLOSED = [
    "archive/", "archive/<int:pk>/", "archive/<int:pk>/report/<str:kind>/", "reports/exceptions/", "reports/health/",
    "reports/messages/", "reports/messages/results/",
]  # fmt: skip


@pytest.mark.parametrize("group", [*OTHER_LANGUAGE, *NOT_CHIEFS])
def test_each_role_is_refused_what_is_not_its_own(office: Office, group: str) -> None:
    client = signed_in(make_user(group))
    before, urls, reads = office.facts(), office.urls(), office.reads()
    refused = [route for groups, routes in REFUSED for route in routes if group in groups]
    for route in refused:
        url, data = urls[route]
        answer = client.post(url, data, headers={"X-Requested-With": "XMLHttpRequest"})
        assert answer.status_code in {302, 403, 404}, url
        assert "Заголовок" not in answer.content.decode(), url
    for url in [urls["invite/"][0], urls["archive/new/"][0], *(reads[route] for route in CLOSED)]:
        assert client.get(url).status_code == 302, url
    if group in OTHER_LANGUAGE:
        assert client.get(reads["reports/typos/<int:pk>/"]).status_code == 404
        assert office.report.suggestion not in client.get(reads["reports/typos/"]).content.decode()
    assert client.get(reads["reports/held/"]).status_code == (200 if group.startswith("Editors") else 302)
    assert office.facts() == before


@pytest.mark.thorough
@pytest.mark.parametrize("group", ["Editors (tg)", "Journalists (ru)"])
def test_only_who_approves_there_publishes_what_is_held(office: Office, group: str) -> None:
    client = signed_in(make_user(group))
    before = office.facts()
    url, _data = office.urls()["reports/held/<int:page_id>/"]
    for posted in ({"release": office.held.pk}, {"pages": [office.held.pk, office.live.pk]}):
        assert client.post(url, posted).status_code in {302, 403}, posted
    assert office.facts() == before


@pytest.mark.thorough
@pytest.mark.parametrize("group", [*OTHER_LANGUAGE, *NOT_CHIEFS, "administrator"])
def test_only_chief_editors_reach_protected_names(office: Office, group: str) -> None:
    client = signed_in(make_user(superuser=True) if group == "administrator" else make_user(group))
    urls = office.urls()
    page = urls["articles/names/<int:pk>/"][0]
    posts = [
        urls["articles/names/"],
        (urls["articles/names/"][0], {"reader": office.reader.pk, "remove": "1"}),
        urls["articles/names/add/"],
        (f"{urls['articles/names/add/'][0]}?person={make_person('Открытое Имя').pk}", {}),
        *((page, {"action": action, "name_ru": "Чужой"}) for action in ("show", "save", "ask", "withdraw", "confirm")),
    ]
    before = office.facts()
    for url, data in posts:
        for answer in (client.get(url), client.post(url, data)):
            assert answer.status_code == 302, url
    assert office.facts() == before


def test_half_a_form_of_a_new_page_is_refused(office: Office) -> None:
    client = signed_in(make_user("Journalists (ru)"))
    for kind in ("analysis", "events"):
        url = reverse("chorsu_articles_admin:check_new", args=[section("ru", kind).pk])
        answer = client.post(url, {"title": "x"}, headers={"X-Requested-With": "XMLHttpRequest"})
        assert answer.status_code == 400, kind


def start_in_tajik(source: Page, *groups: str) -> Page:
    user = make_user(*groups)
    return start_translation(source=source, locale=Locale.objects.get(language_code="tg"), user=user)


@pytest.mark.parametrize("group", ["Translators (tg)", "Editors (tg)"])
def test_translators_begin_with_another_languages_draft(office: Office, group: str) -> None:
    assert start_in_tajik(office.draft, group).title == office.draft.title


def test_journalists_copy_no_draft_that_they_may_not_open(office: Office) -> None:
    with pytest.raises(PermissionDenied):
        start_in_tajik(office.draft, "Journalists (tg)")
    client = signed_in(make_user("Journalists (tg)"))
    start = reverse("chorsu_translation:start", args=[office.draft.pk, "tg"])
    client.post(start)
    assert not Page.objects.filter(translation_key=office.draft.translation_key).exclude(pk=office.draft.pk).exists()
    assert start not in client.get(reverse("chorsu_translation:desk")).content.decode()
    translators = signed_in(make_user("Translators (tg)")).get(reverse("chorsu_translation:desk"))
    assert start in translators.content.decode()


def test_who_may_edit_a_draft_and_add_in_the_other_language_translates_it(office: Office) -> None:
    Page.objects.filter(pk=office.draft.pk).update(owner=(user := make_user("Journalists (ru)", "Journalists (tg)")))
    source = AnalysisPage.objects.get(pk=office.draft.pk)
    target = start_translation(source=source, locale=Locale.objects.get(language_code="tg"), user=user)
    assert target.owner == user


def test_a_live_page_is_translated_by_whoever_may_add_pages_there(office: Office) -> None:
    assert start_in_tajik(add_article("ru", "other", live=True), "Journalists (tg)").locale.language_code == "tg"
