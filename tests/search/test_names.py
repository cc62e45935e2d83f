"""Names and headlines: what a query names, and what readers are offered as they type."""

from __future__ import annotations

import pytest
from django.utils import translation
from wagtail.models import Page, PageViewRestriction

from chorsu_articles.models import Country, Organisation, PublicationAuthor, PublicationTranslator, Topic
from chorsu_search.documents import SearchDocument
from chorsu_search.models import NameWord
from chorsu_search.names import completions, direct_answers, start_of, starts_with, store_headlines
from chorsu_search.registry import NameSource, register_names
from chorsu_search.spelling.vocabulary import remember_words
from chorsu_search.writing import rebuild, sync
from tests.factories import days_ago, make_article, make_event, make_home, make_person, make_section

pytestmark = pytest.mark.django_db


def answered(text: str, language: str = "ru") -> list[tuple[str, str, int | None]]:
    """Return kind, name and count of what a text names."""
    with translation.override(language):
        found = direct_answers(text, language)
        return [(answer.kind, answer.entry.label.text, answer.details.count) for answer in found]


def offered(text: str, language: str = "ru") -> list[str]:
    with translation.override(language):
        return [item.text for item in completions(text, language)]


@pytest.fixture
def country() -> Country:
    names = {"name_ru": "Таджикистан", "name_tg": "Тоҷикистон", "name_en": "Tajikistan"}
    return Country.objects.update_or_create(code="TJ", defaults=names)[0]


def make_article_about(country: Country, language: str = "ru") -> None:
    make_article(make_section(make_home(language)), title="Газ", countries=[country])


def test_a_beginning_is_a_range_of_numbers():
    words = ["а", "аб", "абв", "абвг", "б", "\U0010ffff" * 3, "ab", "👍"]
    for beginning in ("а", "аб", "абв", "абвг", "\U0010ffff", "👍"):
        lowest, highest = starts_with(beginning)
        within = {word for word in words if lowest <= start_of(word) <= highest}
        assert within == {word for word in words if word[:3].startswith(beginning[:3])}
        assert highest < 2**63


def test_a_query_names_a_country_in_any_language_and_form(country):
    for language in ("ru", "tg"):
        make_article_about(country, language)
    assert answered("таджикистане") == [("Страна", "Таджикистан", 1)]
    for text in ("точикистон", "Tajikistan"):
        assert answered(text, "tg") == [("Кишвар", "Тоҷикистон", 1)]
    assert answered("вода таджикистана") == []
    assert answered("Таджикистан", "en") == [], "nothing was published about it in English"


def test_people_are_named_by_a_part_and_topics_by_the_whole():
    author, other = make_person("Далер Назаров"), make_person("Назар Каримов")
    topic = Topic.objects.create(name_ru="Вода и горы")
    make_article(author_links=[PublicationAuthor(person=author)], topics=[topic])
    make_article(
        make_section(slug="other"),
        author_links=[PublicationAuthor(person=other)],
        translator_links=[PublicationTranslator(person=author)],
    )
    assert answered("Назаров") == answered("назарова далера") == [("Человек", "Далер Назаров", 2)]
    assert answered("вода") == []
    assert answered("горы вода") == answered("вода и горы") == [("Тема", "Вода и горы", 1)]


def test_sections_and_organisations_answer_in_the_readers_language():
    russian = make_section(title="Анализ")
    make_section(make_home("tg"), title="Таҳлил", translation_key=russian.translation_key)
    make_article(russian)
    assert answered("анализ") == [("Раздел", "Анализ", 1)]
    assert answered("анализ", "tg") == [("Бахш", "Таҳлил", 0)]
    russian.delete()
    assert answered("анализ") == []
    Organisation.objects.create(name_ru="Союз садоводов")
    assert answered("союз садоводов") == [], "nothing names it"


def test_an_organisation_is_named_by_what_is_between_its_quotation_marks():
    make_event(organisers=[Organisation.objects.create(name_ru="Клуб «Открытые страницы»")])
    for text in ("открытые страницы", "клуб открытые страницы"):
        assert answered(text) == [("Организация", "Клуб «Открытые страницы»", 1)]
    assert answered("открытые") == answered("клуб") == []
    assert offered("отк") == ["Клуб «Открытые страницы»"]


