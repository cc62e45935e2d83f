"""What the readers' addresses take and refuse: a clear message and a 4xx, never a 500."""

from __future__ import annotations

import gzip
import json
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation
from wagtail.models import Page, PageViewRestriction, Site

import chorsu_feedback
from chorsu_articles.models.pages import SectionPage
from chorsu_articles.models.publications import PublicationAuthor
from chorsu_feedback.anchors import read_page
from chorsu_feedback.conf import MAX_BODY
from chorsu_feedback.models import LimitKey, ReportCount, TypoReport
from chorsu_feedback.readers import SENT_LATER, WholeNumberField
from chorsu_feedback.retention import counts, forget_networks
from tests.editorial.desk import latest
from tests.factories import make_person, signed_in
from tests.feedback.pages import PARAGRAPH, SECOND, anchor_in, apply, make_article, make_editor

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(article) -> Page:
    return article


def test_forms_for_reports_are_kept_out_of_search_engines(client, page):
    for name in ("report_words", "thanks"):
        response = client.get(reverse(f"chorsu_feedback:{name}", args=[page.pk]))
        assert (response.status_code, response.headers["X-Robots-Tag"]) == (200, "noindex")


def report_of(article: Page, **changes: Any) -> dict[str, Any]:
    return {
        "page": article.pk,
        "revision": article.live_revision_id,
        "path": PARAGRAPH,
        "offset": 15,
        "selected": "откылась",
        "before": "Вчера в городе ",
        "after": " новая библиотека. Туда пришли читатели со всех ",
        "suggestion": "открылась",
        "comment": "",
        **changes,
    }


def post(client: Client, data: Any, **headers: Any) -> Any:
    body = data if isinstance(data, str | bytes) else json.dumps(data)
    return client.post("/feedback/report/", body, content_type="application/json", headers=headers)


def send(client: Client, article: Page, *, headers: dict[str, str] | None = None, **changes: Any) -> Any:
    return post(client, report_of(article, **changes), **(headers or {}))


def post_from(address: str, page: Page, **changes: Any) -> int:
    return int(send(Client(REMOTE_ADDR=address), page, **changes).status_code)


def test_what_cannot_be_read_is_refused(client, page):
    bodies = (" ", "{", b"\xff\xfe", "[1]", "null", "[" * 50_000, '{"page": ' + "9" * 6000 + "}", "{}")
    for body in bodies:
        response = post(client, body)
        assert (response.status_code, bool(response.json()["message"])) == (400, True), body[:20]
    response = post(client, '"' + "x" * MAX_BODY + '"')
    assert (response.status_code, bool(response.json()["message"])) == (413, True)


WRONG: list[dict[str, Any]] = [
    *({"selected": value} for value in ("", "\u00ad \u200b", 5, None, "а" * 501)),
    {"before": ["x"]},
    {"after": {"a": 1}},
    *({"suggestion": value} for value in (7, "a" * 1001, "откылась")),
    {"suggestion": None, "comment": " "},
    *({"comment": value} for value in ("a" * 2001, True)),
    *({"offset": value} for value in (-1, 2**40)),
    {"revision": "latest"},
    *({"page": value} for value in ("x", None)),
]


ODD: list[dict[str, Any]] = [
    {"selected": "откы\u0000лась\ud800"},
    {"comment": "\ud83d\ude00 \x00\x1b[31m <script>"},
    {"before": "я" * 10_000},
    {"path": "x" * 5000},
    {"revision": 2**31 - 1},
    {"revision": None, "offset": None, "path": ""},
    {"selected": " откылась "},
]


def test_a_wrong_field_is_refused_and_an_odd_one_taken(client, page):
    for changes in WRONG:
        response = send(client, page, **changes)
        assert (response.status_code, bool(response.json()["message"])) == (400, True), changes
    assert not TypoReport.objects.exists()
    for changes in ODD:
        assert send(client, page, **changes).status_code == 201, changes
    assert "\x00" not in str(list(TypoReport.objects.values_list("selected", "comment")))


