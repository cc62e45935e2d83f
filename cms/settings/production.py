"""Settings for a site on the internet: everything that differs comes from the environment."""

from __future__ import annotations

from cms.settings.base import *
from cms.settings.env import env
from cms.settings.mail import mail_settings

if not SECRET_KEY:
    env.problem(
        "SECRET_KEY",
        "is missing: sessions and password links can't be signed.",
        'Set it to the output of: python -c "import secrets; print(secrets.token_urlsafe(50))"',
    )
if not ALLOWED_HOSTS:
    env.problem("ALLOWED_HOSTS", "is missing: every request would be refused.", "Set it to the site's host names.")

# Behind a proxy that ends TLS and sets this header; one that lets clients set it must not be used.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_SSL_REDIRECT = env.flag("SSL_REDIRECT", default=True, meaning="Redirect plain HTTP to HTTPS")
SECURE_HSTS_SECONDS = env.number("HSTS_SECONDS", 31_536_000, "How long browsers insist on HTTPS, in seconds")
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
SCHEME = "https" if SECURE_SSL_REDIRECT else "http"
CSRF_TRUSTED_ORIGINS = [f"{SCHEME}://{host}" for host in ALLOWED_HOSTS if not host.startswith((".", "*"))]

# Serves the compiled static files, with far-future headers, without another server.
MIDDLEWARE.insert(
    MIDDLEWARE.index("django.middleware.security.SecurityMiddleware") + 1, "whitenoise.middleware.WhiteNoiseMiddleware"
)
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

globals().update(
    mail_settings(
        env.text("MAIL_URL", "smtp://localhost:25", "SMTP server, as smtp[s]://user:password@host:port"),
        sender=env.text("MAIL_FROM", "newsroom@localhost", "Address that the newsroom's mail comes from"),
    )
)
