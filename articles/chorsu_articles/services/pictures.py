"""The library of pictures."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from chorsu_articles.models import Picture, PictureKind
from chorsu_articles.paste import read_credit
from chorsu_articles.selectors.pictures import SHOWN_FACTS_CHANGED, may_change_facts, places, shown_by
from chorsu_articles.signals import shown_facts_changed
from chorsu_editorial.refusals import Refusal
from chorsu_locales.wagtail_compat import policy_registry

FACTS = ("kind", "credit", "licence")


class NotAnEditor(Refusal):
    """The person isn't an editor of all that shows the picture."""


def set_facts(picture: Picture, facts: Mapping[str, str]) -> None:
    """Set ``kind``, ``credit`` and ``licence`` on a picture in memory; a kind that isn't one is a photo.

    A credit may name the kind, as in "Map: Somebody": that is kept where no kind but "photo" was chosen.
    """
    clean = {name: " ".join(text.replace("\0", "").split()) for name, text in facts.items()}
    credit, named = read_credit(clean.get("credit", ""))
    chosen = clean.get("kind", "")
    if chosen not in PictureKind.values or chosen == PictureKind.PHOTO:
        chosen = named or PictureKind.PHOTO
    picture.kind = chosen
    picture.credit = credit[: Picture._meta.get_field("credit").max_length]
    picture.licence = clean.get("licence", "")[: Picture._meta.get_field("licence").max_length]


def change_credit(*, user: Any, picture: Picture, credit: str, instead_of: str = "") -> bool:
    """Give a picture of the library a credit, and the kind that it names; return whether it changed.

    Only a credit that still is ``instead_of`` is replaced, so that nobody's word about a picture is overwritten.
    Raises ``PermissionDenied`` for who may neither change pictures nor uploaded this one, and ``NotAnEditor``.
    """
    if not policy_registry.get_by_type(Picture).user_has_permission_for_instance(user, "change", picture):
        raise PermissionDenied
    wanted, kind = read_credit(credit.replace("\0", ""))
    replaced, kind_before = read_credit(instead_of)
    with transaction.atomic():
        before = lock_facts(picture)
        picture.credit, picture.kind = before["credit"], before["kind"]
        if before["credit"] != replaced or before["credit"] == wanted:
            return False
        picture.credit = wanted[: Picture._meta.get_field("credit").max_length]
        # A credit that is taken back takes its kind with it.
        picture.kind = kind or (PictureKind.PHOTO if kind_before and not wanted else picture.kind)
        picture.save(update_fields=["credit", "kind"])
        record_change(user=user, picture=picture, before=before)
        log(instance=picture, action="wagtail.edit", user=user)
    return True


def lock_facts(picture: Picture) -> dict[str, str]:
    """Lock a picture's row until the transaction ends; return the stored ``kind``, ``credit`` and ``licence``."""
    return dict(Picture.objects.select_for_update().values(*FACTS).get(pk=picture.pk))


def check_change(*, user: Any, picture: Picture) -> list[Any]:
    """Return what shows a picture to readers; raise ``NotAnEditor`` where this user isn't an editor of all of it."""
    sources = shown_by(picture)
    if not may_change_facts(user, sources):
        message = _(
            "“%(title)s” is in use: readers see it, or will once what waits is published (%(places)s). So only an "
            "editor of all of these may change its kind, credit and licence."
        )
        raise NotAnEditor(message % {"title": picture.title, "places": ", ".join(places(sources))})
    return sources


def record_change(*, user: Any, picture: Picture, before: Mapping[str, str]) -> None:
    """Log what was changed about a picture that readers see, and report it; ``before`` is what ``lock_facts`` gave.

    Raises ``NotAnEditor``. Call it in the transaction of the change.
    """
    changed = [name for name in FACTS if getattr(picture, name) != before[name]]
    if not changed or not (sources := check_change(user=user, picture=picture)):
        return
    old, new = ({name: str(value(name)) for name in changed} for value in (before.get, partial(getattr, picture)))
    data = {"before": old, "after": new, "places": places(sources)}
    log(instance=picture, action=SHOWN_FACTS_CHANGED, user=user, data=data)
    shown_facts_changed.send(sender=Picture, picture=picture, user=user, before=old, after=new, sources=sources)
