"""An export is read back: an emptied newsroom says the same again, and of a hostile one nothing runs."""

from __future__ import annotations

import json
import shutil
import tracemalloc
import zipfile
from collections.abc import Callable
from functools import partial
from hashlib import sha256
from itertools import chain, repeat
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Page, PageLogEntry, Revision

from chorsu_archive import runs
from chorsu_archive.export.archive import write_archive
from chorsu_archive.export.content import Mapper
from chorsu_archive.formats.newsroom import Newsroom
from chorsu_archive.items import ArchiveError, Options, format_of
from chorsu_archive.mapping import MOST_HOSTS
from chorsu_archive.models import ImportedItem, ImportRun
from chorsu_archive.report import report_of
from chorsu_archive.runs import advance, begin
from chorsu_articles.models import (
    AnalysisPage,
    Country,
    InfoPage,
    Organisation,
    Person,
    Picture,
    Publication,
    SectionPage,
    Topic,
)
from chorsu_editorial.hashing import content_parts
from tests.archive.made import notes_of, take_back
from tests.archive.varied import LANGUAGES, block, empty, listed, make_newsroom, read
from tests.counted_lines import count_lines
from tests.factories import make_article, make_home, make_picture, make_section

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_english(_messages_in_english):
    """Sentences are compared in English."""


def bring(folder: Path, **options: Any) -> ImportRun:
    run = begin(folder, options=Options(), **options)
    while advance(run, seconds=60):
        pass
    return run


def exported(folder: Path) -> dict[str, Any]:
    """Return what an export says but for what another database names, orders or dates otherwise."""
    media = {row["key"]: row["title"] for name in ("pictures", "documents") for row in listed(folder, name)}
    found: dict[str, Any] = {}
    for path in sorted((*folder.rglob("*.json"), *folder.glob("*.jsonl"))):
        name = path.relative_to(folder).as_posix()
        if name in {"manifest.json", "structure.jsonl"}:
            continue
        text = path.read_text()
        for key, title in media.items():
            text = text.replace(f'"{key}"', json.dumps(title)).replace(f'\\"{key}\\"', f'\\"{title}\\"')
        told = sorted(text.splitlines()) if path.suffix == ".jsonl" else json.loads(text)
        if name.startswith("articles/"):
            # The live site's addresses of files, and when a draft was written last.
            told = {
                key: told[key]
                for key in ("uri", "headlines", "descriptions", "people", "subjects", "chorsu")
                if key in told
            }
        found[name] = told
    return found


@pytest.mark.thorough
@pytest.mark.parametrize("seed", [0, 1, *(pytest.param(seed, marks=pytest.mark.slow) for seed in (2, 3))])
def test_an_emptied_newsroom_says_the_same_again(tmp_path, seed):
    for code in LANGUAGES:
        make_home(code)
    made = make_newsroom(seed)
    sections = set(SectionPage.objects.values_list("translation_key", "locale", "slug", "kind"))
    live = Page.objects.type(Publication).live().count()
    before = {row["chorsu"]["key"]: row for row in map(read, _articles(write(tmp_path / "one")))}
    empty()
    assert not Publication.objects.exists()
    run = bring(tmp_path / "one")
    assert (run.state, run.error, run.counts) == ("done", "", {"created": len(made.pages)})
    # Sources were written after they had been translated.
    notes = {note[1] for row in ImportedItem.objects.all() for note in row.notes}
    assert notes == {"As the export says, its source has changed since it was translated."}
    assert set(SectionPage.objects.values_list("translation_key", "locale", "slug", "kind")) == sections
    assert Page.objects.type(Publication).live().count() == live
    assert exported(write(tmp_path / "two")) == exported(tmp_path / "one")
    # The content hash is of these; of references another database has other numbers, so their keys stand there.
    for page in Page.objects.type(Publication).specific():
        key = f"{page.translation_key}/{page.locale.language_code}"
        assert content_parts(page).keys() <= before[key]["chorsu"]["content"].keys()
    again = bring(tmp_path / "one")
    assert again.counts == {"unchanged": len(made.pages)}


def write(folder: Path) -> Path:
    write_archive(folder)
    return folder


def _articles(folder: Path) -> list[Path]:
    return sorted(folder.glob("articles/*/*.json"))


