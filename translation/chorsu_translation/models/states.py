"""What is kept of states, for lists; ``selectors.states`` says what is true."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from wagtail.models import Page

from chorsu_translation.models.people import person_field
from chorsu_translation.models.requests import ArticleInLanguage


class ArticleState(ArticleInLanguage):
    """The answer of ``selectors.states.answers`` for an article in a language, as it was when it was written.

    It is out of date as long as the article has a ``StateMark``. ``page`` may be gone by then, so the database isn't
    asked to check it: a deletion would wait for who writes rows. ``is_original``: there is a page, and it was made from
    none. ``changed_…`` is what of the source changed since the live version's baseline. From ``kept_out_from`` on, a
    rule makes what is missing not planned; what follows from that, and from ``due``, is compared with now in queries.
    """

    translation_key = models.UUIDField()
    state = models.CharField(max_length=17)
    page = models.ForeignKey(
        Page, null=True, on_delete=models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+"
    )
    is_original = models.BooleanField(default=False)
    is_requested = models.BooleanField(default=False)
    changed_units = models.PositiveIntegerField(default=0)
    changed_words = models.PositiveIntegerField(default=0)
    changed_since = models.DateTimeField(null=True)
    due = models.DateField(null=True)
    assignee = person_field(None, related_name="+")
    in_hand_of = person_field(None, related_name="+")
    goes_live = models.DateTimeField(null=True)
    kept_out_from = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=("translation_key", "locale"), name="chorsu_translation_one_state")
        ]
        indexes = [
            models.Index(fields=("locale", "state"), name="chorsu_translation_state"),
            models.Index(
                fields=("translation_key", "due"), condition=Q(due__isnull=False), name="chorsu_translation_due"
            ),
        ]


class StateMark(models.Model):
    """Facts of an article changed: its rows are to be written anew, in all languages.

    A row per change and no lock: what is marked twice is written once. It is written in the transaction of the change.
    """

    translation_key = models.UUIDField(db_index=True)

    def __str__(self) -> str:
        return str(self.translation_key)
