"""The newsroom arranges what stands around its pages: name, logo, colour, menu, footer, in each language."""

from __future__ import annotations

from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from wagtail.models import ModelLogEntry, Site
from wagtail.test.utils.form_data import inline_formset, nested_form_data

from chorsu_articles.models import Country, HomePage, InfoPage, SectionPage, Topic
from chorsu_delivery.models import OutgoingMessage
from cms.newsroom.messages import mail_people
from cms.outlet import DARK, LEAST_CONTRAST, LIGHT, FooterEntry, MenuEntry, Outlet, contrast, least_contrast, readable
from cms.reader.frame import outlet_name
from tests.cms.content import soup_of
from tests.factories import make_article, make_picture, make_user, signed_in

pytestmark = pytest.mark.usefixtures("newsroom")


@pytest.fixture
def chief() -> Client:
    return signed_in(make_user("Chief editors"))


def form_data(**fields: Any) -> dict[str, Any]:
    rows = {
        name: inline_formset(fields.pop(name, [])) for name in ("menu_entries", "footer_entries", "social_addresses")
    }
    blank = ("logo", "logo_dark", "share_picture", "editorial_policy", "correction_policy", "accent", "accent_dark")
    return nested_form_data({"name_ru": "Вести", **dict.fromkeys((*blank, "licence_url"), ""), **fields, **rows})


def edit_url() -> str:
    return reverse("wagtailsnippets_chorsu_cms_outlet:edit", args=[Outlet.objects.get().pk])


def save(client: Client, **fields: Any) -> Any:
    return client.post(edit_url(), form_data(**fields))


def entry(**fields: Any) -> dict[str, Any]:
    return {"page": "", "topic": "", "country": "", "address": "", "label_ru": "", **fields}


def test_a_chief_editor_names_the_outlet_in_each_language_and_it_is_logged(chief, client):
    Site.objects.update(site_name="The valley")
    Outlet.objects.update(name_ru="", name_tg="", name_en="")
    assert outlet_name() == "The valley"
    assert chief.get(reverse("wagtailsnippets_chorsu_cms_outlet:list")).url == edit_url(), "there is one form"
    client.get("/ru/")
    assert save(chief, name_ru="Вести", name_tg="Паём", tagline_ru="О регионе").status_code == 302
    russian, tajik = soup_of(client, "/ru/"), soup_of(client, "/tg/")
    assert russian.select_one(".masthead .brand").text.strip() == "Вести"
    assert tajik.select_one(".masthead .brand").text.strip() == "Паём"
    # What isn't written in a language comes from the one that it falls back to, and is marked so.
    tagline = tajik.select_one(".masthead .tagline span")
    assert (tagline.text, tagline["lang"]) == ("О регионе", "ru")
    assert russian.select_one("meta[property='og:site_name']")["content"] == "Вести"
    assert "<title>Вести</title>" in client.get("/ru/feed/").text
    assert ModelLogEntry.objects.filter(action="wagtail.edit", content_type__model="outlet").exists()


def test_texts_of_a_language_are_open_to_those_who_may_write_it():
    user = make_user("Editors (ru)")
    assert save(signed_in(user), name_ru="Forged").status_code == 302
    assert not Outlet.objects.filter(name_ru="Forged").exists()
    rights = Permission.objects.filter(codename__in=("view_outlet", "change_outlet"))
    user.user_permissions.add(*rights.filter(content_type__app_label="chorsu_cms"))
    Outlet.objects.update(name_tg="Паём")
    assert save(signed_in(user), name_ru="Вести", name_tg="Forged").status_code == 302
    row = Outlet.objects.get()
    assert (row.name_ru, row.name_tg) == ("Вести", "Паём")


@pytest.mark.thorough
def test_a_colour_that_can_not_be_read_and_a_line_that_leads_nowhere_are_refused(chief):
    for fields, refused in (
        ({"accent": "#ffcc00"}, "accent"),
        ({"accent": "#1b4079", "accent_dark": "#1b4079"}, "accent_dark"),
        ({"accent": "#1b4079;}"}, "accent"),
        ({"accent_dark": "#9dbdf2"}, "accent"),
    ):
        assert list(save(chief, **fields).context["form"].errors) == [refused]
        assert Outlet.objects.get().accent == ""
    two_places = entry(page=HomePage.objects.first().pk, topic=Topic.objects.create(name_ru="Вода").pk)
    no_address = entry(address="javascript:alert(1)", label_ru="Forged")
    for line in (entry(), entry(address="https://example.org/"), no_address, two_places):
        assert save(chief, menu_entries=[line]).status_code == 200
        assert not Outlet.objects.get().menu_entries.exists()


