"""The page of an article and of an event report, and the contents above a long one."""

from __future__ import annotations

import json
import re
from functools import partial
from itertools import pairwise

import pytest
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils.html import escape

from chorsu_articles.headings import Seen, headings, headings_inside
from chorsu_articles.models import Person, Picture, PublicationAuthor
from chorsu_articles.videos import FRAME_SOURCES, player_of
from chorsu_editorial.reading import public_leaves
from cms.reader.feeds import full_text
from tests.cms.content import block, block_id, item, make_full_article, make_full_event, read
from tests.counted_lines import count_lines
from tests.factories import make_article, make_event, make_home, make_person, make_picture, make_section

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def pages(media_of_module, kept_in_module):
    """Return an article and an event report with all they can show, for the tests that read them as they are."""
    with kept_in_module():
        home = make_home()
        article = make_full_article(make_section(home))
        Person.objects.update(position_ru="корреспондент", about_ru="Пишет о воде.", photo=make_picture())
        article.save_revision().publish()
        article.refresh_from_db()
        return article, make_full_event(make_section(home, "events"))


@pytest.fixture(scope="module")
def seen(pages, kept_in_module):
    """Return both as a reader gets them."""
    with kept_in_module():
        return [read(Client(), page) for page in pages]


@pytest.mark.thorough
def test_every_leaf_stands_in_an_element_with_its_path(pages, seen):
    for page, soup in zip(pages, seen, strict=True):
        shown = soup.select_one("article[data-page-id]")
        assert shown["data-page-id"] == str(page.pk)
        for leaf in public_leaves(page):
            places = shown.find_all(attrs={"data-content-path": leaf.path})
            assert len(places) == 1, leaf
            text = places[0].get("alt") or places[0].get_text()
            assert " ".join(text.split()) == leaf.text
    assert seen[0].select_one("article[data-page-id]")["data-revision-id"] == str(pages[0].live_revision_id)


def test_a_picture_has_caption_credit_and_sizes_and_leads_to_the_whole_of_it(seen):
    figure = seen[0].select_one(".article-picture")
    image = figure.img
    assert image["alt"] == "Green fields"
    assert image["width"]
    assert image["height"]
    sources = {source["type"]: source["srcset"].count(",") + 1 for source in figure.select("picture > source")}
    assert sources == {"image/avif": 1, "image/webp": 1}  # the picture is smaller than all sizes
    assert image["src"].endswith(".jpg")
    assert "loading" not in image.attrs
    assert {image["loading"] for image in seen[0].select(".body img")} == {"lazy"}
    assert figure.select_one(".caption").text == "The valley"
    assert figure.select_one(".credit").text == "Фото: Somebody, CC BY 4.0"
    links = seen[0].select(".article-picture > a.whole-picture, .body > figure > a.whole-picture")
    assert len(links) == 2
    assert all(link["href"] and link.img and not link.select("[data-number]") for link in links)
    assert seen[0].select_one("template#viewer-template").select_one("dialog")["aria-label"] == "Изображения"


def test_numbers_in_brackets_lead_to_notes_and_back(seen):
    body = seen[0].select_one(".body")
    links = body.select(".note-ref a")
    assert [link["href"] for link in links] == ["#note-1", "#note-2", "#note-1"]
    assert [link.get("id") for link in links] == ["note-ref-1", "note-ref-2", None]
    assert body.select_one("#note-1 .back")["href"] == "#note-ref-1"
    assert "[7]" in body.select_one(".richtext").text
    assert links[0]["aria-label"].endswith("1")
    # Words in another language say so.
    assert (body.blockquote["lang"], body.blockquote["dir"]) == ("fa", "rtl")
    assert body.select_one(".passage [lang=tg]")["dir"] == "ltr"


