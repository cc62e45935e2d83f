"""Messages to another system: signed, tried again, and sent where the settings say."""

from __future__ import annotations

import socketserver
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from chorsu_delivery.channels import check_settings, signature
from chorsu_delivery.models import OutgoingMessage
from chorsu_delivery.services import deliver_due, send
from tests.delivery.test_messages import make_due
from tests.foreign.readmes import blocks, readme

pytestmark = [pytest.mark.django_db]
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
BODY = '{"words": "ӣ ӯ ҳ қ ғ ҷ"}'


class Server(socketserver.ThreadingTCPServer):
    """Another system on this machine: gives the answer that it is told to, and keeps what it gets."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Conversation)
        self.answer = b""
        self.got: list[tuple[dict[str, str], bytes]] = []
        self.ended = threading.Event()


class Conversation(socketserver.StreamRequestHandler):
    server: Server

    def handle(self) -> None:
        lines = iter(lambda: self.rfile.readline().decode().strip(), "")
        assert next(lines) == "POST /reports?x=1 HTTP/1.1"
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
        self.server.got.append((headers, self.rfile.read(int(headers["content-length"]))))
        if not self.server.answer:
            self.server.ended.wait(20)
        self.wfile.write(self.server.answer)


@pytest.fixture
def server(settings: Any) -> Iterator[Server]:
    with Server() as server:
        thread = threading.Thread(target=server.serve_forever, args=[0.01], daemon=True)
        thread.start()
        url = f"http://127.0.0.1:{server.server_address[1]}/reports?x=1"
        settings.CHORSU_DELIVERY = {"WEBHOOKS": {"desk": {"URL": url, "SECRET": SECRET}}}
        yield server
        server.ended.set()
        server.shutdown()


def write() -> OutgoingMessage:
    return send(channel="webhook", recipient="desk", subject="report", body=BODY, key="1")


def answer(status: str, *headers: str) -> bytes:
    return "\r\n".join([f"HTTP/1.1 {status}", "Content-Length: 0", *headers, "", ""]).encode()


def test_it_is_posted_with_a_signature_that_the_readmes_lines_verify(server: Server) -> None:
    server.answer = answer("200 OK")
    message = write()
    assert deliver_due() == 1
    message.refresh_from_db()
    assert message.sent_at
    ((headers, body),) = server.got
    assert (headers["content-type"], headers["webhook-id"]) == ("application/json", str(message.identity))
    assert body == BODY.encode()
    assert abs(time.time() - int(headers["webhook-timestamp"])) < 60
    lines: dict[str, Any] = {}
    exec(next(block for block in blocks(readme("delivery"), "python") if "is_genuine" in block), lines)
    assert lines["is_genuine"](headers, body, SECRET)
    assert not lines["is_genuine"](headers, body + b" ", SECRET)
    assert not lines["is_genuine"]({**headers, "webhook-timestamp": "1"}, body, SECRET)


def test_the_signature_is_that_of_the_standards_own_example() -> None:
    body = b'{"test": 2432232314}'
    expected = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    assert signature(SECRET, "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", body) == expected


@pytest.mark.parametrize(
    ("given", "error"),
    [
        (answer("500 Internal Server Error"), "The other side answered 500."),
        (answer("429 Too Many Requests", "Retry-After: 1000"), "The other side answered 429."),
        (answer("302 Found", "Location: http://127.0.0.1:1/"), "The other side answered 302."),
        (b"", "TimeoutError"),
        (b"\0\1nonsense\r\n\r\n", "BadStatusLine"),
    ],
    ids=["500", "429", "a redirect", "nothing", "nonsense"],
)
@pytest.mark.sql  # which takes no NUL
def test_what_is_not_taken_is_tried_again_with_the_same_identity(
    server: Server, monkeypatch: pytest.MonkeyPatch, given: bytes, error: str
) -> None:
    server.answer = given
    if not given:
        monkeypatch.setattr("chorsu_delivery.channels.TIMEOUT", 0.5)
    message = write()
    for attempt in (1, 2):
        make_due()
        assert deliver_due(limit=1) == 1
        message.refresh_from_db()
        assert error in message.last_error
        assert (message.sent_at, message.attempts) == (None, attempt)
        assert timedelta(seconds=5) < message.not_before - timezone.now() < timedelta(minutes=1)
    monkeypatch.undo()
    server.answer = answer("204 No Content")
    make_due()
    deliver_due()
    assert not OutgoingMessage.objects.unsent().exists()
    assert {headers["webhook-id"] for headers, _body in server.got} == {str(message.identity)}


def test_only_what_the_settings_name_is_written_to(server: Server) -> None:
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
def test_checks(settings: Any, webhook: dict[str, str], faults: int) -> None:
    settings.CHORSU_DELIVERY = {"WEBHOOKS": {"desk": webhook}}
    found = [message.id for message in check_settings() if message.id != "chorsu_delivery.W001"]
    assert found == ["chorsu_delivery.E007"] * faults
