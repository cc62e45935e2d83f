"""Which texts of the outlet have a column per language; registers them with django-modeltranslation."""

from __future__ import annotations

from modeltranslation.translator import TranslationOptions, register

from cms.outlet.models import FooterEntry, MenuEntry, Outlet


@register(Outlet)
class OutletTranslation(TranslationOptions):
    fields = ("name", "tagline", "contacts", "imprint", "licence")


@register(MenuEntry)
class MenuEntryTranslation(TranslationOptions):
    fields = ("label",)


@register(FooterEntry)
class FooterEntryTranslation(TranslationOptions):
    fields = ("label",)
