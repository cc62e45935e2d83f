"""What Wagtail keeps of an upload whose form was never completed."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from wagtail.models import UploadedFile

from tests.articles.pictures import SECRETS, WAYS, stored_files, telling_file
from tests.factories import make_user

pytestmark = pytest.mark.django_db


def test_an_upload_that_nobody_completes_is_kept_for_two_days(client: Any, settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.CHORSU_ARTICLES = {"PRIVATE_FOLDER": str(tmp_path / "private")}
    client.force_login(make_user(superuser=True))
    content = telling_file("jpeg")
    for name in ("left.jpg", "new.jpg", "lost.jpg"):
        WAYS["several together"](client, name, content, title="t" * 300)
    left, new, lost = UploadedFile.objects.order_by("pk")
    # It is as it was sent, and so nothing that the web server hands out.
    assert SECRETS[0] in left.file.read()
    assert all(name.startswith("private/") for name in stored_files(tmp_path))
    left.file.close()
    os.utime(left.file.path, (0, 0))
    Path(lost.file.path).unlink()
    call_command("delete_expired")
    assert list(UploadedFile.objects.all()) == [new]
    assert stored_files(tmp_path) == [f"private/{new.file.name}"]
