"""No page of any kind has a fault that axe or html-validate finds, in five languages, light and dark, phone and desk.

`make test` tries each kind in two languages, in both schemes and sizes; `make slow` all renderings.
"""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from datetime import timedelta
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page
from wagtail.models import PageViewRestriction

from chorsu_articles.models import Country, HomePage, InfoPage, PublicationAuthor, SectionPage, Topic
from chorsu_search.writing import sync
from cms.outlet import FooterEntry, MenuEntry, Outlet
from tests.browser.conftest import DESK, PHONE
from tests.cms.content import block, make_full_article, make_full_event
from tests.factories import days_ago, make_article, make_event, make_person
from tests.newsroom_copy import keep_file, take_file

pytestmark = pytest.mark.conformance

CODES = ("ru", "tg", "en", "fa", "uz")
SCHEMES = ("light", "dark")
SIZES = {"phone": PHONE, "desk": DESK}
KINDS = {
    "home": "/{code}/",
    "section": "/{code}/analysis/",
    "second page": "/{code}/analysis/?page=2",
    "filtered": "/{code}/analysis/?country=tj",
    "events": "/{code}/events/",
    "article": "/{code}/analysis/full/",
    "event": "/{code}/events/full/",
    "topic": "/{code}/topics/water/",
    "country": "/{code}/countries/tj/",
    "organisation": "/{code}/organisations/institute/",
    "person": "/{code}/people/author/",
    "information": "/{code}/about/",
    "search": "/{code}/search/",
    "found": "/{code}/search/?q=headline",
    "nothing found": "/{code}/search/?q=zzzzzz",
    "missing": "/{code}/nothing/",
    "private": "/{code}/private/",
    "light": "/{code}/analysis/full/?lite=1",
}
# What the standard of HTML asks for; a11y is axe's, and how source is written nobody's.
CONFIGURATION = {"root": True, "extends": ["html-validate:standard"]}
# axe measures targets, and compares labels with what is seen, only where it is asked to.
VIOLATIONS = """async () => (await axe.run({rules: {
    "target-size": {enabled: true}, "label-content-name-mismatch": {enabled: true}}}))
  .violations.flatMap(({id, nodes}) => nodes
  .map((node) => `${id}: ${node.html.slice(0, 120)} ${node.failureSummary}`))"""


@pytest.fixture(scope="session")
def checkers() -> Path:
    """Return where npm installed axe-core and html-validate: `make test` installs them and sets the variable."""
    folder = Path(os.environ.get("PAGE_CHECKERS", ".cache/checkers"))
    assert folder.exists(), "Run tools/page_checkers.py first."
    return folder


@pytest.fixture
def _addresses(newsroom: None) -> None:
    """Make a page of every kind in every language, and an outlet that says all it can."""
    if take_file("conformance"):
        return
    topic = Topic.objects.create(slug="water", **{f"name_{code}": "Water" for code in CODES}, description_en="Rivers")
    author = make_person("Author", slug="author", about_en="Writes.", position_en="Reporter")
    for code in CODES:
        home = HomePage.objects.get(locale__language_code=code)
        sections = {section.kind: section for section in SectionPage.objects.child_of(home)}
        article = make_full_article(sections["analysis"], title="Headline", slug="full")
        article.author_links = [PublicationAuthor(person=author)]
        article.save()
        picture = article.main_picture
        make_full_event(sections["events"], title="Headline", slug="full", main_picture=picture)
        for number in range(24):
            story = make_article(
                sections["analysis"],
                title=f"Headline {number}",
                lead="A lead of some words",
                published_on=days_ago(number),
                main_picture=picture if number % 2 else None,
            )
            if number % 3 == 0:
                story.topics = [topic]
                story.countries = list(Country.objects.filter(code="TJ"))
                story.save()
        for days in (-40, -9, 9, 40):
            starts_on = timezone.localdate() + timedelta(days)
            make_event(sections["events"], title=f"Event {days}", starts_on=starts_on, venue="Hall", city="Osh")
        about = InfoPage.objects.child_of(home).get(slug="about")
        about.body = "<h2>Who</h2><p>We <i>write</i>.</p>"
        about.save_revision().publish()
        private = home.add_child(instance=InfoPage(title="Private", slug="private", body="<p>Secret</p>"))
        PageViewRestriction.objects.create(page=private, restriction_type="password", password="secret")
        shown = {"heading": "", "number": "4"}
        home.arrangement = [
            block("lead", {"story": None, "until": None, "with_latest": True}),
            block("week", {**shown, "stories": [article.pk]}),
            block("newest", {**shown, "section": sections["analysis"].pk}),
            block("events", {**shown, "shows": "both"}),
            block("topic", {**shown, "topic": topic.pk}),
            block("country", {**shown, "country": Country.objects.get(code="TJ").pk}),
            block("text", {"heading": "Words", "text": "<p>We write.</p>"}),
        ]
        home.save_revision().publish()
    outlet = Outlet.objects.get()
    outlet.tagline_en, outlet.contacts_en, outlet.licence_en = "Of the region", "news@example.org", "CC BY 4.0"
    outlet.menu_entries.set([MenuEntry(label_en="Topics"), MenuEntry(topic=topic, inside=True)])
    outlet.footer_entries.set([FooterEntry(label_en="Topics"), FooterEntry(topic=topic)])
    outlet.save()
    sync(limit=1000)
    keep_file("conformance")


