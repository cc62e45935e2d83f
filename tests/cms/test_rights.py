"""Who may do what, in which language's tree, through Wagtail's own permission tests and views."""

from __future__ import annotations

import pytest
from django.urls import reverse
from wagtail.models import Collection, Page
from wagtail.test.utils.form_data import inline_formset, nested_form_data, rich_text

from chorsu_articles.models import AnalysisPage, HomePage, InfoPage, Picture, SectionPage
from chorsu_articles.vocabularies import names_permission
from chorsu_locales.table import LANGUAGES
from chorsu_locales.wagtail_compat import policy_registry
from cms.models import User
from tests.factories import make_article, make_user

pytestmark = pytest.mark.usefixtures("newsroom")


def make_draft(code: str, owner: User | None = None) -> AnalysisPage:
    section = SectionPage.objects.get(slug="analysis", locale__language_code=code)
    return make_article(section, live=False, owner=owner)


EDITING = {"edit", "delete", "lock"}
EVERYTHING = EDITING | {"publish", "set_view_restrictions"}


def rights(user: User, page: Page) -> set[str]:
    tester = page.permissions_for_user(User.objects.get(pk=user.pk))
    return {name for name in EVERYTHING if getattr(tester, f"can_{name}")()}


@pytest.mark.parametrize(
    ("group", "own", "others", "foreign"),
    [
        ("Journalists (ru)", {"edit", "delete"}, set(), set()),
        ("Translators (ru)", {"edit", "delete"}, set(), set()),
        ("Editors (ru)", EDITING, EDITING, set()),
        ("Chief editors", EVERYTHING, EVERYTHING, EVERYTHING),
    ],
)
def test_matrix(group, own, others, foreign):
    user = make_user(group)
    page = make_draft("ru", owner=user)
    assert rights(user, page) == own
    page.owner = make_user("Journalists (ru)")
    page.save()
    assert rights(user, page) == others
    assert rights(user, make_draft("tg", owner=user)) == foreign


@pytest.mark.thorough
def test_the_right_to_add_is_enough_to_edit_preview_and_submit_ones_own(client):
    user = make_user("Journalists (ru)")
    client.force_login(user)
    home = HomePage.objects.get(locale__language_code="ru")
    page = InfoPage(title="Draft", slug="own", live=False, owner=user, locale=home.locale)
    home.add_child(instance=page)
    text = {"title": "Finished", "slug": "own", "body": rich_text("<p>Text</p>")}
    data = nested_form_data({**text, "comments": inline_formset([])})
    preview, edit = (reverse(f"wagtailadmin_pages:{view}", args=[page.pk]) for view in ("preview_on_edit", "edit"))
    assert client.post(preview, data).json() == {"is_valid": True, "is_available": True}
    assert "Finished" in client.get(preview).content.decode()
    client.post(edit, data | {"action-submit": "1"})
    page.refresh_from_db()
    assert page.workflow_in_progress
    assert page.current_workflow_task_state.specific.submitted_by == user
    # In review it can be read, and is approved by others.
    assert client.get(edit).status_code == 200
    assert page.current_workflow_task.get_actions(page, user) == []
    assert not page.live


@pytest.mark.parametrize(
    ("group", "allowed"),
    [
        ("Journalists (ru)", set()),
        ("Translators (tg)", set()),
        ("Editors (ru)", {"change", "delete"}),
        ("Chief editors", {"change", "delete"}),
    ],
)
def test_library(group, allowed):
    user = make_user(group)
    policy = policy_registry.get_by_type(Picture)
    somebody_elses = Picture(title="P", collection=Collection.get_first_root_node(), uploaded_by_user=None)
    actions = ("change", "delete")
    found = {action for action in actions if policy.user_has_permission_for_instance(user, action, somebody_elses)}
    assert found == allowed
    assert policy.user_has_permission(user, "add")
    assert policy.user_has_permission(user, "choose")


@pytest.mark.parametrize(
    ("group", "models", "languages"),
    [
        ("Journalists (ru)", set(), {"ru"}),
        ("Translators (tg)", {"topic", "organisation"}, {"tg"}),
        ("Editors (ru)", {"topic", "person", "organisation"}, {"ru"}),
        ("Chief editors", {"topic", "person", "organisation", "country"}, {"ru", "tg", "en"}),
    ],
)
def test_vocabularies(group, models, languages):
    user = make_user(group)
    everything = ("topic", "person", "organisation", "country")
    assert all(user.has_perm(f"chorsu_articles.view_{model}") for model in everything)
    assert {model for model in everything if user.has_perm(f"chorsu_articles.change_{model}")} == models
    assert {code for code in LANGUAGES if user.has_perm(names_permission(code))} == languages
