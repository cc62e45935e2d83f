"""Bring a translation's blocks and fields to the structure of its source: the preview, and the act."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from modelcluster.fields import ParentalKey
from wagtail import blocks
from wagtail.admin import messages
from wagtail.admin.widgets import Button
from wagtail.fields import StreamField
from wagtail.log_actions import log
from wagtail.models import Page, Revision, TranslatableMixin

from chorsu_editorial.differences import field_label
from chorsu_editorial.hashing import content_parts, version_hash
from chorsu_editorial.links import editor_url
from chorsu_editorial.lock_order import lock_pages
from chorsu_editorial.reading import all_leaves, child_relations, child_rows, edit_order, text_fields
from chorsu_translation.conf import get_settings
from chorsu_translation.editor.units import bitext_of
from chorsu_translation.models import Baseline, TranslationLink
from chorsu_translation.pages import FromDeskView, TranslationError, check_editable, current_text
from chorsu_translation.published import carried_baseline
from chorsu_translation.snapshots import version_with
from chorsu_translation.structure.division import divided
from chorsu_translation.structure.merge import (
    UNKNOWN,
    BlockPosition,
    Merge,
    Sides,
    Step,
    first_words,
    item_block,
    without_words,
)

ROW_BOOKKEEPING = {"sort_order", "locale", "translation_key"}


@dataclass(frozen=True, slots=True)
class StructurePlan:
    """The steps that bring a translation to its source's structure.

    ``result`` is the latest version of the target with ``done`` of the steps done to it; ``token`` is a hash of both
    pages.
    """

    source: Page
    result: Page
    steps: list[Step]
    token: str
    done: list[Step]


def structure_plan(target: Page, *, wanted: Collection[str] | None = None) -> StructurePlan | None:
    """Return what brings a translation to its source's structure, unsaved; None without a source of its own type."""
    link = TranslationLink.objects.select_related("source").filter(target=target).first()
    if link is None or link.source is None or link.source.content_type_id != target.content_type_id:
        return None
    source = current_text(link.source)
    result = Page.objects.get(pk=target.pk).get_latest_revision_as_object()
    # What both versions say, ids of blocks included.
    said = [
        [
            version_hash(page),
            {each.name: _raw(page, each.name) for each in page._meta.concrete_fields if isinstance(each, StreamField)},
        ]
        for page in (source, result)
    ]
    token = hashlib.sha256(json.dumps(said, sort_keys=True, default=str).encode()).hexdigest()
    baseline = carried_baseline(target, target.latest_revision_id)
    base = version_with(link.source, baseline.digest, baseline.declared_at) if baseline else None
    merge = Merge(
        wanted=wanted,
        empty=get_settings().start_with == "empty",
        from_source=_paths_of(baseline).__contains__,
        was_translated=_change_test(target, result, baseline),
        localised=lambda block, value: localised(block, value, target),
        describe=describe,
    )
    owners = _owners(target)
    for each in text_fields(type(result)):
        model_field = result._meta.get_field(each.name) if each.rows is None else None
        if each.compared and isinstance(model_field, StreamField):
            raw = [_raw(page, each.name) if page is not None else UNKNOWN for page in (source, result, base)]
            at = BlockPosition(each.name, (field_label(result, each.name),))
            new = _divided(model_field.stream_block, raw, at, owners, merge)
            sides = Sides(raw[0], new) if base is None else Sides(raw[0], new, raw[2])
            merged = merge.value(model_field.stream_block, sides, at)
            if merged != raw[1]:
                setattr(result, each.name, merged)
        elif each.compared and each.rows is not None:
            rows = [_rows_without_words(page, each.name) for page in (source, result, base or result)]
            if rows[0] not in rows[1:]:
                merge.does(Step("by_hand", each.name, (field_label(result, each.name),), _shown(result, each.name)))
    fields = _field_steps(source, result, base)
    steps = [*merge.steps, *fields]
    done = [step for step in steps if step.is_done(wanted)]
    for step in fields:
        if step in done:
            _take_over(source, result, step.path)
    return StructurePlan(source, result, steps, token, done)


