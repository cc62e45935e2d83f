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
from wagtail.models import GroupApprovalTask, Page, PageLogEntry, Workflow, WorkflowPage, WorkflowTask

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
from chorsu_translation.findings.running import Alignment, Found
from chorsu_translation.models import FindingDismissal, FindingsExplained
from cms.models import User
from tests.editorial.desk import Desk, fresh, latest, make_desk, text
from tests.factories import make_group, make_home, make_section, make_user
from tests.translation.newsroom import again, publish

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_messages_in_english")]

RUSSIAN = "Наблюдатель записывает уровень реки два раза в день, и это видно по тетрадям"
TAJIK = "Мушоҳидакор сатҳи дарёро рӯзе ду бор қайд мекунад, ва ин аз дафтарҳо маълум аст"
WHY = "Why does the translation go into review all the same?"
WHY_LIVE = "Why does it go live all the same?"
ANSWER = "The number was wrong in the source."


@pytest.fixture(scope="module")
def kept(kept_in_module: Any) -> tuple[Desk, int, int]:
    """Return a desk, and the keys of who may publish, and of an article in Russian."""
    with kept_in_module():
        desk = make_desk("tg")
        chief = make_user(make_group("Chiefs", desk.section, ("add", "change", "publish")).name, first_name="Lola")
        page = AnalysisPage(title="Вода 2026", lead=RUSSIAN, live=False, body=[("paragraph", "<p>Первый.</p>")])
        make_section(make_home("ru")).add_child(instance=page)
        return desk, chief.pk, publish(page).pk


@pytest.fixture
def desk(kept: tuple[Desk, int, int], db: None) -> Desk:
    return again(kept[0])


@pytest.fixture
def chief(kept: tuple[Desk, int, int], db: None) -> User:
    return User.objects.get(pk=kept[1])


@pytest.fixture
def source(kept: tuple[Desk, int, int], db: None) -> Page:
    return AnalysisPage.objects.get(pk=kept[2])


@pytest.fixture
def translation(desk: Desk, source: Page) -> Callable[..., Page]:
    """Return a function that makes a draft translation of the source with its block."""

    def make(**texts: Any) -> Page:
        blocks = [block | {"value": "<p>Якум.</p>"} for block in source.body.get_prep_value()]
        page = desk.draft(**{"title": "Об 2026", "lead": TAJIK, "body": blocks, **texts})
        link_translation(source=source, target=page)
        return fresh(page)

    return make


def found(page: Page) -> list[tuple[str, str]]:
    return [(finding.check, finding.path) for finding in page_findings(latest(page)).open]


@pytest.mark.thorough
def test_who_comes_from_the_desk_returns_to_it_as_it_was(
    desk: Desk, source: Page, translation: Callable[..., Page]
) -> None:
    page = translation(title="Об 2025", translation_key=source.translation_key)
    shown = f"{reverse('chorsu_translation:desk')}?source=ru&language=tg&order=due&state=draft"
    browser = desk.browser(desk.author)
    cell = BeautifulSoup(browser.get(shown).content, "html.parser").select_one(f'a[href*="/pages/{page.pk}/edit/"]')
    assert cell is not None
    editor = BeautifulSoup(browser.get(str(cell["href"])).content, "html.parser")
    data = desk.form(desk.author, page)
    data["next"] = editor.select_one("input[name=next]")["value"]  # type: ignore[index]
    asked = desk.press(desk.author, page, "action-submit", data=data)
    assert asked.status_code == 403
    data["next"] = BeautifulSoup(asked.content, "html.parser").select_one("input[name=next]")["value"]  # type: ignore[index]
    data["answer-findings"] = ANSWER
    answer = desk.press(desk.author, page, "action-submit", data=data)
    assert answer.redirect_chain == [(shown, 302)]  # type: ignore[attr-defined]


