"""Joins articles and search: what publications are found by, what their results show, and names that answer a query.

The names are those of people, topics, countries, organisations and sections; a withheld one is none.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import lru_cache, reduce
from operator import or_
from typing import Any

from django.db import connections, models, router
from django.db.models import (
    CharField,
    Count,
    Exists,
    F,
    IntegerField,
    Min,
    OuterRef,
    Prefetch,
    Q,
    Subquery,
    Value,
    prefetch_related_objects,
)
from django.db.models.functions import Cast, Coalesce
from django.db.models.signals import post_delete, post_save, pre_delete, pre_save
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page
from wagtail.query import PageQuerySet

from chorsu_articles.columns import COLUMN_LANGUAGES, column
from chorsu_articles.lists import parent_path
from chorsu_articles.models import (
    Country,
    Organisation,
    Person,
    Publication,
    PublicationAuthor,
    SectionPage,
    Topic,
    Vocabulary,
)
from chorsu_articles.models.publications import NewsroomPage, own_fields
from chorsu_articles.models.vocabularies import spoken_names
from chorsu_articles.templatetags.chorsu_articles_tags import article_picture
from chorsu_locales.dates import format_date, format_date_range
from chorsu_search.documents import findable
from chorsu_search.names import forget_names, store_names
from chorsu_search.registry import (
    BEHIND,
    Card,
    Details,
    Entry,
    Extras,
    Label,
    Name,
    NameSource,
    Wanted,
    register,
    register_cards,
    register_facet,
    register_names,
)
from chorsu_search.services import note_changes
from cms.reader.cache_version import shared
from cms.reader.frame import paths_to

# catalogue: reader


SECTION = "section"
VOCABULARIES: Mapping[str, type[Vocabulary]] = {
    "person": Person,
    "topic": Topic,
    "country": Country,
    "organisation": Organisation,
}
POPULAR = 8
Key = tuple[str, str]


def kind_of(row: Vocabulary) -> str:
    return next(kind for kind, model in VOCABULARIES.items() if isinstance(row, model))


def key_of(row: Any) -> str:
    key: str = getattr(row, _key_field(type(row)))
    return key


def _key_field(model: type[Vocabulary]) -> str:
    return "code" if issubclass(model, Country) else "slug"


def _rows(kind: str, keys: Collection[str] | None) -> Any:
    model = VOCABULARIES[kind]
    rows = model.objects.all() if keys is None else model.objects.filter(**{f"{_key_field(model)}__in": list(keys)})
    return rows.filter(name_withheld=False) if model is Person else rows


def _numbers(keys: Iterable[str]) -> list[int]:
    return [int(key) for key in keys if key.isascii() and key.isdigit() and len(key) < 18]


def _sections_of(keys: Collection[str] | None) -> dict[Any, str]:
    """Return the keys of sections (of all of them by default) by translation key."""
    rows = SectionPage.objects.order_by().values("translation_key").annotate(first=Min("pk"))
    found = {row["translation_key"]: str(row["first"]) for row in rows}
    return found if keys is None else {translation: key for translation, key in found.items() if key in keys}


def names(kind: str, keys: Collection[str] | None) -> Iterable[Name]:
    """Yield the names in every language that has one."""
    if kind == SECTION:
        of_key = _sections_of(keys)
        pages = SectionPage.objects.live().filter(translation_key__in=list(of_key)).select_related("locale")
        for page in pages:
            yield Name(kind, of_key[page.translation_key], page.locale.language_code, page.title)
        return
    for row in _rows(kind, keys):
        for code in COLUMN_LANGUAGES:
            if text := getattr(row, column("name", code)):
                for called in spoken_names(text) if kind == "organisation" else (text,):
                    yield Name(kind, key_of(row), code, called)


def labels(wanted: Wanted) -> dict[Key, str]:
    """Return names in the active language, or the nearest that has one, by one question for all kinds."""
    parts, parameters = [], list[Any]()
    for kind, keys in wanted.items():
        before, after, own = _labels(kind, get_language() or "")
        values = _numbers(keys) if kind == SECTION else list(keys)
        if values:
            parts.append(f"{before}IN ({', '.join(['%s'] * len(values))}){after}")
            parameters += [*own, *values]
    if not parts:
        return {}
    with connections[router.db_for_read(Topic)].cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts), parameters)
        return {(kind, key): name for kind, key, name in cursor.fetchall()}


@lru_cache(maxsize=64)
def _labels(kind: str, language: str) -> tuple[str, str, tuple[Any, ...]]:
    """Return the question for names in a language, before and after the keys: Django takes milliseconds to write it."""
    if kind == SECTION:
        here = SectionPage.objects.filter(translation_key=OuterRef("translation_key"), locale__language_code=language)
        rows: Any = SectionPage.objects.annotate(shown_name=Coalesce(Subquery(here.values("title")[:1]), F("title")))
        key = "pk"
    else:
        rows, key = _rows(kind, None).with_name(language), _key_field(VOCABULARIES[kind])
    rows = rows.order_by().annotate(label_kind=Value(kind, output_field=CharField()), label_key=Cast(key, CharField()))
    query = rows.filter(**{f"{key}__in": [0 if kind == SECTION else ""]}).values_list(
        "label_kind", "label_key", "shown_name"
    )
    select, parameters = query.query.sql_with_params()
    before, _keys, after = select.rpartition("IN (%s)")
    # By name: in which order Django writes annotations differs between models.
    named = f"SELECT label_kind, label_key, shown_name FROM ({before}"  # noqa: S608
    return named, f"{after}) AS {kind}", parameters[:-1]


def entries(wanted: Wanted, request: HttpRequest | None) -> dict[Key, Entry]:
    """Return name and address of what something was published about in the active language."""
    return {name: entry for name, (entry, _row) in _entries(wanted, request).items()}


def answers(wanted: Wanted, request: HttpRequest | None) -> dict[Key, tuple[Entry, Details]]:
    """Return entries with the number of publications in the active language, and the photo of a person."""
    found: dict[Key, tuple[Entry, Details]] = {}
    for name, (entry, row) in _entries(wanted, request, counted=True).items():
        picture = SafeString(article_picture(row.photo, "portrait")) if isinstance(row, Person) else SafeString()
        found[name] = entry, Details(picture, row.number or 0)
    return found


def _entries(wanted: Wanted, request: HttpRequest | None, *, counted: bool = False) -> dict[Key, tuple[Entry, Any]]:
    """Return entries with their rows, by one question for each kind; ``counted``: with ``number`` and photo."""
    language = get_language() or ""
    found: dict[Key, tuple[Entry, Any]] = {}
    for kind, keys in wanted.items():
        if kind == SECTION:
            same = SectionPage.objects.filter(translation_key=OuterRef("translation_key")).order_by("pk")
            first = Subquery(same.values("pk")[:1])
            pages = SectionPage.objects.annotate(first=first).filter(first__in=_numbers(keys))
            pages = findable(pages.filter(locale__language_code=language)).select_related("locale")
            for page in pages.annotate(number=_number(SectionPage, language)) if counted else pages:
                if url := page.get_url(request):
                    found[kind, str(page.first)] = Entry(Label(page.title, language), url), page
            continue
        model = VOCABULARIES[kind]
        rows = _rows(kind, keys).filter(_in_use(model, language))
        if counted:
            rows = rows.annotate(number=_number(model, language))
            rows = rows.select_related("photo").prefetch_related("photo__renditions") if model is Person else rows
        for row in rows:
            found[kind, key_of(row)] = Entry(Label(*row.text_and_language("name")), row.get_absolute_url()), row
    return found


def _in_use(model: type[Vocabulary], language: str) -> Any:
    """Return the condition that a live publication of a language has a row; it stops at the first one."""
    live = Publication.objects.filter(live=True, locale__language_code=language).order_by()
    return reduce(or_, (Exists(live.filter(**{path: OuterRef("pk")})) for path in paths_to(model)), Q(pk__in=[]))


def _number(model: type[Any], language: str) -> Any:
    """Return the expression for how many publications of a language that readers may find are about a row."""
    publications = findable(Publication.objects.filter(locale__language_code=language))
    about = Q(depth=OuterRef("depth") + 1, path__startswith=OuterRef("path")) if model is SectionPage else Q(pk__in=[])
    for path in paths_to(model) if model is not SectionPage else ():
        named = Publication.objects.filter(**{path: OuterRef(OuterRef("pk"))})
        about |= Q(pk__in=named.order_by().values("pk"))
    counted = publications.filter(about).order_by().values("live").annotate(number=Count("pk")).values("number")
    return Subquery(counted, output_field=IntegerField())


def popular(request: HttpRequest | None) -> Sequence[Entry]:
    """Return the topics with most publications in the active language; kept until something is published."""
    return shared(request, "popular_topics", _popular) if request else _popular()


def _popular() -> list[Entry]:
    live = Q(publications__live=True, publications__locale__language_code=get_language() or "")
    rows = Topic.objects.annotate(number=Count("publications", filter=live)).filter(number__gt=0)
    return [
        Entry(Label(*row.text_and_language("name")), row.get_absolute_url())
        for row in rows.order_by("-number", "pk")[:POPULAR]
    ]


FACETS: Mapping[str, tuple[Promise, Promise]] = {
    SECTION: (pgettext_lazy("part of the site", "Section"), pgettext_lazy("search filter", "All sections")),
    "country": (_("Country"), _("All countries")),
    "topic": (_("Topic"), _("All topics")),
    "person": (pgettext_lazy("search filter", "Person"), pgettext_lazy("search filter", "All people")),
}
SOURCE = NameSource(
    kinds={**{name: label for name, (label, _everything) in FACETS.items()}, "organisation": _("Organisation")},
    names=names,
    labels=labels,
    entries=entries,
    answers=answers,
    in_part=frozenset({"person"}),
    popular=popular,
)


# What ``prepare`` leaves on a page: the key of its section in every language, the number of the first of its pages.
_SECTION = "section_in_search"


def prepare(pages: Sequence[Publication]) -> None:
    """Fetch what ``describe`` reads for pages of one kind."""
    own = (field.name for vocabulary in (Country, Organisation) for field in own_fields(type(pages[0]), vocabulary))
    links = ("author_links__person", "translator_links__person")
    models.prefetch_related_objects(pages, *links, "topics", "countries", *own)
    sections = dict(
        SectionPage.objects.filter(path__in=map(_parent_path, pages)).values_list("path", "translation_key")
    )
    of_a_key = SectionPage.objects.filter(translation_key__in=sections.values()).values("translation_key")
    first = dict(of_a_key.annotate(first=Min("pk")).order_by().values_list("translation_key", "first"))
    for page in pages:
        key = first.get(sections.get(_parent_path(page)))
        setattr(page, _SECTION, () if key is None else (str(key),))


def describe(page: Publication) -> Extras:
    """Return what search needs of a publication beside its text; a withheld name is not among it."""
    code = page.locale.language_code
    if not hasattr(page, _SECTION):
        prepare([page])
    authors, translators = (
        [link.person for link in links.all() if not link.person.name_withheld]
        for links in (page.author_links, page.translator_links)
    )
    people = list(dict.fromkeys([*authors, *translators]))
    topics = list(page.topics.all())
    countries = list(dict.fromkeys([*page.countries.all(), *_own_rows(page, Country)]))
    names = [row.localized_name(code) for row in (*people, *_own_rows(page, Organisation))]
    places = [text for text in (getattr(page, name) for name in page.place_fields) if text]
    days = [day for day in (getattr(page, name) for name in page.day_fields) if day]
    if days:
        places += [format_date_range(days[0], days[-1], code, full=True), format_date(days[0], code, "short")]
    return Extras(
        people=tuple(names),
        places=(*(country.localized_name(code) for country in countries), *places),
        topics=tuple(topic.localized_name(code) for topic in topics),
        facets={
            "section": getattr(page, _SECTION),
            "country": tuple(country.code for country in countries),
            "topic": tuple(topic.slug for topic in topics),
            "person": (
                *(person.slug for person in people),
                *(BEHIND + person.slug for person in translators if person not in authors),
            ),
        },
        published_on=page.published_on or page.first_published_at,
        period=(days[0], days[-1]) if days else None,
    )


def _own_rows(page: Publication, vocabulary: type[Vocabulary]) -> list[Any]:
    """Return the rows of a vocabulary in fields that the page's kind has for itself."""
    rows: list[Any] = []
    for field in own_fields(type(page), vocabulary):
        value = getattr(page, field.name)
        rows += value.all() if field.many_to_many else [value] if value else []
    return rows


