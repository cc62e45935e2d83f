"""The proxies' files in deploy/ name addresses and sizes of the site: they must be those that it has."""

from __future__ import annotations

import re
import shutil
import subprocess
from fnmatch import fnmatch
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils.translation import override

from cms.newsroom.accounts import COOKIE

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


@pytest.mark.parametrize("code", [code for code, _name in settings.LANGUAGES])
def test_the_limits_by_address_hold_for_the_addresses_of_the_site(code: str) -> None:
    with override(code):
        assert all(re.match(SIGN_IN, reverse(name)) for name in SIGN_INS)
        assert re.match(REPORT, reverse("chorsu_feedback:report"))
        assert re.match(REPORT, reverse("chorsu_feedback:report_words", args=[1]))
        assert re.match(SEARCH, reverse("chorsu_search:search"))
    assert f"map $cookie_{COOKIE} " in NGINX


@pytest.mark.parametrize("name", UPLOADS)
def test_files_pass_the_proxies_in_the_sizes_that_the_site_takes(name: str) -> None:
    assert re.match(UPLOAD, reverse(name))
    for paths in re.findall(r"@(?:uploads|others not) path (.*)", CADDY) or pytest.fail("no paths of uploads"):
        assert any(fnmatch(reverse(name), path) for path in paths.split())
    most = int(re.search(r"client_max_body_size (\d+)m;\s+limit_req zone=newsroom_upload", NGINX)[1])  # type: ignore[index]
    assert most * 2**20 > max(settings.WAGTAILDOCS_MAX_UPLOAD_SIZE, settings.WAGTAILIMAGES_MAX_UPLOAD_SIZE)
    assert f"max_size {most}MiB" in CADDY


@pytest.mark.skipif(not shutil.which("nginx"), reason="There is no nginx on this system.")
def test_nginx_takes_its_file(tmp_path: Path) -> None:
    call = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=x", "-out", "x.pem"]
    subprocess.run([*call, "-keyout", "x.key"], cwd=tmp_path, capture_output=True, check=True)
    text = re.sub(r"/etc/letsencrypt\S+fullchain.pem", str(tmp_path / "x.pem"), NGINX)
    text = re.sub(r"/etc/letsencrypt\S+privkey.pem", str(tmp_path / "x.key"), text)
    # Checking opens the ports: others than those of a server that may run here.
    text = re.sub(r"listen \[::\].*", "", text).replace("listen ", "listen 127.0.0.1:8")
    (tmp_path / "site.conf").write_text(text)
    (tmp_path / "nginx.conf").write_text("events {}\nerror_log stderr;\nhttp { include site.conf; }\n")
    found = subprocess.run(
        ["nginx", "-t", "-p", tmp_path, "-c", tmp_path / "nginx.conf", "-g", "pid nginx.pid;"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert found.returncode == 0, found.stderr


@pytest.mark.skipif(not shutil.which("caddy"), reason="There is no Caddy on this system.")
def test_caddy_takes_its_file() -> None:
    found = subprocess.run(
        ["caddy", "adapt", "--adapter", "caddyfile", "--config", DEPLOY / "Caddyfile"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert found.returncode == 0, found.stderr
