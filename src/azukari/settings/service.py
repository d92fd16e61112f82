"""Settings of one installation.

Everything that differs between installations comes from the environment (`AZUKARI_…`) and
from the data folder; nothing is guessed.  `azukari check --deploy` lists what is insecure.
"""

from pathlib import Path
from typing import Any

import dj_database_url

from azukari.settings import reading

DATA_FOLDER = Path(reading.text("AZUKARI_DATA"))
MODE = reading.choice("AZUKARI_MODE", ("production", "demo"))
DEBUG = False
SECRET_KEY = reading.secret("AZUKARI_SECRET_KEY", DATA_FOLDER / "keys" / "secret.key")
# The vault reads these two by itself; a wrong one must be told at the start, not at a reading.
reading.file_of("AZUKARI_ROOT_PASSPHRASE_FILE")
reading.folders("AZUKARI_RING_HOLDERS")
ERASURE_CLASS = reading.erasure_class()
BACKUP_RETENTION_DAYS = reading.number("AZUKARI_BACKUP_RETENTION_DAYS", 35)
# Snapshots of a hypervisor or a storage that hold the ring's volumes are copies of the ring.
SNAPSHOT_RETENTION_DAYS = reading.number("AZUKARI_SNAPSHOT_RETENTION_DAYS", 0)
ALLOWED_HOSTS = reading.words("AZUKARI_HOSTS", "localhost,127.0.0.1,[::1]")
# Browsers remember the chosen certificate per host name: below this domain every first label
# leads here, so that a fresh one makes the browser ask again.  Empty where there is none.
CHOOSE_AGAIN_DOMAIN = reading.text(
    "AZUKARI_CHOOSE_AGAIN_DOMAIN", "azukari.localhost" if MODE == "demo" else ""
)
if CHOOSE_AGAIN_DOMAIN:
    ALLOWED_HOSTS += [f".{CHOOSE_AGAIN_DOMAIN}"]
CSRF_TRUSTED_ORIGINS: list[str] = reading.words("AZUKARI_ORIGINS")


def _database(name: str, application: str) -> dict[str, Any]:
    settings: dict[str, Any] = dict(
        dj_database_url.parse(reading.database_url(name), conn_max_age=None)
    )
    settings["CONN_HEALTH_CHECKS"] = True
    settings["OPTIONS"] = {
        **settings.get("OPTIONS", {}),
        "application_name": application,
        # Named prepared statements would survive SET LOCAL scopes, but not poolers.
        "prepare_threshold": None,
        # Plans of foreign-key checks are kept per connection; one made while a table was small
        # walks the whole table for every row of a later bulk load (measured: 4 x slower).
        # Dates as texts are 2026-04-01, whatever the server writes for others.
        "options": "-c plan_cache_mode=force_custom_plan -c datestyle=ISO,YMD",
    }
    return settings


DATABASES = {
    "default": _database("AZUKARI_DATABASE_URL", "azukari"),
    # Readings are written down on a connection of their own, so that a rollback of the
    # business transaction cannot take back the fact that a number was read.
    "ledger": _database("AZUKARI_DATABASE_URL", "azukari ledger"),
    "keys": _database("AZUKARI_KEYS_DATABASE_URL", "azukari vault"),
}
DATABASE_ROUTERS = ["azukari.settings.routing.KeyStoreRouter"]

INSTALLED_APPS = [
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django_htmx",
    "csp",
    "procrastinate.contrib.django",
    "azukari",
    "azukari.vault",
]

MIDDLEWARE = [
    "azukari.web.middleware.RequestIdentity",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "azukari.web.middleware.NoStore",
    "azukari.web.doors.PortalDoor",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "azukari.web.middleware.Refusals",
]

ROOT_URLCONF = "azukari.urls"
AUTH_USER_MODEL = "azukari.User"
APPEND_SLASH = False
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [Path(__file__).parent.parent / "web" / "templates"],
        "APP_DIRS": False,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "azukari.web.context.page",
            ],
            "libraries": {"components": "azukari.web.templatetags.components"},
        },
    }
]
FORM_RENDERER = "django.forms.renderers.DjangoTemplates"

LANGUAGE_CODE = "ja"
TIME_ZONE = "Asia/Tokyo"
USE_I18N = True
# The portal speaks these; the operators' site is Japanese.
LANGUAGES = [("ja", "日本語"), ("ja-easy", "やさしい日本語"), ("en", "English")]
LOCALE_PATHS = [Path(__file__).parent.parent / "web" / "portal" / "texts"]
USE_TZ = True

