"""What is stored about translations. Their states follow from it: see ``chorsu_translation.states``.

An article is named by its ``translation_key``, which its pages in all languages share.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail.admin.utils import get_user_display_name
from wagtail.models import Locale, Page, Revision

from chorsu_locales.normal_form import permitted
from chorsu_locales.text import nfc


def person_field(label: Any, **options: Any) -> models.ForeignKey[Any, Any]:
    """Return a field that names a person, and keeps the row when the account is deleted."""
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=label, null=True, blank=True, on_delete=models.SET_NULL, **options
    )


class ArticleInLanguage(models.Model):
    """One article in one language, whether a page of it is there or not."""

    translation_key = models.UUIDField(db_index=True)
    locale = models.ForeignKey(Locale, verbose_name=_("language"), on_delete=models.CASCADE, related_name="+")

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.translation_key} ({self.locale_id})"


class TranslationRequest(ArticleInLanguage):
    """Somebody wants a text written, translated or brought up to date; ``done_at`` is when it was live and so."""

    assignee = person_field(_("assignee"), related_name="translation_requests")
    due = models.DateField(_("due"), null=True, blank=True)
    note = models.TextField(_("note"), blank=True, max_length=2000)
    requested_by = person_field(_("requested by"), related_name="+")
    requested_at = models.DateTimeField(_("requested at"), default=timezone.now)
    done_at = models.DateTimeField(_("done at"), null=True, blank=True)

    class Meta:
        verbose_name = _("translation request")
        verbose_name_plural = _("translation requests")
        constraints = [
            models.UniqueConstraint(
                fields=("translation_key", "locale"),
                condition=Q(done_at__isnull=True),
                name="chorsu_translation_one_open_request",
            )
        ]


class NotPlanned(ArticleInLanguage):
    """The decision that an article isn't translated into a language."""

    reason = models.TextField(_("reason"), blank=True, max_length=2000)
    decided_by = person_field(_("decided by"), related_name="+")
    decided_at = models.DateTimeField(_("decided at"), default=timezone.now)

    class Meta:
        verbose_name = pgettext_lazy("decision about a translation", "not planned")
        verbose_name_plural = pgettext_lazy("decision about a translation", "not planned")
        constraints = [
            models.UniqueConstraint(fields=("translation_key", "locale"), name="chorsu_translation_one_not_planned")
        ]


