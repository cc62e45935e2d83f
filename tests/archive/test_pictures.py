"""Pictures and files of an archive in the library: what comes in, what is refused, and what a server may do to us."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from pathlib import Path
from socket import SHUT_RDWR

import pytest
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext
from PIL import Image
from wagtail.documents.models import Document
from wagtail.models import Collection, CollectionViewRestriction

from chorsu_archive import fetching, pictures
from chorsu_archive.items import ArchiveError, Medium
from chorsu_archive.models import ImportedItem, ImportRun
from chorsu_archive.pictures import FOUND, Library
from chorsu_articles.models import Picture
from chorsu_articles.pictures import files as picture_files
from tests.archive.made import notes_of
from tests.archive.old_site import ADDRESSES, OldArchive, OldServer, content, dripping, endless, old_server, redirect
from tests.articles.documents import PDF
from tests.articles.pictures import SECRETS, file_of, stored_files, telling_file
from tests.factories import make_user

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_messages_in_english", "media")]


@pytest.fixture
def site(settings) -> Iterator[OldServer]:
    """Return an old site with one picture."""
    with old_server() as site:
        site.answers["/a.png"] = content(file_of("png"))
        settings.CHORSU_ARCHIVE = {"HOSTS": [site.host], "FETCH_SECONDS": 1}
        yield site


def make_run(**fields) -> ImportRun:
    return ImportRun.objects.create(identity="https://old.example.org", format="wordpress", **fields)


def library(*media: Medium, run: ImportRun | None = None, **files: bytes) -> Library:
    return Library(run or make_run(), OldArchive(media, files))


def told(made: Library, key: str) -> list[tuple[str, str]]:
    return [(note.kind, str(note)) for note in made.notes(key)]


def medium_at(site: OldServer, path: str = "/a.png", key: str = "5", **said) -> Medium:
    return Medium(key, f"{site.address}{path}", **said)


def test_a_picture_is_brought_in_with_its_words_when_it_is_first_needed(site, media):
    site.answers["/uploads/water.jpg"] = content(telling_file("jpeg"))
    run = make_run(started_by=make_user())
    said = {"title": "Water", "caption": "<b>Об</b> дар &laquo;қӯл&raquo;", "alt": "Ӯ", "language": "tg"}
    made = library(medium_at(site, "/uploads/water.jpg", credit="Map: Садриддин", **said), run=run)
    assert not site.asked

    pk = made.picture("5")

    picture = Picture.objects.get()
    assert (picture.title, picture.credit, picture.kind) == ("Water", "Садриддин", "map")
    assert (picture.caption_tg, picture.alt_text_tg, picture.caption_ru) == ("Об дар «қӯл»", "Ӯ", None)
    assert (picture.uploaded_by_user, picture.collection.name) == (run.started_by, "https://old.example.org")
    stored = Path(picture.file.path).read_bytes()
    assert (picture.file_size, bool(picture.file_hash)) == (len(stored), True)
    assert not [secret for secret in SECRETS if secret in stored]
    row = ImportedItem.objects.get()
    assert (row.kind, row.key, row.object_id, row.made_by) == ("picture", "5", pk, run)
    assert (pk, row.addresses) == (picture.pk, [f"{site.address}/uploads/water.jpg"])


def test_a_file_of_the_archive_itself_is_not_asked_for_elsewhere(site):
    made = library(medium_at(site), **{"5": file_of("png")})

    assert made.picture("5") == Picture.objects.get().pk
    assert not site.asked


def test_the_content_says_what_a_file_is_whatever_its_name_and_server_say(site):
    site.answers["/uploads/shown.php"] = content(file_of("png"), "text/html")

    assert library(medium_at(site, "/uploads/shown.php")).picture("5")

    assert Picture.objects.get().file.name.endswith(".png")


def test_one_file_is_one_picture_and_has_the_words_of_each_language(site):
    site.answers["/b.png"] = site.answers["/a.png"]
    made = library(
        medium_at(site, "/a.png", "1", caption="Вода", language="ru"),
        medium_at(site, "/a.png", "2", caption="Об", language="tg"),
        medium_at(site, "/b.png", "3", caption="Water", language="en"),
        medium_at(site, "/b.png", "4", caption="Another", language="en"),
    )

    assert len({made.picture(key) for key in "1234"}) == 1

    picture = Picture.objects.get()
    assert (picture.caption_ru, picture.caption_tg, picture.caption_en) == ("Вода", "Об", "Water")
    assert site.asked == ["/a.png", "/b.png"]
    makers = ImportedItem.objects.order_by("key").values_list("made_by", flat=True)
    assert [maker is not None for maker in makers] == [True, False, False, False]


def test_a_picture_that_the_library_has_already_keeps_its_own_words(site):
    own = Picture.objects.get(pk=library(medium_at(site)).picture("5"))
    ImportedItem.objects.all().delete()
    own.caption_ru = "Своя"
    own.save()

    made = library(medium_at(site, key="6", caption="Чужая", credit="Кто-то", language="ru"))

    assert made.picture("6") == own.pk
    own.refresh_from_db()
    assert (own.caption_ru, own.credit) == ("Своя", "")
    assert ImportedItem.objects.get().made_by is None


def test_texts_without_a_language_are_in_that_of_the_article(site):
    made = library(medium_at(site, caption="Об"))

    assert Picture.objects.get(pk=made.picture("5", language="tg")).caption_tg == "Об"


def test_a_caption_that_is_too_long_is_cut_and_that_is_told(site):
    made = library(medium_at(site, caption="x" * 600, language="ru"))

    assert len(Picture.objects.get(pk=made.picture("5")).caption_ru) == 500

    text = f"{site.address}/a.png: the caption was cut after 500 characters."
    assert told(made, "5") == [("dropped", text)]
    assert notes_of(ImportedItem.objects.get()) == [("dropped", text)]


def test_what_a_run_brought_in_is_found_again_and_not_fetched(site):
    one, medium = make_run(), medium_at(site)
    pk = library(medium, run=one).picture("5")

    # By the run that was interrupted, and by a later one.
    assert library(medium, run=one).picture("5") == library(medium).picture("5") == pk
    assert site.asked == ["/a.png"]

    Picture.objects.all().delete()
    again = library(medium, run=one).picture("5")
    assert Picture.objects.get().pk == again


def test_a_picture_that_is_known_costs_no_query(site):
    made = library(medium_at(site))
    made.picture("5")

    with CaptureQueriesContext(connection) as queries:
        made.picture("5")
    assert not queries.captured_queries

    facts = {"identity": "https://old.example.org", "kind": "picture", "object_id": 9, "run": made._run}
    ImportedItem.objects.bulk_create(ImportedItem(key=f"k{n}", **facts) for n in range(2000))
    with CaptureQueriesContext(connection) as queries:
        library(run=made._run)
    assert len(queries.captured_queries) <= 3


def test_what_can_not_be_had_is_told_and_tried_again_by_a_later_run_alone(site):
    one, medium = make_run(), medium_at(site, "/gone.png")
    made = library(medium, run=one)

    assert made.picture("5") is None
    assert told(made, "5") == [("broken", f"The server answers 404. {site.address}/gone.png")]
    row = ImportedItem.objects.get()
    assert (row.what, row.object_id, notes_of(row)) == ("failed", None, told(made, "5"))

    same = library(medium, run=one)
    assert made.picture("5") is same.picture("5") is None
    assert told(same, "5") == told(made, "5")
    assert len(site.asked) == 1

    assert not library(medium).came(row.notes)
    site.answers["/gone.png"] = content(file_of("png"))
    later = library(medium)
    assert not later.came([["broken", "something else"]])
    assert later.came(row.notes, language="tg")
    assert later.picture("5") == Picture.objects.get().pk
    assert ImportedItem.objects.get().notes == []


def test_a_picture_that_the_archive_says_nothing_of_is_found_in_its_folder(site):
    lost = [["broken", "A picture: https://www.old.example.org/2015/кӯл-300x200.png Кӯл"]]
    assert not library().came(lost)
    made = library(**{"/2015/кӯл.png": file_of("png")})
    for address in ("https://elsewhere.example.org/2015/кӯл.png", "https://old.example.org/2015/"):
        assert made.find(address) is None
    medium = made.find("/2015/%D0%BA%D3%AF%D0%BB-300x200.png")
    assert medium
    assert made.picture(medium.key) == Picture.objects.get().pk
    assert library(**{"/2015/кӯл.png": file_of("png")}).came(lost)


def test_a_preview_fetches_nothing_and_tells_what_it_would_refuse(site, settings):
    run = make_run(is_preview=True)
    made = library(medium_at(site), Medium("6", "https://elsewhere.example.org/a.png"), run=run)

    assert (made.picture("5"), made.picture("6")) == (FOUND, None)
    assert told(made, "5") == []
    assert told(made, "6")[0][0] == "dropped"
    assert not site.asked
    assert not ImportedItem.objects.exists()


def test_a_document_comes_in_by_the_same_check_as_uploads(site, media):
    site.answers["/uploads/%D0%BE%D1%82%D1%87%D1%91%D1%82.pdf"] = content(PDF)
    site.answers["/uploads/false.pdf"] = content(b"<script>alert(1)</script>")
    site.answers["/run.exe"] = content(b"MZ")
    made = library(
        medium_at(site, "/uploads/отчёт.pdf", "1", title="Отчёт"),
        medium_at(site, "/uploads/false.pdf", "2"),
        medium_at(site, "/run.exe", "3"),
    )

    found = Document.objects.get(pk=made.document("1"))

    assert (found.title, found.file.read()) == ("Отчёт", PDF)
    assert all(name.startswith("private/") for name in stored_files(media))
    assert made.document("2") is made.document("3") is None
    assert [kind for key in "23" for kind, _text in told(made, key)] == ["dropped", "dropped"]
    assert ImportedItem.objects.get(key="1").kind == "document"


def test_a_document_for_some_people_alone_is_not_the_import_s(site):
    site.answers["/a.pdf"] = content(PDF)
    first = library(medium_at(site, "/a.pdf")).document("5")
    closed = Collection.get_first_root_node().add_child(name="Closed")
    CollectionViewRestriction.objects.create(collection=closed, restriction_type="login")
    Document.objects.update(collection=closed)
    ImportedItem.objects.all().delete()

    assert library(medium_at(site, "/a.pdf")).document("5") != first


@pytest.mark.parametrize(("asked", "key"), ADDRESSES["media"])
def test_any_address_of_a_medium_finds_it(asked, key):
    folder = "https://old.example.org/wp-content/uploads/2015/03"
    pages = ("https://old.example.org/?attachment_id=77", "https://old.example.org/2015/03/кӯл/")
    made = library(
        Medium("1", f"{folder}/bridge.jpg"),
        Medium("2", f"{folder}/lake-scaled.jpg", page_addresses=pages),
        Medium("4", f"{folder}/map.png"),
        Medium("3", f"{folder}/map-800x600.png"),
        Medium("5", ""),
    )

    found = made.find(asked)

    assert (found.key if found else "") == key


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', "Not a supported image format"),
        (file_of("jpeg")[:400], "The file is broken"),
        (file_of("png", Image.new("1", (6000, 4000))), "too many pixels"),
    ],
    ids=["svg", "half", "bomb"],
)
def test_a_file_that_is_no_picture_is_refused_and_stored_nowhere(site, media, body, sentence):
    site.answers["/a.png"] = content(body, "image/jpeg")
    made = library(medium_at(site))

    assert made.picture("5") is None

    [(kind, text)] = told(made, "5")
    assert (kind, sentence in text) == ("dropped", True), text
    assert stored_files(media) == []
    assert not Picture.objects.exists()


def test_a_picture_that_does_not_fit_onto_the_disk_is_tried_again(site, monkeypatch):
    def refuse(*_args, **_kwargs):
        raise OSError(errno.ENOSPC, "No space left on device")

    made = library(medium_at(site))
    with monkeypatch.context() as patch:
        patch.setattr(picture_files, "TemporaryFile", refuse)
        with pytest.raises(OperationalError):
            made.picture("5")
    assert not ImportedItem.objects.exists()
    assert made.picture("5") == Picture.objects.get().pk


def test_what_does_not_end_is_left_at_the_limit_of_uploads(site, settings):
    settings.WAGTAILIMAGES_MAX_UPLOAD_SIZE = 300_000
    site.answers["/endless.jpg"] = endless
    made = library(medium_at(site, "/endless.jpg"))

    assert made.picture("5") is None

    assert told(made, "5") == [("dropped", f"It is larger than 293.0\xa0KB. {site.address}/endless.jpg")]


def test_a_large_file_of_the_archive_is_left_too(site, settings):
    settings.WAGTAILIMAGES_MAX_UPLOAD_SIZE = 100
    made = library(medium_at(site), **{"5": bytes(200)})

    assert made.picture("5") is None
    assert told(made, "5")[0][0] == "dropped"


@pytest.mark.parametrize(
    "head", [b"", b"HTTP/1.1 200 OK\r\nX-", b"HTTP/1.1 200 OK\r\n\r\n"], ids=["line", "head", "body"]
)
def test_who_drips_gets_no_more_time_than_others(site, head):
    site.answers["/slow.jpg"] = dripping(head)
    made = library(medium_at(site, "/slow.jpg"))

    assert made.picture("5") is None

    [(kind, text)] = told(made, "5")
    assert kind == "broken"
    assert "gave no whole answer in time" in text


def test_a_host_that_does_not_answer_is_asked_again_by_a_later_run_alone(site):
    site.answers |= {f"/{n}.jpg": lambda request: request.connection.shutdown(SHUT_RDWR) for n in range(20)}
    media = [*(medium_at(site, f"/{n}.jpg", str(n)) for n in range(20)), medium_at(site, key="good")]
    made = library(*media)

    assert not any(made.picture(medium.key) for medium in media)
    assert len(site.asked) == fetching.MOST_FAILURES
    assert told(made, "19")[0][1].startswith("127.0.0.1 doesn't answer.")
    assert library(*media).picture("good")


def test_a_redirect_is_followed_where_its_target_is_listed_too(site, settings):
    site.answers["/old.png"] = redirect("/a.png")

    assert library(medium_at(site, "/old.png")).picture("5")

    assert site.asked == ["/old.png", "/a.png"]


def test_a_redirect_leads_nowhere_else(site):
    with old_server() as inside:
        inside.answers["/secret.png"] = content(file_of("png"))
        targets = [
            f"{inside.address}/secret.png",
            f"http://localhost:{inside.host.partition(':')[2]}/secret.png",
            "file:///etc/passwd",
            "http://169.254.169.254/latest/meta-data/",
            "//[::1]/secret.png",
            "http://[",
            f"http://me:word@{site.host}/a.png",
        ]
        for number, target in enumerate(targets):
            site.answers[f"/{number}.png"] = redirect(target)
            made = library(medium_at(site, f"/{number}.png"))
            assert made.picture("5") is None, target
            assert [kind for kind, _text in told(made, "5")] == ["dropped"], target
        assert not inside.asked
    assert len(site.asked) == len(targets)


def test_a_redirect_in_a_circle_ends(site):
    site.answers["/a.png"] = redirect("/a.png")
    made = library(medium_at(site))

    assert made.picture("5") is None
    assert len(site.asked) == fetching.MOST_REDIRECTS + 1
    assert told(made, "5")[0][1].startswith("It is redirected again and again.")


@pytest.mark.parametrize(
    "address",
    ["", "a.png", "/a.png", "ftp://127.0.0.1/a.png", "file:///etc/passwd", "http://127.0.0.1/a.png", "http://["],
)
def test_only_listed_hosts_are_asked(site, address):
    made = library(Medium("5", address))

    assert made.picture("5") is None
    assert [kind for kind, _text in told(made, "5")] == ["dropped"]


def test_a_name_for_an_address_inside_of_a_network_has_to_be_listed_with_that(settings):
    with old_server("localhost") as site:
        site.answers["/a.png"] = content(file_of("png"))
        settings.CHORSU_ARCHIVE = {"HOSTS": [site.host]}
        made = library(medium_at(site))
        assert made.picture("5") is None
        assert "stands for an address inside of a network" in told(made, "5")[0][1]
        assert not site.asked

        settings.CHORSU_ARCHIVE = {"HOSTS": [site.host, "127.0.0.1"]}
        assert library(medium_at(site)).picture("5")


@pytest.mark.parametrize("address", ADDRESSES["inside"])
def test_an_address_inside_of_a_network_or_leading_there_is_not_public(address):
    assert not fetching.is_public(address)


@pytest.mark.parametrize("address", ADDRESSES["public"])
def test_an_address_of_the_internet_is_public(address):
    assert fetching.is_public(address)


def test_what_is_held_of_media_has_a_limit():
    caption = Medium("1", "https://old.example.org/1.png", caption="x" * 100_000)
    assert len(library(caption).find("1").caption) == pictures.LONGEST_HTML


@pytest.mark.parametrize(
    ("name", "most", "said"),
    [
        ("MOST_HELD", 5_000, {"caption": "x" * 500}),
        ("MOST_HELD", 5_000, {"data": b"x" * 500}),
        ("MOST_HELD", 5_000, {"page_addresses": ("/" + "x" * 150,)}),
        ("MOST_MEDIA", 19, {}),
    ],
)
def test_what_media_say_has_a_limit_in_sum(monkeypatch, name, most, said):
    monkeypatch.setattr(pictures, name, most)
    with pytest.raises(ArchiveError, match="more pictures and files"):
        library(*(Medium(str(number), f"{number}.png", **said) for number in range(20)))


def test_a_medium_that_the_archive_does_not_know_is_told():
    made = library()

    assert made.picture("nothing") is None
    assert told(made, "nothing") == [("broken", "The archive says nothing of this file. nothing")]
