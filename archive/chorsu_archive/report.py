"""What an import did, or would do: in sum and per article, for JSON, and as a page that needs no site."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from django.apps import apps
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Case, Count, Q, QuerySet, TextField, When
from django.db.models.functions import Cast
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail.admin.utils import get_admin_base_url
from wagtail.contrib.redirects.models import Redirect

from chorsu_archive import undo
from chorsu_archive.items import Note
from chorsu_archive.mapping import YES, leaves_out, needs_choice
from chorsu_archive.models import ImportedItem, ImportRun
from chorsu_archive.supplements import part_label
from chorsu_locales.selectors import get_language_row

# What happens to articles, in the order of reports; the keys are those of ``ImportRun.counts``.
HAPPENED = {
    "created": pgettext_lazy("archive", "New"),
    "changed": _("Changed"),
    "unchanged": _("Unchanged in the source"),
    "kept": _("Left as editors made them"),
    "left_out": _("Left out as was chosen"),
    "messages": _("Messages of people, which never come in"),
    "failed": _("Not brought in"),
}
# The worst first.
NOTES = {
    "stays": _("Stays"),
    "dropped": _("Left out"),
    "broken": _("Broken links and files"),
    "guessed": _("Guessed"),
}
OTHERS = {
    "structure": _("Sections and other pages"),
    "picture": _("Pictures"),
    "document": _("Files"),
    "person": _("People"),
    "topic": _("Topics"),
    "vocabulary": _("Countries, organisations and the like"),
    "redirect": _("Old addresses that lead on"),
}


MOST_TITLES = 10
# Of notes: the rarer ones count together.
MOST_GROUPS = 30
# What a page that is no article became.
BECAME = {"live": pgettext_lazy("archive", "live"), "draft": pgettext_lazy("archive", "draft")}


def articles_of(run: ImportRun, show: str = "") -> QuerySet[ImportedItem]:
    """Return the articles of a run, the worst first, or all that stays of one that was taken back.

    With ``show``, a key of ``HAPPENED`` or ``NOTES``, only those to which that happened, or that have such a note: with
    a colon and a text behind it, one of that text. With one of ``OTHERS``, what the run made of that kind, or in a
    preview would make.
    """
    if show in OTHERS:
        return run.items.filter(kind=show).order_by("pk")
    found = undo.rows_of(run) if run.state == ImportRun.State.UNDONE else run.items.filter(kind=ImportedItem.Kind.PAGE)
    kind, _colon, text = show.partition(":")
    found = found.annotate(stored=Cast("notes", TextField()))
    if show in HAPPENED:
        found = found.filter(what=show)
    elif kind in NOTES and text:
        # One database keeps letters in JSON as they are, the other as numbers.
        beginnings = (f"{_beginning(kind)}{json.dumps(text, ensure_ascii=is_ascii)}" for is_ascii in (True, False))
        as_numbers, as_letters = (Q(stored__contains=beginning) for beginning in beginnings)
        found = found.filter(as_letters | as_numbers)
    elif kind in NOTES:
        found = found.filter(stored__contains=_beginning(kind))
    ranks = [When(stored__contains=_beginning(kind), then=rank) for rank, kind in enumerate(NOTES, 1)]
    rank = Case(When(what="failed", then=0), *ranks, default=len(NOTES) + 1)
    return found.order_by(rank, "pk")


def _beginning(kind: str) -> str:
    """Return how a stored note of a kind begins, but no text in it: quotation marks are escaped there."""
    return f'["{kind}", '


def numbers_of(run: ImportRun) -> dict[str, dict[str, Any]]:
    """Return headings with rows of key, label and number: of what happened, languages, notes, and other things."""
    languages, notes = Counter[str](), Counter[tuple[str, str]]()
    for kind, language, stored in articles_of(run).order_by().values_list("kind", "language", "notes").iterator():
        languages[language] += kind == ImportedItem.Kind.PAGE
        notes.update((note[0], note[1]) for note in stored)
    kinds = Counter[str]()
    for (kind, _text), number in notes.items():
        kinds[kind] += number
    names = {code: get_language_row(code).name or "–" for code, _number in languages.most_common()}
    others = Counter(dict(run.items.values_list("kind").annotate(Count("pk"))))
    labels = {kind: _with_titles(run, kind, label) if others[kind] else label for kind, label in OTHERS.items()}
    others["redirect"] += _redirects_to_articles(run)
    groups: dict[str, tuple[Any, Mapping[str, Any], Mapping[str, int]]] = {
        "articles": (_("Articles"), HAPPENED, run.counts),
        "languages": (_("By language"), names, languages),
        "notes": (pgettext_lazy("archive", "Notes"), NOTES, kinds),
        "others": (_("Beside articles"), labels, others),
    }
    numbers = {
        group: {"title": title, "rows": [(key, label, of[key]) for key, label in labels.items() if of.get(key)]}
        for group, (title, labels, of) in groups.items()
    }
    left_out = [(row["kind"], _labelled(row), row["items"]) for row in kinds_left_out(run)]
    messages = [(kind, kind, row["items"]) for kind, row in sorted(run.mapping.get("messages", {}).items())]
    numbers |= {kind: {"title": NOTES[kind], "rows": _groups(notes, kind), "are_filters": True} for kind in NOTES}
    return numbers | {
        "hosts": {
            "title": _("Redirects to other hosts"),
            "rows": list(_public(run, "hosts", _("%(host)s: they lead there"))),
        },
        "parts": {
            "title": _("Name, menu and footer"),
            "rows": list(_public(run, "parts", _("%(host)s: it fills what is empty"))),
        },
        "kinds": {"title": _("Kinds left out"), "rows": left_out},
        "messages": {"title": _("Messages of people"), "rows": messages},
    }


def _groups(notes: Counter[tuple[str, str]], kind: str) -> list[tuple[str, Any, int]]:
    """Return rows of what notes of a kind have in common, and how many those are, the most frequent first."""
    groups = [(text, number) for (each, text), number in notes.most_common() if each == kind]
    rows: list[tuple[str, Any, int]] = [
        (f"{kind}:{text}", Note(kind, text).heading, number)  # type: ignore[arg-type] # as it is stored
        for text, number in groups[:MOST_GROUPS]
    ]
    if rest := sum(number for _text, number in groups[MOST_GROUPS:]):
        rows.append((kind, pgettext_lazy("archive", "Others"), rest))
    return rows


def _with_titles(run: ImportRun, kind: str, label: Any) -> str:
    """Return the label of a kind with the first titles of it; those of files say nothing."""
    if kind in {ImportedItem.Kind.PICTURE, ImportedItem.Kind.DOCUMENT}:
        return str(label)
    titles = list(run.items.filter(kind=kind).order_by("pk").values_list("title", flat=True)[: MOST_TITLES + 1])
    rest = ["…"] if len(titles) > MOST_TITLES else []
    return f"{label}: {', '.join([*titles[:MOST_TITLES], *rest])}"


def _redirects_to_articles(run: ImportRun) -> int:
    """Return how many redirects lead to a run's articles, or in a preview how many addresses they had."""
    articles = run.items.filter(kind=ImportedItem.Kind.PAGE)
    if run.is_preview:
        return sum(map(len, articles.values_list("addresses", flat=True).iterator()))
    number: int = Redirect.objects.filter(redirect_page__in=articles.values("page")).count()
    return number


