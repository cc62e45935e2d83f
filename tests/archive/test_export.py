"""A newsroom as a folder: what is in it, what isn't, and that it says the same each time."""

from __future__ import annotations

import json
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command
from wagtail.contrib.redirects.models import Redirect
from wagtail.documents.models import Document
from wagtail.models import Collection, CollectionViewRestriction, PageViewRestriction

from chorsu_archive.export.archive import write_archive
from chorsu_archive.items import ArchiveError, format_of
from chorsu_articles.models import PublicationAuthor, Topic
from chorsu_articles.protected_names import protect
from tests.archive.varied import block, items, listed, make_newsroom, read
from tests.factories import make_article, make_person, make_picture, make_section, make_user

pytestmark = pytest.mark.django_db
# Numbers that are counts, and people, who stand by their addresses.
BESIDE = {"word_count", "author_links", "translator_links"}


def articles(folder: Path) -> dict[str, Any]:
    """Return the articles of an export by headline."""
    return {row["title"]: row for row in map(read, folder.glob("articles/*/*.json"))}


def everything(folder: Path) -> str:
    return "".join(path.read_text(errors="replace") + path.name for path in folder.rglob("*") if path.is_file())


def test_an_article_is_ninjs_with_its_own_content_beside(tmp_path):
    topic = Topic.objects.create(name_ru="Вода")
    picture = make_picture(credit="Н. Н.", caption_tg="Дарё")
    page = make_article(title="Ҷӯйҳо ва қӯрғон", slug="rivers", main_picture=picture)
    page.topics = [topic]
    page.author_links = [PublicationAuthor(person=make_person("Ӯктам", slug="uktam"))]
    page.save_revision().publish()
    assert write_archive(tmp_path / "out")["articles"] == 1
    row = read(tmp_path / f"out/articles/ru/rivers-{page.translation_key}.json")
    assert row["headlines"][0]["value"] == "Ҷӯйҳо ва қӯрғон"
    own, content = row["chorsu"], row["chorsu"]["content"]
    assert (own["key"], own["parent"][-3:]) == (f"{page.translation_key}/ru", "/ru")
    assert (content["topics"], content["author_links"]) == (["voda"], [{"person": "uktam"}])
    assert content["main_picture"] == f"medium:{picture.file.name}"
    [told] = listed(tmp_path / "out", "pictures")
    assert (told["credit"], told["caption_tg"]) == ("Н. Н.", "Дарё")
    assert (tmp_path / "out/media" / picture.file.name).read_bytes() == picture.file.read()


