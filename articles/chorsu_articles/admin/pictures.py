"""Uploading pictures: those uploaded together share one kind and credit, and the last one used comes filled in."""

from __future__ import annotations

from pathlib import PurePath
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, JsonResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST
from wagtail.images.forms import get_image_form
from wagtail.images.utils import get_accept_attributes
from wagtail.images.views.multiple import AddView
from wagtail.images.widgets import AdminImageChooser

from chorsu_articles.forms.pictures import last_credit
from chorsu_articles.models import Picture
from chorsu_articles.paste import read_credit
from chorsu_articles.services.pictures import change_credit, set_facts
from chorsu_locales.wagtail_compat import policy_registry

SHARED_FIELDS = ("kind", "credit", "licence")


class AddTogetherView(AddView):
    """Wagtail's page for many pictures, with credit and licence asked for once."""

    template_name = "chorsu_articles/admin/pictures_add_multiple.html"

    def save_object(self, form: Any) -> Picture:
        """Save one picture with the kind, credit and licence given for all."""
        set_facts(form.instance, {name: self.request.POST.get(name, "") for name in SHARED_FIELDS})
        picture: Picture = super().save_object(form)
        return picture

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the last credit of this user."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        fields = {name: Picture._meta.get_field(name) for name in SHARED_FIELDS}
        last = last_credit(self.request.user)
        context["shared_fields"] = [
            {
                "name": name,
                "label": str(field.verbose_name).capitalize(),
                "help_text": field.help_text,
                "max_length": field.max_length,
                "choices": field.choices or (),
                "value": last.get(name, ""),
            }
            for name, field in fields.items()
        ]
        return context


@require_GET
def together(request: HttpRequest) -> JsonResponse:
    """Answer what the editor's form for several pictures shows: the user's last credit and licence, accepted files."""
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
        return JsonResponse({"error": _("There is no file.")}, status=400)
    data = {name: request.POST.get(name, "").strip() for name in SHARED_FIELDS}
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
    posted = request.POST.get("credit", "")
    changed = change_credit(
        user=request.user, picture=picture, credit=posted, instead_of=request.POST.get("instead_of", "")
    )
    given = picture.credit == read_credit(posted)[0]
    return JsonResponse({"credit": picture.credit, "changed": changed, "given": given})


def _check_may_add(request: HttpRequest) -> None:
    if not policy_registry.get_by_type(Picture).user_has_permission(request.user, "add"):
        raise PermissionDenied
