"""What is missing in the settings, and how to mend it. Ids: articles/README.md."""

from __future__ import annotations

import re
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
from django.urls import NoReverseMatch, Resolver404, resolve, reverse
from wagtail.admin.rich_text import get_rich_text_editor_widget
from wagtail.documents import get_document_model
from wagtail.documents.forms import get_document_form
from wagtail.images import get_image_model
from wagtail.images.forms import get_image_form

from chorsu_articles.admin.rich_text import RichTextArea
from chorsu_articles.columns import COLUMN_LANGUAGES
from chorsu_articles.conf import configuration, get_settings
from chorsu_articles.forms.documents import DocumentForm
from chorsu_articles.forms.pictures import PictureForm
from chorsu_articles.models import Picture, publication_models
from chorsu_articles.selectors.former_pictures import missing_pictures
from chorsu_articles.storage import private_folder, public_documents
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
# A block has 5 fields in the editor's form (paragraph, row of a list) to 8 (quotation, picture), and keeps them when it
# is deleted, until the editor is opened anew. So this is an article of 120 blocks, and 9 deleted ones for each of them.
FORM_FIELDS = 10_000


@register()
def check_extra(**_kwargs: Any) -> list[CheckMessage]:
    """E001: what the extra ``articles`` installs is missing."""
    absent = [name for module, name in EXTRA.items() if find_spec(module) is None]
    if not absent:
        return []
    return [
        Error(
            f"chorsu_articles needs {' and '.join(absent)}.",
            hint='Run: pip install "chorsu[articles]"',
            id="chorsu_articles.E001",
        )
    ]


@register()
def check_apps(**_kwargs: Any) -> list[CheckMessage]:
    """E002: an app that this one builds on is not installed."""
    absent = [name for name in APPS if not apps.is_installed(name)]
    if not absent:
        return []
    lines = "".join(f' "{name}",' for name in absent)
    return [
        Error(
            "chorsu_articles builds on apps that are not installed.",
            hint=f"Add to INSTALLED_APPS:{lines}",
            id="chorsu_articles.E002",
        )
    ]


@register()
def check_languages(**_kwargs: Any) -> Iterator[CheckMessage]:
    """E003: a language has no columns; E004: Django's whole list of languages would get columns."""
    if not COLUMN_LANGUAGES:  # E001
        return
    if settings.LANGUAGES == global_settings.LANGUAGES and not hasattr(settings, "MODELTRANSLATION_LANGUAGES"):
        code = default_code()
        yield Error(
            f"LANGUAGES is not set: names of topics and people would be kept in {len(COLUMN_LANGUAGES)} languages.",
            hint=f'Name those that you publish in, such as LANGUAGES = [("{code}", "{get_language_row(code).name}")].',
            id="chorsu_articles.E004",
        )
    absent = [code for code in enabled_codes() if code not in COLUMN_LANGUAGES]
    if absent:
        yield Error(
            f"Names of topics and people have no columns for: {', '.join(absent)}.",
            hint=f"Add them to MODELTRANSLATION_LANGUAGES, now {COLUMN_LANGUAGES!r}, and run migrate.",
            id="chorsu_articles.E003",
        )


@register()
def check_pictures(**_kwargs: Any) -> Iterator[CheckMessage]:
    """E005: pictures are of another model; W001: the form for them is another one."""
    if not issubclass(get_image_model(), Picture):
        yield Error(
            "Publications show pictures of chorsu_articles.Picture, and the site's library has others.",
            hint='Write WAGTAILIMAGES_IMAGE_MODEL = "chorsu_articles.Picture".',
            id="chorsu_articles.E005",
        )
    elif not issubclass(get_image_form(Picture), PictureForm):
        yield Warning(
            "Whoever adds a picture that is refused would get an error page instead of a sentence.",
            hint='Write WAGTAILIMAGES_IMAGE_FORM_BASE = "chorsu_articles.forms.pictures.PictureForm".',
            id="chorsu_articles.W001",
        )


@register()
def check_former_pictures(**_kwargs: Any) -> list[CheckMessage]:
    """E010: pictures of the model that the library was made of before are missing: pages show none, or wrong ones.

    It isn't tagged as a check of databases, which Django runs for ``migrate`` alone.
    """
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


