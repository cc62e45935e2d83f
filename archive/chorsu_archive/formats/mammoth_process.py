"""Convert a Word document to HTML with mammoth, as a program of its own: see docs/decisions/archive.md.

``python mammoth_process.py OPTIONS`` reads the document from standard input and writes to standard output what
``convert`` returns; options and answer are JSON objects. If it takes more than the ``seconds`` of the processor and
bytes of ``memory`` in the options, the program is ended, or its exit status is ``TOO_MUCH``.
"""

from __future__ import annotations

import json
import re
import sys
import xml.dom.minidom
from collections import Counter
from collections.abc import Iterable
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
# a check box its sign is text.
ALIKE = {"fldSimple": "smartTag", "dir": "smartTag", "bdo": "smartTag", "cr": "br", "ptab": "tab"}
ALIKE |= {"checkbox": "text", "rubyPr": "bookmarkEnd", **dict.fromkeys(("ruby", "rubyBase", "rt"), "smartTag")}
# A field that is a link: its address, and the place there. What else may follow mammoth takes for a part of it.
LINK_FIELD = re.compile(r'\s*HYPERLINK\s+(?:"(?P<address>[^"]*)")?')
PLACE_OF_LINK = re.compile(r'\\l\s+"([^"]*)"')
# What a property says that is switched off (ISO/IEC 29500-1, 17.17.4).
OFF = {"0", "false", "off"}
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
    """Return a document as ``html``, cut behind one character too many.

    Beside it stand ``messages``, ``counts`` of elements, all addresses of its ``links``, texts of ``formulas``, and the
    ``hidden`` ones by paragraph, which aren't in the HTML.

    The source of a picture is the name of its file in the document, or empty. Numbers before paragraphs stand in their
    text as ``word_numbers`` writes them. Raises whatever mammoth stumbles at.
    """
    counts = Counter[str]()
    links = dict[str, None]()
    formulas = list[str]()
    hidden = list[str]()
    numbering = Numbering(NOTES)
    # mammoth asks for a document's styles and lists before its text.
    readers = {"styles": numbering.read_styles, "numbering": numbering.read_lists, "document": numbering.number}

    def parse(file: Any) -> Any:
        tree = minidom.parse(file, forbid_dtd=True)
        elements = tree.getElementsByTagNameNS("*", "*")
        for element in elements:
            counts[element.localName] += 1
            if address := _address_of_link(element):
                links[address] = None
            if alike := ALIKE.get(element.localName):
                tree.renameNode(element, element.namespaceURI, alike)
        _shorten_links(tree, elements)
        mathematics = [element for element in elements if element.localName == "oMath"]
        formulas.extend(map(_text_of, mathematics[: MOST_MESSAGES - len(formulas)]))
        hidden.extend(_take_hidden(elements)[: MOST_MESSAGES - len(hidden)])
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
        "links": [*links],
        "formulas": formulas,
        "hidden": hidden,
    }


def _address_of_link(element: Any) -> str:
    """Return the address of another document that an element holds for links, or is a link to; else ""."""
    if element.localName == "Relationship" and element.getAttribute("Type").endswith("/hyperlink"):
        return str(element.getAttribute("Target"))
    if element.localName == "fldSimple":
        link = LINK_FIELD.match(element.getAttributeNS(element.namespaceURI, "instr"))
        return str(link["address"] or "") if link else ""
    return ""


def _inner_text(element: Any) -> str:
    return "".join(child.data for child in element.childNodes)


def _text_of(formula: Any) -> str:
    return "".join(map(_inner_text, formula.getElementsByTagNameNS("*", "t")))[:LONGEST_MESSAGE]


def _take_hidden(elements: Iterable[Any]) -> list[str]:
    """Empty the runs that Word doesn't show, and return their texts by paragraph."""
    paragraphs: dict[Any, str] = {}
    for element in elements:
        if element.localName != "vanish" or element.getAttributeNS(element.namespaceURI, "val") in OFF:
            continue
        run = element.parentNode.parentNode
        if run.localName != "r":  # the mark of a paragraph
            continue
        for text in [child for child in run.childNodes if child.localName == "t"]:
            words = paragraphs.get(run.parentNode, "") + _inner_text(text)
            paragraphs[run.parentNode] = words[:LONGEST_MESSAGE]
            text.childNodes.clear()
    return [words.strip() for words in paragraphs.values() if not words.isspace()]


def _shorten_links(tree: Any, elements: Iterable[Any]) -> None:
    """Write each field that is a link as its address alone, with the place there behind it."""
    instructions: list[Any] = []
    for element in elements:
        if element.localName == "instrText":
            instructions.append(element)
        elif element.localName == "fldChar" and instructions:
            written = _shortened("".join(map(_inner_text, instructions)))
            for instruction in instructions:
                instruction.childNodes.clear()
            instructions[0].appendChild(tree.createTextNode(written))
            instructions = []


def _shortened(instruction: str) -> str:
    """Return the instruction of a field, of a link without what isn't needed to follow it."""
    link = LINK_FIELD.match(instruction)
    if link is None:
        return instruction
    place = PLACE_OF_LINK.search(instruction, link.end())
    fragment = place[1] if place else ""
    if link["address"]:
        return f'HYPERLINK "{link["address"]}{"#" if fragment else ""}{fragment}"'
    return f'HYPERLINK \\l "{fragment}"' if fragment else instruction


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
