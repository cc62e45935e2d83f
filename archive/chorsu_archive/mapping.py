"""What becomes of an archive's people, terms, kinds and fields here: a TOML file, proposed by a dry run."""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.db import models, transaction
from django.utils.text import Truncator, capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from chorsu_archive.items import Archive, ArchiveError, Item
from chorsu_archive.models import ImportedItem, ImportRun
from chorsu_archive.texts import plain
from chorsu_articles.columns import COLUMN_LANGUAGES, column, columns, own_column_language
from chorsu_articles.models import AnalysisPage, Person, SectionPage, Topic
from chorsu_articles.models.publications import publication_kinds
from chorsu_locales.normal_form import permitted
from chorsu_locales.selectors import default_code

NEW, NONE, YES = "new", "none", "yes"
HEAD = """\
# What becomes of an archive's authors, terms, kinds and custom fields. "items" counts the articles.
# person, topic: the slug of one that is here, "new" to make one with this name, or "" to leave it out.
# section: the slug of a section (in any language: each article goes to that of its own), "none" to leave the articles
#   out, or "" to decide nothing: then the kind decides, then the section that the import was started with. A kind with
#   an example, which is a headline of it, comes only if it has a section here; that of a term goes before it.
# redirects: "yes" to let redirects of the archive lead to that other host, or "" to leave them out.
# take: "yes" to fill with that part of a newsroom's export what is empty here, or "" to leave it out.
# field: a text field of the article, such as "search_description", or "" to leave it out.
"""
# By table: what an editor fills in.
ANSWERS: dict[str, tuple[str, ...]] = {
    "kinds": ("section",),
    "hosts": ("redirects",),
    "parts": ("take",),
    "authors": ("person",),
    "terms": ("topic", "section"),
    "fields": ("field",),
    # Kinds that never come, with their numbers.
    "messages": (),
}
# What readers would see at once: the archive itself may be anybody's, so no former answer is proposed.
PUBLIC = {"hosts", "parts"}
LONGEST_EXAMPLE = 100
# Of other hosts that redirects lead to; a newsroom has a handful.
MOST_HOSTS = 500

Data = dict[str, dict[str, dict[str, Any]]]


