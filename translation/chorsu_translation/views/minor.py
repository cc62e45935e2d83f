"""The approver's word on a minor edit."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from wagtail.admin import messages

from chorsu_editorial.models import FourEyesTaskState
from chorsu_editorial.refusals import Refusal
from chorsu_translation.services.minor_review import confirm_minor


@require_POST
def confirm(request: HttpRequest, state_id: int) -> HttpResponse:
    """Confirm a minor edit, or take that back, and return to the page in review."""
    state = get_object_or_404(FourEyesTaskState, pk=state_id)
    confirmed = request.POST.get("minor") == "yes"
    try:
        confirm_minor(task_state=state, user=request.user, confirmed=confirmed)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        text = _("Once this is approved, its translations stay up to date.")
        messages.success(request, text if confirmed else _("Once this is approved, its translations are outdated."))
    return redirect("wagtailadmin_pages:edit", state.workflow_state.object_id)
