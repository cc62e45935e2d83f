"""What the editor says of an article that was withdrawn everywhere."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.urls import reverse
from wagtail.models import Locale

from chorsu_translation.services import start_translation
from chorsu_translation.withdrawal import withdraw_everywhere
from tests.factories import make_user
from tests.newsroom_copy import copy_newsroom
from tests.translation.newsroom import article, publish

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_messages_in_english")]


def test_the_editor_of_what_was_withdrawn_says_when_by_whom_and_the_way_back(client: Client) -> None:
    copy_newsroom()
    chief, translator = make_user("Chief editors"), make_user("Translators (tg)")
    chief.first_name, chief.last_name = "Zarina", "Karim"
    chief.save()
    source = article()
    tajik = Locale.objects.get(language_code="tg")
    target = publish(start_translation(source=source, locale=tajik, user=translator).specific)
    edit = reverse("wagtailadmin_pages:edit", args=[target.pk])
    back = reverse("chorsu_translation:bring_back", args=[target.pk])
    client.force_login(chief)
    assert "Withdrawn everywhere" not in client.get(edit).content.decode()
    withdraw_everywhere(page=source, user=chief, reason="A court asked for it.")
    told = BeautifulSoup(client.get(edit).content, "html.parser").select_one(".messages .warning")
    assert told is not None
    assert "Withdrawn everywhere" in told.text
    assert "Zarina Karim" in told.text
    assert told.a["href"] == back
    client.force_login(translator)
    told = BeautifulSoup(client.get(edit).content, "html.parser").select_one(".messages .warning")
    assert told is not None
    assert told.a is None