class Mapping:
    """The answers to what becomes of something; ``total`` counts the archive's items.

    ``data`` is as the file has it, by table and name; a term's name is its taxonomy, a colon, and its key, or the group
    that it forms with those of other languages. ``run`` has to be set before people and topics are asked for.
    """

    def __init__(self, data: Data | None = None) -> None:
        self.data: Data = {table: dict((data or {}).get(table, {})) for table in ANSWERS}
        self.total = 0
        self.run: ImportRun | None = None
        self.groups: dict[tuple[str, str], str] = {}
        self.names: dict[tuple[str, str], dict[str, str]] = defaultdict(dict)
        self.about: dict[tuple[str, str], str] = {}
        self._found: dict[tuple[Any, ...], Any] = {}

    @classmethod
    def read(cls, path: Path) -> Mapping:
        """Read a file. Raises ``ArchiveError`` with what is wrong in it."""
        mapping = cls()
        try:
            data = tomllib.loads(path.read_text(encoding="utf-8"))
            for table, rows in mapping.data.items():
                for key, row in data.get(table, {}).items():
                    rows[key] = {name: str(value) for name, value in row.items()}
        except (OSError, RecursionError, ValueError) as error:
            raise ArchiveError(
                gettext_noop("%(name)s can't be read: %(error)s"), {"name": path.name, "error": str(error)}
            ) from error
        except AttributeError as error:
            text = gettext_noop("%(name)s isn't a mapping as a dry run writes it.")
            raise ArchiveError(text, {"name": path.name}) from error
        mapping.check()
        return mapping

    @classmethod
    def of(cls, archive: Archive, former: Any = None) -> Mapping:
        """Propose what becomes of an archive: as for a ``former`` run, else what has the same name, or new ones."""
        mapping = cls()
        mapping.learn(archive)
        for item in archive.items():
            mapping._count(item)
        for host in archive.redirect_hosts():
            mapping._row("hosts", host)["items"] += 1
            if len(mapping.data["hosts"]) > MOST_HOSTS:
                raise ArchiveError(gettext_noop("Its redirects lead to more than %d other hosts."), MOST_HOSTS)
        for part, number in archive.parts():
            mapping._row("parts", part)["items"] += number
        for table, answer, rows in (("authors", "person", open_people()), ("terms", "topic", Topic.objects.all())):
            found = _slugs(rows)
            for key, row in mapping.data[table].items():
                names = mapping._names(table, key)
                slugs = (found.get(name.casefold()) for name in names.values())
                row |= {"name": _joined(names), answer: next(filter(None, slugs), NEW)}
        for name in mapping.data["fields"].keys() & text_fields().keys():
            mapping.data["fields"][name]["field"] = name
        mapping._take_over(former.mapping if former else {})
        return mapping

    def _count(self, item: Item) -> None:
        """Count what an item names; of a message only that it is one."""
        self.total += 1
        if item.admission == "never":
            self._row("messages", item.kind)["items"] += 1
            return
        if item.admission == "by_choice":
            kind = self._row("kinds", item.kind)
            kind["section"] = NONE
            kind["example"] = kind.get("example") or Truncator(plain(item.title)).chars(LONGEST_EXAMPLE)
        used = {("kinds", item.kind), *(("authors", key) for key in item.authors)}
        used |= {("terms", self._term(*term)) for term in item.terms}
        used |= {("fields", name) for name in item.fields}
        for table, key in used:
            self._row(table, key)["items"] += 1

    def _row(self, table: str, key: str) -> dict[str, Any]:
        return self.data[table].setdefault(key, {**dict.fromkeys(ANSWERS[table], ""), "items": 0})

    def _take_over(self, former: Data) -> None:
        """Propose what was answered for a former run, as far as that is here still."""
        offered = offered_answers()
        for table, answers in ANSWERS.items():
            if table in PUBLIC:
                continue
            for key, row in self.data[table].items():
                former_row = former.get(table, {}).get(key, {})
                for answer in answers:
                    value = former_row.get(answer, NEW)
                    if value != NEW and value in offered_to(row, answer, offered):
                        row[answer] = value

    def learn(self, archive: Archive) -> None:
        """Learn what authors and terms are called in the archive, and which terms are one in several languages."""
        for author in archive.contributors():
            self.names["authors", author.key] = {"": author.name}
            self.about["authors", author.key] = author.about
        for term in archive.terms():
            if term.group:
                self.groups[term.kind, term.key] = term.group
            self.names["terms", self._term(term.kind, term.key)].setdefault(term.language, term.name)

    def answered(self, given: Mapping) -> Mapping:
        """Take over the answers of another mapping."""
        for table, rows in given.data.items():
            for key, row in rows.items():
                answers = {name: value for name, value in row.items() if name != "items"}
                self.data[table][key] = self.data[table].get(key, {}) | answers
        return self

    def write(self, path: Path) -> None:
        lines = [HEAD]
        for table, rows in self.data.items():
            for key, row in sorted(rows.items()):
                names = [name for name in ("name", *ANSWERS[table], "items", "example") if name in row]
                lines += [f"[{table}.{_toml(key)}]", *(f"{name} = {_toml(row[name])}" for name in names), ""]
        path.write_text("\n".join(lines), encoding="utf-8")

    def check(self) -> None:
        """Raise ``ArchiveError`` where an answer is none of those offered."""
        offered = offered_answers()
        for table, answers in ANSWERS.items():
            for answer in answers:
                chosen = {row.get(answer, "") for row in self.data[table].values()}
                if missing := sorted(chosen - offered[answer].keys()):
                    text = gettext_noop("The mapping names what isn't here as “%(answer)s”: %(slugs)s.")
                    raise ArchiveError(text, {"answer": answer, "slugs": ", ".join(missing[:10])})

    def forget(self) -> None:
        """Ask the database again for everything."""
        self._found.clear()

    def person(self, key: str) -> Person | None:
        """Return the person who an author is here, made on first need; never one whose name is protected."""
        found: Person | None = self._object("authors", key, open_people())
        return found

    def topics(self, terms: Iterable[tuple[str, str]]) -> list[Topic]:
        """Return the topics that terms are here, made on first need."""
        found = (self._object("terms", self._term(*term), Topic.objects.all()) for term in terms)
        return list({topic.pk: topic for topic in found if topic}.values())

    def is_left_out(self, item: Item) -> bool:
        """Tell whether an item stays away: the kind decides first, so no term brings in what nobody chose."""
        kind = self.data["kinds"].get(item.kind, {})
        if leaves_out(kind.get("section", ""), by_choice=item.admission == "by_choice"):
            return True
        return self._chosen(item) == NONE

    def leads_to(self, host: str) -> bool:
        """Tell whether somebody chose that redirects may lead to another host."""
        return bool(self.data["hosts"].get(host, {}).get("redirects") == YES)

    def takes(self, part: str) -> bool:
        """Tell whether somebody chose a part of a newsroom's export."""
        return bool(self.data["parts"].get(part, {}).get("take") == YES)

    def section(self, item: Item, language: str) -> SectionPage | None:
        """Return where an item goes; None without such a section in the language."""
        slug = self._chosen(item)
        key = (SectionPage, slug, language)
        if key not in self._found:
            sections = SectionPage.objects.select_related("locale").order_by("path")
            mine = sections.filter(locale__language_code=language)
            defaults = self.run.options.get("sections") if self.run else None
            if slug or defaults:
                named = sections.filter(slug=slug) if slug else sections.filter(pk__in=defaults)
                mine = mine.filter(translation_key__in=named.values("translation_key"))
            else:
                mine = mine.filter(kind=AnalysisPage.kind)
            self._found[key] = mine.first()
        found: SectionPage | None = self._found[key]
        return found

    def field(self, name: str) -> str:
        """Return the field of a page that a custom field goes to, or ``""``."""
        return str(self.data["fields"].get(name, {}).get("field", ""))

    def _chosen(self, item: Item) -> str:
        """Return the section that the first of an item's terms says, else its kind; ``NONE``, or ``""``."""
        rows = [self.data["terms"].get(self._term(*term), {}) for term in item.terms]
        rows.append(self.data["kinds"].get(item.kind, {}))
        return next((row["section"] for row in rows if row.get("section")), "")

    def _term(self, kind: str, key: str) -> str:
        return f"{kind}:{self.groups.get((kind, key), key)}"

    def _names(self, table: str, key: str) -> dict[str, str]:
        """Return the names of an author or term by language: the archive's, or the one that an editor wrote instead."""
        names = self.names.get((table, key)) or {"": key if table == "authors" else key.partition(":")[2]}
        written = self.data[table].get(key, {}).get("name") or _joined(names)
        return names if written == _joined(names) else {"": written}

    def _object(self, table: str, key: str, rows: Any) -> Any:
        """Return which of ``rows``, people or topics, an author or term is here."""
        model = rows.model
        if (model, key) not in self._found:
            slug = self.data[table].get(key, {}).get(model._meta.model_name, "")
            found = self._made(table, key, rows) if slug == NEW else rows.filter(slug=slug).first()
            self._found[model, key] = found
        return self._found[model, key]

    @transaction.atomic
    def _made(self, table: str, key: str, rows: Any) -> Any:
        """Return what an import made for an author or term, out of ``rows``, or make it; None in a preview."""
        run: Any = self.run
        model = rows.model
        known = {"identity": run.identity, "kind": model._meta.model_name, "key": key[:255]}
        former = ImportedItem.objects.filter(**known).first()
        if former and model.objects.filter(pk=former.object_id).exists():
            return rows.filter(pk=former.object_id).first()
        if run.is_preview:
            return None
        texts, most = {}, model._meta.get_field("name").max_length
        for language, name in self._names(table, key).items():
            code = own_column_language(language or run.options.get("language") or default_code()) or COLUMN_LANGUAGES[0]
            texts[column("name", code)] = name[:most]
            if about := self.about.get((table, key)):
                texts[column("about", code)] = about
        made = model.objects.create(**texts)
        ImportedItem.objects.update_or_create(**known, defaults=made_facts(run, made))
        return made