def _parent_path(page: Publication) -> str:
    return str(page.path[: -page.steplen])


def note_publications_of(instance: Vocabulary, **_kwargs: object) -> None:
    """Record the publications that are found by a name that has changed, been withheld or been deleted."""
    uses = reduce(or_, (Q(**{path: instance}) for path in paths_to(type(instance))))
    note_changes(Publication.objects.filter(uses).distinct().values_list("pk", flat=True))


# The name by which a page has its row as a publication.
_ROW: str = Publication._meta.get_ancestor_link(Page).remote_field.get_accessor_name()


def join(pages: PageQuerySet) -> PageQuerySet:
    """Load with pages their row as a publication, its picture, and the title of the section above them."""
    section = SectionPage.objects.filter(path=OuterRef("card_parent")).values("title")[:1]
    return (
        pages.annotate(card_parent=parent_path())
        .annotate(card_section=Subquery(section))
        .select_related(f"{_ROW}__main_picture")
        .defer(f"{_ROW}__body")
    )


def cards(pages: Sequence[Any]) -> dict[int, Card]:
    """Return picture, section and authors of publications; a withheld name is the editorial staff's."""
    authors = Prefetch("author_links", PublicationAuthor.objects.select_related("person"))
    publications = {page: getattr(page, _ROW) for page in pages}
    prefetch_related_objects(list(publications.values()), "main_picture__renditions", authors)
    return {
        page.pk: Card(
            picture=SafeString(article_picture(publication.main_picture, "row")),
            section=Label(page.card_section, page.locale.language_code) if page.card_section else None,
            authors=tuple(Label(name.name, name.language) for name in publication.byline),
        )
        for page, publication in publications.items()
    }


