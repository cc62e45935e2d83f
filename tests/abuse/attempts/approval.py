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


def is_found(newsroom: Newsroom, path: str) -> bool:
    """Tell whether readers find a page; one that isn't there repeats its address."""
    return newsroom.reader.get(path).status_code == 200


def in_review(newsroom: Newsroom, session: Session | None = None) -> Article:
    """Return a text that its author, by default the journalist, sent to review."""
    article = newsroom.write(session)
    newsroom.submit(article, session)
    return article


@attempt("A journalist publishes an own draft by the field of the button that isn't there")
def publish_a_draft(newsroom: Newsroom) -> str:
    article = newsroom.write()
    answers = [
        newsroom.press(article, "action-publish", publish_reason="Forged"),
        newsroom.journalist.post(
            article.edit,
            {**newsroom.form(article), "action-publish": "1", "publish_reason": "Forged"},
            headers=JSON,
        ),
    ]
    return f"{refused(newsroom, article, answers)}, saved as a draft"


@attempt("A journalist publishes a new page at its creation")
def publish_a_new_page(newsroom: Newsroom) -> str:
    article = newsroom.write(None, **{"action-publish": "1", "publish_reason": "Forged"})
    return f"{refused(newsroom, article, [])}, saved as a draft"


@attempt("Writers and editors publish by the bulk action, the API, an earlier version and a copy")
def publish_by_other_ways(newsroom: Newsroom) -> str:
    answers = []
    for session in (newsroom.journalist, newsroom.editor):
        article = newsroom.write(session)
        revision = session.fields(article.edit, "#page-edit-form")["loaded_revision_id"]
        forged = {"action-publish": "1", "publish_reason": "Forged"}
        bulk = f"/admin/bulk/wagtailcore/page/publish/?id={article.pk}&next=/admin/"
        copy = {"new_title": "Copy", "new_parent_page": newsroom.sections["ru"]}
        answers += [
            session.post(bulk, {"reason": "Forged"}),
            session.post(f"/admin/api/main/pages/{article.pk}/action/publish/", {"reason": "Forged"}),
            session.post(
                f"/admin/pages/{article.pk}/revisions/{revision}/revert/",
                {**newsroom.form(article, session), **forged},
            ),
        ]
        refused(newsroom, article, answers)
        for number, option in enumerate(("publish_copies", "alias")):
            slug = f"{article.word}-{number}"
            answers.append(session.post(f"/admin/pages/{article.pk}/copy/", {**copy, "new_slug": slug, option: "on"}))
            assert not is_found(newsroom, f"/ru/analysis/{slug}/"), f"the copy ({option}) is live"
        slug = f"{article.word}-3"
        answers.append(
            session.post(
                f"/admin/api/main/pages/{article.pk}/action/create_alias/",
                {"update_slug": slug, "destination_page_id": newsroom.sections["ru"]},
            )
        )
        assert not is_found(newsroom, f"/ru/analysis/{slug}/"), "the alias is live"
    return refused(newsroom, article, answers)


@attempt("A journalist copies an approved page under other words, as a page that is live at once")
def copy_a_live_page(newsroom: Newsroom) -> str:
    article = newsroom.publish()
    copy = {"new_title": f"Forged {article.word}", "new_parent_page": newsroom.sections["ru"]}
    answers = [
        newsroom.journalist.post(
            f"/admin/pages/{article.pk}/copy/", {**copy, "new_slug": f"{article.word}-1", "publish_copies": "on"}
        ),
        newsroom.journalist.post(
            f"/admin/api/main/pages/{article.pk}/action/copy/",
            {"title": copy["new_title"], "slug": f"{article.word}-2", "keep_live": "true"},
        ),
    ]
    for number in (1, 2):
        assert not is_found(newsroom, f"/ru/analysis/{article.word}-{number}/"), f"copy {number} is live"
    return f"{', '.join(str(answer.status_code) for answer in answers)}; the copies are drafts"


