"""What an export of another newsroom says, as objects of this one: nothing in it is trusted."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from django.db import models
from django.utils.translation import gettext_noop as _
from modelcluster.models import model_from_serializable_data
from wagtail.documents import get_document_model
from wagtail.models import Page, get_page_models

from chorsu_archive.export.content import Mapper, key_field
from chorsu_archive.items import MEDIUM, Note
from chorsu_articles.models import Picture, Publication
from chorsu_articles.models.publications import NewsroomPage
from chorsu_editorial.reading import child_relations

PAGE_KEY = re.compile(r"([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/([A-Za-z-]{2,20})")
# What data of another shape than ours lead to.
MISSHAPEN = (AttributeError, IndexError, KeyError, RecursionError, TypeError, ValueError)


class ForeignData(Mapper):
    """Maps keys to primary keys; ``missing`` are those of what isn't there."""

    def __init__(self, library: Any) -> None:
        self.library = library
        self.missing: set[str] = set()
        self.dropped: list[str] = []

    def instance(self, model: type[models.Model], content: Mapping[str, Any]) -> Any:
        """Return an unsaved object with what an export says. Raises ``ValidationError``, and what ``mapped`` raises."""
        data = self.mapped(model, content)
        made: Any = getattr(model, "from_serializable_data", None)
        instance = made(data, check_fks=False) if made else model_from_serializable_data(model, data, check_fks=False)
        for each in [instance, *(row for name in child_relations(model) for row in getattr(instance, name).all())]:
            fields = each._meta.concrete_fields
            each.clean_fields({field.name for field in fields if field.is_relation or not getattr(each, field.attname)})
        return instance

    def mapped(self, model: type[models.Model], data: Mapping[str, Any]) -> dict[str, Any]:
        """Return an object's data as modelcluster reads it."""
        fields = {*child_relations(model), *(field.name for field in model._meta.get_fields())}
        self.dropped += [name for name, value in data.items() if value and name not in fields]
        return {"pk": None, **super().mapped(model, data)}

    def stream(self, block: Any, value: Any) -> str:
        return json.dumps(super().stream(block, json.dumps(value)))

    def refer(self, model: type[models.Model], value: Any) -> Any:
        key = str(value)
        found = self._primary_key(model, key)
        if found is None:
            self.missing.add(key[:200])
        return found

    def notes(self) -> list[Note]:
        """Return what is to be told of what was taken out."""
        return [Note("dropped", _("Taken out: %s"), each) for each in sorted(set(self.dropped))]

    def notes_of_missing(self) -> list[Note]:
        """Return what is to be told of references to what isn't here; another page may come later."""
        return [Note("broken", _("Not there: %s"), key) for key in sorted(self.missing)]

    def _primary_key(self, model: type[models.Model], key: str) -> Any:
        if issubclass(model, Page):
            return getattr(page_of_key(key), "pk", None)
        if model in {Picture, get_document_model()}:
            find = self.library.picture if model is Picture else self.library.document
            return find(key.removeprefix(MEDIUM)) if key.startswith(MEDIUM) else None
        field = key_field(model)
        return models.QuerySet(model).filter(**{field: key}).values_list("pk", flat=True).first() if field else None


def page_of_key(key: Any, model: Any = Page) -> Any:
    """Return the page that an export's key means here, or None."""
    found = PAGE_KEY.fullmatch(str(key))
    return found and model.objects.filter(translation_key=found[1], locale__language_code=found[2]).first()


def page_model(label: Any, base: type[Page] = NewsroomPage) -> Any:
    """Return a page class of this newsroom; None for other names."""
    kinds = (each for each in get_page_models() if issubclass(each, base) and each is not Publication)
    return next((each for each in kinds if each._meta.label == label), None)
