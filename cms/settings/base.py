"""Settings shared by every environment. Each environment variable is read once, here or in production."""

from __future__ import annotations

import re
import zoneinfo
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf.global_settings import PASSWORD_HASHERS

from chorsu_locales.table import LANGUAGES as LANGUAGE_TABLE
from chorsu_locales.table import language_settings
from cms.reader.headers import READER_POLICY
from cms.settings.env import database, env, reader_cache

BASE_DIR = Path(__file__).resolve().parents[2]
DATA_DIR = env.folder("NEWSROOM_DATA", BASE_DIR / "var", "Folder of the SQLite database and uploaded files")

SECRET_KEY = env.text("SECRET_KEY", "", "Django's secret key; production refuses to start without it")
DEVELOPMENT_KEY = "development-only-never-use-this-key-where-others-can-reach-the-site"
ENVIRONMENT_FILE = env.text(
    "ENVIRONMENT_FILE", "", "The file with these variables; those that the process has already are taken before it"
)
DEBUG = False
ALLOWED_HOSTS: list[str] = env.words("ALLOWED_HOSTS", "", "Host names that the site answers to, separated by commas")

INSTALLED_APPS = [
    # Where it lies beside the site: a container's image has none.
    *(["demo"] if (BASE_DIR / "demo").is_dir() else []),
    "cms",
    # Wagtail's and Django's texts in the newsroom's words: before the apps whose they are.
    "cms.wording",
    "chorsu_archive",
    "chorsu_articles",
    "chorsu_translation",
    "chorsu_search",
    "chorsu_feedback",
    "chorsu_editorial",
    "chorsu_delivery",
    "chorsu_locales",
    "wagtail.contrib.redirects",
    "wagtail.contrib.settings",
    "wagtail.contrib.sitemaps",
    "wagtail.contrib.typed_table_block",
    "wagtail.embeds",
    "wagtail.sites",
    "cms.apps.UsersConfig",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "django_otp",
    "django_otp_webauthn",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",  # the catalogue of what Wagtail says of times
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.sitemaps",
    "django.contrib.staticfiles",
    "cms.apps.WiringConfig",
]

MIDDLEWARE = [
    "cms.health.views.ProbesMiddleware",
    "cms.logs.RequestNumberMiddleware",
    "cms.request_checks.ShortRedirectMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "cms.request_checks.DatabaseBusyMiddleware",
    "cms.reader.headers.ReaderHeadersMiddleware",
    "django.middleware.http.ConditionalGetMiddleware",
    "cms.reader.page_cache.PageCacheMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "cms.languages.AddressLanguageMiddleware",
    "cms.reader.lite.LiteMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    # Nothing behind it meets a user who still has to give the second factor.
    "cms.newsroom.second_factor.SecondFactorMiddleware",
    "cms.newsroom.sessions.ExportLogMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "chorsu_translation.gone.GoneMiddleware",
    "cms.reader.routing.OpenRedirectMiddleware",
    "chorsu_archive.addresses.OldAddressMiddleware",
    "cms.request_checks.FormMiddleware",
    # Behind the one above: an account must not be found by the form under a name that wasn't counted.
    "cms.newsroom.login_throttle.LoginThrottleMiddleware",
    # The last: it calls the view itself, after all others had their say.
    "cms.publishing.AtomicEditorMiddleware",
]

ROOT_URLCONF = "cms.urls"
WSGI_APPLICATION = "cms.wsgi.application"
SESSION_ENGINE = "cms.newsroom.sessions"
AUTH_USER_MODEL = "chorsu_cms.User"
AUTHENTICATION_BACKENDS = ["cms.newsroom.accounts.AddressOrNameBackend"]
WAGTAILADMIN_USER_LOGIN_FORM = "cms.newsroom.accounts.NewsroomLoginForm"
WAGTAILADMIN_USER_PASSWORD_RESET_FORM = "cms.newsroom.accounts.NewsroomPasswordResetForm"

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
                "cms.reader.frame.reader",
            ],
        },
    },
]

