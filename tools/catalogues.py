"""Catalogues of interface strings: `update` collects strings and compiles, `check` tells what is missing or stale.

Readers' strings are translated into every language of the table, the admin's into Russian (Wagtail's own admin has
no Tajik). A string is a reader's when it stands in a template of a reader's page (not in one of ``ADMIN_FOLDERS``),
in a file with ``# catalogue: reader`` (in a template inside a comment), or below a comment ``# Translators: readers see
this``.
Nothing but Python is needed: Django's ``templatize`` turns templates into what Babel's extractor reads.

What Wagtail and Django say in other words than the newsroom, in English too, or not at all in Russian, is written by
hand in the catalogues of ``cms/wording``.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "locales")]

from chorsu_locales.table import LANGUAGES  # noqa: E402 - the path has to be set first

PLUGINS = ("archive", "articles", "translation", "search", "feedback", "editorial", "delivery", "locales")
WORDING = ROOT / "cms" / "wording" / "locale"
REWORDED = ("django", "wagtail", "taggit")
FOLDERS = {"cms": ROOT / "cms", "demo": ROOT / "demo"} | {name: ROOT / name / f"chorsu_{name}" for name in PLUGINS}
SOURCE_LANGUAGE = "en"
ADMIN_LANGUAGES = ("ru",)
READER_APPS = frozenset({"cms", "articles", "search", "feedback"})
ADMIN_FOLDERS = frozenset({"admin", "newsroom", "mail"})
READER_MARK = "# catalogue: reader"
READER_COMMENT = "Translators: readers see this"
KEYWORDS = {
    **DEFAULT_KEYWORDS,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext_lazy": ((1, "c"), 2, 3),
}


def main() -> int:
    """Run the command that is named."""
    if sys.argv[1:] == ["update"]:
        for app in FOLDERS:
            update(app)
        for path, catalog in wordings():
            path.with_suffix(".mo").write_bytes(mo_bytes(catalog))
        return 0
    if sys.argv[1:] == ["check"]:
        faults = [*(fault for app in FOLDERS for fault in check(app)), *check_wordings()]
        print("\n".join(faults) or "Every catalogue is complete and compiled")
        return 1 if faults else 0
    print("Usage: catalogues.py update | check", file=sys.stderr)
    return 2


def messages(app: str) -> tuple[Catalog, set[tuple[str | None, str]]]:
    """Return the strings of an app and the keys of those that readers see."""
    catalog, readers = Catalog(charset="utf-8"), set()
    for path in sorted(source_files(app)):
        text = path.read_text(encoding="utf-8")
        template = path.suffix != ".py"
        folders = set(path.relative_to(ROOT).parts[1:-1])
        is_of_site = template and app in READER_APPS and not folders & ADMIN_FOLDERS
        is_reader = is_of_site or READER_MARK in text
        code = python_of(text, path) if template else text
        for _line, found, comments, context in extract("python", io.BytesIO(code.encode()), KEYWORDS, ["Translators:"]):
            if not (found[0] if isinstance(found, tuple) else found):
                continue
            catalog.add(
                found, locations=[(path.relative_to(ROOT).as_posix(), 0)], auto_comments=comments, context=context
            )
            if is_reader or READER_COMMENT in comments:
                readers.add((context, found[0] if isinstance(found, tuple) else found))
    return catalog, readers


def python_of(template: str, path: Path) -> str:
    """Return a template as Python calls of gettext, line by line without the template's own indentation."""
    return "\n".join(line.strip() for line in templatize(template, origin=str(path)).splitlines())


def source_files(app: str) -> Iterator[Path]:
    """Yield the app's files that can hold strings."""
    for path in FOLDERS[app].rglob("*"):
        is_code = path.suffix == ".py" and "migrations" not in path.parts
        is_template = "templates" in path.parts and path.suffix in {".html", ".txt", ".xml"}
        if is_code or is_template:
            yield path


def wanted(app: str, code: str) -> Catalog:
    """Return the strings that a language's catalogue of the app has to hold, untranslated."""
    every, readers = messages(app)
    catalog = Catalog(locale=None, charset="utf-8")
    for message in every:
        key = (message.context, message.id[0] if isinstance(message.id, tuple) else message.id)
        if message.id and (code in ADMIN_LANGUAGES or key in readers):
            catalog[message.id] = message
    return catalog


def po_path(app: str, code: str) -> Path:
    """Return where a catalogue lies."""
    return FOLDERS[app] / "locale" / code / "LC_MESSAGES" / "django.po"


