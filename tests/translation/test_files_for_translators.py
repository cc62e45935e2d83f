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
from wagtail.models import Page, PageLogEntry

from chorsu_editorial.reading import all_leaves, with_leaf
from chorsu_translation.exchange import xliff
from chorsu_translation.planning import request_translation
from chorsu_translation.starting import EMPTY, start_translation
from tests.factories import make_user, signed_in
from tests.translation.desk_of_two import publish
from tests.translation.newsroom import article
from tests.translation.stories_of_two import admin, stored, story_pair, written

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_messages_in_english")]
Words = Callable[[str], str]


def address(*pages: Page) -> str:
    return f"{reverse('chorsu_translation:files')}?language=tg&" + "&".join(f"id={page.pk}" for page in pages)


def taken_out(user: Any, *pages: Page, version: str = "2.1") -> bytes:
    answer = signed_in(user).post(address(*pages), {"version": version})
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
    main: Any = BeautifulSoup(answer.content, "html.parser").select_one("main .nice-padding")
    return " ".join(main.get_text(" ", strip=True).split())


def brought_in(user: Any, document: bytes) -> str:
    """Return what the screen says."""
    upload = SimpleUploadedFile("text.xlf", document)
    return shown(signed_in(user).post(reverse("chorsu_translation:files"), {"file": upload}))


def history(user: Any, page: Page) -> str:
    return signed_in(user).get(reverse("wagtailadmin_pages:history", args=[page.pk])).text


def latest(page: Page) -> Any:
    return Page.objects.get(pk=page.pk).get_latest_revision_as_object()


def texts(page: Page) -> list[str]:
    return [leaf.text for leaf in all_leaves(latest(page)) if leaf.compared]


@pytest.fixture
def target(source, translator, tajik) -> Page:
    return start_translation(source=source, locale=tajik, user=translator)


@pytest.mark.thorough
@pytest.mark.parametrize("version", ["2.1", "1.2"])
def test_a_file_goes_out_and_comes_back_translated(source, target, translator, version):
    request_translation(page=source, locale=target.locale, user=admin(), note="Коротко, пожалуйста")
    document = taken_out(translator, target, version=version)
    assert "Коротко, пожалуйста" in document.decode()
    former = Page.objects.get(pk=target.pk).latest_revision
    assert "6 texts were brought into the draft." in brought_in(translator, translated(document))
    revision = Page.objects.get(pk=target.pk).latest_revision
    assert (revision == former, revision.user) == (False, translator)
    assert texts(target)[:2] == ["Тоҷикӣ Вода и ледники", "Тоҷикӣ Лид"]
    assert latest(target).body[0].value.source == "<p>Тоҷикӣ Первый.</p><p>Тоҷикӣ Второй.</p>"
    assert "File for translators outside: brought in, texts: 6" in history(translator, target)
    # The same file a second time says nothing new.
    assert "The file says what the page says." in brought_in(translator, translated(document))


def test_what_is_done_goes_out_with_its_translation_and_state(target, translator):
    written(target, "lead", "Муқаддима")
    document = taken_out(translator, target).decode()
    assert '<segment state="translated"><source>Лид</source><target>Муқаддима</target>' in document
    # A copy of the source is no translation.
    assert '<segment state="initial"><source>Вода и ледники</source></segment>' in document


def test_links_stay_with_their_words_where_a_translation_has_them_in_another_order(translator, tajik, newsroom):
    one, two = (f'<a href="https://example.org/{each}">{each}</a>' for each in ("one", "two"))
    source = article(slug="ssylki", body=[("paragraph", f"<p>{one} и {two}.</p>")])
    target = start_translation(source=source, locale=tajik, user=translator)
    written(target, f"body.{source.body[0].id}", f"<p>{two} ва {one}.</p>")
    document = taken_out(translator, target).replace("ва".encode(), "ва ниҳоят".encode())
    assert "1 text was brought into the draft." in brought_in(translator, document)
    assert latest(target).body[0].value.source == f"<p>{two} ва ниҳоят {one}.</p>"