@attempt("A journalist or translator approves an own text in review")
def approve_own(newsroom: Newsroom) -> str:
    outcomes = []
    for session, language in ((newsroom.journalist, "ru"), (newsroom.translator, "tg")):
        article = newsroom.write(session, language=language)
        newsroom.submit(article, session)
        state = state_of(newsroom, article)
        token = token_of(newsroom, article, state)
        answers = [newsroom.act(article, "approve", session)]
        for action in ("approve", "approve_alone", "publish"):
            answers += decide(session, article.pk, state, action, screen=token, comment="", reason="Forged")
        outcomes.append(refused(newsroom, article, answers, language))
    return outcomes[0]


@attempt("An editor approves a text that the same editor wrote and submitted")
def an_editor_approves_own(newsroom: Newsroom) -> str:
    me = newsroom.editor
    article = in_review(newsroom, me)
    state = state_of(newsroom, article)
    token = token_of(newsroom, article, state)
    answers = [newsroom.act(article, "approve", me), newsroom.act(article, "approve_alone", me)]
    for action in ("approve", "approve_alone", "publish"):
        answers += decide(me, article.pk, state, action, screen=token, comment="", reason="Forged")
    outcome = refused(newsroom, article, answers)
    decide(newsroom.chief, article.pk, state, "approve", screen=token, comment="")
    assert newsroom.is_live(article), "another one's approval does nothing: the attempt proves nothing"
    return f"{outcome}; another editor's approval puts it live"


@attempt("An editor approves an own text by the address of somebody else's", slow=True)
def approve_by_another_page(newsroom: Newsroom) -> str:
    own, other = in_review(newsroom, newsroom.editor), in_review(newsroom)
    state = state_of(newsroom, own)
    token = token_of(newsroom, own, state)
    answers = decide(newsroom.editor, other.pk, state, "approve", screen=token, comment="")
    collect = f"/admin/pages/workflow/collect_action_data/{other.pk}/approve/{state}/"
    answers.append(newsroom.editor.post(collect, {"screen": token, "comment": ""}))
    assert not newsroom.is_live(other), "readers see the other one"
    return refused(newsroom, own, answers)


@attempt("An editor writes a text, lets a journalist submit it and approves it", slow=True)
def approve_what_another_submitted(newsroom: Newsroom) -> str:
    article = newsroom.write()
    newsroom.press(article, "action-save", newsroom.editor, title=f"By the editor {article.word}")
    whole = {"title": f"By the editor {article.word}"}
    newsroom.press(article, "action-submit", newsroom.journalist, **whole)
    return refused(newsroom, article, [newsroom.act(article, "approve", newsroom.editor, **whole)])


@attempt("An editor submits a text anew, or restarts its review, and approves it as somebody else's", slow=True)
def approve_what_was_restarted(newsroom: Newsroom) -> str:
    article = in_review(newsroom)
    newsroom.act(article, "reject", newsroom.chief, **{"workflow-action-extra-data": '{"comment": "No."}'})
    answers = [newsroom.press(article, "action-restart-workflow", newsroom.editor)]
    answers.append(newsroom.act(article, "approve", newsroom.editor))
    second = newsroom.write()
    newsroom.press(second, "action-save", newsroom.editor, title=f"Other words {second.word}")
    newsroom.press(second, "action-submit", newsroom.editor, title=f"Other words {second.word}")
    answers.append(newsroom.act(second, "approve", newsroom.editor, title=f"Other words {second.word}"))
    refused(newsroom, second, answers)
    return refused(newsroom, article, answers)


@attempt("An editor of one language approves a text of another", slow=True)
def approve_another_language(newsroom: Newsroom) -> str:
    article = in_review(newsroom)
    state = state_of(newsroom, article)
    token = token_of(newsroom, article, state)
    own = newsroom.write(newsroom.editor_en, language="en")
    newsroom.submit(own, newsroom.editor_en)
    form = newsroom.form(article, newsroom.editor)
    pressed = {"action-workflow-action": "true", "workflow-action-name": "approve"}
    answers = [newsroom.editor_en.post(article.edit, {**form, **pressed})]
    for page in (article.pk, own.pk):
        answers += decide(newsroom.editor_en, page, state, "approve", screen=token, comment="")
    return refused(newsroom, article, answers)


