"""What the memory or a machine put into a translation: nobody can submit it before a person has looked at it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from wagtail.admin.rich_text.converters.contentstate import ContentstateConverter
from wagtail.log_actions import LogContext, registry
from wagtail.models import Page, PageLogEntry
from wagtail.rich_text import features

from chorsu_articles.missing import completeness
from chorsu_articles.models import AnalysisPage
from chorsu_editorial.reading import all_leaves
from chorsu_editorial.refusals import Refusal
from chorsu_translation import drafts
from chorsu_translation.baselines import link_translation
from chorsu_translation.editor.views import mark_unit
from chorsu_translation.findings.review import dismiss_finding, page_findings
from chorsu_translation.memory.search import Match, Memory
from chorsu_translation.models import MemoryPair, TranslationLink, UnitDraft
from chorsu_translation.starting import start_translation
from cms.models import User
from tests.editorial.desk import Desk, fresh, latest, make_desk, text
from tests.factories import make_group, make_home, make_section, make_user, signed_in
from tests.translation.editor.translating import units_beside
from tests.translation.newsroom import again, article, publish

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_messages_in_english")]

Make = Callable[[], Page]
MEMORY, MACHINE = UnitDraft.Origin.MEMORY, UnitDraft.Origin.MACHINE
KNOWN = {
    "Вода": "Об",
    "Первый.": "Якум.",
    "Второй.": "<b>Дуюм</b> &amp; боз.",
    "Глава": "Боб",
    "Факт": "Факти мо",
}


@pytest.fixture
def _known(monkeypatch):
    """Let the memory know some sentences."""

    def exact(_memory, htmls):
        return {html: [Match(KNOWN[html], pairs=(MemoryPair(),))] for html in htmls if html in KNOWN}

    monkeypatch.setattr(Memory, "exact", exact)


def body() -> list[tuple[str, Any]]:
    html = "<h2>Глава</h2><p>Первый. Второй.</p><p>Первый. Третий.</p><ul><li>Второй.</li></ul>"
    return [("paragraph", html), ("facts", {"title": "Факт", "items": ["<p>Первый.</p>", "<p>Другой</p>"]})]


@pytest.mark.usefixtures("_known")
def test_a_translation_begins_with_the_paragraphs_of_which_each_sentence_is_known(translator, tajik):
    source = article(title="Вода", slug="voda-5", body=body())
    address = reverse("chorsu_translation:start", args=[source.pk, "tg"])
    opened = signed_in(translator).post(address, {"source": source.pk, "start_with": "copy"}, follow=True)
    assert "Paragraphs from memory, to be looked at: 6" in text(opened)
    target = source.get_translation(tajik).specific
    assert (target.title, target.slug) == ("Об", "ob"), "the address follows the headline"
    html = (
        "<h2>Боб</h2><p>Якум. <b>Дуюм</b> &amp; боз.</p><p>Первый. Третий.</p><ul><li><b>Дуюм</b> &amp; боз.</li></ul>"
    )
    assert target.body[0].value.source == html
    rows = UnitDraft.objects.filter(target=target)
    assert {(row.origin, row.drafted_by, row.confirmed_at) for row in rows} == {(MEMORY, translator, None)}
    assert len(rows) == 6
    drafted = ["Об", "Боб", "Якум. <b>Дуюм</b> &amp; боз.", "<b>Дуюм</b> &amp; боз.", "Факти мо", "Якум."]
    assert [unit.html for unit, _draft in drafts.waiting(target)] == drafted
    assert [unit.html for unit in units_beside(target) if unit.draft] == drafted


@pytest.mark.usefixtures("_known")
def test_empty_blocks_are_filled_where_their_whole_text_is_known_and_has_room(translator, tajik, monkeypatch):
    source = article(title="Вода", body=body())
    monkeypatch.setitem(KNOWN, "Вода", "Об " * 90)
    target = start_translation(source=source, locale=tajik, user=translator, start_with="empty").specific
    assert [leaf.text for leaf in all_leaves(target)] == ["Вода", "Факти мо", "Якум."]
    assert len(drafts.waiting(target)) == UnitDraft.objects.filter(target=target).count() == 2


# The texts of a translation's paragraphs, put in by a machine but for the last, and what people do with them.
TEXTS = ["Якум ва дигар.", "Дуюм &amp; боз.", "Сеюм.", "Чорум."]
ACTS = st.lists(
    st.tuples(st.sampled_from(["move", "copy", "space", "bold", "write", "look", "unlook"]), st.integers(0, 9))
)


@pytest.fixture
def page(translator) -> Any:
    """Return a translation without a body, made once for all examples."""
    return AnalysisPage(pk=article().pk, title="Об")


@given(ACTS)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_no_text_gets_lost_from_sight_until_a_person_looks_at_it_or_writes_another(translator, page, acts):
    UnitDraft.objects.all().delete()
    drafts.record_drafts(target=page, texts=TEXTS[:3], origin=MACHINE, service="LibreTranslate")
    # Number of the text, or None of one that a person wrote, and its HTML.
    there: list[tuple[int | None, str]] = list(enumerate(TEXTS))
    looked_at = {3}
    for act, number in acts:
        at = number % len(there)
        which, html = there[at]
        if act == "move":
            there.insert(0, there.pop(at))
        elif act == "copy":
            there.append((which, html))
        elif act == "space":
            there[at] = which, f" {html.replace(' ', '  ')} "
        elif act == "bold":
            there[at] = which, f"<b>{html}</b>"
        elif act == "write":
            there[at] = None, f"{html} Навишт."
        elif which is not None:
            drafts.confirm(target=page, user=translator, keys=[drafts.text_key(html)], confirmed=act == "look")
            looked_at = looked_at | {which} if act == "look" else looked_at - {which} | {3}
    page.body = [("paragraph", "".join(f"<p>{html}</p>" for _which, html in there))]
    expected = [which for which, _html in there if which is not None and which not in looked_at]
    keys = {drafts.text_key(html): which for which, html in enumerate(TEXTS)}
    assert [keys[row.text_hash] for _unit, row in drafts.waiting(page)] == expected


def test_the_editor_of_rich_text_and_another_division_among_blocks_change_no_key(translator):
    page: Any = AnalysisPage(pk=article().pk, title="Об")
    html = '<p data-block-key="a">Як <b>ғафс</b> ва<br/>«нишонӣ» &amp; <a href="https://example.org/">роҳ</a>.</p><p>Ду.</p>'
    # In the first are characters that go when it is stored, and one that is marked there.
    texts = ["Як \ufeffғафс ва «нишонӣ» &amp; \ue000роҳ.\u202e", "Ду."]
    drafts.record_drafts(target=page, texts=texts, origin=MEMORY)
    page.lead = "Як ғафс ва «нишонӣ» & \ufffdроҳ."
    assert len(drafts.waiting(page)) == 1
    page.lead = ""
    converter = ContentstateConverter([*features.get_default_features()])
    one, other = html.split("</p>", 1)
    for blocks in ([converter.to_database_format(converter.from_database_format(html))], [f"{one}</p>", other]):
        page.body = [("paragraph", block) for block in blocks]
        assert len(drafts.waiting(page)) == 2


@pytest.fixture(scope="module")
def kept(kept_in_module) -> tuple[Desk, int, int]:
    """Return a desk, and the keys of who may publish, and of an article in Russian."""
    with kept_in_module():
        desk = make_desk("tg")
        chief = make_user(make_group("Chiefs", desk.section, ("add", "change", "publish")).name, first_name="Lola")
        source = AnalysisPage(
            title="Вода",
            slug="kept",
            lead="Лид",
            live=False,
            body=[("paragraph", "<p>Первый.</p><p>Второй.</p><p>Третий.</p>")],
        )
        make_section(make_home("ru"), "events").add_child(instance=source)
        return desk, chief.pk, publish(source).pk


@pytest.fixture
def desk(kept, db) -> Desk:
    return again(kept[0])


@pytest.fixture
def chief(kept, db) -> User:
    return User.objects.get(pk=kept[1])


@pytest.fixture
def drafted(desk, kept) -> Make:
    """Return a function that makes a translation of which two paragraphs were put in, and one was written."""

    def make():
        source = AnalysisPage.objects.get(pk=kept[2])
        html = "<p>Якум, чизи дароз.</p><p>Дуюм.</p><p>Сеюм.</p>"
        body = [block | {"value": html} for block in source.body.get_prep_value()]
        page = desk.draft(title="Об", lead="Муқаддима", body=body)
        link_translation(source=source, target=page)
        drafts.record_drafts(target=page, texts=["Якум, чизи дароз."], origin=MEMORY)
        drafts.record_drafts(target=page, texts=["Дуюм."], origin=MACHINE, service="LibreTranslate")
        return fresh(page)

    return make


def corrected(page: Page) -> list[tuple[str, str]]:
    """Return the text of a translation after somebody corrected what a machine had put in."""
    return [(page.specific.body[0].id, "<p>Якум, чизи дароз.</p><p>Дуюми ман.</p><p>Сеюм.</p>")]


def shown(desk: Desk, page: Page) -> tuple[list[tuple[str, bool, bool]], str]:
    answer = desk.browser(desk.author).get(reverse("chorsu_translation:units", args=[page.pk])).json()
    return [(unit["label"], unit["done"], unit["marked"]) for unit in answer["units"]], answer["progress"]["text"]


def mark(desk: Desk, page: Page, number: int, **options: Any) -> None:
    unit = units_beside(page)[number]
    place = {"path": unit.source.path, "index": unit.source.index, "key": unit.key}
    mark_unit(target=page, user=desk.author, **place, **{"done": True, **options})


@pytest.mark.thorough
def test_the_editor_says_what_nobody_has_looked_at_and_done_says_that_somebody_has(desk, drafted):
    page = drafted()
    memory, machine = ("from memory, look at it", False, False), ("machine, look at it", False, False)
    done = ("", True, False)
    assert shown(desk, page) == ([done, done, memory, machine, done], "3 of 5 paragraphs, 3 of 5 words")
    mark(desk, page, 2)
    assert shown(desk, page)[0][2:4] == [("", True, True), machine]
    row = UnitDraft.objects.get(target=page, origin=MEMORY)
    assert (row.confirmed_by, row.confirmed_at is None) == (desk.author, False)
    desk.save(desk.author, page, body=corrected(page))
    assert shown(desk, fresh(page))[1] == "5 of 5 paragraphs, 5 of 5 words"
    TranslationLink.objects.filter(target=page).update(adapted=True)
    mark(desk, page, 2, done=False)
    assert shown(desk, page)[0][2] == memory, "who takes the mark back hasn't looked at it"


@pytest.mark.parametrize("alias", ["", "on"])
def test_a_copy_keeps_in_mind_what_nobody_has_looked_at(desk, drafted, alias):
    page = drafted()
    place = {"new_title": "Нусха", "new_slug": "nuskha", "new_parent_page": page.get_parent().pk, "alias": alias}
    signed_in(make_user(superuser=True)).post(reverse("wagtailadmin_pages:copy", args=[page.pk]), place)
    copy = Page.objects.get(slug="nuskha").specific
    assert [draft.origin for _unit, draft in drafts.waiting(copy)] == [MEMORY, MACHINE]
    if not alias:
        with pytest.raises(Refusal):
            copy.get_workflow().start(copy, None)
    assert len(drafts.waiting(page)) == 2


@pytest.mark.thorough
def test_it_is_submitted_once_somebody_has_looked_at_all_and_the_history_says_who(desk, drafted):
    page = drafted()
    listed = completeness(latest(page))["missing"][0]
    assert (listed.what, listed.path) == ("refused", f"body.{page.body[0].id}")
    refused = desk.press(desk.author, page, "action-submit")
    assert listed.message in text(refused), "the editor has said so before"
    assert refused.status_code == 403
    assert "Nobody has looked at texts that were put in (2)" in text(refused)
    assert "From memory: “Якум, чизи дароз.”; Machine: “Дуюм.”" in text(refused)
    with pytest.raises(Refusal):
        page.get_workflow().start(page, None)
    answer = desk.browser(desk.author).get(reverse("chorsu_translation:findings", args=[page.pk])).json()
    assert [(each["label"], each["index"]) for each in answer["to_do"]] == [("From memory", 0), ("Machine", 1)]
    assert answer["findings"] == []
    finding = page_findings(latest(page)).open[0]
    dismiss_finding(target=page, user=desk.author, key=finding.key, text_hash=finding.text_hash)
    assert [each.label for each in page_findings(latest(page)).open] == ["Machine"]
    desk.press(desk.author, page, "action-submit", body=corrected(page))
    assert fresh(page).workflow_in_progress
    assert "refused" not in [each.what for each in completeness(latest(page))["missing"]]
    logged = PageLogEntry.objects.filter(page=page.pk, action="chorsu_translation.submit_drafts")
    entry = logged.get()
    assert entry.user == desk.author
    assert registry.get_formatter(entry).format_message(entry) == (
        f"From memory: 1; machine: LibreTranslate (1); confirmed: {desk.author.get_full_name()} (1); changed: 1"
    )
    desk.act(desk.editor, page, "reject", extra={"comment": "Look again"})
    desk.press(desk.author, page, "action-submit", lead="Муқаддимаи дигар")
    assert fresh(page).workflow_in_progress
    assert logged.count() == 1


@pytest.mark.thorough
def test_who_publishes_directly_or_holds_an_approval_has_to_look_first(desk, chief, drafted):
    page = drafted()
    desk.task.groups.add(*chief.groups.all())
    reply = desk.press(chief, page, "action-publish", publish_reason="Nobody is here.")
    assert "Nobody has looked at texts that were put in (2)" in text(reply)
    TranslationLink.objects.filter(target=page).update(adapted=True)
    with LogContext(user=chief), pytest.raises(Refusal), transaction.atomic():
        page.get_latest_revision().publish(user=chief)
    assert not fresh(page).live
    TranslationLink.objects.filter(target=page).update(adapted=False)
    for number in (2, 3):
        mark(desk, page, number)
    desk.press(desk.author, page, "action-submit")
    mark(desk, page, 3, done=False)
    for action in ("approve", "approve_and_hold"):
        assert "Machine: “Дуюм.”" in text(desk.act(chief, page, action))
        assert fresh(page).workflow_in_progress


def test_the_history_says_who_looked_where_nobody_submitted(desk, chief, drafted):
    page = drafted()
    for number in (2, 3):
        mark(desk, page, number)
    desk.press(chief, page, "action-publish", publish_reason="Nobody is here.")
    assert fresh(page).live
    entry = PageLogEntry.objects.get(page=page.pk, action="chorsu_translation.submit_drafts")
    assert (entry.user, entry.data["memory"], entry.data["machine"]) == (chief, 1, "LibreTranslate (1)")


def test_readers_are_told_where_a_machine_helped_with_what_they_see(drafted, settings):
    def told(page):
        return "Бо ёрии тарҷумаи мошинӣ" in Client().get(fresh(page).get_url()).text

    settings.CHORSU_TRANSLATION = {"MACHINE_NOTICE": True}
    page = drafted()
    assert not told(page), "it isn't live"
    UnitDraft.objects.filter(target=page, origin=MACHINE).delete()
    page.save_revision().publish()
    drafts.record_drafts(target=page, texts=["Дуюм."], origin=MACHINE, service="LibreTranslate")
    assert not told(page), "only the draft has it"
    page.save_revision().publish()
    assert told(page)
    settings.CHORSU_TRANSLATION = {}
    assert not told(page)