@pytest.mark.thorough
def test_articles_go_out_together_and_what_is_not_begun_is_named(source, target, translator, tajik):
    second = article(title="Дороги", slug="dorogi")
    other = start_translation(source=second, locale=tajik, user=translator)
    third = article(title="Ничего", slug="nichego")
    screen = shown(signed_in(translator).get(address(source, second, third)))
    assert ("Not begun in this language" in screen, screen.count("Ничего")) == (True, 1)
    document = taken_out(translator, source, second, third)
    assert third.get_translations().filter(locale=tajik).first() is None
    assert "Ничего" not in document.decode()
    assert brought_in(translator, translated(document)).count("texts were brought into the draft.") == 2
    assert [latest(page).title for page in (target, other)] == ["Тоҷикӣ Вода и ледники", "Тоҷикӣ Дороги"]
    for page in (target, other):
        assert "File for translators outside: taken out" in history(translator, page)


def test_a_file_of_another_version_of_the_source_brings_what_still_fits(source, target, translator):
    document = translated(taken_out(translator, target))
    publish(with_leaf(source, f"body.{source.body[0].id}", "<p>Новый.</p><p>Второй.</p><p>Первый, иначе.</p>"))
    said = brought_in(translator, document)
    assert "The source says something else by now." in said
    assert ("Первый." in said, "Второй." in said) == (True, False)
    assert "5 texts were brought into the draft." in said
    assert "Тоҷикӣ Второй." in latest(target).body[0].value.source


def test_what_was_written_here_meanwhile_stays(target, translator):
    document = taken_out(translator, target)
    written(target, "lead", "Инҷо навишта шуд")
    # The translator outside left everything as it was: nothing of what was written here goes.
    brought_in(translator, document)
    assert texts(target)[:2] == ["Вода и ледники", "Инҷо навишта шуд"]
    said = brought_in(translator, translated(document))
    assert "It was translated here since the file was taken out." in said
    assert texts(target)[:2] == ["Тоҷикӣ Вода и ледники", "Инҷо навишта шуд"]


@pytest.mark.parametrize("body", ["copied", "empty", "grown"])
def test_a_translation_that_lacks_paragraphs_gets_them(source, translator, tajik, body):
    html = '<h3>Реки</h3><p>Со <a href="https://example.org/">ссылкой</a>.</p>'
    source = publish(source, body=[("paragraph", html)])
    start_with = EMPTY if body == "empty" else "copy"
    target = start_translation(source=source, locale=tajik, user=translator, start_with=start_with)
    if body == "grown":
        brought_in(translator, translated(taken_out(translator, target)))
        html = html.replace("</h3>", "</h3><ul><li>Новое</li></ul>")
        publish(with_leaf(source, f"body.{source.body[0].id}", html))
    brought_in(translator, translated(taken_out(translator, target)))
    found = latest(target).body[0].value.source
    assert found.replace("<ul><li>Тоҷикӣ Новое</li></ul>", "") == (
        '<h3>Тоҷикӣ Реки</h3><p>Тоҷикӣ Со <a href="https://example.org/">Тоҷикӣ ссылкой</a>Тоҷикӣ .</p>'
    )
    assert ("Новое" in found) is (body == "grown")


@pytest.mark.thorough
@pytest.mark.parametrize("own", ["<h2>Якум</h2>", "<p>Якум</p><hr/>", "<ul><li>Якум</li></ul>"])
def test_a_translation_with_markup_of_its_own_keeps_it(source, translator, tajik, own):
    source = publish(source, body=[("paragraph", "<p>Первый.</p>")])
    target = start_translation(source=source, locale=tajik, user=translator)
    path = f"body.{source.body[0].id}"
    publish(with_leaf(source, path, "<p>Первый.</p><p>Второй.</p>"))
    written(target, path, own)
    said = brought_in(translator, translated(taken_out(translator, target)))
    assert "The translation has no paragraph for it yet. Второй." in said
    assert latest(target).body[0].value.source.replace("Тоҷикӣ Первый.", "Якум") == own


