"""Ways to more rights than one has, and to end an approval or a publication without any."""

from __future__ import annotations

from tests.abuse.attempts import attempt
from tests.abuse.attempts.approval import in_review, refused, state_of
from tests.abuse.newsroom import Newsroom


@attempt("A journalist ends the approval itself: its task, its workflow, its place")
def end_the_workflow(newsroom: Newsroom) -> str:
    article = in_review(newsroom)
    paths = [f"/admin/workflows/{kind}/{number}/" for kind in ("disable", "edit", "remove") for number in range(1, 8)]
    paths += [f"/admin/workflows/tasks/{kind}/{number}/" for kind in ("disable", "edit") for number in range(1, 8)]
    answers = [session.post(path, {"name": "x"}) for path in paths for session in (newsroom.journalist, newsroom.chief)]
    assert {answer.status_code for answer in answers} <= {302, 403, 404}
    assert state_of(newsroom, article), "the review ended"
    return refused(newsroom, article, answers)


@attempt(
    "A journalist, translator or other language's editor takes a page down, closes it, moves it or frees its address"
)
def take_down(newsroom: Newsroom) -> str:
    article = newsroom.publish()
    path = f"/admin/pages/{article.pk}"
    answers = [
        newsroom.journalist.post(f"{path}/unpublish/", {"include_descendants": "on"}),
        newsroom.journalist.post(f"/admin/api/main/pages/{article.pk}/action/unpublish/"),
        newsroom.journalist.post(f"/admin/bulk/wagtailcore/page/unpublish/?id={article.pk}&next=/admin/"),
        *(
            session.post(f"/admin/translations/{article.pk}/{way}/", {"reason": "Forged, with a reason."})
            for session in (newsroom.journalist, newsroom.translator, newsroom.editor_tg)
            for way in ("take-down", "withdraw", "retract")
        ),
        newsroom.journalist.post(f"{path}/privacy/", {"restriction_type": "login"}),
        newsroom.journalist.post(f"{path}/set_position/?position=0"),
        newsroom.journalist.post(f"{path}/convert_alias/"),
    ]
    newsroom.press(article, "action-save", slug=f"{article.word}-other", expire_at="2020-01-01 00:00")
    assert newsroom.is_live(article), "readers don't get it any more"
    return f"{sorted({answer.status_code for answer in answers})}; readers get it"


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
    return f"{sorted({answer.status_code for answer in answers})}; readers get it"


@attempt("A journalist or editor becomes an approver, chief editor or administrator")
def rise(newsroom: Newsroom) -> str:
    answers = []
    for session in (newsroom.journalist, newsroom.editor):
        session.get("/admin/")
        numbers = range(1, 12)
        answers += [
            session.post(path, {"groups": [str(number) for number in range(1, 40)], "is_superuser": "on"})
            for path in (
                *(f"/admin/users/edit/{number}/" for number in numbers),
                "/admin/users/new/",
                "/admin/account/",
            )
        ]
        answers.append(
            session.post(
                "/admin/invite/", {"address": "forged@example.org", "roles": ["chief_editor"], "languages": []}
            )
        )
        answers += [session.post(f"/admin/groups/edit/{number}/", {"name": "Forged"}) for number in numbers]
    for role in ("journalist", "editor"):
        menu = newsroom.sessions[role].get("/admin/").text
        assert "/admin/reports/exceptions/" not in menu, f"the {role} has the chief editors' report"
        assert newsroom.sessions[role].get("/admin/users/").url.endswith("/admin/"), f"the {role} keeps users"
    return f"{sorted({answer.status_code for answer in answers})}; roles are as before"
