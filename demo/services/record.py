"""Remember what the demo made."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib.contenttypes.models import ContentType
from django.db.models import Model

from cms.models import SetupStep
from demo.models import DemoObject

STEP = "demo"


def was_loaded() -> bool:
    """Tell whether the demo was ever loaded, also where it was removed since."""
    return SetupStep.objects.filter(key=STEP).exists()


def record(objects: Iterable[Model], *, filled: str = "") -> None:
    """Write down rows that the demo made, or the text it wrote into a page that was there."""
    DemoObject.objects.bulk_create(
        DemoObject(
            content_type=ContentType.objects.get_for_model(item, for_concrete_model=True),
            object_id=str(item.pk),
            filled=filled,
        )
        for item in objects
    )
