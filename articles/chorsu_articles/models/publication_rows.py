"""Child rows of a publication: authors, translators, corrections."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.models import Orderable

from chorsu_articles.models.vocabularies import Person
from chorsu_locales.normal_form import normalise_instance


@dataclass(frozen=True, slots=True)
class BylineName:
    """A name in a byline as readers may see it; ``url`` is None where there is no page to link to.

    ``language`` is the one that the name is in; empty where that is the reader's for certain.
    """

    name: str
    url: str | None
    language: str = ""


def public_names(people: list[Person]) -> list[BylineName]:
    """Return people as readers may see them, in order; several withheld names become one."""
    names: list[BylineName] = []
    for person in people:
        if person.name_withheld:
            shown = BylineName(person.public_name, None)
        else:
            name, language = person.text_and_language("name")
            shown = BylineName(name, person.get_absolute_url(), language)
        if shown not in names:
            names.append(shown)
    return names


class PublicationAuthor(Orderable):
    """A place in the byline."""

    page = ParentalKey("chorsu_articles.Publication", on_delete=models.CASCADE, related_name="author_links")
    person = models.ForeignKey(Person, verbose_name=_("author"), on_delete=models.PROTECT, related_name="authorships")

    class Meta(Orderable.Meta):
        verbose_name = _("author")
        verbose_name_plural = _("authors")

    def __str__(self) -> str:
        return str(self.person)


class PublicationTranslator(Orderable):
    """A place in the line of translators."""

    page = ParentalKey("chorsu_articles.Publication", on_delete=models.CASCADE, related_name="translator_links")
    person = models.ForeignKey(
        Person, verbose_name=_("translator"), on_delete=models.PROTECT, related_name="translations"
    )

    class Meta(Orderable.Meta):
        verbose_name = _("translator")
        verbose_name_plural = _("translators")

    def __str__(self) -> str:
        return str(self.person)


class Correction(Orderable):
    """A correction that readers see below the text."""

    page = ParentalKey("chorsu_articles.Publication", on_delete=models.CASCADE, related_name="corrections")
    date = models.DateField(_("date"))
    text = models.TextField(_("correction"))

    class Meta(Orderable.Meta):
        verbose_name = _("correction")
        verbose_name_plural = _("corrections")

    def __str__(self) -> str:
        return self.text

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save with the text in NFC."""
        normalise_instance(self)
        super().save(*args, **kwargs)
