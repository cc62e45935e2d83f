"""Messages to another system: signed, tried again, and sent where the settings say."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from chorsu_delivery.channels import check_settings, signature
from chorsu_delivery.models import OutgoingMessage
from chorsu_delivery.services import deliver_due, send
from tests.delivery.test_messages import make_due
from tests.foreign.readmes import blocks, readme
from tests.http_server import Answer, http_server

pytestmark = [pytest.mark.django_db]
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
BODY = '{"words": "ӣ ӯ ҳ қ ғ ҷ"}'


class Desk:
    """Another system: gives the answer that it is told to, and keeps what it gets."""

    def __init__(self) -> None:
        self.answer: Answer = 200, {}, b""
        self.got: list[tuple[dict[str, str], bytes]] = []

    def respond(self, path: str, headers: dict[str, str], body: bytes) -> Answer:
        assert path == "/reports?x=1"
        self.got.append((headers, body))
        return self.answer


@pytest.fixture
def desk(settings) -> Iterator[Desk]:
    desk = Desk()
    with http_server(desk.respond) as url:
        settings.CHORSU_DELIVERY = {"WEBHOOKS": {"desk": {"URL": f"{url}/reports?x=1", "SECRET": SECRET}}}
        yield desk


def write() -> OutgoingMessage:
    return send(channel="webhook", recipient="desk", subject="report", body=BODY, key="1")


def test_it_is_posted_with_a_signature_that_the_readmes_lines_verify(desk):
    message = write()
    assert deliver_due() == 1
    message.refresh_from_db()
    assert message.sent_at
    ((headers, body),) = desk.got
    assert (headers["content-type"], headers["webhook-id"]) == ("application/json", str(message.identity))
    assert body == BODY.encode()
    lines: dict[str, Any] = {}
    exec(next(block for block in blocks(readme("delivery"), "python") if "is_genuine" in block), lines)
    assert lines["is_genuine"](headers, body, SECRET)
    assert not lines["is_genuine"](headers, body + b" ", SECRET)
    assert not lines["is_genuine"]({**headers, "webhook-timestamp": "1"}, body, SECRET)


def test_the_signature_is_that_of_the_standards_own_example():
    body = b'{"test": 2432232314}'
    expected = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    assert signature(SECRET, "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", body) == expected


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ((500, {}, b""), "The other side answered 500."),
        ((302, {"Location": "http://127.0.0.1:1/"}, b""), "The other side answered 302."),
        (b"\0\1nonsense\r\n\r\n", "BadStatusLine"),
    ],
    ids=["500", "a redirect", "nonsense"],
)
@pytest.mark.sql  # which takes no NUL
def test_what_is_not_taken_is_tried_again_with_the_same_identity(desk, given, error):
    message = write()
    for answer, last_error in ((given, error), ((204, {}, b""), "")):
        desk.answer = answer
        make_due()
        assert deliver_due(limit=1) == 1
        message.refresh_from_db()
        assert last_error in message.last_error
        assert bool(message.sent_at) == (not last_error)
    assert [headers["webhook-id"] for headers, _body in desk.got] == [str(message.identity)] * 2


@pytest.mark.usefixtures("desk")
def test_only_what_the_settings_name_is_written_to():
    with pytest.raises(ValueError, match=r"WEBHOOKS'\] has no 'http://127"):
        send(channel="webhook", recipient="http://127.0.0.1/", subject="", body="{}", key="1")


@pytest.mark.parametrize(
    ("webhook", "faults"),
    [
        ({"URL": "https://desk.example/", "SECRET": SECRET}, 0),
        ({"URL": "https://desk.example/", "SECRET": SECRET.removeprefix("whsec_")}, 0),
        ({"URL": "ftp://desk.example/", "SECRET": SECRET}, 1),
        ({"URL": "file:///etc/passwd", "SECRET": "whsec_c2hvcnQ="}, 2),
        ({"URL": "https://desk.example/", "SECRET": "whsec_not base64, at all, by any means!"}, 1),
        ({}, 2),
    ],
)
def test_checks(settings, webhook, faults):
    settings.CHORSU_DELIVERY = {"WEBHOOKS": {"desk": webhook}}
    found = [message.id for message in check_settings() if message.id != "chorsu_delivery.W001"]
    assert found == ["chorsu_delivery.E007"] * faults