def leaves(value: Any) -> Iterator[Any]:
    """Yield what stands in objects and lists of JSON."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for each in value:
            yield from leaves(each)
    else:
        yield value


def test_two_exports_differ_by_the_date_alone_and_have_no_number_of_this_database(tmp_path):
    made = make_newsroom(2, articles=3)
    one, two = tmp_path / "one", tmp_path / "two"
    write_archive(one)
    write_archive(two)
    manifest = read(one / "manifest.json")
    assert manifest | {"date": ""} == read(two / "manifest.json") | {"date": ""}
    for folder in (one, two):
        files = [path for path in folder.rglob("*") if path.is_file() and path.name != "manifest.json"]
        sums = {path.relative_to(folder).as_posix(): sha256(path.read_bytes()).hexdigest() for path in files}
        assert sums == manifest["files"]

    numbers = {row.pk for rows in (made.pictures, made.documents, made.people, made.pages, made.topics) for row in rows}
    for row in articles(one).values():
        content = row["chorsu"]["content"]
        for value in leaves([content[name] for name in content.keys() - BESIDE]):
            assert type(value) is not int or value not in numbers
            assert not any(f'id="{number}"' in str(value) for number in numbers)


def test_of_a_live_page_the_live_version_is_written_and_of_a_draft_the_latest(tmp_path):
    live = make_article(title="As readers see it")
    live.save_revision().publish()
    live.title = "Nobody has read this yet"
    live.save_revision()
    draft = make_article(live.get_parent().specific, title="First thought", slug="draft", live=False)
    draft.title = "Second thought"
    draft.save_revision()
    write_archive(tmp_path / "out")
    statuses = {title: row["chorsu"]["status"] for title, row in articles(tmp_path / "out").items()}
    assert statuses == {"As readers see it": "live", "Second thought": "draft"}
    assert "Nobody has read this yet" not in everything(tmp_path / "out")


def test_protected_names_private_pages_accounts_and_restricted_papers_stay(tmp_path):
    person = make_person("Зульфия Зульфикарова")
    keeper = make_user()
    keeper.user_permissions.add(Permission.objects.get(codename="keep_protected_names"))
    protect(user=keeper, person=person, code_name="Sparrow", email="z@example.org")
    make_user(email="account@example.org", first_name="Accountholder")
    collection = Collection.get_first_root_node().add_child(name="Secret")
    CollectionViewRestriction.objects.create(collection=collection, restriction_type="login")
    paper = Document.objects.create(
        title="Hidden paper", file=ContentFile(b"secret", "hidden.txt"), collection=collection
    )
    section = make_section()
    hidden = make_section(section.get_parent(), slug="closed")
    PageViewRestriction.objects.create(page=hidden, restriction_type="login")
    private = make_article(hidden, title="Private headline", slug="private-slug")
    Redirect.objects.create(old_path="/old-private", redirect_page=private)
    text = f'<p><a linktype="page" id="{private.pk}">a</a> <a linktype="document" id="{paper.pk}">b</a></p>'
    body = [block("paragraph", text), block("file", {"document": paper.pk, "title": ""})]
    body.append(block("related", {"pages": items(private.pk)}))
    page = make_article(section, title="Open", body=json.dumps(body))
    person.refresh_from_db()
    page.author_links = [PublicationAuthor(person=person)]
    page.save_revision().publish()
    write_archive(tmp_path / "out")
    told = everything(tmp_path / "out")
    for word in (
        "Зульфия",
        "z@example",
        "account@",
        "Accountholder",
        "Private headline",
        "private-slug",
        "old-private",
    ):
        assert word not in told
    assert str(private.translation_key) not in told
    # Its title stands in the page that readers see; the paper itself, and what the library says of it, stays.
    assert not list((tmp_path / "out").rglob("*.txt"))
    assert listed(tmp_path / "out", "documents") == []
    [row] = listed(tmp_path / "out", "chorsu_articles.person")
    assert (row["name_withheld"], "Sparrow" in row.values()) == (True, True)
    content = articles(tmp_path / "out")["Open"]["chorsu"]["content"]
    assert content["body"][0]["value"] == "<p><a>a</a> <a>b</a></p>"
    assert content["author_links"] == [{"person": row["slug"]}]


def test_addresses_that_led_to_an_article_stand_with_it_and_others_by_themselves(tmp_path):
    page = make_article(title="Moved", slug="moved")
    page.save_revision().publish()
    Redirect.objects.create(old_path="/former", redirect_page=page)
    Redirect.objects.create(old_path="/away", redirect_link="https://example.org/", is_permanent=False)
    write_archive(tmp_path / "out")
    own = articles(tmp_path / "out")["Moved"]["chorsu"]
    assert {address.partition("localhost")[2].rstrip("/") for address in own["addresses"]} >= {"/former"}
    away = {"from": "/away", "page": None, "address": "https://example.org/", "is_permanent": False}
    assert listed(tmp_path / "out", "redirects") == [away]


def test_nothing_that_is_there_is_overwritten(tmp_path):
    folder, link = tmp_path / "out", tmp_path / "link"
    call_command("export_archive", str(folder), verbosity=0)
    assert folder.stat().st_mode & 0o077 == 0
    link.symlink_to(folder)
    before = everything(folder)
    make_article().save_revision().publish()
    for place in (folder, link):
        with pytest.raises(CommandError, match="is there already"):
            call_command("export_archive", str(place), verbosity=0)
    assert everything(folder) == before


@pytest.mark.usefixtures("_messages_in_english")
def test_what_breaks_off_has_no_manifest(tmp_path):
    picture = make_picture()
    Path(picture.file.path).unlink()
    Path(picture.file.path).mkdir()  # can't be read as a file
    with pytest.raises(OSError, match="directory"):
        write_archive(tmp_path / "out")
    with pytest.raises(ArchiveError, match="none of these"):
        format_of(tmp_path / "out")


def test_a_file_that_is_lost_is_counted(tmp_path):
    picture = make_picture()
    Path(picture.file.path).unlink()
    assert write_archive(tmp_path / "out")["missing files"] == 1
