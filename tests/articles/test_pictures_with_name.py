"""Before a name is protected, the screen leads to the pictures that hold it."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from django.urls import reverse

from tests.articles.test_protected_names import browser, make_keeper
from tests.factories import make_person, make_picture

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_messages_in_english")]


def test_pictures_that_hold_a_name_are_listed_and_no_others() -> None:
    person = make_person("Зульфия Зульфикарова", name_en="Zulfiya Zulfiqarova")
    holding = [
        make_picture(title="1", credit="Фото: Зульфия Зульфикарова"),
        make_picture(title="2", caption_ru="Слева Зульфия Зульфикарова"),
        make_picture(title="3", alt_text_en="Zulfiya Zulfiqarova at a desk"),
        make_picture(title="4, Zulfiya Zulfiqarova"),
    ]
    other = make_picture(title="Sparrows", credit="Zulfiya")
    client = browser(make_keeper())
    shown = client.get(f"{reverse('chorsu_articles_admin:protect_name')}?person={person.pk}")
    assert list(shown.context["pictures"]) == holding
    text = shown.content.decode()
    # Who has changed one comes back to the rest.
    back = f"?next={quote(shown.wsgi_request.get_full_path())}"
    assert all(reverse("wagtailimages:edit", args=[picture.pk]) + back in text for picture in holding)
    assert reverse("wagtailimages:edit", args=[other.pk]) not in text


def test_who_has_no_name_in_a_picture_is_told_of_none() -> None:
    make_picture(credit="A. Writer")
    person = make_person("Зульфия Зульфикарова")
    client = browser(make_keeper())
    address = reverse("chorsu_articles_admin:protect_name")
    for query in (f"?person={person.pk}", ""):
        answer = client.get(address + query)
        assert (answer.status_code, list(answer.context["pictures"])) == (200, [])
        assert "Pictures of the library" not in answer.content.decode()
