"""Old addresses lead to the articles here, and links in imported texts follow."""

from __future__ import annotations

import gzip
import time
from datetime import UTC, datetime
from io import StringIO
from itertools import count
from pathlib import Path
from urllib.parse import quote

import pytest
from django.core.management import CommandError, call_command
from django.http import HttpResponse
from django.test import RequestFactory
from wagtail.contrib.redirects.models import Redirect
from wagtail.documents.models import Document
from wagtail.log_actions import log
from wagtail.models import Page, ReferenceIndex
from wagtail.rich_text import RichText

from chorsu_archive import sitemaps
from chorsu_archive.addresses import Links, OldAddressMiddleware, add_redirects, follow_links
from chorsu_archive.items import ArchiveError, Item, Medium
from chorsu_archive.models import ImportedItem, ImportRun
from chorsu_archive.pages import IMPORTED, Ready, row_of, touched, write
from chorsu_archive.pictures import Library
from chorsu_archive.places import other_host, places
from chorsu_archive.sitemaps import unanswered
from chorsu_articles.models import AnalysisPage, Picture, Publication
from chorsu_articles.services.insertion import hold_rows
from chorsu_editorial.file_usage.files import in_use
from tests.archive.made import notes_of
from tests.archive.old_site import ADDRESSES, OldArchive, content, old_server
from tests.articles.documents import PDF
from tests.articles.pictures import file_of
from tests.counted_lines import count_lines
from tests.factories import make_article, make_home, make_section

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_messages_in_english", "media")]
OLD = "https://old.example.org"
_numbers = count(1)


@pytest.mark.thorough
@pytest.mark.parametrize(("address", "host"), ADDRESSES["hosts"])
def test_where_an_address_leads(address, host):
    make_home()
    assert other_host(address) == host


@pytest.mark.parametrize("address", [None, 5, *ADDRESSES["nowhere"]])
def test_what_is_no_address_leads_nowhere(address):
    assert other_host(address) is None


@pytest.fixture
def run() -> ImportRun:
    return ImportRun.objects.create(identity=OLD, format="wordpress")


def bring(run, *old: str, code: str = "ru", live: bool = True, html: str = "<p>Text</p>", **fields) -> ImportedItem:
    """Write an article as an import does, with these old addresses, and return what is kept of it."""
    home = make_home(code)
    section = Page.objects.child_of(home).first() or make_section(home)
    number = next(_numbers)
    published = datetime(2015, 3, number % 28 + 1, tzinfo=UTC)
    facts = {"title": f"Article {number}", "locale": home.locale, "live": live, "has_unpublished_changes": not live}
    facts["body"] = [{"type": "paragraph", "value": html, "id": f"block-{number}"}]
    if live:
        facts |= dict.fromkeys(("published_on", "first_published_at", "last_published_at"), published)
    page = AnalysisPage(**(facts | fields))
    hold_rows(page)
    item = Item(str(number), page.title, language=code, addresses=old)
    row = row_of(item, run)
    row.what, row.language = "created", code
    write([Ready(item, row, section=section.specific, page=page)], run)
    return row


def medium(run, key: str, content: bytes, *pages: str, name: str = "") -> int:
    """Bring a picture or PDF in, and return its primary key."""
    kind = "document" if content == PDF else "picture"
    address = f"{OLD}/wp-content/uploads/{name or key}"
    library = Library(run, OldArchive([Medium(key, address, page_addresses=pages)], {key: content}))
    return getattr(library, kind)(key)


def page_of(item: ImportedItem) -> Publication:
    return Publication.objects.get(pk=item.page_id).specific


def html_of(item: ImportedItem) -> str:
    return page_of(item).body.raw_data[0]["value"]


def latest_html(item: ImportedItem) -> str:
    return page_of(item).get_latest_revision_as_object().body.raw_data[0]["value"]


def link_to(name: str) -> str:
    """Return a text with a link to an address of the old site."""
    return f'<p><a href="{OLD}/2015/{name}/">a</a></p>'


def linked_to(item: ImportedItem) -> str:
    """Return that text with a link to the article here."""
    return f'<p><a linktype="page" id="{item.page_id}">a</a></p>'


def fresh_notes_of(item: ImportedItem) -> list[tuple[str, str]]:
    item.refresh_from_db()
    return notes_of(item)


@pytest.mark.parametrize(("address", "found"), ADDRESSES["places"])
def test_the_place_of_an_address_has_no_host(address, found):
    assert places(address) == tuple(found)