def _owners(target: Page) -> dict[tuple[str, int], str]:
    """Return the source's block of each unit of a translation that stands in another one since the baseline, or in one
    that the translation hasn't; of the others their own.
    """
    found = bitext_of(target)
    owners: dict[tuple[str, int], str] = {}
    if found is None:
        return owners
    for unit in found.units:
        each = unit.source
        if unit.at is not None and each.former and each.state != "removed":
            left = each.state != "moved" and (each.former[0] != each.path or each.path not in found.counts)
            owners[unit.beside, unit.at] = each.path if left else unit.beside
    return owners


def _divided(block: Any, raw: list[Any], at: BlockPosition, owners: dict[tuple[str, int], str], merge: Merge) -> Any:
    """Return the stored blocks of the target with their texts divided as in the source, and note it as steps."""
    if not all(item.get("id") for item in (*raw[0], *raw[1])):
        return raw[1]
    new = divided(block, at.path, raw[0], raw[1], owners)
    former = {item["id"]: item for item in raw[1]}
    for item in new:
        if item != former.get(item["id"]):
            child, label = item_block(block, item)
            here = at.inside(item["id"], label)
            merge.does(Step("divide", here.path, here.labels, first_words(child, item["value"], merge.describe)))
    return new


def _take_over(source: Page, target: Page, name: str) -> None:
    value = getattr(source, name)
    if name in child_relations(type(target)):
        source.copy_child_relation(name, target)
    elif isinstance(target._meta.get_field(name), models.ForeignKey):
        attname = target._meta.get_field(name).attname
        setattr(target, attname, getattr(source, attname))
    else:
        setattr(target, name, list(value.all()) if hasattr(value, "all") else value)


def localised(block: blocks.Block, value: Any, target: Page) -> Any:
    """Return the key of the same object in the target's language, where a block points at something translated."""
    model: Any = block.model_class if isinstance(block, blocks.ChooserBlock) else None
    if value is None or model is None or not issubclass(model, TranslatableMixin):
        return value
    keys = model.objects.filter(pk=value).values("translation_key")
    found = model.objects.filter(translation_key__in=keys, locale_id=target.locale_id)
    return found.values_list("pk", flat=True).first() or value


def describe(block: blocks.Block, value: Any) -> str:
    """Return a block's value as a person knows it."""
    if value in (None, "", [], {}):
        return _("nothing")
    if isinstance(block, blocks.ChooserBlock):
        found = block.to_python(value)
        return str(found) if found is not None else _("something that was deleted")
    if isinstance(block, blocks.BooleanBlock):
        return _("yes") if value else _("no")
    for choice, label in getattr(getattr(block, "field", None), "choices", None) or ():
        if choice == value:
            return str(label)
    return str(value) if isinstance(value, str | int | float) else str(getattr(block, "label", "") or _("other"))


def _change_test(target: Page, result: Page, baseline: Baseline | None) -> Callable[[str], bool]:
    """Return whether a text below a path was changed since it was live, or since it was begun; True if unknown."""
    since = target.get_specific() if target.live else None
    if since is None and baseline is not None and baseline.revision_id:
        since = baseline.revision.as_object() if baseline.revision else None
    texts_then = {leaf.path: leaf.source for leaf in all_leaves(since)} if since else {}
    texts_now = {leaf.path: leaf.source for leaf in all_leaves(result)}

    def was_changed(path: str) -> bool:
        then, now = (
            {name: text for name, text in texts.items() if name == path or name.startswith(f"{path}.")}
            for texts in (texts_then, texts_now)
        )
        return bool(now) and (since is None or then != now)

    return was_changed


def _paths_of(baseline: Baseline | None) -> set[str]:
    found: set[str] = set()
    for path, _index, _html in baseline.units if baseline else ():
        parts = str(path).split(".")
        found.update(".".join(parts[:end]) for end in range(1, len(parts) + 1))
    return found


