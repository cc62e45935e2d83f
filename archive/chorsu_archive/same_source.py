"""Which source an archive is of, where several call themselves alike.

Sites on "localhost", or tried under a name that another has now, have one identity, and number what they have alike.
So an archive is of a source that came before only if most of what has the same key there is the same.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from itertools import batched, count

from django.db.models import QuerySet

from chorsu_archive.items import Archive, Item, Medium
from chorsu_archive.models import ImportedItem
from chorsu_archive.pages import short
from chorsu_archive.places import places
from chorsu_archive.texts import plain

BATCH = 500
# Of what was compared; the rest wouldn't say anything else.
ENOUGH = 200
# In characters: a longer title may have been cut; and of an identity before its number.
LONGEST_TITLE, LONGEST_IDENTITY = 200, 240
Kind = ImportedItem.Kind


def source_of(archive: Archive, identity: str) -> str:
    """Return the source's name under which the items of an archive are kept that calls itself ``identity``.

    That is the one which is most like it: its own or, where another site has that, one with a number, such as
    "https://localhost#2". Raises ``ArchiveError``.
    """
    stem = f"{identity[:LONGEST_IDENTITY]}#"
    rows = ImportedItem.objects.order_by("identity").values_list("identity", flat=True).distinct()
    numbered = set(rows.filter(identity__startswith=stem))
    free = next(name for number in count(2) if (name := f"{stem}{number}") not in numbered)
    names = [identity, *sorted(numbered), free]
    former = ImportedItem.objects.filter(identity__in=names)
    likeness = _likeness(archive.items(), former.filter(kind=Kind.PAGE))
    likeness.update(_likeness(archive.media(), former.filter(kind__in=(Kind.PICTURE, Kind.DOCUMENT))))
    # Of equals the first: what shares no key with any may be a part that comes later.
    return max(names, key=likeness.__getitem__)


def _likeness(archived: Iterable[Item | Medium], rows: QuerySet[ImportedItem]) -> Counter[str]:
    """Return by source how many things with the key of one of its rows are the same, less those that aren't.

    The archive is read once for all sources, and not at all where none has rows.
    """
    likeness, compared = Counter[str](), Counter[str]()
    waiting = set(rows.order_by().values_list("identity", flat=True).distinct())
    for some in batched(archived, BATCH) if waiting else ():
        by_key = {short(each.key): each for each in some}
        for row in rows.filter(identity__in=waiting, key__in=by_key).exclude(addresses=[]):
            likeness[row.identity] += 1 if _is_same(by_key[row.key], row) else -1
            compared[row.identity] += 1
        waiting = {source for source in waiting if compared[source] <= ENOUGH}
        if not waiting:
            break
    return likeness


def _is_same(archived: Item | Medium, row: ImportedItem) -> bool:
    """Tell whether title or address are those of a row; addresses with a number alone are alike on all sites."""
    if plain(archived.title)[:LONGEST_TITLE] == plain(row.title)[:LONGEST_TITLE]:
        return True
    addresses = archived.addresses if isinstance(archived, Item) else (archived.address, *archived.page_addresses)
    return not _paths(addresses).isdisjoint(_paths(row.addresses))


def _paths(addresses: Iterable[str]) -> set[str]:
    paths = {places(address)[0] for address in addresses}
    return {path for path in paths if "?" not in path and path != "/"}
