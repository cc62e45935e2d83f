"""What every page of the newsroom, and every kind of publication, has in common.

Kinds are page classes that declare a ``kind``; those of a site's own are found as ours are.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import singledispatch
from itertools import pairwise
from textwrap import shorten
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.signals import pre_save
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils import timezone, translation
from django.utils.functional import Promise, cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import get_all_child_relations
from wagtail.fields import StreamField
from wagtail.log_actions import log
from wagtail.models import (
    Orderable,
    Page,
    PageManager,
    PagePermissionTester,
    PageViewRestriction,
    Revision,
    Workflow,
    WorkflowPage,
    get_page_models,
)
from wagtail.query import PageQuerySet

from chorsu_articles.blocks import PublicationBody
from chorsu_articles.missing import HEADLINE_NEEDED, Missing
from chorsu_articles.models.fields import VocabularyField
from chorsu_articles.models.pictures import Picture
from chorsu_articles.models.vocabularies import Country, Person, Topic
from chorsu_articles.panels import DATES, NewsroomPageForm, address_panels, publication_panels
from chorsu_editorial.reading import words_of
from chorsu_locales.normal_form import clean_reason, normalise_instance
from chorsu_locales.text import slugify

DESCRIPTION_LENGTH = 160
# The action that is logged when a correction goes live.
CORRECTED = "chorsu_articles.correct"


@singledispatch
def page_context(page: Page, request: HttpRequest) -> dict[str, Any]:  # noqa: ARG001
    """Return what the template of ``page`` gets beside Wagtail's variables: see ``chorsu_articles.views``."""
    return {}


class NewsroomPagePermissions(PagePermissionTester):
    """Wagtail's permissions, which for each live page of a list would look for live pages below it, twice."""

    def can_delete(self, ignore_bulk: bool = False) -> bool:
        """Refuse a live page at once to who may not publish it, as Wagtail does after a query."""
        may_publish = self.user.is_superuser or "publish" in getattr(self, "permissions", ())
        if self.page.live and not may_publish:
            return False
        return bool(super().can_delete(ignore_bulk))


class NewsroomPage(Page):
    """A page with text in NFC, a Latin slug by its own language, and a context from ``chorsu_articles.views``."""

    # Django's own name for the relation back from Page is that of the class, and many a site has a HomePage too.
    page_ptr = models.OneToOneField(
        Page, on_delete=models.CASCADE, parent_link=True, primary_key=True, related_name="%(app_label)s_%(class)s"
    )

    title: str
    draft_title: str
    slug: str
    base_form_class = NewsroomPageForm
    promote_panels = address_panels()
    parent_page_types: list[str] | None = None
    readable_fields: list[str] = ["title"]
    # What of the query string changes the page; a site that keeps pages takes the rest away before it asks for one.
    query_parameters: tuple[str, ...] = ()

    class Meta:
        abstract = True

    @classmethod
    def can_exist_under(cls, parent: Page) -> bool:
        """Tell whether the page may stand there: a type that names no parents, anywhere but at the root of the tree."""
        is_refused = parent.is_root() and cls.parent_page_types is None
        return bool(super().can_exist_under(parent) and not is_refused)

    def full_clean(self, *args: Any, **kwargs: Any) -> None:
        """Validate the page as it will be stored; an empty slug is made from the headline first."""
        normalise_instance(self)
        self.fill_slug()
        super().full_clean(*args, **kwargs)

    def minimal_clean(self) -> None:
        normalise_instance(self)
        self.fill_slug()
        super().minimal_clean()

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.prepare()
        super().save(*args, **kwargs)

    def serializable_data(self) -> Any:
        self.prepare()
        return super().serializable_data()

    def permissions_for_user(self, user: Any) -> NewsroomPagePermissions:
        return NewsroomPagePermissions(user, self)

    @property
    def paths_from_root(self) -> list[str]:
        """The paths of the pages above, the root first, and the page's own."""
        return [self.path[:end] for end in range(self.steplen, len(self.path) + 1, self.steplen)]

    def get_view_restrictions(self) -> Any:
        """Return the view restrictions of the page and the pages above, as Wagtail does, but by one query."""
        if self.alias_of_id:
            return super().get_view_restrictions()
        paths = self.paths_from_root
        # A page above may be an alias, which has the restrictions of its original.
        concerned = models.Q(page__path__in=paths) | models.Q(page__aliases__path__in=paths)
        return PageViewRestriction.objects.filter(concerned).distinct()

    @cached_property
    def workflow_here(self) -> Workflow | None:
        """The active workflow of the page, or of the nearest page above that has one."""
        if not getattr(settings, "WAGTAIL_WORKFLOW_ENABLED", True):
            return None
        assigned = WorkflowPage.objects.filter(page__path__in=self.paths_from_root, workflow__active=True)
        nearest = assigned.select_related("workflow").order_by("-page__depth").first()
        return nearest.workflow if nearest else None

    def get_workflow(self) -> Workflow | None:
        """Return what Wagtail returns, by one query, and by none when the same page in memory is asked again."""
        return self.workflow_here

    @property
    def has_workflow(self) -> bool:
        return self.workflow_here is not None

    def update_aliases(self, **kwargs: Any) -> None:
        """Bring the aliases to what was published; Wagtail would make them live at once when it only was scheduled."""
        if self.live:
            super().update_aliases(**kwargs)

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context(request, *args, **kwargs), **page_context(self, request)}

    def serve_preview(self, request: HttpRequest, mode_name: str) -> Any:
        """Show the page as its readers will see it, in its own language whatever the language of the admin."""
        language = self.locale.language_code
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = super().serve_preview(request, mode_name)
            if hasattr(response, "render"):
                response.render()
        return response

    def prepare(self) -> None:
        normalise_instance(self)
        cluster: dict[str, list[models.Model]] = self.__dict__.get("_cluster_related_objects", {})
        for relation in get_all_child_relations(type(self)):
            for child in cluster.get(relation.get_accessor_name(), []):
                normalise_instance(child)

    def fill_slug(self) -> None:
        """Set an empty slug from the headline, once the place in the tree is known; a sibling's slug gets a number."""
        if self.slug or not (self.path or getattr(self, "_cached_parent_obj", None)):
            return
        if self.locale_id is None:
            self.locale = self.get_default_locale()
        base = slugify(self.title, self.locale.language_code)
        self.slug = self._get_autogenerated_slug(base)


