"""Existing pages are joined and parted, and another is made the original; what would break an article is refused."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone
from wagtail.models import Page, PageLogEntry, Revision, Site, WorkflowState
from wagtail.users.models import UserProfile

from chorsu_articles.models import AnalysisPage
from chorsu_editorial.models import HeldApproval
from chorsu_editorial.refusals import Refusal
from chorsu_translation.linking import article_members, link_pages, make_original, unlink_page
from chorsu_translation.models import NotPlanned, TranslationLink, TranslationRequest
from chorsu_translation.pages import TranslationError
from chorsu_translation.planning import decide_not_planned, request_translation, set_adapted
from chorsu_translation.selectors import State, page_state
from cms.models import User
from tests.editorial.desk import fresh
from tests.factories import make_user, signed_in
from tests.translation.newsroom import article, at, editor_at, history_at, locale, member, publish, section

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_messages_in_english")]


@pytest.fixture(scope="module")
def kept(kept_newsroom, kept_in_module) -> dict[str, int]:
    """Return the keys of a chief editor, and of articles in three languages."""
    with kept_in_module():
        chief = member("chief", "Chief editors")
        UserProfile.objects.create(user=chief, preferred_language="en")
        tajik, english = article(code="tg", title="Об", slug="ob"), article(code="en", title="Water", slug="water")
        return {"chief": chief.pk, "ru": article().pk, "tg": tajik.pk, "en": english.pk}


@pytest.fixture
def chief(kept, db) -> Any:
    return User.objects.get(pk=kept["chief"])


@pytest.fixture
def russian(kept, db) -> AnalysisPage:
    return AnalysisPage.objects.get(pk=kept["ru"])


@pytest.fixture
def tajik(kept, db) -> AnalysisPage:
    return AnalysisPage.objects.get(pk=kept["tg"])


@pytest.fixture
def english(kept, db) -> AnalysisPage:
    return AnalysisPage.objects.get(pk=kept["en"])


def links() -> dict[str, str]:
    """Return of each article's page the language of its source."""
    found = TranslationLink.objects.filter(target__content_type__model="analysispage")
    return dict(found.values_list("target__locale__language_code", "source__locale__language_code"))


def keys(*pages: Page) -> set[Any]:
    return set(Page.objects.filter(pk__in=[page.pk for page in pages]).values_list("translation_key", flat=True))


def change(page: Page) -> None:
    """Publish a page with another lead."""
    changed = fresh(page)
    changed.lead = "Другой лид"
    publish(changed)


def test_linking_joins_and_parting_restores_even_what_was_outdated(russian, tajik, english, chief):
    for target in (tajik, english):
        link_pages(source=russian, target=target, user=chief)
    assert (links(), len(keys(russian, tajik, english))) == ({"tg": "ru", "en": "ru"}, 1)
    assert page_state(tajik) == State.LIVE
    assert publish(fresh(tajik)).translation_key == fresh(russian).translation_key
    change(russian)
    assert page_state(tajik) == page_state(english) == State.OUTDATED
    # Another source, and the former one again.
    link_pages(source=tajik, target=english, user=chief)
    assert (links(), page_state(english)) == ({"tg": "ru", "en": "tg"}, State.LIVE)
    link_pages(source=russian, target=english, user=chief)
    assert (links(), page_state(english)) == ({"tg": "ru", "en": "ru"}, State.OUTDATED)

    unlink_page(target=tajik, user=chief)
    assert (links(), len(keys(russian, tajik)), page_state(tajik)) == ({"en": "ru"}, 2, State.LIVE)
    link_pages(source=fresh(russian), target=fresh(tajik), user=chief)
    assert (links()["tg"], page_state(tajik)) == ("ru", State.OUTDATED)
    logged = PageLogEntry.objects.filter(page=tajik.pk, action__startswith="chorsu_translation", user=chief)
    assert [entry.action.partition(".")[2] for entry in logged.order_by("pk")] == ["link", "link", "unlink", "link"]
    assert PageLogEntry.objects.filter(page=russian.pk, action="chorsu_translation.link").exists()


def test_the_original_is_another_page_and_back(russian, tajik, english, chief):
    link_pages(source=tajik, target=russian, user=chief)
    link_pages(source=russian, target=english, user=chief)
    set_adapted(page=tajik, locale=russian.locale, user=chief, adapted=True)
    change(russian)
    make_original(page=english, user=chief)
    assert links() == {"ru": "en", "tg": "ru"}
    assert adapted() == {"tg"}, "the pair tells the other in its own way"
    make_original(page=tajik, user=chief)
    assert (links(), adapted()) == ({"ru": "tg", "en": "ru"}, {"ru"})
    assert page_state(english) == State.OUTDATED
    with pytest.raises(TranslationError, match="original already"):
        make_original(page=tajik, user=chief)


