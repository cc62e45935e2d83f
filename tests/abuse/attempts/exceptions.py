"""Ways past the share of an approver, and past the written reason of those who may publish."""

from __future__ import annotations

import re
from typing import Any
from uuid import uuid4

from requests import Response

from tests.abuse.attempts import attempt
from tests.abuse.attempts.approval import AJAX, JSON, decide, in_review, is_found, refused, state_of, token_of
from tests.abuse.newsroom import Article, Newsroom
from tests.abuse.sessions import Session

REPORT = "/admin/reports/exceptions/"
BLANKS: tuple[dict[str, str], ...] = (
    {},
    {"publish_reason": ""},
    {"publish_reason": " \n\t\u00a0"},
    {"publish_reason": "\0"},
    {"publish_reason": "\u200b"},
)
# Long enough for an editor to mend a word of it.
LEAD = "a lead in plain words of which an editor may change one word or so, and no more than that, before another reads"
REWRITTEN = (
    "quite another lead, in words that nobody else has read before they stand where readers find them, all of them"
)


def waiting(newsroom: Newsroom, **changes: Any) -> Article:
    """Return a journalist's text in review with a lead of twenty words."""
    article = newsroom.write()
    newsroom.press(article, "action-submit", lead=LEAD, **changes)
    return article


def listed(newsroom: Newsroom, article: Article) -> bool:
    """Tell whether the report has a text."""
    return article.word in newsroom.chief.get(REPORT).text


@attempt("An editor replaces headline, lead and text of a stub and approves it")
def replace_a_stub(newsroom: Newsroom) -> str:
    article = in_review(newsroom)
    answer = newsroom.act(article, "approve", title=f"Other {article.word}", lead=REWRITTEN)
    return refused(newsroom, article, [answer])


@attempt(
    "An editor saves another text in review, and approves it in the dashboard, in small portions or by autosave",
    slow=True,
)
def replace_step_by_step(newsroom: Newsroom) -> str:
    me = newsroom.editor
    article = waiting(newsroom)
    words = LEAD
    for old, new in (("plain", "simple"), ("words of", "terms of"), ("an editor", "a person"), ("change", "mend"),
                     ("that, before", "this until"), ("another reads", "somebody looks")):  # fmt: skip
        words = words.replace(old, new)
        newsroom.press(article, "action-save", me, lead=words)
        form = newsroom.form(article, me, lead=words)
        me.post(article.edit, form, headers=JSON)
    answers = [newsroom.act(article, "approve", lead=words)]
    state = state_of(newsroom, article)
    answers += decide(me, article.pk, state, "approve", screen=token_of(newsroom, article, state), comment="")
    return refused(newsroom, article, answers)


@attempt("An editor rewrites a text between a colleague's saves and approves it", slow=True)
def replace_between_saves(newsroom: Newsroom) -> str:
    article = waiting(newsroom)
    newsroom.press(article, "action-save", newsroom.editor, lead=REWRITTEN)
    newsroom.press(article, "action-save", newsroom.chief, lead=f"{REWRITTEN} now")
    outcome = refused(newsroom, article, [newsroom.act(article, "approve", lead=f"{REWRITTEN} now")])
    newsroom.act(article, "approve", newsroom.other_chief, lead=f"{REWRITTEN} now")
    assert newsroom.is_live(article), "a second reader's approval does nothing: the attempt proves nothing"
    return f"{outcome}; a second reader's approval puts it live"


@attempt("An editor changes the headline alone, a number, a name, a quotation or a link, and approves", slow=True)
def change_a_fact(newsroom: Newsroom) -> str:
    said = LEAD.replace("one word", "12 words of Karimov, “as ever”")
    article = newsroom.write()
    newsroom.press(article, "action-submit", lead=said)
    link = '{"blocks": [{"key": "first", "text": "Words WORD.", "type": "unstyled", "depth": 0, '
    link += '"inlineStyleRanges": [], "entityRanges": [{"offset": 0, "length": 5, "key": 0}], "data": {}}], '
    link += '"entityMap": {"0": {"type": "LINK", "mutability": "MUTABLE", "data": {"url": "https://forged.example/"}}}}'
    answers = [
        newsroom.act(article, "approve", lead=said, title=f"Headlines {article.word}"),
        newsroom.act(article, "approve", lead=said.replace("12", "13")),
        newsroom.act(article, "approve", lead=said.replace("12", "۱۳")),
        newsroom.act(article, "approve", lead=said.replace("Karimov", "Rahimov")),
        newsroom.act(article, "approve", lead=said.replace("as ever", "never")),
        newsroom.act(article, "approve", lead=said, slug=f"{article.word}-x"),
        newsroom.act(article, "approve", None, lead=said, **{"body-0-value": link.replace("WORD", article.word)}),
    ]
    outcome = refused(newsroom, article, answers)
    assert {answer.status_code for answer in answers} == {403}, outcome
    newsroom.act(article, "approve", lead=said.replace("plain", "simple"))
    assert newsroom.is_live(article), "a mended word is refused too: the attempt proves nothing"
    return f"{outcome}; with one mended word it goes live"


