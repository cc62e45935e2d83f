"""Addresses that nobody should ask for: a page that says so, never an error, and nothing that is private."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from wagtail.models import Locale, PageViewRestriction

from tests.factories import make_article, make_home, make_section

pytestmark = [pytest.mark.sql, pytest.mark.django_db]


@pytest.mark.parametrize(
    "address", ["/ru/%00", "/ru/feed/%00/", "/sitemap-%00.xml", "/documents/1/%00", "/media/%00", "/ru/" + "a" * 5000]
)
def test_an_address_with_nul_or_without_end_is_not_found(client: Client, address: str) -> None:
    make_home()
    assert client.get(address, follow=True).status_code == 404


@pytest.mark.parametrize("code", ["tg", "en"])
def test_an_address_with_nul_is_answered_in_its_language(client: Client, code: str) -> None:
    make_home("ru")
    make_home(code)
    response = client.get(f"/{code}/%00")
    assert response.status_code == 404
    assert response.headers["Content-Language"] == code
    assert f'<html lang="{code}"' in response.content.decode()


def test_the_switcher_does_not_name_a_private_translation(
    client: Client, django_capture_on_commit_callbacks: Any
) -> None:
    russian, tajik = make_home("ru"), make_home("tg")
    article = make_article(make_section(russian))
    section = make_section(tajik, slug="analysis", translation_key=article.get_parent().translation_key)
    translation = make_article(
        section,
        slug="secret-words",
        translation_key=article.translation_key,
        locale=Locale.objects.get(pk=tajik.locale_id),
    )
    assert "secret-words" in client.get(article.url).content.decode()

    with django_capture_on_commit_callbacks(execute=True):
        PageViewRestriction.objects.create(page=translation, restriction_type=PageViewRestriction.LOGIN)

    assert "secret-words" not in client.get(article.url).content.decode()
