"""How much an approver may mend: words by share, and no headline, number, name, quotation, order or other content."""

from __future__ import annotations

from typing import Any

import pytest
from wagtail.models import Locale

from chorsu_articles.models import AnalysisPage
from chorsu_editorial import alignment
from chorsu_editorial.approvers import Measure, measure
from chorsu_editorial.checks import check_settings
from chorsu_editorial.hashing import screen_token
from chorsu_editorial.refusals import ShareExceeded
from tests.editorial.desk import AJAX, Desk, fresh, latest, task_state, text

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_messages_in_english")]

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
        ("жители города готовятся", "жители готовятся", 1),
        ("жители города", "все жители города", 1),
        ("спасатели вернулись на базу", "они уехали", 4),
        ("паводку.</p><p>По", "паводку. По", 0),
        ("дождь", "<b>дождь</b>", 2),
        ("дождь", "до\u00adждь", 1),
        ("«Мы готовы»", "“Мы готовы”", 2),
        ("Однако к вечеру дождь", "К вечеру, однако, дождь", 3),
    ],
)
def test_mended_words_are_counted(before: str, after: str, words: int) -> None:
    found = change(before, after, TEXT if "Однако к" not in before else f"{TEXT}<p>но однако к</p>")
    assert (found.words, found.facts, found.other) == (words, frozenset(), ())


@pytest.mark.parametrize(
    ("before", "after", "fact"),
    [
        ("12", "21", "number"),
        ("12", "двенадцать", "number"),
        ("5 мая", "5 июня", "number"),
        ("12 метров", "12 километров", "number"),
        ("воды", "воды ½", "number"),
        ("дождь", "в понедельник", "number"),
        ("дождь", "февральский", "number"),
        ("Каримовой", "Рахимовой", "name"),
        ("Саиды Каримовой", "чиновницы", "name"),
        ("Однако", "Рахмон", "name"),
        ("жители", "МЧС", "name"),
        ("Мы готовы", "Мы не готовы", "quotation"),
        ("«Мы готовы»", "Мы готовы", "quotation"),
        ("жители города", "жители «города»", "quotation"),
        ("жители города", 'жители "города"', "quotation"),
        ("и спасатели", "и не спасатели", "negation"),
        ("растёт", "снижается", "sense"),
        ("дождь", "двадцать дождей", "number"),
        ("дождь", "снег@example.org", "link"),
    ],
)
def test_facts_are_never_mended_alone(before: str, after: str, fact: str) -> None:
    assert fact in change(before, after).facts


def test_a_number_in_another_scripts_digits_is_the_same_number() -> None:
    assert change("12", "۱۲").facts == frozenset()


def test_in_a_script_without_capitals_every_changed_word_may_be_a_name() -> None:
    source = "<p>باران دیروز در شهر بارید.</p>"
    assert change("باران", "برف", source, "fa").facts == {"name"}
    assert change("بارید.", "بارید؟", source, "fa").facts == frozenset()


def test_english_may_and_march_on_a_letter_are_no_dates() -> None:
    source = "<p>It may rain, they said.</p>"
    assert change("may", "might", source, "en").facts == frozenset()
    assert change("may", "May", source, "en").facts == {"number", "name"}


@pytest.mark.parametrize(
    ("before", "after"), [("‘stay’", "‘go’"), ("‘stay’", "stay"), ("don’t", "do not"), ("'wait'", "'run'")]
)
def test_an_apostrophe_is_no_quotation_mark(before: str, after: str) -> None:
    source = "<p>They said ‘stay’ and 'wait' but people don’t, and we don’t.</p>"
    expected = frozenset() if before == "don’t" else {"quotation"}
    assert change(before, after, source, "en").facts == expected


def test_a_quotation_that_nobody_closes_lasts_to_the_end_of_its_paragraph() -> None:
    source = "<p>Она сказала: «мы готовы к этому.</p><p>Вода ушла.</p>"
    assert change("готовы", "рады", source).facts == {"quotation"}
    assert change("ушла", "пришла", source).facts == frozenset()


@pytest.mark.parametrize("field", ["title", "lead"])
def test_the_headline_is_nothing_to_mend_and_the_lead_is(field: str) -> None:
    found = measure(page(TEXT), page(TEXT, **{field: "вода ушла"}))
    assert ("headline" in found.facts) == (field == "title")


def test_a_moved_paragraph_is_no_new_text_but_another_order() -> None:
    first, second, third = TEXT.replace("</p>", "</p>|").split("|")[:3]
    found = measure(page(TEXT), page(second + first + third))
    assert (found.words, found.facts) == (0, {"order"})
    blocks = [("paragraph", first), ("paragraph", second)]
    found = measure(page(blocks), page(blocks[::-1]))
    assert (found.words, found.facts) == (0, {"order"})


