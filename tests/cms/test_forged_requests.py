"""Requests that no screen offers, against every address that the project adds to the admin."""

from __future__ import annotations

import re
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django_otp.plugins.otp_totp.models import TOTPDevice
from wagtail.admin.urls import urlpatterns
from wagtail.documents.models import Document
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import Comment, CommentReply, Locale, ModelLogEntry, Page

from chorsu_archive.models import ImportRun
from chorsu_articles import protected_names
from chorsu_articles.models import AnalysisPage, Person, Picture, ProtectedIdentity
from chorsu_delivery.models import OutgoingMessage
from chorsu_delivery.services import send
from chorsu_editorial.guest_links.links import GuestLink
from chorsu_editorial.hashing import version_hash
from chorsu_editorial.models import FourEyesTaskState, HeldApproval
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
from tests.cms.content import section
from tests.cms.crawl import routes
from tests.editorial.desk import current_screen
from tests.factories import make_person, make_picture, make_user, signed_in
from tests.feedback.pages import anchor_in

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
PAGES = (
    "to-approve/", "help/", "reports/health/", "articles/slug/", "articles/pictures/together/", "articles/session/",
    "translations/", "translations/numbers/", "archive/", "reports/typos/numbers/",
)  # fmt: skip
CHANGEABLE: tuple[Any, ...] = (
    Page, CommentReply, HeldApproval, Baseline, TranslationLink, FindingDismissal, SavedFilter, UnitMark, Withdrawal,
    FourEyesTaskState, TranslationRequest, Term, Picture, Document, OutgoingMessage, TypoReport, User, Person,
    ProtectedIdentity, User.user_permissions.through, FactorReset, ImportRun, TOTPDevice,
    GuestLink,
)  # fmt: skip