def adapted() -> set[str]:
    return set(TranslationLink.objects.filter(adapted=True).values_list("target__locale__language_code", flat=True))


def test_what_was_wanted_of_a_page_goes_into_the_article_where_it_says_nothing_of_the_language(
    russian, tajik, english, chief
):
    user = make_user(superuser=True)
    decide_not_planned(page=tajik, locale=locale("kk"), user=user, reason="Not for them")
    request_translation(page=tajik, locale=locale("en"), user=user)
    request_translation(page=russian, locale=locale("tg"), user=user)
    key = tajik.translation_key
    link_pages(source=russian, target=english, user=user)
    link_pages(source=fresh(russian), target=fresh(tajik), user=user)
    open_requests = TranslationRequest.objects.filter(done_at__isnull=True)
    assert NotPlanned.objects.get().translation_key == fresh(russian).translation_key
    assert open_requests.get().translation_key == key, "the article has an English page, and the Tajik one is there now"
    unlink_page(target=fresh(tajik), user=user)
    assert fresh(tajik).translation_key == key


def test_what_would_break_an_article_is_refused_in_words(russian, tajik, english, chief):
    second = article(code="tg", title="Дигар", slug="digar")
    third = article(title="Ещё", slug="eshche")
    alias = fresh(russian).create_alias(parent=section("ru"), update_slug="alias")
    link_pages(source=russian, target=tajik, user=chief)
    for source, target, words in (
        (russian, russian, "no translation of itself"),
        (russian, third, "Both pages are in"),
        (russian, second, "has a page in Тоҷикӣ already: “Об”"),
        (russian, section("en"), "pages of different types"),
        (alias, english, "is an alias"),
        (english, tajik, "“Об” belongs together with “Вода и ледники”"),
        (Page.objects.get(depth=1), tajik, "root of all pages"),
    ):
        with pytest.raises(TranslationError, match=re.escape(words)):
            link_pages(source=source, target=target, user=chief)
    with pytest.raises(TranslationError, match="was made from this page"):
        unlink_page(target=russian, user=chief)
    with pytest.raises(TranslationError, match="no other languages"):
        unlink_page(target=english, user=chief)
    assert links() == {"tg": "ru"}
    assert len(keys(russian, tajik)) == 1


def test_a_front_page_stays_one(chief):
    home = section("tg").get_parent()
    assert Site.objects.get().root_page.get_translation(home.locale) == home
    with pytest.raises(TranslationError, match="front page of its language"):
        unlink_page(target=home, user=make_user(superuser=True))


def test_rights_are_those_of_editing_the_pages(russian, tajik, chief):
    editor = member("tajik", "Editors (tg)")
    Page.objects.filter(pk=tajik.pk).update(live=False)
    with pytest.raises(PermissionDenied):
        link_pages(source=tajik, target=russian, user=editor)
    link_pages(source=russian, target=tajik, user=editor)
    with pytest.raises(PermissionDenied):
        make_original(page=tajik, user=editor)
    with pytest.raises(PermissionDenied):
        unlink_page(target=tajik, user=member("russian", "Editors (ru)"))
    unlink_page(target=tajik, user=editor)
    stranger = member("journalist", "Journalists (tg)")
    own = article(code="tg", slug="own", owner=stranger)
    secret = article(slug="secret", live=False)
    with pytest.raises(PermissionDenied):
        link_pages(source=secret, target=own, user=stranger)


@pytest.mark.thorough
@pytest.mark.parametrize("state", ["live", "held", "scheduled"])
def test_live_pages_are_joined_by_who_may_put_both_live(russian, tajik, chief, state):
    translator, editor = member("owner_of_tajik", "Translators (tg)"), member("tg", "Editors (tg)")
    both = member("both", "Editors (ru)", "Editors (tg)")
    Page.objects.filter(pk=tajik.pk).update(owner=translator, live=state == "live")
    if state == "scheduled":
        Revision.objects.filter(pk=tajik.latest_revision_id).update(approved_go_live_at=timezone.now())
    elif state == "held":
        review = tajik.get_workflow().start(tajik, translator)
        HeldApproval.objects.create(page_id=tajik.pk, task_state=review.current_task_state.specific, held_by=chief)
        WorkflowState.objects.update(status=WorkflowState.STATUS_APPROVED)
    for user in (translator, editor):
        with pytest.raises(Refusal, match=r"“Вода.*” .* isn't yours"):
            link_pages(source=fresh(russian), target=fresh(tajik), user=user)
    assert len(keys(russian, tajik)) == 2
    link_pages(source=fresh(russian), target=fresh(tajik), user=both)
    assert len(keys(russian, tajik)) == 1
    for user in (translator, editor):
        with pytest.raises(Refusal, match=r"“Вода.*” .* isn't yours"):
            unlink_page(target=tajik, user=user)
        assert not next(each for each in article_members(fresh(russian), user) if each.page.pk == tajik.pk).may_unlink
    unlink_page(target=tajik, user=both)
    assert len(keys(russian, tajik)) == 2


