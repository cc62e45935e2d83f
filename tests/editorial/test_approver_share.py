"""How much an approver may mend: words by share, and no headline, number, name, quotation, order or other content."""

from __future__ import annotations

from typing import Any

import pytest
from wagtail.models import Locale

from chorsu_articles.models import AnalysisPage
from chorsu_editorial import alignment
from chorsu_editorial.approvers import Measure, measure
from chorsu_editorial.refusals import ShareExceeded
from tests.editorial.desk import fresh, latest, text

pytestmark = pytest.mark.django_db

TEXT = (
    "<p>Уровень воды в реке растёт, и жители города готовятся к паводку.</p>"
    "<p>По словам Саиды Каримовой, 5 мая вода поднялась на 12 метров. «Мы готовы», — сказала она.</p>"
    "<p>Однако к вечеру дождь прекратился, и спасатели вернулись на базу.</p>"
)
WORDS = 40  # with headline and lead


def page(body: Any, code: str = "ru", **fields: Any) -> AnalysisPage:
    locale, _created = Locale.objects.get_or_create(language_code=code)
    blocks = [("paragraph", body)] if isinstance(body, str) else body
    return AnalysisPage(**{"title": "Паводок", "lead": "Вода идёт", "locale": locale, "body": blocks, **fields})


def change(before: str, after: str, source: str = TEXT, code: str = "ru") -> Measure:
    assert before in source
    return measure(page(source, code), page(source.replace(before, after), code))


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ("растёт, и", "растёт и", 1),
        ("готовятся", "готовится", 1),
        ("жители города", "все жители города", 1),
        ("спасатели вернулись на базу", "они уехали", 4),
        ("паводку.</p><p>По", "паводку. По", 0),
        ("дождь", "<b>дождь</b>", 2),
        ("дождь", "до\u00adждь", 1),
        ("«Мы готовы»", "“Мы готовы”", 2),
        ("Однако к вечеру дождь", "К вечеру, однако, дождь", 3),
    ],
)
def test_mended_words_are_counted(before, after, words):
    found = change(before, after, TEXT if "Однако к" not in before else f"{TEXT}<p>но однако к</p>")
    assert (found.words, found.facts, found.other) == (words, frozenset(), ())


@pytest.mark.parametrize(
    ("before", "after", "fact"),
    [
        ("12", "21", "number"),
        ("12 метров", "12 километров", "number"),
        ("воды", "воды ½", "number"),
        ("дождь", "февральский", "number"),
        ("Каримовой", "Рахимовой", "name"),
        ("Саиды Каримовой", "чиновницы", "name"),
        ("Однако", "Рахмон", "name"),
        ("жители", "МЧС", "name"),
        ("Мы готовы", "Мы не готовы", "quotation"),
        ("«Мы готовы»", "Мы готовы", "quotation"),
        ("жители города", "жители «города»", "quotation"),
        ("и спасатели", "и не спасатели", "negation"),
        ("растёт", "снижается", "sense"),
        ("дождь", "снег@example.org", "link"),
    ],
)
def test_facts_are_never_mended_alone(before, after, fact):
    assert fact in change(before, after).facts


PERSIAN = "<p>باران دیروز در شهر بارید.</p>"
MAY = "<p>It may rain, they said.</p>"
APOSTROPHES = "<p>They said ‘stay’ and 'wait' but people don’t, and we don’t.</p>"
UNCLOSED = "<p>Она сказала: «мы готовы к этому.</p><p>Вода ушла.</p>"


@pytest.mark.parametrize(
    ("before", "after", "source", "code", "facts"),
    [
        ("12", "۱۲", TEXT, "ru", set()),
        # In a script without capitals every changed word may be a name.
        ("باران", "برف", PERSIAN, "fa", {"name"}),
        ("بارید.", "بارید؟", PERSIAN, "fa", set()),
        ("may", "might", MAY, "en", set()),
        ("may", "May", MAY, "en", {"number", "name"}),
        ("‘stay’", "‘go’", APOSTROPHES, "en", {"quotation"}),
        ("‘stay’", "stay", APOSTROPHES, "en", {"quotation"}),
        ("'wait'", "'run'", APOSTROPHES, "en", {"quotation"}),
        ("don’t", "do not", APOSTROPHES, "en", set()),
        # A quotation that nobody closes lasts to the end of its paragraph.
        ("готовы", "рады", UNCLOSED, "ru", {"quotation"}),
        ("ушла", "пришла", UNCLOSED, "ru", set()),
        # The unit ends its paragraph.
        ("kilograms", "tonnes", "<p>The bridge weighs 40 kilograms.</p>", "en", {"number"}),
    ],
)
def test_facts_of_other_scripts_and_signs(before, after, source, code, facts):
    assert change(before, after, source, code).facts == facts


