"""The address at which a remark on a text in review is answered or resolved."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from wagtail.admin import messages
from wagtail.models import Comment

from chorsu_editorial.refusals import Refusal
from chorsu_editorial.remarks import answer


@require_POST
def answer_remark(request: HttpRequest, comment_id: int) -> HttpResponse:
    """Store an answer, or resolve the remark, and lead back to the page's editor."""
    page_id = Comment.objects.filter(pk=comment_id).values_list("page_id", flat=True).first()
    text, resolves = request.POST.get("text", ""), "resolve" in request.POST
    try:
        answer(user=request.user, comment_id=comment_id, text=text, resolves=resolves)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        said = _("The remark is resolved; it stays in the page's history.") if resolves else _("Your answer is stored.")
        messages.success(request, said)
    return redirect("wagtailadmin_pages:edit", page_id)