def test_open_findings_are_explained_at_submission_and_the_reviewer_sees_it(
    desk: Desk, translation: Callable[..., Page]
) -> None:
    page = translation(title="Об 2025")
    asked = desk.press(desk.author, page, "action-submit", lead=f"{TAJIK}!")
    assert asked.status_code == 403
    assert WHY in text(asked)
    assert f"{TAJIK}!" in asked.content.decode(), "the form is as it was filled in"
    assert (fresh(page).workflow_in_progress, latest(page).lead) == (False, TAJIK)
    blank = desk.press(desk.author, page, "action-submit", **{"answer-findings": " \n\0 – ."})
    assert (blank.status_code, fresh(page).workflow_in_progress) == (403, False), "blanks explain nothing"
    desk.press(desk.author, page, "action-submit", **{"answer-findings": f" {ANSWER}\0 "})
    assert fresh(page).workflow_in_progress
    said = explanation_for(page)
    assert said is not None
    assert (said.text, said.explained_by, said.revision) == (ANSWER, desk.author, fresh(page).latest_revision)
    assert [each["check"] for each in said.findings] == ["numbers"]
    entry = PageLogEntry.objects.get(page=page.pk, action="chorsu_translation.explain_findings")
    assert (entry.user, entry.data["reason"]) == (desk.author, ANSWER)
    answer = desk.browser(desk.editor).get(reverse("chorsu_translation:findings", args=[page.pk])).json()
    texts = [each["text"] for each in answer["explanations"]]
    assert (texts, [each["check"] for each in answer["findings"]]) == ([ANSWER], ["numbers"])
    desk.act(desk.editor, page, "approve")
    assert fresh(page).live, "only what isn't translated keeps a page from being published"


@pytest.mark.thorough
def test_an_explanation_stays_with_its_text_until_that_changes(desk: Desk, translation: Callable[..., Page]) -> None:
    page = translation(title="Об 2025")
    desk.press(desk.author, page, "action-submit", **{"answer-findings": ANSWER})
    desk.act(desk.editor, page, "approve")
    assert fresh(page).live
    assert explanation_for(page) is not None
    desk.press(desk.author, page, "action-submit", lead=f"{TAJIK}!")
    assert fresh(page).workflow_in_progress, "another text changed"
    desk.act(desk.editor, page, "approve")
    asked = desk.press(desk.author, page, "action-submit", lead=f"{TAJIK} 17")
    assert "17" in (said := unescape(text(asked)))
    assert "Об 2025" not in said.partition("The checks found")[2].partition(WHY)[0], "that is explained"
    other = "It says 17 in the source, too."
    desk.press(desk.author, page, "action-submit", lead=f"{TAJIK} 17", **{"answer-findings": other})
    answer = desk.browser(desk.editor).get(reverse("chorsu_translation:findings", args=[page.pk])).json()
    assert [each["text"] for each in answer["explanations"]] == [ANSWER, other]
    desk.act(desk.editor, page, "approve")
    assert WHY in text(desk.press(desk.author, page, "action-submit", title="Об 2024"))


def test_what_is_let_stand_stands_where_its_text_moves(
    desk: Desk, source: Any, translation: Callable[..., Page]
) -> None:
    def write(one: Any, *paragraphs: str) -> None:
        html = "".join(f"<p>{each}</p>" for each in paragraphs)
        one.body = [block | {"value": html} for block in source.body.get_prep_value()]
        one.save_revision()

    write(source, "Первый. 20", "Второй.")
    source.get_latest_revision().publish()
    page = translation()
    write(version := latest(page), "Якум. 30", "Дуюм.")
    (finding,) = page_findings(latest(page)).open
    dismiss_finding(target=fresh(page), user=desk.author, key=finding.key, text_hash=finding.text_hash)
    write(source, "Нулевой. 40", "Первый. 20", "Второй.")
    source.get_latest_revision().publish()
    write(version, "Нулум. 50", "Якум. 30", "Дуюм.")
    (other,) = page_findings(latest(page)).open
    assert (other.key, page_findings(latest(page)).dismissed[0].index) == (finding.key, 1)
    dismiss_finding(target=fresh(page), user=desk.author, key=other.key, text_hash=other.text_hash)
    assert found(page) == []
    write(version, "Нулум. 50", "<b>Якум.</b> 30", "Дуюм.")
    assert found(page) == [], "bold alone says nothing else"
    for address in ("https://example.org/", "https://example.com/"):
        write(version, "Нулум. 50", f'<a href="{address}">Якум.</a> 30', "Дуюм.")
        assert {each.check for each in page_findings(latest(page)).open} == {"links", "numbers"}, address
        for each in page_findings(latest(page)).open:
            dismiss_finding(target=fresh(page), user=desk.author, key=each.key, text_hash=each.text_hash)
    write(version, "Нулум. 50", "Якум. 31", "Дуюм.")
    assert [each.index for each in page_findings(latest(page)).open] == [1]


