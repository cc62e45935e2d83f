"""What is stored about translations. Their states follow from it: see ``chorsu_translation.selectors.states``.

An article is named by its ``translation_key``, which its pages in all languages share.
"""

from chorsu_translation.models.history import PublishedVersion, Withdrawal
from chorsu_translation.models.links import Baseline, PublishedUnits, TranslationLink
from chorsu_translation.models.requests import NotPlanned, NotPlannedRule, TranslationRequest
from chorsu_translation.models.states import ArticleState, StateMark
from chorsu_translation.models.units import FindingDismissal, FindingsExplained, UnitMark, UnitPair

__all__ = [
    "ArticleState",
    "Baseline",
    "FindingDismissal",
    "FindingsExplained",
    "NotPlanned",
    "NotPlannedRule",
    "PublishedUnits",
    "PublishedVersion",
    "StateMark",
    "TranslationLink",
    "TranslationRequest",
    "UnitMark",
    "UnitPair",
    "Withdrawal",
]
