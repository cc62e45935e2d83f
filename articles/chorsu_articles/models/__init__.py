"""What the newsroom publishes, and the vocabularies that publications share.

Page content lives in Wagtail's locale trees, a page per language. What languages share (topics, countries, people,
organisations, pictures' suggested texts) is one row whose translated fields django-modeltranslation adds: see
``chorsu_articles.translation``.
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
    page_context,
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
    "page_context",
    "plural_of",
    "publication_kinds",
    "publication_models",
]
