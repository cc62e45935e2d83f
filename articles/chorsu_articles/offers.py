"""What the text of a publication names and its form doesn't hold yet: offered to the journalist, never set by itself.

Names are found in any of their forms: which words are forms of one another says ``chorsu_editorial.stated_facts``, to
which a site lends the analysis of its search. A withheld name is none.
"""

from __future__ import annotations

import json
import uuid
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache
from itertools import chain
from typing import Any, cast

from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from wagtail.admin.widgets import BaseChooser
from wagtail.blocks import BlockField
from wagtail.models import Page

from chorsu_articles.columns import column, columns, own_column_language
from chorsu_articles.lists import usual_subjects
from chorsu_articles.models import Country, Person, Publication, SectionPage, Topic, Vocabulary
from chorsu_articles.models.fields import VocabularyField
from chorsu_articles.models.publications import own_fields
from chorsu_articles.models.vocabularies import spoken_names
from chorsu_articles.speakers import MOST_READ, with_quotations
from chorsu_editorial.alignment import common_edges
from chorsu_editorial.markup import readable_text
from chorsu_editorial.name_index import NameIndex, has_capital, words_of
from chorsu_editorial.reading import first_texts
from chorsu_locales.dates import Days, Which, find_days, format_date_range

MOST = 8  # of one field
MOST_PLACES = 2_000
SHORT_TEXT = 5  # units: in a longer one a single word that stands once in the body is mentioned by the way
# Letters that an inflected word may lose at its end, and the fewest that stay.
LOST, LEAST_STEM = 2, 3
# Ten months: a report is written soon after, or the year is another one.
LONG_OVER = timedelta(days=304)
MAIN_ROLES = frozenset({"headline", "lead", "heading"})

Key = tuple[type[Vocabulary], Any]
# A unit of the text: whether it is a headline, lead or heading, and what it says.
Read = tuple[bool, str]


@dataclass(frozen=True, slots=True)
class Offer:
    """``label`` is a value of the field ``about`` for people.

    ``values`` are set in the fields of the form, or added: a list of keys of rows, or of stored blocks. What takes the
    place of a text is named by that ``text`` without blanks, and has ``blocks``. One that ``is_choice`` isn't taken
    with the others: a person has to choose between those of its ``about``.
    """

    about: str
    label: str
    values: dict[str, Any]
    is_choice: bool = False


def form_offers(form: Any) -> dict[str, Any]:
    """Return the offers for an editor's form by what they are, with ``values`` as the editor's script sets them.

    ``can_take_all`` tells whether any of them needs no choice.
    """
    fitting = [offer for offer in offers(form.instance, form.parent_page) if offer.values.keys() <= form.fields.keys()]
    groups: dict[str, list[dict[str, Any]]] = {}
    for offer in fitting:
        values = {name: _form_value(form.fields[name], value) for name, value in offer.values.items()}
        shown = {"label": offer.label, "values": json.dumps(values), "is_choice": offer.is_choice}
        groups.setdefault(str(capfirst(offer.about)), []).append(shown)
    return {"groups": groups, "can_take_all": not all(offer.is_choice for offer in fitting)}


def _form_value(field: Any, value: Any) -> Any:
    """Return blocks as a stream inserts them, keys as text, a row as its chooser shows it, a day as it is typed."""
    if isinstance(field, BlockField) and "blocks" in value[0]:
        block = field.block
        return [{**each, "blocks": list(block.get_form_state(block.to_python(each["blocks"])))} for each in value]
    if isinstance(field, BlockField):
        raw = [{**block, "id": str(uuid.uuid4())} for block in value]
        return list(field.block.get_form_state(field.block.to_python(raw)))
    if isinstance(value, list):
        return [str(key) for key in value]
    if isinstance(field.widget, BaseChooser):
        return field.widget.get_value_data(value)
    return str(field.widget.format_value(value) if isinstance(value, date) else value)


