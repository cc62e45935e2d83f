"""Ways past the share of an approver, and past the written reason of those who may publish."""

from __future__ import annotations

import re

from tests.abuse.attempts import attempt
from tests.abuse.attempts.approval import JSON, in_review, refused
from tests.abuse.newsroom import Newsroom

REPORT = "/admin/reports/exceptions/"
BLANKS: tuple[dict[str, str], ...] = (
    {},
    {"publish_reason": ""},
    {"publish_reason": " \n\t\u00a0"},
    {"publish_reason": "\0"},
    {"publish_reason": "\u200b"},
)
REWRITTEN = (
    "quite another lead, in words that nobody else has read before they stand where readers find them, all of them"
)


@attempt("An editor replaces headline, lead and text of a stub and approves it")
def replace_a_stub(newsroom: Newsroom) -> str:
    article = in_review(newsroom)
    answer = newsroom.act(article, "approve", title=f"Other {article.word}", lead=REWRITTEN)
    return refused(newsroom, article, [answer])


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


@attempt("A chief editor publishes an own text without a reason")
def publish_without_a_reason(newsroom: Newsroom) -> str:
    me = newsroom.chief
    article = newsroom.write(me)
    form = {**newsroom.form(article, me), "action-publish": "action-publish"}
    answers = [me.post(article.edit, {**form, **blank}) for blank in BLANKS]
    answers += [me.post(article.edit, {**form, **blank}, headers=JSON) for blank in BLANKS]
    outcome = refused(newsroom, article, answers)
    reason = f"At night, {article.word}."
    newsroom.press(article, "action-publish", me, publish_reason=reason)
    assert newsroom.is_live(article), "a reason doesn't publish: the attempt proves nothing"
    assert reason in newsroom.other_chief.get(REPORT).text, "it is in no report"
    return f"{outcome}; with a reason it is live and in the report"