@pytest.mark.parametrize(
    ("words", "changes", "stored"),
    [
        ("откылась", {"comment": "лишнее"}, ("откылась новая", "новая", "лишнее")),
        # A mark follows at once: it stays behind the word before.
        ("районов", {}, ("всех районов", "всех", "")),
        # Nothing is left of the paragraph, or nobody knows where the words stand.
        ("Первый пункт", {}, ("Первый пункт", "", "Удалите эти слова.")),
        ("откылась", {"selected": "нигде"}, ("нигде", "", "Удалите эти слова.")),
    ],
)
def test_an_emptied_suggestion_means_that_the_words_go(client, page, words, changes, stored):
    anchor = asdict(anchor_in(page, words, SECOND if words == "Первый пункт" else PARAGRAPH))
    assert send(client, page, **{**anchor, "suggestion": " ", **changes}).status_code == 201
    report = TypoReport.objects.get()
    assert (report.selected, report.suggestion, report.comment) == stored
    if report.suggestion:
        apply(report, make_editor(page, superuser=True))
        now = next(leaf.text for leaf in read_page(latest(page)) if leaf.path == PARAGRAPH)
        assert not any(gone in now for gone in (report.selected, "  ", " ."))


def test_what_a_reader_sends_twice_counts_once_and_what_another_sends_counts(client, page):
    for nonce in ("0.1", "0.1", "0.2"):
        response = send(client, page, nonce=nonce)
        assert (response.status_code, response.json()["message"]) == (201, "Спасибо. Редакция посмотрит.")
    assert TypoReport.objects.get().count == 2
    form = client.get(form_of(page)).text
    nonce = form.split('name="nonce" value="')[1].split('"')[0]
    data = {"words": "Второй пункт", "suggestion": "Третий пункт", "nonce": nonce}
    assert [client.post(form_of(page), data).status_code for _ in range(2)] == [303, 303]
    assert TypoReport.objects.get(selected="Второй пункт").count == 1
    assert nonce not in client.get(form_of(page)).text


def test_without_markup_the_words_of_a_card_go_to_its_page_and_those_of_a_menu_get_an_answer(client, page):
    front = page.get_parent().get_parent()
    card = {"path": "", "offset": None, "revision": front.live_revision_id, "suggestion": "мечеть"}
    words = {"selected": "библиотека", "before": "Новая ", "after": ""}
    assert send(client, front, **card, **words).json()["message"] == "Спасибо. Редакция посмотрит."
    report = TypoReport.objects.get()
    assert (report.page_id, report.path, report.step) == (page.pk, "title", "A")
    menu = {"selected": "Меню", "before": "", "after": " Поиск"}
    answer = send(client, front, **card, **menu)
    assert "нет в самом тексте" in answer.json()["message"]
    # Other sites, and pages that aren't for everybody, have that headline too.
    section = SectionPage(title=page.title, slug="elsewhere", locale=front.locale)
    Site.objects.create(hostname="other.example", root_page=Page.get_first_root_node().add_child(instance=section))
    private = make_article(title=page.title)
    PageViewRestriction.objects.create(page=private, restriction_type=PageViewRestriction.LOGIN)
    send(client, front, **card, **words)
    assert [each.count for each in TypoReport.objects.filter(page=page)] == [2]
    post(client, report_of(front, **card, **words), host="other.example")
    assert TypoReport.objects.filter(page=section).count() == 1
    # Two pages have that headline.
    make_article(title=page.title)
    assert "нет в самом тексте" in send(client, front, **card, **words).json()["message"]


def test_pages_that_readers_do_not_see_are_not_found(client, page, settings):
    hidden = make_article(title="Черновик", live=False)
    private = make_article(title="Для своих")
    PageViewRestriction.objects.create(page=private, restriction_type=PageViewRestriction.LOGIN)
    root = Page.get_first_root_node()
    for pk in (hidden.pk, private.pk, root.pk, 0, 2**31 - 1, 2**31, 10**23):
        assert send(client, page, page=pk).status_code in {400, 404}, pk
        for url in (f"/feedback/report/{pk}/", f"/feedback/report/{pk}/thanks/"):
            assert client.get(url, follow=True).status_code == 404, url
    settings.WAGTAIL_CONTENT_LANGUAGES = [("tg", "Тоҷикӣ")]
    settings.LANGUAGES = [("ru", "Русский"), ("tg", "Тоҷикӣ")]
    assert send(client, page).status_code == 404


