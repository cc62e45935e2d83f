"""Texts, paragraphs, pictures and documents that only one side has."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from wagtail.documents import get_document_model
from wagtail.fields import StreamField
from wagtail.images import get_image_model
from wagtail.models import Page

from chorsu_editorial.uses.files import references
from chorsu_translation.findings.alignment import Alignment, Pair
from chorsu_translation.findings.registry import Found, register_check

SHOWN = 60


@register_check("structure", gettext_lazy("Missing and extra parts"))
def check_structure(pages: Alignment) -> Found:
    """Find texts that are missing or extra, and texts that have another number of paragraphs."""
    for pair in pages.missing:
        if pair.source:
            yield pair, _("This text of the source is missing: “%(text)s”") % {"text": _start(pair.source.text)}
    for pair in pages.extra:
        if pair.target:
            yield pair, _("The source has no such text: “%(text)s”") % {"text": _start(pair.target.text)}
    for pair, theirs, ours in pages.uneven:
        source = ngettext("%(number)d paragraph", "%(number)d paragraphs", theirs) % {"number": theirs}
        target = ngettext("%(number)d paragraph", "%(number)d paragraphs", ours) % {"number": ours}
        yield (
            pair,
            _("The source has %(source)s here, the translation %(target)s.") % {"source": source, "target": target},
        )


@register_check("pictures", gettext_lazy("Pictures and documents"))
def check_files(pages: Alignment) -> Found:
    """Find pictures and documents of the source that the translation lacks, and blocks without a text."""
    theirs, ours = references(pages.source_page), references(pages.target_page)
    missing = {
        _("pictures"): len(theirs.get(get_image_model(), set()) - ours.get(get_image_model(), set())),
        _("documents"): len(theirs.get(get_document_model(), set()) - ours.get(get_document_model(), set())),
    }
    for what, number in missing.items():
        if number:
            yield (
                Pair("title", 0, None, None),
                _("The translation lacks %(what)s of the source: %(number)d.") % {"what": what, "number": number},
            )
    texts = {part for pair in (*pages.missing, *pages.extra) for part in pair.path.split(".")}
    for path, said in _other_blocks(pages.source_page, pages.target_page):
        if path.rpartition(".")[2] not in texts:
            yield Pair(path, 0, None, None), said


def _other_blocks(source: Page, target: Page) -> Iterator[tuple[str, str]]:
    """Yield the content paths of blocks that one side lacks."""
    for field in target._meta.get_fields():
        if not isinstance(field, StreamField) or not hasattr(source, field.name):
            continue
        theirs, ours = (
            {block.id: str(block.block.label) for block in getattr(page, field.name)} for page in (source, target)
        )
        for key in theirs.keys() - ours.keys():
            yield f"{field.name}.{key}", _("The translation lacks a block: %(block)s") % {"block": theirs[key]}
        for key in ours.keys() - theirs.keys():
            yield f"{field.name}.{key}", _("The source has no such block: %(block)s") % {"block": ours[key]}


def _start(text: str) -> str:
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"
