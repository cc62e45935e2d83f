"""Vocabularies: one row for all languages, with a column per language that django-modeltranslation adds."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import reduce
from itertools import count
from operator import or_
from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models.functions import Coalesce, NullIf
from django.urls import reverse
from django.utils.translation import get_language, gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from chorsu_articles.columns import COLUMN_LANGUAGES, column, columns, name_permissions
from chorsu_articles.models.pictures import Picture
from chorsu_locales.normal_form import normalise_instance
from chorsu_locales.selectors import fallback_chain
from chorsu_locales.text import nfc, slugify

# Of what somebody types to find a row.
MOST_WORDS = 6

_QUOTED = re.compile(r"[«“„\"]([^«»“”„\"]+)[»”“\"]")


def spoken_names(name: str) -> Iterator[str]:
    """Yield a name, and what it has between quotation marks: a society «Open Pages» is called by that too."""
    yield name
    yield from _QUOTED.findall(name)


def fallbacks(code: str | None = None) -> list[str]:
    """Return the languages with columns in the order of fallback; the first is the active one unless told otherwise."""
    chain = fallback_chain(code or get_language() or settings.LANGUAGE_CODE)
    return [found for found in dict.fromkeys([*chain, *COLUMN_LANGUAGES]) if found in COLUMN_LANGUAGES]


class VocabularyQuerySet(models.QuerySet[Any]):
    """Queries that know the fallback between languages; modeltranslation's read only the active language's column."""

    def with_name(self, code: str | None = None) -> Self:
        """Annotate ``shown_name``: the name that a reader of the language sees."""
        names = [column("name", language) for language in fallbacks(code)]
        filled = [NullIf(name, models.Value(""), output_field=models.CharField()) for name in names]
        return self.annotate(shown_name=Coalesce(*filled, models.Value(""), output_field=models.CharField()))

    def ordered_by_name(self, code: str | None = None) -> Self:
        return self.with_name(code).order_by("shown_name", "pk")

    def named(self, text: str) -> Self:
        """Return the rows whose names contain each of the first words of ``text``, in any language and case."""
        rows, names = self, columns("name")
        for word in nfc(text).split()[:MOST_WORDS]:
            # SQLite compares only ASCII without regard to case, so the usual spellings are asked for one by one.
            spellings = {word, word.lower(), word.upper(), word.capitalize(), word.title()}
            found = (models.Q(**{f"{name}__icontains": each}) for each in spellings for name in names)
            rows = rows.filter(reduce(or_, found))
        return rows


class Vocabulary(models.Model):
    """A row with a name per language, and text in NFC."""

    objects = VocabularyQuerySet.as_manager()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.localized_name()

    def save(self, *args: Any, **kwargs: Any) -> None:
        normalise_instance(self)
        super().save(*args, **kwargs)

    def localized_name(self, code: str | None = None) -> str:
        """Return the name in the language ``code`` (the active one by default) or the nearest that has one."""
        return self.text_and_language("name", code)[0]

    def text_and_language(self, field: str, code: str | None = None) -> tuple[str, str]:
        """Return a field's text in the language ``code`` and the language that it is in; both empty without one.

        A name is that of the nearest language that has one: it must be called something, and templates mark it. A
        biography in a language that the reader didn't ask for is left out, since no description can mark it.
        """
        chain = fallbacks(code) if field == "name" else fallbacks(code)[:1]
        texts = ((getattr(self, column(field, language), None), language) for language in chain)
        return next(((text, language) for text, language in texts if text), ("", ""))


class SluggedVocabulary(Vocabulary):
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
        """Save, with a slug from the name where it is empty; a number is added where another row has it already."""
        name, code = self.text_and_language("name", settings.LANGUAGE_CODE)
        if name and not self.slug:
            base = slugify(name, code)
            others = type(self).objects.filter(slug__startswith=base).exclude(pk=self.pk)
            taken = set(others.values_list("slug", flat=True))
            numbered = (f"{base}-{number}" for number in count(2))
            self.slug = base if base not in taken else next(slug for slug in numbered if slug not in taken)
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return reverse(f"chorsu_articles:{self._meta.model_name}", args=[self.slug])


class Topic(SluggedVocabulary):
    name = models.CharField(_("name"), max_length=100)
    description = models.TextField(_("description"), blank=True)

    class Meta:
        verbose_name = _("topic")
        verbose_name_plural = _("topics")
        # One right per language for the names in every vocabulary; it hangs here since a permission needs a model.
        permissions = name_permissions()


class Country(Vocabulary):  # type: ignore[django-manager-missing]
    code = models.CharField(_("code"), max_length=2, unique=True, help_text=_("Two letters, ISO 3166-1"))
    name = models.CharField(_("name"), max_length=100)

    class Meta:
        verbose_name = _("country")
        verbose_name_plural = _("countries")

    def get_absolute_url(self) -> str:
        return reverse("chorsu_articles:country", args=[self.code.lower()])


class Organisation(SluggedVocabulary):
    name = models.CharField(_("name"), max_length=200)
    description = models.TextField(_("description"), blank=True)
    website = models.URLField(_("website"), blank=True)

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")


class Person(SluggedVocabulary):  # type: ignore[django-manager-missing]
    """An author or translator.

    With the name withheld, readers see "Editorial staff" everywhere, and the row holds a code name alone: who it is
    stands in ``ProtectedIdentity``. Only ``chorsu_articles.protected_names`` sets and lifts it.
    """

    name = models.CharField(pgettext_lazy("person", "name"), max_length=200)
    position = models.CharField(_("position"), max_length=200, blank=True)
    about = models.TextField(_("about"), blank=True)
    photo = models.ForeignKey(
        Picture, verbose_name=_("photo"), null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    name_withheld = models.BooleanField(
        _("name withheld"),
        default=False,
        editable=False,
        help_text=_("Readers see “Editorial staff” instead, in every language."),
    )

    # An approval is of the names in the byline too.
    approval_fields = ["public_name"]

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")

    def get_absolute_url(self) -> str | None:  # type: ignore[override]
        return None if self.name_withheld else super().get_absolute_url()

    @classmethod
    def called_as(cls, user: Any) -> Person | None:
        """Return the one person with an account's full name in any language; no relation joins the two.

        A protected person, who has a code name, is nobody's by their own account: they say it themselves.
        """
        full_name = getattr(user, "get_full_name", str)()  # a site's own kind of account need have none
        name = nfc(" ".join(full_name.split()))
        condition = reduce(or_, (models.Q(**{each: name}) for each in columns("name")))
        found = list(cls.objects.filter(condition)[:2]) if name else []
        return found[0] if len(found) == 1 and not found[0].name_withheld else None

    @property
    def public_name(self) -> str:
        """Return the name that readers may see, in the active language."""
        # Translators: readers see this
        return gettext("Editorial staff") if self.name_withheld else self.localized_name()


class ProtectedIdentity(models.Model):
    """Who a person with a code name is. Read it by ``protected_names.read_identity``, which logs the reading.

    ``texts`` holds what ``Person`` held, by column (``name_ru``, ``position_ru``, …); ``account_texts`` what the
    account held, as the site put it there. No relation leads here from a person or an account, and Wagtail's
    index of references is without it: no query, list or export that begins elsewhere can reach a name.
    """

    person = models.OneToOneField(Person, on_delete=models.PROTECT, related_name="+")
    texts = models.JSONField(default=dict)
    email = models.EmailField(_("e-mail address"), blank=True)
    account = models.OneToOneField(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    account_texts = models.JSONField(default=dict, blank=True)
    lifting_asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    lifting_asked_at = models.DateTimeField(null=True, blank=True)

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("protected name")
        verbose_name_plural = _("protected names")
        default_permissions = ()
        permissions: ClassVar = [
            ("see_protected_names", _("Can see the names of protected authors")),
            ("keep_protected_names", _("Can protect names, and ask for and confirm the lifting of protection")),
        ]

    def __str__(self) -> str:
        return str(self.person)
