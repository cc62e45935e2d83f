"""What becomes of an archive's people, terms, kinds and fields here: a TOML file, proposed by a dry run."""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.db import models, transaction
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from wagtail.fields import StreamField

from chorsu_archive.items import Archive, ArchiveError, Item
from chorsu_archive.models import ImportedItem, ImportRun
from chorsu_articles.columns import COLUMN_LANGUAGES, column, columns, own_column_language
from chorsu_articles.models import AnalysisPage, Person, SectionPage, Topic
from chorsu_articles.models.publications import publication_kinds
from chorsu_locales.normal_form import permitted
from chorsu_locales.selectors import default_code

LARGEST = 5_000_000
NEW, NONE = "new", "none"
HEAD = """\
# What becomes of an archive's authors, terms, kinds and custom fields. "items" counts the articles.
# person, topic: the slug of one that is here, "new" to make one with this name, or "" to leave it out.
# section: the slug of a section (in any language: each article goes to that of its own), "none" to leave the articles
#   out, or "" to decide nothing: then the kind decides, then the section that the import was started with.
# field: a text field of the article, such as "search_description", or "" to leave it out.
"""
# By table: what an editor fills in.
ANSWERS = {"authors": ("person",), "terms": ("topic", "section"), "kinds": ("section",), "fields": ("field",)}

Data = dict[str, dict[str, dict[str, Any]]]