def test_the_place_of_a_long_address_takes_linear_time():
    def work(length):
        return count_lines(lambda: places("https://old.example.org/" + "-9x9" * length + "?a=" + "&" * length))

    assert work(20_000) < 2.5 * work(10_000) + 100


OLD_ADDRESSES = [
    "/2015/03/voda/",
    "/2015/03/об-дар-қишлоқ/",
    "/tg/2015/кӯл/",
    "/?p=123",
    "/?page_id=124",
    "/blog/?p=125",
    "/index.php/2015/03/voda",
    "/news.php?id=7&lang=tg",
    "/статья;вид=1/",
]


@pytest.mark.thorough
@pytest.mark.parametrize("address", OLD_ADDRESSES)
def test_an_old_address_leads_to_the_live_article(client, run, address):
    item = bring(run, OLD + quote(address, safe="/?=&;"), code="tg")

    assert add_redirects([item]) == 1

    page = page_of(item)
    path, mark, query = address.partition("?")
    for way in (address, f"{path.rstrip('/') or '/'}{mark}{query}", f"{path.rstrip('/')}/{mark}{query}"):
        for asked in (quote(way, safe="/?=&;"), quote(way, safe="/?=&;").lower()):
            response = client.get(asked)
            assert (response.status_code, response.headers.get("Location")) == (301, page.url), asked


def test_a_campaign_s_parameter_changes_nothing(client, run):
    item = bring(run, f"{OLD}/2015/voda/", f"{OLD}/?p=9")
    add_redirects([item])

    for address in ("/2015/voda/?utm_source=mail", "/?p=9&utm_source=mail", "/?utm_source=mail&p=9"):
        assert client.get(address).headers["Location"] == page_of(item).url, address


@pytest.mark.parametrize(
    "address", ["/?p=1", "/?p=x", "/?p=", "/?p=1&p=2", "/?p=%00", "/?attachment_id=8", "/%00?p=123"]
)
def test_other_numbers_are_answered_as_without(client, run, address):
    add_redirects([bring(run, f"{OLD}/?p=123")])

    assert client.get(address).status_code == client.get(address.partition("?")[0]).status_code


def test_a_number_at_an_address_that_is_none_finds_nothing(run):
    add_redirects([bring(run, f"{OLD}/?p=123")])
    request = RequestFactory().get("/", {"p": "123"}, PATH_INFO="//[")

    assert OldAddressMiddleware(lambda _request: HttpResponse("As without"))(request).content == b"As without"


def test_a_number_of_an_article_that_was_withdrawn_leads_nowhere(client, run):
    item = bring(run, f"{OLD}/?p=123")
    add_redirects([item])
    assert client.get("/?p=123").status_code == 301
    assert client.post("/?p=123").status_code != 301

    page = page_of(item)
    page.unpublish()

    answer = client.get("/?p=123&utm_source=mail")
    assert answer.status_code in {404, 410}
    assert page.title not in answer.content.decode()


def test_a_draft_s_addresses_tell_nothing_until_it_is_published(client, run):
    item = bring(run, f"{OLD}/2015/secret/", live=False)

    assert add_redirects([item]) == 0
    assert client.get("/2015/secret/").status_code == 404

    page_of(item).save_revision().publish()
    assert client.get("/2015/secret/").status_code == 301


def test_what_is_here_already_stays_and_is_told(run):
    own = make_article()
    Redirect.add_redirect("/2015/kept/", redirect_to=own)
    item = bring(run, f"{OLD}{own.url}", f"{OLD}/2015/kept/", f"{OLD}/2015/free/", f"{OLD}/", f"{OLD}/{'x' * 300}/")

    assert [add_redirects([item]), add_redirects([item])] == [1, 0]

    redirects = dict(Redirect.objects.values_list("old_path", "redirect_page"))
    assert redirects == {"/2015/kept": own.pk, "/2015/free": item.page_id}
    assert fresh_notes_of(item) == [
        ("broken", f"{path} leads elsewhere in this newsroom, so it stays so.")
        for path in (own.url.rstrip("/"), "/2015/kept")
    ]


def test_an_article_whose_address_stays_the_same_needs_none(run):
    item = bring(run)
    item.addresses = [OLD + page_of(item).url]

    assert add_redirects([item]) == 0
    assert item.notes == []


