"""Ways to change what readers see without touching the page: the files that it uses."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from PIL import Image
from requests import Response

from tests.abuse.attempts import attempt, statuses
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
    article = newsroom.publish(main_picture=str(picture_id), **block(document_id))
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
    return f"{statuses(answers)}, refused"


@attempt("A journalist puts another file, crop or title under the own picture and document of a live page")
def replace(newsroom: Newsroom) -> str:
    shown, me = show(newsroom), newsroom.journalist
    crop = {f"focal_point_{name}": "10" for name in ("x", "y", "width", "height")}
    other = ("programme.txt", b"Words that nobody approved", "text/plain")
    path = f"/admin/documents/edit/{shown.document}/"
    picture, document = me.fields(shown.pictures, "form[enctype]"), me.fields(path, "form[enctype]")
    answers = [
        me.post(shown.pictures, picture, files={"file": colour(10)}),
        me.post(shown.pictures, {**picture, **crop}),
        me.post(path, document, files={"file": other}),
        me.post(path, {**document, "title": "Nobody approved this"}),
        newsroom.admin.post(shown.pictures, picture, files={"file": colour(10)}),
    ]
    return unchanged(newsroom, shown, *answers)


@attempt("The own picture and document of a live page are deleted: alone, among others, from the list of uploads")
def delete(newsroom: Newsroom) -> str:
    shown, me = show(newsroom), newsroom.journalist
    picture, document = shown.picture, shown.document
    paths = (
        f"/admin/images/{picture}/delete/",
        f"/admin/images/multiple/{picture}/delete/",
        f"/admin/bulk/chorsu_articles/picture/delete/?id={picture}",
        f"/admin/documents/delete/{document}/",
        f"/admin/documents/multiple/{document}/delete/",
        f"/admin/bulk/wagtaildocs/document/delete/?id={document}",
    )
    answers = [me.post(path, headers={"X-Requested-With": "XMLHttpRequest"}) for path in paths]
    answers.append(newsroom.chief.post(f"/admin/bulk/chorsu_articles/picture/delete/?id={picture}"))
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
    return f"{statuses(answers)}, refused"
