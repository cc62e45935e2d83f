"""Documents: which are taken, where they lie, who gets them and how."""

from __future__ import annotations

import random
import time
import zipfile
from contextlib import suppress
from io import BytesIO
from urllib.parse import quote

import pytest
from django.conf import settings as site_settings
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.utils import translation
from wagtail.documents.models import Document
from wagtail.models import Collection, CollectionViewRestriction, UploadedFile
from wagtail.utils.file import hash_filelike

from chorsu_articles import storage as services
from chorsu_articles.checks import check_documents
from chorsu_articles.forms.documents import KINDS, DocumentFileField
from chorsu_articles.services.file_facts import fill_file_facts
from tests.articles.documents import BAD, GOOD, PDF, WAYS, archive, box
from tests.articles.pictures import stored_files
from tests.factories import make_user

pytestmark = pytest.mark.django_db


def make_document(name: str = "report.pdf", content: bytes = PDF, **fields) -> Document:
    document = Document(title="Report", **fields)
    document.file = ContentFile(content, name)
    document._set_document_file_metadata()
    document.save()
    return document


def body(response) -> bytes:
    return b"".join(response.streaming_content) if response.streaming else response.content


def refusal(name: str, content: bytes) -> str:
    with translation.override("en"):
        with pytest.raises(ValidationError) as raised:
            DocumentFileField().clean(SimpleUploadedFile(name, content))
        return " ".join(raised.value.messages)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", ["report.pdf", "windows.txt"])
def test_a_document_lies_outside_of_the_public_folder_and_readers_get_it(client, folders, way, name):
    client.force_login(make_user(superuser=True))
    WAYS[way](client, name, GOOD[name])
    document = Document.objects.get()
    assert stored_files(folders) == [f"private/{document.file.name}"]
    assert document.file.name.startswith("documents/")
    client.logout()
    assert body(client.get(document.url)) == GOOD[name]


def test_files_of_known_kinds_are_taken_and_others_refused_with_a_sentence():
    for name, content in GOOD.items():
        assert DocumentFileField().clean(SimpleUploadedFile(name, content)).read() == content, name
    for name, content, said in BAD.values():
        assert said in refusal(name, content), name


@pytest.mark.thorough
@pytest.mark.parametrize("way", WAYS)
def test_nothing_is_stored_of_a_refused_file(client, folders, way):
    client.force_login(make_user(superuser=True))
    if way == "as a new file":
        WAYS["alone"](client, "report.pdf", PDF)
    before = stored_files(folders)
    # Each kind of refusal once; all of them where a document is added alone.
    kinds = {said: (name, content) for name, content, said in reversed(BAD.values())}
    for name, content in kinds.values() if way != "alone" else [each[:2] for each in BAD.values()]:
        assert "500" not in WAYS[way](client, name, content)[:20]
    assert stored_files(folders) == before
    assert not UploadedFile.objects.exists()
    assert Document.objects.count() == len(before)


def test_bombs_are_refused_before_they_unfold():
    huge = archive({"zeros.csv": b"\0" * 1000})
    lying = huge.replace((1000).to_bytes(4, "little"), (600 * 1024 * 1024).to_bytes(4, "little"))
    assert "unfolds" in refusal("data.zip", lying)
    link = zipfile.ZipInfo("link.txt")
    link.external_attr = 0o120777 << 16
    written = BytesIO()
    with zipfile.ZipFile(written, "w") as made:
        made.writestr(link, "/etc/passwd")
    assert "link.txt" in refusal("data.zip", written.getvalue())
    # zipfile itself would read hundreds of megabytes here.
    directory = b"PK\x03\x04" + b"PK\x01\x02" * 500_000
    end = b"PK\x05\x06" + b"\0" * 8 + (2_000_000).to_bytes(4, "little") + (4).to_bytes(4, "little") + b"\0\0"
    started = time.process_time()
    assert "unfolds" in refusal("data.zip", directory + end)
    assert "whole" in refusal("film.mp4", box(b"ftyp", b"isom\0\0\0\0") + box(b"free") * 200_000)
    assert time.process_time() - started < 2