class NotPlannedRule(models.Model):
    """Articles whose original is below ``section``, or older than so many days, or both, aren't translated."""

    locale = models.ForeignKey(Locale, verbose_name=_("language"), on_delete=models.CASCADE, related_name="+")
    section = models.ForeignKey(
        Page,
        verbose_name=pgettext_lazy("rule for translations", "section"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="+",
    )
    older_than_days = models.PositiveIntegerField(_("older than (days)"), null=True, blank=True)
    decided_by = person_field(_("decided by"), related_name="+", editable=False)
    decided_at = models.DateTimeField(_("decided at"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("rule for what is not translated")
        verbose_name_plural = _("rules for what is not translated")

    def __str__(self) -> str:
        return f"{self.locale_id}: {self.section_id or '*'}, {self.older_than_days or '*'}"


class Baseline(models.Model):
    """The text of the source that a version of the translation is up to date with.

    A baseline counts for ``revision`` and for the revisions made from it that have no baseline of their own; one
    without a revision counts for all others. ``units`` is a list of ``[content path, index, inner HTML]``, one per
    paragraph, heading or list item of the source; ``digest`` is its SHA-256 in hexadecimal; ``reading`` is the
    ``snapshots.READING`` by which it was taken. ``former`` holds the baseline that a person replaced by confirming the
    translation as current: see ``baselines.former_of``.
    """

    class How(models.TextChoices):
        STARTED = "started", _("Began the translation")
        LINKED = "linked", _("Linked the pages")
        TRANSLATED = "translated", _("Translated the changes")
        CONFIRMED_CURRENT = "still_right", _("Found the translation still right")

    target = models.ForeignKey(
        Page, verbose_name=_("translation"), on_delete=models.CASCADE, related_name="translation_baselines"
    )
    revision = models.ForeignKey(Revision, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    source = models.ForeignKey(Page, null=True, on_delete=models.SET_NULL, related_name="+")
    digest = models.CharField(max_length=64)
    units = models.JSONField(default=list)
    reading = models.PositiveSmallIntegerField(default=0, editable=False)
    how = models.CharField(max_length=16, choices=How.choices, default=How.STARTED)
    declared_by = person_field(_("declared by"), related_name="+")
    declared_at = models.DateTimeField(_("declared at"))
    former = models.JSONField(null=True, editable=False)

    class Meta:
        verbose_name = _("baseline")
        verbose_name_plural = _("baselines")

    def __str__(self) -> str:
        return f"{self.target_id}: {self.digest[:8]}"


class TranslationLink(models.Model):
    """The source that ``target`` was translated from.

    ``adapted``: they are never compared. ``live_baseline`` is that of the live version, written by
    ``published.refresh_link``.
    """

    target = models.OneToOneField(
        Page, verbose_name=_("translation"), on_delete=models.CASCADE, related_name="translation_link"
    )
    source = models.ForeignKey(
        Page, verbose_name=_("source"), null=True, on_delete=models.SET_NULL, related_name="translation_links"
    )
    adapted = models.BooleanField(_("adapted"), default=False)
    live_baseline = models.ForeignKey(Baseline, null=True, editable=False, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        verbose_name = _("translation link")
        verbose_name_plural = _("translation links")

    def __str__(self) -> str:
        return f"{self.source_id} → {self.target_id}"


class PublishedUnits(models.Model):
    """The digest of a page's published text, and by ``snapshots.unit_key`` since when (epoch seconds)
    units are shown.
    """

    page = models.OneToOneField(Page, on_delete=models.CASCADE, related_name="published_units")
    digest = models.CharField(max_length=64)
    reading = models.PositiveSmallIntegerField(default=0, editable=False)
    unit_count = models.PositiveIntegerField(default=0)
    words = models.PositiveIntegerField(_("words"), default=0)
    since = models.DateTimeField(_("since"))
    unit_since = models.JSONField(default=dict, editable=False)

    class Meta:
        verbose_name = _("published units")
        verbose_name_plural = _("published units")

    def __str__(self) -> str:
        return f"{self.page_id}: {self.digest[:8]}"


class PublishedVersion(ArticleInLanguage):
    """A version of a page that went live with another text than before; the row stays when the page is deleted.

    ``words`` are those of the version, ``translated_words`` those of the source's units that were new or changed since
    the version before. ``translators`` wrote the version; of an original they are its authors. Names are stored only
    once an account is deleted, so that a protected author's real name never is.
    """

    page_id = models.PositiveIntegerField(db_index=True)
    revision_id = models.PositiveIntegerField(null=True, db_index=True)
    title = models.CharField(max_length=255)
    digest = models.CharField(max_length=64)
    words = models.PositiveIntegerField(default=0)
    translated_words = models.PositiveIntegerField(default=0)
    source_id = models.PositiveIntegerField(null=True)
    source_title = models.CharField(max_length=255, blank=True)
    source_digest = models.CharField(max_length=64, blank=True)
    source_since = models.DateTimeField(null=True)
    translators = models.ManyToManyField(settings.AUTH_USER_MODEL, verbose_name=_("translators"), related_name="+")
    translator_names = models.JSONField(default=list)
    reviewer = person_field(_("reviewer"), related_name="+")
    reviewer_name = models.CharField(max_length=255, blank=True)
    publisher = person_field(_("publisher"), related_name="+")
    publisher_name = models.CharField(max_length=255, blank=True)
    published_at = models.DateTimeField(_("published at"), default=timezone.now, db_index=True)

    class Meta:
        verbose_name = _("published version")
        verbose_name_plural = _("published versions")

    @property
    def translated_by(self) -> str:
        return ", ".join([*map(get_user_display_name, self.translators.all()), *self.translator_names])

    @property
    def reviewed_by(self) -> str:
        return get_user_display_name(self.reviewer) or self.reviewer_name

    @property
    def published_by(self) -> str:
        return get_user_display_name(self.publisher) or self.publisher_name


class Withdrawal(models.Model):
    """An article was taken down in every language; ``pages`` holds per page what bringing it back needs.

    ``notices`` is None unless the article is retracted; then it holds by language code the ``headline`` that was live
    and the ``sentence`` that readers get. ``proposed_by`` proposed that, ``withdrawn_by`` confirmed it. ``headline``
    and ``sentence`` are empty in a language without one.
    """

    translation_key = models.UUIDField(db_index=True)
    title = models.CharField(max_length=255)
    reason = models.TextField(_("reason"), max_length=2000)
    pages = models.JSONField(default=list)
    notices = models.JSONField(null=True, editable=False)
    proposed_by = person_field(None, related_name="+")
    withdrawn_by = person_field(_("withdrawn by"), related_name="+")
    withdrawn_at = models.DateTimeField(_("withdrawn at"), default=timezone.now)
    undone_by = person_field(_("brought back by"), related_name="+")
    undone_at = models.DateTimeField(_("brought back at"), null=True, blank=True)

    class Meta:
        verbose_name = _("withdrawal")
        verbose_name_plural = _("withdrawals")
        permissions: ClassVar = [
            ("withdraw_everywhere", _("Can take an article down in every language, and bring it back"))
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.withdrawn_at:%Y-%m-%d})"

    def headline(self, code: str) -> str:
        return str((self.notices or {}).get(code, {}).get("headline", ""))

    def sentence(self, code: str) -> str:
        return str((self.notices or {}).get(code, {}).get("sentence", ""))


class WithdrawalProposal(models.Model):
    """Somebody proposed to retract an article, or to bring it back, and another person has not decided yet.

    ``sentences`` holds by language code what readers get. The row goes with the decision, which the history keeps.
    """

    class Act(models.TextChoices):
        RETRACT = "retract", _("Retract")
        BRING_BACK = "bring_back", _("Bring back")

    translation_key = models.UUIDField(unique=True)
    act = models.CharField(max_length=10, choices=Act.choices)
    reason = models.TextField(max_length=2000)
    sentences = models.JSONField(default=dict)
    proposed_by = person_field(None, related_name="+")
    proposed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.act}: {self.translation_key}"


class ArticleState(ArticleInLanguage):
    """What ``states.article_states`` computed of an article in a language, stored for lists.

    It is out of date as long as the article has a ``StateMark``. The database doesn't check ``page``: a deletion would
    wait for who writes rows. ``is_original``: there is a page, and it has no source. ``changed_…`` is what of the
    source changed since the live version's baseline. From ``kept_out_from`` on, a rule makes what is missing not
    planned: queries compare that, and ``due``, with now.
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
    """Facts of an article changed, so its states are to be written anew; a row per change needs no lock."""

    translation_key = models.UUIDField(db_index=True)

    def __str__(self) -> str:
        return str(self.translation_key)


class SavedFilter(models.Model):
    """A filter of the board of all texts that a person saved; ``query`` is that of its address."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=60)
    query = models.CharField(max_length=2000)

    class Meta:
        constraints = [models.UniqueConstraint(fields=("user", "query"), name="chorsu_translation_saved_once")]

    def __str__(self) -> str:
        return self.name


class UnitOfTranslation(models.Model):
    """A unit of a translation: the content path and index of a paragraph, heading or list item."""

    target = models.ForeignKey(Page, on_delete=models.CASCADE, related_name="+")
    path = models.CharField(max_length=255)
    index = models.PositiveIntegerField(default=0)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.target_id}: {self.path} {self.index}"


class UnitMark(UnitOfTranslation):
    """A person marked a unit as done for the source's unit with this hash; ``kept``: the source has it no longer."""

    source_hash = models.CharField(max_length=64)
    kept = models.BooleanField(default=False)
    marked_by = person_field(_("marked by"), related_name="+")
    marked_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("unit marked as done")
        verbose_name_plural = _("units marked as done")
        constraints = [
            models.UniqueConstraint(
                fields=("target", "path", "index", "source_hash", "kept"), name="chorsu_translation_one_mark"
            )
        ]


class FindingDismissal(UnitOfTranslation):
    """A finding of a check that a person let stand in the text with this hash, wherever that stands by now."""

    check_name = models.CharField(max_length=64)
    text_hash = models.CharField(max_length=64)
    dismissed_by = person_field(_("dismissed by"), related_name="+")
    dismissed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("dismissed finding")
        verbose_name_plural = _("dismissed findings")
        constraints = [
            models.UniqueConstraint(
                fields=("target", "check_name", "text_hash"), name="chorsu_translation_one_dismissal"
            )
        ]


class FindingsExplained(models.Model):
    """Why a person submitted, or published, a version with open findings, and these findings as they were."""

    target = models.ForeignKey(Page, on_delete=models.CASCADE, related_name="+")
    revision = models.ForeignKey(Revision, null=True, on_delete=models.SET_NULL, related_name="+")
    text = models.TextField(_("explanation"), max_length=2000)
    findings = models.JSONField(default=list)
    explained_by = person_field(_("explained by"), related_name="+")
    explained_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("explanation of findings")
        verbose_name_plural = _("explanations of findings")

    def __str__(self) -> str:
        return f"{self.target_id}: {self.text[:40]}"


class MemoryPair(UnitOfTranslation):
    """A sentence of a source and its translation as both were live, or a paragraph where sentences don't correspond.

    ``path`` and ``index`` are the place of the unit in ``target``, ``number`` that of the sentence in it.
    ``source_hash`` is the key by which ``memory`` finds what says the same.
    """

    number = models.PositiveIntegerField(default=0)
    source_locale = models.ForeignKey(Locale, on_delete=models.CASCADE, related_name="+")
    target_locale = models.ForeignKey(Locale, on_delete=models.CASCADE, related_name="+")
    source_html = models.TextField()
    source_hash = models.CharField(max_length=64)
    html = models.TextField()
    remembered_at = models.DateTimeField(default=timezone.now)

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=("target", "path", "index", "number"), name="chorsu_translation_one_pair")
        ]
        indexes = [
            models.Index(fields=("source_locale", "target_locale", "source_hash"), name="chorsu_translation_pair")
        ]


