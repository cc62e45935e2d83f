"""Make of an item of an archive the page that it becomes, which is stored later."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext_noop as _
from wagtail.blocks import ChooserBlock, URLBlock
from wagtail.models import Page

from chorsu_archive.addresses import Links, lost_places
from chorsu_archive.items import MEDIUM, Archive, ArchiveError, Item, Medium, Note
from chorsu_archive.mapping import Mapping
from chorsu_archive.models import ImportedItem, ImportRun
from chorsu_archive.pages import Ready
from chorsu_archive.pictures import LONGEST_TEXT, Library, words_of
from chorsu_archive.places import is_picture_address
from chorsu_archive.texts import convert
from chorsu_articles.models import Picture, Publication, PublicationAuthor
from chorsu_articles.models.publications import model_of_kind
from chorsu_articles.pictures.credit_lines import credited_caption
from chorsu_articles.services.insertion import hold_rows
from chorsu_editorial.reading import public_leaves, walk
from chorsu_locales.selectors import default_code, is_enabled
from chorsu_locales.table import normal_code


class Converter:
    """Converts items of one run."""

    def __init__(self, run: ImportRun, archive: Archive, mapping: Mapping, library: Library, links: Links) -> None:
        self.run, self.archive, self.mapping, self.library, self.links = run, archive, mapping, library, links

    def fill(self, ready: Ready) -> None:
        """Set language, section and page of an item. Raises ``ArchiveError`` and ``ValidationError``."""
        item = ready.item
        language = ready.row.language = self._language(ready)
        ready.section = self.archive.section_of(item) or self.mapping.section(item, language)
        model: Any = model_of_kind(ready.section.kind) if ready.section else None
        if model is None and not self._makes_section_of(item):
            text = _("There is no section in the language “%(code)s” that it could go to.")
            raise ArchiveError(text, {"code": language})
        live = self._is_live(ready)
        whole = self.archive.page_of(item, self.library)
        if whole:
            ready.page, notes = whole
            ready.tell(*(note for note in notes if not (self.run.is_preview and note.kind == "broken")))
        else:
            ready.page = self._page(ready, model)
        if live and not ready.page.title:
            live = False
            ready.tell(Note("guessed", _("It has no headline, so it is a draft.")))
        if live and not _says_something(ready.page):
            live = False
            ready.tell(Note("guessed", _("It has no text, picture or film, so it is a draft.")))
        if not whole:
            _set_dates(ready, live)
        elif item.status == "live" and not live:
            _forget_publication(ready.page)
        ready.page.live, ready.page.has_unpublished_changes = live, not live
        _check(ready.page)

    def _page(self, ready: Ready, model: Any) -> Any:
        """Return a new page of a kind with what an item says."""
        texts, item = self._texts(ready), ready.item
        page = model(**texts, **self._main_picture(ready, texts["body"]))
        page.locale = ready.section.locale  # type: ignore[union-attr] # only whole pages come without a section
        self._fill_fields(ready, page)
        people = filter(None, map(self.mapping.person, item.authors))
        authors = [PublicationAuthor(person=person, sort_order=number) for number, person in enumerate(people)]
        hold_rows(page, author_links=authors, topics=self.mapping.topics(item.terms))
        return page

    def _makes_section_of(self, item: Item) -> bool:
        """Tell whether this run is a preview of one that would make the section that an item stood in."""
        rows = ImportedItem.objects.filter(run=self.run, kind=ImportedItem.Kind.STRUCTURE)
        return self.run.is_preview and rows.filter(key=str(item.data.get("parent"))).exists()

    def _language(self, ready: Ready) -> str:
        code = normal_code(ready.item.language or self.run.options.get("language") or "")
        if not code:
            code = default_code()
            text = _("The source names no language; it was taken for “%(code)s”.")
            ready.tell(Note("guessed", text, {"code": code}))
        for each in (code, code.partition("-")[0]):
            if is_enabled(each):
                return each
        raise ArchiveError(_("The language “%(code)s” isn't switched on here."), {"code": code})

    def _is_live(self, ready: Ready) -> bool:
        item = ready.item
        if item.status == "private":
            ready.tell(Note("guessed", _("It was private there, so it is a draft here.")))
        elif item.status == "scheduled":
            text = _("It was to be published on %(date)s; here it is a draft without a date.")
            ready.tell(Note("dropped", text, {"date": item.published and item.published.date()}))
        return item.status == "live" and bool(self.run.options.get("publish", True))

    def _texts(self, ready: Ready) -> dict[str, Any]:
        """Return headline, lead and text."""
        item = ready.item
        converted = convert(item, language=ready.row.language, media=self.library.find)
        ready.tell(*converted.notes)
        for medium in converted.linked:
            model = "picture" if is_picture_address(medium.address) else "document"
            self._place(model, medium.key, ready)
        body = _with_media(converted.blocks, lambda name, key: self._place(name, key, ready), ready)
        for value in (block["value"] for block in body if block["type"] == "picture"):
            credit, value["credit"] = value["credit"], ""
            if credit and not self.library.give_credit(value["picture"], credit):
                ready.tell(Note("dropped", _("The line under a picture that has another credit:"), words=credit))
        body, leads = self.links.follow(body)
        ready.tell(*lost_places(leads))
        _set_ids(body, f"{self.run.identity}\n{item.group or item.key}")
        title, lead = _cut(converted.headline, 255, ready), _cut(converted.lead, 600, ready)
        return {"title": title, "lead": lead, "body": body}

    def _main_picture(self, ready: Ready, body: Iterable[dict[str, Any]]) -> dict[str, Any]:
        """Return the main picture with its texts: those of the first picture in the text, where that is the same."""
        medium = self.library.find(ready.item.picture) or Medium(ready.item.picture, "")
        key = self._place("picture", medium.key, ready) if medium.key else None
        if key is None:
            return {}
        caption, alt = (words_of(text)[:LONGEST_TEXT] for text in (medium.caption, medium.alt))
        # The library has its credit.
        if (found := credited_caption(caption)) and Picture.objects.filter(pk=key).exclude(credit="").exists():
            caption = found.caption
        first = next((each["value"] for each in body if each["type"] == "picture"), {"picture": None})
        if first["picture"] == key:
            caption, alt = first["caption"] or caption, first["alt"] or alt
        return {"main_picture_id": key, "main_picture_caption": caption, "main_picture_alt": alt}

    def _place(self, name: str, key: str, ready: Ready) -> int | None:
        """Return the primary key of a ``picture`` or ``document``, and add what there is to tell of it."""
        is_picture = name == "picture"
        found = self.library.picture(key, language=ready.row.language) if is_picture else self.library.document(key)
        ready.tell(*self.library.notes(key))
        return found

    def _fill_fields(self, ready: Ready, page: Any) -> None:
        filled = set[str]()
        # What somebody chose for a field of the page goes before what has its name.
        for name, text in sorted(ready.item.fields.items(), key=lambda pair: self.mapping.field(pair[0]) == pair[0]):
            target = self.mapping.field(name)
            if hasattr(page, target) and target not in filled:
                filled.add(target)
                setattr(page, target, _cut(text, page._meta.get_field(target).max_length or len(text), ready))
            elif text:
                ready.tell(Note("dropped", _("The field “%(name)s” was left out."), {"name": name}))


def _says_something(page: Any) -> bool:
    """Tell whether readers would find more than a headline: a text, picture, film or file, or facts of its kind."""
    if page.main_picture_id or any(leaf.path != "title" for leaf in public_leaves(page)):
        return True
    facts = [field for field in page._meta.concrete_fields if field.model not in {Page, Publication}]
    if any(getattr(page, field.attname) for field in facts if not field.primary_key):
        return True
    body = {"body": page.body.get_prep_value()}
    leaves = walk(page.body.stream_block, body, "body", "body")
    return any(leaf.value for leaf in leaves if isinstance(leaf.block, ChooserBlock | URLBlock))


def _forget_publication(page: Any) -> None:
    """Let a draft that was live elsewhere not count as public here, or its address would say that it is gone."""
    page.published_on = page.published_on or page.first_published_at
    page.first_published_at = page.last_published_at = None


def _set_dates(ready: Ready, live: bool) -> None:
    item, page = ready.item, ready.page
    if not live:
        page.published_on = item.published if item.status == "live" else None
        return
    published = item.published or item.modified
    if published is None:
        published = timezone.now()
        ready.tell(Note("guessed", _("The source says no date, so it has that of its import.")))
    page.published_on = page.first_published_at = published
    page.last_published_at = max(published, item.modified or published)


def _cut(text: str, most: int, ready: Ready) -> str:
    if len(text) <= most:
        return text
    said = {"length": len(text), "most": most, "end": Truncator(text[most:]).chars(200)}
    ready.tell(Note("dropped", _("A text of %(length)d characters was cut to %(most)d: %(end)s"), said))
    return Truncator(text).chars(most)


def _with_media(value: Any, place: Callable[[str, str], int | None], ready: Ready, name: str = "") -> Any:
    """Return raw blocks with primary keys for media; of what has one that can't be had the words are noted alone."""
    if isinstance(value, list):
        found = [_with_media(each, place, ready, name) for each in value]
        return [each for each in found if each is not None]
    if isinstance(value, dict):
        made = {key: _with_media(each, place, ready, key) for key, each in value.items()}
        if not any(value[key] and made[key] in (None, []) for key in value):
            return made
        words = [made[key] for key in ("caption", "alt", "title", "credit") if made.get(key)]
        text = _("Words of a picture or file that can't be had:")
        ready.tell(*(Note("dropped", text, words=each) for each in words))
        return None
    if name in {"picture", "document"} and isinstance(value, str) and value.startswith(MEDIUM):
        return place(name, value.removeprefix(MEDIUM))
    return value


def _set_ids(blocks: Iterable[dict[str, Any]], name: str) -> None:
    """Give blocks ids, the same ones in all languages of an article, by which translations stand beside their source.

    A block has that of the block of the same type with the same number in another language.
    """
    numbers: Counter[str] = Counter()
    for block in blocks:
        numbers[block["type"]] += 1
        block["id"] = str(uuid5(NAMESPACE_URL, f"{name}\n{block['type']}\n{numbers[block['type']]}"))


def _check(page: Any) -> None:
    """Validate the fields of a page that hold content. Raises ``ValidationError``."""
    fields = page._meta.concrete_fields
    left_out = {each.name for each in fields if each.is_relation or (each.model is Page and each.name != "title")}
    page.clean_fields(left_out | (set() if page.live or page.title else {"title"}))
