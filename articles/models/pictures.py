"""The newsroom's library of pictures."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.images.models import AbstractImage, AbstractRendition
from wagtail.search import index

from locales.normal_form import normalise_instance
from locales.table import LANGUAGES


class Picture(AbstractImage):
    """A picture of the library.

    Credit and licence are shown live from here; caption and alternative text are suggestions that a page copies.
    """

    credit = models.CharField(
        _("credit"), max_length=255, blank=True, help_text=_("Who made the picture, as readers should see it.")
    )
    licence = models.CharField(
        _("licence"), max_length=100, blank=True, help_text=_("For example CC BY 4.0; empty where it is our own.")
    )
    caption = models.CharField(_("suggested caption"), max_length=500, blank=True)
    alt_text = models.CharField(_("suggested alternative text"), max_length=500, blank=True)

    admin_form_fields = (
        "title",
        "file",
        "credit",
        "licence",
        *(f"{field}_{code}" for code, _name in settings.LANGUAGES for field in ("caption", "alt_text")),
        "collection",
        "tags",
        "focal_point_x",
        "focal_point_y",
        "focal_point_width",
        "focal_point_height",
    )

    # modeltranslation's plain names index only the language that is active at the time of saving.
    search_fields = [
        *AbstractImage.search_fields,
        index.SearchField("credit", boost=2),
        index.AutocompleteField("credit"),
        *(
            search_field
            for code in LANGUAGES
            for search_field in (index.SearchField(f"caption_{code}"), index.AutocompleteField(f"caption_{code}"))
        ),
    ]

    class Meta(AbstractImage.Meta):
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save with all text in NFC."""
        normalise_instance(self)
        super().save(*args, **kwargs)

    @property
    def default_alt_text(self) -> str:
        """Return the suggested alternative text in the active language; never the file's title."""
        return self.alt_text or ""

    def suggested(self, field: str, code: str) -> str:
        """Return the suggested ``caption`` or ``alt_text`` in the language ``code``, or an empty string.

        A suggestion in another language is no suggestion: there is no fallback.
        """
        return getattr(self, f"{field}_{code}", "") or ""


class PictureRendition(AbstractRendition):
    """A picture in one size and format."""

    image = models.ForeignKey(Picture, on_delete=models.CASCADE, related_name="renditions")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=("image", "filter_spec", "focal_point_key"), name="unique_picture_rendition"
            ),
        ]
