"""What the templates of publications need: pictures, notes, videos, data for search engines."""

# catalogue: reader
from __future__ import annotations

import json
import re
from decimal import Decimal
from typing import Any

from django import template
from django.core.paginator import Page
from django.template.defaultfilters import filesizeformat
from django.template.loader import render_to_string
from django.utils.formats import localize
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import capfirst
from django.utils.translation import get_language, gettext, pgettext
from wagtail.images.models import AbstractImage, AbstractRendition
from wagtail.models import Page as WagtailPage

from chorsu_articles.front import Part
from chorsu_articles.headings import Seen, heading_anchor, headings, headings_inside
from chorsu_articles.lists import seen_by_all
from chorsu_articles.missing import completeness
from chorsu_articles.models import Publication
from chorsu_articles.models.pictures import Picture
from chorsu_articles.models.vocabularies import Vocabulary
from chorsu_articles.offers import form_offers
from chorsu_articles.pictures.credit_lines import credit_line
from chorsu_articles.pictures.renditions import SHARING, SLOTS, sizes_of
from chorsu_articles.videos import player_of
from chorsu_locales.templatetags.chorsu_locales_tags import in_language, isolated, language_own_name
from chorsu_locales.text import local_digits

register = template.Library()

# Text outside of tags, for links to notes: rich text has no comments or scripts.
TAG = re.compile(r"(<[^<>]*>)")
NOTE = re.compile(r"\[(\d{1,3})\]")
SCRIPT_ESCAPES = {">": "\\u003E", "<": "\\u003C", "&": "\\u0026"}


def _srcset(addresses: dict[int, str]) -> str:
    return ", ".join(f"{address} {width}w" for width, address in addresses.items())


register.filter(seen_by_all)
register.filter("video_player", player_of)


@register.simple_tag
def article_picture(
    image: AbstractImage | None, slot: str, alt: str = "", path: str = "", *, eager: bool = False
) -> str:
    """Show a picture in the sizes of a key of ``SLOTS``; ``path`` is the content path of the alternative text ``alt``.

    ``eager`` is for the picture that a reader sees first; all others load when they come near the screen.
    """
    chosen = SLOTS[slot]
    found = {size.filter_spec: size for size in sizes_of(image, chosen.specs)}
    if not found:
        return ""
    shown = found.get(chosen.jpeg) or next(iter(found.values()))
    largest = max(found.values(), key=lambda size: int(size.width))
    return format_html(
        '<picture>{}<img src="{}" width="{}" height="{}" alt="{}"{}{}></picture>',
        format_html_join(
            "",
            '<source type="{}" srcset="{}" sizes="{}">',
            (
                (kind, _srcset(widths), chosen.sizes)
                for kind, specs in (("image/avif", chosen.avif), ("image/webp", chosen.webp))
                # One that isn't stored is the picture itself. A picture smaller than asked for has a width twice.
                if (widths := {found[each].width: found[each].url for each in specs if each in found and shown.pk})
            ),
        ),
        shown.url,
        largest.width,
        largest.height,
        alt,
        SafeString(' fetchpriority="high"') if eager else SafeString(' loading="lazy" decoding="async"'),
        format_html(' data-content-path="{}"', path) if path and alt else "",
    )


@register.filter
def credited(picture: Picture) -> SafeString:
    """Return a picture's credit with the word before it, such as "Map: …", the names isolated from its direction."""
    if not picture.credit:
        return SafeString()
    names = format_html_join("", "{}", ((in_language(*part),) for part in picture.credit_parts()))
    # The pattern is ours and escaped; the names are escaped where they are joined.
    return mark_safe(escape(credit_line(picture.kind)) % {"credit": isolated(names)})  # noqa: S308


@register.simple_tag
def whole_picture(image: AbstractImage | None) -> tuple[str, str]:
    """Return address and ``srcset`` of a picture's WebP sizes, or ``""`` twice: the script can't choose a format."""
    found = {size.width: size.url for size in sizes_of(image, SLOTS["wide"].webp)}
    return (found[max(found)], _srcset(found)) if found else ("", "")


@register.simple_tag
def sharing_picture(image: AbstractImage | None) -> AbstractRendition | None:
    """Return the picture that other sites show with a link to the page."""
    return next(iter(sizes_of(image, [SHARING])), None)


@register.filter
def language_called(code: str) -> str:
    """Return the name of a language in the active one, by CLDR; its own name where CLDR has none."""
    # Here, so that a site without the extra gets as far as the check that says so.
    from babel import Locale as Cldr  # noqa: PLC0415
    from babel.core import UnknownLocaleError  # noqa: PLC0415

    try:
        name = Cldr.parse(code, sep="-").get_display_name(Cldr.parse(get_language() or code, sep="-"))
    except (UnknownLocaleError, ValueError):
        name = None
    return capfirst(name.replace("‘", "ʻ")) if name else language_own_name(code)


@register.filter
def contents(page: Publication) -> list[tuple[str, str]]:
    """Return text and anchor of each first-level heading; nothing for a text that is short or has few of them."""
    if page.word_count < 600:  # which is looked over faster than a list of its parts
        return []
    found = [(each.text, each.anchor) for each in headings(page.body) if each.level == 2 and each.anchor]
    return found if len(found) >= 3 else []


register.filter(heading_anchor)