class MemoryWord(models.Model):
    """A word by which similar sources of pairs are found: ``word`` is its hash together with both languages."""

    pair = models.ForeignKey(MemoryPair, on_delete=models.CASCADE, related_name="words")
    word = models.BigIntegerField()

    class Meta:
        default_permissions = ()
        indexes = [models.Index(fields=("word", "pair"), name="chorsu_translation_word")]

    def __str__(self) -> str:
        return f"{self.word}: {self.pair_id}"


class MemoryMark(models.Model):
    """A translation is to be looked at anew by the memory; a row per change needs no lock and no page."""

    target = models.ForeignKey(Page, on_delete=models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+")

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.target_id)


class UnitDraft(models.Model):
    """A text that the memory or a machine put into a translation, and nobody has looked at until ``confirmed_at``.

    Wherever it stands in the translation by now: ``text_hash`` is ``drafts.text_key``. Who changes the text has looked
    at it. ``service`` names what translated it.
    """

    class Origin(models.TextChoices):
        MEMORY = "memory", pgettext_lazy("where a text comes from", "from memory")
        MACHINE = "machine", pgettext_lazy("where a text comes from", "machine")

    target = models.ForeignKey(Page, on_delete=models.CASCADE, related_name="+")
    text_hash = models.CharField(max_length=64)
    origin = models.CharField(max_length=7, choices=Origin.choices)
    service = models.CharField(max_length=100, blank=True)
    drafted_by = person_field(None, related_name="+")
    drafted_at = models.DateTimeField(default=timezone.now)
    confirmed_by = person_field(None, related_name="+")
    confirmed_at = models.DateTimeField(null=True)

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=("target", "text_hash"), name="chorsu_translation_one_draft")]

    def __str__(self) -> str:
        return f"{self.target_id}: {self.origin}"