def test_brackets_inside_a_link_stay_as_they_are(client):
    notes = block("footnotes", {"notes": [item("<p>Note</p>", "note")]})
    page = make_article(body=[block("paragraph", '<p><a href="https://example.org/[1]">the law [1]</a></p>'), notes])
    link = read(client, page).select_one(".body .richtext a")
    assert link["href"] == "https://example.org/[1]"
    assert not link.select("a")


def test_nothing_comes_from_another_host_nothing_is_inline_and_the_outline_is_sound(seen):
    for soup in seen:
        sheets = [tag["href"] for tag in soup.select("link[rel=stylesheet]")]
        sources = [tag["src"] for tag in soup.select("[src]")] + sheets
        assert sources
        assert all(source.startswith("/") and not source.startswith("//") for source in sources)
        assert not soup.select("style, [style], [onclick], [onload], iframe, embed, object")
        assert all(tag.get("src") or tag["type"] == "application/ld+json" for tag in soup.select("script"))
        levels = [int(tag.name[1]) for tag in soup.find_all(re.compile("^h[1-6]$"))]
        assert (levels[0], levels.count(1)) == (1, 1)
        assert all(after - before <= 1 for before, after in pairwise(levels)), levels
        ids = [tag["id"] for tag in soup.select("[id]")]
        assert len(ids) == len(set(ids))
    video = seen[0].select_one("a.video-link")
    assert video["href"] == "https://www.youtube.com/watch?v=aqz-KE-bpKQ"
    assert video["data-embed-url"].startswith("https://www.youtube-nocookie.com/embed/aqz-KE-bpKQ")


@pytest.mark.thorough
def test_an_article_costs_the_same_however_many_pictures_and_authors(client):
    section = make_section(make_home("tg"))
    pages = []
    for number in (1, 3):
        people = [make_person(about="Пишет.", photo=make_picture()) for _ in range(number)]
        page = make_full_article(section, pictures=number, title=f"With {number}")
        page.author_links = [PublicationAuthor(person=person) for person in people]
        page.save()
        pages.append(page)
    counts = []
    for page in pages:
        client.get(page.url)
        with CaptureQueriesContext(connection) as queries:
            client.get(page.url)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_facts_of_an_event_are_a_list_of_definitions(seen):
    facts = seen[1].select_one(".event-facts dl")
    assert len(facts.select("dt")) == len(facts.select("div > dd")) == 3
    assert facts.time["datetime"] == "2026-11-24"
    assert "24–26 ноября 2026" in facts.time.text
    assert "National Library" in facts.text
    assert seen[1].select_one(".body ~ .article-foot .participants .name").text == "Anna Lee"
    assert facts.select_one("a[href$='/organisations/institute/']").text == "Институт"


def test_without_facts_there_is_no_empty_box(client):
    assert read(client, make_event()).select_one(".event-facts") is None


def test_data_for_search_engines_cannot_end_its_script(client):
    page = make_article(title="</script><script>alert(1)</script>")
    soup = read(client, page)
    data = json.loads(soup.select_one("script[type='application/ld+json']").string)
    assert data["@graph"][-1]["headline"] == page.title
    assert "<script>alert" not in str(soup)


# In Persian; texts of the other languages are in the catalogues, which `make check` holds complete.
WORDS = {
    "photo": "عکس",
    "drawing": "طرح",
    "map": "نقشه",
    "chart": "نمودار",
    "screenshot": "نماگرفت",
    "archive": "آرشیو",
    "handout": "ارسالی",
}


