"""Ways to delete what isn't one's own draft."""

from __future__ import annotations

from tests.abuse.attempts import attempt
from tests.abuse.attempts.approval import in_review
from tests.abuse.newsroom import Article, Newsroom
from tests.abuse.sessions import Session


def delete(session: Session, article: Article) -> list[int]:
    """Try all ways; return what was answered."""
    session.get("/admin/")
    answers = [
        session.post(f"/admin/pages/{article.pk}/delete/", {"next": "/admin/"}),
        session.post(f"/admin/bulk/wagtailcore/page/delete/?id={article.pk}&next=/admin/"),
        session.post(f"/admin/api/main/pages/{article.pk}/action/delete/"),
    ]
    return sorted({answer.status_code for answer in answers})


def exists(newsroom: Newsroom, article: Article) -> bool:
    """Tell whether there is a page."""
    return newsroom.admin.get(f"/admin/api/main/pages/{article.pk}/").status_code == 200


@attempt("An editor, a chief editor or another journalist deletes a journalist's draft, also one in review")
def delete_anothers_draft(newsroom: Newsroom) -> str:
    codes: set[int] = set()
    for article in (newsroom.write(), in_review(newsroom)):
        for role in ("editor", "chief", "other_journalist", "editor_en", "translator"):
            codes |= set(delete(getattr(newsroom, role), article))
            assert exists(newsroom, article), f"the {role} deleted it"
    return f"{sorted(codes)}; the drafts are there"


@attempt("An author deletes an own page that readers see, or saw once")
def delete_a_published_page(newsroom: Newsroom) -> str:
    article = newsroom.publish()
    codes = set(delete(newsroom.journalist, article))
    assert newsroom.is_live(article), "readers don't get it any more"
    newsroom.chief.post(f"/admin/translations/{article.pk}/take-down/", {"reason": "It is over."})
    assert not newsroom.is_live(article), "it wasn't taken down: nothing is proved"
    codes |= set(delete(newsroom.journalist, article)) | set(delete(newsroom.chief, article))
    assert exists(newsroom, article), "it was deleted"
    draft = newsroom.write()
    delete(newsroom.journalist, draft)
    assert not exists(newsroom, draft), "nobody deletes anything: the attempt proves nothing"
    return f"{sorted(codes)}; an own draft is deleted"
