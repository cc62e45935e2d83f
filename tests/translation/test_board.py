"""The board of all texts: each page in a row of its own, what is shown to whom, and the filters that people save."""

from __future__ import annotations

import csv
import datetime as dt
import io
from typing import Any

import pytest
from bs4 import BeautifulSoup, Tag
from django.db import IntegrityError, transaction
from django.http import QueryDict
from django.template import loader
from django.urls import reverse
from django.utils import timezone, translation
from wagtail.models import Page

from chorsu_translation.desk.rows import BoardFilter, viewer_of
from chorsu_translation.desk.views import MOST_SAVED, BoardView
from chorsu_translation.models import SavedFilter
from chorsu_translation.planning import request_translation
from chorsu_translation.services import write_marked
from chorsu_translation.starting import start_translation
from tests.factories import make_user, signed_in
from tests.translation.newsroom import article, locale, publish

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("newsroom", "_messages_in_english")]
Texts = dict[str, Any]
TODAY = timezone.localdate()


def board(query: str = "") -> str:
    return f"{reverse('chorsu_translation:board')}?{query}"


def rows(user: Any, query: str = "") -> dict[tuple[str, str], Tag]:
    """Return the rows of the board by headline and language, in their order."""
    page = BeautifulSoup(signed_in(user).get(board(query)).content, "html.parser")
    found = page.select(".translation-desk--board tbody tr")
    return {(row.th.span.text, row.th.small.text[:2]): row for row in found}


def headlines(user: Any, query: str = "") -> list[str]:
    write_marked()
    found = BoardFilter(QueryDict(query), viewer=viewer_of(user)).qs
    return [page.get_admin_display_title() for page in found]


@pytest.fixture(scope="module")
def kept(kept_newsroom, kept_in_module) -> Texts:
    """Make a live original with a translation in review and one begun, and a draft that began without a headline."""
    with kept_in_module(), translation.override("en"):
        return make_texts()


@pytest.fixture
def texts(kept, db) -> Texts:
    return {name: type(each).objects.get(pk=each.pk) for name, each in kept.items()}


def make_texts() -> Texts:
    chief, journalist = make_user("Chief editors"), make_user("Journalists (ru)")
    translator, english = make_user("Translators (tg)"), make_user("Translators (en)")

    def begin(code: str, person: Any, title: str, days: int, **fields: Any) -> Any:
        due = TODAY + dt.timedelta(days)
        request_translation(page=source, locale=locale(code), user=chief, due=due, **fields)
        page = start_translation(source=source, locale=locale(code), user=person).specific
        page.title = title
        page.save_revision()
        return page

    source = article(title="Вода", owner=journalist)
    target = begin("tg", translator, "Об", -1, assignee=translator)
    target.get_workflow().start(target, translator)
    begin("en", english, "Water", 6)
    draft = article(title="Ледник", slug="lednik", live=False, owner=journalist)
    Page.objects.filter(pk=draft.pk).update(title="")  # as it was when it was begun
    return {"chief": chief, "journalist": journalist, "translator": translator, "source": source, "target": target}


@pytest.mark.thorough
def test_each_page_has_a_row_with_its_own_state_person_date_and_last_change(texts):
    found = rows(texts["chief"])

    def cells(title, code, *names):
        return [found[title, code].select_one(f"[data-label='{name}']").text.strip() for name in names]

    states = {key: row.select_one(".translation-state").text.strip() for key, row in found.items()}
    assert states == {**states, ("Вода", "ru"): "Live", ("Ледник", "ru"): "Draft", ("Об", "tg"): "In review"}
    assert cells("Вода", "ru", "Person", "Due") == [texts["journalist"].username, ""]
    assert cells("Об", "tg", "Person") == [texts["translator"].username]
    due, language, kind, changed = cells("Об", "tg", "Due", "Language", "Kind", "Last changed")
    assert due.endswith(", overdue")
    assert (language, kind.split(), bool(changed)) == ("Тоҷикӣ", ["Article", "Таҳлил"], True)
    # Each leads on, as the desk does.
    link = found["Об", "tg"].select_one("a.translation-state")
    assert link["href"].startswith(f"/admin/pages/{texts['target'].pk}/edit/")


def test_who_works_in_one_language_sees_its_texts_alone(texts):
    assert rows(texts["translator"]).keys() == {("Об", "tg")}
    assert headlines(texts["journalist"]) == ["Ледник", "Вода"]
    assert headlines(texts["translator"], "language=ru") == ["Об"]  # not offered, so not obeyed
    export = signed_in(texts["translator"]).get(board("export=csv"))
    assert "Вода" not in b"".join(export).decode()
    stranger = signed_in(make_user())
    assert stranger.get(board()).status_code == stranger.post(board("mine=on"), {"name": "Mine"}).status_code == 302
    assert not SavedFilter.objects.exists()
    menu = signed_in(texts["journalist"]).get(reverse("wagtailadmin_home")).text
    assert ("All texts" in menu, board().rstrip("?") in menu) == (True, True)