def test_a_colour_comes_as_a_style_sheet_of_its_own(chief, client):
    assert save(chief, accent="#7A1F2B").status_code == 302
    page = client.get("/ru/")
    assert "unsafe" not in page.headers["Content-Security-Policy"]
    links = [link["href"] for link in BeautifulSoup(page.content, "html.parser").select("link[rel=stylesheet]")]
    sheet = client.get(next(link for link in links if "accent-7a1f2b-" in link))
    assert "--accent: #7a1f2b" in sheet.text
    assert "immutable" in sheet.headers["Cache-Control"]
    assert client.get("/accent-7a1f2b-red.css").status_code == 404


@pytest.mark.parametrize("colour", ["#1b4079", "#ffcc00", "#808080", "#000000", "#ffffff", "#ff0000"])
def test_the_nearest_readable_shade_is_readable(colour):
    for backgrounds in (LIGHT, DARK):
        found = readable(colour, backgrounds)
        assert least_contrast(found, backgrounds) >= LEAST_CONTRAST
        assert found == colour or least_contrast(colour, backgrounds) < LEAST_CONTRAST
    assert contrast("#000000", "#ffffff") == pytest.approx(21)


def test_a_logo_stands_in_place_of_the_name_light_and_dark(chief, client):
    light, dark = make_picture(title="Light"), make_picture(title="Dark")
    assert save(chief, logo=light.pk, logo_dark=dark.pk).status_code == 302
    brand = soup_of(client, "/ru/").select_one(".masthead .brand")
    assert brand.img["alt"] == "Вести"
    assert brand.source["media"] == "(prefers-color-scheme: dark)"
    assert brand.source["srcset"] != brand.img["src"]


def russian_section(slug: str) -> SectionPage:
    return SectionPage.objects.get(slug=slug, locale__language_code="ru")


def test_the_menu_is_as_deep_as_one_level_and_follows_the_language(chief, client):
    section, other = russian_section("analysis"), russian_section("events")
    SectionPage.objects.get(slug="events", locale__language_code="tg").unpublish()
    tajik = SectionPage.objects.get(slug="analysis", locale__language_code="tg")
    water, glaciers = Topic.objects.create(name_ru="Вода", name_tg="Об"), Topic.objects.create(name_ru="Ледники")
    for parent in (section, tajik):
        make_article(parent, topics=[water, glaciers])
    menu = [
        entry(page=section.pk),
        entry(topic=water.pk, inside="on"),
        entry(page=other.pk),
        entry(topic=glaciers.pk, inside="on", label_ru="Лёд"),
        entry(label_ru="Пустой заголовок"),
        entry(address="https://example.org/", label_ru="Архив"),
    ]
    assert save(chief, menu_entries=menu).status_code == 302

    def texts(path, *selectors):
        soup = soup_of(client, path)
        return [[tag.text for tag in soup.select(f"nav.nav {selector}")] for selector in selectors]

    titles, panels, outside, current = texts(
        "/ru/analysis/", "summary", ".nav-panel a", ".nav-list > li > a", ":is(summary.current, [aria-current=page])"
    )
    assert (titles, outside) == ([section.title, other.title], ["Архив"])
    assert panels == [section.title, "Вода", other.title, "Лёд"]
    assert current == [section.title] * 2
    # In Tajik the second section isn't open to readers: what stood inside it stands by itself.
    titles, panels, outside = texts("/tg/", "summary", ".nav-panel a", ".nav-list > li > a")
    assert (titles, panels) == ([tajik.title], [tajik.title, "Об"])
    assert "Лёд" in outside


