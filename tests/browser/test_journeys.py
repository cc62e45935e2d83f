"""The journeys of the people of a newsroom, each through the layers, in a real browser."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail
from playwright.sync_api import Page, expect

from chorsu_articles.models import AnalysisPage, Country, SectionPage
from chorsu_delivery.services import deliver_due
from chorsu_feedback.models import TypoReport
from chorsu_translation.selectors import State, page_state
from cms.models import User
from tests.browser.conftest import PHONE, enter
from tests.factories import make_user

pytestmark = pytest.mark.usefixtures("newsroom")
NewPage = Callable[..., Page]


def section(code: str) -> SectionPage:
    return SectionPage.objects.get(locale__language_code=code, kind="analysis")


def live_article(code: str, title: str, text: str, **fields: Any) -> AnalysisPage:
    """Return an article that went live by a revision, as the finish action publishes it."""
    countries = fields.pop("countries", [])
    page = AnalysisPage(title=title, body=[("paragraph", f"<p>{text}</p>")], live=False, **fields)
    section(code).add_child(instance=page)
    page.countries.set(countries)
    page.save_revision().publish()
    return AnalysisPage.objects.get(pk=page.pk)


def signed_in(new_page: NewPage, user: User, **options: Any) -> Page:
    page = new_page(**options)
    enter(page, user)
    return page


def test_a_reader_finds_tajik_words_with_a_russian_keyboard_and_filters(new_page: NewPage) -> None:
    tajikistan = Country.objects.get(code="TJ")
    live_article("tg", "Ҷумҳурии Тоҷикистон ва обҳои он", "Дар кӯҳҳо пиряхҳо об мешаванд.", countries=[tajikistan])
    live_article("tg", "Кӯли Искандар", "Сайёҳон дар Тоҷикистон бисёранд.")
    page = new_page(viewport=PHONE)
    page.goto("/tg/")
    page.goto("/tg/search/")
    box = page.get_by_role("main").get_by_role("combobox", name="Калимаҳо")
    box.fill("чумхурии точикистон")
    box.press("Enter")
    results = page.get_by_role("main")
    expect(results.get_by_role("link", name="Ҷумҳурии Тоҷикистон ва обҳои он")).to_be_visible()
    expect(results.locator("mark").first).to_have_text("Ҷумҳурии")
    page.goto("/tg/search/?q=точикистон&country=TJ")
    expect(results.get_by_role("link", name="Ҷумҳурии Тоҷикистон ва обҳои он")).to_be_visible()
    expect(results.get_by_role("link", name="Кӯли Искандар")).to_have_count(0)


def test_a_reader_reports_a_typo_and_two_keys_of_an_editor_mend_it_for_all_readers(new_page: NewPage) -> None:
    article = live_article("ru", "Вода приходит раньше", "Весной вода преходит на две недели раньше.")
    reader = new_page()
    reader.goto(article.url)
    leaf = reader.locator(f'[data-content-path="body.{article.body[0].id}"]')
    leaf.evaluate(
        """(element) => {
            // With the soft hyphens that a reader doesn't see.
            const word = new RegExp([..."преходит"].join("\\u00ad?"));
            const text = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
            let node = text.nextNode();
            while (!word.test(node.data)) node = text.nextNode();
            const [found] = node.data.match(word), start = node.data.search(word);
            getSelection().setBaseAndExtent(node, start, node, start + found.length);
        }"""
    )
    reader.keyboard.press("Control+Enter")
    dialog = reader.get_by_role("dialog")
    expect(dialog.locator("[data-feedback=quote] mark")).to_have_text("преходит")
    dialog.get_by_role("textbox").first.fill("приходит")
    reader.keyboard.press("Control+Enter")
    expect(reader.locator("body > .feedback-hint")).not_to_be_empty()
    report = TypoReport.objects.get()
    assert (report.selected, report.suggestion, report.path) == ("преходит", "приходит", f"body.{article.body[0].id}")

    editor = signed_in(new_page, make_user("Editors (ru)"))
    editor.goto("/admin/reports/typos/")
    expect(editor.locator("[data-typo] ins")).to_have_text("и")
    editor.keyboard.press("j")
    editor.keyboard.press("a")
    expect(editor.get_by_text("Mended, and live.")).to_be_visible()
    reader.reload()
    expect(leaf).to_have_text("Весной вода приходит на две недели раньше.")
    assert not reader.context.cookies(), "A reader's page set a cookie"


def test_a_translation_is_written_by_one_and_approved_by_another(new_page: NewPage) -> None:
    source = live_article("ru", "Школьные библиотеки", "Библиотеки открылись.", lead="О книгах.")
    translator = make_user("Translators (tg)", first_name="Nozanin")
    page = signed_in(new_page, translator)
    page.goto("/admin/")
    page.get_by_role("link", name="Translations").click()
    row = page.get_by_role("row").filter(has_text="Школьные библиотеки")
    row.get_by_role("button", name="Translate").first.click()
    page.wait_for_url(re.compile(r"/admin/pages/\d+/edit/"))
    page.locator("#id_title").fill("Китобхонаҳои мактаб")
    more = page.locator("footer").get_by_role("button", name=re.compile("more|actions", re.IGNORECASE)).last
    more.click()
    page.get_by_role("button", name=re.compile("Submit", re.IGNORECASE)).first.click()
    go_on = page.get_by_role("button", name=re.compile("submit", re.IGNORECASE))
    page.wait_for_load_state("networkidle")
    target = AnalysisPage.objects.get(translation_key=source.translation_key, locale__language_code="tg")
    if page_state(target) != State.IN_REVIEW:  # what is missing is listed first, and does not block
        go_on.last.click()
    expect(page.get_by_text("submitted").first).to_be_visible()
    assert page_state(target) == State.IN_REVIEW
    assert not AnalysisPage.objects.get(pk=target.pk).live

    editor = signed_in(new_page, make_user("Editors (tg)"))
    editor.goto(f"/admin/pages/{target.pk}/edit/")
    editor.locator("footer").get_by_role("button", name=re.compile("more|actions", re.IGNORECASE)).last.click()
    editor.get_by_role("button", name="Approve and publish").click()
    expect(editor.get_by_text("You approved").first).to_be_visible()
    assert page_state(target) == State.LIVE

    reader = new_page()
    reader.goto("/tg/search/?q=китобхона")
    expect(reader.get_by_role("main").get_by_role("link", name="Китобхонаҳои мактаб")).to_be_visible()
    reader.goto(source.url)
    reader.locator("summary, button").filter(has_text="Русский").first.click()
    reader.get_by_role("link", name="Тоҷикӣ").first.click()
    expect(reader.get_by_role("heading", level=1)).to_have_text("Китобхонаҳои мактаб")


def test_an_administrator_invites_somebody_who_then_signs_in(new_page: NewPage) -> None:
    page = signed_in(new_page, make_user(superuser=True, is_staff=True))
    page.goto("/admin/")
    page.get_by_role("button", name="Settings").click()
    page.get_by_role("link", name="Invite").click()
    page.get_by_role("textbox", name=re.compile("address", re.IGNORECASE)).fill("new@example.org")
    page.get_by_role("checkbox", name="Journalist").check()
    page.get_by_role("checkbox", name="Тоҷикӣ").check()
    page.get_by_role("button", name="Send the invitation").click()
    expect(page.get_by_text("new@example.org").first).to_be_visible()
    deliver_due()
    (message,) = [message for message in mail.outbox if "new@example.org" in message.to]
    link = re.search(r"https?://\S+/invitation/\S+", message.body)
    assert link
    guest = new_page()
    guest.goto(re.sub(r"^https?://[^/]+", "", link[0]))
    for box in guest.locator("input[type=password]").all():
        box.fill("a-password-of-my-own")
    guest.locator("button[type=submit]").click()
    guest.wait_for_load_state("networkidle")
    guest.goto("/admin/login/")
    if guest.url.endswith("/admin/login/"):
        guest.locator("#id_username").fill("new@example.org")
        guest.locator("#id_password").fill("a-password-of-my-own")
        guest.get_by_role("button", name=re.compile("sign in|войти", re.IGNORECASE)).click()
    guest.wait_for_url("**/admin/")
    assert [group.name for group in User.objects.get(email="new@example.org").groups.all()] == ["Journalists (tg)"]