@pytest.mark.thorough
def test_the_same_findings_are_explained_once(desk: Desk, translation: Callable[..., Page]) -> None:
    page = translation(title="Об 2025")
    desk.press(desk.author, page, "action-submit", **{"answer-findings": ANSWER})
    desk.act(desk.editor, page, "reject", extra={"comment": "Look again"})
    desk.press(desk.author, page, "action-submit")
    assert fresh(page).workflow_in_progress
    desk.act(desk.editor, page, "reject", extra={"comment": "Look again"})
    assert desk.press(desk.author, page, "action-submit", title="Об 2024").status_code == 403


@pytest.mark.thorough
@pytest.mark.parametrize("is_scheduled", [False, True])
def test_the_publish_button_asks_for_both_reasons_one_after_the_other(
    desk: Desk, chief: User, translation: Callable[..., Page], *, is_scheduled: bool
) -> None:
    page = translation(lead=RUSSIAN, go_live_at=timezone.now() + timedelta(days=1) if is_scheduled else None)
    assert "Nobody else has approved" in text(desk.press(chief, page, "action-publish"))
    asked = desk.press(chief, page, "action-publish", publish_reason="Nobody is here.")
    assert WHY_LIVE in text(asked)
    assert 'name="publish_reason" value="Nobody is here."' in asked.content.decode()
    assert (fresh(page).live, fresh(page).approved_schedule) == (False, False)
    answers = {"publish_reason": "Nobody is here.", "answer-untranslated": ANSWER}
    desk.press(chief, page, "action-publish", **answers)
    assert (fresh(page).live, fresh(page).approved_schedule) == (not is_scheduled, is_scheduled)


def test_publishing_in_bulk_asks_and_publishes_all_or_none(
    desk: Desk, chief: User, translation: Callable[..., Page]
) -> None:
    page, other = translation(lead=RUSSIAN), desk.draft(title="Дигар")
    url = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "publish"]) + f"?id={other.pk}&id={page.pk}"
    browser = desk.browser(chief)
    asked = browser.post(url, {"reason": "Nobody is here."})
    assert WHY_LIVE in text(asked)
    assert 'name="question" value="untranslated"' in asked.content.decode()
    assert ">\nNobody is here.</textarea>" in asked.content.decode()
    assert (fresh(page).live, fresh(other).live) == (False, False)
    browser.post(url, {"reason": "Nobody is here.", "question": "untranslated", "answer": ANSWER})
    assert (fresh(page).live, fresh(other).live) == (True, True)
    assert FindingsExplained.objects.get().text == ANSWER


def live_untranslated(page: Page) -> Any:
    """Publish as a program does."""
    page.get_latest_revision().publish()
    return fresh(page)


