"""The seam to ``translation``: which source revision each demo translation was made from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from wagtail.models import Page, Revision


@dataclass(frozen=True, slots=True)
class Baseline:
    """A translation and the revision of its source that it says the same as."""

    target: Page
    source: Page
    source_revision: Revision


def declare_baselines(baselines: Sequence[Baseline]) -> None:
    """Tell ``translation`` what each translation was made from; called once, at the end of loading.

    The baseline of the outdated translation is the source's first publication, not its last.
    """
