"""The file that says what becomes of authors, terms, kinds and fields."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from chorsu_archive.items import ArchiveError, Contributor, Options, Term, format_of
from chorsu_archive.mapping import Mapping
from chorsu_archive.models import ImportedItem
from chorsu_articles.models import AnalysisPage, EventReportPage, Person, SectionPage, Topic
from chorsu_articles.models.vocabularies import ProtectedIdentity
from tests.archive.made import bring, item, notes_of, write
from tests.factories import make_person

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("made_newsroom")]
AUTHORS = [
    Contributor("anna", "Анна Каримова", "Пишет о воде"),
    Contributor("ivan", "Иван Иванов"),
    Contributor("x", 'Имя "в кавычках"\\'),
]
TERMS = [
    Term("category", "news", "Новости", "ru", "c1"),
    Term("category", "navid", "Навид", "tg", "c1"),
    Term("category", "events", "Event reports"),
    Term("post_tag", "voda", "Вода"),
]


def archive(path: Path) -> Path:
    items = [
        item(
            1,
            authors=("anna", "ivan"),
            terms=(("category", "news"), ("post_tag", "voda")),
            fields={"seo": "О воде", "search_description": "Коротко"},
            kind="post",
        ),
        item(2, authors=("anna",), terms=(("category", "navid"),), language="tg", kind="post"),
        item(3, authors=("unknown", "x"), terms=(("category", "events"),), kind="page"),
    ]
    return write(path / "a.made", items, contributors=AUTHORS, terms=TERMS)


def proposed(path: Path) -> Mapping:
    return Mapping.of(format_of(path).open(path, Options()))


def events_section() -> str:
    slug: str = SectionPage.objects.get(kind="events", locale__language_code="ru").slug
    return slug


def test_a_dry_run_writes_a_file_that_is_read_as_it_was_written(tmp_path):
    make_person("Иван Иванов")
    Topic.objects.create(name_ru="Вода")
    file = tmp_path / "mapping.toml"
    call_command("import_archive", archive(tmp_path), dry_run=True, mapping=file, verbosity=0)
    data = tomllib.loads(file.read_text())
    assert data["authors"]["anna"] == {"name": "Анна Каримова", "person": "new", "items": 2}
    assert data["authors"]["ivan"]["person"] == Person.objects.get().slug
    assert data["authors"]["x"]["name"] == 'Имя "в кавычках"\\'
    assert data["authors"]["unknown"]["items"] == 1
    assert data["terms"]["category:c1"] == {"name": "Новости / Навид", "topic": "new", "section": "", "items": 2}
    assert data["terms"]["post_tag:voda"]["topic"] == Topic.objects.get().slug
    assert data["kinds"]["post"] == {"section": "", "items": 2}
    assert data["fields"]["seo"] == {"field": "", "items": 1}
    assert data["fields"]["search_description"]["field"] == "search_description"
    again = proposed(tmp_path / "a.made")
    assert again.answered(Mapping.read(file)).data == again.data
    assert not AnalysisPage.objects.exists()


def test_people_topics_and_fields_come_as_the_editor_chose(imports, tmp_path):
    other = make_person("Другой")
    mapping = proposed(archive(tmp_path))
    mapping.data["authors"]["ivan"]["person"] = other.slug
    mapping.data["authors"]["unknown"]["person"] = mapping.data["authors"]["x"]["person"] = ""
    mapping.data["terms"]["post_tag:voda"]["name"] = "Реки"
    mapping.data["fields"]["seo"]["field"] = "search_description"
    mapping.data["terms"]["category:events"]["section"] = events_section()
    imports(mapping=mapping)
    first = AnalysisPage.objects.get(slug="article-1")
    anna = Person.objects.get(name_ru="Анна Каримова")
    assert [link.person for link in first.author_links.all()] == [anna, other]
    assert anna.about_ru == "Пишет о воде"
    assert sorted(topic.name_ru for topic in first.topics.all()) == ["Новости", "Реки"]
    [both] = AnalysisPage.objects.get(slug="article-2").topics.all()
    assert (both.name_ru, both.name_tg) == ("Новости", "Навид")
    assert first.search_description == "О воде"
    assert not EventReportPage.objects.get(slug="article-3").author_links.exists()
    assert imports().counts == {"unchanged": 3}
    assert Person.objects.count() == 2


def test_what_is_left_out_is_told_by_number_or_note(imports, tmp_path):
    mapping = proposed(archive(tmp_path))
    mapping.data["kinds"]["page"]["section"] = "none"
    run = imports(mapping=mapping)
    assert run.counts == {"created": 2, "left_out": 1}
    assert notes_of(ImportedItem.objects.get(kind="page", key="1")) == [("dropped", "The field “seo” was left out.")]


def shop(path: Path) -> Path:
    """Return an archive of an article, products and a message."""
    of = {"kind": "product", "admission": "by_choice", "terms": (("category", "events"),)}
    message = {"kind": "feedback", "admission": "never", "authors": ("sender",), "fields": {"mail": "a@example.org"}}
    items = [item(1, kind="post"), item(2, title="Чайник &amp; чашка", **of), item(3, **of), item(4, **message)]
    return write(path / "a.made", items, terms=TERMS)


@pytest.mark.parametrize("answer", ["none", ""])
def test_what_is_no_article_comes_only_by_choice_and_messages_never(imports, tmp_path, answer):
    mapping = proposed(shop(tmp_path))
    assert mapping.data["kinds"]["product"] == {"section": "none", "items": 2, "example": "Чайник & чашка"}
    assert mapping.data["messages"] == {"feedback": {"items": 1}}
    assert "sender" not in mapping.data["authors"]
    assert mapping.data["fields"] == {}
    mapping.data["kinds"]["product"]["section"] = answer
    mapping.data["terms"]["category:events"]["section"] = events_section()
    mapping.data["kinds"]["feedback"] = {"section": "analysis", "items": 1}
    run = imports(mapping=mapping)
    assert run.counts == {"created": 1, "left_out": 2, "messages": 1}
    assert list(ImportedItem.objects.values_list("key", flat=True)) == ["1"]


def test_a_kind_that_was_chosen_comes_in_the_next_time_too_where_its_terms_say(imports, tmp_path):
    mapping = proposed(shop(tmp_path))
    mapping.data["kinds"]["product"]["section"] = "analysis"
    mapping.data["terms"]["category:events"]["section"] = events_section()
    mapping.write(file := tmp_path / "m.toml")
    run = imports(mapping=Mapping.read(file))
    assert run.counts == {"created": 3, "messages": 1}
    assert {page.slug for page in EventReportPage.objects.all()} == {"article-2", "article-3"}
    assert imports().counts == {"unchanged": 3, "messages": 1}


def test_the_command_says_what_stays_away_and_how_it_comes(tmp_path, capsys):
    call_command("import_archive", shop(tmp_path))
    told = capsys.readouterr().out
    for words in ("2 of the kind product, such as “Чайник & чашка”", "--mapping", "1 of the kind feedback"):
        assert words in told


def test_a_protected_person_is_nobody_of_an_archive(imports, tmp_path):
    person = make_person("Анна Каримова")
    path = archive(tmp_path)
    assert proposed(path).data["authors"]["anna"]["person"] == person.slug
    Person.objects.update(name_withheld=True)
    ProtectedIdentity.objects.create(person=person, texts={"name_ru": "Анна Каримова"})
    mapping = proposed(path)
    assert mapping.data["authors"]["anna"]["person"] == "new"
    mapping.data["authors"]["anna"]["person"] = person.slug
    with pytest.raises(ArchiveError, match=person.slug):
        mapping.check()
    imports()
    assert not person.authorships.exists()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[authors", "can't be read"),
        ("a = " + "[" * 100_000, "can't be read"),
        ("authors = 3", "isn't a mapping"),
        ("[authors]\nanna = 3", "isn't a mapping"),
        ('[authors.anna]\nperson = "nobody"', "nobody"),
        ('[terms."category:c1"]\nsection = "nowhere"', "nowhere"),
        ('[fields.seo]\nfield = "live"', "live"),
    ],
)
def test_a_wrong_file_is_refused_with_a_sentence(tmp_path, text, said):
    (file := tmp_path / "m.toml").write_text(text)
    with pytest.raises(CommandError, match=said):
        call_command("import_archive", archive(tmp_path), mapping=file)


def test_without_a_section_in_the_language_an_item_fails_with_a_sentence(tmp_path):
    SectionPage.objects.filter(locale__language_code="tg").delete()
    run = bring(archive(tmp_path))
    assert run.counts == {"created": 2, "failed": 1}
    assert "“tg”" in notes_of(ImportedItem.objects.get(what="failed"))[0][1]


def test_what_was_chosen_once_is_proposed_to_the_next_run_as_far_as_it_is_here(imports, tmp_path):
    mapping = proposed(archive(tmp_path))
    water = Topic.objects.create(name_ru="Реки", slug="rivers")
    mapping.data["authors"]["anna"]["person"] = ""
    mapping.data["terms"]["category:c1"]["topic"] = "rivers"
    imports(mapping=mapping)

    def answers():
        data = imports(is_preview=True).mapping
        return data["authors"]["anna"]["person"], data["terms"]["category:c1"]["topic"]

    assert answers() == ("", "rivers")
    AnalysisPage.objects.all().delete()
    water.delete()
    assert answers() == ("", "new")