def read(app: str, code: str) -> Catalog:
    """Return the catalogue as it is stored, or an empty one."""
    path = po_path(app, code)
    if not path.exists():
        return Catalog(locale=code, charset="utf-8")
    with path.open("rb") as file:
        return read_po(file, locale=code, charset="utf-8")


def update(app: str) -> None:
    """Bring the app's catalogues up to date with its sources and compile them; English, the source, needs none."""
    for code in LANGUAGES:
        template = wanted(app, code)
        if code == SOURCE_LANGUAGE or not len(template):
            continue
        catalog = read(app, code)
        catalog.update(template, no_fuzzy_matching=True, keep_user_comments=False)
        path = po_path(app, code)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(po_bytes(catalog))
        path.with_suffix(".mo").write_bytes(mo_bytes(catalog))


def po_bytes(catalog: Catalog) -> bytes:
    """Return the catalogue as a .po file without dates, so that it changes only with its strings."""
    buffer = io.BytesIO()
    write_po(buffer, catalog, width=100, sort_output=True, ignore_obsolete=True, include_lineno=False, omit_header=True)
    head = (
        f'msgid ""\nmsgstr ""\n"Language: {catalog.locale_identifier}\\n"\n"MIME-Version: 1.0\\n"\n'
        f'"Content-Type: text/plain; charset=utf-8\\n"\n"Content-Transfer-Encoding: 8bit\\n"\n'
        f'"Plural-Forms: {catalog.plural_forms}\\n"\n\n'
    )
    return head.encode() + buffer.getvalue()


def mo_bytes(catalog: Catalog) -> bytes:
    """Return the catalogue compiled; the header keeps just what gettext reads."""
    read_again = read_po(io.BytesIO(po_bytes(catalog)), locale=catalog.locale, charset="utf-8")
    read_again.creation_date = read_again.revision_date = datetime(2000, 1, 1, tzinfo=UTC)  # the same bytes each time
    buffer = io.BytesIO()
    write_mo(buffer, read_again)
    return buffer.getvalue()


def check(app: str) -> Iterator[str]:
    """Yield what is missing, left over, badly formed or stale in the app's catalogues."""
    for code in LANGUAGES:
        template = wanted(app, code)
        if code == SOURCE_LANGUAGE or not len(template):
            continue
        path, stored = po_path(app, code), read(app, code)
        name = path.relative_to(ROOT)
        keys = {(message.context, str(message.id)) for message in template if message.id}
        stored_keys = {(message.context, str(message.id)) for message in stored if message.id}
        if keys != stored_keys:
            yield f"{name}: {len(keys - stored_keys)} strings new, {len(stored_keys - keys)} gone; run `make messages`"
            continue
        yield from check_stored(path, stored)


def check_stored(path: Path, stored: Catalog) -> Iterator[str]:
    """Yield what is not translated, badly formed or stale in one catalogue."""
    name, compiled = path.relative_to(ROOT), path.with_suffix(".mo")
    for message in stored:
        texts = message.string if isinstance(message.string, (tuple, list)) else (message.string,)
        if message.id and (message.fuzzy or not all(texts)):
            yield f"{name}: not translated: {message.id!r}"
        for fault in message.check(stored) if message.id and all(texts) else ():
            yield f"{name}: {message.id!r}: {fault}"
    if not compiled.exists() or compiled.read_bytes() != mo_bytes(stored):
        yield f"{compiled.relative_to(ROOT)} is not what {name} compiles to; run `make messages`"


def wordings() -> Iterator[tuple[Path, Catalog]]:
    """Yield the catalogues in other words than Wagtail's."""
    for path in sorted(WORDING.glob("*/LC_MESSAGES/django.po")):
        with path.open("rb") as file:
            yield path, read_po(file, locale=path.parts[-3], charset="utf-8")


def reworded() -> set[tuple[str | None, str]]:
    """Return the context and English text of what Wagtail and Django say."""
    keys: set[tuple[str | None, str]] = set()
    for package in REWORDED:
        for path in Path(find_spec(package).origin).parent.rglob("locale/en/LC_MESSAGES/django.po"):
            with path.open("rb") as file:
                catalog = read_po(file, locale=SOURCE_LANGUAGE)
            keys |= {(message.context, str(message.id)) for message in catalog if message.id}
    return keys


def check_wordings() -> Iterator[str]:
    """Yield the faults of these catalogues, and what Wagtail says no more."""
    said = reworded()
    for path, catalog in wordings():
        name, keys = path.relative_to(ROOT), {(message.context, str(message.id)) for message in catalog if message.id}
        yield from check_stored(path, catalog)
        yield from (f"{name}: neither Wagtail nor Django says {key[1]!r}" for key in keys - said)


if __name__ == "__main__":
    sys.exit(main())