def some() -> list[tuple[str, str, str, str]]:
    """Return two renderings of each kind, in which every two values but those of kind and language meet."""
    sizes = list(SIZES)
    return [
        (kind, CODES[(2 * row + column) % len(CODES)], scheme, sizes[(row + column) % 2])
        for row, kind in enumerate(KINDS)
        for column, scheme in enumerate(SCHEMES)
    ]


def violations(
    new_page: Callable[..., Page], checkers: Path, renderings: list[tuple[str, str, str, str]]
) -> dict[tuple[str, ...], Any]:
    script = (checkers / "node_modules/axe-core/axe.min.js").read_text()
    found = {}
    for scheme, size in product(SCHEMES, SIZES):
        page = new_page(color_scheme=scheme, viewport=SIZES[size], bypass_csp=True)
        for rendering in renderings:
            if rendering[2:] != (scheme, size):
                continue
            page.goto(KINDS[rendering[0]].format(code=rendering[1]))
            page.evaluate(script)
            if faults := page.evaluate(VIOLATIONS):
                found[rendering] = faults
    return found


def test_every_two_values_meet_but_those_of_kind_and_language():
    rows = some()
    values = [list(KINDS), list(CODES), list(SCHEMES), list(SIZES)]
    for first in range(4):
        for second in range(max(2, first + 1), 4):
            assert {(row[first], row[second]) for row in rows} == set(product(values[first], values[second]))


@pytest.mark.usefixtures("_addresses")
def test_axe_finds_no_violation(new_page: Callable[..., Page], checkers: Path):
    assert violations(new_page, checkers, some()) == {}


@pytest.mark.usefixtures("_addresses")
@pytest.mark.slow
def test_axe_finds_no_violation_in_any_rendering(new_page: Callable[..., Page], checkers: Path):
    assert violations(new_page, checkers, list(product(KINDS, CODES, SCHEMES, SIZES))) == {}


@pytest.mark.usefixtures("_addresses")
@pytest.mark.parametrize(
    "pages",
    [
        pytest.param([each[:2] for each in some()], id="some"),
        pytest.param(list(product(KINDS, CODES)), id="all", marks=pytest.mark.slow),
    ],
)
def test_html_validate_finds_no_fault(client: Client, checkers: Path, tmp_path: Path, pages: list[tuple[str, str]]):
    for kind, code in pages:
        status = 404 if kind == "missing" else 200
        response = client.get(KINDS[kind].format(code=code))
        assert response.status_code == status, (kind, code)
        (tmp_path / f"{code} {kind}.html").write_bytes(response.content)
    (tmp_path / ".htmlvalidate.json").write_text(json.dumps(CONFIGURATION))
    # Into a file: what is longer than a pipe's buffer would be cut off.
    command = [checkers.resolve() / "node_modules/.bin/html-validate", "-f", "json=found.json"]
    done = subprocess.run([*command, *sorted(tmp_path.glob("*.html"))], cwd=tmp_path, capture_output=True, check=False)
    assert (tmp_path / "found.json").exists(), done.stderr.decode()
    reports = json.loads((tmp_path / "found.json").read_text())
    faults = {
        Path(report["filePath"]).stem: [f"{each['line']}: {each['ruleId']}: {each['message']}" for each in messages]
        for report in reports
        if (messages := report["messages"])
    }
    assert faults == {}