def test_a_topic_or_country_is_in_the_menu_of_the_languages_that_write_about_it(chief, client):
    water, tajikistan = Topic.objects.create(name_ru="Вода"), Country.objects.get(code="TJ")
    lines = [entry(topic=water.pk), entry(country=tajikistan.pk)]
    assert save(chief, menu_entries=lines, footer_entries=lines).status_code == 302
    section = russian_section("analysis")
    make_article(section, topics=[water], live=False)
    assert "Вода" not in client.get("/ru/").text
    make_article(section, title="Another", topics=[water], countries=[tajikistan])
    soup = soup_of(client, "/ru/")
    for place in (".nav a", ".footer a"):
        assert {"Вода", "Таджикистан"} <= {link.text for link in soup.select(place)}, place
    assert "Вода" not in client.get("/tg/").text


def test_the_footer_has_columns_contacts_licence_imprint_and_policies(chief, client):
    home = HomePage.objects.get(locale__language_code="ru")
    policy = home.add_child(instance=InfoPage(title="Правила", slug="rules", body="<p>…</p>", locale=home.locale))
    fields: dict[str, Any] = {
        "footer_entries": [
            entry(label_ru="Разделы"),
            entry(page=russian_section("analysis").pk),
            entry(label_ru="Пусто"),
            entry(label_ru="Другое"),
            entry(address="https://example.org/", label_ru="Архив"),
        ],
        "social_addresses": [{"name": "Telegram", "address": "https://t.me/vesti"}],
        "editorial_policy": policy.pk,
        "licence_url": "https://creativecommons.org/licenses/by/4.0/",
        "contacts_ru": "Душанбе\nnews@example.org",
        "imprint_ru": "Учредитель: <b>ООО</b>",
        "licence_ru": "CC BY 4.0",
    }
    assert save(chief, **fields).status_code == 302
    foot = soup_of(client, "/ru/").select_one("footer")
    assert [heading.text for heading in foot.select("h2")] == ["Разделы", "Другое", "Издания"]
    assert foot.select_one("a[rel=me]")["href"] == "https://t.me/vesti"
    assert foot.select_one("address a")["href"] == "mailto:news@example.org"
    assert "<b>" not in str(foot)
    assert foot.select_one("a[rel=license]").text == "CC BY 4.0"
    assert "Правила" in [link.text for link in foot.select("nav a")]
    # A page that isn't there in a language isn't offered in it.
    assert "Правила" not in soup_of(client, "/tg/").select_one("footer").text


def test_the_form_is_previewed_in_each_language_and_nothing_of_it_is_kept(chief, client):
    url = reverse("wagtailsnippets_chorsu_cms_outlet:preview_on_edit", args=[Outlet.objects.get().pk])
    menu = [entry(address="https://example.org/", label_ru="Проба", label_tg="Озмоиш")]
    answer = chief.post(url, form_data(name_ru="Новое имя", name_tg="Номи нав", menu_entries=menu)).json()
    assert answer == {"is_valid": True, "is_available": True}
    for code, name, line in (("ru", "Новое имя", "Проба"), ("tg", "Номи нав", "Озмоиш")):
        soup = soup_of(chief, f"{url}?mode={code}")
        assert soup.html["lang"] == code
        assert soup.select_one(".masthead .brand").text.strip() == name
        assert soup.select_one("nav.nav").text.strip() == line
    assert "Новое имя" not in client.get("/ru/").text


def test_messages_carry_the_name_in_the_language_of_who_gets_them():
    Outlet.objects.update(name_ru="Вести", name_en="News")
    reader = make_user()
    mail_people([reader], "approver", {"person": reader, "actor": reader, "roles": []}, key="told")
    assert "News" in OutgoingMessage.objects.get().body


def test_a_full_frame_costs_no_query_once_it_is_kept(client):
    row, section = Outlet.objects.get(), russian_section("analysis")
    row.logo = row.logo_dark = make_picture()
    row.menu_entries = [MenuEntry(page=section) for _number in range(5)]
    row.footer_entries = [FooterEntry(page=section) for _number in range(5)]

    def cost():
        client.get(section.url)
        with CaptureQueriesContext(connection) as queries:
            client.get(section.url)
        return len(queries)

    empty = cost()
    row.save()
    assert cost() == empty
    assert len(soup_of(client, section.url).select(".nav-list li")) == 5
