"""What an import did, or would do: in sum and per item, as JSON, and as a page that needs no site."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import batched
from pathlib import Path
from typing import Any

from django.db.models import Count, Q, QuerySet, TextField
from django.db.models.functions import Cast
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail.admin.utils import get_admin_base_url, get_user_display_name

from chorsu_archive.models import ImportedItem, ImportRun
from chorsu_locales.selectors import get_language_row

# What happens to items, in the order of reports; the keys are those of ``ImportRun.counts``.
HAPPENED: dict[str, Promise] = {
    "created": pgettext_lazy("archive", "New"),
    "changed": _("Changed"),
    "unchanged": _("Unchanged in the source"),
    "kept": _("Left as editors made them"),
    "left_out": _("Left out as was chosen"),
    "failed": _("Not brought in"),
}
NOTES: dict[str, Promise] = {
    "dropped": _("Left out"),
    "guessed": _("Guessed"),
    "broken": _("Broken links and files"),
    "stays": _("Stays"),
}
OTHERS: dict[str, Promise] = {
    ImportedItem.Kind.PICTURE: _("Pictures"),
    ImportedItem.Kind.DOCUMENT: _("Files"),
    ImportedItem.Kind.PERSON: _("People"),
    ImportedItem.Kind.TOPIC: _("Topics"),
    ImportedItem.Kind.REDIRECT: _("Old addresses that lead on"),
}
PIECE = 200


def articles_of(run: ImportRun, *, what: str = "", note: str = "") -> QuerySet[ImportedItem]:
    """Return the articles of a run in the order of the source, or all that stays of one that was taken back.

    ``what`` is a key of ``HAPPENED``, ``note`` one of ``NOTES``.
    """
    found = run.items.filter(kind=ImportedItem.Kind.PAGE).order_by("pk")
    if run.state == ImportRun.State.UNDONE:
        found = ImportedItem.objects.filter(Q(run=run) | Q(made_by=run)).order_by("pk")
    found = found.filter(what=what) if what else found
    # Quotation marks within a text are escaped in JSON.
    return found.annotate(said=Cast("notes", TextField())).filter(said__contains=f'["{note}", ') if note else found


def summary_of(run: ImportRun) -> dict[str, Any]:
    """Return what a run did: numbers by what happened, by language, by kind of note, and of what isn't articles."""
    articles = articles_of(run)
    languages = articles.order_by().values_list("language").annotate(number=Count("pk"))
    notes = Counter(
        kind
        for each in articles.exclude(notes=[]).values_list("notes", flat=True).iterator(PIECE)
        for kind, _text in each
    )
    others = dict(run.items.order_by().values_list("kind").annotate(number=Count("pk")))
    return {
        "source": run.identity,
        "format": run.format,
        "file": Path(run.path).name,
        "preview": run.is_preview,
        "state": run.state,
        "error": run.error,
        "started_by": get_user_display_name(run.started_by) if run.started_by else "",
        "started": _written(run.started_at),
        "ended": _written(run.ended_at),
        "total": run.total,
        "items": {key: run.counts.get(key, 0) for key in HAPPENED},
        "languages": dict(sorted(languages, key=lambda pair: (-pair[1], pair[0]))),
        "notes": {kind: notes[kind] for kind in NOTES},
        "beside": {kind: others.get(kind, 0) for kind in OTHERS},
    }


def _written(moment: datetime | None) -> str | None:
    return moment.isoformat(timespec="seconds") if moment else None


def _articles(run: ImportRun) -> Iterator[dict[str, Any]]:
    base = get_admin_base_url() or ""
    for each in articles_of(run).iterator(PIECE):
        yield {
            "key": each.key,
            "title": each.title,
            "language": each.language,
            "what": each.what,
            "page": each.page_id,
            "edit": base + reverse("wagtailadmin_pages:edit", args=[each.page_id]) if each.page_id else None,
            "addresses": each.addresses,
            "notes": [{"kind": kind, "text": text} for kind, text in each.notes],
        }


def report_of(run: ImportRun) -> dict[str, Any]:
    """Return all that is known of a run: ``summary_of``, and ``articles`` with their notes, for JSON."""
    return {**summary_of(run), "articles": list(_articles(run))}


def as_json(run: ImportRun) -> Iterator[str]:
    """Yield ``report_of`` as JSON in pieces, so that 30,000 articles are never held at once."""
    yield json.dumps(summary_of(run), ensure_ascii=False, indent=1)[:-2] + ',\n "articles": ['
    before = "\n"
    for piece in batched(_articles(run), PIECE):
        yield before + ",\n".join(json.dumps(each, ensure_ascii=False) for each in piece)
        before = ",\n"
    yield "\n]}\n"


def rows_of(summary: dict[str, Any]) -> list[tuple[Promise, list[tuple[Any, int]]]]:
    """Return the numbers of ``summary_of`` for people: groups with a heading, without what is 0."""
    names = {code: get_language_row(code).name if code else "–" for code in summary["languages"]}
    groups: list[tuple[Promise, dict[str, Any], dict[str, int]]] = [
        (_("Articles"), HAPPENED, summary["items"]),
        (_("By language"), names, summary["languages"]),
        (pgettext_lazy("archive", "Notes"), NOTES, summary["notes"]),
        (_("Beside articles"), OTHERS, summary["beside"]),
    ]
    found = [(title, [(labels[key], number) for key, number in of.items() if number]) for title, labels, of in groups]
    return [(title, rows) for title, rows in found if rows]


def for_people(articles: Iterable[ImportedItem]) -> Iterator[dict[str, Any]]:
    """Yield articles with what happened to them, and their notes, in words; titles and notes are the source's."""
    for each in articles:
        notes = [(NOTES.get(kind, kind), text) for kind, text in each.notes]
        yield {"item": each, "happened": HAPPENED.get(each.what, each.what), "notes": notes}


def render(run: ImportRun) -> str:
    """Return the report as one page of HTML without scripts, to keep or to send."""
    summary, base = summary_of(run), get_admin_base_url() or ""
    # In pieces: a template holds each of its words until it has all.
    pieces = (
        render_to_string("chorsu_archive/articles.html", {"articles": for_people(piece), "base": base})
        for piece in batched(articles_of(run).iterator(PIECE), PIECE)
    )
    context = {"run": run, "summary": summary, "groups": rows_of(summary), "articles": SafeString("".join(pieces))}
    return render_to_string("chorsu_archive/report.html", context)