def publishes(newsroom: Newsroom, article: Article, session: Session, path: str) -> list[Response]:
    """Press "Publish" without a reason, in all spellings of none."""
    form = {**newsroom.form(article, session), "action-publish": "action-publish"}
    answers = [session.post(path, {**form, **blank}) for blank in BLANKS]
    answers += [session.post(path, {**form, **blank}, headers=JSON) for blank in BLANKS]
    return answers


@attempt("A chief editor publishes an own text without a reason")
def publish_without_a_reason(newsroom: Newsroom) -> str:
    me = newsroom.chief
    article = newsroom.write(me)
    outcome = refused(newsroom, article, publishes(newsroom, article, me, article.edit))
    reason = f"At night, {article.word}."
    newsroom.press(article, "action-publish", me, publish_reason=reason)
    assert newsroom.is_live(article), "a reason doesn't publish: the attempt proves nothing"
    assert reason in newsroom.other_chief.get(REPORT).text, "it is in no report"
    return f"{outcome}; with a reason it is live and in the report"


@attempt("A chief editor publishes a new page at its creation without a reason", slow=True)
def publish_a_new_page(newsroom: Newsroom) -> str:
    path = f"/admin/pages/add/chorsu_articles/analysispage/{newsroom.sections['ru']}/"
    form = newsroom.chief.fields(path, "#page-edit-form")
    article = Article(0, f"zx{uuid4().hex[:12]}", str(uuid4()))
    whole = {**form, **newsroom.text(article.word, article.block), "slug": article.word, "action-publish": "1"}
    answers = [newsroom.chief.post(path, {**whole, **blank}, headers=h) for blank in BLANKS for h in ({}, JSON)]
    outcome = refused(newsroom, article, answers)
    newsroom.chief.post(path, {**whole, "publish_reason": "At night."})
    assert newsroom.is_live(article), "a reason doesn't publish: the attempt proves nothing"
    return f"{outcome}; with a reason it is live"


@attempt("A chief editor publishes an earlier version without a reason", slow=True)
def publish_an_earlier_version(newsroom: Newsroom) -> str:
    me = newsroom.chief
    article = newsroom.publish()
    first = newsroom.form(article, me)["loaded_revision_id"]
    newsroom.press(article, "action-submit", lead=f"Second {article.word}")
    newsroom.act(article, "approve", lead=f"Second {article.word}")
    assert newsroom.shows(f"Second {article.word}", newsroom.address(article))
    earlier = f"/admin/pages/{article.pk}/revisions/{first}/revert/"
    answers = publishes(newsroom, article, me, earlier)
    assert newsroom.shows(f"Second {article.word}", newsroom.address(article)), "the earlier version is live"
    assert not listed(newsroom, article), "the report lists what was refused"
    me.post(earlier, {**newsroom.form(article, me), "action-publish": "1", "publish_reason": "At night."})
    assert newsroom.shows(f"Lead {article.word}", newsroom.address(article)), "a reason does nothing: nothing is proved"
    return f"{sorted({answer.status_code for answer in answers})}; the second version stays"


