"""What the newsroom publishes, and the vocabularies that publications share.

Page content lives in Wagtail's locale trees, a page per language. What languages share (topics, countries, people,
organisations, pictures' suggested texts) is one row whose translated fields django-modeltranslation adds: see
``articles.translation``.
"""

from __future__ import annotations

from articles.models.base import NewsroomPage, page_context
from articles.models.pages import HomePage, InfoPage, SectionPage
from articles.models.pictures import Picture, PictureRendition
from articles.models.publication_rows import BylineName, Correction, PublicationAuthor, PublicationTranslator
from articles.models.publications import AnalysisPage, EventReportPage, Publication, PublicationQuerySet
from articles.models.vocabularies import Country, Organisation, Person, Topic, Vocabulary, VocabularyQuerySet

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
    "PictureRendition",
    "Publication",
    "PublicationAuthor",
    "PublicationQuerySet",
    "PublicationTranslator",
    "SectionPage",
    "Topic",
    "Vocabulary",
    "VocabularyQuerySet",
    "page_context",
]
