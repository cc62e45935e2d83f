"""An article and its translation, for tests of what happens to both."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from wagtail.models import Locale, Page, Revision

from chorsu_articles.models import SectionPage
from tests.factories import make_article, make_home, make_section

BODY = [("paragraph", "<p>The river rose.</p><p>Nobody left the town.</p>")]


@dataclass
class Pair:
    """A live article and its live translation, made as Wagtail makes it."""

    source: Any
    target: Any

    def fresh_source(self) -> Any:
        """Return the source as the database has it."""
        return Page.objects.get(pk=self.source.pk).specific

    def fresh_target(self) -> Any:
        """Return the translation as the database has it."""
        return Page.objects.get(pk=self.target.pk).specific

    def change_source(self, **fields: Any) -> Any:
        """Publish the source with changed fields, and return it."""
        return publish(self.fresh_source(), **fields)


def publish(page: Page, **fields: Any) -> Any:
    """Publish a page with changed fields, and return it as it is then."""
    draft(page, **fields).publish()
    return Page.objects.get(pk=page.pk).specific


def draft(page: Page, **fields: Any) -> Revision:
    """Save a revision of a page as the database has it, with changed fields."""
    for name, value in fields.items():
        setattr(page, name, value)
    revision: Revision = page.save_revision()
    return revision


def section(code: str) -> SectionPage:
    """Return the section of a language, joined with those of the others."""
    home = make_home(code)
    first = SectionPage.objects.order_by("pk").first()
    found = SectionPage.objects.filter(locale=home.locale).first()
    joined = {"translation_key": first.translation_key} if first else {}
    return found or make_section(home, **joined)


def translate(source: Any, code: str = "tg") -> Any:
    """Return the live translation of a page."""
    section(code)
    target = source.copy_for_translation(Locale.objects.get(language_code=code))
    return publish(target.specific)


def make_pair(**fields: Any) -> Pair:
    """Return a Russian article and its Tajik translation."""
    source = make_article(section("ru"), **{"live": False, "body": BODY, **fields})
    source = publish(source)
    return Pair(source, translate(source))
