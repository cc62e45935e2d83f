"""How translations begin."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse
from wagtail.models import Locale, Page, PageLogEntry
from wagtail.users.models import UserProfile

from chorsu_articles.models import AnalysisPage, Person
from chorsu_articles.models.publications import Correction
from chorsu_editorial.reading import all_leaves
from chorsu_translation.checks import check_settings
from chorsu_translation.models import Baseline, TranslationLink
from chorsu_translation.planning import request_translation
from chorsu_translation.selectors import State, page_state
from chorsu_translation.starting import REMEMBERED, start_translation
from tests.editorial.desk import fresh, latest
from tests.factories import signed_in
from tests.translation.desk_of_two import draft
from tests.translation.newsroom import article, editor_at, locale, member, publish, section

Begin = Callable[..., Page]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_messages_in_english")]


@pytest.fixture
def begin(translator, tajik) -> Begin:
    """Return a function with which the translator begins a page in Tajik."""
    return partial(start_translation, locale=tajik, user=translator)


def address(page: Page, code: str = "tg") -> str:
    return reverse("chorsu_translation:start", args=[page.pk, code])


def test_a_front_page_is_translated_by_who_may_add_pages_below_the_root(newsroom, admin):
    home = section("ru").get_parent().specific
    french = Locale.objects.create(language_code="fr")
    with pytest.raises(PermissionDenied):
        start_translation(source=home, locale=french, user=member("chief", "Chief editors"))
    target = start_translation(source=home, locale=french, user=admin)
    assert (target.depth, target.live, target.owner) == (2, False, admin)


def test_a_translation_is_a_draft_that_belongs_to_the_translator(source, translator, tajik, begin):
    with pytest.raises(PermissionDenied):
        start_translation(source=source, locale=tajik, user=member("russian", "Translators (ru)"))
    assert not Page.objects.filter(translation_key=source.translation_key, locale=tajik).exists()
    target = begin(source=source)
    assert (page_state(target), TranslationLink.objects.get(target=target).source_id) == (State.DRAFT, source.pk)
    assert [block.id for block in target.specific.body] == [block.id for block in source.body]
    assert target.permissions_for_user(translator).can_edit()
    assert begin(source=source).pk == target.pk
    entry = PageLogEntry.objects.get(page=target.pk, action="wagtail.copy_for_translation")
    assert target.owner == target.latest_revision.user == entry.user == translator


def test_the_slug_is_made_by_the_rules_of_the_target_and_follows_the_translated_headline(translator, begin):
    source = article(title="Хлопок", slug="hlopok-2024")
    target = begin(source=source)
    # Russian х is "kh", Tajik х is "kh" too, but the year that somebody added to the address is gone.
    assert (source.slug, target.slug) == ("hlopok-2024", "khlopok")
    assert 'data-articles-slug-made="khlopok"' in signed_in(translator).get(editor_at(target)).text
    # One that follows already stays.
    waters = [begin(source=article(title="Water", slug=slug)).slug for slug in ("water", "water-2")]
    assert waters == ["water", "water-1"]


def test_empty_blocks_keep_ids_pictures_and_the_headline(begin, settings):
    body = [
        ("heading", {"text": "Реки", "level": "h3"}),
        ("paragraph", "<p>Первый.</p>"),
        ("facts", {"title": "Факты", "items": ["<p>Один</p>", "<p>Два</p>"]}),
    ]
    source = article(slug="empty", body=body)
    settings.CHORSU_TRANSLATION = {"START_WITH": "empty"}
    target = begin(source=source).specific
    assert [(leaf.path, leaf.text) for leaf in all_leaves(target)] == [("title", source.title)]
    paths = [leaf.path for leaf in all_leaves(source, include_empty=True)]
    assert [leaf.path for leaf in all_leaves(latest(target), include_empty=True)] == paths
    assert target.body[0].value["level"] == "h3"
    assert source.body[1].value.source == "<p>Первый.</p>"
    assert Baseline.objects.get(target=target).units
    assert begin(source=article(slug="x"), start_with="copy").specific.lead == "Лид"
    settings.CHORSU_TRANSLATION = {"START_WITH": "blank"}
    assert "chorsu_translation.E001" in [message.id for message in check_settings()]


def test_the_page_shows_the_note_and_remembers_what_each_person_began_with(source, translator, tajik):
    other, editor = article(slug="zemlia"), member("editor", "Editors (tg)")

    def chosen(user):
        page = BeautifulSoup(signed_in(user).get(address(other)).content, "html.parser")
        return page.select_one("[name=start_with][checked]")["value"]

    request_translation(page=source, locale=tajik, user=editor, assignee=translator, note="Keep the <names>.")
    client = signed_in(translator)
    assert "Keep the &lt;names&gt;." in client.get(address(source)).text
    assert chosen(translator) == "copy"
    client.post(address(source), {"source": source.pk, "start_with": "empty"})
    assert source.get_translation(tajik).specific.lead == ""
    assert (chosen(translator), chosen(editor)) == ("empty", "copy")
    UserProfile.objects.filter(user=translator).update(dismissibles={REMEMBERED: ["copy"]})
    assert chosen(translator) == "copy", "what programs wrote there isn't believed"


def test_who_begins_a_translation_is_its_translator(source, tajik):
    nozanin = Person.objects.create(name_ru="Нозанин Кодирова", name_en="Nozanin Qodirova")
    user, nameless = member("nozanin", "Chief editors"), member("nameless", "Chief editors")
    user.first_name, user.last_name = "Nozanin ", "Qodirova"
    target = start_translation(source=source, locale=tajik, user=user)
    assert [link.person for link in latest(target).translator_links.all()] == [nozanin]
    assert AnalysisPage.objects.get(pk=source.pk).translator_links.count() == 0
    publish(target.specific)
    onward = start_translation(source=target, locale=locale("en"), user=nameless)
    assert not latest(onward).translator_links.exists(), "of what it was translated from"
    Person.objects.create(name_tg="Nozanin Qodirova")
    assert Person.called_as(user) is None, "nobody knows which of the two it is"
    assert Person.called_as(AnonymousUser()) is Person.called_as(None) is None, "accounts need have no full name"


def test_of_an_unpublished_source_the_draft_is_taken_and_not_what_readers_once_saw(source, begin):
    source.unpublish()
    draft(fresh(source), lead="Новый лид")
    assert begin(source=fresh(source)).specific.lead == "Новый лид"
    never_live = article(slug="never", live=False)
    draft(never_live, title="Новый заголовок")
    assert begin(source=never_live).specific.title == "Новый заголовок"


def test_the_draft_of_a_live_source_is_taken_where_asked_for_and_counts_once_it_is_live(source, begin):
    revision = draft(source, lead="Новый лид")
    target = begin(source=source, draft=True)
    assert target.specific.lead == "Новый лид"
    publish(target.specific)
    assert page_state(target) == State.OUTDATED
    revision.publish()
    assert page_state(target) == State.LIVE
    other = article(slug="zemlia")
    draft(other, lead="Тайна")
    with pytest.raises(PermissionDenied):
        start_translation(source=other, locale=locale("en"), user=member("stranger", "Journalists (en)"), draft=True)


def test_missing_pages_above_are_made_as_drafts_with_one_press(source, translator, tajik):
    section("tg").delete()
    above, client = section("ru"), signed_in(translator)
    assert f"“{above.title}”" in client.get(address(source)).text
    assert above.get_translation_or_none(tajik) is None

    answer = client.post(address(source), {"source": source.pk, "start_with": "copy"})

    parent, target = section("tg"), source.get_translation(tajik)
    assert answer.headers["Location"] == editor_at(target)
    assert (parent.live, parent.get_parent()) == (False, above.get_parent().get_translation(tajik))
    assert target.get_parent().pk == parent.pk
    assert TranslationLink.objects.get(target=parent).source_id == above.pk
    for made in (parent, target):
        assert made.owner == translator
        shown_in_history = PageLogEntry.objects.filter(page=made.pk).latest_by_uuid_and_action()
        assert shown_in_history.filter(action="wagtail.copy_for_translation", user=translator).count() == 1


def test_pages_above_need_the_right_on_the_tree_where_they_will_stand(source, tajik):
    section("tg").delete()
    stranger = member("stranger", "Translators (ru)")
    with pytest.raises(PermissionDenied):
        start_translation(source=source, locale=tajik, user=stranger)
    assert not any(page.get_translation_or_none(tajik) for page in (source, section("ru")))


def test_a_translation_is_a_source_too(newsroom):
    original = article(code="tg", title="Пахта", slug="pakhta", lead="Аввал")
    second = start_translation(source=original, locale=locale("ru"), user=member("chief", "Chief editors")).specific
    second.title, second.lead = "Хлопок", "Первый"
    second = publish(second)
    client = signed_in(member("english", "Translators (en)"))
    page = client.get(address(original, "en")).text
    assert page.index("Пахта") < page.index("Хлопок")
    client.post(address(original, "en"), {"source": second.pk})
    target = original.get_translation(locale("en"))
    assert target.specific.lead == "Первый"
    assert TranslationLink.objects.get(target=target).source_id == second.pk


def test_a_choice_that_was_not_offered_is_refused_and_what_is_there_already_is_opened(source, translator, tajik, begin):
    client = signed_in(translator)
    for posted in ({"source": "999999"}, {"source": "x" * 5000}, {"start_with": "nothing"}):
        assert client.post(address(source), posted).status_code == 400
    assert source.get_translation_or_none(tajik) is None
    target = begin(source=source)
    for answer in (client.get(address(source)), client.post(address(source))):
        assert answer.headers["Location"] == editor_at(target)


def test_an_alias_becomes_a_page_that_readers_see_as_before(source, translator, tajik, begin):
    source.corrections = [Correction(date=date(2026, 11, 1), text="Исправлено")]
    source = publish(source)
    alias = source.create_alias(
        parent=section("tg"), update_locale=tajik, reset_translation_key=False, update_slug="voda-tg"
    )
    target = begin(source=source, start_with="empty")
    assert (target.pk, target.alias_of_id, target.owner, target.slug) == (alias.pk, None, translator, "voda-tg")
    assert (target.live, target.specific.lead, latest(target).lead) == (True, "Лид", "")
    assert [block.id for block in latest(target).body] == [block.id for block in source.body]
    assert target.permissions_for_user(translator).can_edit()
    # Readers see nothing of the translation yet, and nobody calls the Russian words a Tajik text.
    assert page_state(target) == State.OUTDATED
    source.lead = "Другой"
    publish(source)
    assert fresh(target).lead == "Лид"
    publish(latest(target))
    assert page_state(target) == State.OUTDATED  # the source has another lead by now
    assert [fresh(page).corrections.count() for page in (source, target)] == [1, 1], "each has rows of its own"


def copy(client: Client, page: Page, parent: object) -> str:
    data = {"new_title": "Copy", "new_slug": "copy", "new_parent_page": parent}
    return client.post(f"/admin/pages/{page.pk}/copy/", data, follow=True).content.decode()


def test_a_copy_stays_in_its_language(client, admin, source):
    """A page is brought into another language by translating it, not by copying it there."""
    client.force_login(admin)
    assert f"“{section('tg').title}” is in Тоҷикӣ." in copy(client, source, section("tg").pk)
    for parent in ("", "x", "999999", "٣", "9" * 40):
        assert "Choose the page below which the copy belongs." in copy(client, source, parent), parent
    assert not Page.objects.filter(slug="copy").exists()
    copy(client, source, source.get_parent().pk)
    assert Page.objects.get(slug="copy").locale == source.locale
