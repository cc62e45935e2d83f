"""What the newsroom publishes, a page per language, and the vocabularies that all languages share.

A vocabulary's row has columns for each language, which ``chorsu_articles.translation`` adds.
"""

from __future__ import annotations

from chorsu_articles.models.fields import VocabularyField
from chorsu_articles.models.pages import AnalysisPage, EventReportPage, HomePage, InfoPage, SectionPage
from chorsu_articles.models.pictures import Picture, PictureKind, PictureRendition
from chorsu_articles.models.publications import Correction, Publication, PublicationAuthor, PublicationTranslator
from chorsu_articles.models.vocabularies import Country, Organisation, Person, ProtectedIdentity, Topic, Vocabulary

__all__ = [
    "AnalysisPage",
    "Correction",
    "Country",
    "EventReportPage",
    "HomePage",
    "InfoPage",
    "Organisation",
    "Person",
    "Picture",
    "PictureKind",
    "PictureRendition",
    "ProtectedIdentity",
    "Publication",
    "PublicationAuthor",
    "PublicationTranslator",
    "SectionPage",
    "Topic",
    "Vocabulary",
    "VocabularyField",
]
