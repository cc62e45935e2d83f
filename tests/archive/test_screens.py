"""Imports in the admin: from a file that is sent, over a preview and choices, to live articles, and back."""

from __future__ import annotations

import json
import os
import re
import tracemalloc
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Site

from chorsu_archive import uploads, views
from chorsu_archive.export.archive import write_archive
from chorsu_archive.models import ImportedItem, ImportRun
from chorsu_archive.runs import advance
from chorsu_articles.models import AnalysisPage
from cms.outlet import MenuEntry, Outlet
from tests.archive.test_newsroom_format import wasteful, write_rows
from tests.archive.test_wordpress import post, wxr
from tests.archive.word import document, paragraph
from tests.factories import make_group, make_home, make_person, make_section, make_user

pytestmark = pytest.mark.django_db(transaction=True)
BRIDGE = Path(__file__).parent / "data" / "bridge.xml"
HOSTILE = "<script>alert(1)</script>"
NEW, LIST = (reverse(f"chorsu_archive:{name}") for name in ("new", "imports"))


@pytest.fixture(autouse=True)
def private(settings, tmp_path) -> Path:
    """Return the folder that uploads lie in; media and the inbox are beside it."""
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.CHORSU_ARTICLES = {**settings.CHORSU_ARTICLES, "PRIVATE_FOLDER": str(tmp_path / "private")}
    settings.CHORSU_ARCHIVE = {"INBOX": str(tmp_path / "inbox")}
    (tmp_path / "inbox").mkdir()
    return tmp_path / "private" / "imports"


@pytest.fixture
def sections() -> dict[str, Any]:
    first = make_section(make_home("ru"))
    make_section(make_home("tg"), translation_key=first.translation_key)
    return {"ru": first}


@pytest.fixture
def client() -> Client:
    user, client = make_user(), Client()
    user.groups.add(make_group("importers"))
    user.user_permissions.add(Permission.objects.get(codename="import_archive"))
    client.force_login(user)
    return client


def sent(*files: Any, **fields: Any) -> dict[str, Any]:
    return {"archive": [*files], "language": "ru", "publish": "on", **fields}


def bridge() -> SimpleUploadedFile:
    return SimpleUploadedFile("bridge.xml", BRIDGE.read_bytes(), "text/xml")


def word(text: str, name: str) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, document(paragraph(text, "Title") + paragraph("Так было.")))


def finish(run: ImportRun) -> ImportRun:
    with override("en"):
        while advance(run, seconds=60):
            pass
    run.refresh_from_db()
    return run


def address(name: str, run: ImportRun, *more: str) -> str:
    return reverse(f"chorsu_archive:{name}", args=[run.pk, *more])


def preview(client: Client, *files: Any, **fields: Any) -> ImportRun:
    answer = client.post(NEW, sent(*files, **fields))
    assert answer.status_code == 302, answer.context["form"].errors
    run = ImportRun.objects.latest("pk")
    assert answer["Location"] == address("run", run)
    return finish(run)


def shown(client: Client, run: ImportRun, **query: str) -> str:
    """Return the words of a run's page."""
    page = client.get(address("run", run), query).content.decode()
    return " ".join(re.sub(r"<[^>]+>", " ", page[page.index('<div class="archive">') :]).split())


def start(client: Client, run: ImportRun) -> ImportRun:
    """Start the import that a preview is of, and finish it."""
    client.post(address("start", run))
    return finish(ImportRun.objects.filter(is_preview=False).latest("pk"))


def test_from_a_file_over_preview_and_choices_to_live_articles_and_back(client, sections, private):
    """What people see on the way, tests/browser/test_importing.py says."""
    person = make_person("Зарина")
    client.post(NEW, sent(bridge()))
    run = ImportRun.objects.get()
    stored = Path(run.path)
    assert (stored.read_bytes(), stored.is_relative_to(private)) == (BRIDGE.read_bytes(), True)
    assert "Waits for its turn" in shown(client, run)
    finish(run)
    assert client.get(address("run", run), {"progress": ""}).json() == {"state": "done", "position": 2, "total": 2}
    page = shown(client, run)
    for words in ("New 2", "Русский 1", "Тоҷикӣ 1", "Left out", "Мост открыли раньше срока", "Start the import"):
        assert words in page, words
    assert not AnalysisPage.objects.exists()

    keys = [row["key"] for row in client.get(address("choices", run)).context["rows"]]
    answers = {f"person-{keys.index('zarina')}": person.slug}
    assert client.post(address("choices", run), answers)["Location"] == address("run", run)
    started = [client.post(address("start", run))["Location"] for _press in range(2)]
    imported = finish(ImportRun.objects.get(is_preview=False))
    assert started == [address("run", imported)] * 2, "once, however often it is pressed"
    russian, tajik = AnalysisPage.objects.order_by("locale__language_code")
    for page in (russian, tajik):
        assert (page.live, page.author_links.get().person) == (True, person)

    report = json.loads(b"".join(client.get(address("report", imported, "json"))))
    assert {each["page_id"] for each in report["articles"]} == {russian.pk, tajik.pk}
    html = client.get(address("report", imported, "html"))
    assert "attachment" in html["Content-Disposition"]
    assert "New</small>" in html.getvalue().decode(), "in the language of who asks"
    uploads.delete_ended()
    assert not any(private.iterdir())
    client.post(address("start", run))
    assert ImportRun.objects.count() == 2, "the file is gone"

    tajik.title = "Пул кушода шуд"
    tajik.save_revision().publish()
    client.post(address("undo", imported))
    assert finish(imported).state == ImportRun.State.UNDONE
    assert AnalysisPage.objects.get() == tajik
    page = shown(client, imported)
    for words in ("Taken back", "Stays", "Пулро пеш аз муҳлат кушоданд"):
        assert words in page, words


