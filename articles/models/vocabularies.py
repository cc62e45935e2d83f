"""Vocabularies: one row for all languages, with a column per language that django-modeltranslation adds.

Who may edit which language's column is a permission of its own: ``articles.permissions``.
"""

from __future__ import annotations

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models.functions import Coalesce, NullIf
from django.urls import reverse
from django.utils.translation import get_language, gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from modeltranslation.settings import AVAILABLE_LANGUAGES  # the languages that have columns

from articles.models.pictures import Picture
from locales.normal_form import normalise_instance
from locales.selectors import fallback_chain
from locales.table import LANGUAGES
from locales.text import nfc, slugify


def fallbacks(code: str | None = None) -> list[str]:
    """Return the languages with columns in the order of fallback: the one asked for, its chain, then all others."""
    chain = [*fallback_chain(code or get_language() or settings.LANGUAGE_CODE), *AVAILABLE_LANGUAGES]
    return [code for code in dict.fromkeys(chain) if code in AVAILABLE_LANGUAGES]


class VocabularyQuerySet(models.QuerySet[Any]):
    """Queries of vocabularies that know the fallback between languages.

    ``filter(name=...)`` and ``order_by("name")`` of modeltranslation look only at the active language's column.
    """

    def with_name(self, code: str | None = None) -> Self:
        """Annotate ``shown_name``: the name that a reader of the language sees."""
        names = [f"name_{language}" for language in fallbacks(code)]
        columns = [NullIf(name, models.Value(""), output_field=models.CharField()) for name in names]
        return self.annotate(shown_name=Coalesce(*columns, models.Value(""), output_field=models.CharField()))

    def ordered_by_name(self, code: str | None = None) -> Self:
        """Order by the name that a reader of the language sees."""
        return self.with_name(code).order_by("shown_name", "pk")

    def named(self, text: str) -> Self:
        """Return the rows whose name in any language contains ``text``, whatever the case.

        SQLite compares only ASCII without regard to case, so the usual spellings are asked for one by one.
        """
        text = nfc(text)
        condition = models.Q()
        for spelling in {text, text.lower(), text.upper(), text.capitalize(), text.title()}:
            for code in AVAILABLE_LANGUAGES:
                condition |= models.Q(**{f"name_{code}__icontains": spelling})
        return self.filter(condition)


class Vocabulary(models.Model):
    """What the vocabularies have in common: a name per language, and text in NFC."""

    objects = VocabularyQuerySet.as_manager()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.shown()

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save with all text in NFC."""
        normalise_instance(self)
        super().save(*args, **kwargs)

    def shown(self, code: str | None = None) -> str:
        """Return the name in the language ``code`` (the active one by default) or the nearest that has one."""
        return self.worded("name", code)[0]

    def worded(self, field: str, code: str | None = None) -> tuple[str, str]:
        """Return a field's text as ``shown`` finds the name, and the language that it is in; without text, no language.

        What readers see in another language than the page's has to say so.
        """
        texts = ((getattr(self, f"{field}_{language}", None), language) for language in fallbacks(code))
        return next(((text, language) for text, language in texts if text), ("", ""))


class SluggedVocabulary(Vocabulary):
    """A vocabulary whose rows have pages with an address made of the name."""

    slug = models.SlugField(
        _("slug"),
        max_length=200,
        unique=True,
        blank=True,
        help_text=_("Part of the address, in Latin letters. Made from the name where it is left empty."),
    )

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save with a slug."""
        self.fill_slug()
        super().save(*args, **kwargs)

    def fill_slug(self) -> None:
        """Set an empty slug from the name; a number is added where another row has it already."""
        if self.slug:
            return
        name, code = self.worded("name", settings.LANGUAGE_CODE)
        if not name:
            return
        base = slugify(name, code)
        taken = set(type(self).objects.filter(slug__startswith=base).exclude(pk=self.pk).values_list("slug", flat=True))
        slug, number = base, 1
        while slug in taken:
            number += 1
            slug = f"{base}-{number}"
        self.slug = slug


class Topic(SluggedVocabulary):
    """What a publication is about."""

    name = models.CharField(_("name"), max_length=100)
    description = models.TextField(_("description"), blank=True)

    class Meta:
        verbose_name = _("topic")
        verbose_name_plural = _("topics")
        # One right per language for the names in every vocabulary; it hangs here since a permission needs a model.
        permissions = [
            (f"change_names_{code}", f"Can edit vocabulary texts in {language.english_name}")
            for code, language in LANGUAGES.items()
        ]

    def get_absolute_url(self) -> str:
        """Return the topic's page in the active language."""
        return reverse("articles:topic", args=[self.slug])


class Country(Vocabulary):  # type: ignore[django-manager-missing]
    """A country, with its name from CLDR in every language of the table."""

    code = models.CharField(_("code"), max_length=2, unique=True, help_text=_("Two letters, ISO 3166-1"))
    name = models.CharField(_("name"), max_length=100)

    class Meta:
        verbose_name = _("country")
        verbose_name_plural = _("countries")

    def get_absolute_url(self) -> str:
        """Return the country's page in the active language."""
        return reverse("articles:country", args=[self.code.lower()])


class Organisation(SluggedVocabulary):
    """An organisation that appears in publications."""

    name = models.CharField(_("name"), max_length=200)
    description = models.TextField(_("description"), blank=True)
    website = models.URLField(_("website"), blank=True)

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")

    def get_absolute_url(self) -> str:
        """Return the organisation's page in the active language."""
        return reverse("articles:organisation", args=[self.slug])


class Person(SluggedVocabulary):  # type: ignore[django-manager-missing]
    """An author or translator. With the name withheld, readers see "Editorial staff" everywhere."""

    name = models.CharField(pgettext_lazy("person", "name"), max_length=200)
    position = models.CharField(_("position"), max_length=200, blank=True)
    about = models.TextField(_("about"), blank=True)
    photo = models.ForeignKey(
        Picture, verbose_name=_("photo"), null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    name_withheld = models.BooleanField(
        _("name withheld"),
        default=False,
        help_text=_("Readers see “Editorial staff” instead, in every language."),
    )

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")

    def get_absolute_url(self) -> str | None:
        """Return the person's page in the active language, or None where the name is withheld."""
        return None if self.name_withheld else reverse("articles:person", args=[self.slug])

    @property
    def public_name(self) -> str:
        """Return the name that readers may see, in the active language."""
        # Translators: readers see this
        return gettext("Editorial staff") if self.name_withheld else self.shown()
