"""What helps to judge a report: the same place in other languages, and things that a page shows beside its text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import Model
from wagtail.admin.admin_url_finder import AdminURLFinder
from wagtail.coreutils import get_content_languages
from wagtail.models import Page
from wagtail.permissions import page_permission_policy

from chorsu_editorial.links import editor_url
from chorsu_editorial.reading import get_leaf
from chorsu_feedback.anchors import Match
from chorsu_feedback.models import TypoReport
from chorsu_feedback.registry import shown_beside
from chorsu_feedback.text import fold, read_leaf

# A shorter name is in too many words.
_LEAST_NAME = 3


@dataclass(frozen=True, slots=True)
class OtherLanguage:
    """What a live translation says at the same place; ``edit_url`` is empty for who may not edit it."""

    page: Page
    text: str
    edit_url: str

    @property
    def language(self) -> str:
        """Return the code of the page's language."""
        return str(self.page.locale.language_code)


@dataclass(frozen=True, slots=True)
class ShownThing:
    """Something with a text of its own, such as a name; ``edit_url`` is None for who may not edit it."""

    thing: Model
    text: str
    edit_url: str | None

    @property
    def kind(self) -> str:
        """Return what it is, such as "person"."""
        return str(self.thing._meta.verbose_name)


def other_languages(page: Page, match: Match, user: Any) -> list[OtherLanguage]:
    """Return what the live translations of a specific page say where the match is, in the order of their languages.

    It is the paragraph with the same number where the text has as many paragraphs, else the whole text; a translation
    that has no text there is left out. The number of questions to the database doesn't depend on that of languages.
    """
    translations = page.get_translations().live().public().select_related("locale")
    if getattr(settings, "WAGTAIL_I18N_ENABLED", False):
        translations = translations.filter(locale__language_code__in=get_content_languages())
    mine = page_permission_policy.instances_user_has_permission_for(user, "change")
    edited = set(mine.filter(translation_key=page.translation_key).values_list("pk", flat=True))
    found = []
    for each in translations.order_by("locale__language_code"):
        if text := _same_paragraph(each, match):
            url = editor_url(each, match.leaf.path) if each.pk in edited else ""
            found.append(OtherLanguage(each, text, url))
    return found


def _same_paragraph(page: Page, match: Match) -> str:
    leaf = get_leaf(page, match.leaf.path)
    if leaf is None or not leaf.public:
        return ""
    there = read_leaf(leaf)
    if len(there.starts) != len(match.leaf.starts):
        return there.text
    number = sum(start <= match.start for start in match.leaf.starts) - 1
    return there.text[there.starts[number] : there.ends[number]] if number >= 0 else there.text


def shown_things(report: TypoReport, page: Page, user: Any) -> list[ShownThing]:
    """Return what a specific page shows beside its own text with the words of a report in it, or within them."""
    finder = AdminURLFinder(user)
    found: dict[tuple[type[Model], Any], ShownThing] = {}
    for thing, text in shown_beside(page):
        words = fold(text)
        if report.selected in words or (len(words) >= _LEAST_NAME and words in report.selected):
            found.setdefault((type(thing), thing.pk), ShownThing(thing, text, finder.get_edit_url(thing)))
    return list(found.values())
