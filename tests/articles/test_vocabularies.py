"""Vocabularies: names and columns by language, their forms and choosers, countries from CLDR."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.contrib.auth.models import Permission
from django.db import connection
from django.urls import reverse
from django.utils import translation
from wagtail.models import GroupPagePermission, ReferenceIndex

from chorsu_articles.columns import add_missing_columns, own_column_language
from chorsu_articles.models import Country, Organisation, Person, Topic
from chorsu_articles.models.vocabularies import fallbacks
from chorsu_articles.services.countries import COUNTRY_CODES, fill_countries
from tests.articles.conftest import sign_in_journalist
from tests.factories import make_article, make_home, make_person

pytestmark = pytest.mark.django_db


def test_a_name_falls_back_along_the_chain_of_its_language():
    topic = Topic.objects.create(name_ru="Вода", name_en="Water")
    assert [topic.localized_name(code) for code in ("ru", "tg", "en", "fa")] == ["Вода", "Вода", "Water", "Water"]
    with translation.override("tg"):
        assert str(topic) == "Вода"
        topic.name_tg = "Об"
        assert str(topic) == "Об"


@pytest.mark.sql
def test_order_follows_the_shown_name_not_the_column_of_the_active_language():
    for russian, tajik in (("Вода", "Об"), ("Миграция", None), ("Энергия", "")):
        Topic.objects.create(name_ru=russian, name_tg=tajik)
    for code, names in (("tg", ["Миграция", "Об", "Энергия"]), ("ru", ["Вода", "Миграция", "Энергия"])):
        with translation.override(code):
            assert [row.shown_name for row in Topic.objects.ordered_by_name()] == names


@pytest.mark.sql
def test_search_finds_a_name_in_any_language_and_case():
    Topic.objects.create(name_ru="Миграция, вода")
    names = {
        "Вода и «Верхний канал»": ("верхний", "ВЕРХНИЙ", "Об", "wat", "ерх", "канал вода", "вода верх об"),
        "Салтыков-Щедрин": ("салтыков-щедрин", "САЛТЫКОВ-ЩЕДРИН"),
    }
    Topic.objects.create(name_ru="Вода и «Верхний канал»", name_tg="Об", name_en="Water")
    Topic.objects.create(name_ru="Салтыков-Щедрин")
    with translation.override("ru"):
        for name, texts in names.items():
            assert [[row.name for row in Topic.objects.named(text)] for text in texts] == [[name]] * len(texts)


def test_a_slug_is_made_of_the_name_and_numbered():
    slugs = [Topic.objects.create(name_ru="Щедрый год").slug for _ in range(3)]
    assert slugs == ["shchedryy-god", "shchedryy-god-2", "shchedryy-god-3"]
    assert Organisation.objects.create(name_tg="Ҷамъият").slug == "jamiyat"


def test_countries_have_names_in_all_languages_and_edited_ones_stay():
    assert fill_countries() == len(COUNTRY_CODES)
    tajikistan = Country.objects.get(code="TJ")
    assert (tajikistan.name_ru, tajikistan.name_tg, tajikistan.name_en) == ("Таджикистан", "Тоҷикистон", "Tajikistan")
    kyrgyzstan = Country.objects.filter(code="KG")
    kyrgyzstan.update(name_ru="Кыргызская Республика", name_uz="")
    assert [fill_countries(), fill_countries()] == [1, 0]
    assert kyrgyzstan.values_list("name_ru", "name_uz").get() == ("Кыргызская Республика", "Qirgʻiziston")


@pytest.mark.parametrize("others", [(), ("change_names_ru",)])
def test_an_editor_of_one_language_changes_only_its_names(client, others):
    home = make_home("tg")
    user = sign_in_journalist(client, home, "change_person", "view_person", "change_names_tg", *others)
    change = Permission.objects.get(codename="change_page")
    GroupPagePermission.objects.create(group=user.groups.get(), page=home, permission=change)
    person = make_person("Иван", name_tg="Иван", position_ru="Редактор")
    url = reverse("wagtailsnippets_chorsu_articles_person:edit", args=[person.pk])
    html = client.get(url).content.decode()
    assert 'name="name_tg"' in html
    client.post(url, {"slug": person.slug, "name_tg": "Иванов", "name_ru": "Пётр", "position_ru": ""})
    person.refresh_from_db()
    assert (person.name_tg, person.name_ru, person.position_ru) == ("Иванов", "Иван", "Редактор")


def test_a_row_needs_a_name_in_some_language(admin):
    url = reverse("wagtailsnippets_chorsu_articles_person:add")
    assert admin.post(url, {"slug": ""}).status_code == 200
    assert admin.post(url, {"slug": "", "name_fa": "نویسنده"}).status_code == 302
    assert Person.objects.get().slug.isascii()


def test_the_chooser_searches_every_language(admin):
    make_person("Иван", name_tg="Ҷамшед")
    make_person("Пётр")
    url = reverse("wagtailsnippetchoosers_chorsu_articles_person:choose_results")
    html = admin.get(url, {"q": "ҷамшед"}).content.decode()
    assert "Иван" in html
    assert "Пётр" not in html


def test_deleting_tells_where_a_row_is_used(admin):
    topic = Topic.objects.create(name_ru="Вода")
    page = make_article(title="Где вода", topics=[topic])
    ReferenceIndex.create_or_update_for_object(page)
    usage = reverse("wagtailsnippets_chorsu_articles_topic:usage", args=[topic.pk])
    assert "Где вода" in admin.get(usage).content.decode()
    admin.post(reverse("wagtailsnippets_chorsu_articles_topic:delete", args=[topic.pk]))
    page.refresh_from_db()
    assert not page.topics.all()


def test_a_region_has_the_columns_of_its_language():
    assert own_column_language("ru-kg") == own_column_language("RU") == "ru"
    assert own_column_language("de") is None
    assert fallbacks("ru-kg")[:2] == ["ru", "en"]
    assert fallbacks("de")[0] == "en"


@pytest.mark.django_db
def test_with_nothing_to_add_migrate_may_be_called_inside_a_transaction():
    assert add_missing_columns(apps=apps, using="default") == []


@pytest.mark.sql
@pytest.mark.django_db(transaction=True)
def test_a_language_that_came_later_gets_its_columns_and_nothing_is_lost():
    Topic.objects.create(name_ru="Вода")
    with connection.cursor() as cursor:
        for name in ("name_fa", "description_fa"):
            cursor.execute(f"ALTER TABLE chorsu_articles_topic DROP COLUMN {name}")
    assert set(add_missing_columns(apps=apps, using="default")) == {
        "chorsu_articles_topic.name_fa",
        "chorsu_articles_topic.description_fa",
    }
    assert add_missing_columns(apps=apps, using="default") == []
    topic = Topic.objects.get()
    assert (topic.name_ru, topic.name_fa) == ("Вода", None)
    topic.name_fa = "آب"
    topic.save()
    assert [row.name_fa for row in Topic.objects.named("آب")] == ["آب"]