class Mapping:
    """The answers to what becomes of something; ``total`` counts the archive's items.

    ``data`` is as the file has it, by table and name; a term's name is its taxonomy, a colon, and its key, or the group
    that it forms with those of other languages. ``run`` has to be set before people and topics are asked for.
    """

    def __init__(self, data: Data | None = None, total: int = 0) -> None:
        self.data: Data = {table: dict((data or {}).get(table, {})) for table in ANSWERS}
        self.total = total
        self.run: ImportRun | None = None
        self.groups: dict[tuple[str, str], str] = {}
        self.names: dict[str, dict[str, str]] = defaultdict(dict)
        self.about: dict[str, str] = {}
        self._found: dict[tuple[str, ...], Any] = {}

    @classmethod
    def read(cls, path: Path) -> Mapping:
        """Read a file. Raises ``ArchiveError`` with what is wrong in it."""
        try:
            with path.open("rb") as file:
                data = tomllib.loads(file.read(LARGEST).decode())
        except (OSError, ValueError) as error:
            raise ArchiveError(_("%(name)s can't be read: %(error)s") % {"name": path.name, "error": error}) from error
        rows = [row for table in ANSWERS for row in _table(data, table).values()]
        if not all(isinstance(row, dict) and all(isinstance(each, str | int) for each in row.values()) for row in rows):
            raise ArchiveError(_("%(name)s isn't a mapping as a dry run writes it.") % {"name": path.name})
        mapping = cls(data)
        mapping.check()
        return mapping

    @classmethod
    def of(cls, archive: Archive, progress: Any = lambda: None) -> Mapping:
        """Propose a mapping of an archive: what has the same name here, and new people and topics for the others."""
        counts: dict[str, Counter[str]] = {table: Counter() for table in ANSWERS}
        mapping = cls()
        mapping.learn(archive)
        for item in archive.items():
            mapping.total += 1
            counts["authors"].update(set(item.authors))
            counts["terms"].update({mapping._term(*term) for term in item.terms})
            counts["kinds"][item.kind] += 1
            counts["fields"].update(item.fields.keys())
            progress()
        people, topics = _slugs(open_people()), _slugs(Topic.objects.all())
        titles = SectionPage.objects.order_by("-path").values_list("title", "slug")
        sections = {title.casefold(): slug for title, slug in titles}
        names = {each.key: each.name for each in archive.contributors()}
        for key in counts["authors"].keys() | names.keys():
            name = names.get(key, key)
            mapping.data["authors"][key] = {"name": name, "person": people.get(name.casefold(), NEW)}
        for key in counts["terms"].keys() | mapping.names.keys():
            called = list(dict.fromkeys(mapping.names.get(key, {}).values())) or [key.partition(":")[2]]
            section = next((sections[name.casefold()] for name in called if name.casefold() in sections), "")
            topic = next((topics[name.casefold()] for name in called if name.casefold() in topics), NEW)
            mapping.data["terms"][key] = {
                "name": " / ".join(called),
                "topic": "" if section else topic,
                "section": section,
            }
        mapping.data["kinds"] = {key: {"section": ""} for key in counts["kinds"]}
        mapping.data["fields"] = {key: {"field": ""} for key in counts["fields"]}
        for table, rows in mapping.data.items():
            mapping.data[table] = {key: {**rows[key], "items": counts[table][key]} for key in sorted(rows)}
        return mapping

    def learn(self, archive: Archive) -> None:
        """Learn which terms of the archive are one in several languages, and what they are called there."""
        self.groups = {(term.kind, term.key): term.group for term in archive.terms() if term.group}
        for term in archive.terms():
            self.names[self._term(term.kind, term.key)].setdefault(term.language, term.name)
        self.about = {each.key: each.about for each in archive.contributors() if each.about}

    def answered(self, given: Mapping) -> Mapping:
        """Take over the answers of another mapping."""
        for table, answers in ANSWERS.items():
            for key, row in given.data[table].items():
                chosen = {name: str(row[name]) for name in (*answers, "name") if name in row}
                self.data[table][key] = self.data[table].get(key, {}) | chosen
        return self

    def write(self, path: Path) -> None:
        lines = [HEAD]
        for table, rows in self.data.items():
            for key, row in rows.items():
                pairs = (f"{name} = {_toml(value)}" for name, value in row.items())
                lines.append(f"[{table}.{_toml(key)}]\n" + "\n".join(pairs) + "\n")
        path.write_text("\n".join(lines), encoding="utf-8")

    def check(self) -> None:
        """Raise ``ArchiveError`` where an answer names something that isn't here."""
        people, topics = open_people(), Topic.objects.all()
        checks = [("authors", "person", people), ("terms", "topic", topics)]
        checks += [(table, "section", SectionPage.objects.all()) for table in ("terms", "kinds")]
        for table, answer, rows in checks:
            chosen = {str(row.get(answer, "")) for row in self.data[table].values()} - {"", NEW, NONE}
            known = set(rows.filter(slug__in=chosen).values_list("slug", flat=True)) if chosen else set()
            if missing := sorted(chosen - known):
                text = _("The mapping names what isn't here as “%(answer)s”: %(slugs)s.")
                raise ArchiveError(text % {"answer": answer, "slugs": ", ".join(missing[:10])})
        texts = text_fields()
        fields = {str(row.get("field", "")) for row in self.data["fields"].values()} - {""}
        if missing := sorted(fields - texts.keys()):
            text = _("A custom field can't go to %(fields)s, but to one of these: %(texts)s.")
            raise ArchiveError(text % {"fields": ", ".join(missing), "texts": ", ".join(sorted(texts))})

    def forget(self) -> None:
        """Ask the database again for everything."""
        self._found.clear()

    def person(self, key: str) -> Person | None:
        """Return the person who an author is here, made on first need; never one whose name is protected."""
        row = self.data["authors"].get(key, {})
        names = {"": str(row.get("name") or key)}
        found: Person | None = self._object(
            Person, key, str(row.get("person", "")), names, {"about": self.about.get(key, "")}
        )
        return found

    def topics(self, terms: Iterable[tuple[str, str]]) -> list[Topic]:
        """Return the topics that terms are here, made on first need."""
        found = []
        for key in dict.fromkeys(self._term(*term) for term in terms):
            row = self.data["terms"].get(key, {})
            names = dict(self.names.get(key) or {"": str(row.get("name") or key)})
            found.append(self._object(Topic, key, str(row.get("topic", "")), names, {}))
        return list({topic.pk: topic for topic in found if topic is not None}.values())

    def is_left_out(self, item: Item) -> bool:
        return self._chosen(item) == NONE

    def section(self, item: Item, language: str) -> SectionPage | None:
        """Return where an item goes; None without such a section in the language."""
        slug = self._chosen(item)
        key = ("section", slug, language)
        if key not in self._found:
            sections = SectionPage.objects.select_related("locale").order_by("path")
            mine = sections.filter(locale__language_code=language)
            defaults = self.run.options.get("sections") if self.run else None
            named = sections.filter(slug=slug) if slug else sections.filter(pk__in=defaults or [])
            chosen = mine.filter(translation_key__in=named.values("translation_key")).first()
            default = None if slug or defaults else mine.filter(kind=AnalysisPage.kind).first()
            self._found[key] = chosen or default
        found: SectionPage | None = self._found[key]
        return found

    def field(self, name: str) -> str:
        """Return the field of a page that a custom field goes to, or ``""``."""
        return str(self.data["fields"].get(name, {}).get("field", ""))

    def _chosen(self, item: Item) -> str:
        rows = [self.data["terms"].get(self._term(*term), {}) for term in item.terms]
        return next(
            filter(None, (str(row.get("section", "")) for row in [*rows, self.data["kinds"].get(item.kind, {})])), ""
        )

    def _term(self, kind: str, key: str) -> str:
        return f"{kind}:{self.groups.get((kind, key), key)}"

    def _object(self, model: Any, key: str, slug: str, names: dict[str, str], texts: dict[str, str]) -> Any:
        if (model.__name__, key) not in self._found:
            rows = open_people() if model is Person else model.objects.all()
            made = self._made(model, rows, key, names, texts) if slug == NEW else rows.filter(slug=slug).first()
            self._found[model.__name__, key] = made
        return self._found[model.__name__, key]

    @transaction.atomic
    def _made(self, model: Any, rows: Any, key: str, names: dict[str, str], texts: dict[str, str]) -> Any:
        run: Any = self.run
        known = {"identity": run.identity, "kind": model._meta.model_name, "key": key[:255]}
        former = ImportedItem.objects.filter(**known).first()
        if former and (found := model.objects.filter(pk=former.object_id).first()):
            return rows.filter(pk=found.pk).first()
        if run.is_preview:
            return None
        most = model._meta.get_field("name").max_length
        fields = {}
        for code, text in names.items():
            own = own_column_language(code or run.options.get("language") or default_code()) or COLUMN_LANGUAGES[0]
            fields[column("name", own)] = text[:most]
            fields |= {column(name, own): value for name, value in texts.items() if value}
        made = model.objects.create(**fields)
        said = {"object_id": made.pk, "run": run, "made_by": run, "what": "created", "created": True}
        said |= {"title": next(iter(names.values()))[:255], "content_hash": texts_of(made)}
        ImportedItem.objects.update_or_create(**known, defaults=said)
        return made


