"""What schema.org and Google say of structured data; the excerpt's file names its source and licence."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

VOCABULARY = json.loads(Path(__file__).with_name("schema_org_29_4.json").read_text())
TEXTS = {"Text", "URL", "Date", "DateTime"}
DATE = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d(\.\d+)?[+-]\d\d:\d\d)?")
ADDRESS = re.compile(r"https?://[^\s<>\"]+")
# Google's required properties, and those that it recommends and every page of the site can have:
# developers.google.com/search/docs/appearance/structured-data, articles "article", "breadcrumb", "event",
# "organization", "profile-page", "site-names".
REQUIRED = {
    "Article": {"headline", "author", "datePublished", "dateModified", "publisher", "image"},
    "BreadcrumbList": {"itemListElement"},
    "ListItem": {"position", "name", "item"},
    "Event": {"name", "startDate", "location", "endDate", "eventStatus", "eventAttendanceMode", "image"},
    "Organization": {"name"},
    "NewsMediaOrganization": {"name", "url", "logo"},
    "ProfilePage": {"mainEntity"},
    "Person": {"name"},
    "WebSite": {"name", "url", "potentialAction"},
    "SearchAction": {"target", "query-input"},
    "ImageObject": {"url"},
}


def lineage(kind: str) -> Iterator[str]:
    """Yield a type and those above it."""
    yield kind
    for above in VOCABULARY["types"][kind]:
        yield from lineage(above)


def faults(node: Any, *, is_stub: bool = False) -> Iterator[str]:
    """Yield what is wrong with a node and those below it; a stub names another page and need not be complete."""
    kind = node["@type"]
    if kind not in VOCABULARY["types"]:
        yield f"schema.org has no {kind}"
        return
    kinds = set(lineage(kind))
    for each in kinds & REQUIRED.keys() if not is_stub else ():
        yield from (f"{kind} lacks {name}" for name in REQUIRED[each] - node.keys())
    for name, value in node.items():
        if name.startswith("@") or name.endswith("-input"):
            continue
        about = VOCABULARY["properties"].get(name)
        if about is None or not kinds & set(about["of"]):
            yield f"{kind} has no {name}"
            continue
        stub = name in {"workTranslation", "translationOfWork"}
        for each in value if isinstance(value, list) else [value]:
            yield from _value_faults(f"{kind}.{name}", each, set(about["is"]), is_stub=stub)


def _value_faults(where: str, value: Any, expected: set[str], *, is_stub: bool) -> Iterator[str]:
    if isinstance(value, dict):
        if set(value) == {"@id"}:
            return
        if not set(lineage(value["@type"])) & expected:
            yield f"{where} can't be a {value['@type']}"
        yield from faults(value, is_stub=is_stub)
    elif not _is_plain(value, expected):
        yield f"{where} is {value!r}"


def _is_plain(value: Any, expected: set[str]) -> bool:
    if isinstance(value, bool):
        return "Boolean" in expected
    kinds = expected & VOCABULARY["enumerations"].keys()
    if kinds:
        members = VOCABULARY["enumerations"][min(kinds)]
        return value in {f"https://schema.org/{member}" for member in members}
    if isinstance(value, int):
        # Google's own examples give pixels as numbers.
        return bool(expected & {"Integer", "Number", "Distance", "QuantitativeValue"})
    if not isinstance(value, str) or not value.strip() or not expected & TEXTS:
        return False
    return "Text" in expected or bool((ADDRESS if "URL" in expected else DATE).fullmatch(value))
