"""Texts with codes, for files and machines."""

from __future__ import annotations

import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from chorsu_editorial.markup import canonical_html
from chorsu_translation.codes import Coded, CodesChangedError, to_codes

LETTERS = "abж ӯҳғ‌یک🙂&<>\"'éé\x0b\ufffe "
TAGS = ["<b>", "</b>", "<i>", "</i>", '<a href="/x?a=1&amp;b=2" title="«&quot;»">', "</a>", "<br/>", "<br>", "<embed/>"]
PIECES = st.one_of(
    st.text(LETTERS, max_size=6), st.sampled_from([*TAGS, "<script>a<b</script>", "&lt;g&gt;", "<!-- -->"])
)


@given(st.lists(PIECES, max_size=12).map("".join))
def test_html_comes_back_from_codes_and_marks_as_it_was(html):
    html = canonical_html(html.replace("\x0b", "").replace("\ufffe", ""))
    assert to_codes(html).restore(to_codes(html).marked) == html


SOURCE = to_codes('The <b>first</b> &amp; the <a id="5" linktype="page">second <i>one</i></a>.<br>End')


def test_a_translation_may_have_its_codes_in_another_order():
    assert SOURCE.marked == (
        'The <g id="b-1">first</g> &amp; the <g id="a-1">second <g id="i-1">one</g></g>.<x id="br-1"/>End'
    )
    other = '<g id="a-1">Дуюм < <G id=i-1>як</g></g id="a-1"> ва<x id="br-1"></x> <g id="b-1"/>'
    assert SOURCE.restore(other) == '<a id="5" linktype="page">Дуюм &lt; <i>як</i></a> ва<br> <b></b>'


GIVEN = '<g id="a-1"><g id="i-1">a</g></g><x id="br-1"/>'


@pytest.mark.parametrize(
    ("marked", "tags"),
    [
        (GIVEN, "<b>"),
        (f'<g id="b-1"></g>{GIVEN}<x id="br-1"/>', "<br>"),
        (f'<g id="b-1"></g>{GIVEN}<x id="br-5"/>', "<br>"),
        (f'<g id="b-1"></g>{GIVEN}<u>a</u>', "<u>"),
        (f'<g id="b-1"></g>{GIVEN}<br>', "<br>"),
        (f'<g id="b-1"></g>{GIVEN}</g>', "<g>"),
        (f'<x id="b-1"/>{GIVEN}', "<b>"),
        (GIVEN.replace("</g></g>", "</g id='a-1'></g>") + "<g id='b-1'></g>", "<i>, <g>"),
        ("none", "<b>, <i>, <a>, <br>"),
    ],
)
def test_changed_codes_are_named(marked, tags):
    with override("en"), pytest.raises(CodesChangedError) as caught:
        SOURCE.restore(marked)
    assert str(caught.value) == f"Tags are missing, too many or in a wrong place: {tags}"


def test_tags_of_a_translation_have_the_numbers_that_they_have_in_the_source():
    source = to_codes('<a id="5">x</a> <b>y</b> <a href="/x">z</a><br>')
    html = '<a href="/x">Z</a> <a href="/new">n</a> <b>Y</b> <a id="9">X</a><br><br>'
    target = to_codes(html, source)
    assert target.marked == (
        '<g id="a-2">Z</g> <g id="a-1">n</g> <g id="b-1">Y</g> <g id="a-3">X</g><x id="br-1"/><x id="br-2"/>'
    )
    html = '<a href="/x">Z</a> <b>Y</b> <a id="9">X</a><br>'
    target = to_codes(html, source)
    assert target.marked == '<g id="a-2">Z</g> <g id="b-1">Y</g> <g id="a-1">X</g><x id="br-1"/>'
    # The link to the translation of its page stays.
    assert target.restore(target.marked) == html
    assert source.restore(target.marked) == html.replace("9", "5")


def test_tags_without_partners_are_single():
    assert [kind for kind, _number in to_codes("</i>a<b>b<u>c</b>").tags] == ["single"] * 4
    assert to_codes("") == Coded("", {})
