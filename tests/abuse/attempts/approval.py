"""Ways to put words before readers that nobody else has approved."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from bs4 import BeautifulSoup
from requests import Response

from tests.abuse.attempts import attempt
from tests.abuse.newsroom import Article, Newsroom
from tests.abuse.sessions import Session

AJAX = {"X-Requested-With": "XMLHttpRequest"}
JSON = {"Accept": "application/json"}


def state_of(newsroom: Newsroom, article: Article) -> str:
    """Return the number of the step of the workflow at which a text waits; anybody can guess it."""
    screen = newsroom.chief.get(article.edit).text
    found = re.search(rf"/admin/pages/workflow/\w+/{article.pk}/\w+/(\d+)/", screen)
    assert found, "it isn't in review: the attempt proves nothing"
    return found[1]


def token_of(newsroom: Newsroom, article: Article, state: str) -> str:
    """Return the token that the dialogue of somebody who may approve carries."""
    answer = newsroom.other_chief.get(f"/admin/pages/workflow/action/{article.pk}/approve/{state}/", headers=AJAX)
    field = BeautifulSoup(answer.json()["html"], "html.parser").select_one("input[name=screen]")
    assert field, "the dialogue has no token"
    return str(field["value"])


def decide(session: Session, page: int, state: str, action: str, **data: Any) -> list[Response]:
    """Send the request of the dashboard's dialogue, as a page and as a dialogue would."""
    path = f"/admin/pages/workflow/action/{page}/{action}/{state}/"
    return [session.post(path, data, headers=headers) for headers in ({}, AJAX)]


def refused(newsroom: Newsroom, article: Article, answers: Iterable[Response], language: str = "ru") -> str:
    """Return how something was refused that must not be before readers now."""
    codes = sorted({answer.status_code for answer in answers})
    assert all(code < 500 for code in codes), f"{codes}"
    assert not newsroom.is_live(article, language), "readers see it"
    return "; ".join(filter(None, (", ".join(map(str, codes)), "readers get 404")))


def in_review(newsroom: Newsroom, session: Session | None = None) -> Article:
    """Return a text that its author, by default the journalist, sent to review."""
    article = newsroom.write(session)
    newsroom.submit(article, session)
    return article


@attempt("Writers and editors publish by the button's field, at creation, in bulk, by the API and as a copy")
def publish_by_every_way(newsroom: Newsroom) -> str:
    forged = {"action-publish": "1", "publish_reason": "Forged"}
    outcomes = []
    for session in (newsroom.journalist, newsroom.editor):
        article = newsroom.write(session, **forged)
        form = {**newsroom.form(article, session), **forged}
        pages = f"/admin/pages/{article.pk}"
        actions = f"/admin/api/main/pages/{article.pk}/action"
        answers = [
            session.post(article.edit, form),
            session.post(article.edit, form, headers=JSON),
            session.post(f"{pages}/revisions/{form['loaded_revision_id']}/revert/", form),
            session.post(f"/admin/bulk/wagtailcore/page/publish/?id={article.pk}&next=/admin/", {"reason": "Forged"}),
            session.post(f"{actions}/publish/", {"reason": "Forged"}),
        ]
        section = newsroom.sections["ru"]
        alias = {"update_slug": f"{article.word}-api", "destination_page_id": section}
        answers.append(session.post(f"{actions}/create_alias/", alias))
        for option in ("publish_copies", "alias"):
            copy = {"new_title": "Copy", "new_slug": f"{article.word}-{option}", "new_parent_page": section}
            answers.append(session.post(f"{pages}/copy/", {**copy, option: "on"}))
        outcomes.append(refused(newsroom, article, answers))
        for copy_name in ("api", "publish_copies", "alias"):
            path = f"/ru/analysis/{article.word}-{copy_name}/"
            assert newsroom.reader.get(path).status_code == 404, f"the copy ({copy_name}) is live"
    return "; ".join(outcomes)


@attempt("A journalist, translator or editor approves an own text in review")
def approve_own(newsroom: Newsroom) -> str:
    authors = ((newsroom.journalist, "ru"), (newsroom.translator, "tg"), (newsroom.editor, "ru"))
    for session, language in authors:
        article = newsroom.write(session, language=language)
        newsroom.submit(article, session)
        state = state_of(newsroom, article)
        token = token_of(newsroom, article, state)
        answers = [newsroom.act(article, action, session) for action in ("approve", "approve_alone")]
        for action in ("approve", "approve_alone", "publish"):
            answers += decide(session, article.pk, state, action, screen=token, comment="", reason="Forged")
        outcome = refused(newsroom, article, answers, language)
    decide(newsroom.chief, article.pk, state, "approve", screen=token, comment="")
    assert newsroom.is_live(article), "another one's approval does nothing: the attempt proves nothing"
    return f"{outcome}; another one's approval puts it live"


@attempt("An author changes the words while the editor's screen is open")
def change_under_an_open_screen(newsroom: Newsroom) -> str:
    article = newsroom.write(newsroom.chief)
    newsroom.submit(article, newsroom.chief)
    form = newsroom.form(article, newsroom.editor)
    state = state_of(newsroom, article)
    token = token_of(newsroom, article, state)
    # Who may approve alone may still write into a text in review.
    newsroom.press(article, "action-save", newsroom.chief, title=f"Forged {article.word}")
    pressed = {"action-workflow-action": "true", "workflow-action-name": "approve"}
    answers = [newsroom.editor.post(article.edit, {**form, **pressed})]
    answers += decide(newsroom.editor, article.pk, state, "approve", screen=token, comment="")
    assert 409 in {answer.status_code for answer in answers}, "the change was not seen: the attempt proves nothing"
    return refused(newsroom, article, answers)


@attempt("A journalist's next save reaches a live page, at once or by a time of its own")
def change_a_live_page(newsroom: Newsroom) -> str:
    article = newsroom.publish()
    earlier = (datetime.now(UTC) - timedelta(hours=1)).strftime("%Y-%m-%d %H:%M")
    newsroom.press(article, "action-save", title=f"Forged {article.word}")
    newsroom.press(article, "action-save", title=f"Forged {article.word}", go_live_at=earlier)
    assert not newsroom.shows("Forged", newsroom.address(article)), "readers see the new headline"
    return "a draft; the page is as approved"
