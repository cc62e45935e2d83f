"""An export takes glossary, baselines, dates, menu and texts of the outlet along, and brings them back."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from itertools import chain
from pathlib import Path
from random import Random
from typing import Any

import pytest
from django.apps import apps
from django.core.files.base import ContentFile, File
from django.core.management import call_command
from django.utils import timezone
from PIL import Image
from wagtail.documents.models import Document
from wagtail.models import Collection, CollectionViewRestriction, Locale, ModelLogEntry, Page, PageViewRestriction, Site

from chorsu_archive.export import archive
from chorsu_archive.export.archive import write_archive
from chorsu_archive.mapping import Mapping
from chorsu_archive.models import ImportedItem, ImportRun
from chorsu_archive.report import report_of
from chorsu_articles.models import AnalysisPage, InfoPage, Picture, Publication, SectionPage, Topic
from chorsu_articles.pictures.files import prepare
from chorsu_translation.baselines import declare_untranslated, link_translation
from chorsu_translation.models import Baseline, Term, TranslationLink
from chorsu_translation.states import page_state
from cms.outlet import FooterEntry, MenuEntry, Outlet, SocialAddress
from tests.archive.made import notes_of, take_back
from tests.archive.test_newsroom_format import bring, change, write, write_rows
from tests.archive.varied import LANGUAGES, block, empty, listed, make_newsroom, read
from tests.factories import make_article, make_home, make_picture, make_section

pytestmark = pytest.mark.django_db
TEXT = "<p>The river rose by {} % in a year.</p>"


@pytest.fixture(autouse=True)
def _in_english(_messages_in_english):
    """Sentences are compared in English."""


@pytest.fixture
def outlet() -> Outlet:
    """Return the outlet of a newsroom that has arranged menu and footer."""
    home = make_home()
    section, topic = make_section(home), Topic.objects.create(name_ru="Вода", slug="water")
    about = home.add_child(instance=InfoPage(title="About", slug="about", locale=home.locale))
    row = Outlet(site=Site.objects.get(), name_ru="Чорсу", name_tg="Чорсӯ", accent="#1b4079", logo=make_picture())
    row.contacts_ru, row.editorial_policy = "Душанбе", about
    row.menu_entries.set([MenuEntry(label_ru="Темы"), MenuEntry(page=section), MenuEntry(topic=topic, inside=True)])
    row.footer_entries.set([FooterEntry(label_ru="О нас"), FooterEntry(page=about)])
    row.social_addresses.set([SocialAddress(name="Telegram", address="https://t.me/chorsu")])
    row.save()
    return row


def said(row: Outlet) -> dict[str, Any]:
    """Return what an outlet says, by words."""
    lines = [*row.menu_entries.order_by("sort_order"), *row.footer_entries.order_by("sort_order")]
    names = ("name_ru", "name_tg", "accent", "contacts_ru", "editorial_policy_id")
    facts = {name: getattr(row, name) for name in names}
    social = list(row.social_addresses.values_list("name", "address"))
    return facts | {"logo": bool(row.logo), "lines": list(map(str, lines)), "social": social}


def emptied(row: Outlet) -> Outlet:
    """Return an outlet of the same site that says nothing."""
    Outlet.objects.all().delete()
    return Outlet.objects.create(site=row.site)


def counts() -> dict[str, int]:
    """Return how many rows each model has, but for what is kept of imports themselves."""
    models = set(apps.get_models()) - {ImportedItem, ImportRun}
    return {model._meta.label: model._default_manager.count() for model in models}


ALL = {"take": ["outlet", "menu", "footer"]}


def test_an_export_brought_into_its_own_newsroom_makes_no_second_copies(tmp_path, outlet):
    for code in LANGUAGES:
        make_home(code)
    make_newsroom(0)
    locales = [Locale.objects.get(language_code=code) for code in ("ru", "tg")]
    Term.objects.create(source_locale=locales[0], target_locale=locales[1], source="вода", target="об")
    write(tmp_path / "out")
    before, words = counts(), said(outlet)
    call_command("import_archive", tmp_path / "out", **ALL)
    assert counts() == before
    assert said(Outlet.objects.get()) == words
    run = ImportRun.objects.get()
    assert run.counts == {"kept": Publication.objects.count()}
    row = run.items.filter(kind="page").first()
    assert notes_of(row) == [("dropped", "It is here already, so it stays.")]
    assert take_back(run) == []
    assert counts() == before


def test_of_what_was_deleted_since_the_files_that_are_here_are_used(tmp_path):
    restricted = Collection.get_first_root_node().add_child(name="Secret")
    other = Collection.get_first_root_node().add_child(name="Papers")
    CollectionViewRestriction.objects.create(collection=restricted, restriction_type="login")
    facts = {"title": "Paper", "file": ContentFile(b"A paper.\n", "a.txt")}
    closed, paper = (
        Document.objects.create(**facts, collection=restricted),
        Document.objects.create(**facts, collection=other),
    )
    stream = BytesIO()
    Image.frombytes("RGB", (60, 40), Random(1).randbytes(7200)).save(stream, "JPEG", quality=95)
    picture = Picture.objects.create(title="River", file=prepare(File(stream), "river.jpg"))
    for row in (closed, paper, picture):
        row.get_file_hash()
        row.save()
    text = f'<p><a linktype="document" id="{paper.pk}">Paper</a></p>'
    page = make_article(main_picture=picture, body=json.dumps([block("paragraph", text)]))
    page.save_revision().publish()
    write(tmp_path / "out")
    page.delete()
    bring(tmp_path / "out")
    page = AnalysisPage.objects.get()
    assert page.main_picture == Picture.objects.get() == picture
    assert f'id="{paper.pk}"' in page.body.raw_data[0]["value"]
    assert set(Document.objects.all()) == {closed, paper}


@pytest.fixture
def glossary() -> Iterator[list[Term]]:
    locales = {code: make_home(code).locale for code in ("ru", "tg", "en")}
    pair = {"source_locale": locales["ru"], "target_locale": locales["tg"]}
    terms = [Term(**pair, source="вода", target="об", forbidden="ҷӯй", note="Ӯ", approved_at=timezone.now())]
    terms.append(Term(**pair, source="Душанбе", target="Душанбе"))
    terms.append(Term(source_locale=locales["en"], target_locale=locales["tg"], source="water", target="об"))
    return Term.objects.bulk_create(terms)


def terms() -> set[tuple[Any, ...]]:
    names = ("source_locale__language_code", "target_locale__language_code", "source", "target", "forbidden", "note")
    return set(Term.objects.values_list(*names, "approved_at"))


def test_the_glossary_comes_back_and_what_is_here_stays(tmp_path, glossary):
    before = terms()
    write(tmp_path / "out")
    Term.objects.exclude(pk=glossary[1].pk).delete()
    Term.objects.update(target="Душанбе-шаҳр")
    preview = bring(tmp_path / "out", is_preview=True)
    assert Term.objects.count() == 1
    run = bring(tmp_path / "out")
    titles = {"вода → об", "water → об"}
    for each in (preview, run):
        assert {(row["title"], str(row["happened"])) for row in report_of(each)["others"]} >= {
            (title, "term") for title in titles
        }
    here = {row for row in before if row[2] != "Душанбе"}
    assert terms() == here | {("ru", "tg", "Душанбе", "Душанбе-шаҳр", "", "", None)}
    Term.objects.filter(source="water").update(note="Ours")
    assert take_back(run) == ["water → об: somebody changed it here since."]
    assert set(Term.objects.values_list("source", flat=True)) == {"Душанбе", "water"}


def test_a_term_of_a_language_that_isnt_here_is_left_out_and_named(tmp_path, glossary):
    write(tmp_path / "out")
    Page.objects.get(locale__language_code="en").delete()
    Locale.objects.get(language_code="en").delete()
    Term.objects.all().delete()
    run = bring(tmp_path / "out")
    assert Term.objects.count() == 2
    [row] = run.items.filter(what="failed")
    assert (row.title, notes_of(row)) == ("water → об", [("broken", "Not there: en")])


@pytest.mark.parametrize("values", [{"source": "x" * 300}, {"target_locale": "en"}, {"approved_at": "now"}], ids=str)
def test_a_term_that_no_form_takes_ends_the_import_with_a_sentence(tmp_path, glossary, values):
    write(tmp_path / "out")
    Term.objects.all().delete()
    name = "chorsu_translation.term"
    first, *_others = listed(tmp_path / "out", name)
    write_rows(tmp_path / "out", name, first | values)
    assert "lists of the export" in bring(tmp_path / "out").problem
    assert not Term.objects.exists()


def test_nothing_of_menu_and_texts_comes_without_a_choice(tmp_path, outlet, capsys):
    write(tmp_path / "out")
    row = emptied(outlet)
    call_command("import_archive", tmp_path / "out")
    assert "3 of the part menu; --take menu" in capsys.readouterr().out
    call_command("import_archive", tmp_path / "out", take=["menus"])
    assert "The archive has no part menus." in capsys.readouterr().out
    nothing = said(row)
    assert said(Outlet.objects.get()) == nothing
    call_command("import_archive", tmp_path / "out", take=["menu"])
    assert said(Outlet.objects.get()) == nothing | {"lines": ["Темы", "Analysis", "Вода"]}
    # Which newsroom it is of, anybody's export may say.
    assert bring(tmp_path / "out", is_preview=True).mapping["parts"]["menu"]["take"] == ""


def test_menu_and_texts_that_were_chosen_come_back_where_nothing_is_and_are_taken_back(tmp_path, outlet):
    words = said(outlet)
    write(tmp_path / "out")
    row = emptied(outlet)
    row.name_ru = "Наше"
    row.save()
    nothing = said(row)
    call_command("import_archive", tmp_path / "out", dry_run=True, **ALL)
    assert said(Outlet.objects.get()) == nothing
    call_command("import_archive", tmp_path / "out", **ALL)
    assert said(Outlet.objects.get()) == words | {"name_ru": "Наше"}
    assert ModelLogEntry.objects.filter(action="chorsu_archive.import", object_id=row.pk).exists()
    preview, run = ImportRun.objects.order_by("pk")
    for each in (preview, run):
        titles = set(each.items.filter(model="chorsu_cms.outlet").values_list("title", flat=True))
        assert titles >= {"Name (Тоҷикӣ): Чорсӯ", "lines of the menu: 3", "social addresses: 1"}
        [group] = [group for name, group in report_of(each)["numbers"].items() if name == "parts"]
        assert ("menu", "Menu: it fills what is empty", 3) in group["rows"]
    outlet = Outlet.objects.get()
    outlet.footer_entries.first().delete()
    assert take_back(run) == ["lines of the footer: 2: somebody changed it here since."]
    assert said(Outlet.objects.get()) == nothing | {"lines": ["About"]}


def test_all_of_an_emptied_newsroom_is_taken_back(tmp_path, outlet):
    section = SectionPage.objects.get()
    article = make_article(section, main_picture=outlet.logo)
    article.save_revision().publish()
    outlet.menu_entries.add(MenuEntry(page=article))
    outlet.save()
    words = said(outlet)
    write(tmp_path / "out")
    nothing = said(emptied(outlet))
    InfoPage.objects.get().delete()
    empty()
    run = bring_all(tmp_path / "out")
    assert said(Outlet.objects.get()) == words | {"editorial_policy_id": InfoPage.objects.get().pk}
    assert take_back(run) == []
    assert said(Outlet.objects.get()) == nothing
    assert not Page.objects.type(SectionPage, InfoPage, Publication).exists()
    assert not Picture.objects.exists()


def test_a_line_without_what_it_leads_to_is_left_out_and_named(tmp_path, outlet):
    section = SectionPage.objects.get()
    outlet.menu_entries.filter(page=section).update(label_ru="Раздел")
    write(tmp_path / "out")
    emptied(outlet)
    [row] = listed(tmp_path / "out", "chorsu_cms.outlet")
    row["menu_entries"][2]["label_ru"], row["menu_entries"][2]["topic"] = "Тема", "nothing"
    row["menu_entries"].append({"label_ru": "Two", "topic": "water", "address": "https://example.org/"})
    row["social_addresses"] *= 21
    write_rows(tmp_path / "out", "chorsu_cms.outlet", row)
    call_command("import_archive", tmp_path / "out", take=["menu", "footer"])
    outlet = Outlet.objects.get()
    assert list(map(str, outlet.menu_entries.all())) == ["Темы", "Раздел"]
    assert outlet.social_addresses.count() == 20
    told = map(notes_of, ImportedItem.objects.filter(what="filled"))
    notes = {text for _kind, text in chain.from_iterable(told)}
    assert {"Not there: nothing", "The first 20 lines came; there may be no more."} <= notes
    assert any("leads to one place" in text and text.endswith("Two") for text in notes)


@pytest.mark.parametrize(
    "edit",
    [
        lambda row: row.update(accent="#ffff00"),
        lambda row: row.update(name_ru="x" * 101),
        lambda row: row.update(licence_url="javascript:alert(1)"),
        lambda row: row["menu_entries"][0].update(address="javascript:alert(1)"),
        lambda row: row.update(menu_entries=["x"]),
        lambda row: row.update(footer_entries={"a": 1}),
    ],
)
def test_what_no_form_takes_ends_the_import_with_a_sentence(tmp_path, outlet, edit):
    write(tmp_path / "out")
    nothing = said(emptied(outlet))
    [row] = listed(tmp_path / "out", "chorsu_cms.outlet")
    edit(row)
    write_rows(tmp_path / "out", "chorsu_cms.outlet", row)
    assert "lists of the export" in bring_all(tmp_path / "out").problem
    assert said(Outlet.objects.get()) == nothing


def bring_all(folder: Path) -> ImportRun:
    answers = {"parts": {part: {"take": "yes"} for part in ALL["take"]}}
    return bring(folder, mapping=Mapping(answers))


def test_a_line_to_a_private_page_stays_out_of_the_export(tmp_path, outlet):
    PageViewRestriction.objects.create(page=SectionPage.objects.get(), restriction_type="login")
    outlet.menu_entries.filter(page__isnull=False).update(label_ru="Раздел")
    write(tmp_path / "out")
    [row] = listed(tmp_path / "out", "chorsu_cms.outlet")
    assert [line["label_ru"] for line in row["menu_entries"]] == ["Темы", None]


def test_an_information_page_keeps_the_day_of_its_first_publication(tmp_path):
    home = make_home()
    page = home.add_child(instance=InfoPage(title="About", slug="about", locale=home.locale))
    page.save_revision().publish()
    first, last = datetime(2019, 3, 1, 8, tzinfo=UTC), datetime(2020, 3, 1, 8, tzinfo=UTC)
    Page.objects.filter(pk=page.pk).update(first_published_at=first, last_published_at=last)
    write(tmp_path / "out")
    page.delete()
    bring(tmp_path / "out")
    found = InfoPage.objects.get()
    assert (found.first_published_at, found.last_published_at) == (first, last)


def translated(code: str, source: AnalysisPage) -> AnalysisPage:
    facts = {
        "title": f"{source.title} {code}",
        "slug": f"{source.slug}-{code}",
        "translation_key": source.translation_key,
    }
    page = make_article(make_section(make_home(code)), **facts)
    page.save_revision().publish()
    link_translation(source=source, target=page)
    page.refresh_from_db()
    return page


def rewrite(page: AnalysisPage, number: int) -> None:
    page.body = json.dumps([block("paragraph", TEXT.format(number)) | {"id": "b"}])
    page.save_revision().publish()


@pytest.fixture
def translations() -> dict[str, str]:
    """Make a source with a translation of each kind, and return their states by language."""
    source = make_article(title="River", slug="river")
    rewrite(source, 12)
    other = make_article(source.get_parent().specific, title="Other", slug="other")
    other.save_revision().publish()
    for code in ("tg", "en", "kk"):
        translated(code, source)
    page = AnalysisPage.objects.get(locale__language_code="tg")
    second = translated("uz", page)
    TranslationLink.objects.filter(target__locale__language_code="kk").update(adapted=True)
    source.refresh_from_db()
    text = f'<p>The <a linktype="page" id="{other.pk}">river</a> rose by 13 % in a year.</p>'
    source.body = json.dumps([block("paragraph", text) | {"id": "b"}])
    source.save_revision().publish()
    link_translation(source=source, target=AnalysisPage.objects.get(locale__language_code="en"))
    assert second.translation_key == source.translation_key
    return states()


def states() -> dict[str, str]:
    pages = AnalysisPage.objects.filter(slug__startswith="river-").select_related("locale")
    return {page.locale.language_code: str(page_state(page)) for page in pages}


def followed() -> dict[str, Any]:
    """Return by language the source, whether it is adapted, and the words of the baseline."""
    links = TranslationLink.objects.select_related("target__locale", "source__locale", "live_baseline")
    return {
        link.target.locale.language_code: (
            link.source.locale.language_code,
            link.adapted,
            link.live_baseline.digest,
            [[path, index] for path, index, _html in link.live_baseline.units],
        )
        for link in links
    }


def test_translations_are_as_outdated_as_they_were(tmp_path, translations):
    assert translations == {"tg": "outdated", "en": "live", "kk": "live", "uz": "live"}
    before = followed()
    write(tmp_path / "out")
    empty()
    preview = bring(tmp_path / "out", is_preview=True)
    run = bring(tmp_path / "out")
    assert states() == translations
    assert followed() == before
    for each in (preview, run):
        told = [row.language for row in each.items.filter(kind="page") if "source has changed" in str(row.notes)]
        assert sorted(told) == ["kk", "tg"]
    write(tmp_path / "again")
    names = [path.relative_to(tmp_path / "out") for path in (tmp_path / "out").glob("articles/*/*.json")]
    for name in names:
        one, two = (read(tmp_path / folder / name)["chorsu"] for folder in ("out", "again"))
        assert one["translation"] == two["translation"]
    assert take_back(run) == []
    assert not Baseline.objects.exists()


def test_an_untranslated_text_stays_so(tmp_path):
    source = make_article(title="River", slug="river")
    rewrite(source, 12)
    declare_untranslated(target=translated("tg", source))
    assert states() == {"tg": "outdated"}
    write(tmp_path / "out")
    empty()
    bring(tmp_path / "out")
    assert states() == {"tg": "outdated"}


LOST = "What its source said when it was translated can't be read: it counts as up to date."


def of_tajik(folder: Path) -> str:
    [path] = folder.glob("articles/tg/*.json")
    return path.relative_to(folder).as_posix()


@pytest.mark.parametrize(
    "values",
    [
        {"units": "too long"},
        {"units": [["body"]]},
        {"reading": 1},
        {"units": [[1, {}, []]]},
        {"adapted": 1, "units": 7},
    ],
    ids=str,
)
def test_a_baseline_that_cant_be_used_is_told(tmp_path, translations, values):
    write(tmp_path / "out")
    empty()
    name = of_tajik(tmp_path / "out")

    def edit(row: Any) -> Any:
        own = row["chorsu"]
        return row | {"chorsu": own | {"translation": own["translation"] | values}}

    change(tmp_path / "out", name, edit)
    run = bring(tmp_path / "out")
    assert run.state == "done"
    assert states()["tg"] == "live"
    [row] = run.items.filter(kind="page", language="tg")
    assert ("dropped", LOST) in notes_of(row)


def test_a_source_that_is_too_long_is_counted_and_told(tmp_path, translations, monkeypatch):
    monkeypatch.setattr(archive, "LARGEST_UNITS", 50)
    assert write_archive(tmp_path / "out")["translations whose former source is too long"] == 2
    empty()
    run = bring(tmp_path / "out")
    told = [row.language for row in run.items.filter(kind="page") if ("dropped", LOST) in notes_of(row)]
    assert sorted(told) == ["kk", "tg"]


def test_a_page_becomes_no_translation_of_another_article(tmp_path, translations):
    write(tmp_path / "out")
    empty()
    ours = make_article(title="Ours", slug="ours")
    change(
        tmp_path / "out",
        of_tajik(tmp_path / "out"),
        lambda row: row | {"chorsu": row["chorsu"] | {"translated_from": f"{ours.translation_key}/ru"}},
    )
    bring(tmp_path / "out")
    assert not TranslationLink.objects.filter(source=ours).exists()


def test_what_could_run_in_a_baseline_is_taken_out(tmp_path, translations):
    write(tmp_path / "out")
    empty()
    units = [["body.b", 0, "The <script>alert(1)</script><b onclick=x>river</b>\ud800"]]
    change(
        tmp_path / "out",
        of_tajik(tmp_path / "out"),
        lambda row: row | {"chorsu": row["chorsu"] | {"translation": row["chorsu"]["translation"] | {"units": units}}},
    )
    bring(tmp_path / "out")
    link = TranslationLink.objects.get(target__locale__language_code="tg")
    assert link.live_baseline.units == [["body.b", 0, "The <b>river</b>"]]
