"""Joins articles and translation: countries, names, who begins is credited, translations follow a correction."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Q, QuerySet
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.models import Page, PageLogEntry

from chorsu_articles.columns import column, own_column_language
from chorsu_articles.missing import REFUSED
from chorsu_articles.models import Country, Organisation, Person, Publication, PublicationTranslator, Topic
from chorsu_articles.models.publications import CORRECTED, own_fields, publication_models
from chorsu_articles.models.vocabularies import ProtectedIdentity
from chorsu_editorial.reading import all_leaves
from chorsu_translation.findings import Name, register_names
from chorsu_translation.findings.review import not_looked_at
from chorsu_translation.machine import register_kept_inside
from chorsu_translation.memory.storing import mark
from chorsu_translation.memory.wording import register_withheld, withheld_between
from chorsu_translation.models import PublishedVersion, TranslationLink
from chorsu_translation.pages import people_of
from chorsu_translation.planning import PlanningError, request_translation
from chorsu_translation.registry import register_filter
from chorsu_translation.signals import translation_begins


def choices() -> list[tuple[str, str]]:
    language = get_language() or ""
    return sorted(
        ((str(country.pk), country.localized_name(language)) for country in Country.objects.all()),
        key=lambda choice: choice[1],
    )


def of_country(value: str) -> Q:
    """Return the condition by which pages of any kind of publication name a country."""
    return reduce(
        or_,
        [
            Q(pk__in=model.objects.filter(**{name: value}).order_by().values("pk"))
            for model in publication_models()
            for name in ("countries", *(field.name for field in own_fields(model, Country)))
        ],
    )


register_filter("country", _("Country"), choices=choices, condition=of_country)


VOCABULARIES: tuple[Any, ...] = (Person, Organisation, Country, Topic)


@register_names
def names(source_code: str, target_code: str) -> Iterator[Name]:
    """Yield the names that stand in both languages' columns, but those that are withheld: four queries."""
    languages = own_column_language(source_code), own_column_language(target_code)
    if languages[0] is None or languages[1] is None or languages[0] == languages[1]:
        return
    fields = [column("name", code) for code in languages if code]
    for vocabulary in VOCABULARIES:
        rows = vocabulary.objects.filter(**{f"{field}__gt": "" for field in fields}).order_by("pk")
        if vocabulary is Person:
            rows = rows.filter(name_withheld=False)
        for source, target in rows.values_list(*fields):
            yield Name(source, target, proper=vocabulary is not Topic)


def protected_names() -> Iterator[str]:
    """Yield the real names of protected authors, with the first name first and last."""
    for texts, account in ProtectedIdentity.objects.values_list("texts", "account_texts"):
        names = [text for name, text in texts.items() if name.startswith("name")]
        for words in (name.split() for name in (*names, f"{account.get('first_name')} {account.get('last_name')}")):
            yield from (" ".join(words), " ".join(reversed(words)))


register_withheld(protected_names)
hooks.register(REFUSED, not_looked_at)


@receiver((post_save, post_delete), sender=ProtectedIdentity, dispatch_uid="chorsu_wiring.withheld")
def store_anew(**_kwargs: Any) -> None:
    """Have the worker take out of the memory what has a name that is protected now, and put back what has none."""
    mark(TranslationLink.objects.values("target"))


def is_of_protected_person(page: Page) -> bool:
    """Tell whether who wrote or translated an article, in any language, is protected, or somebody whom it names."""
    people = Q(author_links__person__name_withheld=True) | Q(translator_links__person__name_withheld=True)
    by = Publication.objects.filter(people, translation_key=page.translation_key)
    is_withheld = withheld_between(page.locale.language_code)
    return by.exists() or any(is_withheld(leaf.source) for leaf in all_leaves(page))


register_kept_inside(is_of_protected_person)


@receiver(translation_begins, dispatch_uid="chorsu_wiring.translation_begins")
def credit(*, content: Any, user: Any, **_kwargs: Any) -> None:
    """Credit who begins a translation, and not who translated its source."""
    if isinstance(content, Publication):
        person = Person.called_as(user)
        content.translator_links = [PublicationTranslator(person=person)] if person else []


@receiver(post_save, sender=PageLogEntry, dispatch_uid="chorsu_wiring.corrected")
def ask_to_follow(instance: PageLogEntry, created: bool, raw: bool = False, **_kwargs: Any) -> None:
    """Ask who last translated the page, or else began to, to follow a correction that goes live: it is logged once."""
    if raw or not created or instance.action != CORRECTED:
        return
    page = instance.page
    links = TranslationLink.objects.filter(source=page.pk, adapted=False, target__live=True, target__alias_of=None)
    for link in links.select_related("target__locale"):
        locale, people = link.target.locale, people_of([link.target.locale])
        versions = PublishedVersion.objects.filter(page_id=link.target_id, translators__in=people).order_by("-pk")
        last = people.filter(pk__in=versions.values("translators")[:1]).first()
        last = last or people.filter(pk=link.target.owner_id).first()
        with suppress(PlanningError):  # not planned, or requested already
            if people.exists():
                request_translation(page=page, locale=locale, user=None, assignee=last, note=instance.data["reason"])


@hooks.register("chorsu_articles_drafts")
def only_originals(drafts: QuerySet[Publication]) -> QuerySet[Publication]:
    """Leave translations to the panel of one's own translations."""
    return drafts.filter(translation_link=None)
