"""What there is in a newsroom, to compare before and after."""

from __future__ import annotations

from wagtail.documents.models import Document
from wagtail.models import Page

from chorsu_articles.models import InfoPage, Organisation, Person, Picture, Publication, SectionPage, Topic
from cms.models import User
from demo.models import DemoObject

OWN = (User, Picture, Document, Topic, Person, Organisation, Publication, InfoPage, SectionPage, DemoObject)


def numbers() -> dict[str, int]:
    return {model.__name__: model.objects.count() for model in OWN}


def tree() -> set[tuple[str, bool, str]]:
    return set(Page.objects.values_list("url_path", "live", "title"))
