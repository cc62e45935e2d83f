"""The source beside the translation: what changed, what is to do, marks, and declaring what was saved."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse
from wagtail.models import Locale

import chorsu_translation
from chorsu_articles.models import AnalysisPage, Organisation
from chorsu_editorial.reading import with_leaf
from chorsu_translation.drafts import confirm, text_key
from chorsu_translation.editor.units import JointBlocks, editor_url
from chorsu_translation.editor.views import mark_unit
from chorsu_translation.memory.search import Match, Memory
from chorsu_translation.memory.storing import remember_marked
from chorsu_translation.models import MemoryPair
from chorsu_translation.planning import request_translation, take_back_request
from chorsu_translation.selectors import source_digest
from chorsu_translation.snapshots import unit_hash
from chorsu_translation.starting import start_translation
from tests.counted_lines import count_lines
from tests.factories import signed_in
from tests.translation.editor.translating import (
    PARAGRAPHS,
    TAJIK,
    ask,
    go_live,
    path_of,
    rewrite,
    rich,
    to_do,
    translated,
)
from tests.translation.newsroom import member, publish, section

pytestmark = pytest.mark.usefixtures("_messages_in_english")


def test_the_editors_script_is_at_most_6_kb_compressed():
    folder = Path(chorsu_translation.__file__).parent / "static" / "chorsu_translation"
    names = ("editor.js", "fields.js", "extras.js")
    editor, fields, extras = (len(gzip.compress((folder / name).read_bytes())) for name in names)
    assert extras <= 2 * 1024, "what few pages load besides"
    assert editor + fields <= 6 * 1024


def test_of_a_copy_all_is_to_do_until_it_is_translated(source, target):
    assert to_do(target) == [source.title, source.lead, *PARAGRAPHS]
    assert to_do(translated(target, [TAJIK[0], *PARAGRAPHS[1:]])) == PARAGRAPHS[1:]
    assert to_do(translated(target)) == []


def test_the_note_of_the_request_stands_above_the_translation(target, client):
    editor = member("editor", "Editors (tg)")
    request_translation(page=target, locale=target.locale, user=editor, note="Keep the <names>.\nSoon.")
    assert "Keep the &lt;names&gt;.<br>Soon." in ask(client, target).json()["bar"]
    take_back_request(page=target, locale=target.locale, user=editor)
    assert "Keep the" not in ask(client, target).json()["bar"]


def test_a_changed_paragraph_is_to_do_until_it_is_touched_or_marked(source, target, translator):
    go_live(translated(target))
    changed = "Второй, исправленный."
    rewrite(source, [PARAGRAPHS[0], changed, PARAGRAPHS[2]])
    assert to_do(target) == [changed]
    for done, left in ((True, []), (False, [changed])):
        mark_unit(target=target, user=translator, path=path_of(source), index=1, key=unit_hash(changed), done=done)
        assert to_do(target) == left
    assert to_do(translated(target, [TAJIK[0], "Дуюм, ислоҳшуда.", TAJIK[2]])) == []
    again = "Второй, снова исправленный."
    rewrite(source, [PARAGRAPHS[0], again, PARAGRAPHS[2]])
    assert to_do(target) == [again], "it was touched before the source said this"


def test_a_source_that_changes_while_it_is_translated_for_the_first_time_asks_for_a_mark(source, target):
    rewrite(source, [PARAGRAPHS[0], "Второй, исправленный.", PARAGRAPHS[2]])
    assert to_do(translated(target)) == ["Второй, исправленный."]


def test_an_adapted_page_has_nothing_to_do(source, target):
    target.translation_link.adapted = True
    target.translation_link.save()
    rewrite(source, ["Другое."])
    assert to_do(target) == []


def test_the_endpoint_answers_who_may_edit_the_translation(source, target, client):
    assert ask(signed_in(member("russian", "Translators (ru)")), target).status_code == 403
    answer = ask(client, target).json()
    assert answer["source"] == {"lang": "ru", "dir": "ltr"}
    assert answer["digest"] == source_digest(target)
    assert (answer["behind"], answer["ready"], answer["also"]) == (False, True, None)
    unit = answer["units"][-1]
    assert (unit["path"], unit["index"], unit["at"], unit["count"]) == (path_of(source), 2, 2, 3)
    assert (unit["state"], unit["done"], unit["html"]) == ("unchanged", False, PARAGRAPHS[2])
    assert "0 of 5 paragraphs, 0 of 9 words" in answer["progress"]["text"]


def test_an_original_and_a_draft_of_others_have_no_source_to_show(source, target, translator, client):
    draft = section("ru").add_child(instance=AnalysisPage(title="Черновик", slug="chernovik", lead="Лид", live=False))
    draft.save_revision()
    hidden = start_translation(source=draft, locale=target.locale, user=translator).specific
    assert ask(client, hidden).status_code == 200, "translators may read drafts"
    translator.groups.get().permissions.filter(codename="add_translationlink").delete()
    assert ask(client, hidden).status_code == 204
    assert ask(client, hidden, "unit_content", path="title", index=0).status_code == 404
    assert ask(client, target).status_code == 200
    assert ask(signed_in(member("editor", "Editors (ru)")), source).status_code == 204


def test_another_language_is_shown_beside_the_source_to_who_may_read_it(source, target, client):
    english = Locale.objects.get(language_code="en")
    page = start_translation(source=source, locale=english, user=member("english", "Translators (en)")).specific
    publish(with_leaf(page, path_of(page), rich(["First.", "Second.", "Third in a row."])))
    also = ask(client, target, language="en").json()["also"]
    assert also["texts"][f"{path_of(source)} 1"] == "Second."
    assert ask(client, target, language="xx").json()["also"] is None


def test_marking_answers_with_what_is_left(source, target, client):
    url = reverse("chorsu_translation:mark_unit", args=[target.pk])
    fields = {"path": "title", "index": "0", "key": unit_hash(source.title)}
    assert client.post(url, fields).json()["units"][0]["marked"]
    assert not client.post(url, {**fields, "done": "0"}).json()["units"][0]["marked"]
    for wrong, status in (({"key": "x"}, 409), ({"index": "-1"}, 400), ({"path": "x" * 256}, 400)):
        assert client.post(url, {**fields, **wrong}).status_code == status
    assert signed_in(member("russian", "Translators (ru)")).post(url, fields).status_code == 403


@pytest.fixture
def other(source, target, translator, client) -> Callable[..., AnalysisPage]:
    """Translate the article, and return a function that begins the translation of another one."""
    go_live(translated(target))

    def make(*paragraphs):
        body = [("paragraph", rich([*paragraphs]))]
        page = AnalysisPage(title="Другая статья", slug="drugaya", lead="Другой лид", body=body)
        section("ru").add_child(instance=page)
        begun: AnalysisPage = start_translation(source=page, locale=target.locale, user=translator).specific
        remember_marked()
        return begun

    return make


def test_what_was_translated_before_is_offered_with_its_page_for_what_is_to_do(target, translator, client, other):
    page = other(*PARAGRAPHS)

    def suggestions():
        return {unit["html"]: unit["suggestions"] for unit in ask(client, page).json()["units"]}

    offered = BeautifulSoup(suggestions()[PARAGRAPHS[1]], "html.parser")
    assert [item.span.text for item in offered.find_all("li")] == [TAJIK[1]]
    assert (offered.a.text, offered.a["href"].endswith(target.get_url())) == ("Об", True)
    assert suggestions()["Другой лид"] == ""
    assert json.loads(offered.button["data-units-offer"])["blocks"][0]["text"] == TAJIK[1]
    with_leaf(page, path_of(page), rich([TAJIK[0], TAJIK[1], PARAGRAPHS[2]])).save_revision()
    confirm(target=page, user=translator, keys=[text_key(TAJIK[1])])
    assert suggestions()[PARAGRAPHS[1]] == ""


def test_a_repeat_sentences_similar_texts_and_terms_are_offered(target, client, other, monkeypatch):
    Organisation.objects.create(name_ru="Круг чтения", name_tg="Доираи мутолиа")
    repeated, sentences = "Повтор о Круге чтения.", f"Ранее в <b>этом</b> ряду. {PARAGRAPHS[2]}"
    page = other(repeated, sentences, repeated)
    with_leaf(page, path_of(page), rich(["Такрор.", sentences, repeated])).save_revision()
    units = ask(client, page).json()["units"]
    again, part = (BeautifulSoup(unit["suggestions"], "html.parser").find_all("li") for unit in (units[-1], units[-2]))
    assert [(" ".join(each.text.split()), bool(each.a)) for each in again] == [
        ("in this text Такрор. Put in", False),
        ("Круге чтения → Доираи мутолиа Put in", False),
    ]
    assert again[1].button.attrs.items() >= {"data-units-offer": "", "data-text": "Доираи мутолиа"}.items()
    (button,) = (each.button for each in part)
    assert json.loads(button["data-units-offer"])["blocks"][0]["text"] == TAJIK[2]
    assert button["data-sentence"] == PARAGRAPHS[2]

    def similar(_memory, htmls):
        pair = MemoryPair(source_html="Ранее 5 раз <i>в</i> этом.", target=target)
        return {html: [Match("Пеш 5.", 81, (pair,), adapted=True)] for html in htmls if html.startswith("Ранее в <b>")}

    monkeypatch.setattr(Memory, "similar", similar)
    fields = {"path": path_of(page), "index": 1, "key": units[-2]["key"]}
    said = ask(client, page, "similar", **fields).json()["suggestions"]
    found = BeautifulSoup(said, "html.parser").li
    assert "81" in found.small.text
    assert "numbers or names changed" in found.small.text
    assert found.find("del").text.strip() == "5 раз"
    assert json.loads(found.button["data-units-offer"])["blocks"][0]["text"] == "Пеш 5."
    monkeypatch.setattr(Memory, "of_units", lambda _memory, _htmls: {repeated: [Match("Такрор."), Match("Дигар.")]})
    again = BeautifulSoup(ask(client, page).json()["units"][-1]["suggestions"], "html.parser")
    assert [item.span.text for item in again.select(".chorsu-units__match")] == ["Такрор.", "Дигар."]
    for wrong in ({"key": "x"}, {"path": "title", "index": "x"}):
        assert ask(client, page, "similar", **fields | wrong).json() == {"suggestions": ""}
    assert ask(signed_in(member("russian", "Translators (ru)")), page, "similar", **fields).status_code == 403


def test_a_paragraph_is_copied_in_the_form_of_the_editor(source, target, client):
    html = f'<h2>Глава</h2><p>Слово <b>одно</b>, <a linktype="page" id="{source.pk}">ссылка</a>.</p><hr/><p>Конец.</p>'
    publish(with_leaf(source, path_of(source), html))
    heading, middle, last = (
        ask(client, target, "unit_content", path=unit["path"], index=unit["index"], key=unit["key"]).json()
        for unit in ask(client, target).json()["units"][-3:]
    )
    assert (heading["blocks"][0]["type"], heading["blocks"][0]["text"]) == ("header-two", "Глава")
    assert [entity["data"]["id"] for entity in middle["entityMap"].values()] == [source.pk]
    assert (last["blocks"][0]["text"], last["entityMap"]) == ("Конец.", {})
    assert ask(client, target, "unit_content", path=path_of(source), index=1, key="0" * 64).status_code == 409
    for fields in ({"path": path_of(source), "index": 3}, {"path": "title", "index": 0}, {"path": "x", "index": "y"}):
        assert ask(client, target, "unit_content", **fields).status_code == 404


def test_the_desk_leads_to_the_first_paragraph_to_do(target, client):
    edit = f"/admin/pages/{target.pk}/edit/"
    assert editor_url(target) == f"{edit}#translation-to-do"
    desk = client.get(reverse("chorsu_translation:desk")).content.decode()
    assert f'href="{edit}?next=%2Fadmin%2Ftranslations%2F#translation-to-do"' in desk


def test_blocks_that_are_joint_in_a_chain_are_found_in_one_step_each():
    def lines(number):
        joint = JointBlocks()
        for each in range(number):
            joint.join([str(each + 1), str(each)])
        return count_lines(lambda: {joint[str(each)] for each in range(number)})

    assert lines(800) <= 2.2 * lines(400)


def test_the_units_of_two_live_pages_cost_no_more_than_their_queries(target, client, django_assert_max_num_queries):
    publish(translated(target))
    ask(client, target)  # what a process learns once
    with django_assert_max_num_queries(40) as asked:
        assert ask(client, target).status_code == 200
    queries = [query["sql"] for query in asked.captured_queries]
    assert sum("chorsu_articles_publicationauthor" in query for query in queries) == 1
    assert sum("chorsu_translation_term" in query for query in queries) == 1
