"""What an outlet says about itself: one row for each site, with a column per language for its texts.

Its accent colours can be read on the site's backgrounds, light and dark.
"""

from __future__ import annotations

import colorsys
import re
from functools import cache
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.models import Orderable, Page, PreviewableMixin, Site

from chorsu_articles.columns import column
from chorsu_articles.models import Country, Picture, Topic
from chorsu_articles.models.vocabularies import fallbacks
from chorsu_locales.selectors import default_code, enabled_languages, is_enabled

HEX = re.compile(r"#[0-9a-f]{6}")
LEAST_CONTRAST = 4.5
# `--paper` and `--paper-raised` of cms/static/cms/css/site.css: what text in the accent colour stands on.
LIGHT = ("#fdfdfc", "#f3f4f2")
DARK = ("#131518", "#1d2024")


def contrast(first: str, second: str) -> float:
    """Return the contrast of two colours as WCAG 2 defines it: from 1, none, to 21."""
    lighter, darker = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def least_contrast(colour: str, backgrounds: tuple[str, ...]) -> float:
    """Return the contrast with the background that a colour stands out from least."""
    return min(contrast(colour, background) for background in backgrounds)


@cache
def readable(colour: str, backgrounds: tuple[str, ...]) -> str:
    """Return the colour, or the nearest shade of it that can be read on the backgrounds."""
    red, green, blue = _channels(colour)
    hue, lightness, saturation = colorsys.rgb_to_hls(red, green, blue)
    end, steps = (0.0 if backgrounds is LIGHT else 1.0), 200
    for step in range(steps + 1):
        shade = lightness + (end - lightness) * step / steps
        found = colour if step == 0 else _hex(*colorsys.hls_to_rgb(hue, shade, saturation))
        if least_contrast(found, backgrounds) >= LEAST_CONTRAST:
            return found
    return _hex(end, end, end)


def _channels(colour: str) -> tuple[float, float, float]:
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return red, green, blue


def _luminance(colour: str) -> float:
    linear = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in _channels(colour))
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def _hex(*channels: float) -> str:
    return "#" + "".join(f"{round(part * 255):02x}" for part in channels)


def picture_field(label: Any, **options: Any) -> models.ForeignKey[Any, Any]:
    """Return a field for a picture of the library, whose file is frozen while it is chosen."""
    return models.ForeignKey(
        Picture, verbose_name=label, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", **options
    )


def page_field(label: Any, **options: Any) -> models.ForeignKey[Any, Any]:
    """Return a field for a page in any language: readers get the page of theirs."""
    return models.ForeignKey(Page, verbose_name=label, null=True, blank=True, related_name="+", **options)


class Texts(models.Model):
    class Meta:
        abstract = True

    def text_and_language(self, field: str) -> tuple[str, str]:
        """Return a text in the active language or the nearest that has one, and the language that it is in."""
        texts = ((getattr(self, column(field, code), None), code) for code in fallbacks())
        return next(((text, code) for text, code in texts if text), ("", ""))