def at(route: str, about: Any = ()) -> str:
    """Return the address of a route of the admin, with rows or words in the places of its arguments."""
    for row in about if isinstance(about, tuple) else (about,):
        route = re.sub("<[^>]+>", str(getattr(row, "pk", row)), route, count=1)
    return f"/admin/{route}"


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
        live, translation = self.live, self.translation
        reason = {"reason": "Чужой"}
        term = {"source": "Чужой", "source_locale": live.locale_id, "target_locale": translation.locale_id}
        requests: dict[str, tuple[Any, dict[str, Any]]] = {
            "account/end/": ((), {"end": ""}),
            "articles/paste/": ((), {"text": "Слова"}),
            "articles/caption-line/": ((), {"line": "Фото: Ведомство"}),
            "articles/pictures/upload/": ((), {"file": image_file()}),
            "articles/pictures/<int:picture_id>/credit/": (self.picture, {"credit": "Чужой"}),
            "second-factors/": ((), {"account": self.reader.pk}),
            "articles/names/": ((), {"reader": self.reader.pk}),
            "articles/names/add/": ((), {"name_ru": "Чужой"}),
            "articles/names/<int:pk>/": (self.identity, {"action": "ask"}),
            "articles/check/<int:page_id>/": (self.draft, {"title": "x"}),
            "articles/kept/<int:page_id>/": (self.draft, {"title": "x"}),
            "articles/check/below/<int:section_id>/": (section("ru", "analysis"), {"title": "x"}),
            "translations/<int:page_id>/start/<str:language>/": ((live, "en"), {}),
            "translations/<int:page_id>/up-to-date/": (translation, {"seen": source_digest(translation)}),
            "translations/<int:page_id>/up-to-date/take-back/": (translation, {"given": "2026-01-01T00:00:00+00:00"}),
            "articles/texts/<int:entry_id>/put-back/": (1, {}),
            "translations/<int:page_id>/withdraw/": (live, reason),
            "translations/<int:page_id>/take-down/": (live, reason),
            "translations/<int:page_id>/retract/": (live, {**reason, "ru": "Чужой"}),
            "translations/<int:page_id>/bring-back/": (live, reason),
            "translations/<int:page_id>/links/": (translation, {"act": f"unlink:{translation.pk}"}),
            "translations/<int:page_id>/structure/": (translation, {"token": "x", "step": "x"}),
            "translations/files/": ((), {"version": "2.1"}),
            "translations/<int:page_id>/findings/dismiss/": (
                translation,
                {"check": "untranslated", "path": "title", "index": "0", "text_hash": "x"},
            ),
            "translations/<int:page_id>/units/mark/": (translation, {"path": "title", "index": "0", "key": "x"}),
            "translations/<int:page_id>/units/machine/": (translation, {"unit": "title 0 x"}),
            "translations/minor/<int:state_id>/": (self.held.held_approval.task_state_id, {}),
            "guest-links/<int:page_id>/": (self.draft, {"action": "give", "reader": "Чужой", "days": 1}),
            "reports/held/<int:page_id>/": (self.held, {"pages": [self.held.pk]}),
            "translations/texts/": ((), {"name": "Mine"}),
            "translations/glossary/": ((), {"file": SimpleUploadedFile("a.tbx", TERMS.format("ru", "tg").encode())}),
            "translations/glossary/new/": ((), term),
            "translations/glossary/edit/<int:pk>/": (self.term, term),
            "translations/glossary/delete/<int:pk>/": (self.term, {}),
            "translations/plan/": ((), {"id": str(live.pk), "kind": "request", "languages": ["en"]}),
            "remarks/<int:comment_id>/answer/": (self.remark, {"text": "Чужой"}),
            "reports/typos/<int:pk>/close/": (self.report, {"status": "fixed"}),
            "reports/typos/bulk/": ((), {"action": "spam", "row": f"{self.report.pk}:"}),
            "reports/typos/<int:pk>/duplicate/": (self.report, {"other": self.other_report.pk}),
            "reports/typos/<int:pk>/apply/": (
                self.report,
                {"words": "Чужой", "token": seen_token(self.report, "Чужой")},
            ),
            "reports/typos/<int:pk>/elsewhere/": (self.report, {"place": "0" * 64, "words": "Чужой"}),
            "reports/typos/<int:pk>/undo/": (self.report, {}),
            "reports/typos/<int:pk>/reopen/": (self.report, {}),
            "reports/messages/<int:pk>/retry/": (self.message, {}),
            "invite/": (
                (),
                {"address": "new@example.org", "roles": ["editor"], "languages": ["ru"], "message_language": "ru"},
            ),
            "two-versions/<int:page_id>/<int:mine_id>/": (
                (self.draft, self.draft.latest_revision_id),
                {"screen": version_hash(self.draft.get_latest_revision_as_object())},
            ),
            "images/multiple/add/": ((), {"files[]": image_file(), "credit": "Чужой"}),
            "images/<int:image_id>/": (self.picture, {"title": "Чужой"}),
            "images/<int:image_id>/delete/": (self.picture, {}),
            "images/<int:file_id>/replace/<int:page_id>/": ((self.picture, live), {"credit": "Чужой"}),
            "documents/<int:file_id>/replace/<int:page_id>/": ((self.document, live), {"title": "Чужой"}),
            "documents/edit/<int:document_id>/": (self.document, {"title": "Чужой"}),
            "documents/delete/<int:document_id>/": (self.document, {}),
            "archive/new/": (
                (),
                {"archive": SimpleUploadedFile("a.xml", b"<rss/>"), "language": "ru", "publish": "publish"},
            ),
            "archive/<int:pk>/choices/": (self.preview, {"person-0": ""}),
            "archive/<int:pk>/start/": (self.preview, {}),
            "archive/<int:pk>/undo/": (self.preview, {}),
        }
        queries = {
            "translations/files/": f"?language=tg&id={translation.pk}",
            "translations/texts/": "?mine=on",
            "translations/plan/": f"?id={live.pk}",
        }
        return {route: (at(route, about) + queries.get(route, ""), data) for route, (about, data) in requests.items()}

    def reads(self) -> dict[str, str]:
        """Return by route the addresses that only read."""
        translation, picture, key = self.translation, self.picture, self.live.translation_key
        content = "translations/<int:page_id>/units/content/"
        about = {
            **{route + rest: () for route in LISTS for rest in ("", "results/")},
            **dict.fromkeys(PAGES, ()),
            "approver-share/<int:page_id>/": self.draft,
            "remarks/names/<int:page_id>/": self.draft,
            "articles/suggestions/<int:picture_id>/": picture,
            "translations/<int:page_id>/findings/": translation,
            "translations/<int:page_id>/units/": translation,
            content: translation,
            "translations/<int:page_id>/units/similar/": translation,
            "translations/history/<uuid:key>/": key,
            "translations/history/<uuid:key>/results/": key,
            "images/usage/<int:image_id>/": picture,
            "documents/usage/<int:document_id>/": self.document,
            "archive/articles/<int:page_id>/<str:ending>/": (self.live, "md"),
            "archive/<int:pk>/": self.preview,
            "archive/<int:pk>/report/<str:kind>/": (self.preview, "html"),
            "reports/typos/<int:pk>/": self.report,
        }
        addresses = {route: at(route, rows) for route, rows in about.items()}
        addresses[content] += f"?path=body.{translation.specific.body[0].id}&index=0"
        return addresses

    def facts(self) -> list[object]:
        """Return what a forged request might change."""
        rows = [list(model._default_manager.order_by("pk").values()) for model in CHANGEABLE]
        return [*rows, ModelLogEntry.objects.filter(action__startswith="chorsu_articles.").count()]


