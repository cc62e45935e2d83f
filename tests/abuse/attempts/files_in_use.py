"""Ways to change what readers see without touching the page: the files that it uses."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from PIL import Image
from requests import Response

from tests.abuse.attempts import attempt
from tests.abuse.newsroom import Article, Newsroom


@dataclass(frozen=True, slots=True)
class Shown:
    """A picture and a document, uploaded by the journalist and used by a live article, as they were then."""

    article: Article
    picture: int
    document: int
    seen: str

    @property
    def pictures(self) -> str:
        """Return where the library has the picture."""
        return f"/admin/images/{self.picture}/"


def colour(red: int) -> tuple[str, bytes, str]:
    """Return a picture's file of one colour."""
    written = io.BytesIO()
    Image.new("RGB", (640, 480), (red, 40, 40)).save(written, "PNG")
    return "picture.png", written.getvalue(), "image/png"


def show(newsroom: Newsroom) -> Shown:
    """Return a live article of the journalist with files of the journalist's own."""
    me, mark = newsroom.journalist, uuid4().hex[:8]
    me.get("/admin/")
    picture = me.post("/admin/articles/pictures/upload/", {"credit": f"Author {mark}"}, files={"file": colour(200)})
    document = me.post(
        "/admin/documents/multiple/add/",
        {"title": f"Programme {mark}"},
        files={"files[]": ("programme.txt", f"Programme {mark}".encode(), "text/plain")},
        headers={"X-Requested-With": "XMLHttpRequest"},
    )
    picture_id, document_id = picture.json()["picture"]["id"], document.json()["doc_id"]
    body = block(document_id)
    article = newsroom.write(main_picture=str(picture_id), **body)
    newsroom.press(article, "action-submit", **body)
    newsroom.act(article, "approve", **body)
    seen, before = what_readers_see(newsroom, article), ""
    # Until the sizes of the picture are made, which the worker may be doing at the same time.
    while seen != before:
        seen, before = what_readers_see(newsroom, article), seen
    return Shown(article, picture_id, document_id, seen)


def block(document: int) -> dict[str, Any]:
    """Return a block with a file behind the paragraph, as the editor sends it."""
    return {
        "body-count": "2",
        "body-1-id": str(uuid4()),
        "body-1-type": "file",
        "body-1-order": "1",
        "body-1-deleted": "",
        "body-1-value-document": str(document),
        "body-1-value-title": "",
    }


def what_readers_see(newsroom: Newsroom, article: Article) -> str:
    """Return the article as readers get it, with the contents of its picture and document."""
    html = newsroom.reader.get(newsroom.address(article)).text
    assert f"Headline {article.word}" in html
    addresses = [part.split('"')[0].split("?")[0] for part in html.split('="')[1:]]
    files = sorted({one for one in addresses if one.startswith(("/media/images/", "/documents/"))})
    assert any("/documents/" in one for one in files), "the document isn't shown"
    contents = [f"{one} {newsroom.reader.get(one).content!r}" for one in files]
    main = html.split("<main", 1)[-1].split("</main>", 1)[0]
    return "\n".join([main, *contents])


def unchanged(newsroom: Newsroom, shown: Shown, *answers: Response) -> str:
    """Check that readers still see what was approved, and return how the requests were answered."""
    assert what_readers_see(newsroom, shown.article) == shown.seen, "readers see something else"
    return f"{', '.join(str(answer.status_code) for answer in answers)}, refused"


@attempt("A journalist puts another file under the own picture of a live page")
def replace_a_picture(newsroom: Newsroom) -> str:
    shown = show(newsroom)
    fields = newsroom.journalist.fields(shown.pictures, "form[enctype]")
    answer = newsroom.journalist.post(shown.pictures, fields, files={"file": colour(10)})
    return unchanged(newsroom, shown, answer)


@attempt("An administrator puts another file under the picture of a live page", slow=True)
def replace_as_administrator(newsroom: Newsroom) -> str:
    shown = show(newsroom)
    fields = newsroom.admin.fields(shown.pictures, "form[enctype]")
    return unchanged(newsroom, shown, newsroom.admin.post(shown.pictures, fields, files={"file": colour(10)}))


