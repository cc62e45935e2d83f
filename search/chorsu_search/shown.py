"""What readers are shown of an engine's hits: those that they may see now, whatever the index still holds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString
from wagtail.models import Page, Site

from chorsu_locales.selectors import enabled_codes
from chorsu_search.documents import findable_pages
from chorsu_search.engines.base import Hit
from chorsu_search.highlight import extract, highlight
from chorsu_search.queries import Query
from chorsu_search.registry import Card, cards_for, with_cards


@dataclass(frozen=True, slots=True)
class Found:
    """One result: ``title`` and ``extract`` are safe HTML in ``language``."""

    page: Page
    url: str
    title: SafeString
    extract: SafeString
    language: str
    published_on: datetime | None
    card: Card


class Pages:
    """The pages of some hits that readers may see, with their cards, by one question and those of the cards."""

    def __init__(
        self, hits: Iterable[Hit], request: HttpRequest | None, *, also: Iterable[Hit] = (), in_: str = ""
    ) -> None:
        """Load the pages of ``hits`` and of ``also``, and those that the articles of the latter have in a language."""
        self._request = request
        self._site = _site(request)
        wanted = {hit.page_id for hit in hits}
        if others := {hit.page_id for hit in also}:
            keys = Page.objects.filter(pk__in=others).values("translation_key")
            own = Page.objects.filter(translation_key__in=keys, locale__language_code=in_)
            known = Page.objects.filter(pk__in=wanted | others)
            chosen = findable_pages().filter(pk__in=known.values("pk").union(own.values("pk")))
        else:
            chosen = findable_pages().filter(pk__in=wanted)
        pages = with_cards(chosen.filter(locale__language_code__in=enabled_codes()).select_related("locale"))
        self._pages = {page.pk: page for page in pages} if wanted or others else {}
        self._cards = cards_for(self._pages.values())

    def of_articles(self, language: str) -> dict[object, Page]:
        """Return the pages in a language by translation key."""
        return {page.translation_key: page for page in self._pages.values() if page.locale.language_code == language}

    def url(self, page: Page) -> str | None:
        """Return the address of a page for the reader; None where it has none."""
        url: str | None = page.get_url(self._request, current_site=self._site)
        return url

    def as_found(self, page: Page) -> Found | None:
        """Return a page that no engine was asked for, without extract and date; None where it has no address."""
        url = self.url(page)
        title, language = conditional_escape(page.title), page.locale.language_code
        return Found(page, url, title, SafeString(), language, None, self.card(page)) if url else None

    def card(self, page: Page) -> Card:
        """Return what a page shows beside its text."""
        return self._cards.get(page.pk, Card())

    def shown(self, hits: Sequence[Hit], query: Query) -> list[Found]:
        """Return those of the hits that may be seen, as they are shown."""
        looked_for: Mapping[str, frozenset[str]] = {
            language: query.tokens(language) for language in {hit.language for hit in hits}
        }
        found = []
        for hit in hits:
            page = self._pages.get(hit.page_id)
            url = self.url(page) if page else None
            # The language too: a page may have been put into another tree since.
            if page is None or url is None or page.locale.language_code != hit.language:
                continue
            tokens = looked_for[hit.language]
            found.append(
                Found(
                    page=page,
                    url=url,
                    title=highlight(page.title, tokens, hit.language),
                    extract=extract(hit.texts, tokens, hit.language),
                    language=hit.language,
                    published_on=hit.published_on,
                    card=self.card(page),
                )
            )
        return found


def _site(request: HttpRequest | None) -> Site | None:
    """Return the site that a request is for, without a question to the database where there is only one."""
    sites = {path.site_id for path in Site.get_site_root_paths()}
    return Site(pk=sites.pop()) if len(sites) == 1 else Site.find_for_request(request)
