"""A store and a Redis of our own: tools/s3_server.py, tools/redis_server.py."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as site_settings

ROOT = Path(__file__).resolve().parents[2]
sys.path.append(str(ROOT / "tools"))

import redis_server  # noqa: E402
import s3_server  # noqa: E402

from cms import bucket  # noqa: E402

NAMES = {
    "S3_BUCKET": "bucket_name",
    "S3_ENDPOINT": "endpoint_url",
    "S3_REGION": "region_name",
    "S3_KEY": "access_key",
    "S3_SECRET": "secret_key",
}


@pytest.fixture(scope="session")
def store_of_all() -> Iterator[Any]:
    """Run a store whose bucket has the policy of the documentation."""
    server = s3_server.start_own()
    policy = (ROOT / "deploy" / "bucket-policy.json").read_text()
    s3_server.client(server.url).put_bucket_policy(Bucket=s3_server.BUCKET, Policy=policy)
    yield server
    server.end()


@pytest.fixture
def store(store_of_all, settings, monkeypatch) -> Iterator[Any]:
    """Let the site keep its files in the bucket, which is empty; return the server, which runs again at the end."""
    options = {NAMES[name]: value for name, value in s3_server.settings_of(store_of_all.url).items()}
    settings.STORAGES = {
        **site_settings.STORAGES,
        "default": {"BACKEND": "cms.bucket.BucketStorage", "OPTIONS": options},
    }
    for key in keys(store_of_all):
        s3_server.client(store_of_all.url).delete_object(Bucket=s3_server.BUCKET, Key=key)
    monkeypatch.setitem(bucket._away, "until", 0.0)
    yield store_of_all
    if not store_of_all.process_id:
        store_of_all.begin()


def keys(store: Any) -> list[str]:
    """Return the names of all that lies in the bucket."""
    found = s3_server.client(store.url).list_objects_v2(Bucket=s3_server.BUCKET)
    return sorted(each["Key"] for each in found.get("Contents", ()))


@pytest.fixture
def folders(store) -> Any:
    """Stand for the folders that tests of documents expect."""
    return store


@pytest.fixture
def redis() -> Iterator[Any]:
    """Run a Redis."""
    server = redis_server.start_own()
    yield server
    server.end()
