"""Long names of files, in every way that takes one."""

from __future__ import annotations

import unicodedata
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.urls import reverse
from wagtail.documents.models import Document
from wagtail.users.models import UserProfile

from chorsu_articles.models import Picture
from tests.articles import documents, pictures
from tests.articles.conftest import sign_in_journalist
from tests.articles.test_avatars import save
from tests.articles.test_picture_files import some
from tests.factories import make_home, make_user

pytestmark = pytest.mark.django_db

NAMES = {
    "125 letters": "ҷ" * 125,
    "250 letters": "я" * 250,
    "points": "1. Отчёт за 2025 г. " + "я" * 200,
    "decomposed": unicodedata.normalize("NFD", "й" * 125),
    "four bytes": "🏔" * 70,
    "an ending of its own": "a." + "я" * 200,
}


@pytest.fixture
def folders(settings: Any, tmp_path: Any) -> Any:
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.CHORSU_ARTICLES = {"PRIVATE_FOLDER": str(tmp_path / "private")}
    return tmp_path


@pytest.mark.parametrize(("name", "way"), some(NAMES, documents.WAYS))
def test_documents(client: Any, folders: Any, way: str, name: str) -> None:
    client.force_login(make_user(superuser=True))
    for _again in range(2):
        documents.WAYS[way](client, f"{NAMES[name]}.pdf", documents.PDF)
    document = Document.objects.latest("pk")
    assert default_storage.exists(document.file.name)
    assert document.file.name.endswith(".pdf")
    assert len(document.file.name) <= 100
    assert client.get(document.url).status_code == 200


@pytest.mark.parametrize(("name", "way"), some(NAMES, pictures.WAYS))
def test_pictures(client: Any, folders: Any, way: str, name: str) -> None:
    sign_in_journalist(client, make_home())
    pictures.WAYS[way](client, f"{NAMES[name]}.png", pictures.file_of("png"))
    assert Picture.objects.latest("pk").file.name.endswith(".png")


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
def test_profile_pictures(client: Any, folders: Any, name: str) -> None:
    user = sign_in_journalist(client, make_home())
    assert save(client, f"{name}.png", pictures.file_of("png")).status_code == 302
    assert UserProfile.objects.get(user=user).avatar.name.endswith("_picture.png")


def test_a_new_version(client: Any, folders: Any) -> None:
    client.force_login(make_user(superuser=True))
    documents.WAYS["alone"](client, "report.pdf", documents.PDF)
    url = reverse("wagtaildocs:document_usage", args=[Document.objects.get().pk])
    file = ContentFile(documents.PDF, f"{NAMES['250 letters']}.pdf")
    assert client.post(url, {"file": file, "pages": []}).status_code < 500


def test_a_name_is_cut_between_letters_and_kept_where_it_fits(folders: Any) -> None:
    for name in NAMES.values():
        whole = unicodedata.normalize("NFC", name).replace(" ", "_")
        for folder in ("documents", "public"):
            stored = default_storage.save(f"{folder}/{name}.pdf", ContentFile(b""), max_length=1000)
            file = stored.removeprefix(f"{folder}/")
            assert 200 < len(file.encode()) <= 255, name
            assert whole.startswith(file.removesuffix(".pdf").replace(" ", "_"))
    assert default_storage.save("documents/Ҳисобот.pdf", ContentFile(b""), max_length=100) == "documents/Ҳисобот.pdf"
