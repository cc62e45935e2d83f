"""What the editor asks when somebody pastes: typed blocks in, clear refusals out, never a 500."""

from __future__ import annotations

import json

import pytest
from django.urls import reverse

from chorsu_articles.paste import LONGEST, blocks_from_html, take_headline
from tests.articles.conftest import sign_in_journalist
from tests.factories import make_home, make_picture, make_user

pytestmark = pytest.mark.django_db

PASTE = "/admin/articles/paste/"


@pytest.fixture
def journalist(client):
    return sign_in_journalist(client, make_home())


def post(client, **data):
    return client.post(
        PASTE, json.dumps(data), content_type="application/json", headers={"X-Requested-With": "XMLHttpRequest"}
    )


def test_form_states_of_typed_blocks(client, journalist):
    html = "<h1>Сарлавҳа</h1><p>Матн</p><blockquote>Сухан</blockquote><p>Роҳ. Акс: А. Нависанда</p>"
    answer = post(client, html=html, headline=True).json()
    assert answer["headline"] == "Сарлавҳа"
    text, _quotation, picture = answer["blocks"]
    assert json.loads(text["value"])["blocks"][0]["text"] == "Матн"
    assert (picture["value"]["caption"], picture["value"]["credit"]) == ("Роҳ.", "А. Нависанда")
    assert len({block["id"] for block in answer["blocks"]}) == 3
    # Where there is a headline the heading stays, and where the HTML has no text the plain one is taken.
    answer = post(client, html="<h1>Сарлавҳа</h1><p>Матн</p>").json()
    assert (answer["headline"], answer["html"]) == ("", "<h2>Сарлавҳа</h2><p>Матн</p>")
    answer = post(client, html="<meta charset=utf-8><img src=x>", text="Як\nДу").json()
    (text,) = answer["blocks"]
    assert [block["text"] for block in json.loads(text["value"])["blocks"]] == ["Як", "Ду"]


def test_quotations_come_with_their_speakers_in_the_language_of_the_page(client, journalist):
    html = "<p>Вода пришла. «Мы её ждали с весны», – сказал <b>Иван Петров</b>, инженер.</p><p>Дальше.</p>"
    _before, quotation, _after = post(client, html=html, language="ru").json()["blocks"]
    quoted = quotation["value"]
    assert json.loads(quoted["text"])["blocks"][0]["text"] == "Мы её ждали с весны."
    assert (quoted["who"], quoted["role"]) == ("Иван Петров", "инженер")
    for language in ("tg", "x" * 99, None):
        assert len(post(client, html=html, language=language).json()["blocks"]) == 1


@pytest.mark.parametrize(
    ("html", "headline", "left"),
    [
        ("<h1>A &amp; <i>B</i></h1><p>Words</p>", "A & B", ["<p>Words</p>"]),
        ("<h3>A</h3><h2>B</h2>", "A", ["<h2>B</h2>"]),
        ("<h1>A</h1><blockquote>B</blockquote>", "A", ["<p>B</p>"]),
        ("<h1>A</h1>", "", ["<h2>A</h2>"]),
        ("<p>A</p><h1>B</h1>", "", ["<p>A</p><h2>B</h2>"]),
        ("<blockquote>A</blockquote><h1>B</h1>", "", ["<p>A</p>", "<h2>B</h2>"]),
    ],
)
def test_a_heading_at_the_beginning_is_the_headline(html, headline, left):
    blocks = blocks_from_html(html)
    assert take_headline(blocks) == headline
    assert [block["value"]["text"] if block["type"] == "quotation" else block["value"] for block in blocks] == left
    assert take_headline([]) == ""