def test_a_draft_of_an_article_is_no_way_to_its_live_pages(russian, tajik, english, chief):
    translator = member("owner_of_tajik", "Translators (tg)", "Translators (en)")
    Page.objects.filter(pk__in=[tajik.pk, english.pk]).update(owner=translator)
    Page.objects.filter(pk=english.pk).update(live=False)
    link_pages(source=russian, target=fresh(english), user=translator)
    with pytest.raises(Refusal):
        link_pages(source=fresh(english), target=fresh(tajik), user=translator)
    assert len(keys(russian, tajik)) == 2


def test_live_pages_change_roles_by_who_may_put_both_live_and_in_no_circle(russian, tajik, english, chief):
    link_pages(source=russian, target=tajik, user=chief)
    link_pages(source=tajik, target=english, user=chief)
    with pytest.raises(TranslationError, match="was itself made from"):
        link_pages(source=english, target=russian, user=chief)
    owner = member("owner", *(f"Translators ({code})" for code in ("ru", "tg", "en")))
    Page.objects.filter(pk__in=[russian.pk, tajik.pk, english.pk]).update(owner=owner)
    for page in (tajik, english):
        with pytest.raises(Refusal):
            make_original(page=fresh(page), user=owner)
    assert not any(each.may_lead for each in article_members(fresh(russian), owner))
    assert links() == {"tg": "ru", "en": "tg"}


def test_a_refusal_is_said_in_the_admin(russian, tajik):
    translator = member("owner_of_tajik", "Translators (tg)")
    UserProfile.objects.create(user=translator, preferred_language="en")
    Page.objects.filter(pk=tajik.pk).update(owner=translator)
    posted = {"act": "link", "other": russian.pk, "role": "target"}
    answer = signed_in(translator).post(at("linking", tajik), posted)
    assert answer.status_code == 403
    assert "only who may publish or approve on both sides" in answer.text
    assert links() == {}


def test_every_act_in_the_admin(russian, tajik, english, chief):
    client, address = signed_in(chief), at("linking", russian)
    assert address in client.get(editor_at(russian)).text
    for page in (tajik, english):
        client.post(address, {"act": "link", "other": page.pk, "role": "source"})
    assert links() == {"tg": "ru", "en": "ru"}
    client.post(at("linking", english), {"act": "link", "other": tajik.pk, "role": "target"})
    assert links() == {"tg": "ru", "en": "tg"}
    client.post(address, {"act": f"lead:{english.pk}"})
    assert links() == {"tg": "en", "ru": "tg"}
    client.post(address, {"act": f"lead:{russian.pk}"})
    assert links() == {"tg": "ru", "en": "tg"}
    client.post(address, {"act": f"unlink:{english.pk}"})
    parted = client.post(address, {"act": f"unlink:{tajik.pk}"}, follow=True).text
    assert links() == {}
    again = f"{address}?other={tajik.pk}"
    assert again in parted
    assert "Об" in client.get(again).text
    assert "Parted “Об” from “Вода и ледники”" in client.get(history_at(tajik)).text


def test_malformed_requests_are_answered(russian, chief):
    client, address = signed_in(chief), at("linking", russian)
    for posted in (
        *({}, {"act": "unlink:x"}, {"act": "nothing:1"}, {"act": "link"}),
        {"act": "link", "other": "9" * 40, "role": "source"},
        {"act": "link", "other": "\x00", "role": "x"},
    ):
        assert client.post(address, posted).status_code in {400, 409}, posted
    assert client.get(f"{address}?other={'9' * 40}").status_code == 200


def test_who_may_edit_none_of_the_pages_is_refused(russian):
    stranger = signed_in(member("stranger", "Journalists (en)"))
    assert stranger.get(at("linking", russian)).status_code == 302