@dataclass(frozen=True, slots=True)
class BylineName:
    """A name in a byline; ``url`` is None without a page, ``language`` empty where it is the reader's for certain."""

    name: str
    url: str | None
    language: str = ""


def public_names(people: list[Person]) -> list[BylineName]:
    """Return people as readers may see them, in order; several withheld names become one."""
    names: list[BylineName] = []
    for person in people:
        if person.name_withheld:
            shown = BylineName(person.public_name, None)
        else:
            name, language = person.text_and_language("name")
            shown = BylineName(name, person.get_absolute_url(), language)
        if shown not in names:
            names.append(shown)
    return names


class PublicationAuthor(Orderable):
    page = ParentalKey("chorsu_articles.Publication", on_delete=models.CASCADE, related_name="author_links")
    person = models.ForeignKey(Person, verbose_name=_("author"), on_delete=models.PROTECT, related_name="authorships")

    class Meta(Orderable.Meta):
        verbose_name = _("author")
        verbose_name_plural = _("authors")

    def __str__(self) -> str:
        return str(self.person)


class PublicationTranslator(Orderable):
    page = ParentalKey("chorsu_articles.Publication", on_delete=models.CASCADE, related_name="translator_links")
    person = models.ForeignKey(
        Person, verbose_name=_("translator"), on_delete=models.PROTECT, related_name="translations"
    )

    class Meta(Orderable.Meta):
        verbose_name = _("translator")
        verbose_name_plural = _("translators")

    def __str__(self) -> str:
        return str(self.person)


class Correction(Orderable):
    page = ParentalKey("chorsu_articles.Publication", on_delete=models.CASCADE, related_name="corrections")
    # The day on which it went live. Nobody writes it in the admin, so it is no part of what is approved.
    date = models.DateField(_("date"), null=True, editable=False)
    text = models.TextField(_("correction"))

    class Meta(Orderable.Meta):
        verbose_name = _("correction")
        verbose_name_plural = _("corrections")

    def __str__(self) -> str:
        return self.text

    def clean(self) -> None:
        super().clean()
        if self.text and not clean_reason(self.text):
            raise ValidationError({"text": _("Readers would see nothing of this correction.")})

    def save(self, *args: Any, **kwargs: Any) -> None:
        normalise_instance(self)
        if self.date is None and self.page.live:
            self.date = timezone.localdate()
            log(instance=self.page, action=CORRECTED, data={"reason": self.text})
        super().save(*args, **kwargs)