@pytest.mark.thorough
def test_what_was_live_untranslated_is_published_again(
    desk: Desk, chief: User, translation: Callable[..., Page]
) -> None:
    page = live_untranslated(translation(lead=RUSSIAN))
    with LogContext(user=chief), minor_edit():
        page.lead = RUSSIAN.replace("тетрадям", "тетрадкам")
        page.save_revision(user=chief).publish(user=chief)
    assert fresh(page).lead.endswith("тетрадкам")
    desk.press(chief, page, "action-publish", publish_reason="Nobody is here.")
    (block,) = page.body.get_prep_value()
    reply = desk.press(
        chief, page, "action-publish", publish_reason="Nobody.", body=[(block["id"], f"<p>{RUSSIAN}.</p>")]
    )
    assert WHY_LIVE in text(reply), "another paragraph would go live untranslated"


def test_programs_publish_what_they_publish(translation: Callable[..., Page]) -> None:
    page = translation(lead=RUSSIAN)
    page.get_workflow().start(page, None)
    assert live_untranslated(page).live


def test_copies_and_empty_texts_are_to_do_and_hold_the_submission(
    desk: Desk, source: Page, translation: Callable[..., Page]
) -> None:
    """A copy has one entry whatever else the checks say of it, and what is missing for good is a finding."""
    source.lead = f'{RUSSIAN}, сказал: "Вода 2026"'
    source.search_description = "О воде"
    source.body.append(("paragraph", "<p>Второй.</p>"))
    source = publish(source)
    page = translation(
        lead=source.lead, body=[block | {"value": "<p>Якум.</p>"} for block in source.body.get_prep_value()[:1]]
    )
    assert [(each.check, each.path, each.to_do) for each in page_findings(latest(page)).open if each.to_do] == [
        ("untranslated", "lead", True),
        ("structure", "search_description", True),
    ]
    assert [(each.check, each.to_do) for each in page_findings(latest(page)).open if not each.to_do] == [
        ("structure", False)
    ], "a block is missing"
    assert WHY in text(desk.press(desk.author, page, "action-submit"))
    assert not fresh(page).workflow_in_progress


def test_a_correction_of_the_translation_alone_asks_nothing(
    desk: Desk, source: Page, translation: Callable[..., Page]
) -> None:
    page = translation(corrections=[Correction(text="Дар матн соли 2025 навишта шуда буд.")])
    assert found(page) == []
    source.corrections = [Correction(text="Было сказано, что сёл пять, а их 118.")]
    publish(source)
    assert found(page) == [], "each corrects its own"
    copied = latest(page)
    copied.corrections = [Correction(text="Было сказано, что сёл пять, а их 118.")]
    copied.save_revision()
    assert [check for check, _path in found(page)] == ["untranslated"]


def test_adapted_pages_and_originals_are_not_checked(desk: Desk, translation: Callable[..., Page]) -> None:
    page = translation(lead=RUSSIAN)
    assert found(page)
    page.translation_link.adapted = True
    page.translation_link.save()
    assert found(page) == []
    answer = desk.browser(desk.author).get(reverse("chorsu_translation:findings", args=[page.pk]))
    assert answer.json() == {"checked": False}
    assert found(desk.draft(lead=RUSSIAN)) == []


