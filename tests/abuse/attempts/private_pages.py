"""Ways to read of a page that is not for everybody: from what refers to it, and from its versions."""

from __future__ import annotations

import json
import time
from typing import Any
from uuid import uuid4

from bs4 import BeautifulSoup

from tests.abuse.attempts import attempt
from tests.abuse.newsroom import Article, Newsroom

PATIENCE_SECONDS = 30


def referring(secret: Article) -> dict[str, Any]:
    """Return form fields of a body whose paragraph links to an article, with a block that shows it as related."""
    entity = {"type": "LINK", "mutability": "MUTABLE", "data": {"id": secret.pk, "parentId": 1}}
    paragraph = {
        "blocks": [
            {
                "key": "first",
                "text": "As we wrote",
                "type": "unstyled",
                "depth": 0,
                "inlineStyleRanges": [],
                "entityRanges": [{"offset": 0, "length": 5, "key": 0}],
                "data": {},
            }
        ],
        "entityMap": {"0": entity},
    }
    related = {"id": str(uuid4()), "type": "related", "order": "1", "deleted": "", "value-pages-count": "1"}
    item = {"id": str(uuid4()), "order": "0", "deleted": "", "value": str(secret.pk)}
    return {
        "body-count": "2",
        "body-0-value": json.dumps(paragraph),
        **{f"body-1-{name}": value for name, value in related.items()},
        **{f"body-1-value-pages-0-{name}": value for name, value in item.items()},
    }


def topic(newsroom: Newsroom) -> str:
    """Return the primary key of a topic."""
    page = newsroom.journalist.get(f"/admin/pages/add/chorsu_articles/analysispage/{newsroom.sections['ru']}/").text
    choices = BeautifulSoup(page, "html.parser").select("[name=topics] option, input[name=topics]")
    return str(next(choice["value"] for choice in choices if choice.get("value")))


def shown_with(newsroom: Newsroom, secret: Article, chosen: str) -> Article:
    """Return a live article that refers to another one in every way there is."""
    body = {**referring(secret), "topics": [chosen]}
    article = newsroom.write(**body)
    newsroom.press(article, "action-submit", **body)
    newsroom.act(article, "approve", **body)
    return article


def places(newsroom: Newsroom, word: str, article: Article) -> dict[str, str]:
    """Return what readers get where a page could show; what was asked with its word only says what was asked."""
    page = newsroom.reader.get(newsroom.address(article)).text
    topics = [part.split('"')[0] for part in page.split('href="')[1:] if part.startswith("/ru/topic")]
    found = {
        address: newsroom.reader.get(address).text
        for address in ("/ru/", "/ru/analysis/", "/ru/feed/", "/sitemap-ru.xml", "/sitemap.xml", *topics[:1])
    }
    assert topics, "the article shows no topic"
    search = BeautifulSoup(newsroom.reader.get(f"/ru/search/?q={word}").text, "html.parser")
    found["the search"] = " ".join(str(link) for link in search.select("main h2 a"))
    return {"the article": page, **found}


def where(newsroom: Newsroom, word: str, article: Article) -> list[str]:
    """Return the places where readers get a word."""
    return [place for place, text in places(newsroom, word, article).items() if word in text]


def close(newsroom: Newsroom, page: int, **restriction: str) -> None:
    """Make a page private."""
    answer = newsroom.chief.post(f"/admin/pages/{page}/privacy/", restriction)
    assert answer.ok, answer.status_code


def closed(newsroom: Newsroom, **restriction: str) -> str:
    """Make an article private that another one refers to; return how it was hidden there."""
    chosen = topic(newsroom)
    secret = newsroom.write(topics=[chosen])
    newsroom.press(secret, "action-submit", topics=[chosen])
    newsroom.act(secret, "approve", topics=[chosen])
    article = shown_with(newsroom, secret, chosen)
    deadline = time.monotonic() + PATIENCE_SECONDS
    while "the search" not in (before := where(newsroom, secret.word, article)) and time.monotonic() < deadline:
        time.sleep(0.5)
    assert {"the article", "/ru/feed/", "/sitemap-ru.xml", "the search"} <= set(before), f"only in {before}"
    close(newsroom, secret.pk, **restriction)
    assert not (found := where(newsroom, secret.word, article)), f"{restriction['restriction_type']}: {found}"
    assert not newsroom.shows(f"Lead {secret.word}", newsroom.address(secret)), "readers see the page itself"
    return f"{len(before)} places before, none after"


@attempt("A reader finds a private article by what refers to it: related, links, topic, feed, sitemap, search")
def references_of_an_article(newsroom: Newsroom) -> str:
    return closed(newsroom, restriction_type="login")


@attempt("Somebody without rights reads the versions of a private article, its draft, its preview and its history")
def versions(newsroom: Newsroom) -> str:
    secret = newsroom.publish()
    history = newsroom.chief.get(f"/admin/pages/{secret.pk}/history/").text
    revisions = {part.split("/")[0] for part in history.split(f"/admin/pages/{secret.pk}/revisions/")[1:]}
    assert revisions, "there are no versions"
    close(newsroom, secret.pk, restriction_type="login")
    page = f"/admin/pages/{secret.pk}/"
    paths = [f"{page}{name}/" for name in ("edit", "view_draft", "edit/preview", "history", "usage", "copy", "privacy")]
    paths += [f"{page}revisions/{number}/{name}/" for number in revisions for name in ("view", "revert")]
    paths += [f"{page}revisions/compare/earliest...latest/", f"/admin/api/main/pages/{secret.pk}/"]
    paths.append(f"/admin/pages/search/?q={secret.word}")
    answers = {
        (person, path): session.get(path)
        for person, session in (("reader", newsroom.reader), ("editor of English", newsroom.editor_en))
        for path in paths
    }
    told = [
        key
        for key, answer in answers.items()
        if f"Headline {secret.word}" in answer.text or f"Lead {secret.word}" in answer.text
    ]
    assert not told, f"told: {told}"
    return f"{len(answers)} answers, none tells"
