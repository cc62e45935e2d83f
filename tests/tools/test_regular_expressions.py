"""No regular expression of the project takes more than linear time, whatever people send."""

from __future__ import annotations

import ast
import importlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from chorsu_articles.forms.documents import MP3, MP3_FRAME
from chorsu_articles.videos import PROVIDERS
from chorsu_editorial.markup import ENDS_OF_RAW
from chorsu_locales.table import LANGUAGES
from chorsu_search.analysis import fold_map, get_analyser, word_pattern, written_word_pattern
from demo.generator.texts import SENTENCE_END
from tests.tools.linear_patterns import why_not_linear

ROOT = Path(settings.BASE_DIR)
FOLDERS = ("archive", "articles", "search", "locales", "translation", "feedback", "editorial", "delivery")
FOLDERS += ("cms", "demo")
FUNCTIONS = frozenset({"compile", "sub", "subn", "match", "search", "fullmatch", "split", "findall", "finditer"})
METHODS = FUNCTIONS - {"compile"}

# Why what isn't proved does no harm: by module and pattern.
EXCEPTIONS: dict[tuple[str, str | bytes], str] = {
    ("chorsu_articles.forms.documents", MP3_FRAME.pattern): "only matched, from one place",
    ("chorsu_articles.forms.documents", MP3.pattern): "only matched, at the start of a file",
    ("chorsu_articles.videos", PROVIDERS[0][1].pattern): "only matched, at the start of an address",
    (
        "chorsu_search.analysis",
        written_word_pattern().pattern,
    ): "a letter that is an apostrophe too goes to the word first, after which nothing has to follow",
    ("cms.reader.caches", rb"/\*.*?\*/"): "reads style sheets of what is installed",
    ("demo.blocks", r"\n\s*\n"): "reads the demo's own files",
    ("demo.generator.texts", SENTENCE_END.pattern): "reads the demo's own texts",
    ("demo.generator.texts", r"\[\d+\]|<[^>]+>"): "reads the demo's own texts",
}


def of_analysers() -> Iterator[dict[str, Any]]:
    plain = word_pattern().pattern
    words = {"plain": plain, "ranges": plain.removeprefix(r"(?:[^\W_]|[").removesuffix("])+")}
    for language in LANGUAGES.values():
        folds = [key for key in fold_map(language.analysis) if len(key) > 1]
        for rule in get_analyser(language.code).rules:
            yield {"self": rule, "rule": rule, "longest_first": folds, **words}


# What the names inside functions stand for in the patterns of a module.
LOCAL: dict[str, Callable[[], Iterable[dict[str, Any]]]] = {
    "chorsu_articles.paste": lambda: [{"marker": marker} for marker in ("1.", "•", "x)")],
    # Escaped, so that each stands for itself alone.
    "chorsu_editorial.comments": lambda: [{"names": r"anna\ b\.|anna"}],
    "chorsu_editorial.markup": lambda: [{"name": name} for name in ENDS_OF_RAW],
    "chorsu_search.analysis": of_analysers,
    "chorsu_translation.memory.wording": lambda: [{each: ["Душанбе", "12"] for each in ("names", "written")}],
}


@dataclass(frozen=True, slots=True)
class Use:
    """An expression that gives a pattern, as it stands in a module, and the functions of ``re`` that read with it."""

    module: str
    source: str
    flags: str
    methods: frozenset[str]


@cache
def trees() -> dict[str, ast.Module]:
    """Return the modules of the product by name."""
    found = {}
    for folder in FOLDERS:
        start = ROOT if (ROOT / folder / "__init__.py").exists() else ROOT / folder
        for path in sorted((ROOT / folder).rglob("*.py")):
            parts = path.relative_to(start).with_suffix("").parts
            if not {"migrations", "tests"} & set(parts):
                found[".".join(parts).removesuffix(".__init__")] = ast.parse(path.read_text())
    return found


def is_of_re(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id == "re"
        and node.func.attr in FUNCTIONS
    )


@cache
def methods_of_names() -> dict[str, frozenset[str]]:
    """Return the methods called on each name of the project; all where a name is used in any other way as well."""
    found: dict[str, set[str]] = {}
    for tree in trees().values():
        called = {}
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                called[id(node.func.value)] = node.func.attr
        for node in ast.walk(tree):
            if isinstance(node, ast.Name | ast.Attribute) and isinstance(node.ctx, ast.Load):
                name = node.id if isinstance(node, ast.Name) else node.attr
                method = called.get(id(node))
                found.setdefault(name, set()).update({method} if method in METHODS else METHODS)
    return {name: frozenset(methods) for name, methods in found.items()}