@attempt("A journalist moves the crop of the own picture of a live page", slow=True)
def move_the_crop(newsroom: Newsroom) -> str:
    shown = show(newsroom)
    fields = newsroom.journalist.fields(shown.pictures, "form[enctype]")
    point = {f"focal_point_{name}": "10" for name in ("x", "y", "width", "height")}
    answer = newsroom.journalist.post(shown.pictures, {**fields, **point})
    return unchanged(newsroom, shown, answer)


@attempt("A journalist deletes the own picture of a live page: alone, among others, from the list of uploads")
def delete_a_picture(newsroom: Newsroom) -> str:
    shown = show(newsroom)
    me = newsroom.journalist
    answers = [
        me.post(f"/admin/images/{shown.picture}/delete/"),
        me.post(f"/admin/images/multiple/{shown.picture}/delete/", headers={"X-Requested-With": "XMLHttpRequest"}),
        me.post(f"/admin/bulk/chorsu_articles/picture/delete/?id={shown.picture}"),
        newsroom.chief.post(f"/admin/bulk/chorsu_articles/picture/delete/?id={shown.picture}"),
    ]
    return unchanged(newsroom, shown, *answers)


@attempt("A journalist puts another file, or another title, under the own document of a live page", slow=True)
def replace_a_document(newsroom: Newsroom) -> str:
    shown = show(newsroom)
    path = f"/admin/documents/edit/{shown.document}/"
    fields = newsroom.journalist.fields(path, "form[enctype]")
    other = ("programme.txt", b"Words that nobody approved", "text/plain")
    answers = [
        newsroom.journalist.post(path, fields, files={"file": other}),
        newsroom.journalist.post(path, {**fields, "title": "Nobody approved this"}),
    ]
    return unchanged(newsroom, shown, *answers)


@attempt(
    "A journalist deletes the own document of a live page: alone, among others, from the list of uploads", slow=True
)
def delete_a_document(newsroom: Newsroom) -> str:
    shown = show(newsroom)
    me = newsroom.journalist
    answers = [
        me.post(f"/admin/documents/delete/{shown.document}/"),
        me.post(f"/admin/documents/multiple/{shown.document}/delete/", headers={"X-Requested-With": "XMLHttpRequest"}),
        me.post(f"/admin/bulk/wagtaildocs/document/delete/?id={shown.document}"),
    ]
    return unchanged(newsroom, shown, *answers)


@attempt("A journalist replaces and deletes a picture while an editor reads the text that shows it")
def replace_in_review(newsroom: Newsroom) -> str:
    me = newsroom.journalist
    me.get("/admin/")
    uploaded = me.post("/admin/articles/pictures/upload/", {"credit": "Author"}, files={"file": colour(200)})
    picture = uploaded.json()["picture"]["id"]
    article = newsroom.write(main_picture=str(picture))
    newsroom.submit(article)
    path = f"/admin/images/{picture}/"
    answers = [
        me.post(path, me.fields(path, "form[enctype]"), files={"file": colour(10)}),
        me.post(f"{path}delete/"),
    ]
    assert me.get(path).status_code == 200, "it is deleted"
    newsroom.act(article, "approve")
    address = newsroom.address(article)
    page = newsroom.reader.get(address).text
    pictures = [part.split('"')[0] for part in page.split('src="')[1:] if part.startswith("/media/")]
    red = Image.open(io.BytesIO(newsroom.reader.get(pictures[0]).content)).convert("RGB").tobytes()[0]
    assert red > 150, "readers see the other picture"
    return f"{', '.join(str(answer.status_code) for answer in answers)}, refused"


@attempt("The credit of a picture changes between the screen of the approver and the approval")
def change_the_credit_unseen(newsroom: Newsroom) -> str:
    newsroom.journalist.get("/admin/")
    files = {"file": colour(200)}
    uploaded = newsroom.journalist.post("/admin/articles/pictures/upload/", {"credit": "Author"}, files=files)
    picture = uploaded.json()["picture"]["id"]
    article = newsroom.write(main_picture=str(picture))
    newsroom.submit(article)
    screen = newsroom.form(article, newsroom.editor)
    path = f"/admin/images/{picture}/"
    library = newsroom.chief.fields(path, "form[enctype]")
    assert newsroom.chief.post(path, {**library, "credit": "Somebody else"}).status_code == 302
    pressed = {"action-workflow-action": "true", "workflow-action-name": "approve"}
    answer = newsroom.editor.post(article.edit, {**screen, **pressed})
    assert not newsroom.is_live(article), "readers see a credit that the approver did not"
    return f"{answer.status_code}"


