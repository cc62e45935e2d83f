"""Checks of what a site gives the plug-ins' pages: an address, and a base template with the blocks that they fill."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Warning  # noqa: A004 (Django's name)
from django.template import Context, Template, TemplateDoesNotExist, TemplateSyntaxError
from django.template.base import Node
from django.template.loader import get_template
from django.template.loader_tags import BlockNode, ExtendsNode
from django.urls import NoReverseMatch, Resolver404, get_script_prefix, resolve, reverse
from django.utils import translation

from chorsu_locales.selectors import default_code


def address_faults(
    names: Mapping[str, Sequence[Any]], *, include: str, missing: str, shadowed: str
) -> list[CheckMessage]:
    """Return the first fault of a plug-in's addresses: one that isn't there, or that an earlier route takes.

    ``names`` are the names of its URL patterns ("chorsu_feedback:thanks"), each with arguments to try; ``include`` is
    the line that belongs into the root urls; ``missing`` and ``shadowed`` are the ids of the checks.
    """
    if not getattr(settings, "ROOT_URLCONF", ""):
        return []
    with translation.override(default_code()):  # below i18n_patterns an address begins with the active language
        for name, arguments in names.items():
            try:
                address = reverse(name, args=arguments)
                found = resolve("/" + address.removeprefix(get_script_prefix()))
            except NoReverseMatch:
                hint = f"Add {include} to the root urls, before Wagtail's."
                return [Warning(f"{name} has no address.", hint=hint, id=missing)]
            except Resolver404:
                continue
            if f"{found.app_name}:{found.url_name}" != name:
                problem = (
                    f"{address} doesn't lead to {name}: the route {found.route!r} ({found.view_name}) comes first."
                )
                hint = f"Move {include} before that route in the root urls, or give one of them another address."
                return [Warning(problem, hint=hint, id=shadowed)]
    return []


def template_faults(name: str, *, base: str, setting: str, fault: str) -> list[CheckMessage]:
    """Return which blocks of a plug-in's template are shown nowhere, because no template that it extends has them.

    ``base`` is what the template's variable ``base_template`` is set to, by ``setting``; ``fault`` is the check's id.
    """
    try:
        templates = _inheritance(name, Context({"base_template": base}))
    except TemplateDoesNotExist as error:
        problem = f"{name} can't be shown: there is no template {error.args[0]!r}."
        return [Warning(problem, hint=f"Add it, or name another base template with {setting}.", id=fault)]
    except TemplateSyntaxError:
        return []  # whoever opens a page of the site is told
    # The last one: a site may override ours, and extend it.
    own = max((place for place, each in enumerate(templates) if each.origin.template_name == name), default=0)
    parents = templates[own + 1 :]
    offered = {block for parent in parents for block in _blocks(parent.nodelist.get_nodes_by_type(BlockNode))}
    extends = _extends(templates[own]) if parents else None
    return [
        Warning(
            f"{name} fills the block {block!r}, which {parents[0].origin.template_name!r} doesn't have.",
            hint=f"Add the block to it, or name a base template that has it with {setting}.",
            id=fault,
        )
        for block in (_blocks(extends.nodelist) if extends else [])
        if block not in offered
    ]


def _inheritance(name: str, context: Context) -> list[Template]:
    """Return a template and those that it extends, one after the other; nothing where a name is known only later."""
    engine = get_template(name).template.engine  # type: ignore[attr-defined]
    found: list[Template] = []
    while name:
        template, _origin = engine.find_template(name, skip=[each.origin for each in found])
        found.append(template)
        extends = _extends(template)
        name = extends.parent_name.resolve(context, ignore_failures=True) if extends else ""  # type: ignore[union-attr]
        if extends and not (name and isinstance(name, str)):
            return []
    return found


def _extends(template: Template) -> ExtendsNode | None:
    return next((node for node in template.nodelist if isinstance(node, ExtendsNode)), None)


def _blocks(nodes: Iterable[Node]) -> list[str]:
    return [node.name for node in nodes if isinstance(node, BlockNode)]