@pytest.mark.parametrize("name", GOOD)
def test_no_bytes_break_the_checks(name):
    chance = random.Random(name)
    for number in range(200):
        broken = bytearray(GOOD[name])
        if number % 2:
            del broken[chance.randrange(len(broken)) :]
        for _change in range(chance.choice((1, 4, 40))):
            if broken:
                broken[chance.randrange(len(broken))] = chance.randrange(256)
        with suppress(ValidationError):
            DocumentFileField().clean(SimpleUploadedFile(name, bytes(broken)))


def test_no_browser_runs_anything_of_a_document(client, folders):
    for name, content in [*GOOD.items(), ("old.html", b"<script>alert(1)</script>"), ("old.svg", b"<svg/>")]:
        response = client.get(make_document(name, content).url)
        extension = name.rpartition(".")[2]
        expected = KINDS[extension].content_type if extension in KINDS else "application/octet-stream"
        assert response["Content-Type"] == expected
        assert response["Content-Disposition"].startswith("inline" if extension == "pdf" else "attachment"), name
        assert response["X-Content-Type-Options"] == "nosniff"
        assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert "Content-Encoding" not in response
        assert body(response) == content


@pytest.mark.parametrize("by", ["", "/private/", "X-Sendfile"])
def test_a_private_document_is_given_to_who_may_read_it_only(client, folders, settings, by):
    settings.CHORSU_ARTICLES = {**settings.CHORSU_ARTICLES, "SENDFILE": by}
    private = Collection.get_first_root_node().add_child(name="Private")
    CollectionViewRestriction.objects.create(collection=private, restriction_type="login")
    document = make_document(collection=private)
    headers = {"X-Accel-Redirect", "X-Sendfile"}
    answer = client.get(document.url)
    assert answer.status_code == 302
    assert PDF not in answer.content
    assert not headers & set(answer.headers)
    # Nor by the address of its file, by another name, or by the number alone.
    with pytest.raises(NotImplementedError):
        default_storage.url(document.file.name)
    for address in (f"media/{document.file.name}", f"documents/{document.pk}/other.pdf", f"documents/{document.pk}/"):
        assert client.get(f"/{address}").status_code == 404
    client.force_login(make_user())
    answer = client.get(document.url)
    assert body(answer) == (b"" if by else PDF)
    assert bool(by) == bool(headers & set(answer.headers))
    assert "private" in answer["Cache-Control"]


def test_size_and_hash_of_a_file_that_a_program_stored_are_filled(folders, caplog):
    document, missing = (Document.objects.create(title="", file=ContentFile(PDF, "report.pdf")) for _ in range(2))
    missing.file.storage.delete(missing.file.name)
    assert [fill_file_facts(), fill_file_facts()] == [1, 0]
    document.refresh_from_db()
    assert (document.file_size, document.file_hash) == (len(PDF), hash_filelike(BytesIO(PDF)))
    (record,) = caplog.records
    assert str(missing.pk) in record.message


