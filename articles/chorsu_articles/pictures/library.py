"""The library of pictures: who may say who made a picture that readers see, uploads, and the report of changes."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import PurePath
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST
from wagtail.admin.ui.tables import Column, DateColumn, TitleColumn, UserColumn
from wagtail.admin.views.reports import ReportView
from wagtail.images.forms import get_image_form
from wagtail.images.utils import get_accept_attributes
from wagtail.images.views.multiple import AddView
from wagtail.images.widgets import AdminImageChooser
from wagtail.log_actions import log
from wagtail.models import ModelLogEntry, Page

from chorsu_articles.columns import describe_values
from chorsu_articles.models import Picture, PictureKind
from chorsu_articles.pictures.credit_lines import read_credit
from chorsu_articles.pictures.decoding import NO_ROOM
from chorsu_articles.pictures.files import DISK_FULL
from chorsu_articles.signals import shown_facts_changed
from chorsu_editorial.file_usage.files import uses
from chorsu_editorial.refusals import Refusal
from chorsu_locales.normal_form import no_formula
from chorsu_locales.wagtail_compat import policy_registry

logger = logging.getLogger("chorsu_articles")
CREDIT_CHANGED = "chorsu_articles.shown_facts_changed"
CREDIT_DETAILS = ("kind", "credit", "licence")


def places(sources: list[Any]) -> list[str]:
    """Return where readers see a picture, for people: languages of pages, and kinds of other objects."""
    return sorted(
        {
            source.locale.get_display_name()
            if isinstance(source, Page)
            else capfirst(str(source._meta.verbose_name_plural))
            for source in sources
        }
    )


def credit_changes() -> QuerySet[ModelLogEntry]:
    """Return the log entries about credit, licence and kind of pictures that readers saw, newest first."""
    entries: QuerySet[ModelLogEntry] = ModelLogEntry.objects.filter(action=CREDIT_CHANGED)
    return entries.select_related("user", "content_type").order_by("-timestamp", "-pk")


def _is_editor(user: Any, source: Any) -> bool:
    if isinstance(source, Page):
        # Who may "add" edits own pages, but isn't their editor.
        return bool(user.is_superuser or "change" in source.permissions_for_user(user).permissions)
    policy = policy_registry.get_by_type(type(source))
    return bool(policy and policy.user_has_permission_for_instance(user, "change", source))


class NotAnEditor(Refusal):
    """The person isn't an editor of all that shows the picture."""


def last_credit(user: Any) -> dict[str, str]:
    """Return credit and licence of the picture that the user uploaded last with a credit, or nothing."""
    rows = Picture.objects.filter(uploaded_by_user=user).exclude(credit="").order_by("-created_at", "-pk")
    return dict(rows.values("credit", "licence").first() or {})


def set_credit_details(picture: Picture, details: Mapping[str, str]) -> None:
    """Set ``kind``, ``credit`` and ``licence`` on a picture in memory; a kind that isn't one is a photo.

    The kind that a credit names, as in "Map: Somebody", counts where no kind but "photo" was chosen.
    """
    clean = {name: " ".join(text.replace("\0", "").split()) for name, text in details.items()}
    credit, named = read_credit(clean.get("credit", ""))
    chosen = clean.get("kind", "")
    if chosen not in PictureKind.values or chosen == PictureKind.PHOTO:
        chosen = named or PictureKind.PHOTO
    picture.kind = chosen
    picture.credit = credit[: Picture._meta.get_field("credit").max_length]
    picture.licence = clean.get("licence", "")[: Picture._meta.get_field("licence").max_length]