# Django's defaults lose concurrent writes on SQLite: a transaction that begins as a reader can't become a
# writer while another writes. IMMEDIATE takes the write lock at the start and the timeout waits for it.
SQLITE: dict[str, Any] = {
    "ENGINE": "django.db.backends.sqlite3",
    "NAME": DATA_DIR / "newsroom.sqlite3",
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

# Not in the database, since readers' requests write here too: they would wait for whoever writes there. Local memory is
# per process, and nothing could be made old in the others.
_FOR_SERVERS = "Redis for what reader pages keep, as redis://host:6379/0: for several servers; without it files"
REDIS_URL = env.address("REDIS_URL", "", _FOR_SERVERS, such="redis://127.0.0.1:6379/0")
CACHES = {
    "default": reader_cache("cache", REDIS_URL, DATA_DIR / "cache", most=20_000),
    # Whole pages, some 15 KB each.
    "pages": reader_cache("pages", REDIS_URL, DATA_DIR / "pages", most=10_000),
    # Lists and articles load their pictures' renditions with one query; a database cache would add three per picture.
    "renditions": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"},
}

PASSWORD_HASHERS = ["cms.newsroom.login_throttle.OneAtATimeHasher", *PASSWORD_HASHERS[1:]]
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
FORMAT_MODULE_PATH = "cms.formats"
WAGTAIL_I18N_ENABLED = True

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
MEDIA_URL = "/media/"
MEDIA_ROOT = DATA_DIR / "media"
_BUCKET = {
    "bucket_name": env.text("S3_BUCKET", "", "Bucket of uploaded files, for several servers; without it folders"),
    "endpoint_url": env.address("S3_ENDPOINT", "", "The bucket's S3-compatible store; without it Amazon's"),
    "region_name": env.text("S3_REGION", "", "The bucket's region"),
    "access_key": env.text("S3_KEY", "", "Key of the site's account at the store"),
    "secret_key": env.text("S3_SECRET", "", "Secret of that key"),
}
_OPTIONS = {name: value for name, value in _BUCKET.items() if value and _BUCKET["bucket_name"]}
_STORAGE = "cms.bucket.BucketStorage" if _OPTIONS else "chorsu_articles.storage.PrivateDocumentStorage"
STORAGES = {
    "default": {"BACKEND": _STORAGE, "OPTIONS": _OPTIONS},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
CHORSU_ARTICLES = {
    "PRIVATE_FOLDER": str(DATA_DIR / "private"),
    "SENDFILE": env.text(
        "SENDFILE",
        "",
        "Who sends documents: X-Sendfile, or the address of nginx's internal location, such as /private/; else Django",
    ),
}
CHORSU_ARCHIVE = {
    "INBOX": env.text(
        "ARCHIVE_INBOX", "", "Folder of archives that are too large to be sent, and of old pictures; else none"
    ),
    "HOSTS": env.words("ARCHIVE_HOSTS", "", "Hosts that pictures of an archive are fetched from, by commas; else none"),
}

# Of an outlet without a name of its own: Settings > Outlet.
WAGTAIL_SITE_NAME = "Chorsu"
WAGTAILADMIN_BASE_URL = env.address("BASE_URL", "http://localhost:8000", "Address of the site, for links in messages")
WAGTAILADMIN_RICH_TEXT_EDITORS = {"default": {"WIDGET": "chorsu_articles.admin.rich_text.RichTextArea"}}
WAGTAILIMAGES_IMAGE_MODEL = "chorsu_articles.Picture"
WAGTAILIMAGES_IMAGE_FORM_BASE = "chorsu_articles.forms.pictures.PictureForm"
# A photograph of the 64 million pixels that chorsu_articles takes has up to so many bytes.
WAGTAILIMAGES_MAX_UPLOAD_SIZE = 25 * 1024 * 1024
WAGTAILDOCS_DOCUMENT_FORM_BASE = "chorsu_articles.forms.documents.DocumentForm"
WAGTAILDOCS_MAX_UPLOAD_SIZE = 100 * 1024 * 1024
WAGTAIL_FINISH_WORKFLOW_ACTION = "chorsu_editorial.finish.publish_approved_revision"
WAGTAIL_ALLOW_UNICODE_SLUGS = False
WAGTAIL_PASSWORD_REQUIRED_TEMPLATE = WAGTAILDOCS_PASSWORD_REQUIRED_TEMPLATE = "private.html"
WAGTAIL_FRONTEND_LOGIN_TEMPLATE = "private_sign_in.html"
WAGTAILADMIN_PERMITTED_LANGUAGES = [("ru", "Русский"), ("en", "English")]
# The own address is changed in a panel of its own, with the password: cms.newsroom.accounts.
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False
# The two are files beside the zones on many systems, and no browser takes them for zones.
WAGTAIL_USER_TIME_ZONES = sorted(zoneinfo.available_timezones() - {"Factory", "localtime"})

CHORSU_DELIVERY: dict[str, Any] = {
    "CHANNELS": {
        "invitation": "cms.newsroom.invitations.InvitationChannel",
        "password_reset": "cms.newsroom.invitations.PasswordResetChannel",
    },
    "ADDRESS_OF": "cms.newsroom.accounts.address_of",
    "TELEGRAM": {
        "TOKEN": env.text(
            "TELEGRAM_BOT_TOKEN", "", "The Telegram bot's token, as @BotFather gives it; without it no chats"
        ),
        "API": env.address("TELEGRAM_API_URL", "", "A Bot API server of your own, instead of Telegram's"),
        "CHAT_OF": "cms.newsroom.messages.chat_of",
    },
}
CHORSU_EDITORIAL = {
    "APPROVER_SHARE": env.number(
        "APPROVER_SHARE", 20, "How many per cent of the words an approver may have changed, 0 to 100; 0 is none at all"
    )
}
_MACHINE = {
    "url": env.address("MACHINE_URL", "", "Service that drafts translations: LibreTranslate, or see MACHINE_MODEL"),
    "key": env.text("MACHINE_KEY", "", "Key for the service that drafts translations"),
    "model": env.text("MACHINE_MODEL", "", "Model at MACHINE_URL, which speaks the chat-completions API then"),
}
_MACHINE_SETTINGS = {
    "SERVICE": f"chorsu_translation.machine.{'chat_completions' if _MACHINE['model'] else 'libretranslate'}",
    "OPTIONS": {name: value for name, value in _MACHINE.items() if value},
    "PAIRS": env.words("MACHINE_PAIRS", "", "Pairs of languages that are drafted by machine, as ru:tg, by commas"),
}
CHORSU_TRANSLATION: dict[str, Any] = {"PAGE_TYPES": ["chorsu_articles.Publication"]}
if _MACHINE["url"]:
    CHORSU_TRANSLATION["MACHINES"] = {_MACHINE["model"] or "LibreTranslate": _MACHINE_SETTINGS}
CHORSU_TRANSLATION["MACHINE_NOTICE"] = env.flag(
    "MACHINE_NOTICE", default=False, meaning="Readers are told where a machine may have helped to translate"
)
# A block of an article has 5 to 8 fields in the editor's form, also after it was deleted: 120 blocks and 9 deleted ones
# for each of them make 9,600 at most. Django's own limit is 1,000.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000
# The admin asks nothing of other hosts.
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False

# Who must have a second factor; whoever has one is asked for it anyway.
SECOND_FACTOR: list[str] = []
# Passkeys hold at this address alone.
OTP_WEBAUTHN_RP_ID = OTP_WEBAUTHN_RP_NAME = OTP_TOTP_ISSUER = urlsplit(WAGTAILADMIN_BASE_URL).hostname
OTP_WEBAUTHN_ALLOWED_ORIGINS = [WAGTAILADMIN_BASE_URL]
OTP_WEBAUTHN_ALLOW_PASSWORDLESS_LOGIN = False
OTP_WEBAUTHN_EXCEPTION_LOGGER_NAME = ""
LOGIN_REDIRECT_URL = "wagtailadmin_home"

SECURE_CSP = READER_POLICY
X_FRAME_OPTIONS = "SAMEORIGIN"
# The first asks for DENY: the admin's preview shows pages in a frame. The second refuses to start without https.
SILENCED_SYSTEM_CHECKS = ["security.W019", "otp_webauthn.E031"]
READER_SHARED_CACHE_SECONDS = env.number(
    "SHARED_CACHE_SECONDS", 60, "How long shared caches may keep a reader page without asking; browsers always ask"
)

BACKUP_TO = env.text("BACKUP_TO", "", "Where back_up puts backups: a folder, or s3://bucket/prefix")
_KEEP = env.words("BACKUP_KEEP", "7,5,12", "For how many days all backups are kept, then one a week, one a month")
BACKUP_KEEP = [int(number) for number in _KEEP if re.fullmatch("[0-9]{1,4}", number)]
if len(BACKUP_KEEP) != 3:
    env.problem("BACKUP_KEEP", "is not three numbers.", "Use days, weeks and months, such as 7,5,12")
BACKUP_RECIPIENT = env.text(
    "BACKUP_RECIPIENT", "", "Public key of age, age1…: backups can be read with its secret key alone"
)
STORAGES["backups"] = {"BACKEND": "cms.backup.FolderStorage", "OPTIONS": {"location": BACKUP_TO}}
if BACKUP_TO.startswith("s3://"):
    _TO = urlsplit(BACKUP_TO)
    _S3: dict[str, Any] = {name: value for name, value in _BUCKET.items() if value}
    _S3 |= {"bucket_name": _TO.netloc, "location": _TO.path.strip("/")}
    STORAGES["backups"] = {"BACKEND": "cms.bucket.BackupBucket", "OPTIONS": _S3}
elif BACKUP_TO and (BACKUP_TO[0] != "/" or Path(BACKUP_TO).resolve().is_relative_to(DATA_DIR.resolve())):
    what = "is neither a bucket nor a whole path outside of NEWSROOM_DATA."
    env.problem("BACKUP_TO", what, "Use /backup/newsroom or s3://bucket/newsroom")

FEED_FULL_TEXT = env.flag("FEED_FULL_TEXT", default=False, meaning="RSS feeds have whole texts; else the lead alone")
DZEN_FEED = env.flag("DZEN_FEED", default=False, meaning="Each language has a feed for Dzen at /ru/dzen.xml")
CORRECTIONS_PAGE = env.flag("CORRECTIONS_PAGE", default=False, meaning="Each language lists what was corrected")
METRICS_TOKEN = env.text("METRICS_TOKEN", "", "What a Prometheus says as a bearer at /metrics; without it no figures")
SECURITY_CONTACT = env.words(
    "SECURITY_CONTACT", "", "Whom to tell of a hole, for security.txt: mailto: or https: addresses, by commas"
)

# Behind a proxy of one's own all readers come from its address; limits then have to look one step further.
TRUSTED_PROXIES = env.number(
    "TRUSTED_PROXIES", 0, "How many proxies of your own stand before the site and write X-Forwarded-For"
)
CHORSU_FEEDBACK: dict[str, Any] = {"TRUSTED_PROXIES": TRUSTED_PROXIES}

ELASTICSEARCH_URL = env.addresses(
    "ELASTICSEARCH_URL", "Elasticsearch, as http://host:9200 (several nodes: by commas); without it the database"
)
_ELASTICSEARCH_OPTIONS = {
    "api_key": env.text("ELASTICSEARCH_API_KEY", "", "Key for Elasticsearch, where it asks for one"),
    "ca_certs": env.text("ELASTICSEARCH_CA", "", "File with the certificate that Elasticsearch's is signed by"),
}
_EMBEDDED = {"embedded": {"ENGINE": "chorsu_search.engines.embedded.embedded_engine"}}
_ELASTICSEARCH = {
    "ENGINE": "chorsu_search.engines.elasticsearch.ElasticsearchEngine",
    "URL": ELASTICSEARCH_URL,
    "SHARDS": env.number("ELASTICSEARCH_SHARDS", 1, "Shards of each language's index; takes effect with a rebuild"),
    "OPTIONS": {name: value for name, value in _ELASTICSEARCH_OPTIONS.items() if value},
}
CHORSU_SEARCH = {
    # The embedded engine is kept up to date too: it answers while Elasticsearch doesn't.
    "ENGINES": {"elasticsearch": _ELASTICSEARCH, **_EMBEDDED} if ELASTICSEARCH_URL else _EMBEDDED,
    "EXCLUDE": ["chorsu_articles.HomePage"],
}