class PublicationQuerySet(PageQuerySet):
    def newest_first(self) -> PublicationQuerySet:
        result: PublicationQuerySet = self.order_by("-published_on", "-pk")
        return result


class Publication(NewsroomPage):
    """What all kinds of publications have in common; ``title`` is the headline, which a draft may lack.

    A table of its own rather than an abstract class, so that a list across kinds is one query:
    docs/decisions/publication-table.md. A kind is a subclass that declares itself by the first attributes here.
    """

    # The kind's key, stored in the sections that list it. A page class without one can be created nowhere.
    kind: str = ""
    # What a section says that it lists, in the admin. Empty: the plural of the class's verbose name.
    kind_plural: str | Promise = ""
    # Stands above the headline where a list has several kinds. Empty: the main topic stands there.
    kind_label: str | Promise = ""
    # The line below the headline in lists. Where a kind has another one, lists read its own table too: ``kind_page``.
    kind_facts_template = "chorsu_articles/includes/card_facts.html"
    # Fields with names of places, by which search finds the page.
    place_fields: Sequence[str] = ()
    # Fields with days that search finds the page by: the first of them, and the last.
    day_fields: Sequence[str] = ()
    # Whether what it is about is over when it is written: days without a year are past ones then.
    reports_past_days = False
    # A stream of participants: who is quoted or named in the text is offered for it.
    people_field: str = ""
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

    objects = PageManager.from_queryset(PublicationQuerySet)()

    is_creatable = False
    parent_page_types = ["chorsu_articles.SectionPage"]
    subpage_types: list[str] = []
    content_panels = publication_panels()
    settings_panels = DATES
    # A copy and a translation have a first publication of their own.
    exclude_fields_in_copy = ["published_on"]
    # Each language corrects its own slips: they need no counterpart in the source.
    own_texts = ["corrections"]
    # Filled in by publishing itself, or counted: no change of what was approved.
    unhashed_fields = ["published_on", "word_count"]
    readable_fields = ["title", "lead", "main_picture_caption", "main_picture_alt", "body", "corrections"]

    class Meta:
        verbose_name = _("publication")
        verbose_name_plural = _("publications")

    def __str__(self) -> str:
        return str(self.title or self.draft_title)

    def full_clean(self, exclude: Any = None, *args: Any, **kwargs: Any) -> None:
        """Validate a publication, whose headline may be missing only where a form saves a draft."""
        if not self.title and "title" not in (exclude or ()):
            raise ValidationError({"title": HEADLINE_NEEDED})
        super().full_clean(exclude, *args, **kwargs)

    def minimal_clean(self) -> None:
        """Validate a draft. Wagtail asks for a title."""
        self.fill_slug()
        title, self.title = self.title, self.title or self.untitled()
        try:
            super().minimal_clean()
        finally:
            self.title = title

    def with_content_json(self, content: dict[str, Any]) -> Publication:
        """Return a version of the page; corrections that were stored have their keys in it, live ones their dates."""
        page: Publication = super().with_content_json(content)
        rows = list(page.corrections.all())
        named = {row.pk for row in rows}
        stored = {row.pk if row.pk in named else row.text: row for row in self.corrections.all()} if rows else {}
        for row in rows:
            if same := stored.pop(row.pk or row.text, None):
                row.pk, row.date = same.pk, row.date or same.date
        return page

    def untitled(self) -> str:
        """Return what the admin calls a draft without a headline, in the page's language; readers never see it."""
        with translation.override(self.locale.language_code if self.locale_id else None):
            # In every language, though it stands in the admin alone.
            # Translators: readers see this
            return gettext("Without a headline")

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save with the number of words and, once live, the date of publication.

        Not where a few other columns are saved: of a draft in memory it would differ from the revision just stored.
        """
        if kwargs.get("update_fields") is None and self.live and self.published_on is None:
            self.published_on = self.first_published_at or timezone.now()
        super().save(*args, **kwargs)

    def prepare(self) -> None:
        super().prepare()
        # Lists of the admin show this field, of pages of any type.
        self.draft_title = self.draft_title if self.title else self.untitled()
        if "body" not in self.get_deferred_fields():
            self.word_count = words_of(self)

    @property
    def shown_blocks(self) -> list[Any]:
        """Return the blocks of the text, but not its first picture where that stands above it, as the main picture."""
        blocks = list(self.body)
        first = next((block for block in blocks if block.block_type == "picture"), None)
        picture = first.value["picture"] if first and self.main_picture_id else None
        return [block for block in blocks if not (picture and block is first and picture.pk == self.main_picture_id)]

    @property
    def reading_minutes(self) -> int:
        return max(1, round(self.word_count / 180))

    @property
    def description(self) -> str:
        """Return the description for search engines: the page's own, else the lead, cut at a word."""
        return shorten(self.search_description or self.lead, DESCRIPTION_LENGTH, placeholder="…")

    @property
    def date(self) -> datetime | None:
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
        return bool(super().can_create_at(parent) and parent.specific.kind == cls.kind)

    @classmethod
    def path_from_publication(cls) -> str:
        """Return the lookup that leads from the table of all publications to the kind's own."""
        steps = pairwise([cls, *cls._meta.get_base_chain(Publication)])
        names = [child._meta.get_ancestor_link(parent).related_query_name() for child, parent in steps]
        return "__".join(reversed(names))

    @property
    def kind_page(self) -> Publication:
        """Return the page of its kind, with the kind's own fields; no query for cards that show some of these."""
        model = self._kind_class()
        if isinstance(self, model):
            return self
        page: Publication = self
        for name in model.path_from_publication().split("__"):
            page = getattr(page, name)
        return page

    @property
    def kicker_topic(self) -> Topic | None:
        """Return the topic above the headline, the same in all languages: the main one, else the first by address."""
        topics: list[Topic] = sorted(self.topics.all(), key=lambda topic: topic.slug)
        first = topics[0] if topics else None
        return next((topic for topic in topics if topic.pk == self.main_topic_id), first)

    @property
    def card_label(self) -> str:
        """Return what stands above the headline in a list of several kinds; empty for the main topic."""
        return str(self._kind_class().label_of(self))

    @classmethod
    def label_of(cls, publication: Publication) -> str | Promise:  # noqa: ARG003 (a kind may look at it)
        """Return the label of one publication of the kind."""
        return cls.kind_label

    @property
    def card_facts_template(self) -> str:
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
        return public_names([link.person for link in self.translator_links.all()])