@pytest.mark.parametrize(
    ("block", "label"),
    [
        (("heading", {"text": "вода", "level": "h2"}), "Text"),
        (("quotation", {"text": "<p>да</p>", "who": "Рахмон", "role": "", "language": ""}), "Text"),
    ],
)
def test_blocks_that_are_more_than_text_are_other_content(block: Any, label: str) -> None:
    assert measure(page([("paragraph", TEXT)]), page([("paragraph", TEXT), block])).other == (label,)


def test_who_is_quoted_and_the_level_of_a_heading_are_content() -> None:
    def quoted(who: str, level: str = "h2", words: str = "да") -> AnalysisPage:
        return page(
            [
                ("quotation", {"text": f"<p>{words}</p>", "who": who, "role": "", "language": ""}),
                ("heading", {"text": "вода", "level": level}),
            ]
        )

    assert measure(quoted("рахмон"), quoted("каримов")).facts == {"name"}
    assert measure(quoted("рахмон", words="там"), quoted("рахмон", words="тут")).facts == {"quotation"}
    assert measure(quoted("рахмон"), quoted("рахмон", "h3")).other == ("Text",)


def test_links_dates_and_addresses_are_other_content() -> None:
    linked = TEXT.replace("паводку", '<a href="https://example.org/">паводку</a>')
    assert measure(page(TEXT), page(linked)).other == ("Text",)
    assert measure(page(linked), page(linked.replace("example", "example2"))).other == ("Text",)
    assert measure(page(TEXT), page(TEXT, published_on="2026-01-02")).other
    assert measure(page(TEXT), page(TEXT, slug="other")).other == ("Address",)


def test_passages_too_long_to_compare_count_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    long = page(f"<p>{' '.join(f'слово{number}' for number in range(9000))}</p>")
    other = page(f"<p>{' '.join(f'слово{number}' for number in reversed(range(9000)))}</p>")
    monkeypatch.setattr(alignment, "SequenceMatcher", None)
    assert measure(long, other).words >= 9000


# Who changed what, and what is said of it


def in_review(desk: Desk) -> tuple[Any, str]:
    reviewed = desk.in_review(body=[("paragraph", TEXT)])
    return reviewed, latest(reviewed).body[0].id


def mended(before: str, after: str) -> str:
    return TEXT.replace(before, after)


STUB = "<p>Совсем другие слова, которых никто ещё не видел, и их здесь больше, чем можно одному человеку.</p>"


def test_too_much_in_the_form_is_refused_and_kept_on_the_screen(desk: Desk) -> None:
    reviewed, block = in_review(desk)
    response = desk.act(desk.editor, reviewed, "approve", title="Другое", lead="другой", body=[(block, STUB)])
    assert response.status_code == 403
    said = text(response)
    assert "of the words (up to 20 %), the headline, a number or a date, a name or a word in capitals" in said
    assert "so somebody else approves it." in said
    assert "Другое</textarea>" in response.content.decode()
    assert not fresh(reviewed).live
    assert latest(reviewed).title == "Draft"


def test_what_was_saved_before_counts_and_the_screen_offers_no_approval(desk: Desk) -> None:
    reviewed, block = in_review(desk)
    url, data = desk.dialogue(desk.editor, reviewed, "approve")
    for words in ("готовятся", "прекратился"):
        desk.save(desk.editor, reviewed, body=[(block, STUB.replace("Совсем", words))])
    offered = [name for name, _label, _modal in desk.task.get_actions(fresh(reviewed), desk.editor)]
    assert offered == ["reject"]
    screen = desk.browser(desk.editor).get(f"/admin/pages/{reviewed.pk}/edit/")
    assert "of the words (up to 20 %)" in text(screen)
    assert 'data-workflow-action-name="approve"' not in screen.content.decode()
    token = screen_token(latest(reviewed), fresh(reviewed).latest_revision)
    desk.browser(desk.editor).post(url, {**data.dict(), "screen": str(token)}, headers=AJAX)
    with pytest.raises(ShareExceeded):
        desk.task.on_action(task_state(reviewed), desk.editor, "approve", screen=token)
    assert not fresh(reviewed).live


def test_slices_between_others_saves_are_added_up(desk: Desk) -> None:
    reviewed, block = in_review(desk)
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


def test_strict_is_no_change_at_all(desk: Desk, settings: Any) -> None:
    settings.CHORSU_EDITORIAL = {"APPROVER_SHARE": 0}
    reviewed, block = in_review(desk)
    response = desk.act(desk.editor, reviewed, "approve", body=[(block, mended("растёт, и", "растёт и"))])
    assert "(up to 0 %)" in text(response)
    assert not fresh(reviewed).live
    desk.decide(desk.editor, reviewed)
    assert fresh(reviewed).live


@pytest.mark.parametrize("share", [-1, 101, "20", True, None])
def test_the_setting_is_a_percentage(share: object, settings: Any) -> None:
    settings.CHORSU_EDITORIAL = {"APPROVER_SHARE": share}
    assert [message.id for message in check_settings()] == ["chorsu_editorial.E001"]