def test_without_the_right_nothing_is_seen_or_done(client, sections):
    run = preview(client, bridge())
    stranger = Client()
    member = make_user()
    member.groups.add(make_group("members", rights=("add", "change", "publish"), page=sections["ru"]))
    stranger.force_login(member)
    before = list(ImportRun.objects.values())
    reads = [LIST, NEW, address("report", run, "json"), address("report", run, "html")]
    reads += [address(name, run) for name in ("run", "choices")]
    for url in reads:
        assert stranger.get(url)["Location"] == "/admin/", url
        assert stranger.get(url, headers={"X-Requested-With": "XMLHttpRequest"}).status_code == 403, url
    for url in (NEW, *(address(name, run) for name in ("choices", "start", "undo"))):
        assert stranger.post(url, sent(bridge(), **{"person-0": ""}))["Location"] == "/admin/", url
    assert list(ImportRun.objects.values()) == before
    assert LIST not in stranger.get("/admin/").content.decode()
    assert LIST in client.get("/admin/").content.decode()


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("files", "sentence"),
    [
        ([], "Choose files to send"),
        ([SimpleUploadedFile("letter.pdf", b"%PDF-1.7")], "letter.pdf is none of these"),
        ([SimpleUploadedFile("page.xml", b"<html/>")], "page.xml is none of these"),
        ([SimpleUploadedFile(f"{n}.xml", b"x" * 150_000) for n in range(2)], "This is more than can be sent"),
    ],
)
def test_what_is_no_archive_is_refused_with_a_sentence(client, sections, settings, private, files, sentence):
    settings.CHORSU_ARCHIVE = {"LARGEST_UPLOAD": 200_000}
    for file in files:
        file.seek(0)
    answer = client.post(NEW, sent(*files))
    assert sentence in answer.content.decode()
    assert not ImportRun.objects.exists()
    assert not private.exists() or not any(private.iterdir())


@pytest.mark.thorough
def test_several_word_files_go_up_together(client, sections, private):
    files = [word("Паводок", "flood.ru.docx"), word("Сел", "flood.tg.docx"), word("Дорога", "../../road.docx")]
    run = preview(client, *files)
    assert (run.total, run.state) == (3, ImportRun.State.DONE), run.error
    stored = sorted(path.relative_to(run.path).as_posix() for path in private.rglob("*.docx"))
    assert stored == ["flood.ru.docx", "flood.tg.docx", "road.docx"]
    assert Path(run.path).name == "flood.ru.docx +2"


def entries(client: Client, field: str) -> list[str]:
    page = client.get(NEW)
    return [value for value, _label in page.context["form"].fields[field].choices if value]


@pytest.mark.thorough
def test_only_what_lies_in_the_administrators_folder_can_be_named(client, sections, tmp_path):
    inbox, secret = tmp_path / "inbox", tmp_path / "elsewhere" / "secret.xml"
    (inbox / "site" / "uploads" / "2019" / "03").mkdir(parents=True)
    (inbox / "own.csv").write_bytes(b"x")
    secret.parent.mkdir()
    for path in (inbox / "site/export.xml", inbox / ".hidden.xml", secret):
        path.write_bytes(BRIDGE.read_bytes())
    (inbox / "link.xml").symlink_to(secret)
    (inbox / "out").symlink_to(secret.parent)
    (inbox / "site/uploads/picture.jpg").write_bytes(b"x")
    assert entries(client, "inbox") == ["own.csv", "site", "site/export.xml", "site/uploads"]
    assert entries(client, "pictures") == ["site", "site/uploads"]
    outside = ["../elsewhere/secret.xml", "link.xml", "out/secret.xml", str(secret), ".hidden.xml"]
    for name in (*outside, "site/../../elsewhere/secret.xml"):
        assert client.post(NEW, sent(inbox=name)).context["form"].errors["inbox"], name
        assert client.post(NEW, sent(bridge(), pictures=name)).context["form"].errors["pictures"], name
    both = client.post(NEW, sent(bridge(), inbox="site/export.xml"))
    assert "Choose files to send, or one of the server’s folder." in both.content.decode()
    assert not ImportRun.objects.exists()
    run = preview(client, inbox="site/export.xml", pictures="site/uploads", publish="")
    assert (run.path, run.options["media"]) == (str(inbox / "site/export.xml"), str(inbox / "site/uploads"))
    imported = start(client, run)
    assert (imported.options, imported.counts) == (run.options, {"created": 2})
    assert not AnalysisPage.objects.live().exists()
    uploads.delete_ended()
    assert Path(run.path).exists(), "it is the administrator's"


