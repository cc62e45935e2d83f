"""The desk: what each person sees of every article in every language, and where it leads."""

from __future__ import annotations

import csv
import datetime as dt
import io
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.contrib.contenttypes.models import ContentType
from django.template import Context, Template
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from wagtail.models import GroupApprovalTask, Page, Workflow, WorkflowTask

from chorsu_articles.models import AnalysisPage, Country, EventReportPage
from chorsu_editorial.markup import count_words
from chorsu_editorial.reading import words_of
from chorsu_translation.desk.rows import Action, desk_rows, my_work, pages_for_rows, viewer_of
from chorsu_translation.desk.views import home_rows, numbers_by_month
from chorsu_translation.models import NotPlannedRule, PublishedUnits, PublishedVersion
from chorsu_translation.planning import decide_not_planned, request_translation
from chorsu_translation.registry import register_filter
from chorsu_translation.selectors import State
from chorsu_translation.services import write_marked
from chorsu_translation.starting import start_translation
from chorsu_translation.withdrawal import withdraw_everywhere
from tests.editorial.desk import current_screen, fresh, task_state
from tests.factories import make_article, make_user, signed_in
from tests.translation.newsroom import desk_cell as cell
from tests.translation.newsroom import desk_pages, locale, publish, section

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("newsroom", "_messages_in_english")]
DESK = "chorsu_translation:desk"
PLAN = "chorsu_translation:plan"
YESTERDAY = timezone.localdate() - dt.timedelta(days=1)


def article(title: str = "Вода", code: str = "ru", **fields: Any) -> AnalysisPage:
    return publish(make_article(section(code), title=title, **fields))  # type: ignore[no-any-return]


def titles(query: str, user: Any = None) -> list[str]:
    found = desk_pages(user or make_user("Chief editors"), query)
    return [page.title for page in found if page.specific_class is AnalysisPage]


def desk_html(user: Any, **query: str) -> str:
    return signed_in(user).get(reverse(DESK), query).text


def begin(source: Any, code: str, user: Any) -> Any:
    return start_translation(source=source, locale=locale(code), user=user).specific


def test_a_missing_page_is_begun_by_who_may_add_it():
    source = article()
    assert cell(source, "tg", make_user("Translators (tg)")).action == Action.START
    assert cell(source, "tg", make_user("Translators (en)")).action == Action.NOTHING
    draft = make_article(section("ru"), live=False)
    assert cell(draft, "tg", make_user("Journalists (tg)")).action == Action.NOTHING  # they may not read it
    assert cell(draft, "tg", make_user("Translators (tg)")).action == Action.START


def hold(page: Any, submitter: Any, approver: Any) -> None:
    """Approve a page, and hold it for the other languages."""
    if page.current_workflow_state:
        page.current_workflow_state.resume(submitter)
    else:
        page.get_workflow().start(page, submitter)
    state = task_state(page)
    state.task.specific.on_action(state, approver, "approve_and_hold", screen=current_screen(state))


@pytest.mark.thorough
def test_every_step_leads_somebody_on_and_nobody_to_a_refusal():
    translator, editor, other = make_user("Translators (tg)"), make_user("Editors (tg)"), make_user("Translators (tg)")
    source = article()
    target = begin(source, "tg", translator)

    def check(state, for_translator, for_editor):
        for person, action in ((translator, for_translator), (editor, for_editor), (other, Action.NOTHING)):
            found = cell(source, "tg", person)
            assert (found.state, found.action) == (state, action), person.groups.first()
        assert signed_in(editor).get(cell(source, "tg", editor).address).status_code == 200

    check(State.DRAFT, Action.CONTINUE, Action.CONTINUE)
    target.get_workflow().start(target, translator)
    check(State.IN_REVIEW, Action.OPEN, Action.REVIEW)
    state = task_state(target)
    state.task.specific.on_action(state, editor, "reject", comment="More")
    check(State.CHANGES_REQUESTED, Action.CONTINUE, Action.CONTINUE)
    hold(fresh(target), translator, editor)
    check(State.HELD, Action.OPEN, Action.PUBLISH)
    publish(fresh(target))
    check(State.LIVE, Action.OPEN, Action.OPEN)
    source.lead = "Another lead."
    publish(source)
    check(State.OUTDATED, Action.CHANGES, Action.CHANGES)
    assert cell(source, "tg", editor).changed_units == 1