def test_thousands_of_redirects_are_made_in_a_second(run):
    of = {"run": run, "identity": OLD, "kind": "page", "page_id": bring(run).page_id}
    items = [ImportedItem(key=f"k{n}", addresses=[f"{OLD}/{n}/", f"{OLD}/?p={n}"], **of) for n in range(2_000)]
    began = time.process_time()

    assert add_redirects(items) == 4_000

    assert time.process_time() - began < 4


def test_links_between_imported_articles_follow(run):
    one = bring(run, f"{OLD}/2015/one/", f"{OLD}/?p=1", code="tg")
    html = (
        '<p>A <a {}>link</a>, <a {}>b</a>, <a {}>c</a> and <a href="https://elsewhere.example.org/2015/one/">d</a>, '
        '<a href="mailto:a@old.example.org">e</a>. Ӯ &amp; қ</p>'
    )
    old = (f"{OLD}/2015/one/?utm_source=x#part", "http://www.old.example.org/?p=1", "/2015/one")
    two = bring(run, html=html.format(*(f'href="{address}"' for address in old)))

    follow_links(run)

    assert html_of(two) == latest_html(two) == html.format(*[f'linktype="page" id="{one.page_id}"'] * 3)
    lost_place = f"A link leads to the beginning now, not to its place: {old[0]}"
    assert fresh_notes_of(two) == [("dropped", lost_place)]
    follow_links(run)
    assert fresh_notes_of(two) == [("dropped", lost_place)]
    page = page_of(two)
    assert (touched(page), page.revisions.count()) == (False, 1)
    assert ReferenceIndex.get_references_to(page_of(one)).filter(object_id=str(page.pk)).exists()


def test_a_link_follows_when_its_target_comes_later(run):
    two = bring(run, html=link_to("one"))
    follow_links(run)
    assert fresh_notes_of(two) == [("broken", f"{OLD}/2015/one/: this link leads nowhere here.")]
    assert html_of(two) == link_to("one")

    later = ImportRun.objects.create(identity=OLD, format="wordpress")
    one = bring(later, f"{OLD}/2015/one/")
    follow_links(later)

    assert html_of(two) == linked_to(one)
    assert fresh_notes_of(two) == []


def test_links_to_what_is_here_already_follow_before_a_text_is_written(run):
    one = bring(run, f"{OLD}/2015/one/")
    links = Links(OLD)
    two = bring(run, f"{OLD}/2015/two/")
    links.add([two])
    blocks = [{"type": "paragraph", "value": link_to(name)} for name in ("one", "two")]

    assert [block["value"] for block in links.follow(blocks)[0]] == [linked_to(one), linked_to(two)]
    assert blocks[0]["value"] == link_to("one")


def test_drafts_follow_and_stay_drafts(run):
    draft, live = bring(run, html=link_to("draft"), live=False), bring(run, html=link_to("one"))
    page = page_of(live)
    page.body[0].value = RichText(f"<p>Draft</p>{link_to('one')}")
    log(instance=page, action=IMPORTED, revision=page.save_revision(), data={"live": True})
    one, another = bring(run, f"{OLD}/2015/one/"), bring(run, f"{OLD}/2015/draft/", live=False)

    follow_links(run)

    assert latest_html(draft) == linked_to(another)
    assert latest_html(live) == f"<p>Draft</p>{linked_to(one)}"
    assert html_of(live) == link_to("one")


def test_another_source_s_articles_stay_as_they_are(run):
    other = ImportRun.objects.create(identity="https://other.example.org", format="wordpress")
    bring(run, f"{OLD}/2015/one/")
    two = bring(other, html=link_to("one"))

    follow_links(other)

    assert (html_of(two), fresh_notes_of(two)) == (link_to("one"), [])


def test_what_an_editor_touched_since_stays(run):
    bring(run, f"{OLD}/2015/one/")
    edited, drafted = bring(run, html=link_to("one")), bring(run, html=link_to("one"))
    for item in (edited, drafted):
        page = page_of(item)
        page.title = "An editor's"
        revision = page.save_revision()
        if item is edited:
            revision.publish()

    follow_links(run)

    assert html_of(edited) == html_of(drafted) == link_to("one")


def test_only_rich_text_has_links(run):
    bring(run, f"{OLD}/2015/one/")
    text = f'Write <a href="{OLD}/2015/one/">'
    table = {
        "columns": [{"type": "text", "heading": ""}, {"type": "rich_text", "heading": ""}],
        "rows": [{"values": [text, f"<p>{text}x</a></p>"]}],
        "caption": "",
    }
    two = bring(run, body=[{"type": "table", "value": table, "id": "a"}])

    follow_links(run)

    plain, rich = html_of(two)["rows"][0]["values"]
    assert (plain, "linktype" in rich) == (text, True)


