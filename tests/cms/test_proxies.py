"""The proxies' files in deploy/: the addresses and sizes that the site has, and what nginx and Caddy do with them."""

from __future__ import annotations

import os
import re
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from fnmatch import fnmatch
from http.client import HTTPResponse, HTTPSConnection
from io import BytesIO
from ipaddress import IPv6Address
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.handlers.wsgi import WSGIHandler
from django.db import OperationalError
from django.urls import reverse
from django.utils.translation import override
from wagtail.documents import get_document_model

from chorsu_articles.conf import get_settings
from cms.newsroom.login_throttle import COOKIE
from cms.newsroom.sessions import SessionStore
from cms.request_checks import LONGEST_ADDRESS
from tests.factories import make_home
from tests.tour.services import free_port

DEPLOY = Path(settings.BASE_DIR) / "deploy"
NGINX = (DEPLOY / "nginx.conf").read_text()
CADDY = (DEPLOY / "Caddyfile").read_text()
SIGN_IN, REPORT, SEARCH, UPLOAD = re.findall(r"location ~ (\S+) \{", NGINX)
SIGN_INS = ("wagtailadmin_login", "wagtailadmin_password_reset", "wagtailcore_login")
UPLOADS = (
    "wagtailimages:add_multiple",
    "wagtailimages_chooser:create",
    "wagtaildocs:add_multiple",
    "wagtaildocs_chooser:create",
    "chorsu_articles_admin:upload_picture",
    "wagtailadmin_account",
)
HOST = "newsroom.example"
LONG_QUERY = f"/?q={'%D1%84' * 600}"


@pytest.mark.parametrize("code", [code for code, _name in settings.LANGUAGES])
def test_the_limits_by_address_hold_for_the_addresses_of_the_site(code):
    with override(code):
        assert all(re.match(SIGN_IN, reverse(name)) for name in SIGN_INS)
        assert re.match(REPORT, reverse("chorsu_feedback:report"))
        assert re.match(REPORT, reverse("chorsu_feedback:report_words", args=[1]))
        assert re.match(SEARCH, reverse("chorsu_search:search"))
    assert f"map $cookie_{COOKIE} " in NGINX
    assert f"$cookie_{settings.SESSION_COOKIE_NAME} " in NGINX
    assert f"{settings.SESSION_COOKIE_NAME}=" in CADDY
    for text in (NGINX, CADDY):
        assert reverse("member") in text


@pytest.mark.parametrize(
    ("one", "same", "other"),
    [
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::1", "2001:db8:1:3::1"),
        ("2001:db8:1::5", "2001:db8:1:0:3:4:5:6", "2001:db8:2::5"),
        ("2001:db8:1::5", "2001:db8:1::3:4:5:6", "2001:db8::5"),
        ("2001:db8::5", "2001:db8::3:4:5:6", "2001:db8::2:3:4:5:6"),
    ],
)
def test_a_customer_of_ipv6_is_counted_as_one(one, same, other):
    pattern = re.search(r'"~(\S+)" \$newsroom_half;', NGINX)[1].replace("(?<", "(?P<")  # type: ignore[index]

    def key(address):
        found = re.match(pattern, address)
        return str(IPv6Address(f"{found[0].removesuffix(':').removesuffix(':')}::")) if found else address

    assert key(one) == key(same) != key(other)


@pytest.mark.parametrize("name", UPLOADS)
def test_files_pass_the_proxies_in_the_sizes_that_the_site_takes(name):
    assert re.match(UPLOAD, reverse(name))
    for paths in re.findall(r"\bpath (/admin/images/.*)", CADDY) or pytest.fail("no paths of uploads"):
        assert any(fnmatch(reverse(name), path) for path in paths.split())
    most = int(re.search(r"client_max_body_size (\d+)m;\s+limit_conn newsroom_files", NGINX)[1])  # type: ignore[index]
    assert most * 2**20 > max(settings.WAGTAILDOCS_MAX_UPLOAD_SIZE, settings.WAGTAILIMAGES_MAX_UPLOAD_SIZE)
    assert f"max_size {most}MiB" in CADDY


@pytest.fixture
def site(live_server, settings) -> int:
    """Serve the test's newsroom as the proxies find it; return its port."""
    settings.ALLOWED_HOSTS = [HOST]
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    settings.CHORSU_ARTICLES = {**settings.CHORSU_ARTICLES, "SENDFILE": "/private/"}
    make_home("ru")
    make_home("tg")
    return int(live_server.thread.port)