def test_pages_that_name_one_another_are_joined_whichever_comes_first(tmp_path):
    section = make_section()
    first, second = (make_article(section, title=title, slug=title.lower()) for title in ("First", "Second"))
    for page, other in ((first, second), (second, first)):
        text = f'<p><a linktype="page" id="{other.pk}">there</a></p>'
        page.body = json.dumps([block("paragraph", text)])
        page.save_revision().publish()
    write_archive(tmp_path / "out")
    empty()
    bring(tmp_path / "out")
    pages = [page.specific for page in Page.objects.type(AnalysisPage).order_by("title")]
    for page, other in zip(pages, reversed(pages), strict=True):
        for version in (page, page.get_latest_revision_as_object()):
            assert f'id="{other.pk}"' in version.body.raw_data[0]["value"]


def test_what_is_here_already_stays(tmp_path):
    Topic.objects.create(name_ru="Вода", slug="water")
    make_article(title="There").save_revision().publish()
    Redirect.objects.create(old_path="/away", redirect_link="https://example.org/")
    write_archive(tmp_path / "out")
    Topic.objects.update(name_ru="Воды")
    Redirect.objects.update(redirect_link="https://example.net/")
    Page.objects.type(AnalysisPage).delete()
    bring(tmp_path / "out")
    assert Topic.objects.get().name_ru == "Воды"
    assert Redirect.objects.get(old_path="/away").redirect_link == "https://example.net/"
    assert AnalysisPage.objects.get().live


def test_an_old_address_of_a_picture_leads_to_where_its_file_is_now(tmp_path):
    picture = make_picture(title="River")
    make_article(main_picture=picture).save_revision().publish()
    Redirect.objects.create(old_path="/uploads/river.jpg", redirect_link=picture.file.url)
    write_archive(tmp_path / "out")
    assert listed(tmp_path / "out", "redirects") == []
    empty()
    bring(tmp_path / "out")
    found = Redirect.objects.get(old_path="/uploads/river.jpg").redirect_link
    assert found == Picture.objects.get().file.url != picture.file.url


def change(folder: Path, name: str, edit: Callable[[Any], Any]) -> None:
    """Change a JSON file of an export as somebody does who knows how its checksums are made."""
    path = folder / name
    path.write_text(json.dumps(edit(json.loads(path.read_text())), indent=1))
    if name != "manifest.json":
        sign(folder, name)


def write_rows(folder: Path, name: str, *rows: Any) -> None:
    """Write a list of an export anew."""
    (folder / f"{name}.jsonl").write_text("".join(f"{json.dumps(row)}\n" for row in rows))
    sign(folder, f"{name}.jsonl")


def sign(folder: Path, name: str) -> None:
    """Name a file in the manifest, with the checksum that it has."""
    sums = {name: sha256((folder / name).read_bytes()).hexdigest()}
    change(folder, "manifest.json", lambda manifest: manifest | {"files": sums | manifest["files"] | sums})


@pytest.fixture
def export(tmp_path) -> Path:
    """Return an export of one article with a picture; nothing of it is in the newsroom any more."""
    page = make_article(title="Story", slug="story", main_picture=make_picture(title="River"))
    page.body = json.dumps(
        [block("paragraph", "<p>Text</p>"), block("video", {"url": "https://example.org/", "caption": ""})]
    )
    page.save_revision().publish()
    write_archive(tmp_path / "out")
    empty()
    return tmp_path / "out"


def name_of(folder: Path) -> str:
    [path] = _articles(folder)
    return path.relative_to(folder).as_posix()


def edit(export: Path, **values: Any) -> None:
    """Change what the export says of its article beside ninjs."""
    change(export, name_of(export), lambda row: row | {"chorsu": row["chorsu"] | values})


def edit_content(export: Path, **values: Any) -> None:
    edit(export, content=read(export / name_of(export))["chorsu"]["content"] | values)


def test_halves_of_letters_stop_nothing(export):
    edit_content(export, title="Sto\ud800ry")
    edit(export, addresses=["https://old.example.org/a\ud800b"])
    assert bring(export).counts == {"created": 1}
    assert AnalysisPage.objects.get().title == "Story"


def test_what_waited_for_its_day_is_not_live_at_once(export):
    edit(export, status="scheduled")
    write_rows(export, "structure", *(row | {"status": "scheduled"} for row in listed(export, "structure")))
    bring(export)
    pages = Page.objects.type(SectionPage, Publication)
    assert (pages.count(), pages.live().count()) == (2, 0)