def change_credit(*, user: Any, picture: Picture, credit: str, instead_of: str = "") -> bool:
    """Give a picture of the library a credit, and the kind that it names; return whether it changed.

    Only a credit that still is ``instead_of`` is replaced, so that nobody's word about a picture is overwritten.
    Raises ``PermissionDenied`` for who may neither change pictures nor uploaded this one, and ``NotAnEditor``.
    """
    if not policy_registry.get_by_type(Picture).user_has_permission_for_instance(user, "change", picture):
        raise PermissionDenied
    wanted, kind = read_credit(credit.replace("\0", ""))
    replaced, kind_before = read_credit(instead_of)
    with transaction.atomic():
        before = lock_credit_details(picture)
        picture.credit, picture.kind = before["credit"], before["kind"]
        if before["credit"] != replaced or before["credit"] == wanted:
            return False
        picture.credit = wanted[: Picture._meta.get_field("credit").max_length]
        # A credit that is taken back takes its kind with it.
        picture.kind = kind or (PictureKind.PHOTO if kind_before and not wanted else picture.kind)
        picture.save(update_fields=["credit", "kind"])
        record_change(user=user, picture=picture, before=before)
        log(instance=picture, action="wagtail.edit", user=user)
    return True


def lock_credit_details(picture: Picture) -> dict[str, str]:
    """Lock a picture's row until the transaction ends; return the stored ``kind``, ``credit`` and ``licence``."""
    return dict(Picture.objects.select_for_update().values(*CREDIT_DETAILS).get(pk=picture.pk))


def check_change(*, user: Any, picture: Picture) -> list[Any]:
    """Return what shows a picture to readers; raise ``NotAnEditor`` where this user isn't an editor of all of it."""
    # Also what will show it once what waits is published.
    sources = [use.source for use in uses(picture) if use.holds]
    if user is None or not all(_is_editor(user, source) for source in sources):
        message = gettext(
            "“%(title)s” is in use: readers see it, or will once what waits is published (%(places)s). So only an "
            "editor of all of these may change its kind, credit and licence."
        )
        raise NotAnEditor(message % {"title": picture.title, "places": ", ".join(places(sources))})
    return sources


def record_change(*, user: Any, picture: Picture, before: Mapping[str, str]) -> None:
    """Log what changed of a picture's credit details that readers see, and send a signal.

    ``before`` is what ``lock_credit_details`` gave. Raises ``NotAnEditor``. Call it in the transaction of the change.
    """
    changed = [name for name in CREDIT_DETAILS if getattr(picture, name) != before[name]]
    if not changed or not (sources := check_change(user=user, picture=picture)):
        return
    old, new = ({name: str(value(name)) for name in changed} for value in (before.get, partial(getattr, picture)))
    data = {"before": old, "after": new, "places": places(sources)}
    log(instance=picture, action=CREDIT_CHANGED, user=user, data=data)
    shown_facts_changed.send(sender=Picture, picture=picture, user=user, before=old, after=new, sources=sources)


class AddTogetherView(AddView):
    """Wagtail's page for many pictures, with credit and licence asked for once."""

    template_name = "chorsu_articles/admin/pictures_add_multiple.html"

    def post(self, request: HttpRequest) -> Any:
        """Add a picture; where the disk is full, answer what Wagtail's script shows beside the file."""
        try:
            return super().post(request)
        except OSError as error:  # the file is written before its row
            if error.errno not in NO_ROOM:
                raise
            logger.warning("A picture wasn't stored: the disk of uploaded files is full. Make room.")
            return JsonResponse({"success": False, "error_message": str(DISK_FULL)})

    def save_object(self, form: Any) -> Any:
        set_credit_details(form.instance, {name: self.request.POST.get(name, "") for name in CREDIT_DETAILS})
        return super().save_object(form)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        last = last_credit(self.request.user)
        fields = [(Picture._meta.get_field(name), last.get(name, "")) for name in CREDIT_DETAILS]
        return {**super().get_context_data(**kwargs), "shared_fields": fields}


@require_GET
def together(request: HttpRequest) -> JsonResponse:
    """Answer the user's last credit and licence, and which files are accepted, for the form of several pictures."""
    _check_may_add(request)
    last = last_credit(request.user)
    return JsonResponse({"credit": "", "licence": "", **last, "accept": ",".join(get_accept_attributes().split())})


