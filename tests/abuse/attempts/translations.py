"""Ways to put a translation before readers that is none, and to lead them to another article."""

from __future__ import annotations

from tests.abuse.attempts import attempt, statuses
from tests.abuse.newsroom import FORM, Newsroom

LEAD = "Наблюдатель записывает уровень реки два раза в день, и это видно по тетрадям"
DESK = "/admin/translations"


@attempt("A translator lets an untranslated copy stand, and an editor approves it")
def let_a_copy_stand(newsroom: Newsroom) -> str:
    source = newsroom.publish(lead=LEAD)
    translator, editor = newsroom.translator, newsroom.editor_tg
    translator.get("/admin/")
    begun = translator.post(f"{DESK}/{source.pk}/start/tg/", {"start_with": "copy"})
    edit = begun.headers["Location"]
    page = edit.split("/pages/")[1].split("/")[0]
    listed = translator.get(f"{DESK}/{page}/findings/").json()
    found = listed["findings"] + listed["to_do"]
    assert any(finding["untranslated"] for finding in found), "the copy counts as translated: this proves nothing"
    answers = [translator.post(f"{DESK}/{page}/findings/dismiss/", finding) for finding in found]
    fields = translator.fields(edit, FORM)
    translator.post(edit, {**fields, "action-submit": "1", "answer-findings": "Forged"})
    approval = {"action-workflow-action": "true", "workflow-action-name": "approve", "answer-untranslated": "Forged"}
    answers.append(editor.post(edit, {**editor.fields(edit, FORM), **approval}))
    status = newsroom.admin.get(f"/admin/api/main/pages/{page}/").json()["meta"]["status"]
    assert not status["live"], "the copy is live"
    shown = newsroom.reader.get(newsroom.address(source)).text
    assert f"/tg/analysis/{fields['slug']}/" not in shown, "readers are led to the copy"
    return f"{statuses(answers)}, it isn't live"


@attempt("A translator links an own live page to a live article of others")
def link_live_pages(newsroom: Newsroom) -> str:
    translator, article = newsroom.translator, newsroom.publish()
    own = newsroom.write(translator, language="tg")
    newsroom.submit(own, translator)
    newsroom.act(own, "approve", newsroom.editor_tg)
    assert newsroom.is_live(own, "tg")
    translator.get("/admin/")
    pairs = ((own, article), (article, own))
    answers = [
        session.post(f"{DESK}/{one.pk}/links/", {"act": "link", "other": str(other.pk), "role": role})
        for session in (translator, newsroom.editor_tg)
        for one, other in pairs
        for role in ("source", "target")
    ]
    address = newsroom.address(own, "tg")
    assert not newsroom.shows(address, newsroom.address(article)), "the article's language menu leads to the page"
    assert not newsroom.shows(newsroom.address(article), address), "the page's language menu leads to the article"
    return f"{len(answers)} requests, {statuses(answers)}"