def _rows_without_words(page: Page, name: str) -> list[dict[str, Any]]:
    found = []
    for row in child_rows(page, name):
        left_out = ROW_BOOKKEEPING | {each.name for each in text_fields(type(row)) if each.compared}
        values: dict[str, Any] = {}
        for each in row._meta.concrete_fields:
            if isinstance(each, StreamField):
                values[each.name] = without_words(each.stream_block, _raw(row, each.name))
            elif each.name not in left_out and not each.primary_key and not isinstance(each, ParentalKey):
                values[each.name] = each.value_from_object(row)
        found.append(values)
    return found


def _raw(page: Page, name: str) -> Any:
    return page._meta.get_field(name).get_prep_value(getattr(page, name)) or []


def _field_steps(source: Page, target: Page, base: Page | None) -> list[Step]:
    """Return the fields without translated text that differ; unchanged in the source, they are the target's own."""
    new, old = content_parts(source), content_parts(target)
    former = content_parts(base) if base is not None else {}
    texts = {each.name for each in text_fields(type(target)) if each.compared}
    page_fields = {each.name for each in Page._meta.concrete_fields}
    left_out = {*texts, *page_fields, *type(target).exclude_fields_in_copy}
    relations = child_relations(type(target))
    steps = []
    model: Any = type(target)
    for name in edit_order(model):
        if name in left_out or name not in new or new[name] == old.get(name):
            continue
        if name in relations and issubclass(relations[name], TranslatableMixin):
            continue
        own = name in former and former[name] == new[name]
        chosen = base is not None and not own
        before, after = _shown(target, name), _shown(source, name)
        steps.append(Step("field", name, (field_label(target, name),), "", before, after, chosen=chosen, own=own))
    return steps


def _shown(page: Page, name: str) -> str:
    if name in child_relations(type(page)):
        return ", ".join(str(row) for row in child_rows(page, name)) or _("nothing")
    value = getattr(page, name)
    if hasattr(value, "all"):
        return ", ".join(str(each) for each in value.all()) or _("nothing")
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    display = getattr(page, f"get_{name}_display", None)
    shown = display() if display else value
    if shown in (None, ""):
        return _("nothing")
    if isinstance(page._meta.get_field(name), StreamField):
        return str(page._meta.get_field(name).verbose_name)
    return str(shown)


class StructureChangedError(TranslationError):
    """One of the two pages has changed since the person saw the plan."""


@transaction.atomic
def bring_in_structure(
    *, target: Page, user: Any, token: str, wanted: Collection[str] | None = None
) -> Revision | None:
    """Do what a ``structure_plan`` showed, and log it; return the draft revision, or None if nothing was to do.

    Raises ``PermissionDenied``, ``TranslationError`` where the page is locked or has no source, and
    ``StructureChangedError`` where either page has changed since ``token``. ``wanted`` are keys of the steps.
    """
    source_id = TranslationLink.objects.filter(target=target).values_list("source_id", flat=True).first()
    # Who saves or publishes one of them at this moment is waited for.
    target = lock_pages([target.pk, source_id])[target.pk]
    check_editable(target=target, user=user)
    plan = structure_plan(target, wanted=wanted)
    if plan is None:
        raise TranslationError(_("This page has no source that it could be compared with."))
    if plan.token != token:
        raise StructureChangedError(
            _("The page or its source has changed since this was shown, so nothing was done. Here is how it is now.")
        )
    if not plan.done:
        return None
    revision: Revision = plan.result.save_revision(user=user, clean=False)
    log(
        instance=plan.result,
        action="chorsu_translation.bring_in_structure",
        user=user,
        revision=revision,
        content_changed=True,
        data={"source": {"id": plan.source.pk, "title": plan.source.title}},
    )
    return revision


