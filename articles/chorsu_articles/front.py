"""What a front page shows: its blocks in the editor's order, each story picked once.

Blocks hold rules; stories are looked up when a reader comes. The lead chooses first, then the blocks from the top;
stories that an editor chose are found before all, so that no list takes them. *Latest* and the calendar are complete,
whatever stands elsewhere: a reader of the one looks for the newest, of the other for a day. Other lists leave out what
stands in them. A page costs a query for each block, a few for the rows that blocks name, and those of one list of
cards.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, F, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from wagtail.models import Page

from chorsu_articles.lists import cards_of, in_section, narrowed, newest_by_section, open_to_all, published
from chorsu_articles.models import Country, EventReportPage, HomePage, Publication, SectionPage, Topic
from chorsu_articles.models.publications import PublicationQuerySet

WEEK = timedelta(days=7)
LATEST = 5  # the style sheet shares out the lead's height among them
PER_SECTION = 3
MOST = 24


@dataclass(frozen=True, slots=True)
class Part:
    """A block for its template. ``title`` is the editor's heading, ``about`` the stories' section, topic or country."""

    kind: str
    id: str = ""
    title: str = ""
    about: Any = None
    publications: list[Publication] = field(default_factory=list)
    latest: list[Publication] = field(default_factory=list)
    ahead: list[Publication] = field(default_factory=list)
    text: str = ""

    @property
    def template(self) -> str:
        name = self.kind if self.kind in {"lead", "week", "events", "text"} else "list"
        return f"chorsu_articles/front/{name}.html"

    @property
    def lists_one_kind(self) -> bool:
        """Tell whether all stories are of one kind, which needn't be named with each then."""
        return isinstance(self.about, SectionPage)

    @property
    def is_empty(self) -> bool:
        return not (self.publications or self.ahead or self.text)


@dataclass(frozen=True, slots=True)
class Front:
    """A front page: its parts with keys for stories; all these keys; when time alone will change it, if it will."""

    planned: list[Part]
    shown: list[int]
    changes_at: datetime | None

    @property
    def parts(self) -> list[Part]:
        return self.parts_with(cards_of(self.shown))

    def parts_with(self, cards: Mapping[int, Publication]) -> list[Part]:
        """Return the parts with their stories from ``cards``, which has them by key, without empty parts."""
        parts = []
        for part in self.planned:
            names = ("publications", "latest", "ahead")
            stories: Any = {name: [cards[key] for key in getattr(part, name) if key in cards] for name in names}
            parts.append(replace(part, **stories))
        return [part for part in parts if not part.is_empty]


def midnight_before(now: datetime) -> datetime:
    """Return when the day of a moment began in the newsroom's time zone."""
    return timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)


def front_of(page: HomePage | SectionPage, *, now: datetime | None = None) -> Front:
    """Return the front page. Without blocks it has the newest of all and of each section, or a calendar of events."""
    now = now or timezone.now()
    language = page.locale.language_code
    stories = published(language).filter(alias_of__isnull=True) if isinstance(page, HomePage) else in_section(page)
    stored = [block for block in page.arrangement.raw_data if isinstance(block.get("value"), dict)]
    choice = _Choice(stories, stored, now)
    if stored:
        in_turn = sorted(enumerate(stored), key=lambda numbered: numbered[1].get("type") != "lead")
        made = {place: choice.part(block) for place, block in in_turn}
        planned: list[Part | None] = [made[place] for place in range(len(stored))]
    else:
        planned = [*choice.default_parts(page)]
    changes_at = min((moment for moment in choice.moments if moment > now), default=None)
    return Front([part for part in planned if part and not part.is_empty], list(choice.shown), changes_at)