def test_the_headline_is_nothing_to_mend_and_the_lead_is():
    assert measure(page(TEXT), page(TEXT, title="вода ушла")).facts >= {"headline"}
    assert "headline" not in measure(page(TEXT), page(TEXT, lead="вода ушла")).facts


def test_a_moved_paragraph_is_no_new_text_but_another_order():
    first, second, third = TEXT.replace("</p>", "</p>|").split("|")[:3]
    found = measure(page(TEXT), page(second + first + third))
    assert (found.words, found.facts) == (0, {"order"})
    blocks = [("paragraph", first), ("paragraph", second)]
    assert measure(page(blocks), page(blocks[::-1])).facts == {"order"}


def test_blocks_that_are_more_than_text_are_other_content():
    heading = ("heading", {"text": "вода", "level": "h2"})
    assert measure(page(TEXT), page([("paragraph", TEXT), heading])).other == ("Text",)


def test_who_is_quoted_and_the_level_of_a_heading_are_content():
    def quoted(who, level="h2", words="да"):
        return page(
            [
                ("quotation", {"text": f"<p>{words}</p>", "who": who, "role": "", "language": ""}),
                ("heading", {"text": "вода", "level": level}),
            ]
        )

    assert measure(quoted("рахмон"), quoted("каримов")).facts == {"name"}
    assert measure(quoted("рахмон", words="там"), quoted("рахмон", words="тут")).facts == {"quotation"}
    assert measure(quoted("рахмон"), quoted("рахмон", "h3")).other == ("Text",)


def test_links_dates_and_addresses_are_other_content():
    linked = TEXT.replace("паводку", '<a href="https://example.org/">паводку</a>')
    assert measure(page(TEXT), page(linked)).other == ("Text",)
    assert measure(page(linked), page(linked.replace("example", "example2"))).other == ("Text",)
    assert measure(page(TEXT), page(TEXT, published_on="2026-01-02")).other
    assert measure(page(TEXT), page(TEXT, slug="other")).other == ("Address",)


def test_passages_too_long_to_compare_count_whole(monkeypatch):
    long = page(f"<p>{' '.join(f'слово{number}' for number in range(9000))}</p>")
    other = page(f"<p>{' '.join(f'слово{number}' for number in reversed(range(9000)))}</p>")
    monkeypatch.setattr(alignment, "SequenceMatcher", None)
    assert measure(long, other).words >= 9000


# Who changed what, and what is said of it


@pytest.fixture
def reviewed(desk) -> Any:
    return desk.in_review(body=[("paragraph", TEXT)])


STUB = "<p>Совсем другие слова, которых никто ещё не видел, и их здесь больше, чем можно одному человеку.</p>"


def test_too_much_in_the_form_or_saved_before_is_refused_and_the_screen_offers_no_approval(desk, reviewed):
    changed = {"title": "Другое", "body": [(latest(reviewed).body[0].id, STUB)]}
    refused = desk.act(desk.editor, reviewed, "approve", **changed)
    assert refused.status_code == 403
    reasons = "of the words (up to 20 %), the headline, a number or a date, a name or a word in capitals"
    assert reasons in text(refused)
    assert "Другое</textarea>" in refused.text
    assert latest(reviewed).title == "Draft"
    desk.save(desk.editor, reviewed, **changed)
    offered = [name for name, _label, _modal in desk.task.get_actions(fresh(reviewed), desk.editor)]
    assert offered == ["reject"]
    screen = desk.open(desk.editor, reviewed)
    assert reasons in text(screen)
    assert 'data-workflow-action-name="approve"' not in screen.text
    with pytest.raises(ShareExceeded):
        desk.decide(desk.editor, reviewed)


def test_slices_between_others_saves_are_added_up(desk, reviewed):
    block = latest(reviewed).body[0].id
    now = TEXT
    for before, after, editor in (
        ("жители города готовятся", "люди там ждут", desk.editor),
        ("дождь", "ливень", desk.other_editor),
        ("спасатели вернулись на базу", "они там уехали домой", desk.editor),
        ("ливень", "снег", desk.other_editor),
        ("Уровень воды в реке", "уровень этой большой воды", desk.editor),
    ):
        now = now.replace(before, after)
        desk.save(editor, reviewed, body=[(block, now)])
    with pytest.raises(ShareExceeded):
        desk.decide(desk.editor, reviewed)
    desk.decide(desk.other_editor, reviewed)
    assert fresh(reviewed).live


@pytest.mark.thorough
def test_strict_is_no_change_at_all(desk, reviewed, settings):
    settings.CHORSU_EDITORIAL = {"APPROVER_SHARE": 0}
    block = latest(reviewed).body[0].id
    response = desk.act(desk.editor, reviewed, "approve", body=[(block, TEXT.replace("растёт, и", "растёт и"))])
    assert "(up to 0 %)" in text(response)
    assert not fresh(reviewed).live
    desk.decide(desk.editor, reviewed)
    assert fresh(reviewed).live