def test_other_methods_and_types_are_refused(client, page):
    assert client.get("/feedback/report/").status_code == 405
    assert client.put(form_of(page)).status_code == 405
    assert client.post("/feedback/report/", report_of(page, revision="", comment="x")).status_code == 415


FORGED: list[tuple[dict[str, str], int]] = [
    ({"Sec-Fetch-Site": "same-origin"}, 201),
    ({"Sec-Fetch-Site": "cross-site"}, 403),
    ({"Sec-Fetch-Site": "same-site", "Origin": "https://other.testserver"}, 403),
    ({"Origin": "http://testserver"}, 201),
    ({"Origin": "https://evil.example"}, 403),
    ({"Origin": "null"}, 403),
    ({"Origin": "https://testserver.evil.example"}, 403),
    ({"Referer": "http://testserver/ru/"}, 201),
    ({"Referer": "https://evil.example/http://testserver/"}, 403),
    ({"Referer": "http://[::1"}, 403),
    ({"Origin": "https://app.example.org", "Sec-Fetch-Site": "cross-site"}, 201),
    ({"Origin": "https://evilexample.org", "Sec-Fetch-Site": "cross-site"}, 403),
    ({}, 201),
]


def test_requests_that_another_site_forges_are_refused(client, page, settings):
    settings.CSRF_TRUSTED_ORIGINS = ["https://*.example.org"]
    plain = {"words": "откылась", "suggestion": "открылась"}
    for headers, status in FORGED:
        assert send(client, page, headers=headers).status_code == status, headers
        form = client.post(form_of(page), plain, headers=headers)
        assert form.status_code == (303 if status == 201 else status), headers


def test_a_network_is_limited_and_others_are_not(client, page, settings):
    settings.CHORSU_FEEDBACK = {"NETWORK_LIMIT": (1, 3600), "PAGE_LIMIT": (7, 3600)}
    assert send(client, page, suggestion=None).status_code == 400, "what is refused counts nothing"
    assert [send(client, page).status_code for _ in range(4)] == [201, 429, 429, 429]
    form = client.post(form_of(page), {"words": "откылась", "suggestion": "открылась"})
    assert (form.status_code, "открылась" in form.text) == (429, True)
    # Without a proxy of one's own the header is anybody's to write, and changes nothing.
    assert send(client, page, headers={"X-Forwarded-For": "198.51.100.99"}).status_code == 429
    for addresses in [  # one, another of its network, and one of another network
        ("198.51.100.1", "198.51.100.250", "198.51.101.1"),
        ("2001:db8:1:1::1", "2001:db8:1:ffff:ffff::2", "2001:db8:2:1::1"),
        ("::ffff:198.51.110.1", "198.51.110.2", "::ffff:198.51.111.1"),
    ]:
        assert [post_from(address, page) for address in addresses] == [201, 429, 201], addresses
    assert not TypoReport.objects.filter(held=True).exists(), "what is refused fills no page"


def test_behind_a_proxy_the_address_it_saw_counts(client, page, settings):
    settings.CHORSU_FEEDBACK = {"NETWORK_LIMIT": (1, 3600), "TRUSTED_PROXIES": 1}
    forged = {"X-Forwarded-For": "1.2.3.4, 198.51.100.9"}
    assert send(client, page, headers=forged).status_code == 201
    forged = {"X-Forwarded-For": "5.6.7.8, 198.51.100.9"}
    assert send(client, page, headers=forged).status_code == 429
    assert send(client, page, headers={"X-Forwarded-For": "203.0.113.10"}).status_code == 201