def test_a_credit_names_people_as_the_language_does_and_marks_other_writing(client):
    make_person("Малика Саидова", name_en="Malika Saidova", name_tg="Малика Саидзода")
    make_person("Кодовое Имя", name_en="Code Name", name_withheld=True)
    for number in range(2):
        make_person(f"Тёзка {number}", name_en="Same Name")
    make_person("Реклама", name_en="Ivan Petrov")
    credit = "Malika Saidova, Code Name & Same Name / Агентство / Ivan Petrov"
    make_home("ru")
    page = make_full_article(make_section(make_home("tg")), main_picture=make_picture(credit=credit))
    seen = read(client, page)
    shown = seen.select_one(".article-picture .credit bdi")
    assert shown.text == credit.replace("Malika Saidova", "Малика Саидзода")
    assert [(each["lang"], each.text) for each in shown.select("span")] == [
        ("en", "Code Name"), ("en", "Same Name"), ("en", "Ivan Petrov"),
    ]  # fmt: skip
    assert '"creditText": "Акс: Малика Саидзода, Code Name' in str(seen)
    feed = client.get("/tg/feed/").text
    assert "Малика Саидзода" in feed
    assert "Malika" not in feed


@pytest.mark.thorough
def test_credits_of_more_names_than_a_query_may_hold_stay_as_written():
    pictures = [Picture(credit="/".join(f"n{number}x{place}" for place in range(30))) for number in range(1300)]
    Picture.load_shown_facts(pictures)
    assert [picture.shown_credit for picture in pictures] == [picture.credit for picture in pictures]


def test_a_page_shows_the_words_before_credits_and_the_direction_of_names(client):
    make_home("ru")
    shown = [make_picture(credit="A <b>Name</b>", kind=kind) for kind in WORDS]
    gallery = [item({"picture": picture.pk, "caption": "", "alt": ""}, str(picture.pk)) for picture in shown]
    page = make_full_article(
        make_section(make_home("fa")),
        main_picture=make_picture(credit="Agency (archive)", kind="map"),
        body=[block("gallery", {"pictures": gallery}), block("picture", {"picture": shown[1].pk})],
    )
    seen = read(client, page)
    credited = [credit.text for credit in seen.select(".gallery .credit, .body > figure .credit")]
    assert credited == [f"{word}: A <b>Name</b>" for word in (*WORDS.values(), WORDS["drawing"])]
    assert seen.select_one(".article-picture .credit").text.startswith(f"{WORDS['map']}: ")
    name = seen.select_one(".article-picture .credit bdi")
    assert (name.text, name.span["lang"]) == ("Agency (archive)", "en")
    assert f'"creditText": "{WORDS["map"]}: ' in str(seen)
    # A picture of a gallery leads to the whole of it and tells its place.
    link = seen.select(".gallery a")[2]
    assert link.select_one("[data-number]").text.strip() == "۳ از ۷"
    assert link["data-srcset"].split()[-2] == link["href"]


def test_named_authors_are_introduced_below_the_text(pages, seen):
    box = seen[0].select_one(".authors-box")
    assert box.select_one("a[rel=author]")["href"] == pages[0].author_links.first().person.get_absolute_url()
    words = [" ".join(each.text.split()) for each in box.select("p")]
    assert words == ["Мадина Рахимова", "корреспондент", "Пишет о воде."]
    assert box.img["alt"] == ""
    assert "data-content-skip" not in box.attrs, "a slip in it is reported like any other"


def test_nothing_introduces_who_has_only_a_name_or_whose_name_is_withheld(client):
    told = {"position": "тайная должность", "about": "тайная жизнь", "photo": make_picture()}
    hidden = make_person("Тайное Имя", name_withheld=True, **told)
    page = make_article()
    for about, introduced in (("", 0), ("Пишет о воде.", 1)):
        people = [hidden, make_person("Мадина Рахимова", about=about)]
        page.author_links = [PublicationAuthor(person=person) for person in people]
        page.save()
        soup = read(client, page)
        assert len(soup.select(".author")) == len(soup.select(".authors-box")) == introduced
        assert "тайная" not in str(soup)


def test_a_picture_whose_file_is_lost_leads_nowhere_new(client):
    page = make_full_article()
    picture = page.main_picture
    picture.file.storage.delete(picture.file.name)
    picture.renditions.all().delete()
    link = read(client, page).select_one(".article-picture a")
    assert link["href"] == picture.file.url
    assert "data-srcset" not in link.attrs