def test_wagtails_own_task_is_reviewed_by_its_groups():
    editor = make_user("Editors (tg)")
    source = article()
    target = begin(source, "tg", make_user("Translators (tg)"))
    task = GroupApprovalTask.objects.create(name="Approve")
    task.groups.set(editor.groups.all())
    workflow = Workflow.objects.create(name="Review")
    WorkflowTask.objects.create(workflow=workflow, task=task)
    workflow.start(target, editor)
    assert cell(source, "tg", editor).action == Action.REVIEW
    assert cell(source, "tg", make_user("Editors (ru)")).action == Action.NOTHING


def test_rules_keep_articles_out_until_somebody_asks_for_one():
    chief = make_user("Chief editors")
    source, old = article("New"), article("Old")
    other = article("Other", code="en")
    Page.objects.filter(pk=old.pk).update(first_published_at=timezone.now() - dt.timedelta(days=400))
    old.refresh_from_db()
    NotPlannedRule.objects.create(locale=locale("tg"), section=section("en"))
    NotPlannedRule.objects.create(locale=locale("tg"), older_than_days=365)
    NotPlannedRule.objects.create(locale=locale("ru"), section=section("ru"), older_than_days=365)
    states = [cell(page, "tg", chief).state for page in (source, old, other)]
    assert states == [State.MISSING, State.NOT_PLANNED, State.NOT_PLANNED]
    assert titles("language=tg&state=not_planned") == titles("state=not_planned") == ["Other", "Old"]
    assert titles("language=tg&state=missing") == ["New"]
    assert cell(other, "ru", chief).state == State.MISSING
    request_translation(page=old, locale=locale("tg"), user=chief)
    assert cell(old, "tg", chief).state == State.REQUESTED


@pytest.mark.thorough
def test_the_list_of_a_pair_holds_what_is_translated_from_that_source():
    chief = make_user("Chief editors")
    article("Russian")
    english, also, tajik = article("English", "en"), article("Also English", "en"), article("Tajik", "tg")
    publish(begin(article("Live"), "tg", chief))
    from_russian = publish(begin(english, "ru", chief))
    publish(begin(from_russian, "tg", chief))
    begin(tajik, "ru", chief)
    publish(begin(also, "ru", chief))
    assert sorted(titles("source=ru&language=tg")) == ["Also English", "English", "Live", "Russian"]
    # A translation is a source too of what is missing.
    for query in ("source=ru&language=tg&state=todo", "source=ru&language=tg&state=missing", "language=tg&state=todo"):
        assert sorted(titles(query)) == ["Also English", "Russian"]
    assert titles("source=en&language=tg") == ["Also English"]
    assert titles("source=tg") == ["Tajik"]


def test_filters():
    chief, translator = make_user("Chief editors"), make_user("Translators (tg)")
    one, other = article("Первая вода", lead="Many words " * 40), article("Другое")
    tg, today = locale("tg"), timezone.localdate()
    request_translation(page=one, locale=tg, user=chief, assignee=translator, due=YESTERDAY)
    request_translation(page=other, locale=tg, user=chief)
    events = ContentType.objects.get_for_model(EventReportPage)
    expected = {
        "q=первая": ["Первая вода"],
        f"assignee={translator.pk}": ["Первая вода"],
        "assignee=nobody": ["Другое"],
        "overdue=on": ["Первая вода"],
        f"since={today}&until={today}": ["Другое", "Первая вода"],
        f"since={today + dt.timedelta(days=1)}": [],
        f"kind={one.content_type_id}&section={section('ru').pk}": ["Другое", "Первая вода"],
        f"kind={events.pk}": [],
        "order=due": ["Первая вода", "Другое"],
        "order=words": ["Первая вода", "Другое"],
        "order=words&language=tg": ["Первая вода", "Другое"],
        "order=published": ["Другое", "Первая вода"],
    }
    assert {query: titles(query, chief) for query in expected} == expected
    assert titles("mine=on", translator) == ["Первая вода"]
    begin(other, "tg", translator)
    assert titles("mine=on&state=todo", translator) == ["Другое", "Первая вода"]
    article("English", "en")
    assert titles(f"section={section('en').pk}") == ["English"]


