"""Convert a Word document to HTML with mammoth, as a program of its own: see docs/decisions/archive.md.

``python mammoth_process.py OPTIONS`` reads the document from standard input and writes to standard output what
``convert`` returns; options and answer are JSON objects. If it takes more than the ``seconds`` of the processor and
bytes of ``memory`` in the options, the program is ended, or its exit status is ``TOO_MUCH``.
"""

from __future__ import annotations

import json
import sys
import xml.dom.minidom
from collections import Counter
from io import BytesIO
from typing import Any

import mammoth
from defusedxml import minidom

from chorsu_archive.formats.word_numbers import Numbering

try:
    import resource
except ImportError:  # not on Windows
    resource = None  # type: ignore[assignment]

TOO_MUCH = 3
MOST_MESSAGES, LONGEST_MESSAGE = 500, 300
# Elements that mammoth passes over with what stands in them, as those that it treats as it should treat these; without
# a check box its sign is text, and bookmarks are nowhere.
ALIKE = {"fldSimple": "smartTag", "dir": "smartTag", "bdo": "smartTag", "cr": "br", "ptab": "tab"}
ALIKE |= {"checkbox": "text", "bookmarkStart": "bookmarkEnd"}
# The style of footnotes that export.word writes as a list.
NOTES = "Note"
# The last five are those of export.word.
STYLES = f"""
p[style-name='Title'] => h1.title:fresh
p[style-name='Subtitle'] => p.subtitle:fresh
p[style-name='caption'] => p.caption:fresh
p[style-name='Illustration'] => p.caption:fresh
p[style-name='Figure'] => p.caption:fresh
p[style-name='Drawing'] => p.caption:fresh
p[style-name='Table'] => p.caption:fresh
p[style-name='Quote'] => blockquote > p:fresh
p[style-name='Intense Quote'] => blockquote > p:fresh
p[style-name='Quotations'] => blockquote > p:fresh
p[style-name='Block Text'] => blockquote > p:fresh
p[style-name='Byline'] => p.byline:fresh
p[style-name='Notes Heading'] => !
p[style-name='Without Form'] => !
p[style-name='Quote Source'] => blockquote > cite:fresh
p[style-name='Pull Quote'] => blockquote.wp-block-pullquote:fresh > p:fresh
p[style-name='{NOTES}']:ordered-list(1) => ol.footnotes > li:fresh
"""


def convert(document: bytes, characters: int, counted: list[str]) -> dict[str, Any]:
    """Return a document as ``html``, cut behind one character too many, with ``messages``, and ``counts`` of elements.

    The source of a picture is the name of its file in the document, or empty. Numbers before paragraphs stand in their
    text as ``word_numbers`` writes them. Raises whatever mammoth stumbles at.
    """
    counts = Counter[str]()
    numbering = Numbering(NOTES)
    # mammoth asks for a document's styles and lists before its text.
    readers = {"styles": numbering.read_styles, "numbering": numbering.read_lists, "document": numbering.number}

    def parse(file: Any) -> Any:
        tree = minidom.parse(file, forbid_dtd=True)
        for element in tree.getElementsByTagNameNS("*", "*"):
            counts[element.localName] += 1
            if alike := ALIKE.get(element.localName):
                tree.renameNode(element, element.namespaceURI, alike)
        if reader := readers.get(tree.documentElement.localName):
            reader(tree)
        return tree

    def picture(image: Any) -> list[Any]:
        try:
            with image.open() as file:
                name = file.name
        except (KeyError, ValueError):  # a file that isn't there, or is elsewhere: mammoth opens none of those
            name = ""
        return [mammoth.html.element("img", {"src": name, "alt": image.alt_text or ""})]

    # mammoth has no option for how XML is read.
    xml.dom.minidom.parse = parse  # type: ignore[assignment]
    result = mammoth.convert_to_html(
        BytesIO(document), style_map=STYLES, include_embedded_style_map=False, convert_image=picture
    )
    messages = [each.message[:LONGEST_MESSAGE] for each in result.messages[:MOST_MESSAGES]]
    counts["AlternateContent"] -= counts["Fallback"]  # then nothing is lost
    return {
        "html": result.value[: characters + 1],
        "messages": messages,
        "counts": {each: counts[each] for each in counted},
    }


def main() -> int:
    """Run the program; return its exit status."""
    options = json.loads(sys.argv[1])
    if resource:
        resource.setrlimit(resource.RLIMIT_CPU, (options["seconds"],) * 2)
        resource.setrlimit(resource.RLIMIT_DATA, (options["memory"],) * 2)
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        json.dump(convert(sys.stdin.buffer.read(), options["characters"], options["counted"]), sys.stdout)
    except (MemoryError, RecursionError):
        return TOO_MUCH
    return 0


if __name__ == "__main__":
    sys.exit(main())