def test_links_to_files_lead_to_the_files(run):
    pk = medium(run, "1", file_of("png"), name="bridge.png")
    document = medium(run, "2", PDF, name="report.pdf")
    folder = f"{OLD}/wp-content/uploads"
    names = ("bridge-300x200.png", "report.pdf", "no.pdf")
    html = "<p>" + " ".join(f'<a href="{folder}/{name}">{name}</a>' for name in names) + "</p>"
    two = bring(run, html=html)

    follow_links(run)

    picture = Picture.objects.get(pk=pk)
    assert html_of(two) == (
        f'<p><a href="{picture.file.url}">{names[0]}</a> <a linktype="document" id="{document}">{names[1]}</a> '
        f'<a href="{folder}/no.pdf">no.pdf</a></p>'
    )
    assert fresh_notes_of(two) == [("broken", f"{folder}/no.pdf: this link leads nowhere here.")]
    assert in_use(Document.objects.get(pk=document))


def test_addresses_of_files_and_of_their_own_pages_lead_to_the_files_that_readers_see(client, run):
    pages = f"{OLD}/?attachment_id=7", f"{OLD}/2015/two/bridge/"
    picture = medium(run, "1", file_of("png"), *pages, name="bridge.png")
    document = medium(run, "2", PDF, f"{OLD}/2015/report/", name="report.pdf")
    html = f'<p><a linktype="document" id="{document}">a</a></p>'
    bring(run, html=html, main_picture_id=picture)

    follow_links(run)
    follow_links(run)

    uploads = "/wp-content/uploads"
    files = (f"{uploads}/bridge.png", f"{uploads}/bridge-300x200.png?x=1", f"{uploads}/bridge-scaled.png")
    for address in ("/?attachment_id=7", "/?attachment_id=7&fbclid=x", "/2015/two/bridge/", *files):
        answer = client.get(address)
        assert (answer.status_code, answer.headers["Location"]) == (301, Picture.objects.get(pk=picture).file.url)
    assert client.get(f"{uploads}/other-300x200.png").status_code == 404
    for address in ("/2015/report/", "/wp-content/uploads/report.pdf"):
        assert client.get(address).headers["Location"].startswith(f"/documents/{document}/")
    rows = ImportedItem.objects.filter(kind="redirect")
    assert set(rows.values_list("object_id", flat=True)) == set(Redirect.objects.values_list("pk", flat=True))


def test_nothing_leads_to_a_file_that_no_reader_sees(client, run):
    shown_by_draft = medium(run, "1", file_of("png"), f"{OLD}/?attachment_id=7", name="a.png")
    medium(run, "2", PDF, name="report.pdf")
    bring(run, main_picture_id=shown_by_draft, live=False)

    follow_links(run)

    assert not Redirect.objects.exists()


URLSET = '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{}</urlset>'
INDEX = '<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{}</sitemapindex>'


def sitemap_of(*found: str, kind: str = "url") -> bytes:
    entries = "".join(f"<{kind}><loc> {each} </loc><lastmod>2015-01-01</lastmod></{kind}>" for each in found)
    return (URLSET if kind == "url" else INDEX).format(entries).encode()


def stored(folder: Path, content: bytes) -> str:
    """Return where a sitemap with this content lies."""
    path = folder / "sitemap.xml"
    path.write_bytes(content)
    return str(path)


@pytest.fixture
def newsroom(run) -> str:
    """Return the old address of an article that is here; nothing else is."""
    item = bring(run, f"{OLD}/2015/here/")
    add_redirects([item])
    return f"{OLD}/2015/here/"


def test_a_sitemap_is_checked_against_what_readers_would_get(newsroom, run, tmp_path):
    bring(run, f"{OLD}/2015/draft/", live=False)
    missing = [f"{OLD}/2015/{name}/" for name in ("gone", "draft", "%D0%B2%D0%BE%D0%B4%D0%B0", "вода")] + ["http://["]
    there = [newsroom, f"{OLD}/2015/here", f"{OLD}/", f"{OLD}/?p=5", f"{OLD}/ru/"]

    assert list(unanswered(stored(tmp_path, sitemap_of(*missing, *there)))) == missing


