"""System checks of the settings, and notes on what is read of the site's page types and on its database."""

from __future__ import annotations

from collections.abc import Iterator

from django.core.checks import Info
from django.db import connections, models, router
from wagtail import blocks
from wagtail.fields import StreamField
from wagtail.models import Page, get_page_models

from chorsu_editorial.conf import configuration
from chorsu_editorial.reading import is_known, text_fields
from chorsu_locales.app_settings import register_notes

check_settings = configuration.register_check()


@register_notes
def note_compared_fields() -> Iterator[Info]:
    """List the text fields that are compared and never shown (``chorsu_editorial.I001``)."""
    # The title and description for search engines are every page's, and known.
    own = set(_compared(Page))
    found = {model._meta.label: [name for name in _compared(model) if name not in own] for model in get_page_models()}
    if lines := [f"{label}: {', '.join(names)}" for label, names in sorted(found.items()) if names]:
        yield Info(
            "These text fields are compared, never searched or reported:\n\t" + "\n\t".join(lines),
            hint=(
                "A change makes translations outdated, and a report is uncertain where the same words stand there. "
                "Where readers see a field, name it in the model's readable_fields; where it is nobody's text, "
                "in unread_fields."
            ),
            id="chorsu_editorial.I001",
        )


@register_notes
def note_unknown_blocks() -> Iterator[Info]:
    """List the blocks of which nobody knows whether they hold text (``chorsu_editorial.I002``)."""
    found = ((model._meta.label, path, kind) for model in get_page_models() for path, kind in _unknown_blocks(model))
    if lines := [f"{label}: {path} ({kind.__module__}.{kind.__qualname__})" for label, path, kind in found]:
        yield Info(
            "Whether these blocks hold text is unknown, so they are never searched or reported:\n\t"
            + "\n\t".join(lines),
            hint=(
                "A block of text has a get_searchable_content that gives what is stored, or a role in its Meta: "
                'leaf_role = "body", "heading", "lead", "quotation", "caption" or "people". '
                "One without text has leaf_role = None."
            ),
            id="chorsu_editorial.I002",
        )


@register_notes
def note_transaction_mode() -> Iterator[Info]:
    """Find a SQLite that refuses who writes a page while another request does (``chorsu_editorial.I003``)."""
    connection = connections[router.db_for_write(Page)]
    mode = connection.settings_dict["OPTIONS"].get("transaction_mode") or ""
    if connection.vendor == "sqlite" and mode.upper() != "IMMEDIATE":
        yield Info(
            'SQLite refuses to save a page ("database is locked") while another request writes, such as an autosave.',
            hint='Add "OPTIONS": {"transaction_mode": "IMMEDIATE"} to the database in DATABASES: then it waits.',
            id="chorsu_editorial.I003",
        )


def _compared(model: type[models.Model]) -> list[str]:
    names: list[str] = []
    for field in text_fields(model):
        if field.rows is not None:
            public = set(field.named) | ({each.name for each in text_fields(field.rows)} if field.public else set())
            names += [f"{field.name}.{name}" for name in _compared(field.rows) if name not in public]
        elif not field.public:
            names.append(field.name)
    return names


def _unknown_blocks(model: type[models.Model]) -> Iterator[tuple[str, type[blocks.Block]]]:
    for field in text_fields(model):
        if field.rows is not None:
            found: Iterator[tuple[str, type[blocks.Block]]] = _unknown_blocks(field.rows)
        elif isinstance(stored := model._meta.get_field(field.name), StreamField):
            found = _unknown_inside(stored.stream_block)
        else:
            continue
        yield from ((f"{field.name}.{path}", kind) for path, kind in found)


def _unknown_inside(block: blocks.Block) -> Iterator[tuple[str, type[blocks.Block]]]:
    inside = {"item": block.child_block} if isinstance(block, blocks.ListBlock) else getattr(block, "child_blocks", {})
    for name, child in inside.items():
        if not is_known(child):
            yield name, type(child)
        elif getattr(child.meta, "leaf_role", "") is not None:
            yield from ((f"{name}.{path}", kind) for path, kind in _unknown_inside(child))
