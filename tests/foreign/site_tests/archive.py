"""An archive in somebody else's site in German: the README's format of the site's own, and one article as a file."""

import csv
from io import BytesIO

import pytest
from django.core.management import call_command
from django.urls import reverse
from docx import Document
from home.imports import IMPORTED
from home.models import HomePage
from wagtail.models import Site

from chorsu_articles.models import AnalysisPage, Person, SectionPage

pytestmark = pytest.mark.django_db
ROWS = [
    ("1", "Die Donau steigt", "Gerda Weiß", "2019-03-01", "/2019/03/donau.html", "<p>Der <b>Pegel</b> steigt.</p>"),
    (
        "2",
        "Die Donau fällt",
        "Gerda Weiß",
        "2019-03-09",
        "/2019/03/donau-2.html",
        "<p>Mehr: <a href='/2019/03/donau.html'>hier</a>.</p>",
    ),
]


@pytest.fixture
def home():
    Site.objects.update(hostname="testserver")
    home = HomePage.objects.get()
    home.add_child(instance=SectionPage(title="Analysen", kind="analysis", locale=home.locale))
    return home


@pytest.fixture
def table(tmp_path):
    """Return a spreadsheet as the README's format reads it."""
    path = tmp_path / "alt.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["key", "title", "author", "date", "address", "text"])
        writer.writerows(ROWS)
    return path


def test_its_articles_come_in_with_their_authors_and_addresses(home, table, client):
    IMPORTED.clear()
    call_command("import_archive", str(table), "--language", "de", verbosity=0)
    pages = AnalysisPage.objects.order_by("published_on")
    assert [(page.title, page.live) for page in pages] == [(title, True) for _key, title, *_others in ROWS]
    assert [page.pk for page in pages] == IMPORTED
    assert Person.objects.get().name_de == "Gerda Weiß"
    assert "<b>Pegel</b>" in client.get(pages[0].url).content.decode()
    for page, (_key, _title, _author, _date, address, _text) in zip(pages, ROWS, strict=True):
        assert client.get(address)["Location"] == page.url
    call_command("import_archive", str(table), "--language", "de", verbosity=0)
    assert AnalysisPage.objects.count() == 2


def test_one_article_is_taken_out_as_a_file(home, admin):
    section = SectionPage.objects.get()
    page = AnalysisPage(title="Die Donau", body='[{"type": "paragraph", "value": "<p>Der Pegel <b>fällt</b>.</p>"}]')
    section.add_child(instance=page)
    url = reverse("chorsu_archive_article", args=[page.pk, "docx"])
    assert url in admin.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).content.decode()
    answer = admin.get(url)
    assert answer["Content-Disposition"] == 'attachment; filename="die-donau-de.docx"'
    texts = [each.text for each in Document(BytesIO(answer.content)).paragraphs if each.text]
    assert texts[-1] == "Der Pegel fällt."
