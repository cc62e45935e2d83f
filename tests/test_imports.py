"""No module imports itself by a detour, not even for its types; and none needs what django-stubs-ext adds to Django."""

from __future__ import annotations

import ast
from graphlib import TopologicalSorter

import grimp

from tests.foreign.versions import ROOT

ROOMS = (
    "demo",
    "cms",
    "chorsu_articles",
    "chorsu_translation",
    "chorsu_search",
    "chorsu_feedback",
    "chorsu_editorial",
    "chorsu_delivery",
    "chorsu_locales",
)


def test_no_circle_of_imports():
    graph = grimp.build_graph(*ROOMS, cache_dir=None)
    # Raises CycleError, which names the modules of a circle.
    TopologicalSorter({name: graph.find_modules_directly_imported_by(name) for name in graph.modules}).prepare()


# Django's own querysets take a subscript, as Python's types do; its forms, feeds and views take one only where
# django-stubs-ext was called.
SUBSCRIPTED = {"dict", "QuerySet", "models.QuerySet", "LeasedQuerySet"}


def test_no_class_of_a_plugin_is_built_on_a_subscript_that_django_alone_refuses():
    bases = [
        (path.name, ast.unparse(base))
        for path in ROOT.glob("*/chorsu_*/**/*.py")
        for each in ast.walk(ast.parse(path.read_text()))
        if isinstance(each, ast.ClassDef)
        for base in each.bases
        if isinstance(base, ast.Subscript) and ast.unparse(base.value) not in SUBSCRIPTED
    ]
    assert bases == []


# How words align, how stored blocks are walked, how HTML is read: by these alone.
OWNERS = {
    "SequenceMatcher": {"alignment.py"},
    "BaseStreamBlock": {"reading.py", "hashing.py", "merge.py"},
    "HTMLParser": set[str](),
}


def test_what_one_module_owns_no_other_does_by_itself():
    found = {name: set[str]() for name in OWNERS}
    for path in [*ROOT.glob("*/chorsu_*/**/*.py"), *ROOT.glob("cms/**/*.py")]:
        for each in ast.walk(ast.parse(path.read_text())):
            for name in {each.name} & OWNERS.keys() if isinstance(each, ast.alias) else ():
                found[name].add(path.name)
    assert found == OWNERS
