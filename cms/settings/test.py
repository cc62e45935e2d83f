"""Settings of the tests: everything real but mail, which stays in memory."""

from __future__ import annotations

from cms.settings.base import *

SECRET_KEY = "tests-only"
ALLOWED_HOSTS = ["*"]
MAILERS = {"default": {"BACKEND": "django.core.mail.backends.locmem.EmailBackend"}}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# A file, not memory: browser tests and tests of concurrent writers use several connections.
SQLITE["TEST"] = {"NAME": DATA_DIR / "test.sqlite3"}
# In the database, which each test gets back as it was.
CACHES = CACHES | {
    "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "newsroom_cache"},
    # Tests look at what was rendered, and how; those of the page cache switch them on.
    "pages": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"},
}

# ELASTICSEARCH_URL is for the tests marked `elasticsearch`; the others must not write into anybody's index.
CHORSU_SEARCH = CHORSU_SEARCH | {"ENGINES": {"embedded": {"ENGINE": "chorsu_search.engines.embedded.embedded_engine"}}}

# A page type that isn't ours, for the tests of the plug-ins.
INSTALLED_APPS = [*INSTALLED_APPS, "tests.story", "wagtail.contrib.table_block"]
