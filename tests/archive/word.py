"""Documents of Word, written by hand: what is in them is said by each test."""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

from PIL import Image

SPACES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math" '
    'xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office"'
)
KINDS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
TYPES = """<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
<Default Extension="xml" ContentType="application/xml"/><Default Extension="png" ContentType="image/png"/>
<Default Extension="emf" ContentType="image/x-emf"/></Types>"""
PACKAGE = f"""<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">
<Relationship Id="rId1" Type="{KINDS}/officeDocument" Target="word/document.xml"/></Relationships>"""
NAMES = ("Title", "Subtitle", "caption", "heading 1", "heading 2", "Quote", "toc 1", "Illustration")
NAMES += ("Pull Words", "Quote Source")


def style(name: str) -> str:
    """Return the properties of a paragraph in a style; ids are numbers, as in Word's Russian edition."""
    return f'<w:pPr><w:pStyle w:val="a{NAMES.index(name)}"/></w:pPr>'


def paragraph(text: str = "", name: str = "", inner: str = "") -> str:
    run = f'<w:r><w:t xml:space="preserve">{text}</w:t></w:r>' if text else ""
    return f"<w:p>{style(name) if name else ''}{run}{inner}</w:p>"


def picture(rel: str = "rIdP", alt: str = "", attribute: str = "embed") -> str:
    """Return a run with a picture of a relationship."""
    return (
        f'<w:r><w:drawing><wp:inline><wp:docPr id="1" name="Picture" descr="{alt}"/><a:graphic><a:graphicData>'
        f'<pic:pic><pic:blipFill><a:blip r:{attribute}="{rel}"/></pic:blipFill></pic:pic>'
        "</a:graphicData></a:graphic></wp:inline></w:drawing></w:r>"
    )


def relation(rel: str, kind: str, target: str, mode: str = "") -> str:
    outside = f' TargetMode="{mode}"' if mode else ""
    return f'<Relationship Id="{rel}" Type="{KINDS}/{kind}" Target="{target}"{outside}/>'


def png(colour: str = "navy", size: tuple[int, int] = (8, 6)) -> bytes:
    file = BytesIO()
    Image.new("RGB", size, colour).save(file, "PNG")
    return file.getvalue()


def document(body: str, *, relations: str = "", parts: Mapping[str, str | bytes] | None = None) -> bytes:
    """Return a document with this body; ``parts`` are more files in it, or others than it would have."""
    styles = "".join(
        f'<w:style w:type="paragraph" w:styleId="a{number}"><w:name w:val="{name}"/></w:style>'
        for number, name in enumerate(NAMES)
    )
    files: dict[str, str | bytes] = {
        "[Content_Types].xml": TYPES,
        "_rels/.rels": PACKAGE,
        "word/document.xml": f"<w:document {SPACES}><w:body>{body}</w:body></w:document>",
        "word/styles.xml": f"<w:styles {SPACES}>{styles}</w:styles>",
        "word/_rels/document.xml.rels": (
            '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
            f"{relation('rIdS', 'styles', 'styles.xml')}{relations}</Relationships>"
        ),
        **(parts or {}),
    }
    return zipped(files)


def zipped(files: Mapping[str, str | bytes]) -> bytes:
    target = BytesIO()
    with ZipFile(target, "w", ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return target.getvalue()


def notes(*texts: str, kind: str = "footnote") -> str:
    """Return the part of footnotes or endnotes: as Word writes it, the first two are lines between text and notes."""
    lines = "".join(
        f'<w:{kind} w:type="{name}" w:id="{number}"><w:p/></w:{kind}>'
        for number, name in ((-1, "separator"), (0, "continuationSeparator"))
    )
    written = "".join(
        f'<w:{kind} w:id="{number}"><w:p><w:r><w:{kind}Ref/></w:r><w:r><w:t xml:space="preserve"> {text}</w:t></w:r>'
        f"</w:p></w:{kind}>"
        for number, text in enumerate(texts, 1)
    )
    return f"<w:{kind}s {SPACES}>{lines}{written}</w:{kind}s>"


def item(text: str, number: int, level: int = 0) -> str:
    """Return a paragraph in a list of ``lists``."""
    place = f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>'
    return f"<w:p><w:pPr>{place}</w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>"


def lists(*levels: tuple[str, str], start: int = 1, restarted: int = 0) -> str:
    """Return the part of numberings: lists 1 and 2, made from one with these forms and texts of levels.

    The first level begins with ``start``, in list 2 anew with ``restarted``, if that is a number.
    """
    written = "".join(
        f'<w:lvl w:ilvl="{place}"><w:start w:val="{start if place == 0 else 1}"/><w:numFmt w:val="{form}"/>'
        f'<w:lvlText w:val="{text}"/></w:lvl>'
        for place, (form, text) in enumerate(levels)
    )
    anew = f'<w:lvlOverride w:ilvl="0"><w:startOverride w:val="{restarted}"/></w:lvlOverride>' if restarted else ""
    abstract = '<w:abstractNumId w:val="7"/>'
    return (
        f'<w:numbering {SPACES}><w:abstractNum w:abstractNumId="7">{written}</w:abstractNum>'
        f'<w:num w:numId="1">{abstract}</w:num><w:num w:numId="2">{abstract}{anew}</w:num></w:numbering>'
    )


def core(**facts: str) -> str:
    inner = "".join(
        f"<{'dcterms' if name in {'created', 'modified'} else 'dc'}:{name}>{value}"
        f"</{'dcterms' if name in {'created', 'modified'} else 'dc'}:{name}>"
        for name, value in facts.items()
    )
    return (
        '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
        f'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/">{inner}'
        "</cp:coreProperties>"
    )