@attempt("An author changes the words while the editor's screen is open", slow=True)
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


@attempt("An approval says nothing, or something forged, of the version that it is about")
def approve_an_unknown_version(newsroom: Newsroom) -> str:
    article = in_review(newsroom)
    state = state_of(newsroom, article)
    form = newsroom.form(article, newsroom.editor)
    pressed = {"action-workflow-action": "true", "workflow-action-name": "approve"}
    nothing = {name: value for name, value in form.items() if not name.startswith("loaded_revision")}
    forged = {**form, "loaded_revision_id": "1", "overwrite_revision_id": "1"}
    answers = [newsroom.editor.post(article.edit, {**data, **pressed}) for data in (nothing, forged)]
    for token in ("", "x", "0" * 64):
        answers += decide(newsroom.editor, article.pk, state, "approve", screen=token, comment="")
    return refused(newsroom, article, answers)


@attempt("An editor without the right approves alone with a reason; who has it, without one", slow=True)
def approve_alone(newsroom: Newsroom) -> str:
    article = in_review(newsroom, newsroom.editor)
    state = state_of(newsroom, article)
    token = token_of(newsroom, article, state)
    answers = decide(newsroom.editor, article.pk, state, "approve_alone", screen=token, comment="", reason="Forged")
    for reason in ("", " \n\t", "\0", "\u200b"):
        answers += decide(newsroom.chief, article.pk, state, "approve_alone", screen=token, comment="", reason=reason)
        answers.append(newsroom.act(article, "approve_alone", newsroom.chief))
    return refused(newsroom, article, answers)


@attempt("A journalist moves a text in review to where others approve")
def move_in_review(newsroom: Newsroom) -> str:
    article = newsroom.write()
    newsroom.submit(article)
    answers = [
        newsroom.journalist.post(f"/admin/pages/{article.pk}/move/{newsroom.sections['tg']}/confirm/"),
        newsroom.journalist.post(
            f"/admin/bulk/wagtailcore/page/move/?id={article.pk}&next=/admin/", {"chooser": newsroom.sections["tg"]}
        ),
        newsroom.journalist.post(
            f"/admin/api/main/pages/{article.pk}/action/move/", {"destination_page_id": newsroom.sections["tg"]}
        ),
    ]
    found = newsroom.admin.get(f"/admin/api/main/pages/{article.pk}/").json()
    assert found["meta"]["parent"]["id"] == newsroom.sections["ru"], "it was moved"
    return refused(newsroom, article, answers)


@attempt("An author writes on in the version that was approved, into what readers see")
def write_into_the_published_version(newsroom: Newsroom) -> str:
    article = newsroom.write()
    form = newsroom.form(article)
    newsroom.submit(article)
    newsroom.act(article, "approve")
    newest = newsroom.form(article)["loaded_revision_id"]
    changed = {**form, "title": f"Forged {article.word}", "overwrite_revision_id": newest}
    answers = [newsroom.journalist.post(article.edit, changed, headers=headers) for headers in ({}, JSON)]
    assert newsroom.is_live(article)
    assert not newsroom.shows("Forged", newsroom.address(article)), "readers see the new headline"
    return f"{', '.join(str(answer.status_code) for answer in answers)}; a version of its own"


@attempt("A journalist's next save reaches a live page, at once or by a time of its own")
def change_a_live_page(newsroom: Newsroom) -> str:
    article = newsroom.publish()
    earlier = (datetime.now(UTC) - timedelta(hours=1)).strftime("%Y-%m-%d %H:%M")
    newsroom.press(article, "action-save", title=f"Forged {article.word}")
    newsroom.press(article, "action-save", title=f"Forged {article.word}", go_live_at=earlier)
    assert not newsroom.shows("Forged", newsroom.address(article)), "readers see the new headline"
    return "a draft; the page is as approved"