def test_too_many_reports_about_a_page_are_held_apart_and_bounded(page, settings, monkeypatch):
    settings.CHORSU_FEEDBACK = {"PAGE_LIMIT": (2, 3600)}
    monkeypatch.setattr("chorsu_feedback.readers.MOST_HELD", 2)
    words = [f"слово {number}" for number in (0, 0, 1, 2, 3, 4)]  # the same report again takes nobody's place
    statuses = [post_from(f"198.51.{number}.1", page, suggestion=word) for number, word in enumerate(words)]
    assert statuses == [201, 201, 201, 201, 201, 429]
    assert list(TypoReport.objects.order_by("pk").values_list("held", flat=True)) == [False, False, True, True]
    client = signed_in(make_editor(page))
    index = reverse("chorsu_feedback_admin:index")
    listed = client.get(index)
    assert [report.row["count"] for report in listed.context["object_list"]] == [3]
    assert "status=open&amp;held=1" in listed.text
    held = client.get(f"{index}?status=open&held=1").context["object_list"]
    assert {each["words"] for report in held for each in report.row["proposed"]} == {"слово 2", "слово 3"}


@pytest.mark.parametrize("most", [1, 2], ids=["held", "not held"])
def test_the_second_of_two_at_the_same_moment_gives_back_what_it_took(page, settings, monkeypatch, most):
    settings.CHORSU_FEEDBACK = {"PAGE_LIMIT": (most, 3600)}
    sent = report_of(page, nonce="0.1")
    post(Client(), sent)
    taken = ReportCount.objects.filter(count__gt=0)
    before = set(taken.values_list("key", "count"))
    # It asked before the first one had counted.
    monkeypatch.setattr(counts, "check", lambda *_counters: None)
    assert post(Client(), sent).status_code == 201
    assert set(taken.values_list("key", "count")) == before


@pytest.mark.parametrize("reports", [True, False], ids=["next report", "sweep"])
def test_the_key_of_a_day_and_what_was_counted_under_it_are_gone_the_day_after(client, page, monkeypatch, reports):
    evening = timezone.now().replace(hour=20)  # tomorrow has begun in the newsroom's zone
    monkeypatch.setattr("django.utils.timezone.now", lambda: evening)
    assert send(client, page).status_code == 201
    forget_networks()
    secret = LimitKey.objects.get().secret
    assert "127.0.0" not in str(list(ReportCount.objects.values()))
    tomorrow = evening + timedelta(days=1)
    monkeypatch.setattr("django.utils.timezone.now", lambda: tomorrow)
    if reports:
        assert send(client, page).status_code == 201
        assert LimitKey.objects.get().secret != secret
        assert ReportCount.objects.count() == 2
    else:
        forget_networks()
        assert not LimitKey.objects.exists()
        assert not ReportCount.objects.exists()


def test_a_flood_is_refused_in_the_pages_language_before_the_page_is_read(client, settings):
    settings.CHORSU_FEEDBACK = {"NETWORK_LIMIT": (1, 3600)}
    page = make_article("tg")
    assert send(client, page).status_code == 201
    with CaptureQueriesContext(connection) as queries:
        refused = send(client, page, suggestion="отворилась")
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "3600")
    assert len(queries) == 3
    with translation.override("tg"):
        expected = str(SENT_LATER)
    assert refused.json()["message"] == expected
    for page_id in (None, "x", 2**40):
        assert send(client, page, page=page_id).status_code == 429


# The form without script


def form_of(page: Page) -> str:
    return f"/feedback/report/{page.pk}/"


def test_it_lists_the_paragraphs_and_its_fields_end_at_the_limits(client, page, settings):
    settings.CHORSU_FEEDBACK = {"MAX_SUGGESTION": 77}
    response = client.get(form_of(page))
    text = response.text
    assert text.count('type="radio"') >= 7
    assert "Второй абзац о том же: читатели рады, й все довольны." in text
    assert not response.cookies
    assert text.count('maxlength="') == 3
    assert 'maxlength="77"' in text


def test_pasted_words_find_their_place(page):
    client = Client(enforce_csrf_checks=True)
    response = client.post(form_of(page), {"words": " откылась\n новая ", "suggestion": "открылась новая"})
    assert response.status_code == 303
    report = TypoReport.objects.get()
    assert (report.path, report.offset, report.selected) == (PARAGRAPH, 15, "откылась новая")
    assert client.get(response.headers["Location"]).status_code == 200