def failure(folder: Path) -> str:
    """Return why nothing was brought in: of the whole export, or of its one article."""
    try:
        run = bring(folder)
    except ArchiveError as error:
        return str(error)
    assert not Publication.objects.exists()
    notes = [text for row in ImportedItem.objects.filter(kind="page") for _kind, text in notes_of(row)]
    return " ".join(filter(None, [run.problem, *notes]))


def test_a_folder_is_known_by_its_manifest(export, tmp_path):
    (export / "media/paper.docx").write_bytes(b"a document of the library")
    assert isinstance(format_of(export), Newsroom)
    (tmp_path / "file.txt").write_text("text")
    for path in (tmp_path, tmp_path / "file.txt", export / "media/paper.docx"):
        assert not Newsroom().recognises(path), path


def test_files_that_changed_or_broke_off_are_refused(export):
    path = export / name_of(export)
    path.write_bytes(path.read_bytes().replace(b"Story", b"Other"))
    assert "isn't as it was written" in failure(export)
    path = export / "manifest.json"
    path.write_bytes(path.read_bytes()[:-20])
    assert "manifest.json can't be read" in failure(export)


def test_another_version_is_refused(export):
    change(export, "manifest.json", lambda manifest: manifest | {"version": 2})
    assert "version" in failure(export)


@pytest.mark.thorough
@pytest.mark.parametrize("name", ["articles/../../secret.json", "articles/ru/link.json"])
def test_names_and_links_that_lead_out_of_it_are_refused(export, name):
    secret = export.parent / "secret.json"
    secret.write_bytes((export / name_of(export)).read_bytes())
    (export / "articles/ru/link.json").symlink_to(secret)
    sign(export, name)
    assert f"{name} isn't in the export" in failure(export)


def test_a_medium_that_leads_out_of_it_is_never_read(export):
    (export.parent / "secret.png").write_bytes(b"secret")
    [picture] = listed(export, "pictures")
    write_rows(export, "pictures", picture | {"key": "medium:../../secret.png"})
    archive = Newsroom().open(export, Options())
    [medium] = archive.media()
    assert archive.read(medium) is None


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"[" * 100_000, "can't be read"),
        (b"\xff\xfe\x00", "can't be read"),
        (b"{}", "isn't an article of an export"),
        (b'{"chorsu": {"key": "x", "content": {}, "dates": {}}}', "isn't an article of an export"),
        (b'{"a": "' + b"x" * 20_000_000 + b'"}', "is larger than"),
    ],
    ids=["deep", "binary", "empty", "key", "long"],
)
def test_files_of_another_shape_are_refused(export, content, sentence):
    name = name_of(export)
    (export / name).write_bytes(content)
    sign(export, name)
    assert sentence in failure(export)


@pytest.mark.thorough
@pytest.mark.parametrize(
    "values",
    [
        {"published_on": {"a": 1}},
        {"title": "long " * 100},
        {"body": [["paragraph"]]},
        {"topics": 7},
    ],
    ids=str,
)
def test_values_that_no_field_takes_fail_with_a_sentence(export, values):
    edit_content(export, **values)
    assert len(failure(export)) > 10


def test_what_could_run_is_taken_out_and_told(export):
    text = (
        '<p onclick="steal()">A <script>alert(1)</script><b style="x">b</b>'
        '<a href="javascript:alert(1)">c</a><!--> --><img src=x onerror=alert(1)><scr<script>ipt> 1 < 2</p>'
    )
    edit_content(
        export, body=[block("paragraph", text), block("video", {"url": "javascript:alert(1)", "caption": "<b>"})]
    )
    bring(export)
    page = AnalysisPage.objects.get()
    paragraph, video = page.body.raw_data
    assert paragraph["value"] == "<p>A <b>b</b><a>c</a>ipt> 1 &lt; 2</p>"
    assert video["value"] == {"url": "", "caption": "<b>"}
    told = " ".join(text for row in ImportedItem.objects.filter(kind="page") for _kind, text in notes_of(row))
    for what in ("<script>", "onclick=", "href=", "<img>", "javascript:alert(1)"):
        assert what in told


def test_an_article_that_says_nothing_is_a_draft(export):
    body = [block("paragraph", "<p> </p>"), block("heading", {"text": "", "level": "h2"})]
    edit_content(export, body=body, lead="", main_picture=None)
    bring(export)
    assert not AnalysisPage.objects.get().live
    assert "it is a draft" in str(ImportedItem.objects.get(kind="page").notes)


