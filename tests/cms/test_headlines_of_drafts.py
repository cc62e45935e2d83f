"""Who may not open a draft sees neither its headline nor where it stands: for an investigation that is the secret."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from wagtail.models import Locale, Page, Site

from chorsu_articles.models import AnalysisPage, HomePage, SectionPage
from chorsu_editorial.drafts import draft_reader
from chorsu_translation.baselines import link_translation
from chorsu_translation.linking import link_pages
from chorsu_translation.services import write_marked
from cms.models import User
from tests.cms.crawl import walk_admin
from tests.factories import make_article, make_group, make_home, make_section, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("newsroom_of_module", "media_of_module")]

# By what it is the headline of: a word to ask for, and one that is nowhere else.
SECRETS = {
    "a Tajik draft": "Askedtajik Zztajik",
    "a draft of a Tajik translation": "Askedtranslation Zztranslation",
    "a draft of the other site": "Askedother Zzother",
    "a draft section of the other site": "Askedsection Zzsection",
    "a Russian draft": "Askedrussian Zzrussian",
}
OTHER_SITE = {name for name in SECRETS if "other site" in name}
# Who sees none of these.
HIDDEN_FROM = {
    "journalist (ru)": SECRETS.keys() - {"a Russian draft"},
    "translator (en)": OTHER_SITE,
    "journalist of the other site": SECRETS.keys() - OTHER_SITE,
}


def section(code: str) -> SectionPage:
    home = HomePage.objects.exclude(slug="other-site").get(locale__language_code=code)
    return SectionPage.objects.child_of(home).get(kind="analysis")


def make_pages() -> dict[str, Page]:
    """Make the pages of ``SECRETS`` and return them."""
    original = make_article(section("ru"), title="Открытая статья")
    translation = AnalysisPage(
        title=SECRETS["a draft of a Tajik translation"],
        live=False,
        locale=Locale.objects.get(language_code="tg"),
        translation_key=original.translation_key,
    )
    section("tg").add_child(instance=translation)
    link_translation(source=original, target=translation, user=None)
    home = make_home("ru")
    other_home = HomePage(title="Другой сайт", slug="other-site", locale=home.locale)
    Page.get_first_root_node().add_child(instance=other_home)
    Site.objects.create(hostname="other.example.org", root_page=other_home)
    other_section = make_section(other_home, title="Раздел", slug="other-section")
    title = SECRETS["a draft section of the other site"]
    return {
        "a Tajik draft": make_article(section("tg"), title=SECRETS["a Tajik draft"], live=False),
        "a draft of a Tajik translation": translation,
        "a draft of the other site": make_article(
            other_section, title=SECRETS["a draft of the other site"], live=False
        ),
        "a draft section of the other site": make_section(other_home, title=title, slug="draft-section", live=False),
        "a Russian draft": make_article(section("ru"), title=SECRETS["a Russian draft"], live=False),
    }


@pytest.fixture(scope="module")
def pages(newsroom_of_module, media_of_module, kept_in_module) -> Iterator[dict[str, Page]]:
    with kept_in_module():
        made = make_pages()
        write_marked()
        yield made


def make_member(role: str) -> User:
    if role == "journalist of the other site":
        group = make_group("Other site", HomePage.objects.get(slug="other-site"), ("add",))
        group.permissions.set({*group.permissions.all(), *Group.objects.get(name="Journalists (ru)").permissions.all()})
        return make_user("Other site")
    name, code = role.rstrip(")").split(" (")
    return make_user(f"{name.title()}s ({code})")


def routes(patterns: list[Any], prefix: str = "") -> Iterator[str]:
    """Yield the addresses of the admin whose only argument is a number, with "{}" in its place."""
    for pattern in patterns:
        path = prefix + str(pattern.pattern).lstrip("^")
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns, path)
        elif isinstance(pattern, URLPattern) and path.startswith("admin/"):
            address, number = re.subn(r"<(?:int:)?\w*(?:pk|id|page)\w*>|\(\?P?<?\w*>?\\d\+\)", "{}", path)
            if number == 1 and "<" not in address and "(" not in address:
                yield "/" + address.rstrip("$")


def asked_by_hand(client: Client, pages: dict[str, Page]) -> Iterator[tuple[str, Any, str]]:
    """Yield addresses that somebody types who looks for drafts, with answers and texts."""
    desks = ("/admin/translations/", "/admin/translations/texts/")
    addresses = [
        f"{desk}?{query}" for desk in desks for query in ("export=csv", "language=tg", "language=tg&export=csv")
    ]
    for name, page in pages.items():
        word, _secret = SECRETS[name].split()
        above = page.get_parent().pk
        addresses += [f"{desk}?q={word}&column=tg" for desk in desks]
        addresses += [f"/admin/choose-page/search/?q={word}", f"/admin/pages/search/?q={word}"]
        addresses += [f"/admin/choose-page/{above}/{query}" for query in ("", "?page_type=chorsu_articles.publication")]
        addresses += [f"/admin/choose-page/chosen-multiple/?id={page.pk}", f"/admin/api/main/pages/?child_of={above}"]
        addresses += [route.format(page.pk) for route in sorted(set(routes(get_resolver().url_patterns)))]
    for address in dict.fromkeys(addresses):
        response: Any = client.get(address)
        yield address, response, response.getvalue().decode(errors="replace")


@pytest.mark.parametrize("role", HIDDEN_FROM)
def test_headlines_of_drafts_are_nowhere(pages, client, role):
    client.force_login(make_member(role))
    hidden = {SECRETS[name].split()[1] for name in HIDDEN_FROM[role]}
    leaks: list[tuple[str, str]] = []
    number_of_answers = 0
    for address, answer, text in chain(walk_admin(client, set()), asked_by_hand(client, pages)):
        if answer.status_code == 200:
            number_of_answers += 1
            leaks += [(address, word) for word in hidden if word in text]
    assert number_of_answers > 60
    assert leaks == []


def test_pages_that_belong_to_a_draft_do_not_tell_its_headline(pages, client):
    author = make_member("journalist (ru)")
    own = make_article(section("ru"), title="Своя статья", live=False, owner=author)
    own.save_revision(user=author)
    link_pages(source=own, target=pages["a Tajik draft"], user=make_user(superuser=True))
    client.force_login(author)
    linking = reverse("chorsu_translation:linking", args=[own.pk])
    other = pages["a draft of the other site"].pk
    for address in (
        linking,
        f"{linking}?other={other}",
        *(f"/admin/pages/{own.pk}/{act}/" for act in ("history", "edit")),
    ):
        response = client.get(address)
        assert response.status_code == 200
        assert not [word for word in ("Zztajik", "Zzother") if word in response.text], address


def test_whoever_sees_no_draft_is_told_the_headline_that_readers_see(pages):
    page = make_article(section("tg"), title="Мақолаи кушода")
    page.title = "Сарлавҳаи нав"
    page.save_revision()
    page.refresh_from_db()
    stranger, member = (draft_reader(make_member(role)) for role in ("journalist (ru)", "translator (en)"))
    assert [stranger.headline(page), member.headline(page)] == ["Мақолаи кушода", "Сарлавҳаи нав"]