@require_POST
def upload(request: HttpRequest) -> JsonResponse:
    """Add the posted ``file`` to the library with ``kind``, ``credit`` and ``licence``; answer its chooser's state.

    The form is the library's own, so the same files are refused, with 400 and ``error`` for people.
    """
    _check_may_add(request)
    file = request.FILES.get("file")
    if file is None:
        return JsonResponse({"error": gettext("There is no file.")}, status=400)
    data = {name: request.POST.get(name, "").strip() for name in CREDIT_DETAILS}
    name = file.name or ""
    data["title"] = PurePath(name).stem[: Picture._meta.get_field("title").max_length] or name
    form = get_image_form(Picture)(data, {"file": file}, user=request.user)
    if "collection" in form.fields:
        form.data["collection"] = form.fields["collection"].queryset.values_list("pk", flat=True).first()
    if not form.is_valid():
        messages = dict.fromkeys(message for errors in form.errors.values() for message in errors)
        return JsonResponse({"error": " ".join(messages)}, status=400)
    picture = form.save(commit=False)
    picture.uploaded_by_user = request.user
    picture.save()
    form.save_m2m()
    return JsonResponse({"picture": AdminImageChooser().get_value_data(picture)})


@require_POST
def credit(request: HttpRequest, picture_id: int) -> JsonResponse:
    """Give a picture the posted ``credit`` in place of ``instead_of``; answer the credit that it has now.

    ``changed`` says whether it was another before, ``given`` whether it is the posted one now.
    """
    picture = get_object_or_404(Picture, pk=picture_id)
    posted, former = (request.POST.get(name, "") for name in ("credit", "instead_of"))
    changed = change_credit(user=request.user, picture=picture, credit=posted, instead_of=former)
    given = picture.credit == read_credit(posted)[0]
    return JsonResponse({"credit": picture.credit, "changed": changed, "given": given})


def _check_may_add(request: HttpRequest) -> None:
    if not policy_registry.get_by_type(Picture).user_has_permission(request.user, "add"):
        raise PermissionDenied


def may_see_report(user: Any) -> bool:
    return bool(policy_registry.get_by_type(Picture).user_has_any_permission(user, ["add", "change"]))


# Columns of the report: label, and the text of a log entry.
REPORTED: dict[str, tuple[Any, Callable[[ModelLogEntry], str]]] = {
    "before": (_("Before"), lambda entry: describe_values(Picture, entry.data.get("before", {}))),
    "after": (_("After"), lambda entry: describe_values(Picture, entry.data.get("after", {}))),
    "shown_in": (_("Shown in"), lambda entry: ", ".join(entry.data.get("places", []))),
}


class CreditChangesReport(ReportView):
    page_title = _("Credits of pictures")
    header_icon = "image"
    index_url_name = "chorsu_articles_admin:credit_changes"
    index_results_url_name = "chorsu_articles_admin:credit_changes_results"
    list_export = ["label", "user", "timestamp", *REPORTED]
    custom_field_preprocess = {name: {ReportView.FORMAT_CSV: no_formula} for name in ("label", "user")}
    export_headings = {
        "label": _("Picture"),
        "user": _("Changed by"),
        "timestamp": _("Changed at"),
        **{name: label for name, (label, _text) in REPORTED.items()},
    }
    columns = [
        TitleColumn(
            "label", label=_("Picture"), get_url=lambda entry: reverse("wagtailimages:edit", args=[entry.object_id])
        ),
        UserColumn("user", label=_("Changed by")),
        DateColumn("timestamp", label=_("Changed at")),
        *(Column(name, label=label, accessor=text) for name, (label, text) in REPORTED.items()),
    ]

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        if not may_see_report(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def to_row_dict(self, item: ModelLogEntry) -> dict[str, Any]:
        shown = {name: text(item) for name, (_label, text) in REPORTED.items()}
        return {"label": item.label, "user": item.user_display_name, "timestamp": item.timestamp, **shown}

    def get_filename(self) -> str:
        return "credits-of-pictures"

    def get_queryset(self) -> Any:
        return credit_changes()
