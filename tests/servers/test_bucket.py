"""Files in a bucket: the promises that folders keep hold there too, and what happens while the store is away."""

from __future__ import annotations

import errno
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import unicodedata
from contextlib import suppress
from io import BytesIO
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from botocore.client import Config
from botocore.exceptions import BotoCoreError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.storage.handler import StorageHandler
from django.urls import reverse
from wagtail.documents.models import Document
from wagtail.models import Collection, CollectionViewRestriction, UploadedFile

from chorsu_articles.checks import check_documents
from chorsu_articles.models import Picture
from chorsu_articles.pictures.renditions import sizes_of
from cms import bucket
from cms.wiring import sweeps
from tests.articles.documents import PDF, WAYS
from tests.articles.pictures import file_of
from tests.articles.test_documents import (
    body,
    make_document,
    test_no_browser_runs_anything_of_a_document,
    test_players_and_browsers_ask_for_parts_and_for_what_is_new,
)
from tests.factories import make_article, make_picture, make_user
from tests.servers.conftest import NAMES, ROOT, keys, s3_server

pytestmark = [pytest.mark.django_db, pytest.mark.servers]
# Those of documents in folders run here too.
__all__ = [
    "test_no_browser_runs_anything_of_a_document",
    "test_players_and_browsers_ask_for_parts_and_for_what_is_new",
]
SIZE = "fill-100x100|format-webp"


def ask(store, key: str, method: str = "GET") -> bytes | int:
    """Return what the store gives to somebody without a key, or the number of its refusal."""
    endpoint = s3_server.settings_of(store.url)["S3_ENDPOINT"]
    try:
        with urlopen(Request(f"{endpoint}/{key}", method=method)) as answer:
            return answer.read()
    except HTTPError as error:
        return error.code


def test_pictures_have_public_names_and_addresses_of_the_site(store, django_capture_on_commit_callbacks):
    picture = make_picture()
    size = picture.get_rendition(SIZE)
    assert keys(store) == [f"media/{size.file.name}", f"media/{picture.file.name}"]
    assert (picture.file.url, size.url) == (f"/media/{picture.file.name}", f"/media/{size.file.name}")
    with default_storage.open(picture.file.name) as file:
        assert ask(store, f"newsroom/media/{picture.file.name}") == file.read()
    # No names are told, nor is anything else given out.
    assert ask(store, "newsroom") == ask(store, "newsroom?list-type=2&prefix=media/") == 403
    with django_capture_on_commit_callbacks(execute=True):
        picture.delete()
    assert [key for key in keys(store) if "original" in key] == []


@pytest.mark.parametrize("by", ["", "/private/", "X-Sendfile"])
def test_a_private_document_is_given_to_who_may_read_it_only(client, store, settings, by):
    settings.CHORSU_ARTICLES = {**settings.CHORSU_ARTICLES, "SENDFILE": by}
    private = Collection.get_first_root_node().add_child(name="Private")
    CollectionViewRestriction.objects.create(collection=private, restriction_type="login")
    document = make_document("Отчёт 1.pdf", collection=private)
    assert keys(store) == [f"private/{document.file.name}"]
    assert client.get(document.url).status_code == 302
    assert ask(store, f"newsroom/{keys(store)[0].encode().hex()}") == 403
    with pytest.raises(NotImplementedError):
        default_storage.url(document.file.name)
    assert client.get(f"/media/{document.file.name}").status_code == 404
    client.force_login(make_user())
    answer = client.get(document.url)
    assert answer["Content-Disposition"].startswith("inline")
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    if by != "/private/":
        assert body(answer) == PDF
        return
    assert body(answer) == b""
    # What the proxy asks the store for: signed for this one file and a minute.
    place = answer["X-Accel-Redirect"].removeprefix(by)
    assert ask(store, place) == PDF
    assert "X-Amz-Expires=60&" in place
    assert ask(store, place.replace("X-Amz-Expires=60", "X-Amz-Expires=61")) == 403
    assert ask(store, place.partition("?")[0]) == 403
    assert ask(store, client.head(document.url)["X-Accel-Redirect"].removeprefix(by), "HEAD") == b""
    assert list(check_documents()) == []


