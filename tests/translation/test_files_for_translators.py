"""Files for translators outside: taken out, changed as a tool changes them, and brought in."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.models import Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from lxml import etree
from wagtail.models import Locale, Page, PageLogEntry

from chorsu_articles.models import AnalysisPage
from chorsu_editorial.reading import all_leaves
from chorsu_translation.exchange import xliff
from chorsu_translation.planning import request_translation
from chorsu_translation.starting import EMPTY, start_translation
from tests.factories import make_user, signed_in
from tests.translation.desk_of_two import publish
from tests.translation.newsroom import article
from tests.translation.stories_of_two import admin, stored, story_pair, written

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_messages_in_english")]
Words = Callable[[str], str]


def address(*pages: Page, language: str = "tg") -> str:
    return f"{reverse('chorsu_translation:files')}?language={language}&" + "&".join(f"id={page.pk}" for page in pages)


def taken_out(user: Any, *pages: Page, version: str = "2.1", language: str = "tg") -> bytes:
    answer = signed_in(user).post(address(*pages, language=language), {"version": version})
    assert answer.headers["Content-Type"] == "application/xliff+xml", shown(answer)
    assert b".xlf" in answer.headers["Content-Disposition"].encode()
    return bytes(answer.content)


def other_words(text: str) -> str:
    return f"Тоҷикӣ {text}" if text.strip() else text


def translated(document: bytes, words: Words = other_words) -> bytes:
    """Return the file after a tool wrote a translation for each source: texts in other words, codes as they are."""
    root = etree.fromstring(document)
    for source in list(root.iter("{*}source")):
        target = deepcopy(source)
        target.tag, target.tail = source.tag.replace("}source", "}target"), source.tail
        for each in target.iter():
            each.text = words(each.text or "")
            each.tail = words(each.tail or "") if each is not target else each.tail
        for former in source.getparent().findall("{*}target"):
            source.getparent().remove(former)
        if "".join(target.itertext()).strip():
            source.addnext(target)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def shown(answer: Any) -> str:
    main = BeautifulSoup(answer.content, "html.parser").select_one("main .nice-padding")
    assert main is not None
    return " ".join(main.get_text(" ", strip=True).split())


def brought_in(user: Any, document: bytes) -> str:
    """Return what the screen says."""
    upload = SimpleUploadedFile("text.xlf", document)
    answer = signed_in(user).post(reverse("chorsu_translation:files"), {"file": upload})
    return shown(answer)


def latest(page: Page) -> Any:
    return Page.objects.get(pk=page.pk).get_latest_revision_as_object()


def texts(page: Page) -> list[str]:
    return [leaf.text for leaf in all_leaves(latest(page)) if leaf.compared]


@pytest.fixture
def target(source: AnalysisPage, translator: Any, tajik: Locale) -> Page:
    return start_translation(source=source, locale=tajik, user=translator)


@pytest.mark.thorough
@pytest.mark.parametrize("version", ["2.1", "1.2"])
def test_a_file_goes_out_and_comes_back_translated(
    source: AnalysisPage, target: Page, translator: Any, version: str
) -> None:
    request_translation(page=source, locale=target.locale, user=admin(), note="Коротко, пожалуйста")
    document = taken_out(translator, target, version=version)
    assert "Коротко, пожалуйста" in document.decode()
    former = Page.objects.get(pk=target.pk).latest_revision
    said = brought_in(translator, translated(document))
    assert "6 texts were brought into the draft." in said
    found = Page.objects.get(pk=target.pk)
    assert found.latest_revision != former
    assert found.latest_revision.user == translator
    assert texts(target)[:2] == ["Тоҷикӣ Вода и ледники", "Тоҷикӣ Лид"]
    assert latest(target).body[0].value.source == "<p>Тоҷикӣ Первый.</p><p>Тоҷикӣ Второй.</p>"
    actions = PageLogEntry.objects.filter(page=target.pk, action__endswith="_file").order_by("pk")
    assert [entry.action for entry in actions] == [
        "chorsu_translation.take_out_file",
        "chorsu_translation.bring_in_file",
    ]
    history = signed_in(translator).get(reverse("wagtailadmin_pages:history", args=[target.pk])).content.decode()
    assert "File for translators outside: brought in, texts: 6" in history
    # The same file a second time says nothing new.
    assert "The file says what the page says." in brought_in(translator, translated(document))


def test_what_is_done_goes_out_with_its_translation_and_state(target: Page, translator: Any) -> None:
    written(target, "lead", "Муқаддима")
    document = taken_out(translator, target).decode()
    assert '<segment state="translated"><source>Лид</source><target>Муқаддима</target>' in document
    # A copy of the source is no translation.
    assert '<segment state="initial"><source>Вода и ледники</source></segment>' in document


def test_links_stay_with_their_words_where_a_translation_has_them_in_another_order(
    translator: Any, tajik: Locale, newsroom: None
) -> None:
    one, two = (f'<a href="https://example.org/{each}">{each}</a>' for each in ("one", "two"))
    source = article(slug="ssylki", body=[("paragraph", f"<p>{one} и {two}.</p>")])
    target = start_translation(source=source, locale=tajik, user=translator)
    written(target, f"body.{source.body[0].id}", f"<p>{two} ва {one}.</p>")
    document = taken_out(translator, target).replace("ва".encode(), "ва ниҳоят".encode())
    assert "1 text was brought into the draft." in brought_in(translator, document)
    assert latest(target).body[0].value.source == f"<p>{two} ва ниҳоят {one}.</p>"
    # A tool that begins with a copy of the source has its order.
    brought_in(translator, translated(taken_out(translator, target), lambda text: text.replace("и", "ва") or text))
    assert latest(target).body[0].value.source == f"<p>{one} ва {two}.</p>"


@pytest.mark.thorough
def test_articles_go_out_together_and_what_is_not_begun_is_named(
    source: AnalysisPage, target: Page, translator: Any, tajik: Locale
) -> None:
    second = article(title="Дороги", slug="dorogi")
    other = start_translation(source=second, locale=tajik, user=translator)
    third = article(title="Ничего", slug="nichego")
    screen = shown(signed_in(translator).get(address(source, second, third)))
    assert "Not begun in this language" in screen
    assert screen.count("Ничего") == 1
    document = taken_out(translator, source, second, third)
    assert not Page.objects.filter(translation_key=third.translation_key, locale=tajik).exists()
    assert "Ничего" not in document.decode()
    said = brought_in(translator, translated(document))
    assert said.count("texts were brought into the draft.") == 2
    assert [latest(page).title for page in (target, other)] == ["Тоҷикӣ Вода и ледники", "Тоҷикӣ Дороги"]
    for page in (target, other):
        history = signed_in(translator).get(reverse("wagtailadmin_pages:history", args=[page.pk])).content.decode()
        assert "File for translators outside: taken out" in history
        assert "File for translators outside: brought in" in history


def test_a_file_of_another_version_of_the_source_brings_what_still_fits(
    source: AnalysisPage, target: Page, translator: Any
) -> None:
    document = translated(taken_out(translator, target))
    block = source.body[0]
    body = [{"type": "paragraph", "id": block.id, "value": "<p>Новый.</p><p>Второй.</p><p>Первый, иначе.</p>"}]
    publish(AnalysisPage.objects.get(pk=source.pk), body=body)
    said = brought_in(translator, document)
    assert "The source says something else by now." in said
    assert ("Первый." in said, "Второй." in said) == (True, False)
    assert "5 texts were brought into the draft." in said
    assert latest(target).title == "Тоҷикӣ Вода и ледники"
    assert "Тоҷикӣ Второй." in latest(target).body[0].value.source


def test_what_was_written_here_meanwhile_stays(target: Page, translator: Any) -> None:
    document = taken_out(translator, target)
    written(target, "lead", "Инҷо навишта шуд")
    # The translator outside left everything as it was: nothing of what was written here goes.
    brought_in(translator, document)
    assert (latest(target).lead, latest(target).title) == ("Инҷо навишта шуд", "Вода и ледники")
    said = brought_in(translator, translated(document))
    assert "It was translated here since the file was taken out." in said
    assert (latest(target).lead, latest(target).title) == ("Инҷо навишта шуд", "Тоҷикӣ Вода и ледники")


@pytest.mark.parametrize("body", ["copied", "empty", "grown"])
def test_a_translation_that_lacks_paragraphs_gets_them(
    source: AnalysisPage, translator: Any, tajik: Locale, body: str
) -> None:
    html = '<h3>Реки</h3><p>Со <a href="https://example.org/">ссылкой</a>.</p>'
    source = publish(source, body=[("paragraph", html)])
    target = start_translation(
        source=source, locale=tajik, user=translator, start_with=EMPTY if body == "empty" else "copy"
    )
    if body == "grown":
        brought_in(translator, translated(taken_out(translator, target)))
        value = html.replace("</h3>", "</h3><ul><li>Новое</li></ul>")
        publish(source, body=[{"type": "paragraph", "id": source.body[0].id, "value": value}])
    said = brought_in(translator, translated(taken_out(translator, target)))
    assert "brought into the draft" in said
    found = latest(target).body[0].value.source
    assert found.replace("<ul><li>Тоҷикӣ Новое</li></ul>", "") == (
        '<h3>Тоҷикӣ Реки</h3><p>Тоҷикӣ Со <a href="https://example.org/">Тоҷикӣ ссылкой</a>Тоҷикӣ .</p>'
    )
    assert ("Новое" in found) is (body == "grown")


@pytest.mark.thorough
@pytest.mark.parametrize("own", ["<h2>Якум</h2>", "<p>Якум</p><hr/>", "<ul><li>Якум</li></ul>"])
def test_a_translation_with_markup_of_its_own_keeps_it(source: AnalysisPage, translator: Any, own: str) -> None:
    source = publish(source, body=[("paragraph", "<p>Первый.</p>")])
    target = start_translation(source=source, locale=Locale.objects.get(language_code="tg"), user=translator)
    block = {"type": "paragraph", "id": source.body[0].id}
    publish(source, body=[{**block, "value": "<p>Первый.</p><p>Второй.</p>"}])
    written(target, f"body.{source.body[0].id}", own)
    said = brought_in(translator, translated(taken_out(translator, target)))
    assert "The translation has no paragraph for it yet. Второй." in said
    assert latest(target).body[0].value.source.replace("Тоҷикӣ Первый.", "Якум") == own


@pytest.mark.thorough
def test_tables_and_child_rows_go_out_and_come_back(settings: Any) -> None:
    settings.CHORSU_TRANSLATION = {}
    pair, user = story_pair(), admin()
    former = texts(pair.target)
    said = brought_in(
        user, translated(taken_out(user, pair.target), lambda text: text.strip() and f"Тоҷикӣ Тоҷикӣ {text}")
    )
    assert "brought into the draft" in said
    now = texts(pair.target)
    assert [text.count("Тоҷикӣ") for text in now] == [2 * text.count("Тоҷикӣ") for text in former]
    assert stored(latest(pair.target))[4]["value"]["rows"][0]["values"][2] == 12.5
    row = latest(pair.target).links.first().title
    document = translated(taken_out(user, pair.target), lambda text: text.replace("Karte der Pegel", "Д" * 300))
    assert "one that is too long for its field. Karte der Pegel" in brought_in(user, document)
    assert latest(pair.target).links.first().title == row


def with_codes(document: bytes, change: Callable[[Any], None]) -> bytes:
    root = etree.fromstring(translated(document))
    change(root)
    return etree.tostring(root)


def drop_link(root: Any) -> None:
    for target in root.iter("{*}target"):
        for code in target.findall("{*}pc"):
            target.remove(code)


def say_nothing(root: Any) -> None:
    for target in list(root.iter("{*}target"))[:1]:
        target.text = "  "


def say_too_much(root: Any) -> None:
    next(iter(root.iter("{*}target"))).text = "Д" * 300


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (drop_link, "Tags are missing, too many or in a wrong place: <a> Со ссылкой."),
        (say_nothing, "It has no translation, or one that is too long for its field."),
        (say_too_much, "It has no translation, or one that is too long for its field."),
    ],
)
def test_a_text_that_cannot_be_taken_is_named_and_the_others_come(
    translator: Any, tajik: Locale, newsroom: None, change: Callable[[Any], None], sentence: str
) -> None:
    source = article(slug="ssylka", body=[("paragraph", '<p>Со <a href="https://example.org/">ссылкой</a>.</p>')])
    target = start_translation(source=source, locale=tajik, user=translator)
    said = brought_in(translator, with_codes(taken_out(translator, target), change))
    assert "2 texts were brought into the draft." in said
    assert sentence in said
    assert latest(target).lead == "Тоҷикӣ Лид"


BOMB = b"""<?xml version="1.0"?><!DOCTYPE xliff [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>
<xliff xmlns="urn:oasis:names:tc:xliff:document:1.2" version="1.2"><file original="1#">&b;</file></xliff>"""


def test_a_file_that_cannot_be_read_gets_a_sentence_and_changes_nothing(
    target: Page, translator: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    good = translated(taken_out(translator, target))
    pk = str(target.pk).encode()
    former = latest(target).latest_revision_id
    before = PageLogEntry.objects.count()
    for document, sentence in (
        (BOMB, "Nothing was brought in."),
        (good[:-40], "Nothing was brought in."),
        (b"PK\x03\x04", "Nothing was brought in."),
        (good.replace(b'trgLang="tg"', b'trgLang="uz"'), "The file is in another language than this page."),
        (good.replace(b'original="' + pk, b'original="999999'), "It belongs to no page that you may edit"),
        (good.replace(b'original="' + pk, b'original="' + b"9" * 40), "It belongs to no page that you may edit"),
    ):
        said = brought_in(translator, document)
        assert sentence in said, said
        assert "brought into the draft" not in said
    monkeypatch.setattr(xliff, "MOST_BYTES", len(good) - 1)
    assert "Nothing was brought in. The file is too large" in brought_in(translator, good)
    monkeypatch.undo()
    assert "Nothing was brought in." in shown(signed_in(translator).post(reverse("chorsu_translation:files")))
    assert (latest(target).latest_revision_id, PageLogEntry.objects.count()) == (former, before)
    # Some tools write the country too.
    assert "6 texts" in brought_in(translator, good.replace(b'trgLang="tg"', b'trgLang="tg-TJ"'))


@pytest.mark.thorough
@pytest.mark.parametrize("who", ["of another language", "another journalist", "locked", "draft source"])
def test_who_may_not_translate_gets_no_text_and_brings_none_in(
    source: AnalysisPage, target: Page, translator: Any, who: str
) -> None:
    document = translated(taken_out(translator, target))
    user, sentence = translator, "It belongs to no page that you may edit and whose source you may read."
    if who == "of another language":
        user = make_user("Editors (uz)")
    elif who == "another journalist":
        user = make_user("Translators (tg)")
    elif who == "locked":
        Page.objects.filter(pk=target.pk).update(locked=True, locked_by=admin())
        sentence = "locked"
    else:
        source.unpublish()
        Permission.objects.get(codename="add_translationlink").group_set.clear()
    if who != "locked":
        answer = signed_in(user).post(address(target), {"version": "2.1"})
        assert answer.headers["Content-Type"].startswith("text/html")
        assert source.title not in shown(answer).replace(target.title, "", 1)
    said = brought_in(user, document)
    assert "Nothing was brought in." in said
    assert sentence in said
    assert latest(target).title == "Вода и ледники"