def test_a_finding_that_stands_is_open_again_when_the_text_changes(
    desk: Desk, translation: Callable[..., Page]
) -> None:
    page = translation(title="Об 2025")
    browser, url = desk.browser(desk.author), reverse("chorsu_translation:dismiss_finding", args=[page.pk])
    listed = browser.get(reverse("chorsu_translation:findings", args=[page.pk])).json()
    (finding,) = listed["findings"]
    assert listed["dismiss_url"] == url
    assert (finding["untranslated"], finding["path"], listed["language"]) == (False, "title", "tg")
    data = {name: finding[name] for name in ("check", "path", "index", "text_hash")}
    assert browser.post(url, data | {"text_hash": "0"}).status_code == 409
    assert browser.post(url, data | {"index": "x"}).status_code == 400
    assert browser.post(url, data | {"take_back": "on"}).status_code == 409, "nobody let it stand"
    assert browser.post(url, data).status_code == 200
    assert found(page) == []
    assert browser.post(url, data | {"take_back": "on"}).status_code == 200
    assert found(page) == [("numbers", "title")]
    entry = PageLogEntry.objects.get(page=page.pk, action="chorsu_translation.list_finding_again")
    assert (entry.user, entry.data["excerpt"]) == (desk.author, finding["excerpt"])
    with pytest.raises(PermissionDenied):
        take_back_dismissal(target=page, user=make_user(), key=("numbers", "title", 0))
    assert browser.post(url, data).status_code == 200
    assert FindingDismissal.objects.get().dismissed_by == desk.author
    assert PageLogEntry.objects.filter(page=page.pk, action="chorsu_translation.dismiss_finding").count() == 2
    assert found(page) == []
    assert len(browser.get(reverse("chorsu_translation:findings", args=[page.pk])).json()["dismissed"]) == 1
    desk.press(desk.author, page, "action-submit")
    assert fresh(page).workflow_in_progress, "nothing is open"
    assert browser.get(reverse("chorsu_translation:findings", args=[page.pk])).json()["dismiss_url"] == ""
    version = latest(page)
    version.title = "Об 2024"
    version.save_revision()
    assert found(page) == [("numbers", "title")]


def test_what_is_not_translated_is_never_let_stand_nor_published_by_an_approval(
    desk: Desk, translation: Callable[..., Page]
) -> None:
    page = translation(lead=RUSSIAN)
    browser, url = desk.browser(desk.author), reverse("chorsu_translation:dismiss_finding", args=[page.pk])
    listed = browser.get(reverse("chorsu_translation:findings", args=[page.pk])).json()
    (finding,) = listed["to_do"]
    assert (finding["untranslated"], listed["findings"], listed["words"]["to_do"]) == (True, [], "To do: 1")
    assert "mark it as a passage in another language" in listed["words"]["rule"]
    refused = browser.post(url, {name: finding[name] for name in ("check", "path", "index", "text_hash")})
    assert (refused.status_code, refused.json()["error"]) == (409, listed["words"]["rule"])
    # One that was let stand before it was refused.
    row = {"check_name": finding["check"], "path": "lead", "index": 0, "text_hash": finding["text_hash"]}
    FindingDismissal.objects.create(target_id=page.pk, dismissed_by=desk.author, **row)
    assert found(page) == [("untranslated", "lead")]
    desk.press(desk.author, page, "action-submit", **{"answer-findings": ANSWER})
    refused = desk.act(desk.editor, page, "approve", **{"answer-untranslated": "Because."})
    assert refused.status_code == 403
    assert "1 paragraph of “Об 2026” isn't translated" in unescape(text(refused))
    assert (fresh(page).live, fresh(page).workflow_in_progress) == (False, True)
    desk.act(desk.editor, page, "reject", extra={"comment": "Translate the lead"})
    desk.press(desk.author, page, "action-submit", lead=TAJIK)
    desk.act(desk.editor, page, "approve")
    assert fresh(page).live


@pytest.mark.parametrize(("language", "keeps"), [("ru", False), ("tg", True)])
def test_a_passage_marked_as_another_language_goes_live(
    desk: Desk, translation: Callable[..., Page], language: str, keeps: bool
) -> None:
    @register_check("test_all", "All", untranslated=True)
    def find_all(pages: Alignment) -> Found:
        yield from ((pair, "!") for pair in pages.units if pair.path.endswith(".text"))

    try:
        page = translation(body=[("passage", {"text": f"<p>{RUSSIAN}.</p>", "language": language})])
        (finding,) = [each for each in page_findings(latest(page)).open if each.check == "test_all"]
        assert finding.untranslated is keeps
        dismissal = {"target": page, "user": desk.author, "key": finding.key, "text_hash": finding.text_hash}
        with pytest.raises(Refusal) if keeps else nullcontext():
            dismiss_finding(**dismissal)
    finally:
        unregister_check("test_all")


