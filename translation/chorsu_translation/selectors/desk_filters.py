"""Which articles the desk shows, and in which order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import reduce
from operator import or_
from typing import Any

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.db.models import BooleanField, Case, Count, Exists, F, Min, OuterRef, Q, QuerySet, Subquery, When
from django.db.models.functions import Coalesce
from django.db.models.lookups import IsNull, LessThan
from django.utils import timezone
from wagtail.models import Locale, Page, get_page_models

from chorsu_translation.conf import get_settings
from chorsu_translation.models import NotPlanned, NotPlannedRule, TranslationLink, TranslationRequest
from chorsu_translation.registry import desk_filters
from chorsu_translation.selectors.desk import Viewer
from chorsu_translation.selectors.desk_cells import TO_DO_STATES
from chorsu_translation.selectors.pages import translatable_pages
from chorsu_translation.selectors.planning import kept_out
from chorsu_translation.selectors.states import State, keys_in_state, live_pages
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
    of_originals: bool = True,
) -> Q:
    """Return the condition by which an article is in one of the states in at least one of the languages.

    ``translations_only`` leaves out the state of the original; ``of_originals``: no other pages are asked for. What is
    seldom is a set of articles that is found by itself; what is common is looked up article by article.
    """
    locales, states = list(locales), list(states)
    pages = Page.objects.filter(locale__in=locales, alias_of__isnull=True)
    if translations_only:
        pages = pages.filter(translation_link__isnull=False)
    with_page = [state for state in states if state not in (*WITHOUT_PAGE, State.LIVE)]
    found = [keys for state in with_page for keys in keys_in_state(state, pages)]
    in_sets, condition = Q(), Q()
    if State.REQUESTED in states:
        open_requests = TranslationRequest.objects.filter(done_at__isnull=True, locale__in=locales)
        found.append(_keys(open_requests.filter(_none(_page_there()), _none(_same(NotPlanned)))))
    if State.NOT_PLANNED in states:
        found.append(_keys(NotPlanned.objects.filter(_none(_page_there()), locale__in=locales)))
        in_sets |= reduce(or_, [_without(locale) & kept_out(locale, rules) for locale in _ruled(locales, rules)], Q())
    if State.MISSING in states:
        alone = locales if len(locales) == 1 else _ruled(locales, rules)
        in_sets |= reduce(or_, [_without(locale) & ~kept_out(locale, rules) for locale in alone], Q())
        condition |= _missing([locale for locale in locales if locale not in alone])
    if State.LIVE in states:
        # So common that it is looked for article by article, until a list's page is full.
        condition |= ~Q(_none(live_pages(pages.filter(translation_key=OuterRef("translation_key")))))
    conditions = [
        *([_among(*found)] if found else []),
        *([in_sets] if in_sets else []),
        *([_looked_up(condition, of_originals=of_originals)] if condition else []),
    ]
    return reduce(or_, conditions, Q()) or Q(pk__in=[])


def _among(*sets: QuerySet[Any, Any]) -> Q:
    """Return the condition by which an article is in one of the sets of keys: found once, then asked of each article.

    Said in this way, since PostgreSQL would join what it takes for small, and sort all of it, where it can stop as
    soon as a list's page is full.
    """
    union = sets[0].union(*sets[1:], all=True) if len(sets) > 1 else sets[0]
    return Q(Case(When(translation_key__in=union, then=True), default=False, output_field=BooleanField()))


def _looked_up(condition: Q, *, of_originals: bool) -> Q:
    """Return a condition that takes long, asked of no translation where only originals are asked for."""
    not_asked = [When(~Q(_none(_link())), then=False)] if of_originals else []
    return Q(Case(*not_asked, When(condition, then=True), default=False, output_field=BooleanField()))


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


def _none(rows: QuerySet[Any]) -> IsNull:
    """Return the condition that none of the rows is there, looked up for each outer row by itself."""
    return IsNull(Subquery(rows.order_by().values("pk")[:1]), True)


def _there(locales: list[Locale]) -> list[QuerySet[Any]]:
    """Return what there is in these languages: pages, open requests, decisions."""
    return [
        Page.objects.filter(alias_of__isnull=True, locale__in=locales),
        TranslationRequest.objects.filter(done_at__isnull=True, locale__in=locales),
        NotPlanned.objects.filter(locale__in=locales),
    ]


def _without(locale: Locale) -> Q:
    """Return the condition by which an article has neither a page in a language nor a plan for it."""
    return ~_among(*map(_keys, _there([locale])))


def _ruled(locales: list[Locale], rules: list[NotPlannedRule]) -> list[Locale]:
    return [locale for locale in locales if any(rule.locale_id == locale.pk for rule in rules)]


def _missing(locales: list[Locale]) -> Q:
    """Return the condition by which an article is missing in at least one of several languages without rules.

    It has fewer pages and plans, of different languages, than there are languages.
    """
    if not locales:
        return Q()
    of_article = {"translation_key": OuterRef("translation_key")}
    pages, requests, decisions = [rows.filter(**of_article) for rows in _there(locales)]
    requests = requests.filter(_none(_page_there()))
    decisions = decisions.filter(_none(_page_there()), _none(_same(TranslationRequest).filter(done_at__isnull=True)))
    there = [_count(rows) for rows in (pages, requests, decisions)]
    # Most articles have all pages; the rest is asked of the others.
    return Q(LessThan(there[0], len(locales))) & Q(LessThan(there[0] + there[1] + there[2], len(locales)))


def _count(rows: QuerySet[Any]) -> Coalesce:
    counted = rows.order_by().values("translation_key").annotate(number=Count("pk")).values("number")
    return Coalesce(Subquery(counted), 0)


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
        of_originals = not (chosen.get("source") and chosen.get("language"))
        is_to_do = state == TO_DO
        yield in_states(locales, states, viewer.rules, translations_only=is_to_do, of_originals=of_originals)
        if state == TO_DO:
            yield ~Q(translation_key__in=withdrawn_articles())
    if kind := chosen.get("kind"):
        yield Q(content_type=int(kind))
    if section := chosen.get("section"):
        yield Q(path__startswith=section.path) & ~Q(pk=section.pk)
    if text := chosen.get("q"):
        yield _among(_with_words(text))
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
        of = {"assignee__isnull": True} if assignee == NOBODY else {"assignee": assignee}
        yield Q(translation_key__in=open_requests.filter(**of).values("translation_key"))
    if chosen.get("overdue"):
        late = open_requests.filter(due__lt=timezone.localdate())
        yield Q(translation_key__in=late.values("translation_key"))
    if chosen.get("mine"):
        # What is live and up to date has left their hands.
        own = Page.objects.filter(owner=user.pk, locale__in=locales, translation_link__isnull=False)
        in_hand = [key for state in (State.OUTDATED, State.CHANGES_REQUESTED) for key in keys_in_state(state, own)]
        in_hand += [_keys(open_requests.filter(assignee=user.pk)), _keys(own.filter(live=False))]
        yield _among(*in_hand)


def _with_words(text: str) -> QuerySet[Page, dict[str, Any]]:
    """Return the articles with the words in a headline in any language; SQLite ignores case in Latin letters alone."""
    variants = {text}
    if connection.vendor == "sqlite":
        variants |= {text.lower(), text.upper(), text.capitalize(), text.title()}
    other_draft = ~Q(draft_title=F("title"))
    words = reduce(
        or_, [Q(title__icontains=each) | other_draft & Q(draft_title__icontains=each) for each in sorted(variants)]
    )
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
