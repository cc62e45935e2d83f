"""A translator in Wagtail's editor: the source beside each text, and keys to go through what is to do."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect
from wagtail.models import Locale

from chorsu_articles.models import AnalysisPage
from chorsu_editorial.reading import all_leaves, with_leaf
from chorsu_translation.editor.units import editor_url
from chorsu_translation.memory.storing import remember_marked
from chorsu_translation.models import Baseline, UnitMark
from chorsu_translation.selectors import source_digest
from chorsu_translation.starting import start_translation
from cms.models import User
from tests.browser.conftest import NewPage, bounding_box, enter
from tests.browser.editing import eventually, expect_saved, ready, section
from tests.editorial.desk import latest
from tests.factories import make_picture, make_user

pytestmark = pytest.mark.usefixtures("newsroom")

TEXT = "<p>Первый <b>важный</b> абзац.</p><h2>Глава</h2><ul><li>Раз.</li><li>Два.</li></ul><p>Второй абзац.</p>"
TAJIK = "<p>Якум <b>муҳим</b> сархат.</p><h2>Боб</h2><ul><li>Як.</li><li>Ду.</li></ul><p>Дуюм сархат.</p>"


def translator() -> User:
    return make_user("Translators (tg)", first_name="Nozanin")


def article() -> AnalysisPage:
    """Return a live article with 30 leaves of every kind that has a place in the form."""
    picture = make_picture()
    body: list[tuple[str, Any]] = [("paragraph", TEXT)]
    body += [("paragraph", f"<p>Абзац номер {number}.</p>") for number in range(10)]
    body += [
        ("heading", {"text": "Подзаголовок", "level": "h2"}),
        ("quotation", {"text": "Слова", "who": "Свидетель", "role": "учитель", "language": ""}),
        ("picture", {"picture": picture, "caption": "Подпись", "alt": "Описание", "size": "text"}),
        ("facts", {"title": "Коротко", "items": ["<p>Первое</p>", "<p>Второе</p>", "<p>Третье</p>"]}),
    ]
    page = AnalysisPage(
        title="Вода и ледники",
        slug="voda",
        lead="Лид",
        live=False,
        key_points=[("point", f"Мысль {number}") for number in range(3)],
        body=body,
        main_picture=picture,
        main_picture_caption="Главная подпись",
        main_picture_alt="Главное описание",
        seo_title="Заголовок для поиска",
        search_description="Описание для поиска",
    )
    section(code="ru").add_child(instance=page)
    page.save_revision().publish()
    return AnalysisPage.objects.get(pk=page.pk)


def started(source: Any, user: User) -> Any:
    return start_translation(source=source, locale=Locale.objects.get(language_code="tg"), user=user).specific


def live_translation(source: AnalysisPage, user: User) -> AnalysisPage:
    """Return the translation of an article that is live in Tajik, with its first block in Tajik."""
    target = started(source, user)
    for number, leaf in enumerate(all_leaves(target)):
        with_leaf(target, leaf.path, TAJIK if leaf.source == TEXT else f"Матни {number}")
    target.save_revision().publish()
    return AnalysisPage.objects.get(pk=target.pk)


def change(source: AnalysisPage, html: str) -> None:
    source = AnalysisPage.objects.get(pk=source.pk)
    with_leaf(source, f"body.{source.body[0].id}", html).save_revision().publish()


def opened(new_page: NewPage, target: Any, user: User, **options: Any) -> Page:
    page = new_page(**options)
    enter(page, user)
    page.goto(editor_url(target))
    ready(page)
    expect(page.locator("[data-translation-unit]").first).to_be_attached()
    return page


def cell(page: Page, path: str, index: int = 0) -> Locator:
    return page.locator(f'[data-translation-unit="{path} {index}"]')


def block(target: AnalysisPage) -> str:
    return f"body.{target.body[0].id}"


def editor_of(page: Page, target: AnalysisPage) -> Locator:
    """Return the editor of the first block's text."""
    return page.locator(f'[data-contentpath="{target.body[0].id}"] [contenteditable=true]')


def texts(page: Any) -> dict[str, str]:
    return {leaf.path: leaf.text for leaf in all_leaves(page)}


