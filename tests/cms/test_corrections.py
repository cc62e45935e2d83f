"""A live article is corrected by two people; its translations are asked to follow, and readers can look it all up."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import Any
from unittest import mock

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Page, PageLogEntry

from chorsu_articles.models import AnalysisPage, Correction
from chorsu_translation.baselines import link_translation
from chorsu_translation.models import NotPlanned, PublishedVersion, TranslationLink, TranslationRequest, Withdrawal
from chorsu_translation.withdrawal import take_down
from cms.models import User
from tests.cms.content import article_in, restrict, soup_of
from tests.cms.retracting import retract
from tests.editorial.desk import LEAD, Desk, fresh, latest, make_desk
from tests.factories import days_ago, make_article, make_group, make_home, make_section, make_user
from tests.languages import newsroom_languages

pytestmark = pytest.mark.django_db

SENTENCE = "Сёл 118, а не 105, как было сказано."
WRITTEN, LIVE, LATER = date(2026, 11, 2), date(2026, 11, 5), date(2026, 11, 20)
LIST = "/ru/corrections-and-retractions/"


@contextmanager
def on(day: date) -> Iterator[None]:
    with mock.patch.object(timezone, "localdate", return_value=day):
        yield


@pytest.fixture
def desk() -> Desk:
    return make_desk()


def published(desk: Desk) -> Any:
    page = desk.in_review()
    desk.decide(desk.editor, page)
    return fresh(page)


def button(page: Page) -> str:
    return f'href="/admin/pages/{page.pk}/edit/#corrections"'


def correct(desk: Desk, page: Page, user: User, sentence: str = SENTENCE) -> None:
    """Add a sentence in the editor, and a day by a forged field."""
    form = desk.form(user, page)
    row = form["corrections-TOTAL_FORMS"]
    for name, value in {"id": "", "ORDER": "", "DELETE": "", "text": sentence, "date": "2020-01-01"}.items():
        form[f"corrections-{row}-{name}"] = value
    form["corrections-TOTAL_FORMS"] = str(int(row) + 1)
    desk.press(user, page, "action-save", data=form)


def dates(page: Page) -> list[tuple[date | None, str]]:
    return [(row.date, row.text) for row in page.specific.corrections.all()]


def approve(desk: Desk, page: Page, day: date) -> Any:
    with on(day):
        desk.submit(desk.author, page)
        desk.decide(desk.editor, page)
    return fresh(page)


@pytest.mark.thorough
def test_a_sentence_gets_the_day_on_which_a_second_person_lets_it_go_live_and_keeps_it(desk):
    page = published(desk)
    with on(WRITTEN):
        correct(desk, page, desk.author, f" {SENTENCE.replace('ё', 'ё')} ")
    assert (dates(fresh(page)), dates(latest(page))) == ([], [(None, SENTENCE)])
    told = PageLogEntry.objects.filter(page=page.pk, action="chorsu_articles.correct")
    assert not told.exists(), "no reader was told"
    live = approve(desk, page, LIVE)
    assert dates(live) == [(LIVE, SENTENCE)]
    assert [entry.comment for entry in told] == [SENTENCE]
    desk.save(desk.author, page, lead=f"{LEAD} more")
    correct(desk, page, desk.author, "Ещё одно.")
    live = approve(desk, page, LATER)
    assert dates(live) == [(LIVE, SENTENCE), (LATER, "Ещё одно.")]
    assert sorted(entry.comment for entry in told.all()) == ["Ещё одно.", SENTENCE], "told once each"


@pytest.mark.thorough
def test_a_sentence_that_a_form_saves_again_and_one_of_the_same_words_keep_their_days(desk):
    page = published(desk)
    correct(desk, page, desk.author)
    page = approve(desk, page, LIVE)
    form = desk.form(desk.author, page, lead=f"{LEAD} more")
    assert form["corrections-0-text"].strip() == SENTENCE
    desk.press(desk.author, page, "action-submit", data=form)
    correct(desk, page, desk.editor)  # the same words once more, of another slip
    with on(LATER):
        desk.decide(desk.other_editor, page)
    assert dates(fresh(page)) == [(LIVE, SENTENCE), (LATER, SENTENCE)]
    version = latest(page)
    version.corrections.set([Correction(text="An old one", date=date(2020, 1, 1))])
    version.save_revision().publish()
    assert dates(fresh(page)) == [(date(2020, 1, 1), "An old one")], "a day that was chosen"


def test_a_sentence_keeps_its_day_when_a_version_from_before_it_had_one_goes_live_again():
    page = make_article()
    page.corrections = [Correction(text=SENTENCE)]
    page.save_revision()
    for day in (LIVE, LATER):
        with on(day):
            fresh(page).latest_revision.publish()
    assert dates(fresh(page)) == [(LIVE, SENTENCE)]


@pytest.mark.thorough
def test_it_is_offered_only_where_it_can_be_done(desk):
    page = published(desk)
    stranger = make_user(make_desk("tg").author.groups.get().name)
    draft, waiting = desk.draft(), published(desk)
    desk.submit(desk.author, waiting)
    assert button(page) in desk.browser(desk.author).get(f"/admin/pages/{page.pk}/edit/").content.decode()
    refused = [(stranger, page), (desk.author, draft), (desk.author, waiting), (desk.author, desk.section)]
    for user, target in refused:
        assert button(target) not in desk.browser(user).get(f"/admin/pages/{target.pk}/edit/").content.decode()


@pytest.fixture
def pair(desk) -> tuple[Any, AnalysisPage]:
    """Return an article and its Tajik translation, both live."""
    page = published(desk)
    target = make_article(make_section(make_home("tg")), title="Об", translation_key=page.translation_key)
    link_translation(source=page, target=target)
    return page, target


@pytest.fixture
def translator() -> User:
    return make_user(make_desk("tg").author.groups.get().name)


@pytest.mark.thorough
def test_translations_are_asked_to_follow_once_and_a_translation_asks_nobody(desk, pair, translator):
    page, target = pair
    PublishedVersion.objects.filter(page_id=target.pk).delete()
    version = PublishedVersion.objects.create(
        page_id=target.pk, translation_key=page.translation_key, locale=target.locale, title="Об", digest="1", words=1
    )
    version.translators.set([make_user(), translator])
    correct(desk, page, desk.author)
    requests = TranslationRequest.objects.all()
    assert not requests.exists()
    page = approve(desk, page, LIVE)
    asked = requests.values_list("locale__language_code", "assignee", "note", "requested_by")
    assert list(asked) == [("tg", translator.pk, SENTENCE, None)]
    correct(desk, page, desk.author, "Ещё одно.")
    approve(desk, page, LATER)
    target = fresh(target)
    target.corrections = [Correction(text="Калимаи нодуруст.")]
    for changed in (target, page):
        changed.save_revision().publish()
    assert requests.count() == 1


@pytest.mark.thorough
@pytest.mark.parametrize("reason", ["adapted", "not planned", "not live", "nobody"])
def test_who_need_not_follow_is_not_asked(desk, pair, reason):
    page, target = pair
    if reason != "nobody":
        make_desk("tg")
    if reason == "adapted":
        TranslationLink.objects.update(adapted=True)
    elif reason == "not planned":
        NotPlanned.objects.create(translation_key=page.translation_key, locale=target.locale, reason="-")
    elif reason == "not live":
        target.unpublish()
    page.corrections = [Correction(text=SENTENCE)]
    page.save_revision().publish()
    assert not TranslationRequest.objects.exists()


def test_translations_are_asked_to_follow_a_correction_that_was_written_while_the_article_was_down(
    desk, pair, translator
):
    page, _target = pair
    take_down(page=page, user=make_user(superuser=True), reason="To be looked at.")
    correct(desk, page, desk.author)
    assert not TranslationRequest.objects.exists()
    approve(desk, page, LIVE)
    assert TranslationRequest.objects.get().note == SENTENCE


def rows(client: Client, address: str = LIST) -> list[str]:
    soup = soup_of(client, address)
    return [" ".join(item.text.split()) for item in soup.select(".corrections li")]


def corrected(page: Any, day: date, sentence: str) -> Any:
    page.corrections = [Correction(date=day, text=sentence)]
    page.save()
    return page


def retracted(page: Any) -> Withdrawal:
    withdrawal = retract(page, ru="Мы отзываем этот текст.")
    withdrawal.withdrawn_at = datetime(2026, 11, 7, 20, tzinfo=UTC)
    withdrawal.save()
    return withdrawal


def test_corrections_and_retractions_are_listed_where_the_site_wants_it(client, settings):
    section = make_section(make_home())
    page = corrected(make_article(section, title="Вода"), LIVE, SENTENCE)
    withdrawn = retracted(corrected(make_article(section, title="Лёд", slug="ice"), LIVE, "Hidden."))
    assert client.get(LIST).status_code == 404
    for address in ("/ru/", "/sitemap-ru-names.xml"):
        assert LIST not in client.get(address).text
    settings.CORRECTIONS_PAGE = True
    correction = f"5 ноября 2026 г. Вода {SENTENCE}"
    assert rows(client) == ["Отозвано: 8 ноября 2026 г. Лёд Мы отзываем этот текст.", correction]
    soup = soup_of(client, LIST)
    assert [link["href"] for link in soup.select(".corrections a")] == [f"{page.url}#corrections"]
    assert soup.select_one(f'.footer a[href="{LIST}"][aria-current=page]')
    assert f"http://testserver{LIST}" in client.get("/sitemap-ru-names.xml").text
    lite = soup_of(client, f"{LIST}?lite=1")
    assert lite.select_one(".corrections a")["href"] == f"{page.url}?lite=1#corrections"
    tag = client.get(LIST).headers["ETag"]
    assert client.get(LIST, headers={"if-none-match": tag}).status_code == 304
    withdrawn.undone_at = timezone.now()
    withdrawn.save()
    assert client.get(LIST, headers={"if-none-match": tag}).status_code == 200
    assert rows(client) == [correction]


def test_what_is_private_withdrawn_or_switched_off_is_never_listed(client, settings):
    settings.CORRECTIONS_PAGE = True
    open_section, closed = (make_section(make_home(), slug=slug) for slug in ("open", "closed"))
    restrict(closed)
    for section, title in ((open_section, "Вода"), (closed, "Лёд")):
        corrected(make_article(section, title=title), LIVE, f"{title}: ошибка.")
        retracted(make_article(section, title=f"{title} 2"))
    corrected(make_article(open_section, title="Снег"), LIVE, "Снег: ошибка.").unpublish()
    Correction.objects.bulk_create([Correction(page=open_section.get_children().first().specific, text="Undated.")])
    assert [row.rpartition(" г. ")[2] for row in rows(client)] == [
        "Вода 2 Мы отзываем этот текст.",
        "Вода Вода: ошибка.",
    ]
    assert rows(client, LIST.replace("ru", "tg")) == [], "what a language wasn't told"
    with newsroom_languages("tg"):
        assert client.get(LIST).status_code == 404


def test_the_list_has_numbered_pages_of_as_many_queries_however_long_they_are(client, settings):
    settings.CORRECTIONS_PAGE = True
    pages = [make_article(make_section(make_home(), slug=f"s{number}")) for number in range(3)]
    for page in pages:
        days = range(1, 11 if page == pages[0] else 9)
        page.corrections = [Correction(date=date(2026, page.pk % 3 + 1, day), text=f"№ {day}.") for day in days]
        page.save()
    client.get(LIST)
    with CaptureQueriesContext(connection) as many:
        assert len(rows(client, f"{LIST}?a=1&page=1")) == 20
    with CaptureQueriesContext(connection) as few:
        last = rows(client, f"{LIST}?page=2")
    assert len(few) == len(many)
    assert [row.rpartition(" ")[2] for row in last] == [f"{day}." for day in range(6, 0, -1)]
    assert client.get(f"{LIST}?page=3").status_code == 404
    canonical = soup_of(client, f"{LIST}?page=2&utm_source=x").select_one("link[rel=canonical]")
    assert canonical["href"] == f"http://testserver{LIST}?page=2"


@pytest.mark.thorough
def test_machines_are_told_of_corrections_in_every_language(client):
    page = corrected(article_in("fa", published_on=days_ago(1)), LIVE, "118, 105.")
    soup = soup_of(client, page.url)
    told = soup.select_one('script[type="application/ld+json"]').text
    assert '"correction": [{"@type": "CorrectionComment", "text": "118, 105.", "datePublished": "2026-11-05"}]' in told
    assert soup.select_one(".corrections time")["datetime"] == "2026-11-05"


def test_a_preview_shows_a_sentence_without_a_day(desk):
    page = published(desk)
    correct(desk, page, desk.author)
    shown = latest(page).make_preview_request(preview_mode="").content.decode()
    section = BeautifulSoup(shown, "html.parser").select_one(".corrections")
    assert (SENTENCE in section.text, section.select("time")) == (True, [])
    assert "CorrectionComment" not in shown


def test_chief_editors_see_what_readers_were_told_beside_what_one_person_did(client):
    page = article_in("tg")
    chief = make_user(make_group(page=page, rights=("publish",)).name)
    data = {"reason": "A reason", "how": ""}
    PageLogEntry.objects.log_action(page, "chorsu_articles.correct", user=chief, data=data)
    client.force_login(chief)
    assert "A reason" in client.get(reverse("chorsu_editorial_exceptions")).text