@pytest.mark.thorough
@pytest.mark.parametrize("model", ["podcasts.PodcastPage", "cms.User", "chorsu_articles.Publication"])
def test_a_kind_that_isnt_here_becomes_an_article(export, model):
    edit(export, model=model)
    bring(export)
    assert AnalysisPage.objects.get().title == "Story"
    assert "kind" in str(ImportedItem.objects.get(kind="page").notes)


def test_a_section_that_is_here_by_another_key_takes_the_articles(export):
    [section] = [row for row in listed(export, "structure") if row["model"].endswith("SectionPage")]
    here = make_section(make_home(), slug=section["content"]["slug"])
    bring(export)
    assert AnalysisPage.objects.get().get_parent().specific == SectionPage.objects.get() == here


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("name", "row"),
    [
        ("chorsu_articles.person", {"name": 5}),
        ("chorsu_articles.person", {"slug": "../person"}),
        ("structure", {"name": 5}),
        ("structure", {"key": "x/ru"}),
        ("redirects", {"from": "http://[", "page": "", "address": "", "is_permanent": True}),
    ],
    ids=str,
)
def test_lists_of_another_shape_end_the_import_with_a_sentence(export, name, row):
    write_rows(export, name, row)
    assert "lists of the export" in failure(export)
    assert not Person.objects.exists()


def planted(export: Path) -> Path:
    """Let an export bring more than articles: pages, rows of each vocabulary, and redirects to here and elsewhere."""
    group = "00000000-0000-4000-8000-00000000000"
    [section] = [row for row in listed(export, "structure") if row["model"].endswith("SectionPage")]
    facts = {"parent": section["parent"], "status": "live"}
    content = {"title": "Planted", "slug": "planted", "kind": "analysis"}
    pages = [{"key": f"{group}1/ru", "model": "chorsu_articles.SectionPage", "content": content, **facts}]
    content = {"title": "Login help", "slug": "help", "body": "<p>A<script>alert(1)</script></p>"}
    pages.append({"key": f"{group}2/ru", "model": "chorsu_articles.InfoPage", "content": content, **facts})
    write_rows(export, "structure", *listed(export, "structure"), *pages)
    [picture] = listed(export, "pictures")
    person = {"slug": "spy", "name_ru": "Spy", "photo": picture["key"]}
    write_rows(export, "chorsu_articles.person", person)
    write_rows(export, "chorsu_articles.topic", {"slug": "lies", "name_ru": "Lies"})
    write_rows(export, "chorsu_articles.country", {"code": "XX", "name_ru": "Nowhere"})
    website = "https://evil.example/"
    write_rows(export, "chorsu_articles.organisation", {"slug": "ring", "name_ru": "Ring", "website": website})
    links = {"/pay": "https://evil.example/pay", "/sign-in": "http://Evil.example", "/other": "https://other.example/"}
    links |= {
        "/runs": "javascript:alert(1)",
        "/near": "/ru/planted/",
        "/far": "/" + "x" * 300,
        "/nowhere": None,
        "/" + "x" * 300: "/ru/",
    }
    rows = ({"from": path, "page": None, "address": link, "is_permanent": True} for path, link in links.items())
    write_rows(export, "redirects", *rows)
    return export


def everything() -> dict[str, int]:
    models = (Page, Picture, Person, Topic, Organisation, Country, Redirect, PageLogEntry, Revision)
    return {model.__name__: model.objects.count() for model in models}


def by_kind(run: ImportRun) -> dict[str, set[str]]:
    """Return the titles of what a run lists beside articles."""
    titles: dict[str, set[str]] = {}
    for kind, title in run.items.exclude(kind__in=("page", "picture")).values_list("kind", "title"):
        titles.setdefault(kind, set()).add(title)
    return titles


ADDED = {
    "structure": {"Analysis", "Planted", "Login help"},
    "person": {"Spy"},
    "topic": {"Lies"},
    "vocabulary": {"Nowhere", "Ring"},
    "redirect": {"/near → /ru/planted/"},
}