def open_people() -> Any:
    """Return the people whose names aren't protected: an archive knows no others."""
    people: Any = Person.objects
    return people.filter(name_withheld=False)


def hash_of(value: Any) -> str:
    """Return the SHA-256 of something like JSON in hexadecimal."""
    return hashlib.sha256(json.dumps(value, default=str, sort_keys=True).encode()).hexdigest()


def texts_of(row: Any) -> str:
    """Return a digest of the texts of a person or topic, to know later whether an editor changed them."""
    names = [field.attname for field in row._meta.concrete_fields if not field.primary_key]
    return hash_of([getattr(row, name) for name in names])


def text_fields() -> dict[str, str]:
    """Return the fields of articles that a custom field may go to, with their names for people."""
    found = (each for kind in publication_kinds() for each in kind._meta.concrete_fields if _is_text(each))
    return {each.name: capfirst(str(each.verbose_name)) for each in found}


def _is_text(field: Any) -> bool:
    is_text = isinstance(field, models.CharField | models.TextField) and not isinstance(field, StreamField)
    own = {"title", "slug", "draft_title", "url_path", "path", "lead"}
    return is_text and field.editable and not field.choices and field.name not in own


def _table(data: dict[str, Any], name: str) -> dict[str, Any]:
    table = data.get(name, {})
    return table if isinstance(table, dict) else {"": None}


def _slugs(rows: Any) -> dict[str, str]:
    """Return slugs by name in any language, without regard to case; nothing for a name that several have."""
    found: dict[str, set[str]] = defaultdict(set)
    for slug, *names in rows.values_list("slug", *columns("name")):
        for name in filter(None, names):
            found[name.casefold()].add(slug)
    return {name: slugs.pop() for name, slugs in found.items() if len(slugs) == 1}


def _toml(value: Any) -> str:
    """Return a text or number as TOML writes it: a text as JSON does, but for one control character."""
    return json.dumps(permitted(value) if isinstance(value, str) else value, ensure_ascii=False)