class _Choice:
    """Chooses stories block by block, as their keys; ``moments`` is when time changes what is chosen."""

    def __init__(self, stories: PublicationQuerySet, blocks: list[dict[str, Any]], now: datetime) -> None:
        self.stories = stories
        self.now = now
        # What changes by days changes at the newsroom's midnight.
        self.midnight = midnight_before(now)
        self.shown: dict[int, None] = {}
        self.picked: set[int] = set()  # all of them but those of complete lists
        self.moments: list[datetime] = []
        self.chosen = self._chosen(blocks)
        # The rows that blocks name, by key; of sections those that readers may see.
        self.named: dict[str, dict[int, Any]] = {}
        models: dict[str, Any] = {"section": SectionPage, "topic": Topic, "country": Country}
        for name, model in models.items():
            keys = {key for block in blocks if isinstance(key := block["value"].get(name), int)}
            rows = model.objects.filter(pk__in=keys)
            if keys and model is SectionPage:
                rows = open_to_all(rows).select_related("locale")
            self.named[name] = {row.pk: row for row in rows}

    def part(self, block: dict[str, Any]) -> Part | None:
        """Return a stored block's part, or None where the row that it names is gone."""
        kind, value = block.get("type", ""), block["value"]
        part = Part(kind, str(block.get("id") or ""), str(value.get("heading") or ""))
        number = min(int(value.get("number") or PER_SECTION), MOST)
        if kind == "lead":
            return self._lead(part, value)
        if kind == "week":
            return self._week(part, value, number)
        if kind == "events":
            return self._events(part, str(value.get("shows")), number)
        if kind == "text":
            return replace(part, text=str(value.get("text") or ""))
        name = {"newest": "section", "topic": "topic", "country": "country"}.get(kind)
        row = self.named[name].get(value.get(name) or 0) if name else None
        stories: PublicationQuerySet | None = None
        if row and kind == "newest":
            stories = self.stories.filter(path__startswith=row.path)
        elif row:
            stories = narrowed(self.stories, **{kind: row})
        elif kind == "newest" and not value.get("section"):
            stories = self.stories
        return None if stories is None else replace(part, about=row, publications=self._take(stories, number))

    def default_parts(self, page: HomePage | SectionPage) -> list[Part]:
        """Return the parts of a page that nobody has arranged: of a section of events, those that are ahead."""
        if isinstance(page, SectionPage):
            return [self._events(Part("events"), "ahead", 12)] if page.kind == EventReportPage.kind else []
        lead = self._lead(Part("lead"), {"with_latest": True})
        found = newest_by_section(page, self.stories, PER_SECTION + len(self.shown))
        lists = [
            Part(
                "newest",
                about=row,
                publications=self._pick([key for key in keys if key not in self.shown][:PER_SECTION]),
            )
            for row, keys in found
        ]
        return [lead, *lists]

    def _chosen(self, blocks: list[dict[str, Any]]) -> set[int]:
        """Return the chosen stories that readers may see and whose time isn't over."""
        leading: set[int] = set()
        of_the_week: set[int] = set()
        for block in blocks:
            value = block["value"]
            if block.get("type") == "lead" and value.get("story") and self._leads(value):
                leading.add(value["story"])
            elif block.get("type") == "week":
                of_the_week.update(_items(value.get("stories")))
        if not leading | of_the_week:
            return set()
        found = self.stories.filter(pk__in=leading | of_the_week).values_list("pk", "published_on")
        return {key for key, date in found if key in leading or (date and date >= self.midnight - WEEK)}

    def _leads(self, value: dict[str, Any]) -> bool:
        """Tell whether the chosen story's time isn't over, and remember when it will be."""
        until = value.get("until")
        until = parse_datetime(until) if isinstance(until, str) else until
        if until is None:
            return True
        until = timezone.make_aware(until) if timezone.is_naive(until) else until
        self.moments.append(until)
        return until > self.now

    def _lead(self, part: Part, value: dict[str, Any]) -> Part:
        story = value.get("story")
        chosen = [story] if story in self.chosen and self._leads(value) else []
        with_latest = bool(value.get("with_latest"))
        if chosen and not with_latest:
            return replace(part, publications=self._pick(chosen))
        # Other chosen stories stay for their own places, and are among the latest all the same.
        taken = {*self.chosen, *self.shown}
        newest = list(self.stories.values_list("pk", flat=True)[: len(taken) + 1 + LATEST])
        leading = self._pick(chosen or [key for key in newest if key not in taken][:1])
        latest = [key for key in newest if key not in leading][:LATEST] if with_latest else []
        return replace(part, publications=leading, latest=self._show(latest))

    def _week(self, part: Part, value: dict[str, Any], number: int) -> Part:
        since = self.midnight - WEEK
        self.moments.append(self.midnight + timedelta(days=1))
        free = self.chosen - self.picked
        keys = self._pick([key for key in dict.fromkeys(_items(value.get("stories"))) if key in free][:number])
        versions = (
            open_to_all(Page.objects.filter(translation_key=OuterRef("translation_key"), alias_of__isnull=True))
            .order_by()
            .values("translation_key")
            .annotate(number=Count("pk"))
            .values("number")
        )
        week = self.stories.filter(published_on__gte=since).annotate(versions=Coalesce(Subquery(versions), 0))
        return replace(
            part, publications=keys + self._take(week.order_by("-versions", "-published_on", "-pk"), number - len(keys))
        )

    def _events(self, part: Part, shows: str, number: int) -> Part:
        today = self.midnight.date()
        self.moments.append(self.midnight + timedelta(days=1))
        path = EventReportPage.path_from_publication()
        events = self.stories.annotate(
            first_day=F(f"{path}__starts_on"), last_day=Coalesce(F(f"{path}__ends_on"), F(f"{path}__starts_on"))
        )
        ahead = events.filter(last_day__gte=today).order_by("first_day", "pk")
        past = events.filter(last_day__lt=today).order_by("-last_day", "-pk")
        return replace(
            part,
            ahead=self._show(ahead.values_list("pk", flat=True)[:number]) if shows != "past" else [],
            publications=self._show(past.values_list("pk", flat=True)[:number]) if shows != "ahead" else [],
        )

    def _take(self, stories: PublicationQuerySet, number: int) -> list[Any]:
        """Return the keys of the first stories that stand nowhere else, and remember them."""
        if number < 1:
            return []
        free = stories.exclude(pk__in=[*self.chosen, *self.shown])
        return self._pick(list(free.values_list("pk", flat=True)[:number]))

    def _pick(self, keys: list[int]) -> list[Any]:
        self.picked.update(keys)
        return self._show(keys)

    def _show(self, keys: Iterable[int]) -> list[Any]:
        shown = list(keys)
        self.shown.update(dict.fromkeys(shown))
        return shown


def _items(stored: Any) -> list[int]:
    """Return the values of a stored list, whose items Wagtail stores with their ids."""
    items = [item.get("value") if isinstance(item, dict) else item for item in stored or ()]
    return [item for item in items if isinstance(item, int)]