def offered_answers() -> dict[str, dict[str, str]]:
    """Return by answer what it may be, with the words for it; a section's slug stands for it in all languages."""
    people, topics = open_people().ordered_by_name(), Topic.objects.all().ordered_by_name()
    sections = SectionPage.objects.order_by("path").values_list("slug", "title")
    titles = dict(sections) | dict(sections.filter(locale__language_code=default_code()))
    return {
        "person": {NEW: _("New person"), "": _("Leave out")} | {each.slug: str(each) for each in people},
        "topic": {NEW: _("New topic"), "": _("No topic")} | {each.slug: str(each) for each in topics},
        "section": {"": _("No section of its own"), NONE: _("Leave the articles out")} | titles,
        "redirects": {"": _("Leave out"), YES: _("Let them lead there")},
        "take": {"": _("Leave out"), YES: _("Fill what is empty here")},
        "field": {"": _("Leave out")} | text_fields(),
    }


def leaves_out(section: str, *, by_choice: bool) -> bool:
    """Tell whether the answer for a kind keeps its items away."""
    return section == NONE or (by_choice and not section)


def needs_choice(row: dict[str, Any]) -> bool:
    """Tell whether a row is that of a kind that comes by choice alone."""
    return "example" in row


def offered_to(row: dict[str, Any], answer: str, offered: dict[str, dict[str, str]]) -> dict[str, str]:
    """Return what an answer of a row may be: of a kind that needs a choice it can't be left open."""
    return {value: label for value, label in offered[answer].items() if value or not needs_choice(row)}


