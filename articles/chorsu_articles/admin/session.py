"""Who is signed in: an editor that was cut off asks this before it saves again."""

from __future__ import annotations

from django.http import HttpRequest, JsonResponse
from django.middleware.csrf import get_token
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET


@require_GET
@never_cache
def session(request: HttpRequest) -> JsonResponse:
    """Answer the signed-in ``user`` (key and name) and the ``token`` that forms of this session carry.

    Whoever is not signed in gets Wagtail's refusal: 403 for a script.
    """
    user = request.user
    return JsonResponse({"user": str(user.pk), "name": user.get_username(), "token": get_token(request)})