def test_the_site_filters_by_country():
    about, other = article("About"), article("Other")
    country = Country.objects.get(code="TJ")
    about.countries.add(country)
    about.save()
    html = desk_html(make_user("Chief editors"), country=country.pk)
    assert (about.title in html, other.title in html, country.localized_name("en") in html) == (True, False, True)


def test_two_filters_of_one_name_are_refused():
    with pytest.raises(ValueError, match="'country'"):
        register_filter("country", "Country", choices=list, condition=lambda _value: None)  # type: ignore[arg-type,return-value]


def test_a_chosen_language_opens_as_its_list_of_work():
    chief = make_user("Chief editors")
    live, todo = article("Done already"), article("To be done")
    publish(begin(live, "tg", chief))
    html = desk_html(chief, language="tg")
    assert (live.title in html, todo.title in html) == (False, True)
    html = desk_html(chief, language="tg", state="", since="2026-03-01")
    assert live.title in html
    since = BeautifulSoup(html, "html.parser").select_one("#id_since")
    assert (since["type"], since["value"]) == ("date", "2026-03-01")


def test_the_chosen_column_of_a_phone_is_remembered():
    article()
    client = signed_in(make_user("Editors (tg)"))

    def chosen(**query):
        page = BeautifulSoup(client.get(reverse(DESK), query).content, "html.parser")
        return str(page.select_one(".translation-columns [aria-current]").text)

    assert chosen() == locale("tg").get_display_name()
    assert chosen(column="en") == chosen() == chosen(column="xx") == locale("en").get_display_name()


def test_what_is_wrong_in_an_address_is_left_out_and_strangers_are_led_away():
    client = signed_in(make_user("Chief editors"))
    for query in (
        "?section=999&assignee=999&kind=999",
        "?since=nonsense&order=x&country=x",
        "?language=tg&source=tg",
        *("?p=0", "?p=-1", "?p=abc", "?p=999", "?state=nonsense", "?language=xx&state=draft", "?q=%00"),
    ):
        assert client.get(reverse(DESK) + query).status_code == 200, query
    assert signed_in(make_user()).get(reverse(DESK)).status_code == 302


def test_spreadsheets():
    chief = make_user("Chief editors")
    article("=HYPERLINK(1)")
    request_translation(page=article("Вода"), locale=locale("tg"), user=chief, assignee=chief, due=YESTERDAY)

    def rows(**query):
        answer: Any = signed_in(chief).get(reverse(DESK), {"export": "csv", **query})
        return list(csv.reader(io.StringIO(b"".join(answer).decode())))

    head, row = rows(language="tg", q="Вода")
    assert (head[:3], row[:3], row[6]) == (["Article", "Source", "State"], ["Вода", "ru", "Requested"], str(YESTERDAY))
    assert [each[0] for each in rows()] == ["Article", "Вода", "'=HYPERLINK(1)"]
    assert rows()[1][:4] == ["Вода", "ru", "Live", "Requested"]
    assert signed_in(chief).get(reverse(DESK), {"export": "xlsx"}).status_code == 200