YOUTUBE = "https://www.youtube-nocookie.com/embed/aqz-KE-bpKQ?autoplay=1"


@pytest.mark.parametrize(
    ("address", "name", "player"),
    [
        ("https://www.youtube.com/watch?v=aqz-KE-bpKQ", "YouTube", YOUTUBE),
        ("https://youtu.be/aqz-KE-bpKQ?t=5", "YouTube", YOUTUBE),
        ("https://m.youtube.com/watch?t=5&v=aqz-KE-bpKQ", "YouTube", YOUTUBE),
        ("https://vimeo.com/76979871", "Vimeo", "https://player.vimeo.com/video/76979871?dnt=1&autoplay=1"),
        ("https://www.example.org/watch?v=aqz-KE-bpKQ", "example.org", None),
        ("https://youtube.com.example.org/watch?v=aqz-KE-bpKQ", "youtube.com.example.org", None),
        ("https://www.youtube.com/@channel", "youtube.com", None),
        ("https://[broken", "", None),
        ("not an address", "", None),
    ],
)
def test_known_providers_have_a_player_and_other_addresses_stay_links(address, name, player):
    found = player_of(address)
    assert (found.name, found.url) == (name, player)
    assert player is None or player.startswith(tuple(FRAME_SOURCES))


LONG = f"<p>{'water ' * 250}</p>"


def long_body(*headings: str, level: str = "h2"):
    body = []
    for number, text in enumerate(headings):
        body.append(block("heading", {"text": text, "level": level}, f"head{number}"))
        body.append(block("paragraph", LONG, f"text{number}"))
    return body


def long_text(*headings: str, level: str = "h2"):
    parts = [
        f'<{level} data-block-key="key{number}">{escape(text)}</{level}>{LONG}' for number, text in enumerate(headings)
    ]
    return [block("paragraph", f"<p>Before.</p>{''.join(parts)}")]


# The address of a heading has nothing of its words: it outlives a mended slip and is the same in every language.
@pytest.mark.parametrize(
    ("body_of", "first"), [(long_body, f"#h-{block_id('head0')[:8]}"), (long_text, "#t-key0")], ids=["blocks", "text"]
)
def test_a_long_article_begins_with_its_contents(client, body_of, first):
    soup = read(client, make_article(body=body_of("One", "Two & more", "Three")))
    [contents] = soup.select(".body nav.contents")
    links = contents.select("li a")
    assert [link.text for link in links] == ["One", "Two & more", "Three"]
    assert links[0]["href"] == first
    targets = [soup.select_one(link["href"]) for link in links]
    assert [(target.name, target.text) for target in targets] == [("h2", link.text) for link in links]
    assert contents["aria-label"] == contents.summary.text.replace("\u00ad", "") == "Содержание"
    # What stands before the first heading is read first.
    assert contents.find_next("h2").text == "One"
    # They are no text of the article.
    assert "data-content-skip" in contents.attrs
    assert not contents.select("[data-content-path]")


@pytest.mark.parametrize(
    "body",
    [
        long_body("One", "Two"),
        long_text("One", "Two", "Three", level="h3"),
        [block("heading", {"text": text, "level": "h2"}, text) for text in ("One", "Two", "Three", "Four")],
        [],
    ],
    ids=["few", "subheadings", "short", "empty"],
)
def test_an_article_that_is_looked_over_at_once_has_none(client, body):
    assert not read(client, make_article(body=body)).select(".contents")


def test_every_heading_shows_a_link_to_itself_that_is_no_part_of_its_words(client):
    body = [*long_body("One"), *long_text("Inside & <b>out", level="h3")]
    soup = read(client, make_article(body=body))
    links = soup.select(".heading-link")
    assert [soup.select_one(link["href"]).name for link in links] == ["h2", "h3"]
    labels = [link["aria-label"] for link in links]
    assert labels == [f"Ссылка на часть «{name}»" for name in ("One", "Inside & <b>out")]
    assert all("data-content-skip" in link.attrs for link in links)
    assert not soup.select("h2 a, h3 a")


