"""Checks of what a site gives the plug-ins' pages: an address, and a base template with the blocks that they fill."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Warning  # noqa: A004 (Django's name)
from django.template import Context, Template, TemplateDoesNotExist, TemplateSyntaxError
from django.template.loader import get_template
from django.template.loader_tags import BlockNode, ExtendsNode
from django.urls import NoReverseMatch, Resolver404, get_script_prefix, resolve, reverse
from django.utils import translation

from chorsu_locales.selectors import default_code

BLOCKS = ("title", "content")


def address_faults(names: Mapping[str, Sequence[Any]], *, include: str, fault: str) -> list[CheckMessage]:
    """Return the first fault of a plug-in's addresses: one that isn't there, or that an earlier route takes.

    ``names`` are the names of its URL patterns ("chorsu_feedback:thanks"), each with arguments to try; ``include`` is
    the line that belongs into the root urls; ``fault`` is the check's id.
    """
    if not getattr(settings, "ROOT_URLCONF", ""):
        return []
    hint = f"Put {include} into the root urls, before Wagtail's and before other routes of such an address."
    with translation.override(default_code()):  # below i18n_patterns an address begins with the active language
        for name, arguments in names.items():
            try:
                address = reverse(name, args=arguments)
                found = resolve("/" + address.removeprefix(get_script_prefix()))
            except NoReverseMatch:
                return [Warning(f"{name} has no address.", hint=hint, id=fault)]
            except Resolver404:
                continue
            if f"{found.app_name}:{found.url_name}" != name:
                comes_first = f"the route {found.route!r} ({found.view_name}) comes first"
                return [Warning(f"{address} doesn't lead to {name}: {comes_first}.", hint=hint, id=fault)]
    return []


def template_faults(*, base: str, setting: str, fault: str) -> list[CheckMessage]:
    """Return what keeps a base template from showing a plug-in's page: it is missing, or has no block for it.

    ``base`` is what ``setting`` says; ``fault`` is the check's id.
    """
    offered: set[str] = set()
    name: Any = base
    for _ in range(10):  # a template may extend the one of its own name in another folder
        try:
            template: Template = get_template(name).template  # type: ignore[attr-defined]
        except TemplateDoesNotExist:
            hint = f"Add it, or name another base template with {setting}."
            return [Warning(f"There is no template {name!r}.", hint=hint, id=fault)]
        except TemplateSyntaxError:
            return []  # whoever opens a page of the site is told
        offered |= {node.name for node in template.nodelist.get_nodes_by_type(BlockNode)}  # type: ignore[attr-defined]
        extends = next((node for node in template.nodelist if isinstance(node, ExtendsNode)), None)
        if extends is None:
            break
        name = extends.parent_name.resolve(Context(), ignore_failures=True)  # type: ignore[union-attr]
        if not isinstance(name, str):
            return []  # it is chosen for each request
    hint = f"Add the block to it, or name a base template that has it with {setting}."
    return [
        Warning(f"{base!r} has no block {block!r}.", hint=hint, id=fault) for block in BLOCKS if block not in offered
    ]
