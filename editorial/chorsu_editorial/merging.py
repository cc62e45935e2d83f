"""Two versions of a page that were written at the same time, made one.

What one changed since the base, with which both began, is taken by itself; of what both changed (a field, a block by
its id, the rows of a relation, the order of blocks) a person takes one: of all that differs, where the base is unknown.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import Any

from django.db import models, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.defaultfilters import truncatewords
from django.utils.translation import gettext as _
from wagtail.admin import messages
from wagtail.fields import StreamField
from wagtail.models import Page, Revision

from chorsu_editorial.alignment import moved
from chorsu_editorial.approvers import may_write
from chorsu_editorial.differences import block_content, field_label, passages
from chorsu_editorial.file_usage.files import all_references
from chorsu_editorial.hashing import content_parts, version_hash
from chorsu_editorial.lineage import History, parent_of, record_parent, writers
from chorsu_editorial.links import editor_url
from chorsu_editorial.lock_order import lock_pages
from chorsu_editorial.reading import all_leaves, model_field


class Version:
    """A version of a page: what stands at the content path of each part, and by field the stored blocks by id."""

    def __init__(self, revision: Revision) -> None:
        self.revision, self.page = revision, revision.as_object()
        self.parts = content_parts(self.page, everything=True)
        self.parts |= {name: getattr(self.page, name, None) for name in ("go_live_at", "expire_at")}
        self.blocks: dict[str, dict[str, Any]] = {}
        for field in self.page._meta.get_fields():
            if isinstance(field, StreamField) and self.parts.pop(field.name, None) is not None:
                stored = {item["id"]: item for item in field.get_prep_value(getattr(self.page, field.name))}
                self.blocks[field.name] = stored
                self.parts |= {f"{field.name}.{key}": block_content(field, item) for key, item in stored.items()}

    def part_of(self, path: str) -> str:
        name, *inside = path.split(".")
        return f"{name}.{inside[0]}" if inside and name in self.blocks else name


def changed_by(base: Version | None, theirs: Version, mine: Version) -> dict[str, str]:
    """Return by path who changed a part: theirs, mine or both; a stream's own path means the order of its blocks."""
    versions = [version for version in (theirs, mine, base) if version]
    common = {name: set.intersection(*(set(each.blocks[name]) for each in versions)) for name in theirs.blocks}
    sides = [
        version.parts | {name: [key for key in version.blocks[name] if key in keys] for name, keys in common.items()}
        for version in versions
    ]
    found = {}
    for part in dict.fromkeys([*sides[0], *sides[1]]):
        new, own, *old = (side.get(part, ...) for side in sides)
        if new != own:
            found[part] = "mine" if old == [new] else "theirs" if old == [own] else "both"
    return found


def merged_content(theirs: Version, mine: Version, taken: Collection[str]) -> dict[str, Any]:
    """Return the content of a revision that is ``theirs`` but for the parts ``taken`` from ``mine``."""
    own = mine.revision.content
    merged = {name: (own if name in taken else {}).get(name, value) for name, value in theirs.revision.content.items()}
    for name, blocks in theirs.blocks.items():
        first, second = (mine.blocks[name], blocks) if name in taken else (blocks, mine.blocks[name])
        # In the order of the first; what stands in the second alone, behind what it follows there.
        places = {key: (number, 0) for number, key in enumerate(first, start=1)}
        last = (0, 0)
        for number, key in enumerate(second, start=1):
            last = places.setdefault(key, (last[0], number))
        order = sorted(places, key=places.__getitem__)
        chosen = ((mine.blocks[name] if f"{name}.{key}" in taken else blocks).get(key) for key in order)
        merged[name] = json.dumps([item for item in chosen if item])
    return merged


def _said(version: Version, before: Version, other: Version) -> dict[str, tuple[str, list[Any]]]:
    """Return by part its label and what a version says there: marked words, else pictures and the like, or a value."""
    page: Any = version.page
    found: dict[str, tuple[str, list[Any]]] = {}
    for passage in [each for each in passages(before.page, page) if each.is_changed]:
        said = found.setdefault(version.part_of(passage.path), (passage.label, []))[1]
        said += [passage.html] if passage.html else []
    objects = [(version.part_of(at), model, key) for model, key, at in all_references(page)]
    for part, model, key in [each for each in objects if each[0] in found and not found[each[0]][1]]:
        found[part][1].append(models.QuerySet(model).filter(pk=key).first())
    texts = {version.part_of(leaf.path): truncatewords(leaf.text, 8) for leaf in reversed([*all_leaves(page)])}
    for name, blocks in version.blocks.items():
        moves = moved([*other.blocks[name]], [*blocks]) | moved([*blocks], [*other.blocks[name]])
        places = [f"{n}. {texts.get(f'{name}.{key}', '')}" for n, key in enumerate(blocks, start=1) if key in moves]
        found[name] = _("%(field)s: order") % {"field": field_label(page, name)}, places
    for name in version.parts:
        field = model_field(type(page), name)
        if field and not field.is_relation and not found.get(name, ("", []))[1]:
            found[name] = field_label(page, name), [getattr(page, f"get_{name}_display", getattr(page, name))]
    return found


def compare_versions(request: HttpRequest, page_id: int, mine_id: int) -> HttpResponse:
    """Show the latest version of a page beside another one, and make both one as the form says."""
    if request.method != "POST":  # who looks at both keeps nobody from writing
        return _compared(request, get_object_or_404(Page, pk=page_id), mine_id)
    with transaction.atomic():
        lock_pages([page_id])
        return _compared(request, get_object_or_404(Page, pk=page_id), mine_id)


def _compared(request: HttpRequest, page: Page, mine_id: int) -> HttpResponse:
    user: Any = request.user
    if not may_write(page=page, user=user):
        return redirect(editor_url(page))  # which says why
    mine = Version(get_object_or_404(page.revisions, pk=mine_id))
    theirs, began = Version(page.get_latest_revision()), parent_of(mine.revision)
    base = Version(began) if began else None
    sides, token = changed_by(base, theirs, mine), version_hash(theirs.page)
    chosen = {part: request.POST.get(f"part-{part}") if side == "both" else side for part, side in sides.items()}
    if request.method == "POST" and request.POST.get("screen") == token:
        taken = {part for part, version in chosen.items() if version == "mine"}
        joined = page.specific.with_content_json(merged_content(theirs, mine, taken))
        # A draft may lack what its editor demands.
        revision = joined.save_revision(user=user, log_action=True, clean=False)
        record_parent(revision=revision, parent=theirs.revision, carried=writers(mine.revision) if taken else ())
        messages.success(request, _("Both versions are one now."))
        return redirect(editor_url(page))
    if request.method == "POST":
        messages.error(request, _("It was saved again meanwhile: look at both once more."))
    said = _said(theirs, base or mine, mine), _said(mine, base or theirs, theirs)
    rows = [
        {
            "part": part,
            "side": side,
            "chosen": chosen[part],
            "label": next((each[part][0] for each in said if part in each), field_label(theirs.page, part)),
            "shown": [each[part][1] if part in each else [] for each in said],
        }
        for part, side in sides.items()
    ]
    # Behind it stands what the editor saved again.
    history = History(theirs.revision)
    steps = (history.steps[theirs.revision.pk], *history.ancestors(theirs.revision.pk))
    wrote = page.revisions.get(pk=next(step.pk for step in steps if history.changed([step])))
    context = {"page_title": _("Two versions"), "page": theirs.page, "rows": rows, "token": token}
    return render(request, "chorsu_editorial/compare_versions.html", context | {"theirs": wrote, "mine": mine.revision})