@contextmanager
def started(command: list[Any], port: int, output: Path, environment: dict[str, str] | None = None) -> Iterator[int]:
    """Run a proxy, whose output goes to a file, until the block ends; yield its port."""
    with output.open("w") as log, subprocess.Popen(command, stdout=log, stderr=log, env=environment) as proxy:
        try:
            for _ in range(100):
                # Caddy makes its certificate when it listens already.
                with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=5) as plain:
                    ssl._create_unverified_context().wrap_socket(plain, server_hostname=HOST).close()
                    break
                time.sleep(0.1)
            else:
                pytest.fail(output.read_text())
            yield port
        finally:
            proxy.terminate()


@contextmanager
def nginx(folder: Path, site: int) -> Iterator[int]:
    """Start the system's nginx, set up as Debian's, with the documented file; its logs are in ``folder``."""
    port = free_port()
    certificate = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", f"/CN={HOST}", "-out", "x.pem"]
    subprocess.run([*certificate, "-keyout", "x.key"], cwd=folder, capture_output=True, check=True)
    text = re.sub(r"listen \[::\].*", "", NGINX)
    for pattern, here in (
        (r"/etc/letsencrypt\S+fullchain.pem", f"{folder}/x.pem"),
        (r"/etc/letsencrypt\S+privkey.pem", f"{folder}/x.key"),
        ("/var/log/nginx/", f"{folder}/"),
        ("listen 80;", f"listen 127.0.0.1:{free_port()};"),
        ("listen 443", f"listen 127.0.0.1:{port}"),
        ("127.0.0.1:8000", f"127.0.0.1:{site}"),
        ("/srv/newsroom/data/media/", f"{settings.MEDIA_ROOT}/"),
        ("/srv/newsroom/data/private/", f"{get_settings().private_folder}/"),
    ):
        text = re.sub(pattern, here, text)
    (folder / "site.conf").write_text(text)
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    temporary = "".join(f"{kind}_temp_path {folder}/{kind};\n" for kind in kinds)
    (folder / "nginx.conf").write_text(
        f"user root;\ndaemon off;\npid {folder}/pid;\nerror_log {folder}/main.log;\n"
        "events { worker_connections 1024; }\n"
        f"http {{\naccess_log {folder}/access.log;\n{temporary}include site.conf;\n}}\n"
    )
    command = ["nginx", "-p", f"{folder}/", "-c", "nginx.conf", "-e", f"{folder}/start.log"]
    checked = subprocess.run([*command, "-t"], capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stderr
    with started(command, port, folder / "output.log"):
        yield port


@contextmanager
def caddy(folder: Path, site: int) -> Iterator[int]:
    """Start the system's Caddy with the documented file and a certificate of its own; its log is in ``folder``."""
    port = free_port()
    text = CADDY.replace("\n{\n", "\n{\n\tadmin off\n\tauto_https disable_redirects\n\tskip_install_trust\n", 1)
    text = text.replace("encode zstd gzip", "tls internal", 1)
    text = text.replace("/srv/newsroom/data/media", str(settings.MEDIA_ROOT))
    # The folders of the site lie side by side there.
    if not (folder / "private").exists():
        (folder / "private").symlink_to(get_settings().private_folder)
    (folder / "Caddyfile").write_text(text.replace("/srv/newsroom/data", str(folder)))
    environment = {**os.environ, "HOME": str(folder), "XDG_DATA_HOME": str(folder), "XDG_CONFIG_HOME": str(folder)}
    environment |= {"SITE": f"https://{HOST}:{port}", "UPSTREAM": f"127.0.0.1:{site}"}
    command = ["caddy", "run", "--adapter", "caddyfile", "--config", folder / "Caddyfile"]
    with started(command, port, folder / "caddy.log", environment):
        yield port


def ask(
    port: int, method: str, path: str, body: Any = None, *, session: str = "", announced: int = 0, **headers: str
) -> tuple[HTTPResponse, bytes]:
    """Send a request over TLS, of an ``announced`` body nothing; return the answer and its text."""
    connection = HTTPSConnection(HOST, port, timeout=20, context=ssl._create_unverified_context())
    connection._create_connection = lambda _address, *options: socket.create_connection(("127.0.0.1", port), *options)  # type: ignore[attr-defined]
    headers = {"Host": HOST, "Cookie": f"sessionid={session}" if session else "", **headers}
    if announced:
        headers["Content-Length"] = str(announced)
    connection.request(method, path, body, headers, encode_chunked=not isinstance(body, bytes | None))
    answer = connection.getresponse()
    return answer, answer.read()


def status(*args: Any, **options: Any) -> int:
    return ask(*args, **options)[0].status


@pytest.fixture
def session(client, django_user_model) -> str:
    """Return the key of a session of somebody of the newsroom."""
    member = django_user_model.objects.create_superuser("chief", "chief@newsroom.example", "a-password-for-tests")
    client.force_login(member)
    return str(client.cookies["sessionid"].value)


IMAGES, PAGES = "/admin/images/multiple/add/", "/admin/pages/1/edit/"
CHUNKED = {"Transfer-Encoding": "chunked"}


def in_pieces() -> Iterator[bytes]:
    """Yield a body of 200,000 bytes whose length isn't announced."""
    return iter([b"x" * 50_000] * 4)


@pytest.mark.program("nginx")
def test_nginx_takes_large_bodies_from_the_newsroom_alone(tmp_path, site, session):
    with nginx(tmp_path, site) as port:
        for forged in ("", "forged"):
            assert status(port, "POST", IMAGES, session=forged, announced=90_000_000) == 413
            # Who isn't signed in (any more) is led to the sign-in.
            answer, _text = ask(port, "GET", "/admin/images/?q=mountains", session=forged)
            assert answer.headers["Location"] == "/admin/login/?next=/admin/images/%3Fq%3Dmountains"
        assert status(port, "POST", IMAGES, in_pieces(), session="forged", **CHUNKED) == 413
        assert status(port, "POST", PAGES, announced=70_000) == 413
        assert status(port, "POST", PAGES, in_pieces(), **CHUNKED) == 413
        assert status(port, "POST", "/feedback/report/", announced=70_000, session=session) == 413
        # A report at its longest reaches the site, which refuses these letters; so do a text and a picture.
        assert status(port, "POST", "/feedback/report/", b"x" * 60_000) == 415
        assert status(port, "POST", PAGES, b"x" * 3_000_000, session=session) == 403
        assert status(port, "POST", IMAGES, b"x" * 5_000_000, session=session) == 403
        assert status(port, "GET", "/admin/images/", session=session) == 200
        assert status(port, "GET", "/member/", session=session) == 404


@pytest.mark.program("nginx")
def test_who_cannot_be_asked_for_gets_the_sentence_of_the_site(tmp_path, site, session, monkeypatch):
    def away(_store):
        error = OperationalError("away")
        error.sqlstate = "25006"  # type: ignore[attr-defined]
        raise error

    with nginx(tmp_path, site) as port:
        # An error of nginx's own: what it would write a body to isn't there.
        folder = tmp_path / "client_body"
        folder.rmdir()
        assert status(port, "POST", IMAGES, b"x" * 200_000, session=session) == 500
        folder.mkdir()
        monkeypatch.setattr(SessionStore, "load", away)
        for method, body, headers in (
            ("GET", None, {}),
            ("POST", b"x" * 1_000, {}),
            ("POST", b"x" * 5_000_000, {}),
            ("POST", in_pieces(), CHUNKED),
        ):
            answer, text = ask(port, method, IMAGES, body, session=session, **headers)
            assert answer.status == 503, (method, headers)
            assert f'<a href="{IMAGES}">' in text.decode(), "another try"
            check_headers(answer, policy="script-src 'self'")
        assert status(port, "POST", IMAGES, session=session, announced=90_000_000) == 503
    with nginx(tmp_path, free_port()) as port:
        assert status(port, "GET", IMAGES, session=session) == 502


@pytest.mark.program("nginx")
def test_what_waits_in_nginx_is_limited_by_address(tmp_path, site):
    head = f"POST {PAGES} HTTP/1.1\r\nHost: {HOST}\r\nCookie: sessionid=forged\r\nContent-Length: 3000000\r\n\r\nx"
    with nginx(tmp_path, site) as port, ExitStack() as open_ones:
        for _ in range(50):
            plain = socket.create_connection(("127.0.0.1", port), timeout=10)
            held = open_ones.enter_context(ssl._create_unverified_context().wrap_socket(plain))
            held.sendall(head.encode())
        time.sleep(0.2)
        assert status(port, "POST", PAGES, announced=3_000_000, session="forged") == 429
        assert status(port, "GET", "/ru/") == 200


@pytest.mark.thorough
@pytest.mark.program("nginx")
def test_nginx_writes_down_nothing_of_readers(tmp_path, site, session):
    token = "c8x2kq-0a1b2c3d4e5f60718293a4b5c6d7e8f9"
    with nginx(tmp_path, site) as port:
        assert status(port, "GET", "/ru/search/?q=secretwords") == 200
        assert {status(port, "POST", "/feedback/report/?secretwords") for _ in range(40)} == {415, 429}
        assert status(port, "GET", f"/admin/invitation/MQ/{token}/") in {200, 302, 404}
        assert status(port, "POST", f"/admin/password_reset/confirm/MQ/{token}/", announced=200_000) == 413
    with nginx(tmp_path, free_port()) as port:
        assert status(port, "GET", f"/admin/invitation/MQ/{token}/?secretwords") == 502
    written = "".join(path.read_text() for path in tmp_path.glob("*.log"))
    assert not re.search(rf"127\.0\.0\.1|secretwords|{token}|invitation", written)


def check_headers(answer: HTTPResponse, *, policy: str) -> None:
    """Fail where the answer lacks a header that keeps browsers safe, or has one twice."""
    expected = {"Strict-Transport-Security": "max-age=31536000", "X-Content-Type-Options": "nosniff"}
    for name, value in expected.items():
        assert answer.headers.get_all(name) == [value], (answer.status, name)
    (found,) = answer.headers.get_all("Content-Security-Policy") or ["none"]
    assert policy in found
    assert not re.search(r"\d", answer.headers.get("Server", ""))


def a_document() -> Any:
    document = get_document_model()(title="Report")
    document.file.save("report.txt", ContentFile(b"What was said."))
    return document


@pytest.mark.program("nginx")
def test_what_nginx_answers_itself_has_the_headers_of_the_site(tmp_path, site):
    document = a_document()
    picture = Path(settings.MEDIA_ROOT) / "proxies.txt"
    picture.write_text("x")
    with nginx(tmp_path, site) as port:
        for method, path, expected, policy in (
            ("GET", "/ru/", 200, "script-src 'self'"),
            ("GET", "/ru/nothing/", 404, "script-src 'self'"),
            ("GET", LONG_QUERY, 302, "script-src 'self'"),
            ("POST", "/", 413, "default-src 'none'"),
            ("GET", "/media/proxies.txt", 200, "sandbox"),
            ("GET", "/media/nothing.webp", 404, "sandbox"),
            ("GET", document.url, 200, "default-src 'none'"),
        ):
            answer, _text = ask(port, method, path, announced=70_000 if method == "POST" else 0)
            assert answer.status == expected, path
            check_headers(answer, policy=policy)
    with nginx(tmp_path, free_port()) as port:
        answer, _text = ask(port, "GET", "/ru/")
        assert answer.status == 502
        check_headers(answer, policy="default-src 'none'")


@pytest.mark.django_db
def test_a_redirect_is_short(client):
    make_home("ru")
    make_home("tg")
    long, short = "a" * LONGEST_ADDRESS, "a" * 1_000
    for address, target in (
        (f"/?q={short}", f"/ru/?q={short}"),
        (f"/?q={long}", "/ru/"),
        (f"/ru/search?q={long}", "/ru/search/"),
        (f"/admin/pages/?q={long}", "/admin/login/"),
        (f"/language/tg/?next=/tg/search/%3Fq%3D{long}", "/tg/search/"),
    ):
        assert client.get(address).headers["Location"] == target
    for address in (f"/language/tg/?next=/tg/{long}/", f"/ru/{long}"):
        assert client.get(address).status_code == 414


@pytest.fixture
def _bodies_first(monkeypatch):
    """Let the site answer when it has read all: Caddy passes on whichever is first, an answer or its own refusal."""
    answer = WSGIHandler.__call__

    def read_and_answer(handler, environ, start):
        length = int(environ.get("CONTENT_LENGTH") or 0)
        environ["wsgi.input"] = BytesIO(environ["wsgi.input"].read(length))
        return answer(handler, environ, start)

    monkeypatch.setattr(WSGIHandler, "__call__", read_and_answer)


@pytest.mark.program("caddy")
@pytest.mark.usefixtures("_bodies_first")
def test_caddy_does_what_it_can(tmp_path, site, session):
    with caddy(tmp_path, site) as port:
        for forged in ("", "forged"):
            assert status(port, "POST", IMAGES, session=forged, announced=90_000_000) == 401
        assert status(port, "POST", PAGES, b"x" * 70_000) == 502
        assert status(port, "POST", PAGES, b"x" * 3_000_000, session=session) == 403
        assert status(port, "POST", PAGES, b"x" * 5_000_000, session=session) == 502
        assert status(port, "POST", IMAGES, b"x" * 5_000_000, session=session) == 403
        assert status(port, "PUT", IMAGES, b"x" * 5_000_000, session=session) == 502
        for path, policy in (
            ("/ru/", "script-src 'self'"),
            (LONG_QUERY, "script-src 'self'"),
            ("/media/nothing.webp", "default-src 'none'"),
            (a_document().url, "sandbox"),
        ):
            check_headers(ask(port, "GET", path)[0], policy=policy)
    written = (tmp_path / "caddy.log").read_text()
    with caddy(tmp_path, free_port()) as port:
        answer, _text = ask(port, "GET", "/ru/?secretwords")
        assert answer.status == 502
        check_headers(answer, policy="default-src 'none'")
    written += (tmp_path / "caddy.log").read_text()
    assert not re.search(r"127\.0\.0\.1|secretwords|forged", written)
