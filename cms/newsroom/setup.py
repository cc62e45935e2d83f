"""What a newsroom needs before anybody can write: languages, home pages, sections, groups, workflows.

Everything is done once and remembered (``SetupStep``), so that a later run adds what is new (a language, a right that
a new version brings) and leaves alone what people have changed or removed.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.utils import timezone, translation
from wagtail.models import (
    Collection,
    GroupCollectionPermission,
    GroupPagePermission,
    Locale,
    Page,
    Site,
    Task,
    Workflow,
    WorkflowPage,
    WorkflowTask,
)

from chorsu_articles.models import Country, HomePage, InfoPage, SectionPage
from chorsu_articles.models.publications import plural_of, publication_kinds
from chorsu_articles.services.countries import COUNTRY_CODES, fill_countries
from chorsu_articles.vocabularies import names_permission
from chorsu_editorial.file_usage.files import record_waiting
from chorsu_editorial.models import FourEyesTask
from chorsu_locales.selectors import fallback_chain, get_language_row
from cms.models import SetupStep
from cms.newsroom.roles import CHIEF_EDITOR, EDITOR, ROLES, Role, group_name
from cms.outlet import Outlet

# What workflows and tasks were called, in the newsroom's default language, before they had a language's own name.
FORMER_NAMES = {Workflow: ("Approval", "Проверка"), Task: ("Second pair of eyes", "Второй взгляд")}


def setup_newsroom() -> list[str]:
    """Make, in one transaction, what is missing for ``NEWSROOM_LANGUAGES``; return a line for each thing made."""
    done: list[str] = []
    with transaction.atomic():
        # Of several machines that start at once the others wait here, and find everything.
        list(Page.objects.select_for_update().filter(depth=1))
        homes = {code: _make_home(code, done) for code, _name in settings.LANGUAGES}
        _make_site(homes[settings.LANGUAGE_CODE], done)
        for site in Site.objects.filter(outlet=None):
            if _first_time(f"outlet:{site.pk}"):
                Outlet.objects.create(site=site)
                done.append(f"Outlet of {site}")
        for code, home in homes.items():
            _make_children(home, code, done)
        _remove_wagtails_own(done)
        groups = _make_groups(homes, done)
        for code, home in homes.items():
            if _first_time(f"workflow:{home.pk}") and not WorkflowPage.objects.filter(page_id=home.pk).exists():
                _make_workflow(home, code, groups)
                done.append(f"Workflow of {code}")
            if _first_time(f"workflow-name:{home.pk}"):
                for model, former in FORMER_NAMES.items():
                    names = [f"{name} ({code})" for name in former]
                    model.objects.filter(name__in=names).update(name=get_language_row(code).name)
        # A country that people have deleted stays deleted.
        present = {country.code for country in Country.objects.all()}
        wanted = [code for code in COUNTRY_CODES if _first_time(f"country:{code}") or code in present]
        if countries := fill_countries(wanted):
            done.append(f"Names of {countries} countries")
        if _first_time("file-uses") and (waiting := record_waiting()):
            done.append(f"Pictures and documents of {waiting} waiting texts recorded")
    return done


def _first_time(key: str) -> bool:
    """Return whether this step was never done, and remember it as done."""
    return SetupStep.objects.get_or_create(key=key)[1]


def _make_home(code: str, done: list[str]) -> HomePage:
    locale, created = Locale.all_objects.get_or_create(language_code=code)
    if created:
        done.append(f"Language {code}")
    home: HomePage | None = HomePage.objects.filter(locale=locale, depth=2).order_by("path").first()
    if home is None:
        sibling = HomePage.objects.filter(depth=2).order_by("path").first()
        home = HomePage(
            title=settings.WAGTAIL_SITE_NAME,
            slug=f"home-{code}" if Page.objects.filter(depth=2, slug=code).exists() else code,
            locale=locale,
            translation_key=sibling.translation_key if sibling else uuid.uuid4(),
            **_published_now(),
        )
        # Read anew each time: treebeard counts children on the instance.
        Page.get_first_root_node().add_child(instance=home)
        done.append(f"Home page of {code}")
    return home


def _published_now() -> dict[str, object]:
    now = timezone.now()
    return {"live": True, "first_published_at": now, "last_published_at": now}


def _make_site(home: HomePage, done: list[str]) -> None:
    """Point the default site at the default language's home page, and to the address of the settings."""
    site = Site.objects.filter(is_default_site=True).first()
    address = urlsplit(settings.WAGTAILADMIN_BASE_URL)
    host = address.hostname or "localhost"
    port = address.port or (443 if address.scheme == "https" else 80)
    step, first = SetupStep.objects.get_or_create(key="site", defaults={"value": f"{host}:{port}"})
    if site is None:
        if first:
            Site.objects.create(
                hostname=host, port=port, root_page=home, is_default_site=True, site_name=settings.WAGTAIL_SITE_NAME
            )
            done.append("Site")
        return
    welcome = site.root_page
    is_welcome = welcome.specific_class is Page and welcome.depth == 2
    is_home = HomePage.objects.filter(pk=welcome.pk, translation_key=home.translation_key).exclude(pk=home.pk).exists()
    has_moved = first or (f"{site.hostname}:{site.port}" == step.value != f"{host}:{port}")
    if is_welcome or is_home:
        site.root_page = home
    if has_moved:
        site.hostname, site.port = host, port
        site.site_name = site.site_name or settings.WAGTAIL_SITE_NAME
        SetupStep.objects.filter(pk=step.pk).update(value=f"{host}:{port}")
    if is_welcome or is_home or has_moved:
        site.save()
        done.append(f"Site {host}:{port}")
    if is_welcome and welcome.is_leaf() and welcome.title.startswith("Welcome to your new Wagtail site"):
        Page.objects.get(pk=welcome.pk).delete()
        done.append("Wagtail's welcome page removed")


