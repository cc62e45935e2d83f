"""A real S3-compatible server for tests.

Its address is ``http://KEY:SECRET@127.0.0.1:PORT/BUCKET``; ``settings_of`` makes the site's variables of it. Looked for
in this order: ``versitygw`` on PATH and in ``.cache/s3``, ``minio`` on PATH; else versitygw is built there by Go.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import boto3
from botocore.config import Config
from own_server import CACHE, OwnServer, UnavailableError

VERSION = "v1.8.0"
KEY, SECRET, BUCKET, REGION = "newsroom-tests", "newsroom-tests-secret", "newsroom", "us-east-1"
BUILD_SECONDS = 1800


def start_own(bucket: str = BUCKET) -> OwnServer:
    """Start a server that is nobody else's, with an empty bucket that nobody may read without the key."""
    program = _program()
    address = f"http://{KEY}:{SECRET}@127.0.0.1:{{port}}/{bucket}"
    if Path(program).name == "minio":
        command = [program, "server", "--quiet", "--address", "127.0.0.1:{port}", "{folder}/files"]
        variables = {"MINIO_ROOT_USER": KEY, "MINIO_ROOT_PASSWORD": SECRET}
    else:
        # Beside the files: temporary folders seldom have extended attributes.
        folders = ["posix", "--sidecar", "{folder}/about", "{folder}/files"]
        make = 'mkdir -p "$1/files" "$1/about"; shift; exec "$@"'
        options = ["--quiet", "--region", REGION, "--port", "127.0.0.1:{port}", "--keep-alive"]
        command = ["/bin/sh", "-c", make, "sh", "{folder}", program, *options, *folders]
        variables = {"ROOT_ACCESS_KEY": KEY, "ROOT_SECRET_KEY": SECRET}
    server = OwnServer(command, address, variables).begin()
    client(server.url).create_bucket(Bucket=bucket)
    return server


def settings_of(url: str) -> dict[str, str]:
    """Return the site's environment variables for the bucket at this address."""
    parts = urlsplit(url)
    return {
        "S3_BUCKET": parts.path.strip("/"),
        "S3_ENDPOINT": f"{parts.scheme}://{parts.hostname}:{parts.port}",
        "S3_REGION": REGION,
        "S3_KEY": parts.username or "",
        "S3_SECRET": parts.password or "",
    }


def client(url: str) -> Any:
    """Return boto3's client of the server at this address, which waits for it as it begins."""
    values = settings_of(url)
    return boto3.client(
        "s3",
        endpoint_url=values["S3_ENDPOINT"],
        region_name=REGION,
        aws_access_key_id=values["S3_KEY"],
        aws_secret_access_key=values["S3_SECRET"],
        config=Config(s3={"addressing_style": "path"}, retries={"total_max_attempts": 5, "mode": "standard"}),
    )


def _program() -> str:
    built = CACHE / "s3" / "bin" / "versitygw"
    if found := shutil.which("versitygw") or (str(built) if built.exists() else shutil.which("minio")):
        return found
    if not (go := shutil.which("go")):
        raise UnavailableError(
            "S3: neither versitygw nor minio is on PATH, and no Go to build the first. Install one of them "
            f"(go install github.com/versity/versitygw/cmd/versitygw@{VERSION})."
        )
    # From Go's module mirror, checked against its checksum database.
    variables = {**os.environ, "GOBIN": str(built.parent), "CGO_ENABLED": "0"}
    command = [go, "install", f"github.com/versity/versitygw/cmd/versitygw@{VERSION}"]
    done = subprocess.run(
        command, env=variables, capture_output=True, text=True, check=False, timeout=BUILD_SECONDS, cwd="/"
    )
    if done.returncode:
        raise UnavailableError(f"S3: {' '.join(command)} failed:\n{done.stderr[-2000:]}")
    return str(built)