def open_people() -> Any:
    """Return the people whose names aren't protected: an archive knows no others."""
    people: Any = Person.objects
    return people.filter(name_withheld=False)


def hash_of(value: Any) -> str:
    """Return the SHA-256 of something like JSON in hexadecimal."""
    return hashlib.sha256(json.dumps(value, default=str, sort_keys=True).encode()).hexdigest()


def texts_of(row: Any) -> str:
    """Return a digest of what a row says, to know later whether an editor changed them."""
    names = [field.attname for field in row._meta.concrete_fields if not field.primary_key]
    return hash_of([getattr(row, name) for name in names])


def made_facts(run: ImportRun, made: Any) -> dict[str, Any]:
    """Return what ``ImportedItem`` keeps of something beside pages that a run made."""
    title = permitted(str(made))[:255]
    facts = {"run": run, "made_by": run, "object_id": made.pk, "title": title, "what": "created"}
    return {**facts, "content_hash": texts_of(made)}


def text_fields() -> dict[str, str]:
    """Return the fields of articles that a custom field may go to, with their names for people."""
    own = {"title", "slug", "draft_title", "url_path", "path", "lead"}
    return {
        field.name: capfirst(str(field.verbose_name))
        for kind in publication_kinds()
        for field in kind._meta.concrete_fields
        if isinstance(field, models.CharField | models.TextField)
        if field.editable and not field.choices and field.name not in own
    }


def _slugs(rows: Any) -> dict[str, str]:
    """Return slugs by name in any language, without regard to case; nothing for a name that several have."""
    found: dict[str, set[str]] = defaultdict(set)
    for slug, *names in rows.values_list("slug", *columns("name")):
        for name in filter(None, names):
            found[name.casefold()].add(slug)
    return {name: slugs.pop() for name, slugs in found.items() if len(slugs) == 1}


def _joined(names: dict[str, str]) -> str:
    return " / ".join(dict.fromkeys(names.values()))


def _toml(value: Any) -> str:
    """Return a text or number as TOML writes it: a text as JSON does, but for one control character."""
    return json.dumps(permitted(value) if isinstance(value, str) else value, ensure_ascii=False)
