"""Write new publications into the database in bulk.

Django's ``bulk_create`` refuses models with parents, so the rows of each table of a page are inserted table by table,
as ``Model.save`` would; the page tree is kept as treebeard keeps it. Signals don't run, and there are no revisions.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Any

from django.db import connections, models, router, transaction
from django.db.models import F
from modelcluster.models import get_all_child_m2m_relations, get_all_child_relations
from wagtail.models import Page

from chorsu_editorial.lock_order import lock_pages

BATCH = 500


def take_places(sections: Sequence[Page]) -> list[tuple[Page, str]]:
    """Return a section as it is now and a free path below it for each of these, and count its new children.

    The sections stay locked until the transaction ends. Raises ``KeyError`` where one was deleted.
    """
    locked = lock_pages([section.pk for section in sections])
    steps: dict[int, int] = {}
    places = []
    for section in (locked[section.pk] for section in sections):
        if section.pk not in steps:
            last = Page.objects.child_of(section).order_by("-path").values_list("path", flat=True).first()
            steps[section.pk] = Page._str2int(last[-Page.steplen :]) if last else 0  # noqa: SLF001
        steps[section.pk] += 1
        places.append((section, Page._get_path(section.path, section.depth + 1, steps[section.pk])))  # noqa: SLF001
    for pk, count in Counter(section.pk for section in sections).items():
        Page.objects.filter(pk=pk).update(numchild=F("numchild") + count)
    return places


def place(page: Any, section: Page, path: str, slug: str) -> None:
    """Set the fields of a new page by which it stands there."""
    page.path, page.depth, page.numchild = path, section.depth + 1, 0
    page.slug, page.url_path = slug, f"{section.url_path}{slug}/"


def hold_rows(page: Any, **rows: Sequence[Any]) -> None:
    """Let a new page hold child rows and rows of vocabularies, by relation; of all others it is known to have none."""
    names = [relation.get_accessor_name() for relation in get_all_child_relations(type(page))]
    names += [field.name for field in get_all_child_m2m_relations(type(page))]
    vars(page)["_cluster_related_objects"] = {name: list(rows.get(name, ())) for name in names}


@transaction.atomic
def insert(pages: Sequence[Any]) -> None:
    """Insert new pages with the rows that they hold, and set their keys. They have places, and all their fields."""
    Page.objects.bulk_create(
        [
            Page(**{column.attname: getattr(page, column.attname) for column in Page._meta.local_concrete_fields})
            for page in pages
        ],
        batch_size=BATCH,
    )
    tables: dict[type[models.Model], list[Any]] = defaultdict(list)
    for first in range(0, len(pages), BATCH):
        some = pages[first : first + BATCH]
        keys = dict(Page.objects.filter(path__in=[page.path for page in some]).values_list("path", "pk"))
        for page in some:
            page.pk = page.id = keys[page.path]
            for model in reversed([type(page), *page._meta.get_parent_list()]):
                for link in model._meta.parents.values():
                    setattr(page, link.attname, page.id)
                tables[model].append(page)
    del tables[Page]
    for model, rows in tables.items():
        _insert_table(model, rows)
    _insert_held(pages)


def _insert_table(model: type[models.Model], rows: Sequence[Any]) -> None:
    """Insert these rows into one table only, the model's own."""
    using = router.db_for_write(model)
    columns = model._meta.local_concrete_fields
    manager: Any = model._base_manager  # noqa: SLF001
    size = max(1, connections[using].ops.bulk_batch_size(columns, rows))
    for start in range(0, len(rows), size):
        manager._insert(rows[start : start + size], fields=columns, using=using)  # noqa: SLF001


def _insert_held(pages: Sequence[Any]) -> None:
    found: dict[Any, list[Any]] = defaultdict(list)
    for page in pages:
        held = vars(page).get("_cluster_related_objects", {})
        for relation in get_all_child_relations(type(page)):
            for number, row in enumerate(held.get(relation.get_accessor_name(), ())):
                setattr(row, relation.field.attname, page.pk)
                row.sort_order = number
                found[type(row)].append(row)
        for field in get_all_child_m2m_relations(type(page)):
            through: Any = field.remote_field.through
            names = [f"{name}_id" for name in (field.m2m_field_name(), field.m2m_reverse_field_name())]
            for row in held.get(field.name, ()):
                found[through].append(through(**dict(zip(names, (page.pk, row.pk), strict=True))))
    for model, rows in found.items():
        model.objects.bulk_create(rows, batch_size=BATCH)
