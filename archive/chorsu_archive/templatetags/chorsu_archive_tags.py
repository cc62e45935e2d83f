from __future__ import annotations

import json

from django import template
from django.core.serializers.json import DjangoJSONEncoder
from wagtail.blocks import StreamValue

from chorsu_editorial.reading import BlockText, block_texts

register = template.Library()


@register.filter
def shown_texts(block: StreamValue.StreamChild) -> list[BlockText]:
    """Return the texts, numbers and dates of a block in reading order, but for what its kind keeps from readers."""
    stored = json.loads(json.dumps(block.get_prep_value(), cls=DjangoJSONEncoder))
    texts = block_texts(block.block, stored, "value", "", values=True)
    return [text for text in texts if text.value and (text.public or text.kind == "value")]


@register.filter
def forms(block: StreamValue.StreamChild) -> list[str]:
    """Return the templates of a block of the text: a site's own for its kind, if there is one, or else ours."""
    return [f"chorsu_archive/article/blocks/{block.block_type}.html", "chorsu_archive/article/block.html"]
