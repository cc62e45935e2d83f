"""A chief editor brings an archive in by the screens, and they fit a phone and a desk, light and dark."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import expect
from wagtail.users.models import UserProfile

from chorsu_archive.models import ImportRun
from chorsu_archive.runs import advance
from chorsu_articles.models import AnalysisPage
from tests.browser.conftest import PHONE
from tests.browser.editing import opened
from tests.browser.test_reader import CONTRAST
from tests.factories import make_person, make_user

pytestmark = pytest.mark.usefixtures("newsroom")
BRIDGE = Path(__file__).parents[1] / "archive" / "data" / "bridge.xml"


@pytest.fixture(autouse=True)
def _own_folders(settings, tmp_path):
    settings.CHORSU_ARTICLES = {**settings.CHORSU_ARTICLES, "PRIVATE_FOLDER": str(tmp_path / "private")}
    settings.CHORSU_ARCHIVE = {"INBOX": str(tmp_path)}


def work() -> None:
    """Do what the worker does."""
    run = ImportRun.objects.latest("pk")
    while advance(run, seconds=60):
        pass


@pytest.mark.journey
def test_from_the_menu_to_live_articles_and_back(new_page):
    make_person("Зарина М.")
    page = opened(new_page, make_user("Chief editors"), "/admin/")
    page.get_by_role("button", name="Reports").click()
    page.get_by_role("link", name="Imports", exact=True).click()
    page.get_by_role("link", name="Import an archive").click()
    page.get_by_label("Files", exact=True).set_input_files(BRIDGE)
    page.get_by_role("button", name="Preview").click()
    expect(page.get_by_text("Waits for its turn").first).to_be_visible()
    work()
    # The page asks by itself how far it is.
    expect(page.get_by_role("button", name="Start the import")).to_be_visible()
    page.get_by_role("link", name="Choose people, topics and sections").click()
    page.get_by_role("group", name="Зарина Мирзоева").get_by_role("combobox", name="Person").select_option("Зарина М.")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("button", name="Start the import").click()
    expect(page.get_by_role("progressbar")).to_be_visible()
    work()
    expect(page.get_by_role("link", name="Пулро пеш аз муҳлат кушоданд")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="Download the report").click()
    assert "Пулро пеш аз муҳлат кушоданд" in download.value.path().read_text()
    assert {each.author_links.get().person.name_ru for each in AnalysisPage.objects.live()} == {"Зарина М."}
    page.get_by_role("button", name="Take the import back").click()
    expect(page.get_by_role("progressbar")).to_be_visible()
    work()
    expect(page.get_by_text("Taken back").first).to_be_visible()
    assert not AnalysisPage.objects.exists()


def test_screens_fit_a_phone_and_can_be_read(new_page):
    user = make_user("Chief editors")
    UserProfile.objects.filter(user=user).update(preferred_language="ru", theme="dark")
    long = "Научно-исследовательский-институт-гидрологии-и-сельского-хозяйства " * 3
    mapping = {"authors": {"login-of-an-author@old-paper.example": {"name": long, "person": "new", "items": 12}}}
    facts = {"identity": "https://a-long-name-of-an-old-newspaper.example", "path": f"/srv/{'export' * 20}.xml"}
    facts |= {"mapping": mapping, "counts": {"created": 2, "failed": 1}, "started_by": user}
    preview = ImportRun.objects.create(is_preview=True, state=ImportRun.State.DONE, total=3, **facts)
    running = ImportRun.objects.create(state=ImportRun.State.RUNNING, total=30_000, position=12_345, **facts)
    notes = [["dropped", long], ["broken", f"https://old-paper.example/{'a' * 120}"]]
    kinds = {"run": preview, "identity": "preview", "kind": "page", "language": "ru"}
    preview.items.create(key="1", title=long, what="created", notes=notes, **kinds)
    page = opened(new_page, user, "/admin/", viewport=PHONE, color_scheme="dark")
    for url in (
        reverse("chorsu_archive:imports"),
        reverse("chorsu_archive:new"),
        reverse("chorsu_archive:run", args=[preview.pk]),
        reverse("chorsu_archive:choices", args=[preview.pk]),
        reverse("chorsu_archive:run", args=[running.pk]),
    ):
        page.goto(url)
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], url
        assert [text for text in page.evaluate(CONTRAST) if "archive" in text] == [], url
    bar = page.get_by_role("progressbar")
    assert bar.evaluate("(bar) => bar.position") == pytest.approx(12_345 / 30_000)