@pytest.mark.parametrize(
    "body",
    [b"", b"\xff", b"[]", b"null", b"{", b'{"html": {"a": 1}}', b'{"html": "\\ud800\\u0000<p>a"}', b"[" * 100_000],
)
def test_what_nobody_can_read_is_refused_or_read_and_never_an_error(client, journalist, body):
    response = client.post(PASTE, body, content_type="application/json")
    assert response.status_code in {200, 400}
    assert "error" in response.json() or "blocks" in response.json()


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"html": "x" * (LONGEST + 1)}, "2"),
        ({"html": "x" * (LONGEST * 4 + 1)}, "2"),
        ({"text": "<p>" * (LONGEST // 3)}, "2"),
        ({"html": "<i>" * 101 + "x"}, "форматирован"),
    ],
    ids=["html", "much html", "text that is too long as html", "markup"],
)
def test_too_much_is_refused_with_the_limit_or_what_to_do(client, journalist, data, said):
    response = post(client, **data)
    assert response.status_code == 413
    assert said in response.json()["error"]


def test_only_for_those_who_may_use_the_admin(client):
    assert post(client, html="<p>a</p>").status_code == 403
    client.force_login(make_user())
    assert post(client, html="<p>a</p>").status_code == 403
    sign_in_journalist(client, make_home())
    assert client.get(PASTE).status_code == 405


def test_the_parts_of_a_line_under_a_picture(client, journalist):
    url = reverse("chorsu_articles_admin:caption_line")
    answer = client.post(url, {"text": "The road. Photo: A. Writer"}).json()
    assert answer == {"caption": "The road.", "credit": "A. Writer"}
    assert client.post(url, {"text": "The road is open."}).json() == {"caption": "", "credit": ""}


@pytest.mark.sql
def test_a_credit_is_given_to_ones_own_picture_and_never_overwritten(client, journalist):
    picture = make_picture(uploaded_by_user=journalist)
    url = reverse("chorsu_articles_admin:picture_credit", args=[picture.pk])
    for credit, given in (("A.\0 Writer", True), ("Somebody else", False)):
        answer = client.post(url, {"credit": credit}).json()
        assert answer == {"credit": "A. Writer", "changed": given, "given": given}
    # A credit that names a kind brings it and takes it back.
    for credit, instead_of, stored in (
        ("", "A. Writer", ("photo", "")),
        ("Рисунок: М. Саидова", "", ("drawing", "М. Саидова")),
        ("", "Рисунок: М. Саидова", ("photo", "")),
    ):
        client.post(url, {"credit": credit, "instead_of": instead_of})
        picture.refresh_from_db()
        assert (picture.kind, picture.credit) == stored


def test_a_credit_of_somebody_elses_picture_is_refused(client, journalist):
    picture = make_picture(uploaded_by_user=make_user())
    url = reverse("chorsu_articles_admin:picture_credit", args=[picture.pk])
    response = client.post(url, {"credit": "A. Writer"}, headers={"X-Requested-With": "XMLHttpRequest"})
    assert response.status_code == 403


def test_who_is_signed_in(client, journalist):
    url = reverse("chorsu_articles_admin:session")
    answer = client.get(url)
    assert answer.json()["user"] == str(journalist.pk)
    assert "no-store" in answer["Cache-Control"]
    client.logout()
    assert client.get(url, headers={"X-Requested-With": "XMLHttpRequest"}).status_code == 403


@pytest.mark.thorough
@pytest.mark.parametrize(
    "line",
    [
        "Нашли ошибку? Выделите её и нажмите Ctrl+Enter",
        "Если вы заметили ошибку, выделите необходимый текст и нажмите Ctrl + Enter, чтобы сообщить об этом редакции.",
        "<b>Нашли опечатку?</b> Выделите фрагмент и нажмите <i>Ctrl+Enter</i>.",
        "Хато ёфтед? Онро ҷудо карда, тугмаҳои Ctrl+Enter-ро пахш кунед.",
        "Агар шумо дар матн хато ёфтед, лутфан онро интихоб карда, Ctrl+Enter-ро пахш кунед",
        "Found a mistake? Select it and press Ctrl+Enter",
        "<b>If you have found a spelling error, please, notify us by selecting that text and pressing Ctrl+Enter.</b>",
        '<a href="https://example.org">If you notice an error, select it and press <em>Ctrl+Enter</em>, notify us</a>',
        "Сообщить об ошибке: выделите текст и нажмите Ctrl+Enter",
        "Spotted a typo? Please highlight the text and press Ctrl+Enter (⌘+Enter).",
        "Агар хатои имлоӣ ёфта бошед, бо ҷудо кардани матн ва пахши Ctrl+Enter ба мо хабар диҳед.",
        "Мәтіннен қате тапсаңыз, оны белгілеп, Ctrl+Enter түймелерін басыңыз",
        "Егер сіз емле қатесін тапсаңыз, сол мәтінді белгілеп, Ctrl+Enter басу арқылы бізге хабарлаңыз.",
        "Тексттен ката тапсаңыз, аны белгилеп, Ctrl+Enter баскычтарын басыңыз",
        "Эгер орфографиялык ката тапсаңыз, ошол текстти белгилеп, Ctrl+Enter баскычтарын басып, бизге билдирип коюңуз.",
        "Agar imlo xatosini topsangiz, o‘sha matnni belgilab, Ctrl+Enter tugmalarini bosish orqali bizga xabar bering.",
        "Агар имло хатосини топсангиз, ўша матнни белгилаб, Ctrl+Enter тугмаларини босиб, бизга хабар беринг.",
        "Matnda xato topdingizmi? Uni belgilab, Ctrl+Enter tugmalarini bosing",
        "Хато топдингизми? Уни белгилаб Ctrl+Enter тугмаларини босинг",
        "در صورت مشاهده غلط املایی، متن را انتخاب کرده و کلیدهای Ctrl+Enter را فشار دهید",
        "اگر در متن خطایی دیدید، لطفاً آن را انتخاب کنید و کلیدهای Ctrl+Enter را فشار دهید.",
    ],
)
def test_another_outlets_line_about_mistakes_stays_behind(client, journalist, line):
    answer = post(client, html=f"<p>Матн</p><p>{line}</p><h2>Боз</h2>").json()
    assert answer["html"] == "<p>Матн</p><h2>Боз</h2>"


@pytest.mark.parametrize(
    "line",
    [
        "Нажмите Ctrl+Enter, чтобы отправить текст",
        "Нашли ошибку в тексте? Выделите её и сообщите нам",
        "Нашли ошибку? Выделите её и нажмите Ctrl+Enter. Так говорят сайты Душанбе.",
        "Found a mistake? Выделите её и нажмите Ctrl+Enter",
        "Ctrl+Enter " * 40 + "error",
    ],
)
def test_what_says_anything_else_is_pasted(client, journalist, line):
    pasted = post(client, html=f"<p>Матн</p><p>{line}</p>").json()["html"]
    assert pasted == f"<p>Матн</p><p>{line.strip()}</p>"


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("https://www.youtube.com/watch?v=dQw4w9WgXcQ", "https://www.youtube.com/watch?v=dQw4w9WgXcQ"),
        ('<b><a href="https://youtu.be/dQw4w9WgXcQ">youtu.be/dQw4w9WgXcQ</a></b>', "https://youtu.be/dQw4w9WgXcQ"),
        ("https://youtu.be/dQw4w9WgXcQ and more", None),
        ("https://www.youtube.com/@channel", None),
        ("https://youtu.be/" + "a" * 500, None),
    ],
)
def test_the_address_of_a_video_alone_is_a_video(client, journalist, line, expected):
    blocks = post(client, html=f"<p>Матн</p><p>{line}</p>").json()["blocks"]
    assert [block["value"]["url"] for block in blocks[1:]] == ([expected] if expected else [])
