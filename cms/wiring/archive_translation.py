"""Joins the archive and translation: imported articles count as translated from their source as it stands."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Q
from django.dispatch import receiver
from wagtail.models import Page

from chorsu_archive.models import ImportRun
from chorsu_archive.signals import pages_imported, translations_imported
from chorsu_archive.supplements import Supplement, Translated, Translations, register, register_translations
from chorsu_translation.baselines import link_new_translations, restore_translation
from chorsu_translation.memory.storing import mark
from chorsu_translation.models import PublishedUnits, Term, TranslationLink, TranslationRequest
from chorsu_translation.planning import close_request
from chorsu_translation.published import carried_baseline, record_new_pages
from chorsu_translation.snapshots import READING
from cms.reader.cache_version import make_all_old


@receiver(pages_imported, dispatch_uid="chorsu_wiring.pages_recorded")
def record_pages(pages: Sequence[Any], run: ImportRun, **_: Any) -> None:
    record_new_pages(pages=pages, publisher=run.started_by)
    mark([page.pk for page in pages])


@receiver(translations_imported, dispatch_uid="chorsu_wiring.translations_linked")
def link_translations(articles: Sequence[tuple[Page, Sequence[Page]]], **_: Any) -> None:
    """Link translations, and close what was requested of them; readers see links between languages."""
    link_new_translations(articles)
    targets = [target for _source, found in articles for target in found]
    of_targets = reduce(or_, (Q(translation_key=each.translation_key, locale=each.locale_id) for each in targets))
    requested = TranslationRequest.objects.filter(of_targets, done_at__isnull=True)
    wanted = set(requested.values_list("translation_key", "locale_id"))
    for target in targets:
        if (target.translation_key, target.locale_id) in wanted:
            close_request(target=target)
    make_all_old()


class TranslationFacts(Translations):
    """What the newsroom knows of translations, for exports; a text of another ``READING`` can't be compared."""

    def read(self, page: Page) -> Translated | None:
        link = TranslationLink.objects.filter(target=page.pk).select_related("source", "live_baseline").first()
        if link is None or link.source is None:
            return None
        baseline = link.live_baseline if page.live else carried_baseline(page, page.latest_revision_id)
        shown = PublishedUnits.objects.filter(page=link.source, page__live=True).values_list("digest", flat=True)
        if baseline is None or baseline.digest in shown:
            return Translated(link.source, link.adapted)
        return Translated(link.source, link.adapted, baseline.reading, baseline.units)

    def write(self, page: Page, translated: Translated) -> bool:
        is_readable = translated.units is None or translated.reading == READING
        restore_translation(
            source=translated.source,
            target=page,
            adapted=translated.adapted,
            units=translated.units if is_readable else None,
        )
        return is_readable


register(Supplement(Term.objects.order_by("source_locale__language_code", "target_locale__language_code", "source")))
register_translations(TranslationFacts())
