"""A saved version of a translation is declared up to date, or it is said why not."""

from __future__ import annotations

from typing import Any

import pytest

from chorsu_articles.models import AnalysisPage
from chorsu_editorial.models import FourEyesTask
from chorsu_translation.models import Baseline
from chorsu_translation.selectors import source_digest
from tests.editorial.desk import Desk, sent_by
from tests.translation.editor.translating import PARAGRAPHS, TAJIK, ask, go_live, rewrite, rich, translated

pytestmark = pytest.mark.usefixtures("_messages_in_english")


@pytest.fixture
def target(source, target) -> AnalysisPage:
    """Return a live translation whose source has changed."""
    go_live(translated(target))
    rewrite(source, [PARAGRAPHS[0], "Второй, исправленный.", PARAGRAPHS[2]])
    return AnalysisPage.objects.get(pk=target.pk)


def press(user: Any, target: AnalysisPage, seen: str, wanted: str = "auto", button: str = "x", **data: Any) -> str:
    """Press a button of the editor, with what its script adds, and return what the next screen says."""
    section: Any = target.get_parent().specific
    people = dict.fromkeys(("author", "colleague", "editor", "other_editor"), user)
    desk = Desk(section=section, task=FourEyesTask(), **people)
    form = desk.form(user, target, **data)
    form.update({"translation-up-to-date": wanted, "translation-source": seen})
    return desk.press(user, target, button, data=form).content.decode()


@pytest.mark.thorough
def test_saving_declares_the_version_where_all_changes_are_done(source, target, translator):
    seen = source_digest(target)
    block = source.body[0].id
    press(translator, target, seen, title="Обу хок")
    press(translator, target, seen, "no", body=[(block, rich([TAJIK[0], "Дуюми дигар.", TAJIK[2]]))])
    assert Baseline.objects.get(target=target).how == Baseline.How.STARTED
    press(translator, target, seen, button="action-submit", body=[(block, rich([TAJIK[0], "Дуюми нав.", TAJIK[2]]))])
    target.refresh_from_db()
    baseline = Baseline.objects.get(target=target, how=Baseline.How.TRANSLATED)
    assert (baseline.revision_id, baseline.digest) == (target.latest_revision_id, seen)
    assert target.workflow_in_progress


def test_who_says_so_declares_without_touching_anything(source, target, translator, client):
    assert "1 changed paragraph is not translated" in ask(client, target).json()["standing"]
    for _time in range(2):
        press(translator, target, source_digest(target), "yes")
    answer = ask(client, target).json()
    assert not answer["behind"]
    assert "Declared up to date with the source of" in answer["standing"]
    assert Baseline.objects.filter(how=Baseline.How.TRANSLATED).count() == 1, "it was up to date the second time"


def test_a_source_that_has_changed_since_the_screen_is_named_and_nothing_is_declared(source, target, translator):
    seen = source_digest(target)
    rewrite(source, [PARAGRAPHS[0], "Второй, исправленный.", "Третий &amp; последний."])
    said = press(translator, target, seen, "yes")
    assert "has changed since you opened this screen" in said
    assert "Третий &amp; последний." in said
    assert "исправленный" not in said.partition("has changed since")[2][:300]
    assert not Baseline.objects.filter(how=Baseline.How.TRANSLATED).exists()


def test_an_autosave_declares_nothing(source, target, client):
    address = f"/admin/pages/{target.pk}/edit/"
    data = sent_by(client.get(address).text)
    data.update({"translation-up-to-date": "yes", "translation-source": source_digest(target)})
    data.update({"key_points-count": "0", "body-count": "0", "references-count": "0"})
    saved = client.post(address, data, headers={"accept": "application/json"})
    assert saved.json()["success"], saved.content
    assert not Baseline.objects.filter(how=Baseline.How.TRANSLATED).exists()


@pytest.mark.sql
@pytest.mark.parametrize(
    ("button", "foreign"),
    [
        ("action-submit", False),
        ("x", True),
        pytest.param("x", False, marks=pytest.mark.slow),
        pytest.param("action-submit", True, marks=pytest.mark.slow),
    ],
)
def test_a_version_and_its_declaration_are_stored_together_or_not_at_all(
    source,
    target,
    translator,
    settings,
    monkeypatch,
    button,
    foreign,
):
    if foreign:  # a site without the newsroom's transaction around the editor
        ours = "cms.publishing.AtomicEditorMiddleware"
        settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if name != ours]
    before = AnalysisPage.objects.get(pk=target.pk).latest_revision_id

    def die(**_kwargs):
        raise KeyboardInterrupt

    monkeypatch.setattr("chorsu_translation.editor.views.declare_saved", die)
    with pytest.raises(KeyboardInterrupt):
        press(translator, target, source_digest(target), "yes", button, title="Обу хок")
    page = AnalysisPage.objects.get(pk=target.pk)
    assert page.latest_revision_id == before
    assert not page.workflow_in_progress
    assert not Baseline.objects.filter(how=Baseline.How.TRANSLATED).exists()
