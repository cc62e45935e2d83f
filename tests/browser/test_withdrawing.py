"""A chief editor without a mouse: an article goes live in two languages, comes down in both, and comes back."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Page, expect
from wagtail.users.models import UserProfile

from chorsu_editorial.models import HeldApproval
from chorsu_translation.models import Withdrawal
from tests.browser.editing import opened
from tests.browser.keyboard import follow, tab_to
from tests.browser.test_reviewing import held_translation, submitted
from tests.editorial.desk import fresh
from tests.factories import make_user

pytestmark = pytest.mark.usefixtures("newsroom")
REASON = "A court asked for it."
HEADLINES = {"ru": "Вода", "tg": "Об"}


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "Actions/Retract/Sentence for readers/Reason, for the newsroom/Propose/To confirm/Confirm"),
        ("ru", "Действия/Отозвать/Фраза для читателей/Причина, для редакции/Предложить/Ждёт подтверждения/Подтвердить"),
    ],
)
def test_an_editor_proposes_to_retract_and_a_chief_editor_confirms(
    new_page: Callable[..., Page], language: str, words: str
) -> None:
    actions, retract, sentence, reason, propose, to_confirm, confirm = words.split("/")
    article = submitted(make_user("Journalists (ru)"))
    article.get_latest_revision().publish()
    editor, chief = make_user("Editors (ru)"), make_user("Chief editors")
    for person in (editor, chief):
        UserProfile.objects.update_or_create(user=person, defaults={"preferred_language": language})
    page = opened(new_page, editor, f"/admin/pages/{article.pk}/edit/")
    page.get_by_role("button", name=actions, exact=True).first.click()
    page.get_by_role("link", name=retract, exact=True).click()
    page.get_by_role("textbox", name=sentence).fill("Сведения не подтвердились.")
    page.get_by_role("textbox", name=reason).fill(REASON)
    page.get_by_role("button", name=propose, exact=True).click()
    expect(page).to_have_url(re.compile(f"/pages/{article.pk}/edit/"))
    assert fresh(article).live
    other = opened(new_page, chief, "/admin/", viewport={"width": 390, "height": 844})
    other.get_by_role("region", name=to_confirm).get_by_role("link", name="Вода").click()
    expect(other.get_by_text("Сведения не подтвердились.")).to_be_visible()
    other.get_by_role("button", name=confirm, exact=True).click()
    expect(other).to_have_url(re.compile(f"/pages/{article.pk}/edit/"))
    answer = Client(headers={"host": "localhost"}).get(article.get_url())
    assert (answer.status_code, "Сведения не подтвердились." in answer.text) == (410, True)


def shown_to_readers(pages: list[Any]) -> dict[str, list[bool]]:
    """Return by language whether readers find an article at its address, by search, in the feed and in the sitemap."""
    found = {}
    for page in pages:
        code, title = page.locale.language_code, page.title
        path = page.get_url()
        reader = Client(headers={"host": "localhost"})
        answers = [reader.get(f"/{code}/search/", {"q": title}), reader.get(f"/{code}/feed/")]
        answers.append(reader.get(f"/sitemap-{code}.xml"))
        assert [answer.status_code for answer in answers] == [200] * 3
        found[code] = [
            reader.get(path).status_code == 200,
            *[path in b"".join(answer).decode() for answer in answers],
        ]
    return found


@pytest.mark.slow
def test_an_article_goes_live_comes_down_and_comes_back_in_both_languages(new_page: Callable[..., Page]) -> None:
    author = make_user("Journalists (ru)", first_name="Anora")
    chief = make_user("Chief editors", "Editors (ru)", first_name="Timur")
    russian = submitted(author)
    tajik = held_translation(russian)

    # From the home page to the desk, to the review, to the decision.
    page = opened(new_page, chief, "/admin/")
    row = page.get_by_role("row").filter(has_text="Вода")
    follow(page.get_by_role("link", name="Translations", exact=True))
    follow(row.get_by_role("link", name="In review"))
    review = page.get_by_role("region", name="Review")
    expect(review.locator("ins")).to_have_text("the")
    follow(review.get_by_role("button", name="To the decision"))
    follow(page.get_by_role("button", name="Approve and hold for the other languages"), most=8)
    expect(page.get_by_text("it is held for the other languages.")).to_be_visible()

    # Back at the desk, from which both languages go live together.
    held = row.get_by_role("link", name="Approved and held")
    expect(held).to_have_count(2)
    follow(held.first)
    page.keyboard.press("Tab")
    tab_to(page.get_by_role("checkbox", name="Об"))
    page.keyboard.press("Space")
    expect(page.get_by_role("checkbox", name="Об")).not_to_be_checked()
    page.keyboard.press("Space")
    follow(page.get_by_role("button", name="Publish what is chosen"))
    expect(page.get_by_text("2 pages were published together.")).to_be_visible()
    pages = [fresh(russian), fresh(tajik)]
    assert shown_to_readers(pages) == {"ru": [True] * 4, "tg": [True] * 4}

    # Down in every language, for a reason.
    follow(page.get_by_role("link", name="Translations", exact=True))
    follow(row.get_by_role("link", name="Withdraw everywhere"))
    reason = page.get_by_role("textbox", name="Why is it taken down?")
    follow(page.get_by_role("button", name="Withdraw everywhere"))
    assert not Withdrawal.objects.exists()
    tab_to(reason)
    page.keyboard.type(REASON)
    follow(page.get_by_role("button", name="Withdraw everywhere"), most=3)
    expect(page.get_by_text("“Вода” is taken down (ru, tg).")).to_be_visible()
    assert shown_to_readers(pages) == {"ru": [False] * 4, "tg": [False] * 4}
    assert Withdrawal.objects.get().reason == REASON

    # And back, proposed from the message that says so, and confirmed by another.
    follow(page.locator(".messages").get_by_role("link", name="Bring back"))
    expect(page.get_by_text(REASON)).to_be_visible()
    tab_to(page.get_by_role("textbox", name="Reason, for the newsroom"))
    page.keyboard.type("The court was wrong.")
    follow(page.get_by_role("button", name="Propose"))
    other = opened(new_page, make_user("Chief editors", first_name="Gulnora"), "/admin/")
    follow(other.get_by_role("region", name="To confirm").get_by_role("link", name="Вода"))
    follow(other.get_by_role("button", name="Confirm"))
    expect(other.get_by_text("“Вода” is back as it was (ru, tg).")).to_be_visible()
    assert shown_to_readers(pages) == {"ru": [True] * 4, "tg": [True] * 4}
    assert not HeldApproval.objects.exists()
