"""Arrange the demo's front pages, section fronts, menu and footer, where nobody has arranged them."""

from __future__ import annotations

import json
from typing import Any

from django.core import serializers
from django.db.models import Model

from chorsu_articles.columns import COLUMN_LANGUAGES, column
from chorsu_articles.models import HomePage, InfoPage, SectionPage
from cms.outlet import FooterEntry, MenuEntry, Outlet
from demo import content
from demo.services.about import POLICIES
from demo.services.desk import Desk
from demo.services.record import record
from demo.services.vocabulary import translated

MENU_TOPICS = ("water", "energy", "environment", "agriculture", "economy", "education", "culture", "cities")
MENU_COUNTRIES = ("TJ", "UZ", "KG", "KZ")
FRONT_TOPICS = ("environment", "economy")
# What the editors of the demo find most important in the week of its loading, besides what leads.
WEEK = ("school-languages", "early-bees", "digital-fair", "glaciers")
Blocks = list[tuple[str, dict[str, Any]]]


def arrange_front_pages(desk: Desk) -> None:
    """Arrange and publish each front page and section front that has no blocks yet."""
    outlet = content.read("outlet.toml")
    texts, calendar = outlet["text"], outlet["headings"]["calendar"]
    for page in HomePage.objects.filter(depth=2).select_related("locale"):
        code = page.locale.language_code
        _arrange(page, _home(page, desk, {key: texts[key].get(code, "") for key in texts}), desk)
        for section in SectionPage.objects.child_of(page).select_related("locale"):
            _arrange(section, _section(section, calendar.get(code, "")), desk)


def _arrange(page: HomePage | SectionPage, values: Blocks, desk: Desk) -> None:
    if page.arrangement or page.has_unpublished_changes or not values:
        return
    page.arrangement = json.dumps(
        [
            {"type": kind, "value": value, "id": f"d3a0c0de-0000-4000-8000-{number:012}"}
            for number, (kind, value) in enumerate(values)
        ]
    )
    editor = desk.editor(page.locale.language_code)
    page.save_revision(user=editor, log_action=True).publish(user=editor, skip_permission_checks=True)
    record([page], filled=stored(type(page).objects.get(pk=page.pk)))


def _home(page: HomePage, desk: Desk, texts: dict[str, str]) -> Blocks:
    section = SectionPage.objects.child_of(page).filter(kind="analysis").first()
    code = page.locale.language_code
    out = [article for article in content.articles() if code in article.languages and code not in article.in_review]
    leads = min(out, key=lambda article: article.days_ago).key if out else ""
    week = [desk.pages[key, code] for key in WEEK if key != leads and (key, code) in desk.pages]
    topics = [("topic", {"topic": desk.topics[topic].pk, "heading": "", "number": "3"}) for topic in FRONT_TOPICS]
    return [
        ("lead", {"story": None, "until": None, "with_latest": True}),
        ("week", {"heading": "", "stories": [story.pk for story in week], "number": "4"}),
        ("events", {"heading": "", "shows": "both", "number": "3"}),
        *topics,
        ("newest", {"heading": "", "section": section.pk if section else None, "number": "3"}),
        ("text", texts),
    ]


def _section(section: SectionPage, calendar: str) -> Blocks:
    """Return the events ahead for a section of events, and the newest story for another."""
    if section.kind == "events":
        return [("events", {"heading": calendar, "shows": "ahead", "number": "4"})]
    return [("lead", {"story": None, "until": None, "with_latest": True})]


def arrange_outlet(desk: Desk, policies: dict[tuple[str, str], InfoPage]) -> None:
    """Write what the outlet says about itself, where nobody has written a name or a line yet."""
    row = Outlet.objects.filter(site__is_default_site=True).first()
    if row is None or str(row) != str(row.site) or row.menu_entries.exists() or row.footer_entries.exists():
        return
    texts = content.read("outlet.toml")
    fields = {name: texts[name] for name in ("name", "tagline", "imprint", "licence", "accent", "licence_url")}
    fields["contacts"] = dict.fromkeys(COLUMN_LANGUAGES, texts["contacts"])
    for name, value in translated(fields).items():
        setattr(row, name, value)
    home = row.site.root_page
    code = home.locale.language_code
    row.editorial_policy, row.correction_policy = (policies.get((policy, code)) for policy in POLICIES)
    sections = SectionPage.objects.child_of(home)
    topics = [desk.topics[key] for key in MENU_TOPICS]
    countries = [desk.countries[code] for code in MENU_COUNTRIES if code in desk.countries]
    headings = {
        key: {column("label", code): text for code, text in each.items()} for key, each in texts["headings"].items()
    }
    menu = [
        *(MenuEntry(page=section) for section in sections),
        MenuEntry(**headings["topics"]),
        *(MenuEntry(topic=topic, inside=True) for topic in topics),
        MenuEntry(**headings["countries"]),
        *(MenuEntry(country=country, inside=True) for country in countries),
    ]
    footer = [
        FooterEntry(**headings["sections"]),
        *(FooterEntry(page=section) for section in sections),
        FooterEntry(**headings["topics"]),
        *(FooterEntry(topic=topic) for topic in topics),
        FooterEntry(**headings["countries"]),
        *(FooterEntry(country=country) for country in countries),
        FooterEntry(**headings["about"]),
        *(FooterEntry(page=page) for page in InfoPage.objects.child_of(home) if page not in policies.values()),
    ]
    row.menu_entries.set(menu)
    row.footer_entries.set(footer)
    row.save()
    record([row], filled=signature(row))


def stored(page: InfoPage | HomePage | SectionPage) -> str:
    """Return a page's text, or a front page's arrangement, as it is stored."""
    if isinstance(page, InfoPage):
        return str(page.body)
    return json.dumps(list(page.arrangement.raw_data), default=str, sort_keys=True)


def signature(row: Outlet) -> str:
    """Return all that an outlet says, to tell later whether somebody changed it."""
    own = Outlet.objects.get(pk=row.pk)
    rows: list[Model] = [own, *own.menu_entries.all(), *own.footer_entries.all(), *own.social_addresses.all()]
    return str(serializers.serialize("json", rows))
