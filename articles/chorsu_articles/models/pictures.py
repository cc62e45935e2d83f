"""The newsroom's library of pictures."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import reduce
from operator import or_
from types import MappingProxyType
from typing import Any

from django.apps import apps
from django.db import OperationalError, models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from wagtail.images.models import AbstractImage, AbstractRendition, Filter, get_upload_to
from wagtail.search import index

from chorsu_articles.columns import COLUMN_LANGUAGES, column, columns, own_column_language
from chorsu_articles.pictures.credit_lines import BETWEEN_NAMES, credit_line, language_of_writing
from chorsu_articles.pictures.files import PictureBusyError, PictureField, picture_turn, prepare, unguessable
from chorsu_articles.signals import stands_in
from chorsu_locales.normal_form import normalise_instance
from chorsu_locales.selectors import enabled_codes

SUGGESTIONS = ("caption", "alt_text")
# In the credits of one page; those beyond stay as written.
MOST_NAMES = 500


class PictureKind(models.TextChoices):
    PHOTO = "photo", _("Photo")
    DRAWING = "drawing", _("Drawing")
    MAP = "map", _("Map")
    CHART = "chart", _("Chart")
    SCREENSHOT = "screenshot", _("Screenshot")
    ARCHIVE = "archive", _("Archive")
    HANDOUT = "handout", _("Handout")


class Picture(AbstractImage):
    """A picture of the library. Pages show its credit, licence and kind; its caption and alternative text they copy."""

    file = PictureField(verbose_name=_("file"), upload_to=get_upload_to, width_field="width", height_field="height")
    credit = models.CharField(
        _("credit"), max_length=255, blank=True, help_text=_("Who made the picture, as readers should see it.")
    )
    kind = models.CharField(
        _("kind"),
        max_length=12,
        choices=PictureKind.choices,
        default=PictureKind.PHOTO,
        help_text=_(
            "The word before the credit: “Photo: …”, “Map: …”. A handout is what somebody gave out to the press."
        ),
    )
    licence = models.CharField(
        _("licence"), max_length=100, blank=True, help_text=_("For example CC BY 4.0; empty where it is our own.")
    )
    caption = models.CharField(_("suggested caption"), max_length=500, blank=True)
    alt_text = models.CharField(_("suggested alternative text"), max_length=500, blank=True)

    # Shown by every page with the picture, so an approval is of them too.
    approval_fields = ["kind", "shown_credit", "licence"]
    # People's names as the active language writes them, by the name as written.
    credit_names: Mapping[str, str] = MappingProxyType({})

    admin_form_fields = (
        *("title", "file", "kind", "credit", "licence"),
        *(column(name, code) for code in enabled_codes() if code in COLUMN_LANGUAGES for name in SUGGESTIONS),
        *("collection", "tags", "focal_point_x", "focal_point_y", "focal_point_width", "focal_point_height"),
    )

    # modeltranslation's plain names index only the language that is active at the time of saving.
    search_fields = [
        *AbstractImage.search_fields,
        index.SearchField("credit", boost=2),
        index.AutocompleteField("credit"),
        *(field(name) for name in columns("caption") for field in (index.SearchField, index.AutocompleteField)),
    ]

    class Meta(AbstractImage.Meta):
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save with all text in NFC, and a new file as it is to be stored. Raises ``ValidationError``."""
        normalise_instance(self)
        if self.file.is_raw:
            # Here, since width and height are written before the file.
            prepared: Any = prepare(self.file.file, self.file.name)
            self.file = prepared
        super().save(*args, **kwargs)

    def get_upload_to(self, filename: str) -> str:
        """Return where the file is stored; nobody can guess the name of a picture that isn't published."""
        return unguessable("original_images", filename)

    def get_rendition(self, filter: Filter | str) -> PictureRendition:  # noqa: A002 (Wagtail's name)
        """Return a size of the picture, made if it is missing; the file itself while it can't be made."""
        return next(iter(self.get_renditions(filter).values()))

    def get_renditions(self, *filters: Filter | str) -> dict[str, PictureRendition]:
        """Return sizes of the picture by their specs, made if they are missing; the file while they can't be made.

        Wagtail's own screens ask here too. A stand-in isn't saved: it has no primary key.
        """
        try:
            found: dict[str, PictureRendition] = super().get_renditions(*filters)
        except PictureBusyError:
            wanted = [Filter(each) if isinstance(each, str) else each for each in filters]
            existing = self.find_existing_renditions(*wanted)
            if any(each not in existing for each in wanted):
                stands_in.send(type(self), picture=self)
            itself = {"image": self, "file": self.file.name, "width": self.width, "height": self.height}
            found = {
                each.spec: existing.get(each) or PictureRendition(filter_spec=each.spec, **itself) for each in wanted
            }
        return found

    def create_renditions(self, *filters: Filter) -> dict[Filter, PictureRendition]:
        """Make renditions one after the other; Wagtail decodes the picture three times at once."""
        return {each: self.create_rendition(each) for each in filters}

    def create_rendition(self, filter: Filter) -> PictureRendition:  # noqa: A002 (Wagtail's name)
        """Make a rendition, or raise ``PictureBusyError`` at once: waiting would hold the server's threads."""
        with picture_turn(0):
            key = filter.get_cache_key(self)
            found: PictureRendition | None
            found = self.renditions.filter(filter_spec=filter.spec, focal_point_key=key).first()
            try:
                return found or super().create_rendition(filter)
            except (OperationalError, OSError) as error:
                # What Pillow says of a picture that it can't read has no number.
                if isinstance(error, OSError) and error.errno is None:
                    raise
                raise PictureBusyError from error

    @property
    def default_alt_text(self) -> str:
        """Return the suggested alternative text in the active language; never the file's title."""
        return self.alt_text or ""

    @staticmethod
    def load_shown_facts(pictures: Iterable[Picture]) -> None:
        """Let credits write people's names as the active language does, by one query; without it they stay as written.

        A name that two people have is left alone, and so is every withheld one, and that of somebody who has none in
        the language: only its own editors change what its pages show.
        """
        pictures = list(pictures)
        written = {name.strip() for picture in pictures for name in BETWEEN_NAMES.split(picture.credit)}
        # Databases limit the values of a query.
        names = set(sorted(name for name in written if name[:1].isalpha())[:MOST_NAMES])
        own = own_column_language(get_language() or "")
        if not names or not own:
            return
        people: Any = apps.get_model("chorsu_articles", "Person")
        named = reduce(or_, (models.Q(**{f"{each}__in": names}) for each in columns("name")))
        known = defaultdict(set)
        for person in people.objects.filter(named, name_withheld=False):
            for name in {getattr(person, each) for each in columns("name")} & names:
                known[name].add(getattr(person, column("name", own)) or "")
        for picture in pictures:
            picture.credit_names = {name: shown for name, (shown, *others) in known.items() if shown and not others}

    def credit_parts(self) -> Iterator[tuple[str, str]]:
        """Yield the credit in parts, each with its language, or ``""`` where that is the active one or unknown."""
        for part in BETWEEN_NAMES.split(self.credit):
            name = part.strip()
            before, _name, after = part.partition(name) if name else (part, "", "")
            yield before, ""
            shown = self.credit_names.get(name)
            yield (shown, "") if shown else (name, language_of_writing(name))
            yield after, ""

    @property
    def shown_credit(self) -> str:
        """Return the credit as readers of the active language see it, if ``load_shown_facts`` has been called."""
        return "".join(text for text, _language in self.credit_parts())

    @property
    def credit_line(self) -> str:
        """Return the credit with the word before it, in the active language; empty where there is none."""
        return credit_line(self.kind) % {"credit": self.shown_credit} if self.credit else ""

    def suggested(self, field: str, code: str) -> str:
        """Return the suggested ``caption`` or ``alt_text`` in the language ``code``, without fallback, or ``""``."""
        language = own_column_language(code)
        return (getattr(self, column(field, language)) or "") if language else ""


class PictureRendition(AbstractRendition):
    image = models.ForeignKey(Picture, on_delete=models.CASCADE, related_name="renditions")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=("image", "filter_spec", "focal_point_key"), name="unique_picture_rendition"
            ),
        ]

    def get_upload_to(self, filename: str) -> str:
        return unguessable("images", filename)