class Term(models.Model):
    """How a term of one language is said in another; a proposal until ``approved_at``.

    ``forbidden`` has a wrong translation per line. A term that is its own translation isn't to be translated.
    """

    source_locale = models.ForeignKey(Locale, verbose_name=_("from"), on_delete=models.CASCADE, related_name="+")
    target_locale = models.ForeignKey(Locale, verbose_name=_("into"), on_delete=models.CASCADE, related_name="+")
    source = models.CharField(_("term"), max_length=255)
    target = models.CharField(_("translation"), max_length=255, help_text=_("Repeat a term that stays as it is."))
    forbidden = models.TextField(_("wrong translations"), blank=True, max_length=2000, help_text=_("One per line."))
    note = models.TextField(_("note"), blank=True, max_length=2000)
    proposed_by = person_field(_("proposed by"), related_name="+", editable=False)
    approved_at = models.DateTimeField(_("approved at"), null=True, editable=False)

    class Meta:
        verbose_name = _("term")
        verbose_name_plural = _("terms")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=("source_locale", "target_locale", "source"), name="chorsu_translation_one_term"
            )
        ]

    def __str__(self) -> str:
        return f"{self.source} → {self.target}"

    def clean_fields(self, exclude: Any = None) -> None:
        """Store texts in NFC, without what files can't hold, and one wrong translation per line."""
        for name in ("source", "target", "note", "forbidden"):
            setattr(self, name, permitted(nfc(getattr(self, name))).strip())
        self.forbidden = "\n".join(filter(None, map(str.strip, self.forbidden.splitlines())))
        super().clean_fields(exclude)
        if self.source_locale_id == self.target_locale_id:
            raise ValidationError({"target_locale": _("Choose two languages.")})