def test_filters(texts):
    chief = texts["chief"]
    expected = {
        "language=tg": ["Об"],
        "state=draft": ["Ледник", "Water"],
        "state=in_review": ["Об"],
        "state=live&language=ru": ["Вода"],
        # What one wrote, is to do, or has in hand; the row of the page itself counts, not one of its article.
        f"assignee={texts['journalist'].pk}": ["Ледник", "Вода"],
        f"assignee={texts['translator'].pk}": ["Об"],
        "assignee=nobody": ["Water"],
        "overdue=on": ["Об"],
        "week=on": ["Water"],
        "q=вода": ["Water", "Об", "Вода"],
        "order=due&state=draft": ["Water", "Ледник"],
        "order=due": ["Об", "Water", "Ледник", "Вода"],
        "state=missing": ["Ледник", "Water", "Об", "Вода"],  # no page is in that state
    }
    assert {query: headlines(chief, query) for query in expected} == expected
    assert headlines(texts["journalist"], "mine=on") == ["Ледник", "Вода"]
    assert headlines(chief, "mine=on") == []
    publish(texts["source"])
    assert headlines(chief, "order=changed")[0] == "Вода"


@pytest.mark.thorough
def test_no_view_of_the_board_asks_more_for_more_texts(texts, rf, django_assert_max_num_queries):
    for number in range(4):
        article(title=f"Text {number}", slug=f"text-{number}", live=bool(number % 2), owner=make_user())
    client = signed_in(texts["chief"])
    for query in ("", "order=due&week=on", f"assignee={texts['journalist'].pk}&state=draft&q=ледник"):
        request = rf.get(board(query))
        request.user, request.session = texts["chief"], {}  # type: ignore[assignment]
        request.user.has_perm("wagtailadmin.access_admin")
        assert client.get(board(query)).status_code == 200  # the cache is filled
        with django_assert_max_num_queries(15):
            context = BoardView.as_view()(request).context_data
            loader.render_to_string("chorsu_translation/desk/filter.html", context, request)
            assert (list(context["saved"]), bool(context["texts"])) == ([], True)
    client.get(board("export=csv"))
    # One is for the sites, whose addresses the pages have, one for whose drafts are seen; four log who took it out.
    with django_assert_max_num_queries(22):
        assert b"".join(client.get(board("export=csv"))).count(b"http") == 3


def test_the_file_holds_what_is_filtered_and_no_formula(texts):
    article(title="=HYPERLINK(1)", slug="formula", live=False)
    client = signed_in(texts["chief"])

    def file(query):
        return list(csv.DictReader(io.StringIO(b"".join(client.get(board(f"export=csv&{query}"))).decode())))

    (row,) = file("state=in_review")
    assert (row["Article"], row["Language"], row["State"]) == ("Об", "Тоҷикӣ", "In review")
    assert (row["Person"], row["Due"]) == (texts["translator"].username, str(TODAY - dt.timedelta(1)))
    assert {each["Address"] for each in file("state=draft")} == {""}
    assert "'=HYPERLINK(1)" in {each["Article"] for each in file("")}
    assert file("state=live")[0]["Address"].endswith("/voda/")


@pytest.mark.thorough
def test_a_filter_is_saved_opened_renamed_and_removed_by_its_owner_alone(texts):
    chief, other = signed_in(texts["chief"]), signed_in(texts["translator"])

    def shown(client=chief):
        page = BeautifulSoup(client.get(board()).content, "html.parser")
        return {link.text: link["href"] for link in page.select(".translation-saved a")}

    # What is no filter of the board isn't kept.
    chief.post(board("state=draft&q=%D0%9B&p=7&next=//example.org&export="), {"name": "  Drafts "})
    saved = SavedFilter.objects.get()
    assert (saved.user, saved.name, saved.query) == (texts["chief"], "Drafts", "state=draft&q=%D0%9B")
    assert shown() == {"Drafts": "?state=draft&q=%D0%9B"}
    assert shown(other) == {}
    # The same filter is not another person's.
    other.post(board(saved.query), {"remove": ""})
    other.post(board(saved.query), {"name": "<b>Theirs</b>"})
    assert shown(other).keys() == {"<b>Theirs</b>"}
    chief.post(board(saved.query), {"name": "What is being written"})
    assert shown().keys() == {"What is being written"}
    chief.post(board(saved.query), {"remove": ""})
    assert (len(shown()), len(shown(other))) == (0, 1)


@pytest.mark.parametrize(
    ("query", "name"),
    [("", "Everything"), ("mine=on", ""), ("mine=on", "x" * 61), ("q=" + "x" * 2000, "Long")],
)
def test_what_can_not_be_saved_is_said(texts, query, name):
    client = signed_in(texts["chief"])
    answer = client.post(board(query), {"name": name}, follow=True)
    assert "It is not saved" in answer.content.decode()
    assert not SavedFilter.objects.exists()


def test_a_person_saves_so_many_filters(texts):
    user = texts["chief"]
    kept = [SavedFilter(user=user, name=f"{number}", query=f"q={number}") for number in range(MOST_SAVED)]
    SavedFilter.objects.bulk_create(kept)
    client = signed_in(user)
    assert "It is not saved" in client.post(board("q=more"), {"name": "More"}, follow=True).content.decode()
    client.post(board("q=7"), {"name": "Renamed"})
    assert SavedFilter.objects.filter(user=user).count() == MOST_SAVED
    assert SavedFilter.objects.get(query="q=7").name == "Renamed"
    with pytest.raises(IntegrityError), transaction.atomic():  # as two presses of the button would have it
        SavedFilter.objects.create(user=user, name="Twice", query="q=7")
