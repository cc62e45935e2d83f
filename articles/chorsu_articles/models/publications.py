"""What all kinds of publications have in common."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from django.db import models
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _
from wagtail.fields import StreamField
from wagtail.models import Page, PageManager
from wagtail.query import PageQuerySet

from chorsu_articles.blocks import PublicationBody
from chorsu_articles.missing import Missing
from chorsu_articles.models.base import NewsroomPage
from chorsu_articles.models.fields import VocabularyField
from chorsu_articles.models.pictures import Picture
from chorsu_articles.models.publication_rows import BylineName, public_names
from chorsu_articles.models.vocabularies import Country, Person, Topic
from chorsu_articles.panels import DATES, address_panels, publication_panels

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

WORDS_PER_MINUTE = 180
DESCRIPTION_LENGTH = 160


class PublicationQuerySet(PageQuerySet):
    """Publications in the order of lists; ``chorsu_articles.selectors`` knows what readers may ask for."""

    def newest_first(self) -> PublicationQuerySet:
        """Order as every list shows them."""
        result: PublicationQuerySet = self.order_by("-published_on", "-pk")
        return result


PublicationManager = PageManager.from_queryset(PublicationQuerySet)


class Publication(NewsroomPage):
    """What all kinds of publications have in common; ``title`` is the headline.

    A table of its own rather than an abstract class, so that a list across kinds is one query:
    docs/decisions/publication-table.md. A kind is a subclass that declares itself by the first attributes here.
    """

    # The kind's key, stored in the sections that list it. A page class without one can be created nowhere.
    kind: str = ""
    # What a section says that it lists, in the admin. Empty: the plural of the class's verbose name.
    kind_plural: StrOrPromise = ""
    # Stands above the headline where a list has several kinds. Empty: the main topic stands there.
    kind_label: StrOrPromise = ""
    # The line below the headline in lists. Where a kind has another one, lists read its own table too: ``kind_page``.
    kind_facts_template = "chorsu_articles/includes/card_facts.html"
    # Fields with names of places, by which search finds the page.
    place_fields: Sequence[str] = ()
    # The type of schema.org.
    schema_type = "NewsArticle"

    lead = models.TextField(
        _("lead"),
        max_length=600,
        blank=True,
        help_text=_("One or two sentences: what happened and why it matters. Shown in lists and search results."),
    )
    body = StreamField(PublicationBody(), verbose_name=_("text"), blank=True)
    main_picture = models.ForeignKey(
        Picture,
        verbose_name=_("main picture"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_("Shown above the text and in lists."),
    )
    main_picture_caption = models.CharField(
        _("caption"), max_length=500, blank=True, help_text=_("What the picture shows. Credit comes from the library.")
    )
    main_picture_alt = models.CharField(
        _("alternative text"),
        max_length=500,
        blank=True,
        help_text=_("What somebody who can't see the picture should know. Not the caption again."),
    )
    topics = VocabularyField(Topic, verbose_name=_("topics"), blank=True, related_name="publications")
    main_topic = models.ForeignKey(
        Topic,
        verbose_name=_("main topic"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_("One of the topics above. It stands over the headline, in every language."),
    )
    countries = VocabularyField(Country, verbose_name=_("countries"), blank=True, related_name="publications")
    published_on = models.DateTimeField(
        _("published on"),
        null=True,
        blank=True,
        db_index=True,
        help_text=_("The date that readers see. Left empty, it is the moment of the first publication."),
    )
    word_count = models.PositiveIntegerField(default=0, editable=False)

    objects = PublicationManager()

    is_creatable = False
    parent_page_types = ["chorsu_articles.SectionPage"]
    subpage_types: list[str] = []
    content_panels = publication_panels()
    promote_panels = address_panels()
    settings_panels = DATES
    # A copy and a translation have a first publication of their own.
    exclude_fields_in_copy = ["published_on"]
    # Filled in by publishing itself, or counted: no change of what was approved.
    unhashed_fields = ["published_on", "word_count"]
    readable_fields = ["title", "lead", "main_picture_caption", "main_picture_alt", "body", "corrections"]

    class Meta:
        verbose_name = _("publication")
        verbose_name_plural = _("publications")

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save with the number of words and, once live, the date of publication.

        Not where a few other columns are saved: of a draft in memory it would differ from the revision just stored.
        """
        if kwargs.get("update_fields") is None and self.live and self.published_on is None:
            self.published_on = self.first_published_at or timezone.now()
        super().save(*args, **kwargs)

    def prepare(self) -> None:
        """Bring the text into NFC and count its words."""
        super().prepare()
        self.word_count = self.count_words()

    def count_words(self) -> int:
        """Return the number of words of headline, lead and text."""
        texts = [self.title, self.lead]
        if "body" not in self.get_deferred_fields():
            body = self._meta.get_field("body")
            texts += body.get_searchable_content(body.value_from_object(self))
        return sum(len(text.split()) for text in texts)

    @property
    def reading_minutes(self) -> int:
        """Return how long reading takes, in minutes and at least one."""
        return max(1, round(self.word_count / WORDS_PER_MINUTE))

    @property
    def description(self) -> str:
        """Return the description for search engines: the page's own, else the beginning of the lead."""
        return self.search_description or Truncator(self.lead).chars(DESCRIPTION_LENGTH)

    @property
    def date(self) -> datetime | None:
        """Return the date that readers see."""
        return self.published_on or self.first_published_at

    @property
    def modified(self) -> datetime | None:
        """Return when it was changed last for readers, never before the date that they see."""
        return max(filter(None, (self.last_published_at, self.date)), default=None)

    @property
    def updated(self) -> datetime | None:
        """Return when it was published last, where that was on a later day than the publication; else None."""
        if not (self.last_published_at and self.first_published_at):
            return None
        first = max(self.first_published_at, self.date or self.first_published_at)
        is_later = timezone.localdate(self.last_published_at) > timezone.localdate(first)
        return self.last_published_at if is_later else None

    @classmethod
    def can_create_at(cls, parent: Page) -> bool:
        """Tell whether the section lists this kind."""
        return bool(super().can_create_at(parent) and parent.specific.kind == cls.kind)

    @classmethod
    def path_from_publication(cls) -> str:
        """Return the lookup that leads from the table of all publications to the kind's own."""
        steps = pairwise([cls, *cls._meta.get_base_chain(Publication)])
        names = [child._meta.get_ancestor_link(parent).related_query_name() for child, parent in steps]
        return "__".join(reversed(names))

    @property
    def kind_page(self) -> Publication:
        """Return this publication as the page of its kind, with the fields of the kind's own.

        Costs no query where the list came from ``chorsu_articles.selectors`` and the kind has its own
        ``kind_facts_template``.
        """
        model = self._kind_class()
        if isinstance(self, model):
            return self
        page: Any = self
        for name in model.path_from_publication().split("__"):
            page = getattr(page, name)
        found: Publication = page
        return found

    @property
    def kicker_topic(self) -> Topic | None:
        """Return the topic above the headline: the main one, else the first by address.

        Names differ between languages, addresses don't: so it is the same topic in all of them.
        """
        topics: list[Topic] = sorted(self.topics.all(), key=lambda topic: topic.slug)
        first = topics[0] if topics else None
        return next((topic for topic in topics if topic.pk == self.main_topic_id), first)

    @property
    def card_label(self) -> str:
        """Return what stands above the headline in a list of several kinds; empty for the main topic."""
        return str(self._kind_class().kind_label)

    @property
    def card_facts_template(self) -> str:
        """Return the template of the line below the headline in lists."""
        return self._kind_class().kind_facts_template

    def _kind_class(self) -> type[Publication]:
        """Return the class of the page's kind; it is known from the content type, without a query."""
        return type(self) if type(self) is not Publication else self.specific_class or Publication

    def missing_facts(self) -> Iterable[Missing]:
        """Yield what this kind needs and the page lacks, beside what every publication needs."""
        return ()

    def structured_facts(self) -> dict[str, Any]:
        """Return properties of schema.org that this kind adds; lists are joined to those of every publication."""
        return {}

    @property
    def byline(self) -> list[BylineName]:
        """Return the authors as readers may see them; several withheld names become one."""
        return public_names([link.person for link in self.author_links.all()])

    @property
    def introduced_authors(self) -> list[Person]:
        """Return the authors who are named and have more to show than a name; nothing of withheld ones."""
        people = dict.fromkeys(link.person for link in self.author_links.all())
        return [
            person
            for person in people
            if not person.name_withheld
            and (person.photo_id or any(person.text_and_language(field)[0] for field in ("position", "about")))
        ]

    @property
    def translator_byline(self) -> list[BylineName]:
        """Return the translators as readers may see them; several withheld names become one."""
        return public_names([link.person for link in self.translator_links.all()])