@pytest.mark.parametrize("way", WAYS)
def test_a_document_is_stored_whole_or_not_at_all(client, store, way):
    client.force_login(make_user(superuser=True))
    WAYS[way](client, "report.pdf", PDF)
    document = Document.objects.get()
    assert f"private/{document.file.name}" in keys(store)
    assert document.filename == "report.pdf"
    assert (document.file_size, body(client.get(document.url))) == (len(PDF), PDF)
    before = keys(store)
    WAYS[way](client, "page.pdf", b"<html>")
    assert keys(store) == before


def test_names_are_as_in_folders_and_no_file_takes_the_place_of_another(store):
    first, second = make_document(), make_document(content=PDF + b"2%%EOF")
    assert first.filename == second.filename == "report.pdf"
    assert first.file.read() == PDF
    decomposed = default_storage.save(unicodedata.normalize("NFD", "documents/Йод ё.pdf"), BytesIO(PDF))
    assert decomposed.endswith(unicodedata.normalize("NFC", "/Йод ё.pdf"))
    long = make_document("ҷ" * 300 + ".pdf")
    assert len(long.file.name) <= 100
    assert long.filename.endswith("ҷ.pdf")
    assert make_document(".hidden.pdf").filename == "file.hidden.pdf"
    for document in Document.objects.all():
        document.delete()


def test_what_waits_for_its_form_is_private_and_goes_when_it_was_abandoned(client, store, settings, monkeypatch):
    upload = UploadedFile.objects.create(for_content_type=None, file=ContentFile(b"raw", "raw.jpg"))
    missing = UploadedFile.objects.create(for_content_type=None, file="wagtail_uploads/missing.jpg")
    assert keys(store) == [f"private/{upload.file.name}"]
    sweeps._delete_abandoned_uploads()
    assert list(UploadedFile.objects.all()) == [upload]
    monkeypatch.setattr(sweeps, "UPLOADS_WAIT", -sweeps.UPLOADS_WAIT)
    sweeps._delete_abandoned_uploads()
    assert not UploadedFile.objects.exists()
    assert keys(store) == []
    assert missing.file.name


def test_backups_lie_below_their_prefix_in_a_store_that_is_asked_as_that_of_files_is(store):
    values = {**os.environ, **s3_server.settings_of(store.url)}
    bucket_name, values["S3_BUCKET"] = values["S3_BUCKET"], ""
    values["BACKUP_TO"] = f"s3://{bucket_name}/backups/of-it"
    script = "import json; from cms.settings.test import STORAGES; print(json.dumps(STORAGES['backups']))"
    run = subprocess.run([sys.executable, "-c", script], cwd=ROOT, env=values, stdout=subprocess.PIPE, check=True)
    storage = StorageHandler({"backups": json.loads(run.stdout)})["backups"]
    assert (storage.client_config, storage.transfer_config) == (bucket.CLIENT, bucket.WHOLE)
    storage.save("objects/name", ContentFile(PDF))
    assert keys(store) == ["backups/of-it/objects/name"]
    assert (storage.listdir(""), storage.listdir("objects")) == ((["objects"], []), ([], ["name"]))
    assert storage.open("objects/name").read() == PDF
    storage.delete("objects/name")
    assert keys(store) == []


def test_a_backup_puts_files_back_under_their_names(store):
    document = make_document()
    with default_storage.open(document.file.name) as file:
        copy = file.read()
    default_storage.delete(document.file.name)
    assert not default_storage.exists(document.file.name)
    assert default_storage._save(document.file.name, ContentFile(copy)) == document.file.name
    assert (document.file.read(), keys(store)) == (PDF, [f"private/{document.file.name}"])
    folders, files = default_storage.listdir("documents")
    assert (len(folders), files) == (1, [])


