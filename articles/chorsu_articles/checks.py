"""What is missing in the settings, and how to mend it. Ids: docs/extend/articles.md."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import global_settings, settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register  # noqa: A004 (Django's name)
from django.core.exceptions import ImproperlyConfigured
from django.core.files.storage import default_storage
from django.db import DatabaseError
from wagtail.admin.rich_text import get_rich_text_editor_widget
from wagtail.documents import get_document_model
from wagtail.documents.forms import get_document_form
from wagtail.images import get_image_model
from wagtail.images.forms import get_image_form

from chorsu_articles.admin.rich_text import RichTextArea
from chorsu_articles.columns import COLUMN_LANGUAGES
from chorsu_articles.conf import configuration
from chorsu_articles.forms.documents import DocumentForm
from chorsu_articles.forms.pictures import PictureForm
from chorsu_articles.models import Picture
from chorsu_articles.models.publications import publication_models
from chorsu_articles.pictures.former import missing_pictures
from chorsu_articles.storage import private_folder, public_documents
from chorsu_locales.app_settings import address_faults
from chorsu_locales.selectors import default_code, enabled_codes, get_language_row

EXTRA = {"modeltranslation": "django-modeltranslation", "babel": "Babel"}
APPS = (
    "chorsu_editorial",
    "chorsu_locales",
    "wagtail.contrib.typed_table_block",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.snippets",
)
# A block has 5 to 8 fields in the editor's form, and keeps them when it is deleted, until the editor is opened anew. So
# this is an article of 120 blocks, and 9 deleted ones for each of them.
FORM_FIELDS = 10_000
check_settings = configuration.register_check()


@register
def check_installation(**_kwargs: Any) -> Iterator[CheckMessage]:
    """Find what *Install* of the README asks for and is not there."""
    if absent := [name for module, name in EXTRA.items() if find_spec(module) is None]:
        yield _fault("E001", f"chorsu_articles needs {' and '.join(absent)}.", 'Run: pip install "chorsu[articles]"')
    if absent := [name for name in APPS if not apps.is_installed(name)]:
        lines = "".join(f' "{name}",' for name in absent)
        yield _fault("E002", "chorsu_articles builds on apps that aren't installed.", f"Add to INSTALLED_APPS:{lines}")
    if not issubclass(get_image_model(), Picture):
        problem = "Publications show pictures of chorsu_articles.Picture, and the site's library has others."
        yield _fault("E005", problem, 'Write WAGTAILIMAGES_IMAGE_MODEL = "chorsu_articles.Picture".')
    elif not issubclass(get_image_form(Picture), PictureForm):
        problem = "Whoever adds a picture that is refused would get an error page instead of a sentence."
        hint = 'Write WAGTAILIMAGES_IMAGE_FORM_BASE = "chorsu_articles.forms.pictures.PictureForm".'
        yield _fault("W001", problem, hint)
    if not isinstance(get_rich_text_editor_widget(), RichTextArea):
        problem = "A pasted text with half an emoji would fail to be saved, or break its page."
        editor = '{"default": {"WIDGET": "chorsu_articles.admin.rich_text.RichTextArea"}}'
        yield _fault("W002", problem, f"Write WAGTAILADMIN_RICH_TEXT_EDITORS = {editor}")
    if (allowed := settings.DATA_UPLOAD_MAX_NUMBER_FIELDS) is not None and allowed < FORM_FIELDS:
        problem = f"Django refuses forms of more than {allowed:,} fields: a long article can't be saved any more."
        yield _fault("W003", problem, f"Write DATA_UPLOAD_MAX_NUMBER_FIELDS = {FORM_FIELDS:_}")
    yield from address_faults(
        {"chorsu_articles:topic": ("x",)},
        include='path("", include("chorsu_articles.urls"))',
        fault="chorsu_articles.W006",
    )


@register
def check_languages(**_kwargs: Any) -> Iterator[CheckMessage]:
    """E003: a language has no columns; E004: Django's whole list of languages would get columns."""
    if not COLUMN_LANGUAGES:  # E001
        return
    if settings.LANGUAGES == global_settings.LANGUAGES and not hasattr(settings, "MODELTRANSLATION_LANGUAGES"):
        code = default_code()
        problem = (
            f"LANGUAGES is not set: names of topics and people would be kept in {len(COLUMN_LANGUAGES)} languages."
        )
        hint = f'Name those that you publish in, such as LANGUAGES = [("{code}", "{get_language_row(code).name}")].'
        yield _fault("E004", problem, hint)
    if absent := [code for code in enabled_codes() if code not in COLUMN_LANGUAGES]:
        problem = f"Names of topics and people have no columns for: {', '.join(absent)}."
        yield _fault(
            "E003", problem, f"Add them to MODELTRANSLATION_LANGUAGES, now {COLUMN_LANGUAGES!r}, and run migrate."
        )


