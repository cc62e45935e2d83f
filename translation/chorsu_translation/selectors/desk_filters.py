"""Which articles the desk shows, and in which order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import reduce
from operator import or_
from typing import Any

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db.models import Exists, F, Min, OuterRef, Q, QuerySet, Subquery
from django.db.models.expressions import RawSQL
from django.db.models.functions import Coalesce
from django.utils import timezone
from wagtail.models import Locale, Page, get_page_models

from chorsu_translation.conf import get_settings
from chorsu_translation.models import NotPlanned, NotPlannedRule, TranslationLink, TranslationRequest
from chorsu_translation.registry import desk_filters
from chorsu_translation.selectors.desk import Viewer
from chorsu_translation.selectors.desk_cells import TO_DO_STATES
from chorsu_translation.selectors.pages import translatable_pages
from chorsu_translation.selectors.planning import kept_out
from chorsu_translation.selectors.states import State, pages_in_state
from chorsu_translation.selectors.withdrawals import withdrawn_articles

TO_DO = "todo"
NOBODY = "nobody"
WITHOUT_PAGE = (State.MISSING, State.REQUESTED, State.NOT_PLANNED)


def desk_sources(chosen: Mapping[str, Any], *, viewer: Viewer) -> QuerySet[Page]:
    """Return the pages that translations are made from, filtered and ordered by what the desk's form says.

    Without a target language those are the originals.
    """
    source, target = chosen.get("source"), chosen.get("language")
    pages = _sources(source, target)
    asked = [target] if target else viewer.locales
    for condition in _conditions(chosen, asked, viewer):
        pages = pages.filter(condition)
    return _ordered(pages, str(chosen.get("order") or ""), asked, target)


def in_states(
    locales: Iterable[Locale],
    states: Iterable[State],
    rules: list[NotPlannedRule],
    *,
    translations_only: bool = False,
) -> Q:
    """Return the condition by which an article is in one of the states in at least one of the languages.

    ``translations_only`` leaves out the state of the original. What has pages, and what has none, are sets of articles
    that are found by themselves: PostgreSQL asks conditions that are joined by "or" of each article.
    """
    locales, states = list(locales), list(states)
    pages = Page.objects.filter(locale__in=locales, alias_of__isnull=True)
    if translations_only:
        pages = pages.filter(translation_link__isnull=False)
    if states == [State.LIVE]:
        # So common that it is looked for article by article, until a list's page is full.
        live = pages.filter(pages_in_state(State.LIVE), translation_key=OuterRef("translation_key"))
        return Q(Exists(live))
    with_page = [state for state in states if state not in WITHOUT_PAGE]
    found = [_keys(pages.filter(pages_in_state(*with_page)))] if with_page else []
    if State.REQUESTED in states:
        open_requests = TranslationRequest.objects.filter(done_at__isnull=True, locale__in=locales)
        found.append(_keys(open_requests.filter(~Exists(_page_there()), ~Exists(_same(NotPlanned)))))
    if State.NOT_PLANNED in states:
        found.append(_keys(NotPlanned.objects.filter(~Exists(_page_there()), locale__in=locales)))
        found += [_keys(_without_page(locale).filter(kept_out(locale, rules))) for locale in _ruled(locales, rules)]
    condition = Q(translation_key__in=found[0].union(*found[1:], all=True)) if found else Q(pk__in=[])
    if State.MISSING in states:
        condition |= _missing(locales, rules)
    return condition


def _keys(rows: QuerySet[Any]) -> QuerySet[Any, dict[str, Any]]:
    keys: QuerySet[Any, dict[str, Any]] = rows.order_by().values("translation_key")
    return keys


def _same(model: Any) -> QuerySet[Any]:
    """Return the rows for the article and language of an outer row."""
    rows: QuerySet[Any] = model.objects.filter(translation_key=OuterRef("translation_key"), locale=OuterRef("locale"))
    return rows


def _link() -> QuerySet[TranslationLink]:
    """Return the link of an outer page, for a subquery.

    Of a join that leaves it empty PostgreSQL expects one page, and sorts all of them where it could stop at the first.
    """
    return TranslationLink.objects.filter(target=OuterRef("pk"))


def _page_there() -> QuerySet[Page]:
    return _same(Page).filter(alias_of__isnull=True)


def _without_page(locale: Locale) -> QuerySet[Page]:
    """Return the originals that have neither a page in a language nor a plan for it."""
    pages = translatable_pages().filter(~Exists(_link()))
    there: list[Any] = [
        Page.objects.filter(alias_of__isnull=True),
        TranslationRequest.objects.filter(done_at__isnull=True),
        NotPlanned.objects.all(),
    ]
    of_article = {"translation_key": OuterRef("translation_key"), "locale": locale}
    return pages.filter(*(~Exists(rows.filter(**of_article)) for rows in there))


def _ruled(locales: list[Locale], rules: list[NotPlannedRule]) -> list[Locale]:
    return [locale for locale in locales if any(rule.locale_id == locale.pk for rule in rules)]


def _missing(locales: list[Locale], rules: list[NotPlannedRule]) -> Q:
    """Return the condition by which an article is missing in at least one of the languages.

    Where no rule holds: it has fewer pages and plans, of different languages, than there are languages.
    """
    ruled = _ruled(locales, rules)
    sets = [_keys(_without_page(locale).exclude(kept_out(locale, rules))) for locale in ruled]
    free = [locale.pk for locale in locales if locale not in ruled]
    condition = Q(translation_key__in=sets[0].union(*sets[1:], all=True)) if sets else Q(pk__in=[])
    if free:
        page, request, decision = (model._meta.db_table for model in (Page, TranslationRequest, NotPlanned))
        marks = ", ".join(["%s"] * len(free))
        same = "translation_key = plan.translation_key AND locale_id = plan.locale_id"
        no_page = f"NOT EXISTS (SELECT 1 FROM {page} WHERE {same} AND alias_of_id IS NULL)"  # noqa: S608
        no_request = f"NOT EXISTS (SELECT 1 FROM {request} WHERE {same} AND done_at IS NULL)"  # noqa: S608
        sql = f"""
            SELECT translation_key FROM (
                SELECT translation_key, locale_id FROM {page} WHERE alias_of_id IS NULL
                UNION ALL SELECT translation_key, locale_id FROM {request} AS plan WHERE done_at IS NULL AND {no_page}
                UNION ALL SELECT translation_key, locale_id FROM {decision} AS plan WHERE {no_page} AND {no_request}
            ) AS there
            GROUP BY translation_key HAVING SUM(CASE WHEN locale_id IN ({marks}) THEN 1 ELSE 0 END) < %s
        """  # noqa: S608 - names of tables
        condition |= Q(translation_key__in=RawSQL(sql, [*free, len(free)]))  # noqa: S611 - no outside text
    return condition


def _sources(source: Locale | None, target: Locale | None) -> QuerySet[Page]:
    pages = translatable_pages()
    if source:
        pages = pages.filter(locale=source)
    if not (source and target):
        pages = pages.filter(~Exists(_link()))
    if target:
        pages = pages.exclude(locale=target)
    if source and target:
        # Left out where the page in the target language is made from another, or is the original.
        other = Page.objects.filter(
            translation_key=OuterRef("translation_key"), locale=target, alias_of__isnull=True
        ).exclude(pk__in=TranslationLink.objects.filter(source=OuterRef(OuterRef("pk"))).values("target"))
        pages = pages.filter(~Exists(other))
    return pages


def _conditions(chosen: Mapping[str, Any], locales: list[Locale], viewer: Viewer) -> Iterator[Q]:
    if state := chosen.get("state"):
        states = TO_DO_STATES if state == TO_DO else [State(state)]
        yield in_states(locales, states, viewer.rules, translations_only=state == TO_DO)
        if state == TO_DO:
            yield ~Q(translation_key__in=withdrawn_articles())
    if kind := chosen.get("kind"):
        yield Q(content_type=int(kind))
    if section := chosen.get("section"):
        yield Q(path__startswith=section.path) & ~Q(pk=section.pk)
    if text := chosen.get("q"):
        yield Q(translation_key__in=_with_words(text))
    if since := chosen.get("since"):
        yield Q(first_published_at__date__gte=since)
    if until := chosen.get("until"):
        yield Q(first_published_at__date__lte=until)
    yield from _by_person(chosen, locales, viewer.user)
    for each in desk_filters():
        if value := chosen.get(each.name):
            yield each.condition(value)


def _by_person(chosen: Mapping[str, Any], locales: list[Locale], user: Any) -> Iterator[Q]:
    open_requests = TranslationRequest.objects.filter(done_at__isnull=True, locale__in=locales)
    if assignee := chosen.get("assignee"):
        of = {"assignee__isnull": True} if assignee == NOBODY else {"assignee": int(assignee)}
        yield Q(translation_key__in=open_requests.filter(**of).values("translation_key"))
    if chosen.get("overdue"):
        late = open_requests.filter(due__lt=timezone.localdate())
        yield Q(translation_key__in=late.values("translation_key"))
    if chosen.get("mine"):
        # What is live and up to date has left their hands.
        in_hand = Q(live=False) | pages_in_state(State.OUTDATED, State.CHANGES_REQUESTED)
        own = Page.objects.filter(in_hand, owner=user.pk, locale__in=locales, translation_link__isnull=False)
        yield Q(translation_key__in=_keys(open_requests.filter(assignee=user.pk)).union(_keys(own), all=True))


def _with_words(text: str) -> QuerySet[Page, dict[str, Any]]:
    """Return the articles with the words in a headline in any language; SQLite ignores case in Latin letters alone."""
    variants = {text, text.lower(), text.upper(), text.capitalize(), text.title()}
    words = reduce(or_, [Q(title__icontains=each) | Q(draft_title__icontains=each) for each in sorted(variants)])
    keys: QuerySet[Page, dict[str, Any]] = translatable_pages().filter(words).values("translation_key")
    return keys


def _ordered(pages: QuerySet[Page], order: str, locales: list[Locale], target: Locale | None) -> QuerySet[Page]:
    article = OuterRef("translation_key")
    if order == "published":
        ordered = pages.order_by(F("first_published_at").desc(nulls_last=True), "-pk")
    elif order == "due":
        requests = TranslationRequest.objects.filter(translation_key=article, done_at__isnull=True, locale__in=locales)
        first = requests.order_by().values("translation_key").annotate(first=Min("due")).values("first")
        ordered = pages.order_by(Subquery(first).asc(nulls_last=True), "-pk")
    elif order == "words":
        words: Any = F("published_units__words")
        if target:
            links = TranslationLink.objects.filter(
                target__translation_key=article, target__locale=target, target__live=True
            )
            words = Coalesce(Subquery(links.values("changed_words")[:1]), words)
        ordered = pages.order_by(words.desc(nulls_last=True), "-pk")
    else:
        ordered = pages.order_by("-pk")
    return ordered


def page_types() -> list[ContentType]:
    """Return the content types of pages that are translated."""
    names = get_settings().page_types
    chosen = tuple(apps.get_model(name) for name in names) or (Page,)
    models = [
        model for model in get_page_models() if model is not Page and model.is_creatable and issubclass(model, chosen)
    ]
    return list(ContentType.objects.get_for_models(*models).values())


def sections(locales: Iterable[Locale]) -> list[Page]:
    """Return the pages that articles stand below: below the front pages, with pages of their own."""
    above = [model for model in get_page_models() if model.allowed_subpage_models()]
    types = ContentType.objects.get_for_models(*above).values()
    # Asked for by the type alone, whose index is short here; told of languages or an order, SQLite reads every page.
    found = Page.objects.filter(content_type__in=list(types), depth=3, numchild__gt=0).order_by()
    shown = {locale.pk for locale in locales}
    return sorted((page for page in found if page.locale_id in shown), key=lambda page: (page.locale_id, page.path))
