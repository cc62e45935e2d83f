"""Ways to more rights than one has, and to end an approval or a publication without any."""

from __future__ import annotations

from tests.abuse.attempts import attempt, statuses
from tests.abuse.newsroom import Newsroom


@attempt("A journalist takes a page down, closes it or frees its address by what the editor and the API take")
def take_down(newsroom: Newsroom) -> str:
    article, me = newsroom.publish(), newsroom.journalist
    path = f"/admin/pages/{article.pk}"
    answers = [
        me.post(f"{path}/unpublish/", {"include_descendants": "on"}),
        me.post(f"/admin/api/main/pages/{article.pk}/action/unpublish/"),
        me.post(f"/admin/bulk/wagtailcore/page/unpublish/?id={article.pk}&next=/admin/"),
        me.post(f"{path}/privacy/", {"restriction_type": "login"}),
        newsroom.press(article, "action-save", slug=f"{article.word}-other", expire_at="2020-01-01 00:00"),
    ]
    assert newsroom.is_live(article), "readers don't get it any more"
    return f"{statuses(answers)}; readers get it"


@attempt("A journalist or editor becomes an approver, chief editor or administrator")
def rise(newsroom: Newsroom) -> str:
    rights = {"groups": [str(number) for number in range(1, 40)], "is_superuser": "on"}
    invitation = {"address": "forged@example.org", "roles": ["chief_editor"], "languages": []}
    for session in (newsroom.journalist, newsroom.editor):
        for path in ("/admin/users/new/", "/admin/account/", *(f"/admin/users/edit/{key}/" for key in range(1, 12))):
            session.post(path, rights)
        session.post("/admin/invite/", invitation)
        assert "/admin/reports/exceptions/" not in session.get("/admin/").text, "it has the chief editors' report"
        assert session.get("/admin/users/").url.endswith("/admin/"), "it keeps users"
    return "roles are as before"


@attempt("Who proposed to retract an article, a journalist, a translator or another language's editor confirms it")
def confirm_alone(newsroom: Newsroom) -> str:
    article = newsroom.publish()
    path = f"/admin/translations/{article.pk}/retract/"
    answers = []
    for proposer in (newsroom.editor, newsroom.chief):
        proposer.post(path, {"reason": "Proposed by one person.", "ru": "Сведения не подтвердились."})
        decision = {**proposer.fields(path), "confirm": "1"}
        assert decision["proposal"], "nothing is proposed"
        people = (proposer, newsroom.journalist, newsroom.translator, newsroom.editor_tg)
        answers += [session.post(path, decision) for session in people]
        proposer.post(path, {**decision, "confirm": None, "refuse": "1", "reason": "Taken back."})
    assert newsroom.is_live(article), "one person retracted it"
    return f"{statuses(answers)}; readers get it"
