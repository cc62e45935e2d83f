"""Who signs in to the admin in these tests."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.test import Client
from wagtail.models import Collection, GroupCollectionPermission, GroupPagePermission
from wagtail.users.models import UserProfile

from chorsu_articles.models import HomePage


@pytest.fixture
def admin(client) -> Client:
    """Return a client signed in as somebody who may do everything and reads the admin in English."""
    user = get_user_model().objects.create_superuser("admin", "admin@example.com", "password")
    UserProfile.objects.create(user=user, preferred_language="en")
    client.force_login(user)
    client.user = user  # type: ignore[attr-defined]
    return client


@pytest.fixture
def media(settings, tmp_path) -> Path:
    """Let files be stored in a folder of the test's own."""
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def folders(settings, tmp_path) -> Path:
    """Let files be stored in a public and a private folder of the test's own."""
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.CHORSU_ARTICLES = {"PRIVATE_FOLDER": str(tmp_path / "private")}
    return tmp_path


def sign_in_journalist(client: Client, home: HomePage, *codenames: str) -> Any:
    """Sign in as a journalist of one language with these rights beside the admin's own; return the user."""
    user = get_user_model().objects.create_user("journalist", "journalist@example.com", "password")
    group = Group.objects.create(name="Journalists of the test")
    for codename in ("access_admin", *codenames):
        group.permissions.add(Permission.objects.get(codename=codename))
    GroupPagePermission.objects.create(group=group, page=home, permission=Permission.objects.get(codename="add_page"))
    for codename in ("add_image", "choose_image"):
        permission = Permission.objects.get(codename=codename, content_type__app_label="wagtailimages")
        GroupCollectionPermission.objects.create(
            group=group, collection=Collection.get_first_root_node(), permission=permission
        )
    user.groups.add(group)
    client.force_login(user)
    return user