def _make_children(home: HomePage, code: str, done: list[str]) -> None:
    for model in publication_kinds():
        if _first_time(f"section:{home.pk}:{model.kind}"):
            if model.kind in get_language_row("en").titles:
                title = get_title(model.kind, code)
            else:  # a kind that isn't ours
                with translation.override(code):
                    title = plural_of(model)
            section = SectionPage(title=title, kind=model.kind, show_in_menus=True, **_published_now())
            _add(home, section, model.kind, done)
    if _first_time(f"page:{home.pk}:about"):
        # A draft: readers see it when the newsroom has written it.
        _add(home, InfoPage(title=get_title("about", code), live=False, show_in_menus=True), "about", done)


def _add(home: HomePage, page: SectionPage | InfoPage, slug: str, done: list[str]) -> None:
    """Add the page, joined to the same page in the other languages, unless the slug is taken."""
    if home.get_children().filter(slug=slug).exists():
        return
    sibling = type(page).objects.filter(slug=slug, depth=3).order_by("path").first()
    page.slug = slug
    page.locale = home.locale
    if sibling:
        page.translation_key = sibling.translation_key
    HomePage.objects.get(pk=home.pk).add_child(instance=page)
    done.append(f"{page.title} ({page.locale.language_code})")


def _remove_wagtails_own(done: list[str]) -> None:
    """Remove the groups and the workflow that Wagtail brings, where nobody uses them: they let members publish."""
    if not _first_time("wagtail-defaults"):
        return
    for group in Group.objects.filter(name__in=("Editors", "Moderators"), user__isnull=True):
        group.delete()
        done.append(f"Wagtail's group {group.name} removed")
    for workflow in Workflow.objects.filter(name="Moderators approval", workflow_states__isnull=True):
        Task.objects.filter(workflow_tasks__workflow=workflow, task_states__isnull=True).delete()
        workflow.delete()
        done.append("Wagtail's workflow removed")


def _make_groups(homes: dict[str, HomePage], done: list[str]) -> dict[str, Group]:
    groups: dict[str, Group] = {}
    for role in ROLES.values():
        trees = [{code: home} for code, home in homes.items()] if role.per_language else [homes]
        for tree in trees:
            name = group_name(role, next(iter(tree)))
            group, created = Group.objects.get_or_create(name=name)
            if created:
                done.append(f"Group {name}")
            _grant(group, role, tree, done)
            groups[name] = group
    return groups


def _grant(group: Group, role: Role, homes: Mapping[str, HomePage], done: list[str]) -> None:
    """Give the group its role's rights, each only once: a right that is gone was taken away by people."""
    granted = []
    for name in (*role.permissions, *map(names_permission, homes)):
        permission = _permission(name)
        if permission and _first_time(f"right:{group.pk}:{name}"):
            group.permissions.add(permission)
            granted.append(name)
    for name in role.collections:
        permission = _permission(name)
        if permission and _first_time(f"collection:{group.pk}:{name}"):
            GroupCollectionPermission.objects.get_or_create(
                group=group, collection=Collection.get_first_root_node(), permission=permission
            )
            granted.append(name)
    for home in homes.values():
        for action in role.pages:
            permission = _permission(f"wagtailcore.{action}_page")
            if permission and _first_time(f"tree:{group.pk}:{home.pk}:{action}"):
                GroupPagePermission.objects.get_or_create(group=group, page_id=home.pk, permission=permission)
                granted.append(f"{action} in {home.slug}")
    if granted:
        done.append(f"{len(granted)} rights of {group.name}")


def _permission(name: str) -> Permission | None:
    """Return a permission by ``app_label.codename``, or None where its app isn't installed."""
    app_label, codename = name.split(".")
    return Permission.objects.filter(content_type__app_label=app_label, codename=codename).first()


def _make_workflow(home: HomePage, code: str, groups: Mapping[str, Group]) -> None:
    # The language's own name says in everybody's language what it is for; Wagtail's texts around it say the rest.
    name = get_language_row(code).name
    workflow = Workflow.objects.create(name=name)
    task = FourEyesTask.objects.create(name=name)
    task.groups.set([groups[group_name(EDITOR, code)], groups[group_name(CHIEF_EDITOR)]])
    WorkflowTask.objects.create(workflow=workflow, task=task, sort_order=0)
    WorkflowPage.objects.create(workflow=workflow, page_id=home.pk)


def get_title(key: str, code: str) -> str:
    """Return a title in a language, or in the nearest of its fallbacks that has one, or in English."""
    rows = (get_language_row(candidate) for candidate in (*fallback_chain(code), "en"))
    return next(row.titles[key] for row in rows if key in row.titles)
