"""A clipboard's HTML as the blocks of a body: journalists paste a whole report at once.

What Word and Google Docs put on the clipboard looks like a page but says little about structure: Word's lists are
paragraphs with a bullet typed before them (``mso-list``), its headings may be bold paragraphs; Google Docs wraps
everything in a bold element that isn't bold, and styles spans instead of naming elements. Here each paragraph becomes a
block of its own, typed by what it is; nothing that a reader could read is dropped, except another outlet's line about
mistakes.
"""

from __future__ import annotations

from chorsu_articles.paste.blocks import LONGEST, TooLongError, blocks_from_html, blocks_from_text
from chorsu_articles.paste.known_lines import Credited, credited_caption, read_credit
from chorsu_editorial.markup import TooMuchMarkupError

__all__ = [
    "LONGEST",
    "Credited",
    "TooLongError",
    "TooMuchMarkupError",
    "blocks_from_html",
    "blocks_from_text",
    "credited_caption",
    "read_credit",
]
