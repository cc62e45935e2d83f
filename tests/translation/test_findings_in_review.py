"""Findings between draft and publication: let stand, explained, and in the way of what isn't translated."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone
from wagtail.log_actions import LogContext
from wagtail.models import GroupApprovalTask, Page, PageLogEntry, WorkflowTask

from chorsu_articles.models import AnalysisPage, Correction
from chorsu_editorial.held_approvals import publish_together
from chorsu_editorial.lineage import minor_edit
from chorsu_editorial.refusals import Refusal
from chorsu_translation.baselines import link_translation
from chorsu_translation.findings import register_check, unregister_check
from chorsu_translation.findings.review import (
    FindingGoneError,
    dismiss_finding,
    explanation_for,
    page_findings,
    take_back_dismissal,
)
from chorsu_translation.models import FindingDismissal, FindingsExplained
from cms.models import User
from tests.editorial.desk import Desk, fresh, latest, make_desk, sent_by, text
from tests.factories import make_group, make_home, make_section, make_user
from tests.translation.newsroom import again, at, live, publish

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_messages_in_english")]

RUSSIAN = "Наблюдатель записывает уровень реки два раза в день, и это видно по тетрадям"
TAJIK = "Мушоҳидакор сатҳи дарёро рӯзе ду бор қайд мекунад, ва ин аз дафтарҳо маълум аст"
WHY = "Why does the translation go into review all the same?"
WHY_LIVE = "Why does it go live all the same?"
Translate = Callable[..., Page]
ANSWER = "The number was wrong in the source."


@pytest.fixture(scope="module")
def kept(kept_in_module) -> tuple[Desk, int, int]:
    """Return a desk, and the keys of who may publish, and of an article in Russian."""
    with kept_in_module():
        desk = make_desk("tg")
        chief = make_user(make_group("Chiefs", desk.section, ("add", "change", "publish")).name, first_name="Lola")
        page = AnalysisPage(title="Вода 2026", lead=RUSSIAN, live=False, body=[("paragraph", "<p>Первый.</p>")])
        make_section(make_home("ru")).add_child(instance=page)
        return desk, chief.pk, publish(page).pk


@pytest.fixture
def desk(kept, db) -> Desk:
    return again(kept[0])


@pytest.fixture
def chief(kept, db) -> User:
    return User.objects.get(pk=kept[1])


@pytest.fixture
def source(kept, db) -> Page:
    return AnalysisPage.objects.get(pk=kept[2])


@pytest.fixture
def translation(desk, source) -> Translate:
    """Return a function that makes a draft translation of the source with its block."""

    def make(**texts):
        blocks = [block | {"value": "<p>Якум.</p>"} for block in source.body.get_prep_value()]
        page = desk.draft(**{"title": "Об 2026", "lead": TAJIK, "body": blocks, **texts})
        link_translation(source=source, target=page)
        return fresh(page)

    return make


def found(page: Page) -> list[tuple[str, str]]:
    return [(finding.check, finding.path) for finding in page_findings(latest(page)).open]


def listed(desk: Desk, page: Page, user: User) -> Any:
    """Return what the editor shows somebody of the findings."""
    return desk.browser(user).get(at("findings", page)).json()


@pytest.mark.thorough
def test_the_editor_knows_from_which_view_of_the_desk_somebody_comes(desk, source, translation):
    page = translation(translation_key=source.translation_key)
    shown = f"{reverse('chorsu_translation:desk')}?source=ru&language=tg&order=due&state=draft"
    browser = desk.browser(desk.author)
    cell = BeautifulSoup(browser.get(shown).content, "html.parser").select_one(f'a[href*="/pages/{page.pk}/edit/"]')
    assert cell is not None
    editor = BeautifulSoup(browser.get(str(cell["href"])).content, "html.parser")
    assert editor.select_one("input[name=next]")["value"] == shown  # type: ignore[index]


def test_open_findings_are_explained_at_submission_and_the_reviewer_sees_it(desk, translation):
    page, came_from = translation(title="Об 2025"), f"{reverse('chorsu_translation:desk')}?source=ru"
    asked = desk.press(desk.author, page, "action-submit", lead=f"{TAJIK}!", next=came_from)
    assert asked.status_code == 403
    assert WHY in text(asked)
    filled_in = sent_by(asked.text)
    assert (filled_in["lead"].strip(), filled_in["next"]) == (f"{TAJIK}!", came_from)
    assert (fresh(page).workflow_in_progress, latest(page).lead) == (False, TAJIK)
    blank = desk.press(desk.author, page, "action-submit", **{"answer-findings": " \n\0 – ."})
    assert (blank.status_code, fresh(page).workflow_in_progress) == (403, False), "blanks explain nothing"
    answers = {"answer-findings": f" {ANSWER}\0 ", "next": came_from}
    answer: Any = desk.press(desk.author, page, "action-submit", **answers)
    assert answer.redirect_chain == [(came_from, 302)]
    assert fresh(page).workflow_in_progress
    said = explanation_for(page)
    assert said is not None
    assert (said.text, said.explained_by, said.revision) == (ANSWER, desk.author, fresh(page).latest_revision)
    assert [each["check"] for each in said.findings] == ["numbers"]
    entry = PageLogEntry.objects.get(page=page.pk, action="chorsu_translation.explain_findings")
    assert (entry.user, entry.data["reason"]) == (desk.author, ANSWER)
    seen = listed(desk, page, desk.editor)
    assert [each["text"] for each in seen["explanations"]] == [ANSWER]
    assert [each["check"] for each in seen["findings"]] == ["numbers"]
    desk.act(desk.editor, page, "approve")
    assert fresh(page).live, "only what isn't translated keeps a page from being published"


@pytest.mark.thorough
def test_an_explanation_stays_with_its_text_until_that_changes(desk, translation):
    page = translation(title="Об 2025")
    desk.press(desk.author, page, "action-submit", **{"answer-findings": ANSWER})
    desk.act(desk.editor, page, "reject", extra={"comment": "Look again"})
    desk.press(desk.author, page, "action-submit", lead=f"{TAJIK}!")
    assert fresh(page).workflow_in_progress, "another text changed"
    desk.act(desk.editor, page, "approve")
    assert explanation_for(fresh(page)) is not None
    asked = desk.press(desk.author, page, "action-submit", lead=f"{TAJIK} 17")
    assert "17" in (said := unescape(text(asked)))
    assert "Об 2025" not in said.partition("The checks found")[2].partition(WHY)[0], "that is explained"
    other = "It says 17 in the source, too."
    desk.press(desk.author, page, "action-submit", lead=f"{TAJIK} 17", **{"answer-findings": other})
    assert [each["text"] for each in listed(desk, page, desk.editor)["explanations"]] == [ANSWER, other]
    desk.act(desk.editor, page, "approve")
    assert WHY in text(desk.press(desk.author, page, "action-submit", title="Об 2024"))


def let_stand(page: Page, finding: Any, user: User) -> None:
    dismiss_finding(target=fresh(page), user=user, key=finding.key, text_hash=finding.text_hash)


def test_what_is_let_stand_stands_where_its_text_moves(desk, source, translation):
    def write(one, *paragraphs):
        html = "".join(f"<p>{each}</p>" for each in paragraphs)
        one.body = [block | {"value": html} for block in source.body.get_prep_value()]
        one.save_revision()

    def still_open():
        return page_findings(latest(page)).open

    write(source, "Первый. 20", "Второй.")
    source.get_latest_revision().publish()
    page = translation()
    write(version := latest(page), "Якум. 30", "Дуюм.")
    (finding,) = still_open()
    let_stand(page, finding, desk.author)
    write(source, "Нулевой. 40", "Первый. 20", "Второй.")
    source.get_latest_revision().publish()
    write(version, "Нулум. 50", "Якум. 30", "Дуюм.")
    (other,) = still_open()
    assert (other.key, page_findings(latest(page)).dismissed[0].index) == (finding.key, 1)
    let_stand(page, other, desk.author)
    assert still_open() == []
    write(version, "Нулум. 50", "<b>Якум.</b> 30", "Дуюм.")
    assert still_open() == [], "bold alone says nothing else"
    for address in ("https://example.org/", "https://example.com/"):
        write(version, "Нулум. 50", f'<a href="{address}">Якум.</a> 30', "Дуюм.")
        assert {each.check for each in still_open()} == {"links", "numbers"}, address
        for each in still_open():
            let_stand(page, each, desk.author)
    write(version, "Нулум. 50", "Якум. 31", "Дуюм.")
    assert [each.index for each in still_open()] == [1]


@pytest.mark.parametrize("is_scheduled", [False, True])
def test_the_publish_button_asks_for_both_reasons_one_after_the_other(desk, chief, translation, *, is_scheduled):
    page = translation(lead=RUSSIAN, go_live_at=timezone.now() + timedelta(days=1) if is_scheduled else None)
    assert "Nobody else has approved" in text(desk.press(chief, page, "action-publish"))
    asked = desk.press(chief, page, "action-publish", publish_reason="Nobody is here.")
    assert WHY_LIVE in text(asked)
    assert 'name="publish_reason" value="Nobody is here."' in asked.text
    assert (fresh(page).live, fresh(page).approved_schedule) == (False, False)
    desk.press(chief, page, "action-publish", **{"publish_reason": "Nobody is here.", "answer-untranslated": ANSWER})
    assert (fresh(page).live, fresh(page).approved_schedule) == (not is_scheduled, is_scheduled)


def test_publishing_in_bulk_asks_and_publishes_all_or_none(desk, chief, translation):
    page, other = translation(lead=RUSSIAN), desk.draft(title="Дигар")
    url = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "publish"]) + f"?id={other.pk}&id={page.pk}"
    asked = desk.browser(chief).post(url, {"reason": "Nobody is here."})
    assert WHY_LIVE in text(asked)
    assert live(page, other) == [False, False]
    assert 'name="question" value="untranslated"' in asked.text
    assert ">\nNobody is here.</textarea>" in asked.text
    desk.browser(chief).post(url, {"reason": "Nobody is here.", "question": "untranslated", "answer": ANSWER})
    assert live(page, other) == [True, True]
    assert FindingsExplained.objects.get().text == ANSWER


@pytest.mark.thorough
def test_what_was_live_untranslated_is_published_again(desk, chief, translation):
    translation(lead=RUSSIAN).get_latest_revision().publish()
    page = AnalysisPage.objects.get(title="Об 2026")
    with LogContext(user=chief), minor_edit():
        page.lead = RUSSIAN.replace("тетрадям", "тетрадкам")
        page.save_revision(user=chief).publish(user=chief)
    assert fresh(page).lead.endswith("тетрадкам")
    body = [(page.body[0].id, f"<p>{RUSSIAN}.</p>")]
    reply = desk.press(chief, page, "action-publish", publish_reason="Nobody is here.", body=body)
    assert WHY_LIVE in text(reply), "another paragraph would go live untranslated"


def test_programs_publish_what_they_publish(translation):
    page = translation(lead=RUSSIAN)
    page.get_workflow().start(page, None)
    page.get_latest_revision().publish()
    assert fresh(page).live


def test_copies_and_empty_texts_are_to_do_and_hold_the_submission(desk, source, translation):
    """A copy has one entry whatever else the checks say of it, and what is missing for good is a finding."""
    source.lead = f'{RUSSIAN}, сказал: "Вода 2026"'
    source.search_description = "О воде"
    source.body.append(("paragraph", "<p>Второй.</p>"))
    source = publish(source)
    page = translation(
        lead=source.lead, body=[block | {"value": "<p>Якум.</p>"} for block in source.body.get_prep_value()[:1]]
    )
    assert [(each.check, each.path) for each in page_findings(latest(page)).open if each.to_do] == [
        ("untranslated", "lead"),
        ("structure", "search_description"),
    ]
    assert [each.check for each in page_findings(latest(page)).open if not each.to_do] == ["structure"], "a block lacks"
    assert WHY in text(desk.press(desk.author, page, "action-submit"))
    assert not fresh(page).workflow_in_progress


def test_a_correction_of_the_translation_alone_asks_nothing(desk, source, translation):
    page = translation(corrections=[Correction(text="Дар матн соли 2025 навишта шуда буд.")])
    assert found(page) == []
    source.corrections = [Correction(text="Было сказано, что сёл пять, а их 118.")]
    publish(source)
    assert found(page) == [], "each corrects its own"
    copied = latest(page)
    copied.corrections = [Correction(text="Было сказано, что сёл пять, а их 118.")]
    copied.save_revision()
    assert [check for check, _path in found(page)] == ["untranslated"]


def test_adapted_pages_and_originals_are_not_checked(desk, translation):
    page = translation(lead=RUSSIAN)
    assert found(page)
    page.translation_link.adapted = True
    page.translation_link.save()
    assert found(page) == []
    assert listed(desk, page, desk.author) == {"checked": False}
    assert found(desk.draft(lead=RUSSIAN)) == []


def test_a_finding_that_stands_is_open_again_when_the_text_changes(desk, translation):
    page = translation(title="Об 2025")
    browser, url = desk.browser(desk.author), at("dismiss_finding", page)
    seen = listed(desk, page, desk.author)
    (finding,) = seen["findings"]
    assert (seen["dismiss_url"], seen["language"]) == (url, "tg")
    assert (finding["untranslated"], finding["path"]) == (False, "title")
    data = {name: finding[name] for name in ("check", "path", "index", "text_hash")}
    again = {**data, "take_back": "on"}
    refused = [
        browser.post(url, each).status_code for each in ({**data, "text_hash": "0"}, {**data, "index": "x"}, again)
    ]
    assert refused == [409, 400, 409]
    assert browser.post(url, data).status_code == 200
    assert found(page) == []
    assert browser.post(url, again).status_code == 200
    assert found(page) == [("numbers", "title")]
    entry = PageLogEntry.objects.get(page=page.pk, action="chorsu_translation.list_finding_again")
    assert (entry.user, entry.data["excerpt"]) == (desk.author, finding["excerpt"])
    browser.post(url, data)
    with pytest.raises(PermissionDenied):
        take_back_dismissal(target=page, user=make_user(), key=("numbers", "title", 0))
    assert FindingDismissal.objects.get().dismissed_by == desk.author
    assert PageLogEntry.objects.filter(page=page.pk, action="chorsu_translation.dismiss_finding").count() == 2
    assert len(listed(desk, page, desk.author)["dismissed"]) == 1
    desk.press(desk.author, page, "action-submit")
    assert fresh(page).workflow_in_progress, "nothing is open"
    assert listed(desk, page, desk.author)["dismiss_url"] == ""
    desk.save(desk.author, page, title="Об 2024")
    assert found(page) == [("numbers", "title")]


def test_what_is_not_translated_is_never_let_stand_nor_published_by_an_approval(desk, translation):
    page = translation(lead=RUSSIAN)
    seen = listed(desk, page, desk.author)
    (finding,) = seen["to_do"]
    assert (finding["untranslated"], seen["findings"], seen["words"]["to_do"]) == (True, [], "To do: 1")
    data = {name: finding[name] for name in ("check", "path", "index", "text_hash")}
    refused = desk.browser(desk.author).post(at("dismiss_finding", page), data)
    assert (refused.status_code, refused.json()["error"]) == (409, seen["words"]["rule"])
    # One that was let stand before it was refused.
    row = {"check_name": data.pop("check"), "dismissed_by": desk.author, **data}
    FindingDismissal.objects.create(target_id=page.pk, **row)
    assert found(page) == [("untranslated", "lead")]
    desk.press(desk.author, page, "action-submit", **{"answer-findings": ANSWER})
    asked = desk.act(desk.editor, page, "approve", **{"answer-untranslated": "Because."})
    assert asked.status_code == 403
    assert "1 paragraph of “Об 2026” isn't translated" in unescape(text(asked))
    assert (fresh(page).live, fresh(page).workflow_in_progress) == (False, True)
    desk.act(desk.editor, page, "reject", extra={"comment": "Translate the lead"})
    desk.press(desk.author, page, "action-submit", lead=TAJIK)
    desk.act(desk.editor, page, "approve")
    assert fresh(page).live


@pytest.mark.parametrize(("language", "keeps"), [("ru", False), ("tg", True)])
def test_a_passage_marked_as_another_language_goes_live(desk, translation, language, keeps):
    @register_check("test_all", "All", untranslated=True)
    def find_all(pages):
        yield from ((pair, "!") for pair in pages.units if pair.path.endswith(".text"))

    try:
        page = translation(body=[("passage", {"text": f"<p>{RUSSIAN}.</p>", "language": language})])
        (finding,) = [each for each in page_findings(latest(page)).open if each.check == "test_all"]
        assert finding.untranslated is keeps
        with pytest.raises(Refusal) if keeps else nullcontext():
            let_stand(page, finding, desk.author)
    finally:
        unregister_check("test_all")


def test_only_who_may_edit_sees_and_dismisses(desk, translation):
    page = translation(lead=RUSSIAN)
    stranger = make_user(make_group("Strangers", make_section(make_home("en")), ("add", "change")).name)
    browser = desk.browser(stranger)
    for answer in (browser.get(at("findings", page)), browser.post(at("dismiss_finding", page), {"index": "0"})):
        assert answer.status_code == 302, "Wagtail's answer to PermissionDenied"
    (finding,) = page_findings(latest(page)).open
    with pytest.raises(PermissionDenied):
        let_stand(page, finding, stranger)
    with pytest.raises(FindingGoneError):
        dismiss_finding(target=page, user=desk.author, key=("length", "lead", 0), text_hash=finding.text_hash)


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("action", "is_wagtails_own"), [("approve", False), ("approve_and_hold", False), ("approve", True)]
)
def test_an_approver_with_the_right_to_publish_says_why(desk, chief, translation, action, is_wagtails_own):
    desk.task.groups.add(*chief.groups.all())
    if is_wagtails_own:
        plain = GroupApprovalTask.objects.create(name="Plain")
        plain.groups.set(desk.task.groups.all())
        WorkflowTask.objects.update(task=plain)
    page = translation(lead=RUSSIAN)
    desk.press(desk.author, page, "action-submit", **{"answer-findings": ANSWER})
    assert "isn't translated" in unescape(text(desk.act(desk.editor, page, action)))
    asked = desk.act(chief, page, action)
    assert (asked.status_code, WHY_LIVE in text(asked)) == (403, True)
    assert (fresh(page).live, fresh(page).workflow_in_progress) == (False, True)
    desk.act(chief, page, action, **{"answer-untranslated": ANSWER})
    entry = PageLogEntry.objects.get(page=page.pk, action="chorsu_translation.publish_untranslated")
    assert (entry.user, entry.data["reason"]) == (chief, ANSWER)
    if action == "approve_and_hold":  # who publishes it later isn't asked
        with LogContext(user=desk.editor):
            publish_together(user=desk.editor, pages=[page.pk])
    assert fresh(page).live


def test_the_api_asks_too(desk, chief, translation):
    page = translation(lead=RUSSIAN)
    url = f"/admin/api/main/pages/{page.pk}/action/publish/"
    said: dict[str, Any] = {"reason": "Nobody is here."}
    asked = desk.browser(chief).post(url, said, content_type="application/json")
    assert WHY_LIVE in asked.json()["answers"]["untranslated"][0]
    assert not fresh(page).live
    said["answers"] = {"untranslated": ANSWER}
    assert desk.browser(chief).post(url, said, content_type="application/json").status_code == 200
    assert fresh(page).live