@receiver(pre_save, sender=Revision, dispatch_uid="chorsu_articles.refuse_untitled")
def refuse_untitled(instance: Revision, **_kwargs: Any) -> None:
    """Refuse to schedule what has no headline: Wagtail validates it when its time has come."""
    is_untitled = instance.approved_go_live_at and instance.content.get("title") == ""
    if is_untitled and issubclass(instance.content_type.model_class(), Publication):
        raise ValidationError({"title": HEADLINE_NEEDED})


def publication_models() -> list[type[Publication]]:
    """Return every page class below ``Publication``, ours first."""
    return [model for model in get_page_models() if issubclass(model, Publication) and model is not Publication]


def publication_kinds() -> list[type[Publication]]:
    return [model for model in publication_models() if model.kind]


def model_of_kind(kind: str) -> type[Publication] | None:
    """Return the page class of what a section lists, or None where no installed app has it any more."""
    return next((model for model in publication_kinds() if model.kind == kind), None)


def kind_choices() -> list[tuple[str, str]]:
    """Return what a section can list: stored value and label. Migrations name this function."""
    return [(model.kind, plural_of(model)) for model in publication_kinds()]


def plural_of(model: type[Publication]) -> str:
    """Return the name of a kind in the plural, in the active language."""
    return str(model.kind_plural or capfirst(model._meta.verbose_name_plural))


def own_fields(model: type[Publication], vocabulary: type[models.Model]) -> list[models.Field[Any, Any]]:
    """Return the fields of a kind's own table that refer to rows of a vocabulary."""
    fields = (*model._meta.local_fields, *model._meta.local_many_to_many)
    return [field for field in fields if field.related_model is vocabulary]