# Signing in ---------------------------------------------------------------------------------
PASSWORD_HASHERS = ["azukari.tenancy.passwords.Argon2id"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        # NIST SP 800-63B-4: a password that stands alone has at least 15 characters.
        # The client certificate is shared by everybody of the contract, so it is no second factor.
        "OPTIONS": {"min_length": 15},
    },
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("user_code", "name", "mail")},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
SESSION_ENGINE = "azukari.tenancy.sessions"
SESSION_COOKIE_NAME = "__Host-azukari_operator"
SESSION_COOKIE_SECURE = True
SESSION_COOKIE_SAMESITE = "Strict"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_IDLE_SECONDS = 30 * 60
CSRF_COOKIE_NAME = "__Host-azukari_operator_csrf"
CSRF_COOKIE_SECURE = True
CSRF_COOKIE_SAMESITE = "Strict"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "azukari.web.errors.csrf_failure"
# How many attempts to come in one address may make at once at the portal (then ten a second).
PORTAL_ENTRIES_BURST = reading.number("AZUKARI_PORTAL_ENTRIES_BURST", 300)
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

SECURE_CONTENT_TYPE_NOSNIFF = True
# Not "no-referrer": browsers then send `Origin: null` with forms, and the origin check refuses.
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = reading.number("AZUKARI_HSTS_SECONDS", 0 if MODE == "demo" else 31_536_000)
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
        "base-uri": ["'none'"],
    }
}

STATIC_URL = "/static/"
STATICFILES_DIRS = [Path(__file__).parent.parent / "web" / "static"]

# Uploads are read into the vault, never into a temporary file: a file of numbers on disk in
# clear would outlive its disposal.
FILE_UPLOAD_HANDLERS = ["azukari.web.uploads.PackingHandler"]
FILE_UPLOAD_MAX_MEMORY_SIZE = reading.number("AZUKARI_UPLOAD_BYTES", 300 * 1024 * 1024)
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000

# Mail -----------------------------------------------------------------------------------------
# Any backend of Django; providers by django-anymail (pip install azukari[mail]).  The demo keeps
# what it would send in its data folder, and shows it.
EMAIL_BACKEND = reading.text(
    "AZUKARI_MAIL_BACKEND",
    "azukari.settings.demo_mail.DemoOutbox"
    if MODE == "demo"
    else "django.core.mail.backends.smtp.EmailBackend",
)
EMAIL_HOST = reading.text("AZUKARI_MAIL_HOST", "localhost")
EMAIL_PORT = reading.number("AZUKARI_MAIL_PORT", 25)
EMAIL_HOST_USER = reading.text("AZUKARI_MAIL_USER", "")
EMAIL_HOST_PASSWORD = reading.secret("AZUKARI_MAIL_PASSWORD", default="")
_MAIL_SECURITY = reading.choice("AZUKARI_MAIL_SECURITY", ("none", "starttls", "tls"))
EMAIL_USE_TLS = _MAIL_SECURITY == "starttls"
EMAIL_USE_SSL = _MAIL_SECURITY == "tls"
EMAIL_TIMEOUT = reading.number("AZUKARI_MAIL_TIMEOUT", 30)
# What django-anymail wants to know, by its own names: AZUKARI_ANYMAIL_POSTMARK_SERVER_TOKEN …
ANYMAIL: dict[str, object] = {
    # A provider without them still sends; only its word on a mail finds no way back to it.
    "IGNORE_UNSUPPORTED_FEATURES": True,
    # Who is refused at once is told by the state of the message (collect/mail_answers.py).
    "IGNORE_RECIPIENT_STATUS": True,
    **reading.secrets_below("AZUKARI_ANYMAIL_"),
}
DEFAULT_FROM_EMAIL = reading.text("AZUKARI_MAIL_FROM", "azukari@localhost")
OPERATOR_URL = reading.text("AZUKARI_OPERATOR_URL", "https://localhost:8443/").rstrip("/") + "/"
PORTAL_URL = reading.text("AZUKARI_PORTAL_URL", "https://localhost:8444/").rstrip("/") + "/"

# Jobs -----------------------------------------------------------------------------------------
PROCRASTINATE_IMPORT_PATHS = [
    "azukari.jobs.sheets",
    "azukari.jobs.bulk",
    "azukari.jobs.difference",
    "azukari.jobs.exports",
    "azukari.jobs.filings",
    "azukari.jobs.keeping",
    "azukari.jobs.link",
    "azukari.jobs.dispose",
    "azukari.jobs.collect",
    "azukari.jobs.mails",
    "azukari.jobs.upkeep",
]
PROCRASTINATE_ON_APP_READY = None
PROCRASTINATE_READONLY_MODELS = True

# Where the certificate of the peer comes from: the embedded server reads it off the connection;
# behind a proxy it is a header that counts only together with this secret.
PROXY_SECRET = reading.secret("AZUKARI_PROXY_SECRET", default="")
PROXY_PEERS = reading.words("AZUKARI_PROXY_PEERS", "")

LOGGING_CONFIG = None  # azukari.settings.logs configures it, with masking
