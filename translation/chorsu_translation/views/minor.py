"""The approver's word on a minor edit."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from wagtail.admin import messages

from chorsu_editorial.models import FourEyesTaskState
from chorsu_editorial.refusals import Refusal
from chorsu_translation.services.minor import deny_minor


@require_POST
def deny(request: HttpRequest, state_id: int) -> HttpResponse:
    """Take the tick from a minor edit, and return to the page in review."""
    state = get_object_or_404(FourEyesTaskState, pk=state_id)
    try:
        deny_minor(task_state=state, user=request.user)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Once this is approved, its translations are outdated."))
    return redirect("wagtailadmin_pages:edit", state.workflow_state.object_id)
