"""The commands of docs/import.md, in their order, bring a small WordPress site with Polylang over, and back again."""

from __future__ import annotations

import re
import shlex
import shutil
import tomllib
from io import StringIO
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.core.management import call_command
from lxml import etree
from wagtail.contrib.redirects.models import Redirect
from wagtail.images.tests.utils import get_test_image_file

from chorsu_archive.items import Options, format_of
from chorsu_archive.models import ImportedItem, ImportRun
from chorsu_articles.models import Person, Picture, Publication, Topic
from tests.factories import make_home, make_section

pytestmark = pytest.mark.django_db

PAGE = (Path(settings.BASE_DIR) / "docs" / "import.md").read_text()
EXPORT = Path(__file__).parent / "data" / "polylang.xml"
FIELDS = {"wp": "http://wordpress.org/export/1.2/"}


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


def live_addresses() -> list[str]:
    """Return what readers of the old site could open: posts and pages, but what has a password."""
    items = etree.parse(EXPORT).findall("channel/item")
    facts = [
        [item.findtext(f"wp:{name}", "", FIELDS) for name in ("status", "post_password", "post_type")] for item in items
    ]
    kinds = {"post", "page"}
    return [
        item.findtext("link") or ""
        for item, (status, password, kind) in zip(items, facts, strict=True)
        if status == "publish" and not password and kind in kinds
    ]


def commands() -> list[list[str]]:
    lines = "".join(blocks("sh")).splitlines()
    return [shlex.split(line)[2:] for line in lines if line.startswith("python manage.py ")]


@pytest.fixture
def old_site(tmp_path, monkeypatch) -> Path:
    """Return the folder ``old`` of the page: export, uploads, and the sitemap with the addresses of what was live."""
    folder = tmp_path / "old"
    folder.mkdir()
    shutil.copy(EXPORT, folder / "export.xml")
    for medium in format_of(EXPORT).open(EXPORT, Options()).media():
        file = folder / "uploads" / urlsplit(medium.address).path.partition("/uploads/")[2]
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(get_test_image_file(size=(64, 48)).file.getvalue())
    rows = "".join(f"<url><loc>{address}</loc></url>" for address in live_addresses())
    sitemap = f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{rows}</urlset>'
    (folder / "sitemap.xml").write_text(sitemap, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return folder


def run(words: list[str]) -> str:
    printed = StringIO()
    call_command(*words, stdout=printed)
    return printed.getvalue()


def counts() -> tuple[int, ...]:
    return tuple(model.objects.count() for model in (Publication, Picture, Person, Topic, Redirect))


def test_a_small_site_comes_over_and_goes_back(old_site, client):
    for code in ("ru", "tg", "en"):
        make_section(make_home(code))
    empty = counts()
    look, bring, check, again, back = commands()

    run(look)
    assert counts() == empty
    mapping = tomllib.loads((old_site / "export.toml").read_text())
    (shown,) = map(tomllib.loads, blocks("toml"))
    for table, rows in shown.items():
        assert {key: mapping[table].get(key) for key in rows} == rows

    run(bring)
    titles = set(Publication.objects.values_list("title", flat=True))
    assert titles == set(ImportedItem.objects.exclude(page=None).values_list("title", flat=True)) > {"Канал & вода"}
    brought = counts()
    for parts in map(urlsplit, live_addresses()):
        answer = client.get(f"{parts.path}?{parts.query}", follow=True)
        assert (answer.status_code, bool(answer.redirect_chain)) == (200, True), parts

    assert not run(check)

    touched = Publication.objects.live().filter(locale__language_code="ru").first().specific
    touched.title = "Здесь правили"
    touched.save_revision().publish()
    run(again)
    assert counts() == brought
    assert Publication.objects.filter(title="Здесь правили").exists()

    first = ImportRun.objects.filter(is_preview=False).earliest("pk")
    run([str(first.pk) if word.isdigit() else word for word in back])
    assert list(Publication.objects.values_list("title", flat=True)) == ["Здесь правили"]
    assert not Redirect.objects.exclude(redirect_page=touched.pk).exists()
