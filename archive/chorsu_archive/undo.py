"""Take back what an import made and changed, but for what somebody touched since or something else uses."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from django.db.models import ProtectedError, Q
from django.utils.translation import gettext_noop as _
from wagtail.contrib.redirects.models import Redirect
from wagtail.documents import get_document_model
from wagtail.log_actions import log
from wagtail.models import Page, PageLogEntry, ReferenceIndex, Revision

from chorsu_archive.additions import PUBLICATION_DATES
from chorsu_archive.items import Note
from chorsu_archive.mapping import texts_of
from chorsu_archive.models import ImportedItem, ImportRun
from chorsu_archive.pages import IMPORTED, PUBLISHED, touched
from chorsu_archive.supplements import FILLED, set_value, value_hash, value_of
from chorsu_articles.models import Person, Picture, Topic
from chorsu_editorial.file_usage.files import FileUse
from chorsu_editorial.lineage import by_approval
from chorsu_editorial.lock_order import lock_pages
from chorsu_editorial.refusals import Refusal

Kind = ImportedItem.Kind
ORDER = (
    *(Kind.REDIRECT, Kind.PAGE, Kind.STRUCTURE),
    *(Kind.PERSON, Kind.TOPIC, Kind.VOCABULARY, Kind.PICTURE, Kind.DOCUMENT),
)


def rows_of(run: ImportRun) -> models.QuerySet[ImportedItem]:
    """Return what a run made or changed in the order of its undoing; once it is taken back, that is what stays.

    What was filled comes first, since a menu leads to pages; translations come before their sources, articles before
    what they stand in, and all before what they use.
    """
    kinds = (models.When(kind=kind, then=number) for number, kind in enumerate(ORDER, 1))
    place = models.Case(models.When(what=FILLED, then=0), *kinds)
    return ImportedItem.objects.filter(Q(run=run) | Q(made_by=run)).order_by(place, "-pk")


def changes_of(run: ImportRun) -> models.QuerySet[ImportedItem]:
    """Return those of ``rows_of`` that the run made or changed itself."""
    return rows_of(run).filter(Q(made_by=run) | Q(run=run, what="changed"))


def take_back(row: ImportedItem, run: ImportRun) -> bool:
    """Undo one of ``rows_of`` in the caller's transaction; return whether that was done, else its notes say why not."""
    is_mine = row.made_by_id == run.pk
    why = ""
    if row.kind in {Kind.PAGE, Kind.STRUCTURE}:
        why = _undo_page(row, run)
    elif is_mine:
        why = _delete_object(row)
    if why:
        row.notes = [note for note in row.notes if note[0] != "stays"] + [Note("stays", why).stored()]
        row.save(update_fields=["notes"])
    elif is_mine or row.made_by_id is None:
        row.delete()
    else:
        row.run_id, row.what, row.before = row.made_by_id, "created", None
        row.save()
    return not why


def _undo_page(row: ImportedItem, run: ImportRun) -> str:
    """Delete a page that the run made, or put one back that it changed; return why it stays, or ``""``."""
    is_mine = row.made_by_id == run.pk
    locked = lock_pages([row.page_id]).get(row.page_id or 0)
    if locked is None or not (is_mine or row.what == "changed"):
        return ""
    page: Any = locked.specific
    if touched(page):
        return _("somebody changed it here since.")
    if is_mine:
        return _delete_page(page, run)
    former = Revision.objects.filter(pk=row.before).first()
    if former is None:
        return _("its former version isn't kept any more.")
    if page.live and not PageLogEntry.objects.filter(action=PUBLISHED, revision=former).exists():
        # It was a draft before.
        page.unpublish(user=run.started_by)
    version = former.as_object()
    revision = version.save_revision(previous_revision=former, log_action=True)
    if page.live:
        with by_approval():
            revision.publish()
    Page.objects.filter(pk=page.pk).update(**{name: former.content[name] for name in PUBLICATION_DATES})
    data = {"source": run.identity, "live": page.live}
    log(instance=version, action=IMPORTED, user=run.started_by, revision=revision, data=data)
    # Without a digest the next run brings the change again.
    row.digest = ""
    return ""


def _delete_page(page: Page, run: ImportRun) -> str:
    """Delete a page that the run made; return why it stays, or ``""``."""
    if page.get_children().exists():
        return _("other pages stand below it.")
    if _is_used_beside(page, run):
        return _("other pages use it.")
    page.delete()
    return ""


def _is_used_beside(page: Page, run: ImportRun) -> bool:
    """Tell whether something that the run didn't make refers to a page, is an alias of it or a later translation."""
    base = ContentType.objects.get_for_model(Page).pk
    users = set(ReferenceIndex.get_references_to(page).values_list("base_content_type", "object_id"))
    translations = Q(translation_key=page.translation_key, pk__gt=page.pk)
    beside = Page.objects.filter(translations | Q(alias_of=page)).exclude(pk=page.pk)
    users |= {(base, str(pk)) for pk in beside.values_list("pk", flat=True)}
    keys = [int(key) for kind, key in users if kind == base]
    made = ImportedItem.objects.filter(made_by=run, page__in=keys).values_list("page", flat=True)
    return not users <= {(base, str(pk)) for pk in made}


def _delete_object(row: ImportedItem) -> str:
    """Delete what the run made beside pages; return why it stays, or ``""``."""
    found = _made_object(row)
    if found is None:
        return ""
    if row.what == FILLED:
        return _empty(found, row)
    if row.content_hash not in {"", texts_of(found)}:
        return _("somebody changed it here since.")
    with suppress(ProtectedError, Refusal), transaction.atomic():
        if not (ReferenceIndex.get_references_to(found).exists() or FileUse.objects.of_file(found).exists()):
            found.delete()
            return ""
    return _("something else uses it.")


def _empty(holder: Any, row: ImportedItem) -> str:
    """Empty a field or list that the run filled; return why it stays, or ``""``."""
    name = row.key.rpartition(":")[2]
    if row.content_hash != value_hash(holder, name):
        return _("somebody changed it here since.")
    set_value(holder, name, [] if isinstance(value_of(holder, name), list) else None)
    holder.save()
    log(instance=holder, action="wagtail.edit", user=row.run.started_by)
    return ""


def _made_object(row: ImportedItem) -> Any:
    """Return what a run made beside pages; None where it isn't here any more."""
    models_of_kinds: dict[str, Any] = {
        Kind.PICTURE: Picture,
        Kind.DOCUMENT: get_document_model(),
        Kind.PERSON: Person,
        Kind.TOPIC: Topic,
        Kind.REDIRECT: Redirect,
    }
    try:
        model = models_of_kinds.get(row.kind) or apps.get_model(row.model)
    except LookupError:  # its app was taken out
        return None
    return model.objects.filter(pk=row.object_id).first()
