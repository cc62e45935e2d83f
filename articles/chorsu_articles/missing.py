"""What a publication still lacks, for the editor; a draft is never refused for it. ``page`` is a ``Publication``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.blocks import StructValue

from chorsu_articles.headings import headings
from chorsu_articles.slips import slips
from chorsu_editorial.reading import words_of

REFUSED = "chorsu_articles_refused"  # hook: a page in memory to paths and sentences, why it can't be submitted
HEADLINE_NEEDED = gettext_lazy("The headline is missing: without one nothing is submitted or published.")


@dataclass(frozen=True, slots=True)
class Missing:
    """One thing that is missing: the content path where it belongs, a word for what it is, and a sentence for people.

    Our words in ``what`` are ``title`` and ``refused`` (with these nothing is submitted), ``lead``, ``body``,
    ``author``, ``picture``, ``alternative_text``, ``credit``, ``topic``, ``date`` and ``place``; a kind of a site's
    own adds its own. Those of a hint, which may be a slip and lacks nothing, are ``mark``, ``doubled_word`` and
    ``name``.
    """

    path: str
    what: str
    message: str


def missing(page: Any) -> Iterator[Missing]:
    """Yield what readers will miss in a publication, in the order of the editor's form. Nothing is saved."""
    if not page.title:
        yield Missing("title", "title", str(HEADLINE_NEEDED))
    if not page.lead.strip():
        yield Missing("lead", "lead", _("The lead is missing."))
    if not page.body:
        yield Missing("body", "body", _("The text is empty."))
    pictures = [place for block in page.body for place in _pictures_of(block)]
    for number, (path, value) in enumerate(pictures, 1):
        yield from _of_picture(value, path, number)
    yield from _of_main_picture(page)
    if not page.author_links.all():
        yield Missing("author_links", "author", _("No author is named."))
    yield from page.missing_facts()
    topics = page.topics.all()
    if not topics:
        yield Missing("topics", "topic", _("No topic is chosen."))
    elif len(topics) > 1 and page.main_topic not in topics:
        yield Missing("main_topic", "main_topic", _("No main topic is chosen; it stands over the headline."))


def completeness(page: Any) -> dict[str, Any]:
    """Return what the panel before submission shows of a page in memory."""
    page.word_count = words_of(page)
    refused = [Missing(path, "refused", text) for hook in hooks.get_hooks(REFUSED) for path, text in hook(page)]
    return {
        "missing": [*refused, *missing(page)],
        "hints": [Missing(*slip) for slip in slips(page)],
        "outline": list(headings(page.body)),
        "page": page,
    }


def _pictures_of(block: Any) -> Iterator[tuple[str, StructValue]]:
    if block.block_type == "picture":
        yield f"body.{block.id}", block.value
    elif block.block_type == "gallery":
        for item in block.value["pictures"].bound_blocks:
            yield f"body.{block.id}.pictures.{item.id}", item.value


def _of_main_picture(page: Any) -> Iterator[Missing]:
    if page.main_picture is None:
        yield Missing("main_picture", "picture", _("The main picture is missing."))
        return
    if not page.main_picture_alt.strip():
        message = _("Alternative text is missing for the main picture.")
        yield Missing("main_picture_alt", "alternative_text", message)
    if not page.main_picture.credit.strip():
        message = _("Credit is missing for the main picture; it is kept in the library.")
        yield Missing("main_picture", "credit", message)


def _of_picture(value: StructValue, path: str, number: int) -> Iterator[Missing]:
    picture = value.get("picture")
    if picture is None:
        message = _("No picture is chosen for picture %(number)d.") % {"number": number}
        yield Missing(f"{path}.picture", "picture", message)
        return
    names = {"number": number, "title": picture.title}
    if not (value.get("alt") or "").strip():
        message = _("Alternative text is missing for picture %(number)d, “%(title)s”.") % names
        yield Missing(f"{path}.alt", "alternative_text", message)
    if not picture.credit.strip():
        message = _("Credit is missing for picture %(number)d, “%(title)s”; it is kept in the library.") % names
        yield Missing(f"{path}.picture", "credit", message)
