"""Ways to read of a page that is not for everybody: from what refers to it, and from its versions."""

from __future__ import annotations

import time
from typing import Any
from uuid import uuid4

from bs4 import BeautifulSoup

from tests.abuse.attempts import attempt
from tests.abuse.newsroom import Article, Newsroom, paragraph

PATIENCE_SECONDS = 30


def referring(secret: Article) -> dict[str, Any]:
    """Return form fields of a body whose paragraph links to an article, with a block that shows it as related."""
    related = {"id": str(uuid4()), "type": "related", "order": "1", "deleted": "", "value-pages-count": "1"}
    item = {"id": str(uuid4()), "order": "0", "deleted": "", "value": str(secret.pk)}
    return {
        "body-count": "2",
        "body-0-value": paragraph("As we wrote", {"id": secret.pk, "parentId": 1}),
        **{f"body-1-{name}": value for name, value in related.items()},
        **{f"body-1-value-pages-0-{name}": value for name, value in item.items()},
    }


def topic(newsroom: Newsroom) -> str:
    """Return the primary key of a topic."""
    page = newsroom.journalist.get(f"/admin/pages/add/chorsu_articles/analysispage/{newsroom.sections['ru']}/").text
    choices = BeautifulSoup(page, "html.parser").select("[name=topics] option, input[name=topics]")
    return str(next(choice["value"] for choice in choices if choice.get("value")))


def where(newsroom: Newsroom, word: str, article: Article) -> list[str]:
    """Return the places where readers get a word; what was asked with it only says what was asked."""
    page = newsroom.reader.get(newsroom.address(article)).text
    topics = [part.split('"')[0] for part in page.split('href="')[1:] if part.startswith("/ru/topic")]
    assert topics, "the article shows no topic"
    search = BeautifulSoup(newsroom.reader.get(f"/ru/search/?q={word}").text, "html.parser")
    texts = {"the article": page, "the search": " ".join(str(link) for link in search.select("main h2 a"))}
    for address in ("/ru/", "/ru/analysis/", "/ru/feed/", "/sitemap-ru.xml", "/sitemap.xml", topics[0]):
        texts[address] = newsroom.reader.get(address).text
    return [place for place, text in texts.items() if word in text]


def close(newsroom: Newsroom, page: int) -> None:
    """Make a page one for those who are signed in."""
    answer = newsroom.chief.post(f"/admin/pages/{page}/privacy/", {"restriction_type": "login"})
    assert answer.ok, answer.status_code


@attempt("A reader finds a private article by what refers to it: related, links, topic, feed, sitemap, search")
def references_of_an_article(newsroom: Newsroom) -> str:
    chosen = topic(newsroom)
    secret = newsroom.publish(topics=[chosen])
    # It refers to the other one in every way there is.
    article = newsroom.publish(**referring(secret), topics=[chosen])
    deadline = time.monotonic() + PATIENCE_SECONDS
    while "the search" not in (before := where(newsroom, secret.word, article)) and time.monotonic() < deadline:
        time.sleep(0.5)
    assert {"the article", "/ru/feed/", "/sitemap-ru.xml", "the search"} <= set(before), f"only in {before}"
    close(newsroom, secret.pk)
    assert not (found := where(newsroom, secret.word, article)), found
    assert not newsroom.shows(f"Lead {secret.word}", newsroom.address(secret)), "readers see the page itself"
    return f"{len(before)} places before, none after"


@attempt("Somebody without rights reads the versions of a private article, its draft, its preview and its history")
def versions(newsroom: Newsroom) -> str:
    secret = newsroom.publish()
    history = newsroom.chief.get(f"/admin/pages/{secret.pk}/history/").text
    revisions = {part.split("/")[0] for part in history.split(f"/admin/pages/{secret.pk}/revisions/")[1:]}
    assert revisions, "there are no versions"
    close(newsroom, secret.pk)
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
