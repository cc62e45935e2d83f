"""What the editor's scripts say, in the language of the admin. ``{name}`` is filled in by the script."""

from __future__ import annotations

from collections.abc import Callable

from django.utils.translation import gettext as _
from django.utils.translation import ngettext


def editor_messages() -> dict[str, str]:
    """Return the texts by the names that the scripts know. Where a number matters, one of Intl.PluralRules each."""
    return {
        **_plurals("pasted", lambda n: ngettext("{number} block pasted", "{number} blocks pasted", n)),
        **_plurals("added", lambda n: ngettext("{number} picture added", "{number} pictures added", n)),
        **_plurals("files", lambda n: ngettext("{number} file:", "{number} files:", n)),
        "headline": _("The heading at the top became the headline."),
        "pasting": _("The text is being split into blocks…"),
        "captioned": _("Caption and credit were taken from this line."),
        "uploading": _("Picture {number} of {total} is being uploaded…"),
        "refused": _("{name}: {reason}"),
        "no_connection": _("The server did not answer. Check the connection and try again."),
        "no_picture": _("{name}: this is no picture. Other files are added with the block “File”."),
        "may_not": _("You may not add pictures to the library."),
        "offline": _("You are offline. Your text is kept in this browser and will be saved when you are back."),
        "signed_out": _("Your session has ended. Sign in again in a new tab; your text is kept and will be saved."),
        "other_user": _(
            "{name} is signed in now, and your text is not saved under another name. "
            "Sign in as yourself in a new tab; your text is kept."
        ),
        "server": _("The server could not save your text. It is kept in this browser and will be tried again."),
        "full": _("You are cut off, and this browser can't keep the text: don't close this page before it is saved."),
        "back": _("Saved again: nothing was lost."),
        "unchanged_page": _("Nothing is sent before the text can be saved."),
        "offer": _("A text that could not be saved is kept in this browser: “{title}”, {time}."),
        "restoring": _("The text is being restored…"),
        "not_restored": _("It could not be restored: {reason}"),
        "untitled": _("without headline"),
    }


def _plurals(name: str, text: Callable[[int], str]) -> dict[str, str]:
    # The numbers stand for the categories of Russian and English.
    return {f"{name}_{category}": text(n) for category, n in (("one", 1), ("few", 2), ("many", 5), ("other", 5))}
