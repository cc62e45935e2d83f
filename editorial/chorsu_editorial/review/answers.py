"""The address at which a remark on a text in review is answered."""

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
    """Store an answer and lead back to the page's editor."""
    try:
        reply = answer(user=request.user, comment_id=comment_id, text=request.POST.get("text", ""))
    except Refusal as refusal:
        messages.error(request, str(refusal))
        page_id = Comment.objects.filter(pk=comment_id).values_list("page_id", flat=True).first()
        return redirect("wagtailadmin_pages:edit", page_id)
    messages.success(request, _("Your answer is stored."))
    return redirect("wagtailadmin_pages:edit", reply.comment.page_id)