def test_several_are_planned_at_once_and_what_was_not_done_is_told():
    editor, translator = make_user("Editors (tg)"), make_user("Translators (tg)")
    pages = [article(f"Article {number}") for number in range(3)]
    request_translation(page=pages[0], locale=locale("tg"), user=editor)
    client = signed_in(editor)
    url = f"{reverse(PLAN)}?" + "&".join(f"id={page.pk}" for page in pages)

    def plan(kind, **data):
        return client.post(url, {"kind": kind, "languages": ["tg"], **data}, follow=True)

    def planned():
        cells = [cell(page, "tg", translator) for page in pages[1:]]
        return {(found.state, found.until, found.is_mine) for found in cells}

    form = BeautifulSoup(client.get(url + "&language=tg").text, "html.parser")
    # Wagtail's field for a day takes what it can't read for today, without a word.
    assert form.select_one("#id_due")["type"] == "date"
    assert [box["value"] for box in form.select("[name=languages]")] == ["tg"]
    html = plan("request", assignee=translator.pk, due="2026-12-24", text="Soon").text
    assert ("Done: 2." in html, "It is requested already." in html) == (True, True)
    assert planned() == {(State.REQUESTED, dt.date(2026, 12, 24), True)}
    assert plan("not_planned", text="").status_code == 400
    plan("not_planned", text="No")
    assert planned() == {(State.NOT_PLANNED, None, False)}
    plan("plan_again")
    plan("due", due="2026-12-25")
    assert planned() == {(State.REQUESTED, dt.date(2026, 12, 25), False)}
    plan("assign", assignee=translator.pk)
    assert planned() == {(State.REQUESTED, dt.date(2026, 12, 25), True)}


def test_the_form_offers_people_by_language_and_no_language_where_originals_are_live():
    editor = signed_in(make_user("Editors (tg)"))
    english, translator = make_user("Translators (en)"), make_user("Translators (tg)")
    original = article("Tajik", code="tg")

    def form(*pages):
        html = editor.get(reverse(PLAN), {"id": [page.pk for page in pages]}).text
        return BeautifulSoup(html, "html.parser")

    def offered(*pages):
        return {box["value"] for box in form(*pages).select("[name=languages]")}

    assert {"ru", "en"} < offered(original)
    assert "tg" not in offered(original)
    people = form(original)
    assert [group["label"] for group in people.select(f"optgroup:has([value='{english.pk}'])")] == ["English"]
    assert not people.select(f"optgroup [value='{translator.pk}']")
    # Of originals in two languages each row is asked for its own.
    draft = make_article(section("tg"), title="Draft", live=False)
    for pages in ([original, article()], [draft], [original, draft]):
        assert "tg" in offered(*pages)


def test_what_is_given_to_somebody_stands_on_their_home_page():
    writer, editor, day = make_user("Journalists (ru)"), make_user("Editors (ru)"), timezone.localdate()
    draft = make_article(section("ru"), title="Draft", live=False, owner=writer)
    request_translation(page=draft, locale=draft.locale, user=editor, assignee=writer, due=day)
    (row,) = home_rows(writer)
    assert (row.title, list(row.facts)) == ("Draft", ["Русский", "Draft", date_format(day, "DATE_FORMAT")])
    assert row.address.startswith(f"/admin/pages/{draft.pk}/edit/")
    translator, mine = make_user("Translators (tg)"), article("Mine to translate")
    article("Nobody’s")
    request_translation(page=mine, locale=locale("tg"), user=editor, assignee=translator, due=YESTERDAY)
    panel = BeautifulSoup(signed_in(translator).get(reverse("wagtailadmin_home")).text, "html.parser")
    text = panel.select_one("#translation_my_work-section").text
    assert [words in text for words in ("Mine to translate", "Nobody’s", "overdue")] == [True, False, True]


def test_each_row_is_asked_for_its_own_right():
    """An editor of Tajik plans what goes into Tajik, and of two articles in one form only that."""
    editor = make_user("Editors (tg)")
    russian, tajik = article("Russian"), article("Tajik", code="tg")
    url = f"{reverse(PLAN)}?id={russian.pk}&id={tajik.pk}"
    html = signed_in(editor).post(url, {"kind": "request", "languages": ["en"]}, follow=True).text
    assert ("Done: 1." in html, "You are no editor" in html) == (True, True)
    assert cell(tajik, "en", editor).state == State.REQUESTED
    assert cell(russian, "en", editor).state == State.MISSING
    # Of one article in two languages Wagtail's history shows both entries.
    chief = signed_in(make_user("Chief editors"))
    chief.post(f"{reverse(PLAN)}?id={russian.pk}", {"kind": "request", "languages": ["tg", "en"]})
    history = chief.get(reverse("wagtailadmin_pages:history", args=[russian.pk])).text
    assert history.count("Requested the text in") == 2


