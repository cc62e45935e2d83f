"""Names that readers look for: people, topics, countries, organisations, sections. A withheld name is none."""

# catalogue: reader
from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from django.db.models import CharField, Count, Exists, F, Min, OuterRef, Q, Subquery, TextField, Value
from django.db.models.functions import Cast, Coalesce, Concat
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from chorsu_articles.columns import COLUMN_LANGUAGES, column
from chorsu_articles.models import (
    Country,
    Organisation,
    Person,
    Publication,
    PublicationAuthor,
    PublicationQuerySet,
    PublicationTranslator,
    SectionPage,
    Topic,
    Vocabulary,
    own_fields,
    publication_models,
)
from chorsu_articles.selectors import open_to_all, own_field_has, published
from chorsu_articles.selectors.lists import narrowed
from chorsu_articles.templatetags.chorsu_articles_tags import article_picture
from chorsu_search.fields import FACETS
from chorsu_search.registry import Details, Entry, Label, Name, NameSource, Wanted
from cms.reader.freshness import page_cache

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
    """Return the kind of a row."""
    return next(kind for kind, model in VOCABULARIES.items() if isinstance(row, model))


def key_of(row: Any) -> str:
    """Return the key of a row."""
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
                yield Name(kind, key_of(row), code, text)


def labels(wanted: Wanted) -> dict[Key, str]:
    """Return names in the active language, or the nearest that has one, by one question for all kinds."""
    parts: list[Any] = []
    for kind, keys in wanted.items():
        if kind == SECTION:
            here = SectionPage.objects.filter(
                translation_key=OuterRef("translation_key"), locale__language_code=get_language() or ""
            )
            name: Any = Coalesce(Subquery(here.values("title")[:1]), F("title"))
            rows = SectionPage.objects.filter(pk__in=_numbers(keys))
            key: Any = Cast("pk", CharField())
        else:
            rows, key, name = _rows(kind, keys).with_name(), F(_key_field(VOCABULARIES[kind])), F("shown_name")
        # One column: in a union of several, Django's order of them differs between models.
        line = Concat(Value(f"{kind}\n"), key, Value("\n"), name, output_field=TextField())
        parts.append(rows.order_by().annotate(line=line).values_list("line", flat=True))
    lines = parts[0].union(*parts[1:], all=True) if parts else []
    found = (line.split("\n", 2) for line in lines)
    return {(kind, key): name for kind, key, name in found}


def entries(wanted: Wanted, request: HttpRequest | None) -> dict[Key, Entry]:
    """Return name and address of what something was published about in the active language."""
    language = get_language() or ""
    found: dict[Key, Entry] = {}
    for kind, keys in wanted.items():
        if kind == SECTION:
            of_key = _sections_of(keys)
            pages = SectionPage.objects.filter(translation_key__in=list(of_key), locale__language_code=language)
            for page in open_to_all(pages).select_related("locale"):
                if url := page.get_url(request):
                    found[kind, of_key[page.translation_key]] = Entry(Label(page.title, language), url)
            continue
        for row in _rows(kind, keys).filter(_in_use(VOCABULARIES[kind], language)):
            found[kind, key_of(row)] = Entry(Label(*row.text_and_language("name")), row.get_absolute_url())
    return found


def _in_use(model: type[Vocabulary], language: str) -> Any:
    """Return the condition that a live publication of a language has a row; it stops at the first one."""
    live = {"live": True, "locale__language_code": language}
    of_link = {f"page__{name}": value for name, value in live.items()}
    of_through = {f"publication__{name}": value for name, value in live.items()}
    if model is Person:
        return Exists(PublicationAuthor.objects.filter(person=OuterRef("pk"), **of_link)) | Exists(
            PublicationTranslator.objects.filter(person=OuterRef("pk"), **of_link)
        )
    condition: Any = Q(pk__in=[])
    if model is Topic:
        condition |= Exists(Publication.topics.through.objects.filter(topic=OuterRef("pk"), **of_through))
    if model is Country:
        condition |= Exists(Publication.countries.through.objects.filter(country=OuterRef("pk"), **of_through))
    for kind in publication_models():
        for field in own_fields(kind, model):
            condition |= Exists(kind.objects.filter(**{field.name: OuterRef("pk")}, **live))
    return condition


def details(wanted: Wanted) -> dict[Key, Details]:
    """Return the number of publications in the active language, and the photo of a person."""
    everything = published(get_language() or "").filter(alias_of__isnull=True).order_by()
    found: dict[Key, Details] = {}
    for kind, keys in wanted.items():
        if kind == SECTION:
            sections = SectionPage.objects.filter(locale__language_code=get_language() or "")
            of_key = _sections_of(keys)
            for page in sections.filter(translation_key__in=list(of_key)):
                found[kind, of_key[page.translation_key]] = Details(count=everything.child_of(page).count())
            continue
        for row in _rows(kind, keys):
            picture = SafeString(article_picture(row.photo, "portrait")) if isinstance(row, Person) else SafeString()
            found[kind, key_of(row)] = Details(picture, _about(everything, row).count())
    return found


def _about(publications: PublicationQuerySet, row: Any) -> PublicationQuerySet:
    match row:
        case Person():
            written = PublicationAuthor.objects.filter(person=row).values("page_id")
            translated = PublicationTranslator.objects.filter(person=row).values("page_id")
            found: PublicationQuerySet = publications.filter(Q(pk__in=written) | Q(pk__in=translated))
            return found
        case Topic():
            return narrowed(publications, topic=row)
        case Country():
            return narrowed(publications, country=row)
        case _:
            of_organisation: PublicationQuerySet = publications.filter(own_field_has(row))
            return of_organisation


def popular(request: HttpRequest | None) -> Sequence[Entry]:
    """Return the topics with most publications in the active language; kept until something is published."""
    return page_cache(request).get("common", "popular_topics", _popular) if request else _popular()


def _popular() -> list[Entry]:
    live = Q(publications__live=True, publications__locale__language_code=get_language() or "")
    rows = Topic.objects.annotate(number=Count("publications", filter=live)).filter(number__gt=0)
    return [
        Entry(Label(*row.text_and_language("name")), row.get_absolute_url())
        for row in rows.order_by("-number", "pk")[:POPULAR]
    ]


SOURCE = NameSource(
    kinds={
        "person": FACETS["person"][0],
        "topic": FACETS["topic"][0],
        "country": FACETS["country"][0],
        "organisation": _("Organisation"),
        SECTION: FACETS[SECTION][0],
    },
    names=names,
    labels=labels,
    entries=entries,
    details=details,
    in_part=frozenset({"person"}),
    popular=popular,
)
