"""An export is read back: an emptied newsroom says the same again, and of a hostile one nothing runs."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Page

from chorsu_archive.export.archive import MARK, write_archive
from chorsu_archive.export.content import rich_text
from chorsu_archive.formats.newsroom import Newsroom
from chorsu_archive.items import ArchiveError, Options, format_of
from chorsu_archive.models import ImportedItem, ImportRun
from chorsu_archive.runs import advance, begin
from chorsu_articles.models import AnalysisPage, Person, Picture, Publication, SectionPage, Topic
from chorsu_editorial.hashing import content_parts
from tests.archive.varied import LANGUAGES, block, empty, items, make_newsroom
from tests.counted_lines import count_lines
from tests.factories import make_article, make_home, make_picture, make_section

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_english(_messages_in_english: None) -> None:
    """Sentences are compared in English."""


def bring(folder: Path, **options: Any) -> ImportRun:
    run = begin(folder, options=Options(), **options)
    while advance(run, seconds=60):
        pass
    return run


def exported(folder: Path) -> dict[str, Any]:
    """Return what an export says but for what another database names or dates otherwise."""
    found: dict[str, Any] = {}
    for path in sorted(folder.rglob("*.json")):
        name = path.relative_to(folder).as_posix()
        if name in {"manifest.json", "structure.json"}:
            continue
        told = json.loads(path.read_text())
        if name.startswith("articles/"):
            # The live site's addresses of files, and when a draft was written last.
            told = {
                key: told[key]
                for key in ("uri", "headlines", "descriptions", "people", "subjects", "chorsu")
                if key in told
            }
        found[name] = told
    return found


def differences(one: Any, other: Any, place: str = "") -> Iterator[str]:
    """Yield where two pieces of JSON differ, and how."""
    if isinstance(one, dict) and isinstance(other, dict):
        for name in sorted(one.keys() | other.keys()):
            yield from differences(one.get(name), other.get(name), f"{place}/{name}")
    elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        for number, pair in enumerate(zip(one, other, strict=True)):
            yield from differences(*pair, f"{place}/{number}")
    elif one != other:
        yield f"{place}: {one!r} != {other!r}"


@pytest.mark.parametrize("seed", range(4))
def test_an_emptied_newsroom_says_the_same_again(tmp_path: Path, seed: int) -> None:
    for code in LANGUAGES:
        make_home(code)
    made = make_newsroom(seed)
    sections = set(SectionPage.objects.values_list("translation_key", "locale", "slug", "kind"))
    live = Page.objects.type(Publication).live().count()
    before = {row["chorsu"]["key"]: row for row in map(_read, _articles(write(tmp_path / "one")))}
    empty()
    assert not Publication.objects.exists()
    run = bring(tmp_path / "one")
    assert (run.state, run.error, run.counts) == ("done", "", {"created": len(made.pages)})
    assert [note for row in ImportedItem.objects.all() for note in row.notes] == []
    assert set(SectionPage.objects.values_list("translation_key", "locale", "slug", "kind")) == sections
    assert Page.objects.type(Publication).live().count() == live
    assert list(differences(exported(write(tmp_path / "two")), exported(tmp_path / "one"))) == []
    # The content hash is of these; of references another database has other numbers, so their keys stand there.
    for page in Page.objects.type(Publication).specific():
        key = f"{page.translation_key}/{page.locale.language_code}"
        assert content_parts(page).keys() <= before[key]["chorsu"]["content"].keys()
    again = bring(tmp_path / "one")
    assert again.counts == {"unchanged": len(made.pages)}


def write(folder: Path) -> Path:
    write_archive(folder)
    return folder


def _read(path: Path) -> Any:
    return json.loads(path.read_text())


def _articles(folder: Path) -> list[Path]:
    return sorted(folder.glob("articles/*/*.json"))


def test_pages_that_name_one_another_are_joined_whichever_comes_first(tmp_path: Path) -> None:
    section = make_section()
    first, second = (make_article(section, title=title, slug=title.lower()) for title in ("First", "Second"))
    for page, other in ((first, second), (second, first)):
        text = f'<p><a linktype="page" id="{other.pk}">there</a></p>'
        page.body = json.dumps([block("paragraph", text), block("related", {"pages": items(other.pk)})])
        page.save_revision().publish()
    write_archive(tmp_path / "out")
    empty()
    bring(tmp_path / "out")
    pages = {page.title: page.specific for page in Page.objects.type(AnalysisPage)}
    for page, other in ((pages["First"], pages["Second"]), (pages["Second"], pages["First"])):
        for version in (page, page.get_latest_revision_as_object()):
            paragraph, related = version.body.raw_data
            assert f'id="{other.pk}"' in paragraph["value"]
            assert related["value"]["pages"][0]["value"] == other.pk


def test_what_is_here_already_stays(tmp_path: Path) -> None:
    topic = Topic.objects.create(name_ru="Вода", slug="water")
    make_article(title="There").save_revision().publish()
    Redirect.objects.create(old_path="/away", redirect_link="https://example.org/")
    write_archive(tmp_path / "out")
    Topic.objects.filter(pk=topic.pk).update(name_ru="Воды")
    Redirect.objects.update(redirect_link="https://example.net/")
    Page.objects.type(AnalysisPage).delete()
    bring(tmp_path / "out")
    topic.refresh_from_db()
    assert topic.name_ru == "Воды"
    assert Redirect.objects.get(old_path="/away").redirect_link == "https://example.net/"
    assert AnalysisPage.objects.get().live


def change(folder: Path, name: str, edit: Callable[[Any], Any]) -> None:
    """Change a file of an export as somebody does who knows how its checksums are made."""
    path = folder / name
    if path.suffix == ".json" and name != "manifest.json":
        path.write_text(json.dumps(edit(json.loads(path.read_text()))))
    else:
        path.write_bytes(edit(path.read_bytes()))
    sums = (folder / "files.sha256").read_text().splitlines()
    kept = [line for line in sums if not line.endswith(f"  {name}")]
    digest = sha256(path.read_bytes()).hexdigest()
    sign(folder, "\n".join([*kept, f"{digest}  {name}"]) + "\n")


def sign(folder: Path, sums: str) -> None:
    (folder / "files.sha256").write_text(sums)
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["files.sha256"] = sha256(sums.encode()).hexdigest()
    (folder / "manifest.json").write_text(json.dumps(manifest, indent=1))


@pytest.fixture
def export(tmp_path: Path) -> Path:
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


def failure(folder: Path) -> str:
    """Return why nothing was brought in: of the whole export, or of its one article."""
    try:
        run = bring(folder)
    except ArchiveError as error:
        return str(error)
    assert not Publication.objects.exists()
    notes = [text for row in ImportedItem.objects.filter(kind="page") for _kind, text in row.notes]
    return " ".join(filter(None, [run.error, *notes]))


def test_a_folder_is_known_by_its_manifest(export: Path, tmp_path: Path) -> None:
    assert isinstance(format_of(export), Newsroom)
    assert (export / "manifest.json").read_bytes().startswith(MARK)
    (tmp_path / "empty").mkdir()
    assert not Newsroom().recognises(tmp_path / "empty")
    (tmp_path / "file.txt").write_text("text")
    assert not Newsroom().recognises(tmp_path / "file.txt")


def test_another_version_is_refused(export: Path) -> None:
    change(export, "manifest.json", lambda data: data.replace(b'"version": 1', b'"version": 2'))
    assert "version" in failure(export)


def test_a_file_that_changed_is_refused(export: Path) -> None:
    path = export / name_of(export)
    path.write_bytes(path.read_bytes().replace(b"Story", b"Other"))
    assert "isn't as it was written" in failure(export)


def test_a_list_of_files_that_changed_is_refused(export: Path) -> None:
    with (export / "files.sha256").open("a") as file:
        file.write(f"{'0' * 64}  articles/ru/more.json\n")
    assert "files.sha256 isn't as it was written" in failure(export)


@pytest.mark.parametrize("name", ["articles/../../secret.json", "articles/ru/link.json", "articles/ru/none.json"])
def test_names_and_links_that_lead_out_of_it_are_refused(export: Path, name: str) -> None:
    content = (export / name_of(export)).read_bytes()
    (export.parent / "secret.json").write_bytes(content)
    (export / "articles/ru/link.json").symlink_to(export.parent / "secret.json")
    sums = (export / "files.sha256").read_text()
    sign(export, f"{sha256(content).hexdigest()}  {name}\n{sums}")
    assert f"{name} isn't in the export" in failure(export)


def test_a_medium_that_leads_out_of_it_is_never_read(export: Path) -> None:
    (export.parent / "secret.png").write_bytes(b"secret")
    [picture] = json.loads((export / "pictures.json").read_text())
    picture["key"] = "medium:../../secret.png"
    (export / "pictures.json").write_text(f"[\n{json.dumps(picture)}\n]\n")
    _sign_again(export, "pictures.json")
    archive = Newsroom().open(export, Options())
    [medium] = archive.media()
    assert archive.read(medium) is None


def _sign_again(folder: Path, name: str) -> None:
    lines = (folder / "files.sha256").read_text().splitlines()
    digest = sha256((folder / name).read_bytes()).hexdigest()
    sign(folder, "".join(f"{digest}  {name}\n" if line.endswith(f"  {name}") else f"{line}\n" for line in lines))


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"[" * 100_000, "can't be read"),
        (b"[]", "can't be read"),
        (b"{", "can't be read"),
        (b"\xff\xfe\x00", "can't be read"),
        (b"{}", "isn't an article of an export"),
        (b'{"chorsu": []}', "isn't an article of an export"),
        (b'{"chorsu": {"key": "x", "content": {}, "dates": {}}}', "isn't an article of an export"),
        (b'{"a": "' + b"x" * 20_000_000 + b'"}', "is larger than"),
    ],
    ids=["deep", "list", "broken", "binary", "empty", "other", "key", "long"],
)
def test_files_of_another_shape_are_refused(export: Path, content: bytes, sentence: str) -> None:
    name = name_of(export)
    (export / name).write_bytes(content)
    _sign_again(export, name)
    assert sentence in failure(export)


def edited(export: Path, **values: Any) -> None:
    """Change the content of the article in the export."""
    change(
        export,
        name_of(export),
        lambda row: row | {"chorsu": row["chorsu"] | {"content": row["chorsu"]["content"] | values}},
    )


@pytest.mark.parametrize(
    "values",
    [
        {"published_on": {"a": 1}},
        {"title": "long " * 100},
        {"body": [["paragraph"]]},
        {"body": {"type": "paragraph"}},
        {"author_links": [[]]},
        {"topics": 7},
    ],
    ids=str,
)
def test_values_that_no_field_takes_fail_with_a_sentence(export: Path, values: dict[str, Any]) -> None:
    edited(export, **values)
    assert len(failure(export)) > 10


def test_what_could_run_is_taken_out_and_told(export: Path) -> None:
    text = (
        '<p onclick="steal()">A <script>alert(1)</script><b style="x">b</b>'
        '<a href="javascript:alert(1)">c</a><!--> --><img src=x onerror=alert(1)><scr<script>ipt> 1 < 2</p>'
    )
    edited(export, body=[block("paragraph", text), block("video", {"url": "javascript:alert(1)", "caption": "<b>"})])
    bring(export)
    page = AnalysisPage.objects.get()
    paragraph, video = page.body.raw_data
    assert paragraph["value"] == "<p>A <b>b</b><a>c</a>ipt> 1 &lt; 2</p>"
    assert video["value"] == {"url": "", "caption": "<b>"}
    told = " ".join(text for row in ImportedItem.objects.filter(kind="page") for _kind, text in row.notes)
    for what in ("<script>", "onclick=", "href=", "<img>", "javascript:alert(1)"):
        assert what in told


def test_a_kind_that_isnt_here_becomes_an_article(export: Path) -> None:
    for model in ("podcasts.PodcastPage", "cms.User", "wagtailcore.Page", "nonsense", "chorsu_articles.Publication"):
        change(export, name_of(export), lambda row, model=model: row | {"chorsu": row["chorsu"] | {"model": model}})
        bring(export)
        page = AnalysisPage.objects.get()
        assert page.title == "Story"
        assert "kind" in str(ImportedItem.objects.get(kind="page").notes)
        empty()


def test_sections_that_stand_below_one_another_stand_below_the_front_page(export: Path) -> None:
    rows = json.loads((export / "structure.json").read_text())
    [section] = [row for row in rows if row["model"].endswith("SectionPage")]
    section["parent"] = section["key"]
    (export / "structure.json").write_text("[\n" + ",\n".join(map(json.dumps, rows)) + "\n]\n")
    _sign_again(export, "structure.json")
    bring(export)
    assert AnalysisPage.objects.get().get_parent().get_parent().specific == make_home()


def test_lists_of_another_shape_end_the_import_with_a_sentence(export: Path) -> None:
    for name in ("people", "structure", "redirects"):
        (export / f"{name}.json").write_text('[\n{"name": 5}\n]\n')
        _sign_again(export, f"{name}.json")
        assert "lists of the export" in failure(export)
        assert not Person.objects.exists()


def test_a_zip_is_read_like_the_folder(export: Path, tmp_path: Path) -> None:
    packed = Path(shutil.make_archive(str(tmp_path / "packed"), "zip", export))
    bring(packed)
    assert AnalysisPage.objects.get().main_picture == Picture.objects.get()


def test_rich_text_is_read_in_linear_time() -> None:
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
        short, long = (
            count_lines(partial(rich_text, text * number, lambda _model, key: key, [])) for number in (200, 400)
        )
        assert long < 2.2 * short + 200, text
