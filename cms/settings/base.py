"""Settings shared by every environment. Each environment variable is read once, here or in production."""

from __future__ import annotations

import os
from pathlib import Path

from cms.reader.policies import READER_POLICY
from cms.settings.database import database
from cms.settings.env import env
from locales.configuration import language_settings
from locales.table import LANGUAGES as LANGUAGE_TABLE

BASE_DIR = Path(__file__).resolve().parents[2]
DATA_DIR = env.folder("NEWSROOM_DATA", BASE_DIR / "var", "Folder of the SQLite database and uploaded files")

SECRET_KEY = env.text("SECRET_KEY", "", "Django's secret key; production refuses to start without it")
DEBUG = False
ALLOWED_HOSTS: list[str] = env.words("ALLOWED_HOSTS", "", "Host names that the site answers to, separated by commas")

INSTALLED_APPS = [
    "cms",
    "articles",
    "translation",
    "search",
    "feedback",
    "editorial",
    "delivery",
    "locales",
    "modeltranslation",
    "wagtail.contrib.redirects",
    "wagtail.contrib.settings",
    "wagtail.contrib.sitemaps",
    "wagtail.contrib.typed_table_block",
    "wagtail.embeds",
    "wagtail.sites",
    "wagtail.users",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.sitemaps",
    "django.contrib.staticfiles",
    "cms.wiring",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "cms.reader.middleware.ReaderHeadersMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "cms.languages.middleware.AddressLanguageMiddleware",
    "django.middleware.http.ConditionalGetMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "wagtail.contrib.redirects.middleware.RedirectMiddleware",
    # The last: it calls the view itself, after all others had their say.
    "cms.newsroom.transactions.AtomicEditorMiddleware",
]

ROOT_URLCONF = "cms.urls"
WSGI_APPLICATION = "cms.wsgi.application"
AUTH_USER_MODEL = "chorsu_cms.User"
AUTHENTICATION_BACKENDS = ["cms.newsroom.auth.AddressOrNameBackend"]
WAGTAILADMIN_USER_LOGIN_FORM = "cms.newsroom.auth.NewsroomLoginForm"
WAGTAILADMIN_USER_PASSWORD_RESET_FORM = "cms.newsroom.auth.NewsroomPasswordResetForm"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.debug",
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "cms.reader.context.reader",
            ],
        },
    },
]

# Django's defaults lose concurrent writes on SQLite: a transaction that begins as a reader can't become a
# writer while another writes. IMMEDIATE takes the write lock at the start and the timeout waits for it.
SQLITE = {
    "ENGINE": "django.db.backends.sqlite3",
    # Django's checks open the database: without a folder they have to come as far as saying so.
    "NAME": DATA_DIR / "newsroom.sqlite3" if os.access(DATA_DIR, os.W_OK | os.X_OK) else ":memory:",
    "OPTIONS": {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    },
}
DATABASES = {
    "default": database(
        env.text("DATABASE_URL", "", "PostgreSQL server, as postgres://user:password@host/database; without it SQLite"),
        otherwise=SQLITE,
    )
}
if "postgresql" in DATABASES["default"]["ENGINE"]:
    # Wagtail's own index uses its fields there. On SQLite the app can't be loaded without PostgreSQL's driver.
    INSTALLED_APPS.append("django.contrib.postgres")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Local memory is per process and breaks limits and purging as soon as two workers run.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "newsroom_cache",
        # Room for an entry per reader page (cms.reader.freshness); with the default of 300 they throw out each other.
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    },
    # Lists and articles load their pictures' renditions with one query; a database cache would add three per picture.
    "renditions": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"},
}

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]

NEWSROOM_LANGUAGES = env.words(
    "NEWSROOM_LANGUAGES",
    ",".join(LANGUAGE_TABLE),
    "Languages that the newsroom publishes in; the first is the default language",
)
globals().update(language_settings(NEWSROOM_LANGUAGES))
TIME_ZONE = env.time_zone("TIME_ZONE", "Asia/Dushanbe", "The newsroom's time zone")
# Its own name, so that no part of Django that reads the usual one takes a language from it.
LANGUAGE_COOKIE_NAME = "newsroom_language"
LANGUAGE_COOKIE_AGE = 365 * 24 * 60 * 60
USE_TZ = True
USE_I18N = True
FORMAT_MODULE_PATH = "cms.formats"
WAGTAIL_I18N_ENABLED = True

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
MEDIA_URL = "/media/"
MEDIA_ROOT = DATA_DIR / "media"

WAGTAIL_SITE_NAME = env.text("SITE_NAME", "Chorsu", "Name of the newsroom, in its own spelling")
WAGTAILADMIN_BASE_URL = env.address("BASE_URL", "http://localhost:8000", "Address of the site, for links in messages")
WAGTAILADMIN_RICH_TEXT_EDITORS = {"default": {"WIDGET": "articles.admin.rich_text.RichTextArea"}}
WAGTAILIMAGES_IMAGE_MODEL = "chorsu_articles.Picture"
WAGTAILIMAGES_IMAGE_FORM_BASE = "articles.forms.pictures.PictureForm"
WAGTAIL_FINISH_WORKFLOW_ACTION = "editorial.finish.publish_approved_revision"
WAGTAIL_ALLOW_UNICODE_SLUGS = False
WAGTAIL_MODERATION_ENABLED = True
WAGTAILADMIN_PERMITTED_LANGUAGES = [("ru", "Русский"), ("en", "English")]

CHORSU_TRANSLATION = {"PAGE_TYPES": ["chorsu_articles.Publication"]}
# The admin asks nothing of other hosts.
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False

SECURE_CSP = READER_POLICY
X_FRAME_OPTIONS = "SAMEORIGIN"
SILENCED_SYSTEM_CHECKS = ["security.W019"]  # which asks for DENY: the admin's preview shows pages in a frame
READER_SHARED_CACHE_SECONDS = env.number(
    "SHARED_CACHE_SECONDS", 60, "How long shared caches may keep a reader page without asking; browsers always ask"
)

# Behind a proxy of one's own all readers come from its address; limits then have to look one step further.
CHORSU_FEEDBACK = {
    "TRUSTED_PROXIES": env.number(
        "TRUSTED_PROXIES", 0, "How many proxies of your own stand before the site and write X-Forwarded-For"
    ),
}

ELASTICSEARCH_URL = env.address(
    "ELASTICSEARCH_URL", "", "Elasticsearch server, as http://host:9200; without it the database searches"
)
_EMBEDDED = {"embedded": {"ENGINE": "search.engines.embedded.embedded_engine"}}
_ELASTICSEARCH = {"ENGINE": "search.engines.elasticsearch.ElasticsearchEngine", "URL": ELASTICSEARCH_URL}
CHORSU_SEARCH = {
    # The embedded engine is kept up to date too: it answers while Elasticsearch doesn't.
    "ENGINES": {"elasticsearch": _ELASTICSEARCH, **_EMBEDDED} if ELASTICSEARCH_URL else _EMBEDDED,
    "EXCLUDE": ["chorsu_articles.HomePage"],
}