def offers(page: Publication, section: Page) -> list[Offer]:
    """Return what a publication in memory, below a section, may take from its text, and what is usual there."""
    text = _read(page)
    fields = [field for field in page._meta.many_to_many if isinstance(field, VocabularyField)]
    found, names = _named(page, fields, text) if text else ({}, {})
    made: list[Offer] = []
    for field in fields:
        chosen = {row.pk for row in getattr(page, field.name).all()}
        keys = [key for key in found if key[0] is field.related_model and key[1] not in chosen][:MOST]
        made += [Offer(field.verbose_name, names[key], {field.name: [key[1]]}) for key in keys]
        if field.name == "topics" and page.main_topic_id is None and keys and len(keys) + len(chosen) > 1:
            first = next(key for key in found if key[0] is Topic)
            main = page._meta.get_field("main_topic")
            made.append(Offer(main.verbose_name, names[first], {"topics": [first[1]], "main_topic": first[1]}))
    facts = [*_day(page, text), *_place(page, text, found, names), *_people(page, found, names)] if text else []
    quoted = _quotations(page) if text else []
    return [*quoted, *facts, *made, *_usual(page, section, made)]


def _read(page: Publication) -> list[Read]:
    """Return the units of what is written, without the facts of the form and what is quoted in another language."""
    facts = {*page.place_fields, *page.own_texts, page.people_field}
    return [(leaf.role in MAIN_ROLES, text) for leaf, text in first_texts(page, MOST_READ, without=facts)]


def _named(
    page: Publication, fields: Sequence[VocabularyField], text: Sequence[Read]
) -> tuple[dict[Key, int], dict[Key, str]]:
    """Return how much the text names each row of the page's vocabularies, most first, and what all rows are called."""
    code = page.locale.language_code
    names: dict[Key, str] = {}
    name = column("name", own_column_language(code) or code)
    vocabularies: list[Any] = [*dict.fromkeys(field.related_model for field in fields)]
    for model in [*vocabularies, *([Person] if page.people_field else [])] if own_column_language(code) else []:
        rows = model.objects.filter(**{f"{name}__gt": ""}, **({"name_withheld": False} if model is Person else {}))
        names |= {(model, pk): called for pk, called in rows.order_by("pk").values_list("pk", name)}
    index = _index(code, tuple(names.items()))
    small = {word for _main, unit in text for word in words_of(unit) if word.islower()}
    weights, whole = Counter[Key](), set[Key]()
    for is_main, unit in text:
        for key, words in index.find(unit):
            if len(words) > 1:
                whole.add(key)
            # "Мали" may begin a sentence of a text that writes it small elsewhere.
            elif key[0] is not Topic and words[0].casefold() in small:
                continue
            weights[key] += 2 if is_main else 1
    least = 2 if len(text) > SHORT_TEXT else 1
    return {key: number for key, number in weights.most_common() if number >= least or key in whole}, names


@lru_cache(maxsize=8)
def _index(code: str, names: tuple[tuple[Key, str], ...]) -> NameIndex[Key]:
    """Return an index, which takes longer to make than to ask whether any name has changed."""
    index = NameIndex[Key](code)
    for key, called in names:
        for spoken in spoken_names(called):
            is_proper = key[0] is not Topic and len(spoken.split()) < 3
            index.add(spoken, key, _is_proper_form if is_proper else _is_form)
    return index


def _is_form(word: str, name: str) -> bool:
    """Tell whether two words with one token begin alike: "таджик" is no form of "Таджикистан"."""
    shared, _end = common_edges(word.casefold(), name.casefold())
    return shared >= min(len(name), max(LEAST_STEM, len(name) - LOST))


def _is_proper_form(word: str, name: str) -> bool:
    return has_capital(word, name) and _is_form(word, name)


def _quotations(page: Publication) -> Iterator[Offer]:
    """Yield one offer for all quotations in the text that name their speaker: each becomes a block of its own."""
    raw = page.body.get_prep_value()
    changed = [
        (block, made)
        for block, made in zip(raw, with_quotations(raw, page.locale.language_code), strict=True)
        if made != [block]
    ]
    speakers = [each["value"]["who"] for _block, made in changed for each in made if each["type"] == "quotation"]
    if changed:
        texts = [block["value"] if block["type"] == "paragraph" else block["value"]["text"] for block, _made in changed]
        values = [
            {"text": "".join(readable_text(text, rich=True).split()), "blocks": made}
            for (_block, made), text in zip(changed, texts, strict=True)
        ]
        yield Offer(_("quotations"), ", ".join(dict.fromkeys(speakers)), {"body": values})