@register()
def check_settings(**_kwargs: Any) -> list[CheckMessage]:
    """E008: ``CHORSU_ARTICLES`` is no dict, has an unknown key, or a limit that is none."""
    found = configuration.faults(no_dict="chorsu_articles.E008", unknown_key="chorsu_articles.E008")
    given = get_settings()
    found += [
        Error(
            f"CHORSU_ARTICLES[{name.upper()!r}] is {value!r}.",
            hint="Use a whole number above zero.",
            id="chorsu_articles.E008",
        )
        for name in ("jpeg_pixels", "picture_pixels", "picture_width")
        if isinstance(value := getattr(given, name), bool) or not isinstance(value, int) or value < 1
    ]
    if given.sendfile not in {"", "X-Sendfile"} and not re.fullmatch(r"/([\w.-]+/)+", given.sendfile):
        found.append(
            Error(
                f"CHORSU_ARTICLES['SENDFILE'] is {given.sendfile!r}.",
                hint='Use "X-Sendfile", or the address of nginx\'s internal location, such as "/private/".',
                id="chorsu_articles.E008",
            )
        )
    return found


@register(Tags.security, deploy=True)
def check_documents(**_kwargs: Any) -> Iterator[CheckMessage]:
    """W004: documents are of any kind, or stored in public; E009: some are left there, or all are kept there."""
    form = get_document_form(get_document_model())
    if not (isinstance(form, type) and issubclass(form, DocumentForm)):
        yield Warning(
            "Documents of any kind are taken, also pages and programs under the names of others.",
            hint='Write WAGTAILDOCS_DOCUMENT_FORM_BASE = "chorsu_articles.forms.documents.DocumentForm".',
            id="chorsu_articles.W004",
        )
    try:
        default_storage.url("documents/x.pdf")
    except NotImplementedError:
        left = sum(1 for _path in public_documents())
        if left:
            yield Error(
                f"{left} documents lie in the public media folder, where no right is asked for.",
                hint="Run: manage.py move_documents",
                id="chorsu_articles.E009",
            )
        public = [Path(folder).absolute() for folder in (settings.MEDIA_ROOT, settings.STATIC_ROOT) if folder]
        if any(private_folder().is_relative_to(folder) for folder in public):
            yield Error(
                f"Documents are kept in {private_folder()}, which the web server hands out.",
                hint='Set CHORSU_ARTICLES["PRIVATE_FOLDER"] to a folder outside of MEDIA_ROOT and STATIC_ROOT.',
                id="chorsu_articles.E009",
            )
    else:
        yield Warning(
            "Documents, also those of private collections, lie where everybody can have them who knows their names.",
            hint='Set STORAGES["default"] to {"BACKEND": "chorsu_articles.storage.PrivateDocumentStorage"}.',
            id="chorsu_articles.W004",
        )


@register()
def check_rich_text(**_kwargs: Any) -> list[CheckMessage]:
    """W002: the rich text editor stores what databases and browsers refuse."""
    if isinstance(get_rich_text_editor_widget(), RichTextArea):
        return []
    hint = 'WAGTAILADMIN_RICH_TEXT_EDITORS = {"default": {"WIDGET": "chorsu_articles.admin.rich_text.RichTextArea"}}'
    return [
        Warning(
            "A pasted text with half an emoji would fail to be saved, or break its page.",
            hint=f"Write {hint}",
            id="chorsu_articles.W002",
        )
    ]


@register()
def check_form_fields(**_kwargs: Any) -> list[CheckMessage]:
    """W003: Django refuses the editor's form of a long article."""
    allowed = settings.DATA_UPLOAD_MAX_NUMBER_FIELDS
    if allowed is None or allowed >= FORM_FIELDS:
        return []
    return [
        Warning(
            f"Django refuses forms of more than {allowed:,} fields: a long article can't be saved any more.",
            hint=f"Write DATA_UPLOAD_MAX_NUMBER_FIELDS = {FORM_FIELDS:_}",
            id="chorsu_articles.W003",
        )
    ]


@register(Tags.urls)
def check_urls(**_kwargs: Any) -> list[CheckMessage]:
    """E006: the pages of topics, people and so on have no address, or another one answers there."""
    try:
        answers = resolve(reverse("chorsu_articles:topic", args=["x"])).view_name == "chorsu_articles:topic"
    except (NoReverseMatch, Resolver404):
        answers = False
    if answers:
        return []
    return [
        Error(
            "The pages of topics, people, organisations and countries don't answer.",
            hint='Put path("", include("chorsu_articles.urls")) into the URL configuration, before Wagtail\'s own.',
            id="chorsu_articles.E006",
        )
    ]


@register()
def check_kinds(**_kwargs: Any) -> list[CheckMessage]:
    """E007: a kind of publication has no key, or that of another."""
    models = [model for model in publication_models() if model.is_creatable]
    times = Counter(model.kind for model in models)
    return [
        Error(
            f"{model._meta.label} has no kind of its own: {model.kind!r}.",
            hint="Give each page class below Publication a short kind that no other has, such as kind = 'interviews'.",
            obj=model,
            id="chorsu_articles.E007",
        )
        for model in models
        if not model.kind or times[model.kind] > 1
    ]
