"""A story of another site's page type and its translation: fields, blocks, tables and child rows."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from wagtail.models import Page

from chorsu_editorial.reading import all_leaves, with_leaf
from tests.factories import make_user
from tests.story.stories import make_story
from tests.translation.desk_of_two import Pair, publish, section, translate

__all__ = ["admin", "in_tajik", "publish", "stored", "story_pair", "written"]


def story_pair(**fields: Any) -> Pair:
    """Return a story and its live translation, each text of which is in words of its own."""
    source = make_story(section("ru"), **fields)
    target = translate(source)
    return Pair(source, publish(in_tajik(target)))


def in_tajik(page: Any) -> Any:
    """Translate each text of a page in memory, paragraph by paragraph."""
    for leaf in list(all_leaves(page)):
        with_leaf(page, leaf.path, tajik(leaf.source))
    return page


def tajik(text: str) -> str:
    """Return the words of a text in what stands for Tajik here; tags stay."""
    parts = text.replace("<", "\n<").replace(">", ">\n").split("\n")
    return "".join(part if part.startswith("<") or not part.strip() else f"Тоҷикӣ {part}" for part in parts)


def written(page: Page, path: str, text: str) -> Any:
    """Save a draft of a page's latest version with another text at a path, and return the page."""
    version = Page.objects.get(pk=page.pk).get_latest_revision_as_object()
    with_leaf(version, path, text).save_revision()
    return Page.objects.get(pk=page.pk).specific


def stored(page: Any) -> list[Any]:
    """Return the stored blocks of a story."""
    return deepcopy(list(page._meta.get_field("body").get_prep_value(page.body)))


def admin() -> Any:
    """Return somebody who may do everything."""
    return make_user(superuser=True)