def image_file() -> SimpleUploadedFile:
    return SimpleUploadedFile("forged.png", get_test_image_file().read(), "image/png")


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
def office_of_module(newsroom_of_module, kept_in_module) -> Office:
    with kept_in_module():
        return make_office()


@pytest.fixture
def office(office_of_module, db) -> Office:
    return deepcopy(office_of_module)


def make_office() -> Office:
    live = add_article("ru", "live", live=True)
    target = start_in_tajik(live, "Editors (tg)")
    draft = add_article("ru", "draft", live=False)
    text = f"body.{live.body[0].id}"
    return Office(
        draft=draft,
        remark=Comment.objects.create(page=draft, user=make_user("Editors (ru)"), text="Где?", contentpath="title"),
        held=hold(add_article("ru", "held", live=False)),
        live=live,
        translation=target,
        report=submit_report(page=live, anchor=anchor_in(live, "откылась", text), suggestion="открылась"),
        other_report=submit_report(page=live, anchor=anchor_in(live, "Река", text), suggestion="Иначе"),
        picture=make_picture(uploaded_by_user=make_user("Editors (ru)")),
        document=Document.objects.create(title="Programme", file=ContentFile(b"one", "programme.txt"), file_size=3),
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


def is_ours(pattern: Any) -> bool:
    """Tell whether a view is the project's own; vocabularies only list in their own order what Wagtail lists."""
    view = getattr(pattern.callback, "view_class", pattern.callback)
    is_vocabulary = isinstance(view, type) and view.__module__ == "chorsu_articles.vocabularies"
    return view.__module__.startswith(("chorsu_", "cms.")) and not is_vocabulary


@pytest.mark.thorough
def test_no_address_is_forgotten_here(office):
    own = {route for route, pattern in routes(urlpatterns) if is_ours(pattern)}
    assert own == set(office.urls()) | set(office.reads())


def test_no_request_from_another_site_is_taken(office):
    client = Client(enforce_csrf_checks=True)
    client.force_login(make_user(superuser=True))
    before = office.facts()
    factors: dict[str, dict[str, Any]] = {reverse("second_factor"): {"act": "codes", "code": "123456"}}
    for name in ("registration-begin", "registration-complete", "authentication-begin", "authentication-complete"):
        factors[reverse(f"otp_webauthn:credential-{name}")] = {}
    for url, data in (*office.urls().values(), *factors.items()):
        assert client.post(url, data).status_code == 403, url
    assert office.facts() == before


def test_reading_writes_nothing(office):
    client = signed_in(make_user("Chief editors", superuser=True))
    before = office.facts()
    for url, data in office.urls().values():
        queries = {key: value for key, value in data.items() if isinstance(value, str)}
        for answer in (client.get(url, queries), client.head(url)):
            assert answer.status_code in {200, 405}, url
    for route, url in office.reads().items():
        # The list of outlets goes on to the form of the only one.
        answer = client.get(url, follow=route == "snippets/chorsu_cms/outlet/")
        assert answer.status_code == 200, url
    assert office.facts() == before


@pytest.mark.parametrize("group", ["Journalists (tg)", "Translators (tg)"])
def test_writers_of_another_language_are_refused_what_its_editors_may(office, group):
    client = signed_in(make_user(group))
    before, urls = office.facts(), office.urls()
    refused = ["articles/pictures/<int:picture_id>/credit/"]
    if group == "Journalists (tg)":
        refused += ["translations/<int:page_id>/up-to-date/", "translations/<int:page_id>/up-to-date/take-back/"]
    for route in refused:
        url, data = urls[route]
        assert client.post(url, data).status_code in {302, 403, 404}, url
    assert office.report.suggestion not in client.get("/admin/reports/typos/").text
    assert office.facts() == before


@pytest.mark.thorough
@pytest.mark.parametrize("group", ["Editors (ru)", "administrator"])
def test_only_chief_editors_reach_protected_names(office, group):
    client = signed_in(make_user(superuser=True) if group == "administrator" else make_user(group))
    urls = office.urls()
    page = urls["articles/names/<int:pk>/"][0]
    posts = [
        urls["articles/names/"],
        ("/admin/articles/names/", {"reader": office.reader.pk, "remove": "1"}),
        urls["articles/names/add/"],
        (f"/admin/articles/names/add/?person={make_person('Открытое Имя').pk}", {}),
        *((page, {"action": action, "name_ru": "Чужой"}) for action in ("show", "save", "ask", "withdraw", "confirm")),
    ]
    before = office.facts()
    for url, data in posts:
        for answer in (client.get(url), client.post(url, data)):
            assert answer.status_code == 302, url
    assert office.facts() == before


def test_half_a_form_of_a_new_page_is_refused(office):
    client = signed_in(make_user("Journalists (ru)"))
    for kind in ("analysis", "events"):
        url = at("articles/check/below/<int:section_id>/", section("ru", kind))
        answer = client.post(url, {"title": "x"}, headers={"X-Requested-With": "XMLHttpRequest"})
        assert answer.status_code == 400, kind


def start_in_tajik(source: Page, *groups: str) -> Page:
    tajik = Locale.objects.get(language_code="tg")
    return start_translation(source=source, locale=tajik, user=make_user(*groups))


@pytest.mark.parametrize("group", ["Translators (tg)", "Editors (tg)"])
def test_translators_begin_with_another_languages_draft(office, group):
    assert start_in_tajik(office.draft, group).title == office.draft.title


def test_journalists_copy_no_draft_that_they_may_not_open(office):
    with pytest.raises(PermissionDenied):
        start_in_tajik(office.draft, "Journalists (tg)")
    start = at("translations/<int:page_id>/start/<str:language>/", (office.draft, "tg"))
    for group, is_offered in (("Journalists (tg)", False), ("Translators (tg)", True)):
        assert (start in signed_in(make_user(group)).get("/admin/translations/").text) == is_offered
    assert start_in_tajik(add_article("ru", "other", live=True), "Journalists (tg)")


def test_who_may_edit_a_draft_and_add_in_the_other_language_translates_it(office):
    Page.objects.filter(pk=office.draft.pk).update(owner=(user := make_user("Journalists (ru)", "Journalists (tg)")))
    source = AnalysisPage.objects.get(pk=office.draft.pk)
    target = start_translation(source=source, locale=Locale.objects.get(language_code="tg"), user=user)
    assert target.owner == user
