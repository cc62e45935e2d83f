"""Write what an export of a newsroom has beside articles: rows of vocabularies, other pages, redirects, supplements.

What is here already stays as it is. All that is written is noted as made by the run, which shows it and can be taken
back; a preview only notes it.
"""

from __future__ import annotations

from collections.abc import Mapping as Row
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_noop as _
from wagtail.contrib.redirects.models import Redirect
from wagtail.log_actions import log
from wagtail.models import Page

from chorsu_archive.export.content import key_field
from chorsu_archive.foreign import MISSHAPEN, PAGE_KEY, ForeignData, page_model, page_of_key
from chorsu_archive.items import Addition, ArchiveError, Note, reason_of
from chorsu_archive.mapping import Mapping, hash_of, made_facts
from chorsu_archive.models import ImportedItem, ImportRun
from chorsu_archive.pages import IMPORTED, logged_facts, short
from chorsu_archive.places import other_host
from chorsu_archive.sources import moment
from chorsu_archive.supplements import FILLED, Supplement, set_value, value_hash, value_of
from chorsu_articles.columns import describe_values
from chorsu_articles.models import HomePage, Person, Publication, Topic
from chorsu_editorial.lineage import by_approval
from chorsu_editorial.reading import child_relations
from chorsu_locales.normal_form import permitted

Kind = ImportedItem.Kind
LONGEST_ADDRESS = 255
PUBLICATION_DATES = ("first_published_at", "last_published_at")


