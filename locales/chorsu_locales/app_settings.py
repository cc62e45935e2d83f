"""What a site gives a plug-in, and what is wrong with it: settings, addresses, a base template; and notes.

The settings of a plug-in are a dict in the site's settings, whose keys are the fields of a dataclass in upper case.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from functools import cached_property, partial
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.checks import CheckMessage, Error, Info, Warning, register  # noqa: A004 (Django's name)
from django.template import Context, Template, TemplateDoesNotExist, TemplateSyntaxError
from django.template.loader import get_template
from django.template.loader_tags import BlockNode, ExtendsNode
from django.urls import NoReverseMatch, Resolver404, get_script_prefix, resolve, reverse
from django.utils import translation

from chorsu_locales.selectors import default_code

# What a value has to be, and how that is said to whoever wrote another.
Want = tuple[Callable[[Any], bool], str]

A_TEMPLATE: Want = (lambda value: isinstance(value, str) and bool(value), 'Use the name of a template: "base.html".')
MODELS: Want = (
    lambda value: isinstance(value, list | tuple) and all(map(_is_model, value)),
    "Use a list of app_label.Model, of installed apps.",
)


def number(least: float, most: float = math.inf) -> Want:
    return (lambda value: _is_number(value) and least <= value <= most), (
        f"Use a number of at least {least}." if most == math.inf else f"Use a number from {least} to {most}."
    )


def whole(least: int) -> Want:
    return (lambda value: _is_number(value) and isinstance(value, int) and value >= least), (
        f"Use a whole number, at least {least}."
    )


@dataclass(frozen=True, eq=False)
class AppSettings[Shape]:
    """The dict ``name`` of the site's settings, read whenever it is asked for.

    ``shape`` is a dataclass with a default for every field. What is wrong is left to the system check of the number
    ``identifier``, so that a typo in the settings stops no page. ``wants`` says of fields what their values have to be.
    """

    name: str
    shape: type[Shape]
    identifier: str
    wants: Mapping[str, Want] = field(default_factory=dict)

    @cached_property
    def keys(self) -> frozenset[str]:
        return frozenset(item.name.upper() for item in fields(self.shape))  # type: ignore[arg-type]

    def given(self) -> dict[str, Any]:
        """Return what the site's settings say, as they say it; nothing where that is no dict."""
        value = getattr(settings, self.name, {})
        return value if isinstance(value, dict) else {}

    def get(self) -> Shape:
        """Return the settings in force, without unknown keys."""
        return self.shape(**{key.lower(): value for key, value in self.given().items() if key in self.keys})

    def register_check(self) -> Callable[..., list[CheckMessage]]:
        # Not the method itself: Django's registry gives a check an attribute.
        return register(partial(self.check))

    def check(self, **_kwargs: Any) -> list[CheckMessage]:
        if not isinstance(getattr(settings, self.name, {}), dict):
            return [Error(f"{self.name} is no dict.", hint=f"Write {self.name} = {{…}}.", id=self.identifier)]
        known = ", ".join(sorted(self.keys))
        found: list[CheckMessage] = []
        for key, value in self.given().items():
            is_right, hint = self.wants.get(key.lower(), (lambda _value: True, ""))
            if key not in self.keys:
                problem, hint = f"{self.name} has an unknown key: {key!r}.", f"Use one of: {known}."
            elif is_right(value):
                continue
            else:
                shown = repr(value) if isinstance(value, str | float | int | None) else "wrong"  # it may hold keys
                problem = f"{self.name}[{key!r}] is {shown}."
            found.append(Error(problem, hint=hint, id=self.identifier))
        return found


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_model(label: Any) -> bool:
    try:
        apps.get_model(label)
    except (AttributeError, LookupError, ValueError):
        return False
    return True


BLOCKS = ("title", "content")


def address_faults(names: Mapping[str, Sequence[Any]], *, include: str, fault: str) -> list[CheckMessage]:
    """Return the first fault of a plug-in's addresses: one that is missing, or that an earlier route takes.

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


Notes = Callable[[], Iterable[Info]]
_notes: list[Notes] = []


def register_notes(find: Notes) -> Notes:
    """Let ``find`` say what a site should know and nobody has to mend: ``manage.py check --tag chorsu`` shows notes."""
    _notes.append(find)
    return find


@register("chorsu")
def check_notes(**_kwargs: Any) -> list[Info]:
    """Return the notes where they are asked for by their tag; else they would stand above each command's own lines."""
    is_check = sys.argv[1:2] == ["check"]
    if not is_check or not any("chorsu" in argument for argument in sys.argv[2:]):
        return []
    return [note for find in _notes for note in find() if not note.is_silenced()]
