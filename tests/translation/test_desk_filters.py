"""One mixture of facts, written once: what each filter of the desk shows of it, and how much each view asks."""

from __future__ import annotations

import pytest
from django.template import loader
from django.urls import reverse

from chorsu_translation.desk.rows import TO_DO, desk_rows, viewer_of
from chorsu_translation.desk.views import DeskView
from chorsu_translation.models import NotPlannedRule
from chorsu_translation.planning import decide_not_planned, request_translation
from chorsu_translation.selectors import State
from chorsu_translation.services import write_marked
from chorsu_translation.starting import start_translation
from cms.models import User
from tests.factories import make_user, signed_in
from tests.newsroom_copy import copy_newsroom
from tests.translation.newsroom import desk_pages, locale, originals, publish, section
from tests.translation.test_desk import DESK, YESTERDAY, article, hold

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def written(kept_in_module) -> list[int]:
    """Return the keys of a chief editor and a translator, with articles in most states."""
    with kept_in_module():
        copy_newsroom()
        chief, translator = make_user("Chief editors"), make_user("Translators (tg)")
        mix(chief)
        for number in range(8):
            page = article(f"Article {number}")
            target = start_translation(source=page, locale=locale("tg"), user=translator)
            request_translation(page=page, locale=locale("en"), user=chief, assignee=chief, due=YESTERDAY)
            if number < 2:
                hold(target.specific, translator, make_user("Editors (tg)"))
            elif number % 2:
                target.specific.get_workflow().start(target.specific, translator)
        return [chief.pk, translator.pk]


def mix(chief: User) -> None:
    """Bring articles into the states that a workflow doesn't."""
    tg = locale("tg")
    pages = [article(f"Mixed {number}") for number in range(6)]
    decide_not_planned(page=pages[0], locale=tg, user=chief, reason="No")
    request_translation(page=pages[1], locale=tg, user=chief)
    start_translation(source=pages[2], locale=tg, user=chief)
    publish(start_translation(source=pages[3], locale=tg, user=chief).specific)
    publish(start_translation(source=pages[4], locale=tg, user=chief).specific)
    pages[4].lead = "Another lead."
    publish(pages[4])
    NotPlannedRule.objects.create(locale=locale("en"), section=section("ru"))


@pytest.fixture
def people(written, db) -> list[User]:
    return [User.objects.get(pk=pk) for pk in written]


@pytest.mark.thorough
@pytest.mark.parametrize("language", ["", "tg"])
def test_what_a_filter_shows_is_in_the_state(people, language):
    """The filter's SQL and the rows' states agree, whatever mixture of facts there is."""
    tg, viewer = locale("tg"), viewer_of(people[0])
    write_marked()
    sources = originals(viewer.locales)
    sources = sources.exclude(locale=tg) if language else sources
    rows = desk_rows(sources, viewer=viewer, locales=[tg] if language else viewer.locales)
    for state in (TO_DO, *State):
        found = set(desk_pages(people[0], f"state={state}&language={language}"))
        for row in rows:
            states = {each.state for each in row.cells}
            expected = any(each.is_to_do for each in row.cells) if state == TO_DO else state in states
            assert (row.source in found) == expected, (state, row.source)


@pytest.mark.parametrize(
    "query",
    [
        "",
        "state=todo",
        "language=tg",
        "language=tg&source=ru&state=&order=words",
        "order=due&mine=on&overdue=on",
    ],
)
def test_no_view_of_the_desk_asks_more_than_16_queries(people, query, rf, django_assert_max_num_queries):
    """Whoever is signed in, and what the admin's frame asks on every page, comes on top."""
    address = f"{reverse(DESK)}?{query}"
    for user in people:
        request = rf.get(address)
        request.user, request.session = user, {}  # type: ignore[assignment]
        user.has_perm("wagtailadmin.access_admin")  # every page of the admin has asked for the rights
        assert signed_in(user).get(address).status_code == 200  # and the cache is filled
        with django_assert_max_num_queries(16):
            response = DeskView.as_view()(request)
            for name in ("filter", "grid", "list"):
                template = f"chorsu_translation/desk/{name}.html"
                html = loader.render_to_string(template, response.context_data, request)
        assert "translation-desk" in html
