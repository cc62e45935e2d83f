"""A page is brought into another language by translating it, not by copying it there."""

from __future__ import annotations

import pytest
from django.test import Client
from wagtail.models import Page

from tests.factories import make_article, make_home, make_section, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_messages_in_english")]


@pytest.fixture
def article() -> Page:
    return make_article(make_section(make_home("ru")))


@pytest.fixture
def admin(client: Client) -> Client:
    client.force_login(make_user(superuser=True))
    return client


def copy(admin: Client, page: Page, parent: object) -> str:
    data = {"new_title": "Copy", "new_slug": "copy", "new_parent_page": parent}
    return admin.post(f"/admin/pages/{page.pk}/copy/", data, follow=True).content.decode()


def test_a_copy_stays_in_its_language(admin: Client, article: Page) -> None:
    tajik = make_section(make_home("tg"), title="Таҳлил")
    assert "“Таҳлил” is in Тоҷикӣ." in copy(admin, article, tajik.pk)
    assert not Page.objects.filter(slug="copy").exists()
    copy(admin, article, article.get_parent().pk)
    assert Page.objects.get(slug="copy").locale == article.locale


@pytest.mark.parametrize("parent", ["", "x", "999999", "٣", "9" * 40])
def test_a_form_that_names_no_page_is_shown_again(admin: Client, article: Page, parent: str) -> None:
    assert "Choose the page below which the copy belongs." in copy(admin, article, parent)
    assert not Page.objects.filter(slug="copy").exists()