class Additions:
    """What one run adds beside articles."""

    def __init__(self, run: ImportRun, library: Any, mapping: Mapping) -> None:
        self.run, self.library, self.mapping = run, library, mapping

    def add(self, addition: Addition) -> None:
        """Write an addition in the caller's transaction, unless it is here. Raises ``ArchiveError``."""
        try:
            if addition.kind == "vocabulary":
                self._add_row(addition.of, addition.row)
            elif addition.kind == "supplement":
                self._add_supplement(addition.of, addition.row)
            elif addition.kind == "structure":
                self._add_page(addition.row)
            else:
                self._add_redirect(addition.row)
        except (ValidationError, *MISSHAPEN) as error:
            raise ArchiveError(_("The lists of the export aren't as they are written.")) from error

    def _add_row(self, model: type[models.Model], row: Row[str, Any]) -> None:
        foreign, key = ForeignData(self.library), row[key_field(model)]
        if not key or foreign.refer(model, key):
            return
        made = foreign.instance(model, row)
        if not self.run.is_preview:
            made.save()
        if model in {Person, Topic}:
            self._note(Kind(str(model._meta.model_name)), key, made, *foreign.notes())
        else:
            label = model._meta.label_lower
            self._note(Kind.VOCABULARY, f"{label}:{key}", made, *foreign.notes(), model=label)

    def _add_supplement(self, supplement: Supplement, row: Row[str, Any]) -> None:
        if not supplement.parts:
            self._add_new(supplement.rows.model, row)
            return
        holder = supplement.rows.first()
        for part_name, part in supplement.parts.items():
            for name, limit in part.limits.items():
                is_chosen = holder is not None and self.mapping.takes(part_name)
                if is_chosen and row.get(name) and not value_of(holder, name):
                    self._fill(holder, name, row[name], limit)

    def _add_new(self, model: type[models.Model], row: Row[str, Any]) -> None:
        """Add a row that has no key, unless it violates a constraint: then it is here already."""
        foreign, label = ForeignData(self.library), model._meta.label_lower
        key, made = f"{label}:{hash_of(row)}", foreign.instance(model, row)
        if foreign.missing:
            self._note(Kind.VOCABULARY, key, made, *foreign.notes_of_missing(), model=label, what="failed")
            return
        try:
            made.validate_constraints()
        except ValidationError:
            return
        if not self.run.is_preview:
            made.save()
            made.refresh_from_db()  # undoing compares with what is stored: moments are there in UTC
        self._note(Kind.VOCABULARY, key, made, *foreign.notes(), model=label)

    def _fill(self, holder: Any, name: str, said: Any, limit: int) -> None:
        """Fill a field or list of a row that is here, which readers see at once, and log it."""
        model, foreign = type(holder), ForeignData(self.library)
        value = value_of(foreign.instance(model, {name: said}), name)
        facts: dict[str, Any] = {"model": model._meta.label_lower, "what": FILLED}
        notes = foreign.notes()
        if isinstance(value, list):
            value, faults = _valid_lines(value, limit)
            notes += faults
            facts["title"] = f"{child_relations(model)[name]._meta.verbose_name_plural}: {len(said)}"
        else:
            facts["title"] = permitted(describe_values(model, {name: str(said)}))[:255]
        if not self.run.is_preview:
            notes += foreign.notes_of_missing()
            set_value(holder, name, value)
            holder.clean()
            holder.save()
            holder.refresh_from_db()
            log(instance=holder, action=IMPORTED, user=self.run.started_by, data=logged_facts(self.run, live=True))
            facts["content_hash"] = value_hash(holder, name)
        self._note(Kind.VOCABULARY, f"{facts['model']}:{name}", holder, *notes, **facts)

    def _add_page(self, row: Row[str, Any]) -> None:
        """Add a section or another page that is no article; front pages stay as the newsroom has them."""
        group, language = PAGE_KEY.fullmatch(row["key"]).groups()  # type: ignore[union-attr] # a fault like the others
        model, home = page_model(row["model"]), HomePage.objects.filter(locale__language_code=language).first()
        if home is None or model in {None, HomePage} or issubclass(model, Publication) or page_of_key(row["key"]):
            return
        above = _place_of(model, row, home)
        if above is None or above.get_children().filter(slug=row["content"]["slug"]).exists():
            return
        foreign = ForeignData(self.library)
        page = foreign.instance(model, row["content"])
        page.translation_key, page.locale, page.live = group, home.locale, False
        is_live = row["status"] == "live" and bool(self.run.options.get("publish", True))
        if not self.run.is_preview:
            written = row.get("dates") or {}
            dates = {name: moment(written.get(name)) for name in PUBLICATION_DATES}
            known = {name: date for name, date in dates.items() if date}
            self._write_page(page, above, known, is_live=is_live)
        facts = {"page": None if self.run.is_preview else page, "object_id": None, "content_hash": ""}
        facts |= {"what": "live" if is_live else "draft", "language": language, "group": group}
        self._note(Kind.STRUCTURE, row["key"], page, *foreign.notes(), model=model._meta.label_lower, **facts)

    def _write_page(self, page: Any, above: Page, dates: Row[str, Any], *, is_live: bool) -> None:
        above.add_child(instance=page)
        user = self.run.started_by
        revision = page.save_revision(user=user)
        if is_live:
            with by_approval():
                revision.publish(user=user)
            Page.objects.filter(pk=page.pk).update(**dates)
        log(instance=page, action=IMPORTED, user=user, revision=revision, data=logged_facts(self.run, live=is_live))

    def _add_redirect(self, row: Row[str, Any]) -> None:
        """Add a redirect to a page or place of this site, or to another host that was chosen."""
        path, page, address = Redirect.normalise_path(str(row["from"])), page_of_key(row["page"]), row["address"]
        if len(path) > LONGEST_ADDRESS or Redirect.objects.filter(old_path=path).exists():
            return
        if page is None and not self._may_lead_to(address):
            return
        to = {"redirect_page": page} if page else {"redirect_link": address}
        redirect = Redirect(old_path=path, is_permanent=row["is_permanent"] is not False, **to)
        if not self.run.is_preview:
            redirect.save()
        self._note(Kind.REDIRECT, path, redirect, title=permitted(f"{path} → {redirect.link}")[:255])

    def _may_lead_to(self, address: Any) -> bool:
        host = other_host(address)
        if host is None or len(address) > LONGEST_ADDRESS:
            return False
        return not host or self.mapping.leads_to(host)

    def _note(self, kind: Kind, key: str, made: Any, *notes: Note, **facts: Any) -> None:
        """Note what was made, or in a preview would be."""
        run, told = self.run, [note.stored() for note in notes]
        identity = f"preview {run.pk}" if run.is_preview else run.identity
        made_by = {"made_by": None if run.is_preview else run}
        defaults = made_facts(run, made) | made_by | {"notes": told} | facts
        ImportedItem.objects.update_or_create(identity=identity, kind=kind, key=short(str(key)), defaults=defaults)


def _valid_lines(lines: list[Any], limit: int) -> tuple[list[Any], list[Note]]:
    """Return the rows of a list that a form would take, at most so many, and what is to be told of the others."""
    valid, notes = [], []
    for number, line in enumerate(lines):
        line.sort_order = number
        try:
            line.clean()
        except ValidationError as error:
            notes.append(Note("dropped", *reason_of(error), words=str(line)))
        else:
            valid.append(line)
    if len(valid) > limit:
        notes.append(Note("dropped", _("The first %d lines came; there may be no more."), limit))
    return valid[:limit], notes


def _place_of(model: Any, row: Row[str, Any], home: Page) -> Page | None:
    """Return the page of its language that a page may stand below: the one that the export names, or the front page."""
    named = page_of_key(row["parent"])
    places = [place for place in (named, home) if place and place.locale_id == home.locale_id]
    return next((place for place in places if model.can_exist_under(place)), None)
