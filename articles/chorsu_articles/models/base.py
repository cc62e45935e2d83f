"""What every page of the newsroom has in common."""

from __future__ import annotations

from functools import singledispatch
from typing import Any

from django.db import models
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from modelcluster.models import get_all_child_relations
from wagtail.models import Page, PageViewRestriction

from chorsu_articles.forms.pages import NewsroomPageForm
from chorsu_locales.normal_form import normalise_instance
from chorsu_locales.text import slugify


@singledispatch
def page_context(page: Page, request: HttpRequest) -> dict[str, Any]:  # noqa: ARG001
    """Return what the template of ``page`` gets beside Wagtail's own variables.

    ``chorsu_articles.contexts`` registers one function per page model and documents its names.
    """
    return {}


class NewsroomPage(Page):
    """A page with text in NFC, a Latin slug by its own language, and a context from ``chorsu_articles.contexts``."""

    # Django's own name for the way back from Page is that of the class: many a site has a HomePage too.
    page_ptr = models.OneToOneField(
        Page, on_delete=models.CASCADE, parent_link=True, primary_key=True, related_name="%(app_label)s_%(class)s"
    )

    slug: str
    base_form_class = NewsroomPageForm
    parent_page_types: list[str] | None = None
    readable_fields: list[str] = ["title"]
    # What of the query string changes the page; a site that keeps pages takes the rest away before it asks for one.
    query_parameters: tuple[str, ...] = ()

    class Meta:
        abstract = True

    @classmethod
    def can_exist_under(cls, parent: Page) -> bool:
        """Tell whether the page may stand there: a type that names no parents, anywhere but at the root of the tree."""
        is_refused: bool = parent.is_root() and cls.parent_page_types is None
        return super().can_exist_under(parent) and not is_refused

    def full_clean(self, *args: Any, **kwargs: Any) -> None:
        """Validate the page as it will be stored; an empty slug is made from the headline first."""
        normalise_instance(self)
        self.fill_slug()
        super().full_clean(*args, **kwargs)

    def minimal_clean(self) -> None:
        """Validate a draft as it will be stored; an empty slug is made from the headline first."""
        normalise_instance(self)
        self.fill_slug()
        super().minimal_clean()

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save with all text in NFC."""
        self.prepare()
        super().save(*args, **kwargs)

    def serializable_data(self) -> dict[str, Any]:
        """Return what a revision stores, with all text in NFC."""
        self.prepare()
        data: dict[str, Any] = super().serializable_data()
        return data

    def get_view_restrictions(self) -> models.QuerySet[Any]:
        """Return the view restrictions of the page and the pages above, as Wagtail does, but by one query."""
        if self.alias_of_id:
            restrictions: models.QuerySet[Any] = super().get_view_restrictions()
            return restrictions
        paths = [self.path[:end] for end in range(self.steplen, len(self.path) + 1, self.steplen)]
        # A page above may be an alias, which has the restrictions of its original.
        concerned = models.Q(page__path__in=paths) | models.Q(page__aliases__path__in=paths)
        found: models.QuerySet[Any] = PageViewRestriction.objects.filter(concerned).distinct()
        return found

    def update_aliases(self, **kwargs: Any) -> None:
        """Bring the aliases to what was published; of what only was scheduled, Wagtail would make them live at once."""
        if self.live:
            super().update_aliases(**kwargs)

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Return the context of the page's template: see ``chorsu_articles.contexts``."""
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        context.update(page_context(self, request))
        return context

    def serve_preview(self, request: HttpRequest, mode_name: str) -> HttpResponse:
        """Show the page as its readers will see it, in its own language whatever the language of the admin."""
        language = self.locale.language_code
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = super().serve_preview(request, mode_name)
            if hasattr(response, "render"):
                response.render()
        result: HttpResponse = response
        return result

    def prepare(self) -> None:
        """Bring the page and its inline rows into the form in which they are stored."""
        normalise_instance(self)
        cluster: dict[str, list[models.Model]] = self.__dict__.get("_cluster_related_objects", {})
        for relation in get_all_child_relations(type(self)):
            for child in cluster.get(relation.get_accessor_name(), []):
                normalise_instance(child)

    def fill_slug(self) -> None:
        """Set an empty slug from the headline by the transliteration of the page's language.

        The place in the tree must be known, since a number is added where a sibling has the slug already.
        """
        if self.slug or not (self.path or getattr(self, "_cached_parent_obj", None)):
            return
        if self.locale_id is None:
            self.locale = self.get_default_locale()
        base = slugify(self.title, self.locale.language_code)
        self.slug = self._get_autogenerated_slug(base)
