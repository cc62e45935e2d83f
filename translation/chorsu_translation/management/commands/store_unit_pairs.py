"""Offer what is published already where the same is translated again."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from chorsu_translation.models import TranslationLink
from chorsu_translation.suggestions import store_pairs


class Command(BaseCommand):
    """Done once, after an upgrade; each publication keeps its own from then on."""

    help = "Keep the paragraphs of all published translations beside those of their sources, as suggestions."

    def handle(self, *_args: Any, **_options: Any) -> None:
        links = TranslationLink.objects.filter(target__live=True, source__isnull=False)
        pages = pairs = 0
        for link in links.select_related("source", "target", "live_baseline").order_by("pk").iterator(100):
            pairs += store_pairs(link=link, target=link.target.specific)
            pages += 1
        self.stdout.write(f"{pairs} paragraphs of {pages} translations are kept.")