def test_players_and_browsers_ask_for_parts_and_for_what_is_new(client, folders):
    document = make_document("speech.ogg", b"OggS\0" + bytes(range(256)) * 1000)
    whole = client.get(document.url)
    assert whole["Accept-Ranges"] == "bytes"
    content = body(whole)
    for asked, part in (
        ("bytes=0-0", content[:1]), ("bytes=200000-", content[200_000:]), ("bytes=-7", content[-7:]),
        ("bytes=5-900000", content[5:]),
    ):  # fmt: skip
        response = client.get(document.url, headers={"Range": asked})
        assert response.status_code == 206
        assert body(response) == part
        assert int(response["Content-Length"]) == len(part)
        assert response["Content-Range"].endswith(f"/{len(content)}")
    for asked in ("bytes=900000-", "bytes=-0"):
        assert client.get(document.url, headers={"Range": asked}).status_code == 416
    far = "9" * 40
    for asked in f"bytes=9-5 bytes= bytes=- bytes=1-2,4-5 lines=1-2 bytes=a-b bytes={far}-".split():
        assert body(client.get(document.url, headers={"Range": asked})) == content
    again = client.get(document.url, headers={"If-None-Match": whole["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_a_server_before_the_site_sends_the_file_when_it_is_named(client, folders, settings):
    document = make_document("Отчёт 1.pdf")
    for by, header, path in (
        ("/private/", "X-Accel-Redirect", f"/private/{document.file.name}"),
        ("X-Sendfile", "X-Sendfile", str(folders / "private" / document.file.name)),
    ):
        settings.CHORSU_ARTICLES = {**settings.CHORSU_ARTICLES, "SENDFILE": by}
        response = client.get(document.url)
        assert (response.content, response[header]) == (b"", quote(path))
        assert response["Content-Security-Policy"]
    # One that isn't moved yet is not in the server's reach.
    assert body(client.get(old_document(folders).url)) == PDF


def public_file(folders, name: str = "documents/old.pdf", content: bytes = PDF):
    path = folders / "media" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def old_document(folders) -> Document:
    """Return a document that lies in the public folder, as all did."""
    public_file(folders)
    return Document.objects.create(title="Old", file="documents/old.pdf")


def messages() -> list[str]:
    return [str(message.id) for message in check_documents()]


def test_documents_of_before_are_served_named_by_a_check_and_moved(client, folders, capsys):
    document = old_document(folders)
    assert body(client.get(document.url)) == PDF
    assert messages() == ["chorsu_articles.E009"]
    call_command("move_documents")
    assert stored_files(folders) == ["private/documents/old.pdf"]
    assert messages() == []
    assert body(client.get(document.url)) == PDF
    call_command("move_documents")
    assert capsys.readouterr().out == "1 documents moved.\n0 documents moved.\n"
    # What is deleted is gone.
    document.file.delete()
    assert stored_files(folders) == []


@pytest.mark.parametrize("step", ["replace", "unlink"])
def test_a_move_that_is_killed_loses_nothing_and_goes_on(client, folders, monkeypatch, step):
    document = old_document(folders)
    public_file(folders, "documents/other.pdf", PDF + b"b%%EOF")
    with monkeypatch.context() as killed:
        killed.setattr(services.Path, step, lambda *_arguments: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            call_command("move_documents")
    assert body(client.get(document.url)) == PDF
    call_command("move_documents")
    assert stored_files(folders) == ["private/documents/old.pdf", "private/documents/other.pdf"]


def test_a_name_that_is_taken_by_another_file_is_told(folders):
    public_file(folders)
    path = folders / "private" / "documents" / "old.pdf"
    path.parent.mkdir(parents=True)
    path.write_bytes(b"another")
    with pytest.raises(CommandError, match=r"old\.pdf"):
        call_command("move_documents")
    assert path.read_bytes() == b"another"
    assert len(stored_files(folders)) == 2


def test_sites_that_store_documents_in_public_are_told(settings):
    settings.STORAGES = {
        **site_settings.STORAGES,
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    }
    settings.WAGTAILDOCS_DOCUMENT_FORM_BASE = ""
    assert messages() == ["chorsu_articles.W004", "chorsu_articles.W004"]


@pytest.mark.parametrize("folder", ["", "media", "media/private", "static/private"])
def test_a_site_whose_documents_are_kept_in_public_is_told(settings, tmp_path, folder):
    settings.MEDIA_ROOT, settings.STATIC_ROOT = tmp_path / "media", tmp_path / "static"
    settings.CHORSU_ARTICLES = {"PRIVATE_FOLDER": str(tmp_path / folder)} if folder else {}
    assert messages() == ["chorsu_articles.E009"]