def test_without_a_private_folder_nothing_can_be_sent(client, settings):
    settings.CHORSU_ARTICLES = {}
    assert "archive" not in client.get(NEW).context["form"].fields
    assert client.post(NEW, sent(bridge())).status_code == 200
    assert not ImportRun.objects.exists()


def test_an_abandoned_upload_is_deleted_with_its_preview(client, sections, private):
    _old, waiting = preview(client, bridge()), preview(client, bridge())
    left = private / "left"
    left.mkdir()
    uploads.delete_ended()
    assert left.exists()
    long_ago = timezone.now() - uploads.KEPT - timedelta(minutes=1)
    for place in private.iterdir():
        os.utime(place, (long_ago.timestamp(),) * 2)
    ImportRun.objects.update(started_at=long_ago, ended_at=long_ago)
    ImportRun.objects.filter(pk=waiting.pk).update(state=ImportRun.State.WAITING, ended_at=None)
    uploads.delete_ended()
    assert list(private.iterdir()) == [Path(waiting.path).parents[1]]
    assert list(ImportRun.objects.all()) == [waiting]


@pytest.fixture
def large(sections) -> ImportRun:
    authors = {f"author{n:03}": {"name": f"Author {n}", "person": "new", "items": 1} for n in range(120)}
    terms = {"category:a": {"name": HOSTILE, "topic": "new", "section": "", "items": 3}}
    mapping = {"authors": authors, "terms": terms, "kinds": {}, "fields": {}}
    facts = {"identity": HOSTILE, "path": f"/srv/{HOSTILE}", "counts": {"created": 1}, "total": 1}
    run = ImportRun.objects.create(mapping=mapping, is_preview=True, state=ImportRun.State.DONE, **facts)
    row = {"run": run, "identity": "preview", "kind": "page", "key": "1", "what": "created"}
    ImportedItem.objects.create(title=HOSTILE, notes=[["dropped", HOSTILE]], **row)
    return run


def test_choices_are_kept_by_the_page_and_none_that_was_not_offered(client, large):
    person = make_person("Малика")
    url = address("choices", large)
    assert client.get(url).content.decode().count("<select") == views.PER_PAGE
    answers = {"person-0": person.slug, "person-1": "nobody-here", "person-60": "", "topic-20": ""}
    assert client.post(url, answers)["Location"] == f"{url}?p=2"
    client.post(f"{url}?p=2", {"person-10": ""})
    client.post(f"{url}?p=3", {"topic-20": "", "section-20": "none"})
    large.refresh_from_db()
    chosen = {key: row["person"] for key, row in large.mapping["authors"].items() if row["person"] != "new"}
    assert chosen == {"author000": person.slug, "author060": ""}
    assert large.mapping["terms"]["category:a"] == {"name": HOSTILE, "topic": "", "section": "none", "items": 3}
    ImportRun.objects.update(is_preview=False)
    assert client.get(url).status_code == client.post(url, {"person-0": ""}).status_code == 404


def test_kinds_that_are_no_articles_are_chosen_by_number_and_example(client, sections):
    export = wxr(post(1), post(2, kind="product"), post(3, kind="product"), post(4, kind="feedback"))
    run = preview(client, SimpleUploadedFile("shop.xml", export.encode()))
    page = shown(client, run)
    for words in ("product, such as “Статья 2” 2", "feedback 1", "New 1"):
        assert words in page, words
    keys = [row["key"] for row in client.get(address("choices", run)).context["rows"]]
    assert "feedback" not in keys
    for answer, section in (("", "none"), (sections["ru"].slug, sections["ru"].slug)):
        client.post(address("choices", run), {f"section-{keys.index('product')}": answer})
        run.refresh_from_db()
        assert run.mapping["kinds"]["product"]["section"] == section


def test_what_comes_from_the_source_is_text(client, large):
    for url in (LIST, address("run", large), f"{address('choices', large)}?p=3"):
        page = client.get(url).content.decode()
        assert HOSTILE not in page, url
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page, url