@register.simple_tag
def link_headings(rendered: Any, path: str, contents: Any = "", seen: Seen | str = "") -> str:
    """Give the headings inside rendered rich text ids and links.

    ``contents`` of the page stand before the first one of them. ``seen`` (see ``memory``) holds the page's ids so far.
    """
    html, parts, end = str(rendered), list[str](), 0
    for heading, tag, inner in headings_inside(html, path, seen if isinstance(seen, dict) else {}):
        words = mark_safe(inner)  # noqa: S308 (of rich text that Wagtail rendered)
        shown = {"contents": contents, "name": tag.name, "text": heading.text, "words": words, "anchor": heading.anchor}
        parts += [html[end : tag.start], render_to_string("chorsu_articles/includes/heading.html", shown)]
        end = tag.end + len(inner)
        if html.startswith(f"</{tag.name}>", end):
            end += len(tag.name) + 3
    return mark_safe("".join([*parts, html[end:]]))  # noqa: S308


# In the editor's form.
register.inclusion_tag("chorsu_articles/admin/completeness.html")(completeness)
register.inclusion_tag("chorsu_articles/admin/offers.html")(form_offers)


@register.filter
def notes_count(body: Any) -> int:
    return sum(len(block.value["notes"]) for block in body or () if block.block_type == "footnotes")


@register.simple_tag
def link_notes(html: str, notes: int | str, seen: Seen | str = "") -> str:
    """Make ``[1]`` in rendered rich text a link to the first of ``notes`` footnotes; the text itself stays the same.

    ``seen`` (see ``memory``) holds the notes whose first link is made: only that has an id to come back to.
    """
    if not notes:
        return html
    remembered = seen if isinstance(seen, dict) else {}

    def link(match: re.Match[str]) -> str:
        number = int(match[1])
        if not 1 <= number <= int(notes):
            return match[0]
        anchor = "" if number in remembered else f' id="note-ref-{number}"'
        remembered[number] = True
        shown = local_digits(match[0], get_language() or "")
        label = gettext("Note %(number)s") % {"number": shown.strip("[]")}
        # The text stays as it is stored, for typo reports: the style sheet shows its number in the language's digits.
        # The label holds both: what is seen, and what a program takes for the visible text.
        own_digits = ""
        if shown != match[0]:
            own_digits, label = f' data-shown="{shown}"', f"{label} {match[0]}"
        return (
            f'<span class="note-ref"><a href="#note-{number}"{anchor}{own_digits} role="doc-noteref" '
            f'aria-label="{label}">{match[0]}</a></span>'
        )

    parts = TAG.split(str(html))
    inside_link = 0
    for index, part in enumerate(parts):
        if part.startswith("<"):
            inside_link += part[:3].lower() in {"<a ", "<a>"}
            inside_link -= part.lower().startswith("</a")
        elif not inside_link:
            parts[index] = NOTE.sub(link, part)
    return mark_safe("".join(parts))  # noqa: S308 (rich text that Wagtail rendered, and our own links)


@register.simple_tag
def memory() -> Seen:
    """Return an empty dict in which ``link_notes`` and ``link_headings`` keep what of the page they have linked."""
    return {}


@register.filter
def text_of(row: Vocabulary, field: str = "name") -> str:
    """Show a text of a vocabulary in the active language; a name else in the nearest that has one, marked then."""
    return in_language(*row.text_and_language(field))


@register.filter
def file_facts(document: Any) -> str:
    """Return a file's kind and size, such as "PDF, 1.2 MB", as far as they are known."""
    parts = [(document.file_extension or "").upper()]
    # Wagtail's ``get_file_size`` would save the document.
    if document.file_size is not None:
        parts.append(local_digits(filesizeformat(document.file_size), get_language() or ""))
    return pgettext("between names", ", ").join(filter(None, parts))


@register.filter
def table_number(value: Decimal | None) -> str:
    """Return a number as the active language writes it."""
    if value is None or not value.is_finite():
        return ""
    # As the journalist typed it ("13.10"), unless it came as a binary fraction ("12.4000000000000003552…").
    digits = -int(value.as_tuple().exponent)
    shown = value if digits <= 6 else round(value, 6).normalize()
    return local_digits(localize(Decimal(f"{shown:f}")), get_language() or "")


@register.filter
def json_ld(data: dict[str, Any]) -> str:
    """Return data for search engines as a script element, which browsers don't run."""
    text = json.dumps(dict(data), ensure_ascii=False)
    # One after the other: ``translate`` looks at each letter, which takes a hundred times as long.
    for character, escape_sequence in SCRIPT_ESCAPES.items():
        text = text.replace(character, escape_sequence)
    return mark_safe(f'<script type="application/ld+json">{text}</script>')  # noqa: S308 (escaped above)


@register.filter
def page_numbers(page_obj: Page[Any]) -> list[int | str]:
    """Return the page numbers below a list: the first, the last, those around the current one, gaps as "…"."""
    return list(page_obj.paginator.get_elided_page_range(page_obj.number, on_each_side=1, on_ends=1))


@register.filter
def anchor_of(part: Part) -> str:
    """Return a stable id for a front page's part."""
    about = f"{part.about._meta.model_name}-{part.about.pk}" if part.about else part.kind
    return f"part-{part.id or about}"


@register.filter
def name_of(part: Part) -> str:
    """Return the name of a part's section, topic or country, marked where it is in another language."""
    return part.about.title if isinstance(part.about, WagtailPage) else text_of(part.about)


@register.simple_tag(takes_context=True)
def part_url(context: Any, part: Part) -> str:
    """Return the address of a part's section, topic or country."""
    if isinstance(part.about, WagtailPage):
        return part.about.get_url(context.get("request")) or ""
    return str(part.about.get_absolute_url())