def _public(run: ImportRun, table: str, chosen: Any) -> Iterator[tuple[str, str, int]]:
    """Yield the rows of a table of what readers would see at once, what was chosen, and how many things those are."""
    for key, row in sorted(run.mapping.get(table, {}).items()):
        label = chosen if YES in row.values() else _("%(host)s: left out, since nobody chose it")
        if row.get("items"):
            yield key, label % {"host": part_label(key)}, row["items"]


def kinds_left_out(run: ImportRun) -> list[dict[str, Any]]:
    """Return the kinds of items that a run leaves out: ``kind``, number of ``items`` and, perhaps, an ``example``."""
    rows = [{"kind": kind, "items": 0, **row} for kind, row in sorted(run.mapping.get("kinds", {}).items())]
    return [row for row in rows if leaves_out(row.get("section", ""), by_choice=needs_choice(row)) and row["items"]]


def _labelled(row: dict[str, Any]) -> str:
    if not row.get("example"):
        return str(row["kind"])
    return _("%(kind)s, such as “%(example)s”") % {"kind": row["kind"], "example": row["example"]}


def describe_articles(articles: Iterable[ImportedItem]) -> Iterator[dict[str, Any]]:
    """Yield what a report tells of each article; titles and notes are as the source has them."""
    for each in articles:
        facts = {name: getattr(each, name) for name in ("key", "title", "language", "what", "page_id", "addresses")}
        yield {**facts, "kind": each.kind, "happened": _happened(each), "notes": _described(each.notes)}


def _described(stored: Iterable[Sequence[Any]]) -> list[dict[str, Any]]:
    """Return what stored notes say, the worst first, and those that have a ``heading`` in common together."""
    notes = [Note(*note) for note in stored]
    ranks = {kind: rank for rank, kind in enumerate(NOTES)}
    places = {text: place for place, text in enumerate(dict.fromkeys(note.text for note in notes))}
    notes.sort(key=lambda note: (ranks.get(note.kind, len(ranks)), places[note.text]))
    return [
        {"kind": note.kind, "label": NOTES.get(note.kind, note.kind), "heading": note.heading, "text": str(note)}
        for note in notes
    ]


def _happened(row: ImportedItem) -> Any:
    """Return what happened to an article, or what another thing is."""
    if row.kind == ImportedItem.Kind.PAGE:
        return HAPPENED.get(row.what, row.what)
    try:
        name = apps.get_model(row.model)._meta.verbose_name if row.model else OTHERS[row.kind]
    except LookupError:  # its app was taken out
        name = OTHERS[row.kind]
    became = BECAME.get(row.what)
    return f"{name}, {became}" if became else name


def report_of(run: ImportRun) -> dict[str, Any]:
    """Return all that is known of a run: facts, ``numbers_of``, and ``articles`` and ``others`` as described above."""
    names = ("identity", "format", "is_preview", "state", "started_at", "ended_at", "total")
    facts = {"file": Path(run.path).name, "error": run.problem} | {name: getattr(run, name) for name in names}
    articles, others = articles_of(run), run.items.filter(kind__in=OTHERS).order_by("kind", "pk")
    return {
        **facts,
        "numbers": numbers_of(run),
        "articles": list(describe_articles(articles.iterator())),
        "others": list(describe_articles(others.iterator())),
    }


def as_json(run: ImportRun) -> str:
    return json.dumps(report_of(run), cls=DjangoJSONEncoder, ensure_ascii=False)


def as_html(run: ImportRun) -> str:
    """Return the report as one page of HTML without scripts, to keep or to send."""
    context = {"run": run, "base": get_admin_base_url(), **report_of(run)}
    return render_to_string("chorsu_archive/report.html", context)


WRITERS = {"html": as_html, "json": as_json}
