"""Articles a second of an import, until they are findable, of the export, and the most memory of each command.

Usage: archive.py [--articles 900] [--pictures 300] [--steps 4]

The archive is a WordPress export in three languages of Polylang whose articles link to one another, made here. Each
step is a command in a process of its own, on SQLite in a temporary folder. What is written out is read back into
another newsroom; with `--steps 2` it ends where everything is findable.
"""

from __future__ import annotations

import io
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from random import Random

from _common import ROOT, Row, read_options, show
from PIL import Image

CODES = ("ru", "tg", "en")
HOST = "https://old.example.org"
WORDS = ["вода", "Варзоб", "мактаб", "пахта", "роҳи нав", "бозор", "the river", "school", "opened", "Душанбе", "китоб"]
META = "<wp:postmeta><wp:meta_key>{}</wp:meta_key><wp:meta_value>{}</wp:meta_value></wp:postmeta>"
HEAD = f"""<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:excerpt="http://wordpress.org/export/1.2/excerpt/" xmlns:wp="http://wordpress.org/export/1.2/"
 xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel><title>Old</title><wp:wxr_version>1.2</wp:wxr_version><wp:base_blog_url>{HOST}</wp:base_blog_url>
"""
ITEM = """<item><title>{title}</title><link>{link}</link><dc:creator>author{author}</dc:creator>
<content:encoded><![CDATA[{html}]]></content:encoded><wp:post_id>{number}</wp:post_id>
<wp:post_date_gmt>2019-{month:02}-{day:02} 09:00:00</wp:post_date_gmt><wp:post_name>a{number}</wp:post_name>
<wp:status>publish</wp:status><wp:post_type>{kind}</wp:post_type><wp:post_parent>0</wp:post_parent>{rest}</item>
"""


def main() -> int:
    """Measure, and print a table and JSON."""
    options = read_options(__doc__, articles=900, pictures=300, steps=4)
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        write_wordpress(place, options.articles, options.pictures)
        run(place / "old", "migrate", "--verbosity=0")
        run(place / "old", "setup_newsroom", "--verbosity=0")
        shutil.copytree(place / "old", place / "new")
        media = ("--media", str(place / "media"), "--section", "analysis")
        steps = {
            "in, of WordPress": ("old", "import_archive", str(place / "export.xml"), *media),
            "findable": ("old", "search_sync"),
            "out": ("old", "export_archive", str(place / "export")),
            "in, of a newsroom": ("new", "import_archive", str(place / "export")),
        }
        chosen = islice(steps.items(), options.steps)
        rows = [measured(options.articles, name, place / step[0], step[1:]) for name, step in chosen]
    show("archive", rows, articles=options.articles, pictures=options.pictures)
    return 0


def measured(articles: int, name: str, newsroom: Path, command: tuple[str, ...]) -> Row:
    """Run a command, and return what it took."""
    began = time.monotonic()
    megabytes = run(newsroom, *command)
    seconds = time.monotonic() - began
    return {"step": name, "seconds": round(seconds, 1), "a second": round(articles / seconds, 1), "peak_mb": megabytes}


def run(newsroom: Path, *command: str) -> float:
    """Run a command of manage.py on a newsroom, and return the most megabytes that it had."""
    names = {"NEWSROOM_DATA": str(newsroom), "NEWSROOM_LANGUAGES": ",".join(CODES), "DATABASE_URL": ""}
    environment = {**os.environ, **names, "DJANGO_SETTINGS_MODULE": "cms.settings.development"}
    arguments = [sys.executable, str(ROOT / "manage.py"), *command]
    process = os.spawnve(os.P_NOWAIT, sys.executable, arguments, environment)
    _process, status, usage = os.wait4(process, 0)
    if status:
        raise SystemExit(f"{command[0]} ended with {os.waitstatus_to_exitcode(status)}.")
    return round(usage.ru_maxrss / 1024, 1)


def write_wordpress(folder: Path, articles: int, pictures: int) -> None:
    """Write the export, and its pictures into ``media``."""
    random = Random(1)
    (folder / "media").mkdir()
    with (folder / "export.xml").open("w") as file:
        file.write(HEAD)
        for number in range(1, pictures + 1):
            (folder / "media" / f"{number}.jpg").write_bytes(jpeg(random))
            file.write(picture_item(number, articles + number))
        file.writelines(article_items(random, articles, pictures))
        file.write("</channel></rss>\n")


def article_items(random: Random, articles: int, pictures: int) -> Iterator[str]:
    for number in range(1, articles + 1):
        code, group = CODES[number % 3], number // 3
        paragraphs = [" ".join(random.choices(WORDS, k=60)) for _ in range(8)]
        paragraphs.append(f'<a href="{link_of(random.randint(1, articles))}">{random.choice(WORDS)}</a>')
        html = "".join(f"<!-- wp:paragraph --><p>{text}</p><!-- /wp:paragraph -->" for text in paragraphs)
        rest = f'<category domain="language" nicename="{code}"/>'
        rest += f'<category domain="post_translations" nicename="pll_{group}"/>'
        rest += f'<category domain="post_tag" nicename="tag{number % 40}">Tag {number % 40}</category>'
        if pictures:
            rest += META.format("_thumbnail_id", articles + 1 + number % pictures)
        yield item(number, f"{random.choice(WORDS)} {number}", html, "post", rest)


def picture_item(number: int, key: int) -> str:
    rest = f"<wp:attachment_url>{HOST}/wp-content/uploads/{number}.jpg</wp:attachment_url>"
    return item(key, f"Picture {number}", "", "attachment", rest)


def item(number: int, title: str, html: str, kind: str, rest: str) -> str:
    facts = {"author": number % 20, "month": number % 12 + 1, "day": number % 28 + 1, "link": link_of(number)}
    return ITEM.format(number=number, title=title, html=html, kind=kind, rest=rest, **facts)


def link_of(number: int) -> str:
    return f"{HOST}/a{number}/"


def jpeg(random: Random) -> bytes:
    """Return a small picture unlike the others."""
    stream = io.BytesIO()
    Image.frombytes("RGB", (40, 30), random.randbytes(3600)).resize((400, 300)).save(stream, "JPEG")
    return stream.getvalue()


if __name__ == "__main__":
    sys.exit(main())
