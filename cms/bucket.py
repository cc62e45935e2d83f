"""Uploaded files of several servers, in a bucket of an S3-compatible store: docs/decisions/files-in-a-bucket.md."""

from __future__ import annotations

import errno
import logging
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import Any

from boto3.s3.transfer import TransferConfig
from botocore.client import Config
from botocore.exceptions import BotoCoreError, ClientError
from botocore.handlers import add_expect_header
from s3transfer.exceptions import RetriesExceededError
from storages.backends.s3 import S3Storage
from storages.utils import safe_join

from chorsu_articles.storage import PrivateDocumentStorage, is_private

FOLDERS = PrivateDocumentStorage()
_away = {"until": 0.0}
# Many stores know neither newer checksums, nor buckets as names of hosts.
OLDER = {"request_checksum_calculation": "when_required", "response_checksum_validation": "when_required"}
HOW = {"signature_version": "s3v4", "s3": {"addressing_style": "path"}, "max_pool_connections": 32, **OLDER}
CLIENT = Config(connect_timeout=2, read_timeout=10, retries={"total_max_attempts": 2, "mode": "standard"}, **HOW)
# In one request: whole or not at all.
WHOLE = TransferConfig(multipart_threshold=5 * 1024**3, num_download_attempts=2, use_threads=False)


@contextmanager
def _asking() -> Iterator[None]:
    """Raise what folders raise: ``FileNotFoundError``, or ``OSError`` with ``EHOSTDOWN``, for a while at once."""
    if time.monotonic() < _away["until"]:
        raise OSError(errno.EHOSTDOWN, "The bucket: it was away a moment ago.")
    try:
        yield
    except (BotoCoreError, ClientError, RetriesExceededError) as error:
        status = (getattr(error, "response", None) or {}).get("ResponseMetadata", {}).get("HTTPStatusCode")
        _away["until"] = 0 if status else time.monotonic() + 5
        raise OSError(errno.ENOENT if status == 404 else errno.EHOSTDOWN, f"The bucket: {error!r}") from error


class BackupBucket(S3Storage):
    """Backups below their prefix; the store is asked as that of files is."""

    client_config, transfer_config, max_memory_size = CLIENT, WHOLE, 1024**2

    @cached_property
    def connection(self) -> Any:
        found = super().connection  # one for all threads: each takes 13 MB
        # Where a store breaks off within its "100 Continue", botocore would read for ever, and take a processor.
        found.meta.client.meta.events.unregister("before-call.s3", add_expect_header)
        return found


class BucketStorage(BackupBucket):
    """Public files below ``media/``, which the proxy reads, and documents below ``private/``; opened is read."""

    querystring_expire = 60
    url = FOLDERS.url
    exists, listdir, size = map(_asking(), (S3Storage.exists, S3Storage.listdir, S3Storage.size))
    _save, get_modified_time = map(_asking(), (S3Storage._save, S3Storage.get_modified_time))  # noqa: SLF001

    @_asking()
    def _open(self, name: str, mode: str = "rb") -> Any:
        return super()._open(name, mode).open()

    def delete(self, name: str) -> None:
        try:
            _asking()(super().delete)(name)
        except OSError:  # The row is gone, or will be.
            logging.getLogger("cms.bucket").exception("Delete %s in the bucket by hand.", self._normalize_name(name))

    def signed_path(self, name: str, method: str) -> str:
        """Return path and query by which the proxy gets a file in the next minute."""
        return str(super().url(name, http_method=method)).split("/", 3)[3]

    def get_available_name(self, name: str, max_length: int | None = None) -> str:
        # A folder of its own: of two files that get one name at once the store keeps the last.
        folder, slash, file = name.rpartition("/")
        return FOLDERS.get_available_name(f"{folder}{slash}{secrets.token_hex(8)}/{file}", max_length)

    def _normalize_name(self, name: str) -> str:
        return str(safe_join("private" if is_private(name) else "media", name))
