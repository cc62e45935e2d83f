"""A retraction as two people make one."""

from __future__ import annotations

from wagtail.models import Page

from chorsu_translation.models import Withdrawal


def retract(page: Page, **sentences: str) -> Withdrawal:
    """Retract an article with these sentences by language; its headlines are those that are live."""
    versions = Page.objects.filter(translation_key=page.translation_key, alias_of=None).select_related("locale")
    pages = {each.locale.language_code: each for each in versions}
    notices = {code: {"headline": pages[code].title, "sentence": text} for code, text in sentences.items()}
    made = Withdrawal.objects.create(
        translation_key=page.translation_key, title=page.title, reason="It was invented.", notices=notices
    )
    for each in pages.values():
        if each.live:
            each.specific.unpublish()
    return made
