"""The drawn picture of a page that has none: its address, which pages have one, and where it is kept.

An address holds a digest of what is drawn, made with the site's key: nobody finds a card by guessing, and a card that
is old has another address. It is drawn when it is first asked for and kept beside the renditions. Only what everybody
may read has one; people have none of their own, since a name may be withheld one day.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.utils.translation import get_language
from django.views.decorators.http import require_safe
from PIL import features
from wagtail.models import Page

from chorsu_articles.models import Country, Organisation, Topic
from chorsu_articles.picture_work import PictureBusyError, picture_turn
from chorsu_articles.selectors import open_to_all
from cms.reader.card_drawing import HEIGHT, WIDTH, draw
from cms.reader.identity import identity
from cms.reader.shown import section_of

SIZE = (WIDTH, HEIGHT)
# Another number draws all cards anew.
DRAWING = 1
ROWS: dict[str, Any] = {"topic": Topic, "country": Country, "organisation": Organisation}
WAIT = 5  # seconds, for the process's turn to draw


@dataclass(frozen=True, slots=True)
class Card:
    """What is drawn for a page, or for a row of a vocabulary; of kind ``site`` for all others."""

    kind: str
    pk: int
    code: str
    title: str
    line: str
    name: str

    @property
    def digest(self) -> str:
        """Return what tells this drawing from all others."""
        drawn = json.dumps([DRAWING, self.kind, self.pk, self.code, self.title, self.line, self.name])
        return salted_hmac("cms.reader.cards", drawn, algorithm="sha256").hexdigest()[:32]

    @property
    def url(self) -> str:
        """Return the card's address in the active language."""
        return reverse("card", args=[self.kind, self.pk, self.digest])

    @property
    def folder(self) -> str:
        """Return where it is kept, alone."""
        return _folder(self.kind, self.pk, self.code)


def card_of(subject: Any, request: HttpRequest) -> Card | None:
    """Return the card of what is shown; None where it has none: a page that isn't live, or no way to join letters."""
    code = get_language() or ""
    name = identity(request).name
    if not features.check("raqm"):
        return None
    if isinstance(subject, Page):
        section = section_of(subject, request)
        line = section.title if section and section.pk != subject.pk else ""
        return Card("page", subject.pk, code, subject.title, line, name) if subject.pk and subject.live else None
    kind = next((kind for kind, model in ROWS.items() if isinstance(subject, model)), "")
    if kind:
        return Card(kind, subject.pk, code, subject.localized_name(), "", name)
    return Card("site", 0, code, name, "", "")


@require_safe
def card(request: HttpRequest, kind: str, pk: int, digest: str) -> HttpResponse | FileResponse:
    """Answer with a card; an old address leads to the new one, and what not everybody may read has none.

    503 where another picture takes its turn for too long.
    """
    wanted = card_of(_subject(kind, pk), request)
    if wanted is None or wanted.kind != kind:
        raise Http404("There is no such card.")
    if digest != wanted.digest:
        return HttpResponseRedirect(wanted.url)
    path = f"{wanted.folder}/{digest}.png"
    if not default_storage.exists(path):
        try:
            with picture_turn(WAIT):
                _store(wanted, path)
        except PictureBusyError:
            return HttpResponse(status=503, headers={"Retry-After": "10"})
    return FileResponse(default_storage.open(path), content_type="image/png")


def forget(page: Page) -> None:
    """Delete the card of a page that readers can't see any more."""
    _empty(_folder("page", page.pk, page.locale.language_code))


def _folder(kind: str, pk: int, code: str) -> str:
    return f"cards/{kind}-{pk}-{code}"


def _subject(kind: str, pk: int) -> Any:
    if kind == "page":
        # The tree's root is open to all as well, and no site has it.
        pages = open_to_all(Page.objects.filter(pk=pk, depth__gt=1, locale__language_code=get_language()))
        found = pages.first()
    elif kind in ROWS:
        found = ROWS[kind].objects.filter(pk=pk).first()
    else:
        return None
    if found is None:
        raise Http404("There is no such card.")
    return found


def _store(card: Card, path: str) -> None:
    drawn = draw(title=card.title, line=card.line, name=card.name, code=card.code)
    _empty(card.folder)
    default_storage.save(path, ContentFile(drawn))


def _empty(folder: str) -> None:
    if default_storage.exists(folder):
        for name in default_storage.listdir(folder)[1]:
            default_storage.delete(f"{folder}/{name}")