@pytest.mark.thorough
@pytest.mark.parametrize("publish", [True, False])
def test_a_preview_lists_all_that_would_be_made_and_writes_none_of_it(export, *, publish):
    before = everything()
    run = bring(planted(export), is_preview=True, publish=publish)
    assert everything() == before
    assert (run.counts, by_kind(run)) == ({"created": 1}, ADDED)
    status = "live" if publish else "draft"
    assert dict(run.items.filter(kind="structure").values_list("title", "what"))["Planted"] == status
    assert {key: row["items"] for key, row in run.mapping["hosts"].items()} == {"evil.example": 2, "other.example": 1}
    report = report_of(run)
    told = {(row["title"], str(row["happened"])) for row in report["others"]}
    assert {("Planted", f"section, {status}"), ("Nowhere", "country"), ("Ring", "organisation")} <= told
    [page] = [row for row in report["others"] if row["title"] == "Login help"]
    assert [note["text"] for note in page["notes"]] == ["Taken out: <script>"]


@pytest.mark.thorough
def test_all_that_an_export_adds_is_reported_and_taken_back(export):
    make_home()
    before = everything()
    run = bring(planted(export))
    assert by_kind(run) == ADDED
    for title in ADDED["structure"]:
        page = Page.objects.get(title=title)
        entry = PageLogEntry.objects.get(page=page.pk, action="chorsu_archive.import")
        assert (page.live, entry.revision_id) == (True, page.live_revision_id)
        assert entry.data == {"source": run.identity, "run": run.pk, "live": True}
    assert take_back(run) == []
    assert everything() | {"PageLogEntry": 0} == before | {"PageLogEntry": 0}
    assert not any(Page.find_problems())


@pytest.mark.thorough
def test_a_page_in_which_an_editor_put_something_stays_and_is_named(export):
    run = bring(planted(export))
    section = SectionPage.objects.get(title="Planted")
    own = make_article(section, slug="own")
    help_page = InfoPage.objects.get()
    help_page.title = "Help"
    help_page.save_revision().publish()
    assert take_back(run) == ["Login help: somebody changed it here since.", "Planted: other pages stand below it."]
    assert (SectionPage.objects.get(), AnalysisPage.objects.get()) == (section, own)


def test_without_publishing_every_page_is_a_draft(export):
    bring(planted(export), publish=False)
    pages = Page.objects.type(SectionPage, InfoPage, Publication)
    assert (pages.count(), pages.live().count()) == (4, 0)
    assert PageLogEntry.objects.filter(action="chorsu_archive.import", data__live=False).count() == 4
    assert not pages.exclude(first_published_at=None).exists(), "or their addresses say that something was there"
    assert AnalysisPage.objects.get().published_on


def test_redirects_to_other_hosts_need_a_choice(export, capsys):
    def others():
        return dict(Redirect.objects.filter(redirect_link__startswith="http").values_list("old_path", "redirect_link"))

    call_command("import_archive", planted(export))
    told = capsys.readouterr().out
    assert "2 redirects to evil.example; --redirect-to evil.example" in told
    assert "1 redirects to other.example" in told
    assert others() == {}
    call_command("import_archive", export, redirect_to=["Other.example"])
    assert others() == {"/other": "https://other.example/"}
    # Which newsroom it is of, anybody's export may say.
    assert bring(export, is_preview=True).mapping["hosts"]["other.example"]["redirects"] == ""


def test_an_export_that_leads_to_very_many_hosts_is_refused(export):
    rows = ({"from": f"/{n}", "address": f"https://{n}.example/", "page": None} for n in range(MOST_HOSTS + 1))
    write_rows(export, "redirects", *rows)
    assert "other hosts" in failure(export)


@pytest.mark.thorough
def test_additions_that_were_broken_off_are_made_once(export, monkeypatch):
    monkeypatch.setattr(runs, "BATCH", 1)
    run = begin(planted(export), options=Options())
    for _step in range(4):
        assert advance(run, seconds=0)
    assert run.state == "waiting"
    assert (run.position, ImportedItem.objects.filter(made_by=run).exclude(kind="picture").count()) == (4, 4)
    while advance(run, seconds=60):
        pass
    assert (run.state, by_kind(run)) == ("done", ADDED)
    assert take_back(run) == []


@pytest.mark.thorough
def test_a_translation_of_what_was_here_before_is_told_and_can_be_taken_back(export):
    here = make_article(make_section(make_home("ru")), title="Ours", slug="ours")
    make_section(make_home("tg"))
    edit(export, key=f"{here.translation_key}/tg")
    for is_preview in (True, False):
        run = bring(export, is_preview=is_preview)
        [row] = run.items.filter(kind="page")
        assert ("guessed", "It became a translation of “Ours”, which was here before.") in notes_of(row)
    assert take_back(run) == []
    assert list(AnalysisPage.objects.all()) == [here]