def test_articles_are_listed_by_what_happened_and_by_the_page(client, large):
    facts = {"run": large, "identity": "preview", "kind": "page", "language": "ru", "what": "kept"}
    ImportedItem.objects.bulk_create(ImportedItem(key=f"n{n}", title=f"Same {n}", **facts) for n in range(60))
    assert "Same 0" in shown(client, large)
    for show in ("dropped", f"dropped:{HOSTILE}"):
        (noted,) = client.get(address("run", large), {"show": show}).context["items"]
        assert noted.key == "1"
    kept = {row.key for row in client.get(address("run", large), {"show": "kept"}).context["items"]}
    assert kept.isdisjoint({"1", "n59"})
    assert "Same 0" in shown(client, large, show="what isn't there")
    assert "Same 59" in shown(client, large, show="kept", p="2")


def test_a_damaged_archive_ends_the_import_with_a_sentence(client, sections):
    run = preview(client, bridge())
    Path(run.path).write_bytes(BRIDGE.read_bytes()[:-3_000])
    imported = start(client, run)
    assert "it ends in the middle" in shown(client, imported)
    Path(run.path).write_bytes(b"no archive any more")
    again = start(client, run)
    assert again != imported
    assert (again.state, again.counts) == (ImportRun.State.FAILED, {})


def test_what_made_nothing_is_not_offered_for_being_taken_back(client, large):
    ImportRun.objects.update(is_preview=False)
    assert "Take the import back" not in shown(client, large)
    large.items.update(made_by=large)
    assert "Take the import back" in shown(client, large)


@pytest.mark.thorough
def test_what_is_wrong_in_an_archive_is_found_by_the_worker_and_shown(client, sections, tmp_path):
    content = wasteful(tmp_path / "export.zip", "manifest.json", "lists").read_bytes()
    client.get(LIST)  # what is imported and compiled at the first time
    tracemalloc.start()
    try:
        client.post(NEW, sent(SimpleUploadedFile("export.zip", content)))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 10_000_000
    run = ImportRun.objects.get()
    assert (run.state, str(run)) == (ImportRun.State.WAITING, "export.zip")
    assert finish(run).state == ImportRun.State.FAILED
    assert "manifest.json is larger than 20 MB" in shown(client, run)


def test_redirects_to_other_hosts_are_chosen_host_by_host(client, sections, tmp_path):
    write_archive(folder := tmp_path / "inbox" / "export")
    links = {"/pay": "https://evil.example/", "/blog": "https://blog.example/", "/near": "/ru/"}
    facts = {"page": None, "is_permanent": True}
    write_rows(folder, "redirects", *({"from": path, "address": link, **facts} for path, link in links.items()))
    run = preview(client, inbox="export")
    assert "evil.example: left out, since nobody chose it 1" in shown(client, run)
    assert "/near → /ru/" in shown(client, run, show="redirect")
    rows = client.get(address("choices", run)).context["rows"]
    assert [(row["key"], row["items"]) for row in rows] == [("blog.example", 1), ("evil.example", 1)]
    client.post(address("choices", run), {"redirects-0": "yes", "redirects-1": "yes please"})
    imported = start(client, run)
    assert set(Redirect.objects.values_list("old_path", flat=True)) == {"/blog", "/near"}
    assert "blog.example: they lead there 1" in shown(client, imported)


def test_menu_and_name_are_chosen_part_by_part(client, sections, tmp_path):
    outlet = Outlet(site=Site.objects.get(), name_ru="Чорсу")
    outlet.menu_entries.set([MenuEntry(page=sections["ru"])])
    outlet.save()
    write_archive(folder := tmp_path / "inbox" / "export")
    outlet.delete()
    Outlet.objects.create(site=Site.objects.get())
    run = preview(client, inbox=folder.name)
    assert "Menu: left out, since nobody chose it 1" in shown(client, run)
    rows = client.get(address("choices", run)).context["rows"]
    assert [(row["key"], row["name"], row["items"]) for row in rows] == [
        ("menu", "Menu", 1),
        ("outlet", "Name and looks", 1),
    ]
    client.post(address("choices", run), {"take-0": "yes", "take-1": "YES"})
    imported = start(client, run)
    found = Outlet.objects.get()
    assert ([entry.page.specific for entry in found.menu_entries.all()], found.name_ru) == ([sections["ru"]], None)
    assert "Menu: it fills what is empty 1" in shown(client, imported)


def test_addresses_without_a_run_answer_404(client, large):
    for name in (f"{large.pk + 1}/", f"{large.pk}/report/csv/", f"{large.pk}/report/../"):
        assert client.get(f"{LIST}{name}").status_code == 404
    for name in ("start", "undo"):
        assert client.get(address(name, large)).status_code == 405