def _day(page: Publication, text: Sequence[Read]) -> Iterator[Offer]:
    """Yield the first day that the text names; two that it may be, where a report's is long over without a year."""
    if not page.day_fields or any(getattr(page, name) for name in page.day_fields):
        return
    near = timezone.localdate(page.date)
    if not page.reports_past_days:
        days = _first_days(page, text, near, "nearest")
        if days:
            yield _day_offer(page, _("date"), days)
        return
    days = _first_days(page, text, near, "over")
    if days is None:
        return
    if days.has_year or near - days.last <= LONG_OVER:
        yield _day_offer(page, _("date"), days)
        return
    for possible in (days, _first_days(page, text, near, "next")):
        if possible:
            yield replace(_day_offer(page, _("date: of which year?"), possible), is_choice=True)


def _first_days(page: Publication, text: Sequence[Read], near: date, which: Which) -> Days | None:
    for _is_main, unit in text:
        for days in find_days(unit, page.locale.language_code, near, which):
            return days
    return None


def _day_offer(page: Publication, about: str, days: Days) -> Offer:
    values = dict(zip(page.day_fields, dict.fromkeys((days.first, days.last)), strict=False))
    label = format_date_range(days.first, days.last, get_language() or page.locale.language_code)
    return Offer(about, label, values)


def _place(page: Any, text: Sequence[Read], found: dict[Key, int], names: dict[Key, str]) -> Iterator[Offer]:
    """Yield the first place that other pages of the kind have too, and the country."""
    country: Any = next((field for field in own_fields(type(page), Country) if not field.many_to_many), None)
    known: tuple[str, Any] = ("", None)
    if page.place_fields and not any(getattr(page, name).strip() for name in page.place_fields):
        field = page._meta.get_field(page.place_fields[0])
        index = NameIndex[tuple[str, Any]](page.locale.language_code)
        pages = type(page).objects.filter(locale=page.locale).exclude(**{field.name: ""}).exclude(pk=page.pk)
        places = pages.order_by().values_list(field.name, country.attname if country else "pk").distinct()
        for place in places[:MOST_PLACES]:
            index.add(place[0], place, _is_proper_form)
        known = next((place for _main, unit in text for place, _words in index.find(unit)), known)
        if known[0]:
            yield Offer(field.verbose_name, known[0], {field.name: known[0]})
    if country and getattr(page, country.attname) is None:
        most = (pk for model, pk in found if model is Country)
        pk = known[1] if (Country, known[1]) in names else next(most, None)
        if pk is not None:
            yield Offer(country.verbose_name, names[Country, pk], {country.name: pk})


def _people(page: Publication, found: dict[Key, int], names: dict[Key, str]) -> Iterator[Offer]:
    """Yield who is quoted, with the role that stands there, and who is named and no author of the text."""
    if not page.people_field:
        return
    field, persons = page._meta.get_field(page.people_field), cast("Any", Person.objects)
    code_names = chain(*persons.filter(name_withheld=True).values_list(*columns("name")))
    taken = chain(code_names, (block.value["name"] for block in getattr(page, field.name)))
    seen = {name.casefold() for name in taken if name}
    quoted = (block.value for block in page.body if block.block_type == "quotation")
    people = [(value.get("who") or "", value.get("role") or "") for value in quoted]
    writers = {link.person_id for links in (page.author_links, page.translator_links) for link in links.all()}
    keys = [pk for model, pk in found if model is Person and pk not in writers][:MOST]
    rows = persons.filter(pk__in=keys) if keys else ()
    code = page.locale.language_code
    people += [(names[Person, row.pk], row.text_and_language("position", code)[0]) for row in rows]
    for name, role in people[: MOST * 2]:
        if " " in name.strip() and name.casefold() not in seen:
            seen.add(name.casefold())
            block = {"type": "participant", "value": {"name": name, "role": role, "organisation": ""}}
            yield Offer(field.verbose_name, ", ".join(filter(None, (name, role))), {field.name: [block]})


def _usual(page: Publication, section: Page, made: Sequence[Offer]) -> Iterator[Offer]:
    """Yield the usual topics and countries of the section, of which none is chosen and the text names none."""
    section = section.specific
    named = {name for offer in made for name in offer.values}
    empty = {name for name in ("topics", "countries") if name not in named and not getattr(page, name).all()}
    for row in chain(*usual_subjects(section)) if empty and isinstance(section, SectionPage) else ():
        if (name := "topics" if isinstance(row, Topic) else "countries") in empty:
            yield Offer(_("Usual in this section"), row.localized_name(), {name: [row.pk]})