@register
def check_former_pictures(**_kwargs: Any) -> list[CheckMessage]:
    """E010: pictures of a former image model are missing. Not tagged for databases: those run for ``migrate`` alone."""
    try:
        missing = [(rows.model._meta.label, rows.count()) for rows in missing_pictures()]
    except (DatabaseError, ImproperlyConfigured):
        return []  # where a package is built, for example
    kind = Warning if sys.argv[1:2] == ["migrate"] else Error
    return [
        kind(
            f"{count} pictures of {label} are missing in the library: pages would show none there, or others.",
            hint="Run: manage.py copy_pictures; or delete these rows, where nothing refers to them.",
            id="chorsu_articles.E010",
        )
        for label, count in missing
    ]


@register(Tags.security, deploy=True)
def check_documents(**_kwargs: Any) -> Iterator[CheckMessage]:
    """W004: documents are of any kind, or stored in public; E009: some are left there, or all are kept there."""
    form = get_document_form(get_document_model())
    if not (isinstance(form, type) and issubclass(form, DocumentForm)):
        problem = "Documents of any kind are taken, also pages and programs under the names of others."
        hint = 'Write WAGTAILDOCS_DOCUMENT_FORM_BASE = "chorsu_articles.forms.documents.DocumentForm".'
        yield _fault("W004", problem, hint)
    try:
        default_storage.url("documents/x.pdf")
    except NotImplementedError:
        if left := sum(1 for _path in public_documents()):
            problem = f"{left} documents lie in the public media folder, where no right is asked for."
            yield _fault("E009", problem, "Run: manage.py move_documents")
        public = [Path(folder).absolute() for folder in (settings.MEDIA_ROOT, settings.STATIC_ROOT) if folder]
        if any(private_folder().is_relative_to(folder) for folder in public):
            problem = f"Documents are kept in {private_folder()}, which the web server hands out."
            hint = 'Set CHORSU_ARTICLES["PRIVATE_FOLDER"] to a folder outside of MEDIA_ROOT and STATIC_ROOT.'
            yield _fault("E009", problem, hint)
    else:
        problem = (
            "Documents, also those of private collections, lie where everybody can have them who knows their names."
        )
        hint = 'Set STORAGES["default"] to {"BACKEND": "chorsu_articles.storage.PrivateDocumentStorage"}.'
        yield _fault("W004", problem, hint)


@register
def check_kinds(**_kwargs: Any) -> Iterator[CheckMessage]:
    """E007: a kind of publication has no key, or that of another."""
    models = [model for model in publication_models() if model.is_creatable]
    times = Counter(model.kind for model in models)
    for model in models:
        if not model.kind or times[model.kind] > 1:
            hint = "Give each page class below Publication a short kind of its own, such as kind = 'interviews'."
            yield _fault("E007", f"{model._meta.label} has no kind of its own: {model.kind!r}.", hint, model)


def _fault(number: str, problem: str, hint: str, model: Any = None) -> CheckMessage:
    kind = Error if number.startswith("E") else Warning
    return kind(problem, hint=hint, obj=model, id=f"chorsu_articles.{number}")
