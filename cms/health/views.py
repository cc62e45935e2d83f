"""Who asks how the newsroom is: probes, Prometheus, and the admin's page and desk. docs/operate.md"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from operator import attrgetter
from typing import Any

from django.conf import settings
from django.core.checks import ERROR, WARNING, CheckMessage, Error
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.crypto import constant_time_compare
from prometheus_client import CollectorRegistry, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector
from wagtail import hooks
from wagtail.admin.auth import user_passes_test

from chorsu_delivery.models import OutgoingMessage
from chorsu_locales.desk import DeskPanel, DeskRow
from chorsu_locales.menus import MenuItemFor
from chorsu_search.models import IndexChange
from cms.health.findings import NEEDED, _, findings

# How long an answer is given, and how long one may take.
KEPT_SECONDS, LATE_SECONDS = 5, 15
LATE = Error(_("Something doesn’t answer in time."), _("Run: manage.py doctor"), obj="late")
REQUESTS = Histogram("newsroom_request_seconds", "Requests", ("route", "status"), buckets=(0.05, 0.1, 0.3, 1, 3, 10))
_looking = threading.Lock()
# When the last look ended, and the one that goes on began, and what they found.
_last: tuple[float, list[CheckMessage]] = float("-inf"), []
_going_on: tuple[float, list[CheckMessage]] | None = None


def recent() -> list[CheckMessage]:
    """Return what was found some seconds ago. One request looks; the others get the former answer at once.

    While one looks for too long, they get what it has found.
    """
    global _last, _going_on  # noqa: PLW0603
    now, others = time.monotonic(), _going_on
    if now > _last[0] + KEPT_SECONDS and _looking.acquire(blocking=False):
        try:
            found: list[CheckMessage] = []
            _going_on = now, found
            for each in findings():
                found.append(each)  # noqa: PERF402 (others read it meanwhile)
            _last = time.monotonic(), found
        finally:
            _going_on = None
            _looking.release()
    elif others and now > others[0] + LATE_SECONDS:
        return [*others[1], LATE]
    return _last[1]


def _levels(found: list[CheckMessage]) -> dict[Any, int]:
    return {each.obj: each.level for each in sorted(found, key=attrgetter("level"))}


def _ready(_request: HttpRequest) -> HttpResponse:
    """Name what something is wrong with. What readers need has to be looked at, too."""
    levels = _levels(recent())
    ready = all(levels.get(check.__name__, ERROR) < ERROR for check in NEEDED)
    wrong = [name for name, level in levels.items() if level >= WARNING]
    return HttpResponse("\n".join(["ready" if ready else "not ready", *wrong, ""]), status=200 if ready else 503)


class _Figures(Collector):
    """What is true of the whole newsroom, whichever process is asked."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        levels, waiting = _levels(recent()), {}
        if levels.get("database", ERROR) < ERROR:
            waiting = {"messages": OutgoingMessage.objects.unsent().count(), "search": IndexChange.objects.count()}
        degrees = {subject: max(0, level // 10 - 2) for subject, level in levels.items()}
        for name, label, values in (("finding", "subject", degrees), ("queue_length", "queue", waiting)):
            gauge = GaugeMetricFamily(f"newsroom_{name}", "docs/operate.md", labels=[label])
            for key, value in values.items():
                gauge.add_metric([key], value)
            yield gauge


def _metrics(request: HttpRequest) -> HttpResponse:
    token, said = settings.METRICS_TOKEN, request.headers.get("Authorization", "")
    if not (token and constant_time_compare(said, f"Bearer {token}")):
        return HttpResponse(status=401, headers={"WWW-Authenticate": "Bearer"})
    registry = CollectorRegistry()
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        MultiProcessCollector(registry)
    else:
        registry.register(REQUESTS)
    registry.register(_Figures())
    return HttpResponse(generate_latest(registry))


ANSWERS = {"/healthz": lambda _request: HttpResponse("alive\n"), "/readyz": _ready, "/metrics": _metrics}


class ProbesMiddleware:
    """Answer probes before anything looks at host, scheme or session; time all others where figures are wanted."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.method in {"GET", "HEAD"} and (answer := ANSWERS.get(request.path_info)):
            found = answer(request)
            found.headers["Content-Type"], found.headers["Cache-Control"] = "text/plain; charset=utf-8", "no-store"
            return found
        began = time.perf_counter()
        response = self.get_response(request)
        if settings.METRICS_TOKEN:
            match = request.resolver_match
            route = match.namespace or match.url_name or "" if match else "unresolved"
            REQUESTS.labels(route, response.status_code).observe(time.perf_counter() - began)
        return response


def may_see(user: Any) -> bool:
    """Tell whether somebody looks after the newsroom: administrators and chief editors see unsent messages too."""
    return bool(user.has_perm("chorsu_delivery.view_outgoingmessage"))


@user_passes_test(may_see)
def health(request: HttpRequest) -> HttpResponse:
    return render(request, "newsroom/health.html", {"findings": recent()})


def _wrong(user: Any) -> list[DeskRow]:
    wrong = [each for each in recent() if each.is_serious(WARNING)] if may_see(user) else []
    return [DeskRow(str(each.msg), reverse("health"), "", remark=str(each.hint)) for each in wrong]


PANEL = DeskPanel("health", _("Health"), 105, _wrong)
hooks.register("register_admin_urls", lambda: [path("reports/health/", health, name="health")])
hooks.register("construct_homepage_panels", lambda _request, panels: panels.append(PANEL))
hooks.register(
    "register_reports_menu_item",
    lambda: MenuItemFor(_("Health"), reverse("health"), shown_to=may_see, icon_name="circle-check", order=1350),
)
