"""Ways to share a publication, and what only paper shows."""

from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from bs4 import BeautifulSoup

from cms.reader.share_links import mail_link, share_links
from tests.factories import make_article, make_home, make_section
from tests.reader.content import LANGUAGES, article_in, read

pytestmark = pytest.mark.django_db


TITLE = "Вода & «мы»: 100% + 1?"
ADDRESS = "https://news.example/ru/analysis/voda/"


def test_a_link_to_share_carries_title_and_address_whole():
    links = {link.name: urlsplit(link.url) for link in share_links(ADDRESS, TITLE)}
    told = {name: {key: values[0] for key, values in parse_qs(url.query).items()} for name, url in links.items()}
    assert told == {
        "Telegram": {"url": ADDRESS, "text": TITLE},
        "WhatsApp": {"text": f"{TITLE} {ADDRESS}"},
        "Facebook": {"u": ADDRESS},
        "VK": {"url": ADDRESS, "title": TITLE},
        "X": {"url": ADDRESS, "text": TITLE},
    }
    assert {url.scheme for url in links.values()} == {"https"}
    scheme, _, query = mail_link(ADDRESS, TITLE).partition(":?")
    assert scheme == "mailto"
    assert [unquote(part.partition("=")[2]) for part in query.split("&")] == [TITLE, ADDRESS]
    assert "+" not in query


def test_sharing_is_by_plain_links_to_the_address_without_parameters(client):
    page = make_article(title=TITLE)
    soup = BeautifulSoup(client.get(page.url, {"utm_source": "somebody"}).content, "html.parser")
    canonical = soup.select_one("link[rel=canonical]")["href"]
    links = soup.select(".share a")
    assert len(links) == 6
    assert all(set(link["rel"]) == {"noopener", "nofollow"} for link in links[:-1])
    assert all(canonical in unquote(link["href"]) for link in links)
    assert not any("utm_source" in link["href"] for link in links)
    assert soup.select_one("[data-copy]")["data-copy"] == canonical
    assert all("hidden" in button.parent.attrs for button in soup.select(".share button"))
    assert not soup.select(".share img, .share script, .share iframe")


@pytest.mark.parametrize("code", LANGUAGES[1:])
def test_sharing_speaks_the_language_of_the_page(client, code):
    words = read(client, article_in(code)).select_one(".share")
    english = {"Share", "E-mail", "Copy link", "More…", "Link copied"}
    texts = {each.strip() for each in words.stripped_strings} | {words["aria-label"]}
    texts.add(words.select_one("[role=status]")["data-copied"])
    assert not texts & english
    assert len(texts) == 10


def test_paper_gets_the_address_and_both_dates(client):
    section = make_section(make_home())
    first, same_day, later = (datetime(2026, 11, day, hour, tzinfo=UTC) for day, hour in ((20, 9), (20, 14), (24, 9)))
    words = []
    for title, last in (("Changed", later), ("Unchanged", same_day)):
        page = make_article(section, title=title, published_on=first)
        type(page).objects.filter(pk=page.pk).update(first_published_at=first, last_published_at=last)
        soup = read(client, page)
        address = soup.select_one("link[rel=canonical]")["href"]
        words.append(" ".join(soup.select_one(".colophon").text.replace(address, "ADDRESS").split()))
    assert words == [
        "Опубликовано: 20 ноября 2026 г. Обновлено: 24 ноября 2026 г. ADDRESS",
        "Опубликовано: 20 ноября 2026 г. ADDRESS",
    ]