def test_a_withheld_name_answers_nothing_and_is_never_offered():
    person = make_person("Тайный Автор")
    make_article(author_links=[PublicationAuthor(person=person)])
    assert answered("тайный") != []
    assert offered("тайн") == ["Тайный Автор"]
    type(person).objects.filter(pk=person.pk).update(name_withheld=True)  # whatever is still stored
    assert answered("тайный") == offered("тайн") == []
    person.name_withheld = True
    person.save()
    assert not NameWord.objects.filter(kind="person").exists()


def test_headlines_are_offered_from_the_second_letter_newest_first():
    section = make_section()
    make_article(section, title="Ҷумҳурии Тоҷикистон", slug="a", published_on=days_ago(2))
    make_article(section, title="Точка кипения", slug="b", published_on=days_ago(1))
    make_article(section, title="Кипяток: точно", slug="c", published_on=days_ago(3))
    make_article(section, title="Точка зрения", slug="d", live=False)
    sync()
    assert offered("т") == []
    assert offered("то") == ["Точка кипения", "Ҷумҳурии Тоҷикистон", "Кипяток: точно"]
    assert offered("точк") == ["Точка кипения"]
    assert offered("кип точ") == ["Точка кипения", "Кипяток: точно"]
    assert offered("кипяток точки") == offered("%") == offered("") == offered("\0\ud83d") == []
    page = Page.objects.get(slug="b").specific
    page.title = "Открытый план"
    page.save()
    sync()
    assert (offered("точк"), offered("план")) == ([], ["Открытый план"])


OFFERED = (
    ("ru", "gthtuj", "Переговоры о воде"), ("ru", "переговоры djl", "Переговоры о воде"), ("ru", ",fhr", "Барка"),
    ("ru", "pereg", "Переговоры о воде"), ("ru", "peregovory vod", "Переговоры о воде"), ("ru", "pe", ""),
    ("tg", "kitobkh", "Китобхонаи миллӣ"), ("tg", "rbnj", "Китобхонаи миллӣ"), ("fa", ";jhf", "کتابخانهٔ ملی"),
    ("en", "пдфс", "Glaciers in London"), ("en", "glaciers лонд", "Glaciers in London"),
)  # fmt: skip


def test_completions_forgive_the_layout_and_the_script():
    titles = {"ru": ("Переговоры о воде", "Барка"), "tg": ("Китобхонаи миллӣ",), "en": ("Glaciers in London",)}
    for language, headlines in (titles | {"fa": ("کتابخانهٔ ملی",)}).items():
        section = make_section(make_home(language))
        for number, title in enumerate(headlines):
            make_article(section, title=title, slug=f"page-{number}")
    sync()
    assert [(code, typed, "".join(offered(typed, code)[:1])) for code, typed, _title in OFFERED] == list(OFFERED)


def test_a_page_that_nobody_may_see_now_is_neither_offered_nor_counted():
    page = make_article(title="Секретный план", topics=[Topic.objects.create(name_ru="Вода")])
    sync()
    assert offered("секр") == ["Секретный план"]
    assert answered("вода") == [("Тема", "Вода", 1)]
    PageViewRestriction.objects.create(page=page, restriction_type=PageViewRestriction.LOGIN)
    assert offered("секр") == []
    assert answered("вода") == [("Тема", "Вода", 0)]
    sync()
    assert not NameWord.objects.filter(key=str(page.pk)).exists()


def test_a_rebuild_writes_what_is_missing_and_forgets_what_is_gone(country):
    make_article_about(country)
    NameWord.objects.all().delete()
    gone = SearchDocument(987654, "ru", {"headline": "газ"})
    store_headlines([gone])
    remember_words([gone])
    rebuild(languages=["ru"])
    assert offered("газ") == ["Газ"]
    assert offered("тадж") == ["Таджикистан"]
    assert not NameWord.objects.filter(key="987654").exists()


def test_a_kind_has_one_source():
    nobody = NameSource({"person": "Person"}, names=lambda _k, _n: (), labels=lambda _w: {}, entries=lambda _w, _r: {})
    with pytest.raises(ValueError, match="'person' have a source"):
        register_names(nobody)


def test_the_longest_text_costs_what_its_beginning_costs(django_assert_max_num_queries):
    make_article(title="Газ")
    sync()
    offered("газ")
    for text in ("газ " * 50_000, "я" * 500_000, "газ" + " " * 100_000):
        with django_assert_max_num_queries(6):
            offered(text)
        with django_assert_max_num_queries(1):
            answered(text[:300])