def test_words_in_several_places_ask_for_the_paragraph(client, page):
    data = {"words": "районов", "suggestion": "раёнов"}
    response = client.post(form_of(page), data)
    text = response.text
    assert response.status_code == 400
    assert text.count('type="radio"') == 2
    assert "раёнов" in text
    key = text.split('name="paragraph" value="')[2].split('"')[0]
    assert client.post(form_of(page), {**data, "paragraph": key}).status_code == 303
    assert TypoReport.objects.get().before == "Читатели со всех "


def test_a_paragraph_alone_is_enough(client, page):
    text = client.get(form_of(page)).text
    key = next(part.split('"')[0] for part in text.split('value="')[1:] if "Первый пункт" in part.split("</label>")[0])
    response = client.post(form_of(page), {"paragraph": key, "comment": "Здесь ошибка", "words": "перви"})
    assert response.status_code == 303
    report = TypoReport.objects.get()
    assert report.selected == "Первый пункт"
    assert report.comment == "“перви”\nЗдесь ошибка"
    changed = client.post(form_of(page), {"paragraph": f"0-000000000000-{PARAGRAPH}", "comment": "Здесь ошибка"})
    assert (changed.status_code, "Здесь ошибка" in changed.text) == (400, True)


def test_words_that_are_not_there_need_a_second_yes_and_a_name_in_the_byline_none(client, page):
    page.author_links = [PublicationAuthor(person=make_person("Мадина Рахимофа"))]
    page.save_revision().publish()
    data = {"words": "Мадина Рахимофа открыла школу", "suggestion": "Рахимова"}
    asked = client.post(form_of(page), data)
    assert (asked.status_code, "anyway" in asked.text) == (400, True)
    for answer in ({"anyway": "1"}, {"words": "Рахимофа"}):
        assert client.post(form_of(page), {**data, **answer}).status_code == 303
    assert set(TypoReport.objects.values_list("step", flat=True)) == {""}
    anywhere = {"path": "", "offset": None, "before": "", "after": ""}
    assert "нет в самом тексте" in send(client, page, selected=data["words"], **anywhere).json()["message"]


def test_the_trap_stores_nothing(client, page):
    data = {"words": "откылась", "suggestion": "купите", "website": "https://spam.example"}
    assert client.post(form_of(page), data).status_code == 303
    assert not TypoReport.objects.exists()


def test_bad_input_shows_the_form_again(client, page):
    bad: list[dict[str, str]] = [
        {},
        {"words": "откылась"},
        {"words": "x" * 50_000, "suggestion": "y"},
        {"words": "x" * (MAX_BODY + 1)},
        {"words": "\x00", "suggestion": "\x00"},
        {"words": "((*'\"", "suggestion": "😀", "paragraph": "-"},
        {"paragraph": "9" * 5000, "suggestion": "x"},
    ]
    for data in bad:
        response = client.post(form_of(page), data)
        assert response.status_code == (413 if len(data.get("words", "")) > MAX_BODY else 400)
        assert 'role="alert"' in response.text
    for kind in ("text/plain", "multipart/form-data", "application/x-www-form-urlencoded"):
        assert client.post(form_of(page), b"\xff\x00%%%=&&&;", content_type=kind).status_code == 400, kind


def test_the_answer_is_in_the_page_language(client):
    page = make_article("fa", title="کتابخانه", body=[])
    text = client.get(form_of(page), headers={"Accept-Language": "ru"}).text
    assert 'lang="fa" dir="rtl"' in text


def test_the_readers_script_is_at_most_7_and_a_half_kb_compressed():
    folder = Path(chorsu_feedback.__file__).parent / "static" / "chorsu_feedback"
    sizes = {
        name: len(gzip.compress((folder / name).read_bytes())) for name in ("report.js", "dialog.js", "anchors.js")
    }
    assert sum(sizes.values()) <= 7.5 * 1024, sizes


def test_a_number_is_never_read_from_the_text_of_something_else():
    class Deep(list[Any]):
        def __repr__(self):
            raise AssertionError("Lists inside lists take the square of their depth.")

    field = WholeNumberField(required=False)
    assert [field.clean(value) for value in (None, "", 7, "7")] == [None, None, 7, 7]
    for other in (True, 7.0, [7], {"7": 7}, Deep(), "-7", "7" * 19):
        with pytest.raises(ValidationError):
            field.clean(other)