def way(file: int, page: int, kind: str = "images") -> str:
    """Return where a file is replaced in the draft of a page."""
    return f"/admin/{kind}/{file}/replace/{page}/"


def give(newsroom: Newsroom, shown: Shown, page: int, **options: Any) -> Response:
    """Send another file for this page as the journalist, whatever the page of uses offers."""
    return newsroom.journalist.post(way(shown.picture, page), options, files={"file": colour(10)})


def drafted(newsroom: Newsroom, page: int) -> str:
    """Return the main picture of a page's latest version."""
    return str(newsroom.admin.fields(f"/admin/pages/{page}/edit/", "#page-edit-form")["main_picture"])


@attempt("A journalist replaces the picture in the draft of an own live page, which nobody approved")
def new_version_unapproved(newsroom: Newsroom) -> str:
    shown = show(newsroom)
    answer = give(newsroom, shown, shown.article.pk, **{"action-publish": "1", "publish": "1", "live": "1"})
    assert answer.status_code == 302, "no draft was made"
    assert drafted(newsroom, shown.article.pk) != str(shown.picture)
    assert what_readers_see(newsroom, shown.article) == shown.seen, "readers see something else"
    return f"{answer.status_code}, a draft"


@attempt(
    "A journalist replaces an own picture in the draft of a page of another language, and reads its name",
    slow=True,
)
def new_version_elsewhere(newsroom: Newsroom) -> str:
    shown = show(newsroom)
    foreign = newsroom.write(newsroom.admin, language="en", main_picture=str(shown.picture))
    told = newsroom.journalist.get(f"/admin/images/usage/{shown.picture}/")
    answers = [give(newsroom, shown, foreign.pk), newsroom.journalist.get(way(shown.picture, foreign.pk))]
    assert not any(foreign.word in answer.text for answer in (told, *answers)), "its headline is told"
    assert drafted(newsroom, foreign.pk) == str(shown.picture), "its draft shows the new version"
    return unchanged(newsroom, shown, *answers)


@attempt("A journalist replaces a picture in drafts that are locked, in review, or show something else", slow=True)
def new_version_locked(newsroom: Newsroom) -> str:
    shown = show(newsroom)
    picture = str(shown.picture)
    locked, waiting, other = (
        newsroom.write(main_picture=picture),
        newsroom.write(main_picture=picture),
        newsroom.write(),
    )
    assert newsroom.chief.post(f"/admin/pages/{locked.pk}/lock/").status_code == 302
    newsroom.press(waiting, "action-submit", main_picture=picture)
    pages = (locked.pk, waiting.pk, other.pk, 1, 0, -1, 10**30)
    before = [drafted(newsroom, page.pk) for page in (locked, waiting, other)]
    answers = [give(newsroom, shown, page) for page in pages]
    assert [drafted(newsroom, page.pk) for page in (locked, waiting, other)] == before, "a draft shows it"
    return unchanged(newsroom, shown, *answers)


@attempt(
    "Somebody replaces a picture in a draft by opening an address, without the token, and without any rights", slow=True
)
def new_version_without_rights(newsroom: Newsroom) -> str:
    shown = show(newsroom)
    path = way(shown.picture, shown.article.pk)
    newsroom.editor_en.get("/admin/")
    answers = [
        newsroom.journalist.get(path),
        newsroom.journalist.http.post(newsroom.journalist.url(path), {}, files={"file": colour(10)}),
        newsroom.editor_en.post(path, {}, files={"file": colour(10)}),
        newsroom.visitor().post(path, {}, files={"file": colour(10)}),
    ]
    assert drafted(newsroom, shown.article.pk) == str(shown.picture), "its draft shows the new version"
    return unchanged(newsroom, shown, *answers)


@attempt("A journalist replaces a document in a draft by a page of HTML", slow=True)
def new_version_of_a_kind_refused(newsroom: Newsroom) -> str:
    shown = show(newsroom)
    path = way(shown.document, shown.article.pk, "documents")
    hostile = ("programme.html", b"<script>alert(1)</script>", "text/plain")
    renamed = ("programme.pdf", b"<script>alert(1)</script>", "application/pdf")
    answers = [newsroom.journalist.post(path, {}, files={"file": file}) for file in (hostile, renamed)]
    assert [answer.status_code for answer in answers] == [200, 200], "it is taken"
    return unchanged(newsroom, shown, *answers)
