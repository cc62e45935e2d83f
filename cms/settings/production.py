"""Settings for a site on the internet: everything that differs comes from the environment."""

from __future__ import annotations

from cms.settings.base import *
from cms.settings.env import env, mail_settings

LEAST_KEY = 32  # characters; Django's own check warns of less than 50
if len(SECRET_KEY) < LEAST_KEY or SECRET_KEY == DEVELOPMENT_KEY:
    env.problem(
        "SECRET_KEY",
        "is missing: sessions and password links can't be signed."
        if not SECRET_KEY
        else "is one that others know or can guess.",
        'Set it to the output of: python -c "import secrets; print(secrets.token_urlsafe(50))"',
    )
if not ALLOWED_HOSTS or any("*" in host for host in ALLOWED_HOSTS):
    env.problem(
        "ALLOWED_HOSTS",
        "lets anybody choose the site's name." if ALLOWED_HOSTS else "is missing: every request would be refused.",
        "Set it to the site's host names; a dot before a name allows its subdomains.",
    )

# Behind a proxy that ends TLS and sets this header; one that lets clients set it must not be used.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_SSL_REDIRECT = env.flag("SSL_REDIRECT", default=True, meaning="Redirect plain HTTP to HTTPS")
SECURE_HSTS_SECONDS = env.number("HSTS_SECONDS", 31_536_000, "How long browsers insist on HTTPS, in seconds")
# Both bind more than this site, and can't be taken back for a long time.
SECURE_HSTS_INCLUDE_SUBDOMAINS = env.flag(
    "HSTS_SUBDOMAINS", default=False, meaning="Browsers insist on HTTPS for all subdomains too"
)
SECURE_HSTS_PRELOAD = env.flag(
    "HSTS_PRELOAD", default=False, meaning="Ask for the domain to be put on the list that browsers come with"
)
# Django asks for them.
SILENCED_SYSTEM_CHECKS += ["security.W005", "security.W021"]
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
SCHEME = "https" if SECURE_SSL_REDIRECT else "http"
CSRF_TRUSTED_ORIGINS = [f"{SCHEME}://{host}" for host in ALLOWED_HOSTS if not host.startswith((".", "*"))]

FACTOR_ROLES = ("approvers", "administrators", "journalists", "translators", "editors", "chief_editors", "nobody")
SECOND_FACTOR = env.words(
    "SECOND_FACTOR", "approvers,administrators", f"Who must have a second factor; of {', '.join(FACTOR_ROLES)}"
)
if not set(SECOND_FACTOR) <= set(FACTOR_ROLES):
    env.problem("SECOND_FACTOR", "names roles that don't exist.", f"Use some of: {', '.join(FACTOR_ROLES)}.")

# Django's own default lets every user of the machine read.
FILE_UPLOAD_PERMISSIONS = 0o640
# A large file is moved from there to where it is kept, and keeps the group by which the proxy reads it.
FILE_UPLOAD_TEMP_DIR = DATA_DIR / "uploads"

# The first connection makes the files of SQLite's log, which a full disk refuses, and the last one deletes them.
SQLITE["CONN_MAX_AGE"] = None

# Serves the compiled static files, with far-future headers, without another server.
MIDDLEWARE.insert(
    MIDDLEWARE.index("django.middleware.security.SecurityMiddleware") + 1, "whitenoise.middleware.WhiteNoiseMiddleware"
)
STORAGES = STORAGES | {"staticfiles": {"BACKEND": "cms.reader.caches.StaticFilesStorage"}}

# To stderr, which systemd's journal keeps. Django's own handlers write nothing of an error unless ADMINS gets mail.
LOG_FORMAT = env.text("LOG_FORMAT", "text", "How the log is written: text, or json for programs that collect logs")
if LOG_FORMAT not in {"text", "json"}:
    env.problem("LOG_FORMAT", f"{LOG_FORMAT!r} is no form of a log.", "Use text or json.")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"private": {"()": "cms.logs.PrivateFormatter", "form": LOG_FORMAT}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "private"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        "cms": {"level": "INFO"},
        "django": {"handlers": [], "level": "INFO"},
        # Addresses that don't exist, and hosts that aren't ours: anybody could fill a disk with them.
        "django.request": {"level": "ERROR"},
        "django.security.DisallowedHost": {"handlers": [], "level": "CRITICAL"},
    },
}

globals().update(
    mail_settings(
        env.text("MAIL_URL", "smtp://localhost:25", "SMTP server, as smtp[s]://user:password@host:port"),
        sender=env.text("MAIL_FROM", "newsroom@localhost", "Address that the newsroom's mail comes from"),
    )
)
CHORSU_DELIVERY["MAILER"] = "server"

env.refuse_problems()
FILE_UPLOAD_TEMP_DIR.mkdir(mode=0o750, exist_ok=True)