def test_while_the_store_is_away_readers_read_and_nothing_of_an_upload_is_saved(client, store, caplog):
    picture = make_picture()
    made = sizes_of(picture, [SIZE])
    document = make_document()
    article = make_article(main_picture=picture)
    store.kill()
    assert [size.url for size in sizes_of(Picture.objects.get(), [SIZE])] == [made[0].url]
    # A size that is missing is made later.
    assert client.get(article.url).status_code == 200
    client.raise_request_exception = False
    asked = client.get(document.url)
    assert (asked.status_code, asked["Retry-After"]) == (503, "10")
    client.force_login(make_user(superuser=True))
    fields = {"title": "Снимок", "collection": Collection.get_first_root_node().pk}
    files = {
        "wagtaildocs:add": ContentFile(PDF, "new.pdf"),
        "wagtailimages:add": ContentFile(file_of("png"), "new.png"),
    }
    answers = [client.post(reverse(name), {**fields, "kind": "photo", "file": file}) for name, file in files.items()]
    for answer in answers:
        assert answer.status_code == 503, answer.context and answer.context["form"].errors
        assert "Снимок" in answer.content.decode()
    assert (Picture.objects.count(), Document.objects.count()) == (1, 1)
    # What is deleted is gone for readers; its file is named in the log.
    assert client.post(reverse("wagtaildocs:delete", args=[document.pk])).status_code == 302
    assert client.get(document.url).status_code == 404
    store.begin()
    bucket._away["until"] = 0.0
    file = ContentFile(PDF, "new.pdf")
    assert client.post(reverse("wagtaildocs:add"), {**fields, "file": file}).status_code == 302
    assert body(client.get(Document.objects.get().url)) == PDF


def test_a_store_that_refuses_the_key_is_one_that_is_away(store, settings):
    document, default = make_document(), settings.STORAGES["default"]
    options = {**default["OPTIONS"], "secret_key": "wrong"}
    settings.STORAGES = {**settings.STORAGES, "default": {**default, "OPTIONS": options}}
    for ask_it in (document.file.storage.exists, document.file.storage.open, document.file.storage.get_modified_time):
        with pytest.raises(OSError, match="The bucket") as raised:
            ask_it(document.file.name)
        assert raised.value.errno == errno.EHOSTDOWN


def test_a_store_that_hangs_is_asked_once_and_then_left_alone_for_a_moment(store, settings, monkeypatch):
    first, second = make_document(), make_document()
    impatient = bucket.CLIENT.merge(Config(read_timeout=0.3))
    monkeypatch.setattr(bucket.BucketStorage, "client_config", impatient)
    storage = bucket.BucketStorage(**settings.STORAGES["default"]["OPTIONS"])
    store.signal(signal.SIGSTOP)
    try:
        for document, said in ((first, "ReadTimeout"), (second, "a moment ago")):
            with pytest.raises(OSError, match=said) as raised:
                storage.open(document.file.name)
            assert raised.value.errno == errno.EHOSTDOWN
    finally:
        store.signal(signal.SIGCONT)
    bucket._away["until"] = 0.0
    assert storage.exists(second.file.name)


@pytest.mark.parametrize("kind", [bucket.BucketStorage, bucket.BackupBucket])
def test_a_store_that_breaks_off_before_a_file_is_sent_is_away(monkeypatch, kind):
    monkeypatch.setitem(bucket._away, "until", 0.0)
    with socket.create_server(("127.0.0.1", 0)) as server:

        def break_off():
            with suppress(OSError):
                while True:
                    with server.accept()[0] as asking:
                        asking.recv(1 << 16)
                        asking.sendall(b"HTTP/1.1 100")

        threading.Thread(target=break_off, daemon=True).start()
        values = s3_server.settings_of(f"http://key:secret@127.0.0.1:{server.getsockname()[1]}/newsroom")
        storage = kind(**{NAMES[name]: value for name, value in values.items()})
        said: list[Exception] = []

        def save():
            try:
                storage.save("documents/name.pdf", ContentFile(PDF))
            except (OSError, BotoCoreError) as error:
                said.append(error)

        saving = threading.Thread(target=save, daemon=True)
        saving.start()
        saving.join(20)
        server.shutdown(socket.SHUT_RDWR)
    assert len(said) == 1, "it never ended"
    assert kind is bucket.BackupBucket or getattr(said[0], "errno", 0) == errno.EHOSTDOWN
