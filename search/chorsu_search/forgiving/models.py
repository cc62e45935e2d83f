"""The vocabulary (which words the findable pages hold, whichever engine answers), and what editors add to it."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from chorsu_locales.text import nfc

LONGEST_WORD = 64
MOST_OF_A_GROUP, LONGEST_OF_A_GROUP = 16, 100


class Word(models.Model):
    """A word of the pages in one language, and how many of them hold it.

    ``word`` is folded and not stemmed, ``written`` the word as a page has it, ``token`` what the engines store of it,
    ``latin`` its sound in Latin letters (``chorsu_search.forgiving.latin``). ``beginning``, ``middle`` and ``ending``
    are the three pieces of a long word (``chorsu_search.forgiving.slips``); short ones have none.
    """

    language = models.CharField(max_length=32)
    word = models.CharField(max_length=LONGEST_WORD)
    written = models.CharField(max_length=2 * LONGEST_WORD)
    token = models.CharField(max_length=LONGEST_WORD)
    latin = models.CharField(max_length=LONGEST_WORD)
    beginning = models.CharField(max_length=24, blank=True)
    middle = models.CharField(max_length=24, blank=True)
    ending = models.CharField(max_length=24, blank=True)
    documents = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("word of the pages")
        verbose_name_plural = _("words of the pages")
        constraints = [models.UniqueConstraint(fields=["word", "language"], name="chorsu_search_unique_word")]
        indexes = [
            models.Index(fields=["token", "language"], name="chorsu_search_word_token"),
            models.Index(fields=["latin", "language"], name="chorsu_search_word_latin"),
            # Each holds the word too, so that candidates are read from the index alone.
            *(
                models.Index(fields=[piece, "language", "word"], name=f"chorsu_search_word_{piece}")
                for piece in ("beginning", "middle", "ending")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.language}: {self.word} ({self.documents})"


class PageWords(models.Model):
    """Which words a page holds: the keys of ``Word``, packed, so that a change takes the old ones back."""

    page_id = models.PositiveBigIntegerField(unique=True)
    language = models.CharField(max_length=32, db_index=True)
    words = models.BinaryField(default=bytes)

    class Meta:
        verbose_name = _("words of a page")
        verbose_name_plural = _("words of pages")

    def __str__(self) -> str:
        return f"{self.language}: page {self.page_id}"


class WordGroup(models.Model):
    """Words that stand for one another in a search: spellings, names, abbreviations. Editors extend them."""

    language = models.CharField(
        _("language"), max_length=32, blank=True, help_text=_("Empty: in searches of every language.")
    )
    words = models.TextField(
        _("words"), help_text=_("One a line, or several separated by commas: “bazar, bazaar”. Each finds the others.")
    )
    weight = models.FloatField(
        _("weight"),
        default=0.5,
        validators=[MinValueValidator(0.1), MaxValueValidator(1)],
        help_text=_("From 0.1 to 1: how much one of the other words counts against the word that was asked for."),
    )
    changed_at = models.DateTimeField(auto_now=True, editable=False)

    class Meta:
        verbose_name = _("words that mean the same")
        verbose_name_plural = _("words that mean the same")
        ordering = ["language", "words"]

    def __str__(self) -> str:
        return ", ".join(self.texts())

    def texts(self) -> list[str]:
        """Return the words, each once."""
        parts = (part.strip() for line in self.words.splitlines() for part in line.split(","))
        return list(dict.fromkeys(nfc(part) for part in parts if part))

    def clean(self) -> None:
        """Refuse fewer than two words, and more or longer ones than a query takes."""
        super().clean()
        texts = self.texts()
        if len(texts) < 2:
            raise ValidationError({"words": _("Give at least two words.")})
        if len(texts) > MOST_OF_A_GROUP or any(len(text) > LONGEST_OF_A_GROUP for text in texts):
            raise ValidationError(
                {
                    "words": _("At most %(number)s words of %(length)s characters each.")
                    % {"number": MOST_OF_A_GROUP, "length": LONGEST_OF_A_GROUP}
                }
            )
