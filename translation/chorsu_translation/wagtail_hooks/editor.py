"""The source beside the translation in Wagtail's page editor."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from wagtail import hooks
from wagtail.admin import messages
from wagtail.models import Page

from chorsu_editorial.markup import readable_text
from chorsu_translation.selectors.units import changes_since
from chorsu_translation.services import SourceChangedError, TranslationError
from chorsu_translation.services.marks import declare_saved

NAMED_CHANGES = 3


@hooks.register("insert_editor_js")
def insert_source_units() -> SafeString:
    """Load the script that asks for the source's units and puts them beside the form's fields."""
    return format_html(
        '<link rel="stylesheet" href="{}"><link rel="stylesheet" href="{}">'
        '<script type="module" src="{}" data-translation-units="{}"></script>',
        static("chorsu_translation/editor.css"),
        static("chorsu_translation/tables.css"),
        static("chorsu_translation/editor.js"),
        reverse("chorsu_translation:units", args=[0]),
    )


@hooks.register("after_edit_page")
def declare_what_was_saved(request: HttpRequest, page: Page) -> None:
    """Declare the saved version up to date where the editor's control says so, or where all is done.

    The script sends ``translation-up-to-date`` with a button's request alone, so that no autosave declares anything.
    """
    wanted = request.POST.get("translation-up-to-date")
    if wanted not in {"auto", "yes"} or not request.accepts("text/html"):
        return
    seen = request.POST.get("translation-source", "")
    try:
        if declare_saved(target=page, user=request.user, seen=seen, only_if_done=wanted == "auto"):
            messages.success(request, _("This version is up to date with its source."))
    except SourceChangedError as error:
        messages.warning(request, _source_changed(error.source, seen))
    except (PermissionDenied, TranslationError):
        # The text is saved. Who approves it may lose the right to edit it by that.
        return


def _source_changed(source: Page, seen: str) -> str:
    text = _("“%(title)s” has changed since you opened this screen, so nothing was declared up to date.")
    said = text % {"title": source.title}
    changed = changes_since(source=source, seen=seen)
    if not changed:
        return said
    words = "; ".join(f"“{Truncator(readable_text(html, rich=True)).words(8)}”" for html in changed[:NAMED_CHANGES])
    more = len(changed) - NAMED_CHANGES
    if more > 0:
        words = _("%(changes)s and %(number)d more") % {"changes": words, "number": more}
    return f"{said} {_('Changed: %(changes)s') % {'changes': words}}"