@cache
def uses() -> list[Use]:
    return list(find_uses())


def find_uses() -> Iterator[Use]:
    for module, tree in trees().items():
        named = {
            id(node.value): target.id
            for node in tree.body
            if isinstance(node, ast.Assign | ast.AnnAssign)
            for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
            if isinstance(target, ast.Name)
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "re_path":
                yield Use(module, ast.unparse(node.args[0]), "0", METHODS)
            if isinstance(node, ast.Call) and is_of_re(node):
                assert isinstance(node.func, ast.Attribute)
                function = node.func.attr
                at = {"compile": 1, "match": 2, "search": 2, "fullmatch": 2, "findall": 2, "finditer": 2}.get(function)
                given = [node.args[at]] if at and len(node.args) > at else []
                given += [keyword.value for keyword in node.keywords if keyword.arg == "flags"]
                flags = ast.unparse(given[0]) if given else "0"
                by_name = methods_of_names().get(named.get(id(node), ""), METHODS)
                yield Use(
                    module,
                    ast.unparse(node.args[0]),
                    flags,
                    by_name if function == "compile" else frozenset({function}),
                )


def patterns(use: Use) -> set[tuple[str | bytes, int]]:
    names = vars(importlib.import_module(use.module))
    try:
        found = [eval(use.source, names)]
    except NameError:
        assert use.module in LOCAL, f"{use.module}: make {use.source} a constant, or explain its names in LOCAL"
        found = [eval(use.source, names | local) for local in LOCAL[use.module]()]
    flags = int(eval(use.flags, names))
    return {(pattern, flags) for pattern in found}


@pytest.mark.thorough
def test_every_pattern_is_linear_or_excepted():
    refused = {
        (use.module, pattern, method): why
        for use in uses()
        for pattern, flags in patterns(use)
        for method in sorted(use.methods)
        if (why := why_not_linear(pattern, flags, method=method))
    }
    assert not {key: why for key, why in refused.items() if key[:2] not in EXCEPTIONS}
    # No exception outlives its pattern.
    assert {key[:2] for key in refused} == EXCEPTIONS.keys()


@pytest.mark.thorough
def test_nothing_escapes_the_scan():
    assert len(uses()) > 60
    assert LOCAL.keys() <= {use.module for use in uses()}
    for module, tree in trees().items():
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and node.module == "re":
                assert {alias.name for alias in node.names} <= {"Match", "Pattern"}, module
            if isinstance(node, ast.Import):
                assert all(alias.name != "regex" and not (alias.name == "re" and alias.asname) for alias in node.names)
            assert not isinstance(node, ast.Name) or node.id not in {"RegexValidator", "RegexField", "_lazy_re_compile"}


@pytest.mark.parametrize(
    ("pattern", "method"),
    [
        ("(a+)+$", "match"),
        (r"(?:a|b|ab)*$", "match"),
        (r"(\s*<br>)+\s*$", "sub"),
        (r"(?:<br>\s*)+x", "search"),
        ("<[^>]*>", "sub"),
        (r"\s+$", "sub"),
        (r"\d+%", "search"),
        ("«([^»]+)»", "findall"),
        (r"\s*,\s*", "split"),
        ("a.*b.*c", "match"),
        ("a?.*[bc]*d", "fullmatch"),
        ("(?i)Ё*ё*x", "match"),
        ("x(?:.*y)?", "findall"),
        (r"(?m)^\s*x", "search"),
        (rb"\xff+$", "search"),
        (r"\w+(?:[-_]+\w+)*", "fullmatch"),
        ("(?=.*x)a", "match"),
        (r"(.*)\1", "match"),
        ("(a?){30}a", "match"),
    ],
)
def test_what_takes_more_than_linear_time_is_refused(pattern, method):
    assert why_not_linear(pattern, method=method)


@pytest.mark.parametrize(
    ("pattern", "method"),
    [
        ("<[^<>]*>", "sub"),
        (r"\s+", "sub"),
        (r"\s+$", "match"),
        ("«([^«»]+)»", "findall"),
        (r"^\s*x", "search"),
        (r"(\d{1,3}\.){3}", "search"),
        (r"<(b|i)>( ?)</\1>", "sub"),
        (r"bytes=(\d{0,18})-(\d{0,18})", "fullmatch"),
        (r"\w+(?:-+\w+)*", "finditer"),
        ("a*b*c*$", "match"),
        ("[а-я]*[a-z]*x", "fullmatch"),
        (rb"\0*\xff", "match"),
    ],
)
def test_what_takes_linear_time_is_proved(pattern, method):
    assert not why_not_linear(pattern, method=method)