@attempt("A chief editor publishes several pages, or a section with all below it, without a reason", slow=True)
def publish_several(newsroom: Newsroom) -> str:
    me = newsroom.chief
    first, second = newsroom.write(), newsroom.write()
    bulk = "/admin/bulk/wagtailcore/page/publish/?next=/admin/"
    answers = []
    for reason in ({}, {"reason": ""}, {"reason": " \n"}, {"reason": "\u200b"}):
        answers.append(me.post(f"{bulk}&id={first.pk}&id={second.pk}", reason))
        answers.append(me.post(f"{bulk}&id={newsroom.sections['ru']}", {"include_descendants": "on", **reason}))
    refused(newsroom, second, answers)
    outcome = refused(newsroom, first, answers)
    me.post(f"{bulk}&id={first.pk}", {"reason": "Forgotten before."})
    assert newsroom.is_live(first), "a reason doesn't publish: the attempt proves nothing"
    assert listed(newsroom, first), "it is in no report"
    return f"{outcome}; with a reason it is live and in the report"


@attempt("A chief editor publishes by the API without a reason, and copies a page as a live one", slow=True)
def publish_by_the_api(newsroom: Newsroom) -> str:
    me = newsroom.chief
    article = newsroom.write()
    path = f"/admin/api/main/pages/{article.pk}/action"
    answers = [me.post(f"{path}/publish/", json=data) for data in ({}, {"reason": ""}, {"reason": " \n"})]
    outcome = refused(newsroom, article, answers)
    live = newsroom.publish()
    slug = f"{live.word}-copy"
    me.post(f"/admin/api/main/pages/{live.pk}/action/copy/", json={"title": "Forged", "slug": slug, "keep_live": True})
    copy = {"new_title": "Forged", "new_slug": f"{slug}2", "new_parent_page": newsroom.sections["ru"]}
    me.post(f"/admin/pages/{live.pk}/copy/", {**copy, "publish_copies": "on"})
    for number in ("", "2"):
        assert not is_found(newsroom, f"/ru/analysis/{slug}{number}/"), f"the copy {number} is live"
    return f"{outcome}; copies are drafts"


@attempt("A chief editor publishes without a reason for a time to come, or after taking the page down", slow=True)
def publish_later(newsroom: Newsroom) -> str:
    me = newsroom.chief
    article = newsroom.write(me)
    form = newsroom.form(article, me, go_live_at="2031-01-01 09:00")
    answers = [me.post(article.edit, {**form, "action-publish": "1", **blank}) for blank in BLANKS]
    history = f"/admin/pages/{article.pk}/history/"
    assert "/unschedule/" not in me.get(history).text, "it waits for its time"
    me.post(article.edit, {**form, "action-publish": "1", "publish_reason": "At night."})
    assert "/unschedule/" in me.get(history).text, "a reason schedules nothing: nothing is proved"
    live = newsroom.publish()
    me.post(f"/admin/pages/{live.pk}/unpublish/")
    assert newsroom.is_live(live), "taken down without a reason"
    me.post(f"/admin/translations/{live.pk}/take-down/", {"reason": "A court asked for it."})
    assert not newsroom.is_live(live)
    answers += publishes(newsroom, live, me, live.edit)
    refused(newsroom, live, answers)
    return refused(newsroom, article, answers)


@attempt("A reason is a formula in the exported report")
def export_a_formula(newsroom: Newsroom) -> str:
    me = newsroom.chief
    article = newsroom.write(me)
    reason = f'=HYPERLINK("https://forged.example/{article.word}")'
    newsroom.press(article, "action-publish", me, publish_reason=reason)
    table = me.get(f"{REPORT}?export=csv").text
    assert article.word in table, "it is in no report"
    assert not re.search(r'(^|[,"])=HYPERLINK', table, re.MULTILINE), "it is a formula"
    return "a text in the CSV"


@attempt("Somebody who may not publish reads the report, or asks about the share of another's text")
def read_the_report(newsroom: Newsroom) -> str:
    article = in_review(newsroom, newsroom.editor)
    codes = []
    for session in (newsroom.journalist, newsroom.editor, newsroom.translator, newsroom.reader):
        for path in (REPORT, f"{REPORT}results/", f"{REPORT}?export=csv", f"{REPORT}?export=xlsx"):
            answer = session.get(path, allow_redirects=False)
            assert answer.status_code in {302, 403}, f"{path}: {answer.status_code}"
            codes.append(answer.status_code)
    answer = newsroom.editor_en.get(f"/admin/approver-share/{article.pk}/", headers=AJAX, allow_redirects=False)
    assert answer.status_code in {302, 403}
    return f"{sorted(set(codes))}"