def vocabulary_about_to_be_saved(instance: Any, **_kwargs: object) -> None:
    """Forget the names of a row whose key changes: a protected author gets another."""
    stored = VOCABULARIES[kind_of(instance)].objects.filter(pk=instance.pk).first()
    if stored and key_of(stored) != key_of(instance):
        forget_names(kind_of(instance), [key_of(stored)])


def vocabulary_saved(instance: Any, created: bool, **_kwargs: object) -> None:
    """Store the names of a row, and record the publications that are found by them."""
    store_names(kind_of(instance), [key_of(instance)])
    if not created:
        note_publications_of(instance)


def vocabulary_deleted(instance: Any, **_kwargs: object) -> None:
    forget_names(kind_of(instance), [key_of(instance)])


def section_changed(**_kwargs: object) -> None:
    """Store the names of all sections: the key of one is the number of the first of its pages, which may be gone."""
    store_names(SECTION)


for name, (label, everything) in FACETS.items():
    register_facet(name, label, everything)
register(Publication, describe, prepare=prepare)
register(NewsroomPage, lambda _page: Extras(dated=False))  # what is no publication is no news
register_cards(Publication, cards, join=join)
register_names(SOURCE)
for model in VOCABULARIES.values():
    name = model.__name__
    pre_save.connect(vocabulary_about_to_be_saved, sender=model, dispatch_uid=f"articles_search_saving_{name}")
    post_save.connect(vocabulary_saved, sender=model, dispatch_uid=f"articles_search_saved_{name}")
    pre_delete.connect(note_publications_of, sender=model, dispatch_uid=f"articles_search_deleting_{name}")
    post_delete.connect(vocabulary_deleted, sender=model, dispatch_uid=f"articles_search_deleted_{name}")
for signal in (post_save, post_delete):
    signal.connect(section_changed, sender=SectionPage, dispatch_uid="articles_search_section")
