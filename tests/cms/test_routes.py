"""The matrix of rights: who gets through at each address of the site, as ``routes.txt`` says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.template import Origin
from django.template.loaders.base import Loader
from django.test import Client
from django.urls import URLPattern, get_resolver
from django.utils import translation
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Collection, Page, Task, Workflow, WorkflowPage

from chorsu_articles.models import AnalysisPage, Country, Organisation, Person, Topic
from chorsu_search.models import WordGroup
from chorsu_translation.models import NotPlannedRule
from cms.models import LanguageChats, User
from tests.cms.crawl import routes
from tests.cms.test_forged_requests import Office, add_article, make_office, section
from tests.factories import make_user

pytestmark = pytest.mark.usefixtures("newsroom_of_module", "db")

# Groups of each role, whose first letter stands in the table. Pages and files are somebody else's, and in Russian.
ROLES: dict[str, tuple[str, ...] | None] = {
    "reader": None,
    "nobody": (),
    "journalist": ("Journalists (ru)",),
    "translator": ("Translators (ru)",),
    "editor": ("Editors (ru)",),
    "foreign editor": ("Editors (tg)",),
    "chief editor": ("Chief editors",),
    "administrator": (),
}
# Of a section that there is, and of the vocabularies' rows.
SLUG = "analysis"
TABLE = Path(__file__).with_name("routes.txt")
ARGUMENT = re.compile(r"<(?:\w+:)?(\w+)>|\(\?P<(\w+)>(?:[^()]|\([^()]*\))*\)|\((?:[^()]|\([^()]*\))*\)")
BULK = "admin/bulk/<str:app_label>/<str:model_name>/<str:action>/"
API = "admin/api/main/^pages/<int:pk>/action/<str:action_name>/"
WORDS = {
    "content_type_app_name": "chorsu_articles",
    "content_type_model_name": "analysispage",
    "action_name": "approve",
    "code": "tg",
    "colour": "0b5",
    "ending": "md",
    "filter_spec": "original",
}


class EmptyTemplates(Loader):
    """Gives each template as an empty text: what a page shows takes most of the time, and isn't asked here."""

    def get_template_sources(self, template_name: str) -> Iterator[Origin]:
        yield Origin(name=template_name, template_name=template_name, loader=self)

    def get_contents(self, _origin: Origin) -> str:
        return ""


@pytest.fixture
def _no_pages(settings):
    [engine] = deepcopy(settings.TEMPLATES)
    engine["APP_DIRS"] = False
    engine["OPTIONS"]["loaders"] = [f"{__name__}.{EmptyTemplates.__name__}"]
    settings.TEMPLATES = [engine]


def site_routes() -> dict[str, URLPattern]:
    """Return the site's routes; of two of one address the first answers."""
    found: dict[str, URLPattern] = {}
    # Addresses of pages begin with the active language.
    with translation.override("ru"):
        for route, pattern in routes(get_resolver().url_patterns):
            found.setdefault(route, pattern)
    # Wagtail's, to look at the page of an error.
    del found["admin/failwhale/"]
    return found


def table() -> dict[str, str]:
    """Return from the file by route who gets through, as first letters of roles and "-"."""
    lines = [line.partition(" ") for line in TABLE.read_text().splitlines() if not line.startswith("#")]
    return {route.removeprefix("/"): letters for letters, _space, route in lines}


def make_rows(office: Office) -> None:
    """Make a row of what the newsroom begins without."""
    locale = office.live.locale
    for model in (Topic, Organisation):
        model.objects.create(name_ru="Вода", slug=SLUG)
    Person.objects.create(name_ru="Автор", slug=SLUG)
    Country.objects.create(name_ru="Таджикистан", code="tg")
    LanguageChats.objects.create(locale=locale)
    NotPlannedRule.objects.create(locale=locale, older_than_days=365)
    WordGroup.objects.create(words="глетчер, ледник")
    Redirect.objects.create(old_path="/old", redirect_page=office.live)
    Collection.get_first_root_node().add_child(name="Others")
    waiting = add_article("ru", "waiting", live=False)
    waiting.get_workflow().start(waiting, make_user("Journalists (ru)"))


