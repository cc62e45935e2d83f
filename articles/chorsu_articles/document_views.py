"""Documents, handed out with rights, and so that no browser runs anything of them."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path, PurePath
from typing import Any
from urllib.parse import quote

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.utils.cache import patch_cache_control
from django.utils.http import content_disposition_header
from django.views.decorators.http import condition, require_safe
from wagtail import hooks
from wagtail.documents import get_document_model
from wagtail.documents.models import document_served
from wagtail.documents.views.serve import serve as serve_from_elsewhere

from chorsu_articles.conf import get_settings
from chorsu_articles.document_files import KINDS
from chorsu_articles.storage import private_folder

CHUNK = 64 * 1024
RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")
POLICY = "default-src 'none'; sandbox"


@require_safe
def serve(request: HttpRequest, document_id: str, document_filename: str) -> HttpResponseBase:
    """Answer with a document, if its collection is open to this reader.

    Wagtail's hook ``before_serve_document`` and its signal ``document_served`` hold as in Wagtail's own view.
    """
    document = get_object_or_404(get_document_model(), pk=document_id)
    if document.filename != document_filename:
        raise Http404("This document does not match the given filename.")
    try:
        path = document.file.path
    except NotImplementedError:  # another machine's storage
        return serve_from_elsewhere(request, document_id, document_filename)  # type: ignore[no-any-return]
    for hook in hooks.get_hooks("before_serve_document"):
        answer = hook(document, request)
        if isinstance(answer, HttpResponse):
            return answer
    if not Path(path).is_file():
        raise Http404("The file is missing.")
    document_served.send(sender=type(document), instance=document, request=request)
    response = condition(etag_func=lambda *_args: f'"{document.file_hash}"' if document.file_hash else None)(
        lambda request: _file(request, path)
    )(request)
    _describe(response, document)
    return response


def _describe(response: HttpResponseBase, document: Any) -> None:
    kind = KINDS.get(PurePath(document.filename).suffix.lower().lstrip("."))
    content_type = kind.content_type if kind else "application/octet-stream"
    if response.status_code in {200, 206}:
        response["Content-Type"] = content_type
    inline = content_type == "application/pdf"
    response["Content-Disposition"] = content_disposition_header(not inline, document.filename) or "inline"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = POLICY
    if document.collection.get_view_restrictions():
        patch_cache_control(response, private=True, no_cache=True)
    else:
        patch_cache_control(response, public=True, no_cache=True)


def _file(request: HttpRequest, path: str) -> HttpResponseBase:
    by = get_settings().sendfile
    inside = os.path.relpath(path, private_folder())
    if by and not inside.startswith(".."):
        header, place = ("X-Sendfile", path) if by == "X-Sendfile" else ("X-Accel-Redirect", by + inside)
        return HttpResponse(headers={header: quote(place)})
    size = Path(path).stat().st_size
    wanted = _range(request, size)
    if wanted is None:
        return FileResponse(Path(path).open("rb"), headers={"Accept-Ranges": "bytes"})
    first, last = wanted
    if first > last:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
    headers = {"Content-Range": f"bytes {first}-{last}/{size}", "Content-Length": str(last - first + 1)}
    return StreamingHttpResponse(_part(path, first, last), status=206, headers={**headers, "Accept-Ranges": "bytes"})


def _range(request: HttpRequest, size: int) -> tuple[int, int] | None:
    """Return the first and last byte that a player asks for; None for all, and a first behind the last for nothing."""
    found = RANGE.fullmatch(request.headers.get("Range", ""))
    if not found or "If-Range" in request.headers or not (found[1] or found[2]):
        return None
    if not found[1]:
        return max(0, size - int(found[2])), size - 1 if int(found[2]) else -1
    first = int(found[1])
    last = min(int(found[2]) if found[2] else size - 1, size - 1)
    if found[2] and int(found[2]) < first:
        return None
    return first, last


def _part(path: str, first: int, last: int) -> Iterator[bytes]:
    with Path(path).open("rb") as file:
        file.seek(first)
        left = last - first + 1
        while left > 0 and (chunk := file.read(min(CHUNK, left))):
            left -= len(chunk)
            yield chunk
