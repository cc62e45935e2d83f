"""Posts of an archive brought in a second, the memory that it takes, the time until search has them, and the way out.

Usage: archive.py [--posts 10000] [--pictures 0] [--languages ru,tg,en] [--wagtail 100] [--export]

The posts are texts of ``generate_articles``, each in all languages, in an export as WordPress with Polylang writes it;
the newsroom is a new one: SQLite in a temporary folder, or PostgreSQL where DATABASE_URL names a server (its test
database is used). With pictures, each is a file of its own, in a folder that is laid out as on the server. A process
of its own brings the archive in, and its highest memory is that of the whole process. ``--wagtail`` writes so many of
the same texts by ``add_child``, ``save_revision`` and ``publish``, to compare; ``--export`` writes the newsroom out, in
one more process.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(Path(__file__).parent)]

from _newsroom import set_up  # noqa: E402

HEAD = """<?xml version="1.0" encoding="UTF-8" ?>
<rss version="2.0" xmlns:excerpt="http://wordpress.org/export/1.2/excerpt/"
 xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:wp="http://wordpress.org/export/1.2/">
<channel><title>Old</title><link>https://old.example</link><wp:wxr_version>1.2</wp:wxr_version>
<wp:base_site_url>https://old.example</wp:base_site_url><wp:base_blog_url>https://old.example</wp:base_blog_url>
"""
FIRST = datetime(2012, 1, 1, 9, tzinfo=UTC)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--posts", type=int, default=10_000, help="in each language")
    parser.add_argument("--pictures", type=int, default=0)
    parser.add_argument("--languages", default="ru,tg,en", help="codes, separated by commas")
    parser.add_argument("--wagtail", type=int, default=0, help="pages written in Wagtail's own way, to compare")
    parser.add_argument("--export", action="store_true", help="write the newsroom out, too")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, newsroom(folder):
        media = Path(folder) / "media-of-old"
        languages = options.languages.split(",")
        file = write_export(Path(folder) / "export.xml", options.posts, options.pictures, languages, media)
        result = {"subject": "archive", "posts": options.posts, "pictures": options.pictures, "languages": languages}
        result |= {"megabytes_of_file": round(file.stat().st_size / 1e6, 1)}
        result |= apart(lambda: bring_in(file, media))
        result |= fill_search() | (as_wagtail(options.wagtail) if options.wagtail else {})
        result |= apart(lambda: write_out(Path(folder) / "out")) if options.export else {}
    for name, value in result.items():
        print(f"{name:<28}{value}")
    print(json.dumps(result))
    return 0


@contextmanager
def newsroom(folder: str) -> Iterator[None]:
    """Make a newsroom without articles in a new database."""
    os.environ.update(NEWSROOM_DATA=folder, DJANGO_SETTINGS_MODULE="cms.settings.test")
    import django  # noqa: PLC0415 - the environment has to be set first

    django.setup()
    from django.db import connection  # noqa: PLC0415

    if connection.vendor != "sqlite":
        connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        set_up()
        yield
    finally:
        if connection.vendor != "sqlite":
            connection.creation.destroy_test_db(connection.settings_dict["NAME"], verbosity=0)


def write_export(path: Path, posts: int, pictures: int, languages: list[str], media: Path) -> Path:
    """Write an export of WordPress, and its pictures into a folder."""
    from demo.generator.texts import draw_facts, words_of, write  # noqa: PLC0415

    chance = random.Random(1)
    words = {code: words_of(code) for code in languages}
    names = [picture(media, number) for number in range(pictures)]
    authors = "".join(
        f"<wp:author><wp:author_id>{n}</wp:author_id><wp:author_login>author{n}</wp:author_login>"
        f"<wp:author_display_name>Автор {n}</wp:author_display_name></wp:author>"
        for n in range(1, 21)
    )
    groups = 10_000_000
    with path.open("w", encoding="utf-8") as file:
        file.write(HEAD + authors)
        for number, name in enumerate(names):
            file.write(
                f"<item><title>{name}</title><link>https://old.example/?attachment_id={groups + number}</link>"
                f"<wp:post_id>{groups + number}</wp:post_id><wp:status>inherit</wp:status>"
                f"<wp:post_type>attachment</wp:post_type>"
                f"<wp:attachment_url>https://old.example/wp-content/uploads/{name}</wp:attachment_url></item>\n"
            )
        for number in range(posts):
            when = FIRST + timedelta(minutes=number * 400)
            facts = draw_facts(chance, when.year)
            for place, code in enumerate(languages):
                post = number * len(languages) + place + 1
                text = write(facts, words[code])
                mine = [names[(number * 2 + each) % len(names)] for each in range(2)] if names else []
                said = {"post": post, "article": number, "code": code, "text": text, "when": when}
                file.write(item(**said, pictures=mine, first=groups))
        file.write("</channel></rss>\n")
    return path


def item(*, post: int, article: int, code: str, text: Any, when: datetime, pictures: list[str], first: int) -> str:
    """Return a post of WordPress; the second picture stands in the text, the first above it."""
    html = ""
    for number, (heading, section) in enumerate(zip(text.headings, text.sections, strict=True)):
        html += (f"<h2>{escape(heading)}</h2>\n\n" if number else "") + "\n\n".join(map(escape, section)) + "\n\n"
        if number == 0 and pictures:
            address = f"https://old.example/wp-content/uploads/{pictures[1]}"
            html += f'[caption id="x"]<img src="{address}" /> {code}[/caption]\n\n'
        if number == 1:
            html += f"<blockquote>{escape(text.quotation[0])}</blockquote>\n\n"
    main = ""
    if pictures:
        key = first + int(pictures[0][1:-4])
        main = f"<wp:meta_key>_thumbnail_id</wp:meta_key><wp:meta_value>{key}</wp:meta_value>"
        main = f"<wp:postmeta>{main}</wp:postmeta>"
    day = f"{when:%Y-%m-%d %H:%M:%S}"
    return (
        f"<item><title>{escape(text.title)}</title><link>https://old.example/{code}/{article}/</link>"
        f"<dc:creator>author{article % 20 + 1}</dc:creator>"
        f"<content:encoded><![CDATA[{html}]]></content:encoded>"
        f"<excerpt:encoded><![CDATA[{escape(text.lead)}]]></excerpt:encoded>"
        f"<wp:post_id>{post}</wp:post_id><wp:post_date>{day}</wp:post_date><wp:post_date_gmt>{day}</wp:post_date_gmt>"
        f"<wp:post_name>{code}-{article}</wp:post_name><wp:status>publish</wp:status><wp:post_type>post</wp:post_type>"
        f'<category domain="category" nicename="c{article % 12}"><![CDATA[Рубрика {article % 12}]]></category>'
        f'<category domain="language" nicename="{code}"><![CDATA[{code}]]></category>'
        f'<category domain="post_translations" nicename="pll_{article}"><![CDATA[pll_{article}]]></category>'
        f"{main}</item>\n"
    )


def picture(folder: Path, number: int) -> str:
    """Write a picture that no other is, and return its name."""
    name = f"p{number}.jpg"
    folder.mkdir(exist_ok=True)
    left, top = number % 1200, number // 1200
    noise().crop((left, top, left + 1200, top + 800)).save(folder / name, "JPEG", quality=60)
    return name


@cache
def noise() -> Any:
    """Return what pictures are cut out of: to make noise takes longer than to write it."""
    from PIL import Image  # noqa: PLC0415

    return Image.effect_noise((2400, 1600), 40).convert("RGB")


def apart(measure: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """Return what is measured in a process of its own."""
    from django.db import connections  # noqa: PLC0415

    connections.close_all()
    reading, writing = os.pipe()
    if (process := os.fork()) == 0:
        os.close(reading)
        status = 1
        try:
            with os.fdopen(writing, "w") as answer:
                answer.write(json.dumps(measure()))
            status = 0
        finally:
            os._exit(status)
    os.close(writing)
    with os.fdopen(reading) as answer:
        said = answer.read()
    os.waitpid(process, 0)
    found: dict[str, Any] = json.loads(said)
    return found


def highest_memory() -> int:
    """Return the megabytes that this process held at most."""
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def bring_in(file: Path, media: Path) -> dict[str, Any]:
    """Bring the archive in, as the command does."""
    from chorsu_archive.items import Options  # noqa: PLC0415
    from chorsu_archive.runs import SWEEP_SECONDS, advance, begin  # noqa: PLC0415

    before, started = highest_memory(), time.perf_counter()
    run = begin(file, options=Options(media=media if media.exists() else None))
    written = 0.0

    def tell(held: Any) -> None:
        nonlocal written
        if held.position % 5000 == 0:
            print(f"{held.position} of {held.total}", file=sys.stderr)
        if held.position == held.total and not written:
            written = time.perf_counter() - started

    while advance(run, seconds=SWEEP_SECONDS, tell=tell):
        pass
    seconds = time.perf_counter() - started
    return {
        "state": run.state, "error": run.error, "counts": run.counts, "seconds": round(seconds, 1),
        "seconds_until_all_are_there": round(written or seconds, 1),
        "items_a_second": round(run.total / seconds, 1),
        "megabytes_before": before, "megabytes_at_most": highest_memory(),
    }  # fmt: skip


def write_out(folder: Path) -> dict[str, Any]:
    """Write the newsroom out, as the command does."""
    from chorsu_archive.export.archive import write_archive  # noqa: PLC0415

    before, started = highest_memory(), time.perf_counter()
    counts = write_archive(folder)
    seconds = time.perf_counter() - started
    return {
        "out": dict(counts), "seconds_out": round(seconds, 1),
        "articles_a_second_out": round(counts["articles"] / seconds, 1),
        "megabytes_before_out": before, "megabytes_at_most_out": highest_memory(),
    }  # fmt: skip


def fill_search() -> dict[str, Any]:
    """Do what the worker does until search has all pages."""
    from chorsu_search.models import Document, IndexChange  # noqa: PLC0415
    from chorsu_search.writing import sync  # noqa: PLC0415

    started, changes = time.perf_counter(), IndexChange.objects.count()
    while sync(limit=100).done:
        pass
    seconds = time.perf_counter() - started
    return {"changes_to_index": changes, "seconds_of_search": round(seconds, 1), "documents": Document.objects.count()}


def as_wagtail(number: int) -> dict[str, float]:
    """Write pages with texts of imported ones in Wagtail's own way, and return how many a second."""
    from chorsu_articles.models import AnalysisPage, PublicationAuthor  # noqa: PLC0415

    pages = list(AnalysisPage.objects.order_by("-pk")[:number])
    authors = [page.author_links.first().person for page in pages]
    started = time.perf_counter()
    for page, author in zip(pages, authors, strict=True):
        copy = AnalysisPage(title=page.title, slug=f"{page.slug}-again", lead=page.lead, locale=page.locale, live=False)
        copy.body, copy.published_on = page.body, page.published_on
        copy.author_links = [PublicationAuthor(person=author)]
        page.get_parent().add_child(instance=copy)
        copy.save_revision().publish()
    return {"wagtails_items_a_second": round(number / (time.perf_counter() - started), 1)}


if __name__ == "__main__":
    raise SystemExit(main())
