"""Which vocabulary fields have a column per language; registers them with django-modeltranslation."""

from __future__ import annotations

from modeltranslation.translator import TranslationOptions, register

from chorsu_articles.models import Country, Organisation, Person, Picture, Topic


@register(Topic)
class TopicTranslation(TranslationOptions):
    fields = ("name", "description")


@register(Country)
class CountryTranslation(TranslationOptions):
    fields = ("name",)


@register(Organisation)
class OrganisationTranslation(TranslationOptions):
    fields = ("name", "description")


@register(Person)
class PersonTranslation(TranslationOptions):
    fields = ("name", "position", "about")


@register(Picture)
class PictureTranslation(TranslationOptions):
    fields = ("caption", "alt_text")