def test_planning_is_offered_to_those_who_may():
    page = article()
    for name, is_offered in {"Translators (tg)": False, "Editors (tg)": True}.items():
        for query in ({}, {"language": "tg"}):
            html = BeautifulSoup(desk_html(make_user(name), **query), "html.parser")
            assert page.title in html.text
            assert bool(html.select("#translation-plan, [data-translation-all], input[name=id]")) is is_offered, name
    translator = signed_in(make_user("Translators (tg)"))
    url = f"{reverse(PLAN)}?id={page.pk}"
    assert translator.get(url).status_code == translator.post(url, {}).status_code == 302
    # The explorer offers it to everyone: they are told where they came from.
    there = reverse("wagtailadmin_explore", args=[section("ru").pk])
    answer = signed_in(make_user("Journalists (ru)")).get(reverse(PLAN), {"id": page.pk, "next": there}, follow=True)
    assert (answer.redirect_chain, "Editors plan texts" in answer.text) == ([(there, 302)], True)


def test_words_are_counted_alike_at_the_desk_in_both_panels_of_the_editor_and_for_readers():
    translator, chief = make_user("Translators (tg)"), make_user("Chief editors")
    source = article(lead="Вода — это жизнь, мини-ГЭС — нет.", search_description="О воде", main_picture_caption="Река")
    target = begin(source, "tg", translator)
    counted = cell(source, "tg", translator).words
    assert counted == words_of(source) == source.word_count == PublishedUnits.objects.get(page=source).words
    assert count_words(source.lead) == 5
    answer = signed_in(translator).get(reverse("chorsu_translation:units", args=[target.pk])).json()
    assert answer["progress"]["all"] == counted
    form = signed_in(chief).get(reverse("wagtailadmin_pages:edit", args=[source.pk]))
    assert f'data-articles-words="{counted}"' in form.text
    # Only what somebody has to write is to do.
    target.get_workflow().start(target, translator)
    decide_not_planned(page=source, locale=locale("en"), user=chief, reason="Of local interest")
    assert [cell(source, code, translator).words for code in ("tg", "en")] == [0, 0]


def test_what_was_taken_down_everywhere_is_nobodys_work():
    chief, translator = make_user("Chief editors"), make_user("Translators (tg)")
    source = article("Мосты")
    publish(begin(source, "tg", translator))
    article("Дороги")
    assert titles("state=todo", chief) == ["Дороги", "Мосты"]
    withdraw_everywhere(page=source, user=chief, reason="A mistake in the figures")
    (source,) = pages_for_rows([source.pk])
    found = cell(source, "tg", translator)
    assert (found.state, found.action, found.is_to_do) == (State.DRAFT, Action.OPEN, False)
    found = cell(source, "en", chief)
    assert (found.state, found.action) == (State.MISSING, Action.NOTHING)
    assert titles("state=todo", chief) == ["Дороги"]
    assert my_work(translator) == []


def test_the_explorer_and_the_editor_lead_to_the_same_page():
    page = article()
    client = signed_in(make_user("Chief editors"))
    plan = f"{reverse(PLAN)}?id={page.pk}"
    assert plan in client.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).text.replace("&amp;", "&")
    bulk = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "plan_translations"])
    assert bulk in client.get(reverse("wagtailadmin_explore", args=[section("ru").pk])).text
    answer = client.get(bulk, {"id": page.pk, "next": "/admin/pages/"})
    assert answer["Location"] == f"{plan}&next=%2Fadmin%2Fpages%2F"


