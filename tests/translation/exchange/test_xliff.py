"""Files for translators outside: what is written comes back, is valid, and what is hostile gets a sentence."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from django.utils.translation import override
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from translate.storage import xliff as toolkit_1
from translate.storage import xliff2 as toolkit_2

from chorsu_editorial.markup import canonical_html
from chorsu_translation.codes import FileError, to_codes
from chorsu_translation.exchange import xliff
from chorsu_translation.exchange.xliff import File, Unit, read, write
from chorsu_translation.findings import Name
from chorsu_translation.models import Term

SCHEMAS = Path(__file__).parent / "schemas"
VERSIONS = ["1.2", "2.1"]
OLD, NEW = "urn:oasis:names:tc:xliff:document:1.2", "urn:oasis:names:tc:xliff:document:2.0"


def schema(version: str) -> etree.XMLSchema:
    class Local(etree.Resolver):
        def resolve(self, url: str, _public: str, context: Any) -> Any:
            return self.resolve_filename(str(SCHEMAS / Path(url).name), context)

    parser = etree.XMLParser()
    parser.resolvers.add(Local())
    names = {
        "1.2": {OLD: "xliff-core-1.2-transitional.xsd"},
        "2.1": {NEW: "xliff_core_2.0.xsd", "urn:oasis:names:tc:xliff:glossary:2.0": "glossary.xsd"},
    }
    imports = "".join(f'<import namespace="{each}" schemaLocation="{name}"/>' for each, name in names[version].items())
    whole = f'<schema xmlns="http://www.w3.org/2001/XMLSchema">{imports}</schema>'
    return etree.XMLSchema(etree.fromstring(whole, parser, base_url=f"{SCHEMAS}/"))


VALID = {version: schema(version) for version in VERSIONS}

TEXTS = st.text("abЖзӣӯҳқғҷ می‌خواهم🙂👩‍👩‍👧&<>\"'\x00\x0b\x1b\ufffe\u0338éé\xa0 \n]]>", max_size=8)
LINKS = st.builds('<a href="/{}?a=1&amp;b=«&quot;»" title="&lt;x&gt;">'.format, st.integers(0, 3))
HTML = st.recursive(
    TEXTS.map(lambda text: text.replace("&", "&amp;").replace("<", "&lt;"))
    | st.sampled_from(["<br/>", '<embed url="x"/>']),
    lambda inner: st.builds(
        lambda begin, texts: f"{begin}{''.join(texts)}</{begin[1:].partition(' ')[0].rstrip('>')}>",
        st.sampled_from(["<b>", "<i>", "<sup>"]) | LINKS,
        st.lists(inner, max_size=3),
    ),
    max_leaves=8,
).map(canonical_html)
MARKED = HTML.map(lambda html: to_codes(html).marked)
HITS = st.builds(Name, TEXTS, TEXTS, term=st.none() | st.builds(Term, forbidden=TEXTS, note=TEXTS))
UNITS = st.builds(
    Unit,
    st.text("abя.-_:0", min_size=1, max_size=8),
    MARKED,
    st.just("") | MARKED,
    st.booleans(),
    TEXTS,
    st.lists(TEXTS, max_size=2),
    st.lists(HITS, max_size=2),
)
ARTICLES = st.builds(
    lambda article, units: File(article, "ru", "tg", list({each.id: each for each in units}.values())),
    st.sampled_from(["2f6c", "a#b/ж"]),
    st.lists(UNITS, min_size=1, max_size=4),
)


def said(unit: Unit) -> Any:
    return unit.id, unit.source, unit.target


@pytest.mark.thorough
@settings(max_examples=100, deadline=None)
@given(st.lists(ARTICLES, min_size=2, max_size=3))
def test_what_is_written_is_valid_and_comes_back(files):
    for version in VERSIONS:
        document = write(files, version=version)
        VALID[version].assertValid(etree.fromstring(document))
        found = read(io.BytesIO(document))
        assert [each[:3] for each in found] == [each[:3] for each in files]
        units = [said(unit) for file in files for unit in file.units]
        assert [said(unit) for file in found for unit in file.units] == units


FILE = File(
    "2f6c",
    "ru",
    "tg",
    [
        Unit("title:0", "Новости &amp; дела", "Хабарҳо &amp; корҳо", done=False, context="Headline"),
        Unit(
            "body.5f.text:1",
            to_codes('Вот <b>жирный <i>и</i></b> <a href="/x?a&amp;b">ссылка</a><br> конец').marked,
            to_codes('Ин <a href="/x?a&amp;b">пайванд</a> <b>ғафс <i>ва</i></b><br> охир').marked,
            True,
            "Body, paragraph 2",
            ["Check the name."],
            [Name("Комитет", "Кумита", term=Term(forbidden="Комитет\nҲайат", note="official"))],
        ),
        Unit("lead:0", "Ещё нет"),
    ],
)


def test_state_notes_terms_and_protected_tags_are_in_the_file():
    before, document = (write([FILE], version=version).decode() for version in VERSIONS)
    assert '<trans-unit id="body.5f.text:1" xml:space="preserve"><source>Вот <g id="b-1">' in before
    assert '<target state="translated">Ин <g id="a-1">пайванд</g>' in before
    assert '<note from="context">Body, paragraph 2</note>\n<note>Check the name.</note>' in before
    assert '<segment state="translated"><source>Вот <pc canCopy="no" canDelete="no" id="b-1">жирный' in document
    assert '<ph canCopy="no" canDelete="no" id="br-1"/>' in document
    assert "<gls:term>Комитет</gls:term><gls:translation>Кумита</gls:translation>" in document
    for each in (before, document):
        assert "Комитет → Кумита; ≠ Комитет, Ҳайат; official</note>" in each


@pytest.mark.parametrize("version", VERSIONS)
def test_translate_toolkit_reads_the_file_and_its_file_is_read(version):
    store = (toolkit_1.Xliff1File if version == "1.2" else toolkit_2.Xliff2File).parsestring(
        write([FILE], version=version)
    )
    assert (store.sourcelanguage, store.targetlanguage) == ("ru", "tg")
    title, body, lead = store.units
    assert (title.source, title.target) == ("Новости & дела", "Хабарҳо & корҳо")
    assert "жирный" in str(body.source)
    assert lead.target in {None, ""}
    if version == "1.2":
        assert "Комитет → Кумита; ≠ Комитет, Ҳайат; official" in body.getnotes()
    lead.target = "Ҳанӯз «не» <&>"
    (back,) = read(io.BytesIO(bytes(store)))
    assert back[:3] == ("2f6c", "ru", "tg")
    expected = [said(unit) for unit in FILE.units]
    expected[2] = (*expected[2][:2], "Ҳанӯз «не» &lt;&amp;&gt;")
    assert [said(unit) for unit in back.units] == expected


def old(units: str, head: str = "") -> bytes:
    inside = f'<file original="a" source-language="ru" target-language="tg" {head}><body>{units}</body></file>'
    return f'<xliff xmlns="{OLD}" version="1.2">{inside}</xliff>'.encode()


def new(units: str) -> bytes:
    file = f'<file id="f" original="a">{units}</file>'
    return f'<x:xliff xmlns:x="{NEW}" xmlns="{NEW}" version="2.0" srcLang="ru" trgLang="tg">{file}</x:xliff>'.encode()


MATCH = '<source>no</source><target state="new">no</target>'
IN_FORMS_OF_OTHER_TOOLS = [
    (  # segments, what the tool marked in them, and a match that isn't a translation
        old(
            f"<group><trans-unit id='t:0'><source>A. B</source><alt-trans>{MATCH}</alt-trans>"
            "<seg-source><mrk mtype='seg' mid='1'>A.</mrk> B</seg-source><target state='signed-off'>"
            "<mrk mtype='seg' mid='1'><g id='b-1'>Я.</g></mrk> "
            "<mrk mtype='seg'><!-- c -->Б<bx id='i-1'/>в<ex id='i-1'/><![CDATA[<]]></mrk></target></trans-unit></group>"
        ),
        "A. B",
        '<g id="b-1">Я.</g> Б<g id="i-1">в</g id="i-1">&lt;',
    ),
    (
        new(
            f"<group id='g'><unit id='t:0'><m:matches xmlns:m='urn:m'><m:match>{MATCH}</m:match></m:matches>"
            "<segment state='final'><source><pc id='b-1'>A.</pc></source><target><sc id='b-1'/>Я.</target></segment>"
            "<ignorable><source> </source></ignorable><x:segment state='translated'><x:source>B</x:source>"
            "<x:target><sm id='m'/>Б<x:ec startRef='b-1'/><cp hex='1'/></x:target></x:segment></unit></group>"
        ),
        '<g id="b-1">A.</g> B',
        '<g id="b-1">Я. Б</g id="b-1">',
    ),
    (
        new(
            "<unit id='t:0'><segment><source>A. </source><target>Я.</target></segment>"
            "<segment><source>B</source></segment></unit>"
        ),
        "A. B",
        "",
    ),
    (old("<trans-unit id='t:0'><source>A</source><target/></trans-unit>"), "A", ""),
    (old("<trans-unit id='t:0'><source>A</source><target>Я</target></trans-unit>"), "A", "Я"),
]


@pytest.mark.parametrize(("document", "source", "target"), IN_FORMS_OF_OTHER_TOOLS)
def test_forms_of_other_tools_are_read(document, source, target):
    for encoded in (document, document.decode().encode("utf-16")):
        ((unit,),) = [file.units for file in read(io.BytesIO(encoded))]
        assert said(unit) == ("t:0", source, target)


def test_what_must_not_be_translated_is_left_out():
    unit = "<trans-unit id='{}:0' {}><source>A</source><target>Я</target></trans-unit>".format
    document = old(
        f"{unit('a', 'translate="no"')}<group translate='no'>{unit('b', 'translate="yes"')}{unit('c', '')}</group>"
    )
    ((only,),) = [file.units for file in read(io.BytesIO(document))]
    assert only.id == "b:0"


BOMB = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">' + "".join(
    f'<!ENTITY {chr(98 + each)} "{f"&{chr(97 + each)};" * 10}">' for each in range(9)
)
DAMAGED, TOO_LARGE = "The file isn't XML, or it is damaged.", "The file is too large."
DOCTYPE = "The file declares a document type. Save it without one."
OTHER = "The file isn't in XLIFF 1.2, 2.0 or 2.1."
HOSTILE = {
    "empty": (b"", DAMAGED),
    "zip": (b"PK\x03\x04" + bytes(range(256)), DAMAGED),
    "text": ("Хабарҳо".encode(), DAMAGED),
    "cut": (old("<trans-unit id='a:0'><source>A")[:150], DAMAGED),
    "html": (b"<html><body/></html>", OTHER),
    "other version": (b'<xliff xmlns="urn:oasis:names:tc:xliff:document:1.1" version="1.1"/>', OTHER),
    "no namespace": (b'<xliff version="1.2"/>', OTHER),
    "no file": (b'<xliff xmlns="urn:oasis:names:tc:xliff:document:1.2" version="1.2"/>', "The file has no text in it."),
    "document type": (b"<!DOCTYPE xliff><xliff/>", DOCTYPE),
    "external": (b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>', DOCTYPE),
    "external subset": (b'<!DOCTYPE x SYSTEM "file:///etc/passwd"><x/>', DOCTYPE),
    "bomb": (f"{BOMB}]><x>&j;</x>".encode(), DOCTYPE),
    "bomb in an attribute": (f'{BOMB}]><x a="&j;"/>'.encode(), DAMAGED),
    "entity": (old("&a;"), DAMAGED),
    "NUL": (old("\0"), DAMAGED),
    "windows-1251": (old("ж").decode().encode("cp1251"), DAMAGED),
    "says UTF-16": (b'<?xml version="1.0" encoding="UTF-16"?>' + old(""), DAMAGED),
    "unknown encoding": (b'<?xml version="1.0" encoding="x-none"?>' + old(""), DAMAGED),
    "deep": (old("<group>" * 100_000), DAMAGED),
    "deep and closed": (old("<group>" * 1000 + "</group>" * 1000), DAMAGED),
    "attributes": (old("", " ".join(f'a{each}=""' for each in range(100_000))), None),
    "attributes of a unit": (old(f"<trans-unit {' '.join(f'a{each}=""' for each in range(100_000))}/>"), None),
    "namespaces": (
        old(
            f"<group {' '.join(f'xmlns:a{each}="u{each}"' for each in range(3000))}>"
            f"{'<trans-unit id="a:0"><source>A</source></trans-unit>' * 3000}</group>"
        ),
        None,
    ),
    "many elements": (old("<group/>" * (xliff.MOST_EVENTS // 2)), TOO_LARGE),
    "many files": (old("</body></file><file><body>" * xliff.MOST_FILES), TOO_LARGE),
    "large in the first tag": (old("")[:-1] + b" " * xliff.MOST_BYTES, TOO_LARGE),
    "large": (old(" " * xliff.MOST_BYTES), TOO_LARGE),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files_get_a_sentence(name):
    document, sentence = HOSTILE[name]
    if sentence is None:
        assert len(read(io.BytesIO(document))) == 1
        return
    with override("en"), pytest.raises(FileError) as caught:
        read(io.BytesIO(document))
    assert str(caught.value) == sentence