def test_only_who_may_edit_sees_and_dismisses(desk: Desk, translation: Callable[..., Page]) -> None:
    page = translation(lead=RUSSIAN)
    stranger = make_user(make_group("Strangers", make_section(make_home("en")), ("add", "change")).name)
    for name in ("findings", "dismiss_finding"):
        url = reverse(f"chorsu_translation:{name}", args=[page.pk])
        answer = (
            desk.browser(stranger).get(url) if name == "findings" else desk.browser(stranger).post(url, {"index": "0"})
        )
        assert answer.status_code == 302, "Wagtail's answer to PermissionDenied"
    (finding,) = page_findings(latest(page)).open
    with pytest.raises(PermissionDenied):
        dismiss_finding(target=page, user=stranger, key=finding.key, text_hash=finding.text_hash)
    with pytest.raises(FindingGoneError):
        dismiss_finding(target=page, user=desk.author, key=("length", "lead", 0), text_hash=finding.text_hash)


def plain_workflow(desk: Desk, *reviewers: Any) -> None:
    """Put Wagtail's own approval in the place of the four-eyes task."""
    WorkflowPage.objects.filter(page=desk.section).delete()
    task = GroupApprovalTask.objects.create(name="Plain")
    task.groups.add(*reviewers)
    workflow = Workflow.objects.create(name="Plain")
    WorkflowTask.objects.create(workflow=workflow, task=task)
    WorkflowPage.objects.create(workflow=workflow, page=desk.section)


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("action", "is_wagtails_own"), [("approve", False), ("approve_and_hold", False), ("approve", True)]
)
def test_an_approver_with_the_right_to_publish_says_why(
    desk: Desk, chief: User, translation: Callable[..., Page], action: str, is_wagtails_own: bool
) -> None:
    desk.task.groups.add(*chief.groups.all())
    if is_wagtails_own:
        plain_workflow(desk, *desk.editor.groups.all(), *chief.groups.all())
    page = translation(lead=RUSSIAN)
    assert WHY in text(desk.press(desk.author, page, "action-submit"))
    desk.press(desk.author, page, "action-submit", **{"answer-findings": ANSWER})
    assert "isn't translated" in unescape(text(desk.act(desk.editor, page, action)))
    asked = desk.act(chief, page, action)
    assert (asked.status_code, WHY_LIVE in text(asked)) == (403, True)
    assert (fresh(page).live, fresh(page).workflow_in_progress) == (False, True)
    desk.act(chief, page, action, **{"answer-untranslated": "The quotation stays in Russian."})
    entry = PageLogEntry.objects.get(page=page.pk, action="chorsu_translation.publish_untranslated")
    assert (entry.user, entry.data["reason"]) == (chief, "The quotation stays in Russian.")
    if action == "approve_and_hold":  # who publishes it later isn't asked
        with LogContext(user=desk.editor):
            publish_together(user=desk.editor, pages=[page.pk])
    assert fresh(page).live


def test_without_a_workflow_the_publish_button_asks(desk: Desk, chief: User, translation: Callable[..., Page]) -> None:
    WorkflowPage.objects.all().delete()
    page = translation(lead=RUSSIAN)
    assert WHY_LIVE in text(desk.press(chief, page, "action-publish"))
    assert not fresh(page).live
    desk.press(chief, page, "action-publish", **{"answer-untranslated": ANSWER})
    assert fresh(page).live


def test_the_api_asks_too(desk: Desk, chief: User, translation: Callable[..., Page]) -> None:
    page = translation(lead=RUSSIAN)
    url = f"/admin/api/main/pages/{page.pk}/action/publish/"
    said: dict[str, Any] = {"reason": "Nobody is here."}
    asked = desk.browser(chief).post(url, said, content_type="application/json")
    assert asked.status_code == 400
    assert WHY_LIVE in asked.json()["answers"]["untranslated"][0]
    assert not fresh(page).live
    said["answers"] = {"untranslated": ANSWER}
    assert desk.browser(chief).post(url, said, content_type="application/json").status_code == 200
    assert fresh(page).live