def test_headings_with_one_key_in_many_blocks_take_time_by_their_number():
    html = '<h2 data-block-key="same">One</h2>'

    def read(number):
        seen: Seen = {}
        return [each.anchor for name in range(number) for each, *_ in headings_inside(html, f"body.{name}", seen)]

    assert len(set(read(100))) == 100
    assert max(map(len, read(100))) < 12
    assert count_lines(partial(read, 100)) < 2.2 * count_lines(partial(read, 50))


def test_headings_of_texts_without_keys_or_with_the_same_have_ids_of_their_own(client):
    keyed = '<h2 data-block-key="same">One [1]</h2><p>…</p><h3 data-block-key="same">Two</h3>'
    bare = '<h2>Three<h2 data-block-key="no &quot;id">Four</h2><h2> </h2><h3>Five <i>x</i>'
    body = [block("paragraph", html, name) for html, name in ((keyed, "a"), (keyed, "b"), (bare, "c"))]
    page = make_article(body=[*body, block("footnotes", {"notes": [item("<p>Note</p>", "note")]})])
    found = read(client, page).select(".body [data-content-path] .heading > [id]")
    assert [each.text for each in found] == ["One [1]", "Two"] * 2 + ["Three", "Four", "Five x"]
    names = [each["id"] for each in found]
    assert names[0] == "t-same"
    assert names[-3:] == [f"t-{block_id('c')[:8]}-{number}" for number in (1, 2, 3)]
    assert len(set(names)) == len(names)
    assert names == [heading.anchor for heading in headings(page.body)]
    assert found[2].select(".note-ref")


def test_a_heading_without_a_stored_id_has_no_address(client):
    body = [{"type": "heading", "value": {"text": "One", "level": "h2"}}]
    page = make_article()
    type(page).objects.filter(pk=page.pk).update(body=body)
    body = read(client, page).select_one(".body")
    assert body.h2.text == "One"
    assert not body.select("[id], a")


def test_feeds_get_the_headings_alone():
    page = make_article(body=long_text("One", "Two", "Three"))
    text = full_text(page, RequestFactory().get("/"))
    assert "<h2>One</h2>" in text
    assert "#" not in text
    assert "Содержание" not in text


# Texts of the other languages are in the catalogues, which `make check` holds complete.
@pytest.mark.thorough
@pytest.mark.parametrize(
    ("code", "minutes", "told"),
    [("ru", 1, "1 минута чтения"), ("ru", 2, "2 минуты чтения"), ("fa", 5, "زمان مطالعه: ۵ دقیقه")],
)
def test_the_time_to_read_is_told_in_the_plural_and_digits_of_the_language(client, code, minutes, told):
    make_home("ru")
    body = [block("paragraph", f"<p>{'word ' * (180 * minutes - 10)}</p>")]
    page = make_article(make_section(make_home(code)), body=body)
    assert " ".join(read(client, page).select_one(".byline .meta span").text.split()) == told


def test_the_main_picture_is_not_shown_again_where_the_text_begins_its_pictures(client):
    main, other = make_picture(title="Main"), make_picture(title="Other")
    pictures = [block("picture", {"picture": each.pk, "caption": each.title}) for each in (main, other, main)]
    page = make_article(main_picture=main, main_picture_caption="Bridge", body=json.dumps(pictures))
    captions = [each.get_text(" ", strip=True) for each in read(client, page).select("article figcaption")]
    assert captions == ["Bridge", "Other", "Main"], "only the first of the text is left out"
    assert "Main" not in full_text(page, RequestFactory().get("/")).partition("Other")[0]
    page.main_picture = other
    page.save()
    assert len(read(client, page).select("article figcaption")) == 4