def test_a_reference_is_of_the_model_that_it_has_to_be(export):
    (export / "media/documents").mkdir()
    (export / "media/documents/a.txt").write_text("A paper.")
    sign(export, "media/documents/a.txt")
    write_rows(export, "documents", {"key": "medium:documents/a.txt", "title": "Paper"})
    edit_content(export, main_topic="medium:documents/a.txt", main_picture="medium:documents/a.txt")
    bring(export)
    page = AnalysisPage.objects.get()
    assert (page.main_topic_id, page.main_picture_id) == (None, None)


def test_a_page_stands_only_where_its_kind_may_and_never_below_itself(export):
    home, section, planted_section, about = listed(planted(export), "structure")
    section["parent"], about["parent"] = section["key"], planted_section["key"]
    write_rows(export, "structure", home, section, planted_section, about)
    bring(export)
    assert {page.get_parent() for page in Page.objects.type(SectionPage, InfoPage)} == {make_home().page_ptr}


def test_a_zip_is_read_like_the_folder(export, tmp_path):
    packed = Path(shutil.make_archive(str(tmp_path / "packed"), "zip", export))
    bring(packed)
    assert AnalysisPage.objects.get().main_picture == Picture.objects.get()


class Same(Mapper):
    """Foreign data whose references are right as they are."""

    def __init__(self) -> None:
        self.dropped: list[str] = []

    def refer(self, _model: Any, value: Any) -> Any:
        return value


def test_rich_text_is_read_in_linear_time():
    for text in (
        '<p onclick="x">a</p>',
        "<",
        "<a ",
        '<a href="',
        "<script>",
        "<!--",
        "&lt;",
        '<a id="1" linktype="page">',
    ):
        short, long = (count_lines(partial(Same().rich_text, text * number)) for number in (200, 400))
        assert long < 2.2 * short + 200, text


# Of each kind of file what takes much memory for its bytes, in the longest file of its kind: begin, middle, end.
WASTEFUL = {
    "spaces": (b"{", b" " * 65_536, b""),
    "lists": (b'{"a": [', b"[]," * 10_000, b"0]}"),
    "deep lists": (b'{"a": [', (b"[" * 500 + b"]" * 500 + b",") * 60, b"0]}"),
    "one line": (b'{"a": "', b"x" * 65_536, b'"}'),
    "wide letters": ('{"a": "😀'.encode(), b"x" * 65_536, b'"}'),
}
NAMES = {"manifest.json": 195_000_000, "articles/ru/story.json": 19_900_000}
NAMES |= {f"{name}.jsonl": 195_000_000 for name in ("pictures", "structure", "redirects", "chorsu_articles.person")}


def wasteful(path: Path, name: str, shape: str) -> Path:
    """Write a zip of an export with one file that takes much memory."""
    begin, piece, end = WASTEFUL[shape]
    if name == "manifest.json":
        begin, end = b'{"format": "chorsu-newsroom", "version": 1, "files": {}, "b": ' + begin, end + b"}"
    digest = sha256()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as made:
        with made.open(name, "w") as file:
            for chunk in chain([begin], repeat(piece, NAMES[name] // len(piece)), [end]):
                file.write(chunk)
                digest.update(chunk)
        if name != "manifest.json":
            files = {name: digest.hexdigest()}
            facts = {"format": "chorsu-newsroom", "version": 1, "site": "https://old.example", "files": files}
            made.writestr("manifest.json", json.dumps(facts))
    return path


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("name", "shape"),
    [
        *(("manifest.json", "spaces"), ("manifest.json", "lists")),
        *(("articles/ru/story.json", "deep lists"), ("articles/ru/story.json", "wide letters")),
        *(("pictures.jsonl", "lists"), ("structure.jsonl", "spaces"), ("redirects.jsonl", "one line")),
    ],
)
def test_no_file_of_an_export_fills_memory(tmp_path, name, shape):
    path = wasteful(tmp_path / "export.zip", name, shape)
    tracemalloc.start()
    try:
        run = bring(path)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert run.state == ImportRun.State.FAILED
    assert peak < 200_000_000