def arguments(office: Office) -> dict[Any, Any]:
    """Return by name what an address is about, and by model which row, where that isn't the newest."""
    live, analysis = office.live, section("ru", "analysis")
    waiting = AnalysisPage.objects.get(slug="waiting")
    state = waiting.current_workflow_task_state
    numbers = {
        **dict.fromkeys(("page_id", "page_to_move_id"), live.pk),
        **dict.fromkeys(("parent_page_id", "destination_id", "section_id"), analysis.pk),
        "page_pk": WorkflowPage.objects.all()[0].page_id,
        "workflow_pk": Workflow.objects.all()[0].pk,
        "task_id": Task.objects.all()[0].pk,
        "task_state_id": state.pk,
        "workflow_state_id": state.workflow_state_id,
        **dict.fromkeys(("revision_id", "revision_id_a", "revision_id_b"), live.latest_revision_id),
        "image_id": office.picture.pk,
        **dict.fromkeys(("document_id", "doc_id"), office.document.pk),
        "collection_id": Collection.objects.get(name="Others").pk,
        "redirect_id": Redirect.objects.get().pk,
        "object_id": live.pk,
        "waiting": waiting.pk,
        None: office.document.pk,
    }
    return {"pk": live.pk, "key": live.translation_key, Page: live.pk, User: office.reader.pk, **WORDS, **numbers}


def address(route: str, pattern: URLPattern, names: dict[Any, Any]) -> str:
    """Return an address of a route, about what ``names`` names or the newest row of its view's model."""
    options = getattr(pattern.callback, "view_initkwargs", {})
    model = options.get("model") or getattr(getattr(pattern.callback, "view_class", None), "model", None)
    rows = getattr(model, "objects", None)
    row = rows.order_by("-pk").first() if rows is not None else None

    def value(match: re.Match[str]) -> str:
        name = match[1] or match[2]
        if name == "page_id" and "/workflow" in route:
            name = "waiting"
        if name == "pk" and row is not None:
            return str(names.get(type(row), row.pk))
        if match[0].startswith("<slug:") and name in {"key", "slug"}:
            return SLUG
        return str(names.get(name, 1))

    return "/" + ARGUMENT.sub(value, route.replace("^", "").replace("$", "")).replace("\\.", ".")


def is_through(answer: HttpResponse) -> bool:
    """Tell whether somebody got what an address is for: a page, a form, what it does, or what is wrong with a form."""
    location = answer.headers.get("Location", "")
    is_sent_away = location == "/admin/" or location.startswith("/admin/login/")
    return answer.status_code not in {403, 404} and not is_sent_away


@pytest.fixture(scope="module")
def office_of_module(newsroom_of_module, kept_in_module) -> Office:
    with kept_in_module():
        office = make_office()
        make_rows(office)
        return office


@pytest.fixture
def office(office_of_module, db) -> Office:
    return deepcopy(office_of_module)


def member(role: str) -> Client:
    """Return the browser of somebody of a role."""
    # What Wagtail's forms do without their fields is another test's subject.
    client = Client(raise_request_exception=False, headers={"X-Requested-With": "XMLHttpRequest"})
    groups = ROLES[role]
    if groups is not None:
        client.force_login(make_user(*groups, superuser=role == "administrator"))
    return client


def test_each_route_has_a_row():
    assert set(table()) == set(site_routes())


@pytest.mark.usefixtures("_no_pages")
@pytest.mark.parametrize(
    "role", [pytest.param(role, marks=pytest.mark.slow if role == "administrator" else ()) for role in ROLES]
)
def test_who_gets_through(office, role):
    names = arguments(office)
    live = office.live.pk
    requests: dict[str, tuple[str, dict[str, Any]]] = {
        BULK: (f"/admin/bulk/wagtailcore/page/unpublish/?id={live}", {}),
        API: (f"/admin/api/main/pages/{live}/action/unpublish/", {}),
        **{f"admin/{route}": request for route, request in office.urls().items()},
        **{f"admin/{route}": (url, {}) for route, url in office.reads().items()},
    }
    client = member(role)
    cookies = client.cookies
    before = office.facts()
    through = set()
    for route, pattern in site_routes().items():
        url, data = requests.get(route) or (address(route, pattern, names), {})
        # Some requests end the session.
        client.cookies = deepcopy(cookies)
        with transaction.atomic():
            answer = client.post(url, data)
            if answer.status_code == 405:
                answer = client.get(url)
            if is_through(answer):
                through.add(route)
            # To sign out leads to where nobody is let in, too.
            transaction.set_rollback(route in through or route == "admin/logout/")
    assert through == {route for route, letters in table().items() if role[0] in letters}
    assert office.facts() == before, "a request that was refused"