def save(page: Page) -> None:
    page.locator("button.action-save:visible").click()
    expect(page.locator(".messages")).to_contain_text("has been updated")
    ready(page)


def test_each_of_30_leaves_stands_beside_its_source_at_its_height_and_a_save_changes_nothing(
    new_page,
):
    source, user = article(), translator()
    target = started(source, user)
    before = texts(latest(target))
    page = opened(new_page, target, user)
    leaves = list(all_leaves(source))
    assert len(leaves) == 30, [leaf.path for leaf in leaves]
    beside = page.evaluate(
        """() => [...document.querySelectorAll(".chorsu-units__cells")].map((cells) => [
            cells.firstElementChild.dataset.translationUnit.split(" ")[0],
            Boolean(cells.parentElement.querySelector(".w-field__input")),
        ])"""
    )
    assert sorted(beside) == sorted([leaf.path, True] for leaf in leaves)
    expect(page.locator(".chorsu-units__rest .chorsu-units__cell")).to_have_count(0)
    apart = """(path) => {
        const cells = [...document.querySelectorAll(`[data-translation-unit^="${path} "]`)];
        const blocks = cells[0].closest(".chorsu-units__row").querySelectorAll("[data-block]");
        const top = (element) => element.getBoundingClientRect().top;
        return cells.map((cell, at) => Math.abs(top(cell) - top(blocks[at])));
    }"""
    eventually(lambda: max(page.evaluate(apart, block(target))) <= 1)
    box, editor = bounding_box(cell(page, block(target))), bounding_box(editor_of(page, target))
    assert box["x"] + box["width"] <= editor["x"]
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
    save(page)
    assert texts(latest(target)) == before


def test_keys_go_to_what_is_to_do_copy_the_source_and_mark_it(new_page):
    source, user = article(), translator()
    target = started(source, user)
    page = opened(new_page, target, user)
    lead, units = page.locator("#id_lead"), page.locator(".chorsu-units")
    expect(page.locator("#id_title")).to_be_focused()
    page.keyboard.press("Alt+Enter")
    expect(lead).to_be_focused()
    expect(units).to_contain_text("1 of 34 paragraphs")
    mark = UnitMark.objects.get()
    assert (mark.path, mark.marked_by) == ("title", user)
    page.keyboard.press("Alt+ArrowUp")
    expect(lead).not_to_be_focused()
    page.keyboard.press("Alt+ArrowDown")
    expect(lead).to_be_focused()
    lead.fill("Муқаддима")
    # The key where C is on a Latin keyboard types another letter in Cyrillic.
    lead.dispatch_event("keydown", {"code": "KeyC", "key": "с", "altKey": True, "bubbles": True})
    expect(lead).to_have_value("Лид")
    lead.fill("Муқаддима")
    save(page)
    assert latest(target).lead == "Муқаддима"
    expect(units).to_contain_text("2 of 34 paragraphs")


@pytest.mark.journey
def test_three_changed_paragraphs_are_translated_and_declared_with_the_save(new_page):
    source, user = article(), translator()
    target = live_translation(source, user)
    change(
        source,
        "<p>Первый <b>очень важный</b> абзац.</p><h2>Глава</h2><ul><li>Раз.</li><li>Два.</li></ul>"
        "<p>Совсем новое дело.</p><p>Второй абзац, исправленный.</p>",
    )
    path = block(target)
    page = opened(new_page, target, user)
    expect(page.locator("[data-units-to-do]")).to_have_count(3)
    expect(cell(page, path).locator("ins")).to_have_text("очень")
    control = page.get_by_role("checkbox", name="Up to date with the source of")
    expect(control).not_to_be_checked()
    editor = editor_of(page, target)
    expect(editor).to_be_focused()
    only = page.get_by_role("checkbox", name="Only what is to do")
    only.check()
    expect(page.locator("#id_lead")).to_be_hidden()
    only.uncheck()
    editor.locator("[data-block]").first.click()
    page.keyboard.press("End")
    page.keyboard.type(" Илова.")
    cell(page, path, 4).get_by_role("button", name="Copy the source into the translation").click()
    expect(editor.locator("[data-block]").nth(4)).to_have_text("Совсем новое дело.")
    for index in (4, 5):
        cell(page, path, index).get_by_role("button", name="Done").click()
    expect(control).to_be_checked()
    expect_saved(page)
    assert not Baseline.objects.filter(how=Baseline.How.TRANSLATED).exists(), "an autosave declares nothing"
    page.locator("button.action-save:visible").click()
    expect(page.locator(".messages")).to_contain_text("This version is up to date with its source.")
    version = latest(target)
    baseline = Baseline.objects.get(how=Baseline.How.TRANSLATED)
    assert (baseline.revision_id, baseline.digest) == (version.latest_revision_id, source_digest(target))
    assert texts(version)[path] == "Якум муҳим сархат. Илова. Боб Як. Ду. Совсем новое дело. Дуюм сархат."


