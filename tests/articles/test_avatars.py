"""Profile pictures pass the door of all pictures."""

from __future__ import annotations

import re
from html import unescape
from io import BytesIO

import pytest
from bs4 import BeautifulSoup
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image
from wagtail.users.models import UserProfile

from tests.abuse.sessions import form_fields
from tests.articles.conftest import sign_in_journalist
from tests.articles.pictures import SECRETS, drawing, file_of, stored_files, telling_file
from tests.articles.test_picture_files import BAD
from tests.factories import make_home

pytestmark = pytest.mark.django_db


@pytest.fixture
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def save(client, name: str, content: bytes):
    url = reverse("wagtailadmin_account")
    form = BeautifulSoup(client.get(url).content, "html.parser").select_one("form[enctype]")
    person = {"name_email-first_name": "A", "name_email-last_name": "B"}
    return client.post(url, {**form_fields(form), **person, "avatar-avatar": SimpleUploadedFile(name, content)})


@pytest.mark.parametrize("kind", ["jpeg", "png", "gif"])
def test_a_profile_picture_tells_nothing_of_who_took_it(client, media, kind):
    user = sign_in_journalist(client, make_home())
    for content in (telling_file(kind), file_of(kind, drawing((900, 600)))):
        assert save(client, f"somoni-rahmon.{kind}", content).status_code == 302
        avatar = UserProfile.objects.get(user=user).avatar
        stored = avatar.read()
        assert not [secret for secret in SECRETS if secret in stored]
        assert max(Image.open(BytesIO(stored)).size) <= 400
        assert re.fullmatch(r"avatar_images/avatar_[0-9a-f-]{36}_picture\.(jpg|png)", avatar.name)
    assert stored_files(media) == [avatar.name]
    assert client.get(reverse("wagtailadmin_account")).status_code == 200


@pytest.mark.parametrize(("name", "content", "said"), BAD.values(), ids=BAD)
def test_a_bad_profile_picture_is_refused_with_a_sentence(client, media, name, content, said):
    user = sign_in_journalist(client, make_home())
    answer = save(client, name, content)
    assert re.search(said, unescape(answer.content.decode()))
    assert stored_files(media) == []
    assert not UserProfile.objects.get(user=user).avatar