class Outlet(Texts, PreviewableMixin, ClusterableModel):  # type: ignore[django-manager-missing]  # Wagtail's are untyped
    """A site's name and what stands around its pages. Nothing here is reviewed: few may change it, and it is logged."""

    site = models.OneToOneField(Site, verbose_name=_("site"), on_delete=models.CASCADE, related_name="outlet")
    name = models.CharField(pgettext_lazy("outlet", "name"), max_length=100, blank=True)
    tagline = models.CharField(
        _("tagline"), max_length=160, blank=True, help_text=_("What the outlet is, in a few words: below its name.")
    )
    logo = picture_field(
        _("logo"), help_text=_("Stands in place of mark and name. At least 128 pixels high, with the name in it.")
    )
    logo_dark = picture_field(_("logo on dark"), help_text=_("For readers whose screen is dark."))
    accent = models.CharField(
        _("accent colour"),
        max_length=7,
        blank=True,
        help_text=_("Such as #1b4079: links, kickers and buttons. It must be readable on the light background."),
    )
    accent_dark = models.CharField(
        _("accent colour on dark"),
        max_length=7,
        blank=True,
        help_text=_("Left empty, it is a lighter shade of the same colour."),
    )
    share_picture = picture_field(
        _("picture for sharing"), help_text=_("Shown by social networks with pages that have no picture.")
    )
    contacts = models.TextField(
        _("contacts"), blank=True, help_text=_("Postal address, telephone, e-mail; a line each.")
    )
    imprint = models.TextField(
        _("imprint"), blank=True, help_text=_("Founder, editor-in-chief, registration: what the law asks for.")
    )
    licence = models.CharField(_("licence"), max_length=300, blank=True, help_text=_("What others may do with texts."))
    licence_url = models.URLField(_("address of the licence"), blank=True)
    editorial_policy = page_field(_("editorial policy"), on_delete=models.SET_NULL)
    correction_policy = page_field(_("correction policy"), on_delete=models.SET_NULL)

    class Meta:
        verbose_name = _("outlet")
        verbose_name_plural = _("outlets")

    def __str__(self) -> str:
        return self.text_and_language("name")[0] or str(self.site)

    def clean(self) -> None:
        super().clean()
        problems: dict[str, ValidationError] = {}
        for name, backgrounds in (("accent", LIGHT), ("accent_dark", DARK)):
            colour = getattr(self, name).strip().lower()
            setattr(self, name, colour)
            if colour and not HEX.fullmatch(colour):
                problems[name] = ValidationError(_("Write the colour as # and six digits, such as #1b4079."))
            elif colour and (found := least_contrast(colour, backgrounds)) < LEAST_CONTRAST:
                problems[name] = ValidationError(
                    _("Too near to the background: its contrast is %(found).1f, and 4.5 is needed. %(near)s would do."),
                    params={"found": int(found * 10) / 10, "near": readable(colour, backgrounds)},
                )
        if self.accent_dark and not self.accent:
            problems.setdefault("accent", ValidationError(_("Choose the colour on light too.")))
        if problems:
            raise ValidationError(problems)

    @property
    def preview_modes(self) -> list[tuple[str, str]]:
        return [(language.code, language.name) for language in enabled_languages()]

    @property
    def default_preview_mode(self) -> str:
        return default_code()

    def serve_preview(self, request: HttpRequest, mode_name: str) -> HttpResponse:
        """Show the front page of a language with what stands in the form."""
        code = mode_name if is_enabled(mode_name) else default_code()
        root = Page.objects.filter(pk=self.site.root_page_id).values("translation_key")
        home = Page.objects.filter(translation_key__in=root, locale__language_code=code).first() or self.site.root_page
        vars(request)["previewed_outlet"] = self  # cms.reader.frame looks for it
        response: HttpResponse = home.specific.serve_preview(request, "")
        return response


class Entry(Texts, Orderable):
    """A line of the menu or the footer: a page, topic, country or address, or a heading of those that follow."""

    label = models.CharField(
        _("label"), max_length=80, blank=True, help_text=_("Left empty, it is the title or name of what it leads to.")
    )
    page = page_field(_("page"), on_delete=models.CASCADE)
    topic = models.ForeignKey(
        Topic, verbose_name=_("topic"), null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    country = models.ForeignKey(
        Country, verbose_name=_("country"), null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    address = models.URLField(_("address"), blank=True)

    class Meta(Orderable.Meta):
        abstract = True

    def __str__(self) -> str:
        return self.text_and_language("label")[0] or str(self.page or self.topic or self.country or self.address)

    def clean(self) -> None:
        """Ask for one place to lead to, or for the words of a heading."""
        super().clean()
        targets = [self.page_id, self.topic_id, self.country_id, self.address]
        chosen = sum(bool(target) for target in targets)
        if chosen > 1:
            raise ValidationError(_("An entry leads to one place: a page, a topic, a country or an address."))
        if not self.text_and_language("label")[0]:
            if not chosen:
                raise ValidationError(_("Choose where the entry leads to, or write the label of a heading."))
            if self.address:
                raise ValidationError({column("label", default_code()): _("An address needs a label.")})


class MenuEntry(Entry):  # type: ignore[django-manager-missing]
    outlet = ParentalKey(Outlet, on_delete=models.CASCADE, related_name="menu_entries")
    inside = models.BooleanField(
        _("inside the one above"), default=False, help_text=_("It is seen when that one is opened. One level only.")
    )

    class Meta(Entry.Meta):
        verbose_name = _("line of the menu")
        verbose_name_plural = _("lines of the menu")


class FooterEntry(Entry):  # type: ignore[django-manager-missing]
    """A line of the footer; a heading begins a column."""

    outlet = ParentalKey(Outlet, on_delete=models.CASCADE, related_name="footer_entries")

    class Meta(Entry.Meta):
        verbose_name = _("line of the footer")
        verbose_name_plural = _("lines of the footer")


class SocialAddress(Orderable):
    outlet = ParentalKey(Outlet, on_delete=models.CASCADE, related_name="social_addresses")
    name = models.CharField(_("name of the network"), max_length=40)
    address = models.URLField(_("address"))

    class Meta(Orderable.Meta):
        verbose_name = _("social address")
        verbose_name_plural = _("social addresses")

    def __str__(self) -> str:
        return self.name


# Of these lists: what the form, and an import, takes.
MOST_LINES = {"menu_entries": 40, "footer_entries": 60, "social_addresses": 20}
# Whatever of these is saved, readers see it.
SHOWN = (Outlet, MenuEntry, FooterEntry, SocialAddress)
