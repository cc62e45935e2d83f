"""What happens to a report, told to another system in JSON through the outbox of ``chorsu_delivery``."""

from __future__ import annotations

import json
import logging
from datetime import UTC
from typing import Any

from chorsu_delivery.services import send
from chorsu_feedback.conf import get_settings
from chorsu_feedback.models import TypoReport, this_minute

logger = logging.getLogger("chorsu.feedback")


def post(kind: str, report: TypoReport, *, occasion: str, words: str = "", where: str = "") -> None:
    """Store a message about the report, where ``WEBHOOK`` names an address; none about what is held apart.

    A name that the settings don't have is logged: it must refuse no reader's report.
    """
    name = get_settings().webhook
    if not name or report.held:
        return
    page = report.page
    data: dict[str, Any] = {
        "id": report.pk,
        "status": report.status,
        "page": {"id": page.pk, "title": page.title, "url": page.full_url},
        "language": report.locale.language_code,
        "words": report.selected,
        "before": report.before,
        "after": report.after,
        "suggestion": report.suggestion,
        "comment": report.comment,
        "count": report.count,
    }
    if where:
        data |= {"applied": words, "where": where}
    event = {"type": kind, "timestamp": this_minute().astimezone(UTC).isoformat(), "data": data}
    body = json.dumps(event, ensure_ascii=False)
    try:
        send(channel="webhook", recipient=name, subject=kind, body=body, key=f"{kind}:{report.pk}:{occasion}")
    except ValueError:
        logger.exception("Typo report %s isn't posted: `manage.py check` says more.", report.pk)
