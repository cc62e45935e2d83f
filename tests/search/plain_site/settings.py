"""As few settings as a site with search can have; its languages need the stemmers of the extra."""

from __future__ import annotations

import os
from pathlib import Path

DEBUG = True
SECRET_KEY = "tests-only"
ALLOWED_HOSTS = ["*"]
ROOT_URLCONF = "tests.search.plain_site.urls"
INSTALLED_APPS = [
    "chorsu_search",
    "chorsu_editorial",
    "chorsu_delivery",
    "chorsu_locales",
    "wagtail.users",
    "wagtail.images",
    "wagtail.documents",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
]
MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [Path(__file__).parent / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": os.environ["PLAIN_SITE_DATABASE"]}}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
LANGUAGE_CODE = "ru"
LANGUAGES = WAGTAIL_CONTENT_LANGUAGES = [("ru", "Русский"), ("en", "English"), ("tg", "Тоҷикӣ")]
USE_TZ = True
STATIC_URL = "/static/"
WAGTAIL_SITE_NAME = "Plain"
WAGTAILADMIN_BASE_URL = "http://localhost"
CHORSU_SEARCH = {
    "ENGINES": {
        "elasticsearch": {
            "ENGINE": "chorsu_search.engines.elasticsearch.ElasticsearchEngine",
            "URL": "http://127.0.0.1:9",
        },
        "embedded": {"ENGINE": "chorsu_search.engines.embedded.embedded_engine"},
    }
}
