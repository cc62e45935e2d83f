"""Write what an export of a newsroom has beside articles: rows of vocabularies, sections and other pages, redirects.

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
from chorsu_archive.items import Addition, ArchiveError, Note
from chorsu_archive.mapping import Mapping, made_facts
from chorsu_archive.models import ImportedItem, ImportRun
from chorsu_archive.pages import IMPORTED, logged_facts, short
from chorsu_archive.places import other_host
from chorsu_articles.models import HomePage, Person, Publication, Topic
from chorsu_editorial.lineage import by_approval
from chorsu_locales.normal_form import permitted

Kind = ImportedItem.Kind
LONGEST_ADDRESS = 255


class Additions:
    """What one run adds beside articles."""

    def __init__(self, run: ImportRun, library: Any, mapping: Mapping) -> None:
        self.run, self.library, self.mapping = run, library, mapping

    def add(self, addition: Addition) -> None:
        """Write an addition in the caller's transaction, unless it is here. Raises ``ArchiveError``."""
        try:
            if addition.model:
                self._add_row(addition.model, addition.row)
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
            self._write_page(page, above, is_live=is_live)
        facts = {"page": None if self.run.is_preview else page, "object_id": None, "content_hash": ""}
        facts |= {"what": "live" if is_live else "draft", "language": language, "group": group}
        self._note(Kind.STRUCTURE, row["key"], page, *foreign.notes(), model=model._meta.label_lower, **facts)

    def _write_page(self, page: Any, above: Page, *, is_live: bool) -> None:
        above.add_child(instance=page)
        user = self.run.started_by
        revision = page.save_revision(user=user)
        if is_live:
            with by_approval():
                revision.publish(user=user)
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


def _place_of(model: Any, row: Row[str, Any], home: Page) -> Page | None:
    """Return the page of its language that a page may stand below: the one that the export names, or the front page."""
    named = page_of_key(row["parent"])
    places = [place for place in (named, home) if place and place.locale_id == home.locale_id]
    return next((place for place in places if model.can_exist_under(place)), None)
