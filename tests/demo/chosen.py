"""A demo that is loaded faster: of some articles, with small pictures."""

from __future__ import annotations

from collections.abc import Collection

import pytest
from PIL import Image

from demo import content


def choose(patch: pytest.MonkeyPatch, keys: Collection[str]) -> int:
    """Let the demo have these articles and one small picture for all; return how many versions they have."""
    chosen = [article for article in content.articles() if article.key in keys]
    patch.setattr(content, "articles", lambda: chosen)
    # Preparing large pictures takes long.
    patch.setattr(content, "picture", lambda _key: Image.new("RGB", (30, 20)))
    return sum(len(article.languages) for article in chosen)