def test_chief_editors_make_rules():
    chief = make_user("Chief editors")
    client = signed_in(chief)
    add = reverse("translation_rules:add")
    assert "Choose a section, an age, or both." in client.post(add, {"locale": locale("tg").pk}).text
    assert not NotPlannedRule.objects.exists()
    client.post(add, {"locale": locale("tg").pk, "older_than_days": "365"})
    rule = NotPlannedRule.objects.get()
    assert (rule.older_than_days, rule.decided_by) == (365, chief)
    assert client.get(reverse("translation_rules:index")).status_code == 200
    assert signed_in(make_user("Editors (tg)")).post(add, {"locale": locale("tg").pk}).status_code == 302


def test_numbers_per_language_and_month():
    page = article()
    now = timezone.now()

    for code, days, words, source in (
        ("tg", 1, 100, page.pk),
        ("tg", 3, 50, page.pk),
        ("tg", 8, 25, page.pk),
        ("tg", 90, 0, page.pk),  # nothing of the source was new
        ("ru", 1, 500, None),  # an original
    ):
        PublishedVersion.objects.create(
            translation_key=page.translation_key,
            locale=locale(code),
            page_id=1,
            title="T",
            digest="d",
            translated_words=words,
            published_at=now,
            source_id=source,
            source_since=now - dt.timedelta(days=days),
        )
    months, languages = numbers_by_month()
    figures = {found.language_code: each[0] for found, each in languages}
    assert (figures["tg"].words, figures["tg"].days, figures["tg"].versions) == (175, 3.0, 4)
    assert figures["ru"].versions == 0
    assert (len(months), months[0]) == (12, timezone.localdate().replace(day=1))
    html = signed_in(make_user("Translators (tg)")).get(reverse("chorsu_translation:numbers")).text
    assert "175" in html
    assert signed_in(make_user()).get(reverse("chorsu_translation:numbers")).status_code == 302


TITLE = '<b>"Вода" & лёд</b>'


def cell_of(source: Any, code: str, user: Any, markup: str = "{% desk_cells row 'tg' %}") -> BeautifulSoup:
    write_marked()
    (row,) = desk_rows([source], viewer=viewer_of(user), locales=[locale(code)])
    html = Template("{% load chorsu_translation_desk %}" + markup).render(Context({"row": row, "cell": row.cells[0]}))
    return BeautifulSoup(html, "html.parser")


@pytest.mark.parametrize("markup", ["{% desk_cells row 'tg' %}", "{% desk_cell row cell %}"])
def test_no_text_of_a_person_is_markup(markup):
    chief = make_user("Chief editors")
    chief.first_name, chief.last_name = "<i>Zarina</i>", '"&'
    chief.save()
    source = article(TITLE)
    missing = cell_of(source, "tg", chief, markup)
    assert missing.a["aria-label"].startswith(f"Translate: {TITLE}, ")
    assert missing.a["href"] == reverse("chorsu_translation:start", args=[source.pk, "tg"])
    request_translation(page=source, locale=locale("tg"), user=chief, assignee=chief)
    begin(source, "tg", chief)
    started = cell_of(source, "tg", chief, markup)
    assert started.a["title"] == f"Continue: {TITLE}"
    assert started.find(["b", "i"]) is None
    assert ('<i>Zarina</i> "&' in started.text) == ("cells" in markup)


def test_a_cell_says_who_until_when_and_that_there_is_a_newer_draft():
    chief = make_user("Chief editors")
    source = article()
    request_translation(page=source, locale=locale("tg"), user=chief, assignee=chief, due=YESTERDAY)
    found = cell(source, "tg", chief)
    assert (found.state, found.until, found.is_overdue) == (State.REQUESTED, YESTERDAY, True)
    assert found.words == cell(source, "en", chief).words != 0
    assert cell_of(source, "tg", chief).select_one(".translation-overdue").text.startswith("overdue: ")
    target = publish(begin(source, "tg", chief))
    assert "newer draft" not in cell_of(source, "tg", chief).text
    target.title = "Об"
    target.save_revision()
    shown = cell_of(source, "tg", chief)
    assert "newer draft" in shown.text
    assert (shown.td["class"], cell_of(source, "ru", chief).td.get("class")) == (["is-chosen"], None)