@pytest.mark.thorough
def test_tables_and_child_rows_go_out_and_come_back(settings):
    settings.CHORSU_TRANSLATION = {}
    pair, user = story_pair(), admin()
    former = [text.count("Тоҷикӣ") for text in texts(pair.target)]
    brought_in(user, translated(taken_out(user, pair.target), lambda text: text.strip() and f"Тоҷикӣ Тоҷикӣ {text}"))
    assert [text.count("Тоҷикӣ") for text in texts(pair.target)] == [2 * number for number in former]
    assert stored(latest(pair.target))[4]["value"]["rows"][0]["values"][2] == 12.5
    row = latest(pair.target).links.first().title
    document = translated(taken_out(user, pair.target), lambda text: text.replace("Karte der Pegel", "Д" * 300))
    assert "one that is too long for its field. Karte der Pegel" in brought_in(user, document)
    assert latest(pair.target).links.first().title == row


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("words", "with_link", "sentence"),
    [
        ("Тоҷикӣ", False, "Tags are missing, too many or in a wrong place: <a> Со ссылкой."),
        ("  ", True, "It has no translation, or one that is too long for its field."),
        ("Д" * 300, True, "It has no translation, or one that is too long for its field."),
    ],
    ids=["no link", "nothing", "too much"],
)
def test_a_text_that_cannot_be_taken_is_named_and_the_others_come(
    translator, tajik, newsroom, words, with_link, sentence
):
    source = article(slug="ssylka", body=[("paragraph", '<p>Со<br/><a href="https://example.org/">ссылкой</a>.</p>')])
    target = start_translation(source=source, locale=tajik, user=translator)
    root = etree.fromstring(translated(taken_out(translator, target)))
    title, _lead, body = root.iter("{*}target")
    title.text = words
    if not with_link:
        body.remove(body[-1])
    said = brought_in(translator, etree.tostring(root))
    assert "2 texts were brought into the draft." in said
    assert sentence in said
    assert latest(target).lead == "Тоҷикӣ Лид"


def test_a_file_that_cannot_be_read_gets_a_sentence_and_changes_nothing(target, translator, monkeypatch):
    good = translated(taken_out(translator, target))
    original = b'original="' + str(target.pk).encode()
    before = PageLogEntry.objects.count()
    for document, sentence in (
        (good[:-40], "Nothing was brought in."),
        (good.replace(b'trgLang="tg"', b'trgLang="uz"'), "The file is in another language than this page."),
        (good.replace(original, b'original="999999'), "It belongs to no page that you may edit"),
        (good.replace(original, b'original="' + b"9" * 40), "It belongs to no page that you may edit"),
    ):
        assert sentence in brought_in(translator, document)
    with monkeypatch.context() as patch:
        patch.setattr(xliff, "MOST_BYTES", len(good) - 1)
        assert "Nothing was brought in. The file is too large" in brought_in(translator, good)
    assert "Nothing was brought in." in shown(signed_in(translator).post(reverse("chorsu_translation:files")))
    assert (texts(target)[0], PageLogEntry.objects.count()) == ("Вода и ледники", before)
    # Some tools write the country too.
    assert "6 texts" in brought_in(translator, good.replace(b'trgLang="tg"', b'trgLang="tg-TJ"'))


@pytest.mark.parametrize("who", ["Editors (uz)", "Translators (tg)", "locked", "draft source"])
def test_who_may_not_translate_gets_no_text_and_brings_none_in(source, target, translator, who):
    document = translated(taken_out(translator, target))
    user, sentence = translator, "It belongs to no page that you may edit and whose source you may read."
    if who in {"Editors (uz)", "Translators (tg)"}:
        user = make_user(who)
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
    assert sentence in brought_in(user, document)
    assert latest(target).title == "Вода и ледники"