class StructureView(FromDeskView):
    template_name = "chorsu_translation/structure/structure.html"
    page_title = gettext_lazy("Bring in the changes of structure")
    header_icon = "list-ul"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.target = get_object_or_404(Page.objects.select_related("locale"), pk=kwargs["page_id"])
        self.edited_page = self.target
        if not request.user.is_authenticated:
            raise PermissionDenied
        try:
            check_editable(target=self.target, user=request.user)
        except TranslationError as error:
            messages.error(request, str(error))
            return redirect("wagtailadmin_pages:edit", self.target.pk)
        return super().dispatch(request, *args, **kwargs)

    def get(self, _request: HttpRequest, *_args: Any, **_kwargs: Any) -> HttpResponse:
        return self.show()

    def post(self, request: HttpRequest, *_args: Any, **_kwargs: Any) -> HttpResponse:
        try:
            revision = bring_in_structure(
                target=self.target,
                user=request.user,
                token=request.POST.get("token", ""),
                wanted=frozenset(request.POST.getlist("step")),
            )
        except StructureChangedError as error:
            messages.error(request, str(error))
            return self.show(status=409)
        except TranslationError as error:
            messages.error(request, str(error))
            return redirect("wagtailadmin_pages:edit", self.target.pk)
        if revision is None:
            messages.warning(request, _("Nothing was chosen, so nothing was done."))
            return redirect(request.path)
        history = reverse("wagtailadmin_pages:history", args=[self.target.pk])
        messages.success(
            request,
            _("The changes of structure were brought into the draft. To undo it, go back to the version before."),
            buttons=[messages.button(history, _("History"))],
        )
        return redirect("wagtailadmin_pages:edit", self.target.pk)

    def show(self, status: int = 200) -> HttpResponse:
        plan = structure_plan(self.target)
        if plan is None:
            messages.error(self.request, _("This page has no source that it could be compared with."))
            return redirect("wagtailadmin_pages:edit", self.target.pk)
        rows = [(step, sentence(step)) for step in plan.steps]
        return self.respond(
            status,
            target=self.target,
            source=plan.source,
            token=plan.token,
            rows=rows,
            can_apply=any(step.kind != "by_hand" for step in plan.steps),
        )


def sentence(step: Step) -> str:
    if step.kind == "insert":
        text = _("New: “%(words)s”, behind “%(before)s”.") if step.before else _("New, at the beginning: “%(words)s”.")
        is_empty = get_settings().start_with == "empty"
        more = _("It comes without text.") if is_empty else _("It comes with the source's text.")
    elif step.kind == "remove":
        own, lost = _("Only the translation has it: “%(words)s”."), _("No longer in the source: “%(words)s”.")
        text, more = own if step.own else lost, ""
    elif step.kind == "move":
        first, behind = _("Moves to the beginning: “%(words)s”."), _("Moves behind “%(before)s”: “%(words)s”.")
        text, more = behind if step.before else first, ""
    elif step.kind == "divide":
        text, more = _("Its text is divided among blocks as in the source: “%(words)s”."), ""
    elif step.kind == "by_hand":
        return _("The source's has another shape, or other numbers. Change it by hand.")
    elif step.kind == "set" and step.before == step.after:
        return _("Its numbers and settings become those of the source.")
    else:
        text = _("Now “%(before)s”, in the source “%(after)s”.")
        more = _("It was changed for the translation.") if step.own else ""
    values = {"words": step.words, "before": step.before, "after": step.after}
    return f"{text % values} {more}".rstrip()


def structure_button(page: Page, user: Any, view_name: str, next_url: str | None = None) -> Iterator[Button]:  # noqa: ARG001
    if page.alias_of_id or not TranslationLink.objects.filter(target_id=page.pk, source__isnull=False).exists():
        return
    if page.permissions_for_user(user).can_edit():
        url = reverse("chorsu_translation:structure", args=[page.pk])
        yield Button(gettext_lazy("Bring in the changes of structure"), url, icon_name="list-ul", priority=76)
        query = urlencode({"id": page.pk, "language": page.locale.language_code, "next": editor_url(page)})
        url = f"{reverse('chorsu_translation:files')}?{query}"
        yield Button(gettext_lazy("Files for translators outside"), url, icon_name="download", priority=77)