def test_copying_keeps_bold_and_links_and_is_undone_by_the_editor(new_page):
    source, user = article(), translator()
    html = f'<p>Слово <b>одно</b> и <a linktype="page" id="{source.pk}">ссылка</a>.</p>'
    change(source, html)
    target = started(AnalysisPage.objects.get(pk=source.pk), user)
    with_leaf(target, block(target), "<p>Чизи дигар.</p>").save_revision()
    page = opened(new_page, target, user)
    editor = editor_of(page, target)
    editor.click()
    page.keyboard.press("Alt+c")
    expect(editor).to_have_text("Слово одно и ссылка.")
    save(page)
    copied = latest(target).body[0].value.source
    assert "<b>одно</b>" in copied
    assert {f'id="{source.pk}"', 'linktype="page"'} <= set(copied.partition("<a ")[2].partition(">")[0].split())


def test_what_was_translated_before_is_put_in_by_buttons_and_keys(new_page):
    source, user = article(), translator()
    live_translation(source, user)
    again = "<p>Первый <b>важный</b> абзац.</p><p>Чего не было. Второй абзац.</p><p>Второй абзац на реке.</p>"
    other = AnalysisPage(title="Другая", slug="drugaya", lead="Лид", body=[("paragraph", again)])
    section(code="ru").add_child(instance=other)
    target = started(other, user)
    remember_marked()  # later, since a translation begins with what is known then
    page = opened(new_page, target, user)
    lead = page.locator("#id_lead")
    cell(page, "lead").get_by_role("list", name="Suggestions").get_by_role("button", name="Put in").click()
    expect(lead).to_have_value("Матни 1")
    page.keyboard.press("Control+z")
    expect(lead).to_have_value("Лид")
    lead.dispatch_event("keydown", {"code": "Digit1", "altKey": True, "bubbles": True})
    expect(lead).to_have_value("Матни 1")
    blocks = editor_of(page, target).locator("[data-block]")
    similar = cell(page, block(target), 2).get_by_role("list", name="Suggestions")
    for index, text in enumerate(("Якум муҳим сархат.", "Чего не было. Дуюм сархат.", "Дуюм сархат.")):
        blocks.nth(index).click()
        if index == 2:
            expect(similar.locator("ins")).to_have_text("абзац на реке.")
        page.keyboard.press("Alt+1")
        expect(blocks.nth(index)).to_have_text(text)
    page.keyboard.press("Control+z")
    expect(blocks.nth(2)).to_have_text("Второй абзац на реке.")
    save(page)
    assert "<b>муҳим</b>" in latest(target).body[0].value.source


def test_selected_words_are_proposed_as_a_term(new_page):
    source, user = article(), translator()
    target = live_translation(source, user)
    page = opened(new_page, target, user)
    here = cell(page, block(target))
    link = here.locator("[data-units-term]")
    here.locator(".chorsu-units__text").select_text()
    expect(link).to_be_visible()
    page.locator(".chorsu-units__row", has=here).locator("[data-text]").first.select_text()
    expect(link).to_have_attribute("href", re.compile("target="))
    with page.expect_popup() as popup:
        link.click()
    form = popup.value
    expect(form.locator("#id_source")).to_have_value("Первый важный абзац.")
    expect(form.locator("#id_target")).to_have_value("Якум")