def test_the_command_prints_what_is_missing_and_says_so_by_its_exit_code(newsroom, tmp_path):
    path, out = stored(tmp_path, sitemap_of(newsroom, f"{OLD}/gone/")), StringIO()
    with pytest.raises(SystemExit) as raised:
        call_command("check_old_addresses", path, stdout=out)
    assert (raised.value.code, out.getvalue()) == (1, f"{OLD}/gone/\n")

    stored(tmp_path, sitemap_of(newsroom))
    call_command("check_old_addresses", path, stdout=out)

    with pytest.raises(CommandError, match="no sitemap"):
        call_command("check_old_addresses", str(tmp_path / "nothing.xml"))


def test_an_index_of_sitemaps_is_read_beside_it_or_from_its_host(newsroom, tmp_path, settings):
    (tmp_path / "one.xml").write_bytes(sitemap_of(newsroom, f"{OLD}/one/"))
    with old_server() as site:
        settings.CHORSU_ARCHIVE = {"HOSTS": [site.host]}
        site.answers["/two.xml"] = content(sitemap_of(f"{OLD}/two/"))
        # An index in an index isn't read: it might be itself.
        site.answers["/index.xml"] = content(sitemap_of(f"{site.address}/index.xml", kind="sitemap"))
        names = [f"{OLD}/sitemaps/one.xml", f"{site.address}/two.xml", f"{site.address}/index.xml"]
        path = stored(tmp_path, sitemap_of(*names, kind="sitemap"))

        assert list(unanswered(path)) == [f"{OLD}/one/", f"{OLD}/two/"]

        site.answers["/sitemap.xml"] = content(sitemap_of(*names[1:], kind="sitemap"))
        assert list(unanswered(f"{site.address}/sitemap.xml")) == [f"{OLD}/two/"]
        assert site.asked.count("/index.xml") == 2


ENTITIES = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
HOSTILE = {
    "page": b"<html><body>No sitemap here</body></html>",
    "half": sitemap_of(f"{OLD}/here/")[:-20],
    "bomb": f'<!DOCTYPE x [<!ENTITY e0 "x">{ENTITIES}]>{URLSET.format("<url><loc>&e11;</loc></url>")}'.encode(),
    "in-attribute": f'<!DOCTYPE x [<!ENTITY e0 "x">{ENTITIES}]><urlset a="&e11;"/>'.encode(),
    "packed": gzip.compress(sitemap_of(f"{OLD}/here/")),
    "outside": b"../../etc/passwd",
}


@pytest.mark.thorough
@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_no_sitemap_is_a_sentence(newsroom, tmp_path, name):
    with pytest.raises(ArchiveError, match="can't be read, or is no sitemap"):
        list(unanswered(stored(tmp_path, HOSTILE[name])))


def test_a_sitemap_that_is_too_large_is_a_sentence(newsroom, tmp_path, monkeypatch):
    monkeypatch.setattr(sitemaps, "LARGEST_SITEMAP", 1000)
    path = stored(tmp_path, sitemap_of(*[newsroom] * 100))

    with pytest.raises(ArchiveError, match=r"sitemap\.xml: It is larger than 1000"):
        list(unanswered(path))


def test_an_entity_reads_no_file(newsroom, tmp_path):
    (tmp_path / "secret").write_text(f"{OLD}/secret/")
    doctype = f'<!DOCTYPE x [<!ENTITY e SYSTEM "file://{tmp_path}/secret">]>'
    content = doctype + URLSET.format("<url><loc>&e;</loc></url>")

    assert list(unanswered(stored(tmp_path, content.encode()))) == []


def test_a_sitemap_on_another_host_is_not_asked_for(newsroom, settings):
    with old_server() as site, pytest.raises(ArchiveError, match="isn't in CHORSU_ARCHIVE"):
        list(unanswered(f"{site.address}/sitemap.xml"))
    assert not site.asked


def test_the_answer_of_a_redirect_counts(newsroom, tmp_path):
    Redirect.add_redirect("/chain/", redirect_to="/2015/nowhere/")
    Redirect.add_redirect("/away/", redirect_to="https://elsewhere.example.org/")
    Redirect.add_redirect("/circle/", redirect_to="/circle/x/")
    Redirect.add_redirect("/circle/x/", redirect_to="/circle/")
    path = stored(tmp_path, sitemap_of(*(f"{OLD}/{name}/" for name in ("chain", "away", "circle"))))

    assert list(unanswered(path)) == [f"{OLD}/chain/"]
