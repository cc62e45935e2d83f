"""What the newsroom publishes, a page per language, and the vocabularies that all languages share.

A vocabulary's row has columns for each language, which ``chorsu_articles.translation`` adds.
"""

from __future__ import annotations

from chorsu_articles.models.fields import VocabularyField
from chorsu_articles.models.pages import AnalysisPage, EventReportPage, HomePage, InfoPage, SectionPage
from chorsu_articles.models.pictures import Picture, PictureKind, PictureRendition
from chorsu_articles.models.publications import (
    BylineName,
    Correction,
    NewsroomPage,
    Publication,
    PublicationAuthor,
    PublicationQuerySet,
    PublicationTranslator,
    model_of_kind,
    own_fields,
    plural_of,
    publication_kinds,
    publication_models,
)
from chorsu_articles.models.vocabularies import (
    Country,
    Organisation,
    Person,
    ProtectedIdentity,
    Topic,
    Vocabulary,
    VocabularyQuerySet,
)

__all__ = [
    "AnalysisPage",
    "BylineName",
    "Correction",
    "Country",
    "EventReportPage",
    "HomePage",
    "InfoPage",
    "NewsroomPage",
    "Organisation",
    "Person",
    "Picture",
    "PictureKind",
    "PictureRendition",
    "ProtectedIdentity",
    "Publication",
    "PublicationAuthor",
    "PublicationQuerySet",
    "PublicationTranslator",
    "SectionPage",
    "Topic",
    "Vocabulary",
    "VocabularyField",
    "VocabularyQuerySet",
    "model_of_kind",
    "own_fields",
    "plural_of",
    "publication_kinds",
    "publication_models",
]
