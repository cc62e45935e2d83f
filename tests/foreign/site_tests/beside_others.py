"""The plug-ins beside wagtail-localize and simple_translation, which bring pages into other languages too."""

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.urls import reverse
from home.models import HomePage
from test_translation import press_at_desk
from wagtail.models import GroupPagePermission, Locale
from wagtail_localize.models import StringTranslation, Translation, TranslationSource

from chorsu_articles.models import AnalysisPage, SectionPage
from chorsu_translation.models import TranslationLink
from chorsu_translation.selectors import page_state

pytestmark = pytest.mark.django_db


@pytest.fixture
def home():
    home = HomePage.objects.get()
    home.title = "Startseite"
    home.save_revision().publish()
    Locale.objects.get_or_create(language_code="en")
    return HomePage.objects.get(pk=home.pk)


@pytest.fixture
def localized(home, django_capture_on_commit_callbacks):
    """Return a translation that wagtail-localize has published, with its record there."""
    source, _ = TranslationSource.get_or_create_from_instance(home)
    translation = Translation.objects.create(source=source, target_locale=Locale.objects.get(language_code="en"))
    with django_capture_on_commit_callbacks(execute=True):
        translation.save_target(publish=True)
    return translation


def test_the_desk_follows_what_wagtail_localize_publishes(admin, home, localized, django_capture_on_commit_callbacks):
    target = localized.get_target_instance()
    assert page_state(target) == "live"
    home.title = "Neue Startseite"
    home.save_revision().publish()
    assert page_state(target) == "outdated"
    localized.source.update_from_db()
    with django_capture_on_commit_callbacks(execute=True):
        localized.save_target(publish=True)
    assert HomePage.objects.get(pk=target.pk).title == "Neue Startseite"
    assert page_state(target) == "outdated", "the desk can't know that it is done"
    press_at_desk(admin, reverse("chorsu_translation:up_to_date", args=[target.pk]))
    assert page_state(target) == "live"


def test_wagtail_localize_shows_its_own_editor_until_it_is_stopped(admin, localized):
    target = localized.get_target_instance()
    edit = reverse("wagtailadmin_pages:edit", args=[target.pk])
    assert "page-edit-form" not in admin.get(edit).content.decode()
    Translation.objects.update(enabled=False)
    assert "page-edit-form" in admin.get(edit).content.decode()


@pytest.mark.parametrize("right", ["change_page", "publish_page"])
def test_in_its_editor_only_the_publish_right_publishes_past_every_workflow(
    client, localized, right, django_capture_on_commit_callbacks
):
    target = localized.get_target_instance()
    target.unpublish()
    group = Group.objects.create(name="Übersetzende")
    group.permissions.add(Permission.objects.get(codename="access_admin"))
    for codename in {"change_page", right}:
        permission = Permission.objects.get(content_type__app_label="wagtailcore", codename=codename)
        GroupPagePermission.objects.create(group=group, page=target, permission=permission)
    user = get_user_model().objects.create_user("anna", "anna@example.org", "x")
    user.groups.add(group)
    client.force_login(user)
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("wagtailadmin_pages:edit", args=[target.pk]), {"action": "publish"})
    assert HomePage.objects.get(pk=target.pk).live == (right == "publish_page")


def test_a_page_of_simple_translation_is_an_ordinary_draft_with_its_source(admin, home):
    english = Locale.objects.get(language_code="en")
    admin.post(
        reverse("simple_translation:submit_page_translation", args=[home.pk]),
        {"locales": [english.pk], "include_subtree": ""},
    )
    target = HomePage.objects.get(locale=english)
    assert page_state(target) == "draft"
    assert TranslationLink.objects.get(target=target).source_id == home.pk
    assert "page-edit-form" in admin.get(reverse("wagtailadmin_pages:edit", args=[target.pk])).content.decode()


def test_an_alias_counts_as_missing_and_leads_to_the_page_that_makes_it_a_translation(admin, home):
    alias = home.copy_for_translation(Locale.objects.get(language_code="en"), alias=True)
    start = reverse("chorsu_translation:start", args=[home.pk, "en"])
    assert start in admin.get(reverse("chorsu_translation:desk")).content.decode()
    assert admin.post(start).url == reverse("wagtailadmin_pages:edit", args=[alias.pk])


def test_an_article_of_ours_is_translated_by_wagtail_localize(home, localized, django_capture_on_commit_callbacks):
    german, english = home.locale, localized.target_locale
    section = home.add_child(instance=SectionPage(title="Analysen", kind="analysis", locale=german))
    body = [("heading", {"text": "Der Pegel", "level": "h2"}), ("paragraph", "<p>Er fällt.</p>")]
    article = AnalysisPage(title="Die Donau", lead="Was das heißt.", body=body, locale=german, live=False)
    section.add_child(instance=article)
    for page in (section, article):
        page.save_revision().publish()
        source, _ = TranslationSource.get_or_create_from_instance(type(page).objects.get(pk=page.pk))
        for string in source.stringsegment_set.all():
            StringTranslation.objects.create(
                translation_of=string.string, locale=english, context=string.context, data=f"EN {string.string.data}"
            )
        with django_capture_on_commit_callbacks(execute=True):
            Translation.objects.create(source=source, target_locale=english).save_target(publish=True)
    target = AnalysisPage.objects.get(locale=english)
    assert (target.title, target.lead) == ("EN Die Donau", "EN Was das heißt.")
    assert [block.block_type for block in target.body] == ["heading", "paragraph"]
    assert "EN Er fällt." in str(target.body)
    assert page_state(target) == "live"
