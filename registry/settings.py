"""All settings. What a deployment may choose comes from the environment, typed, loud when wrong.

Every variable is described in `.env.example`. Unset means the safe choice.
"""

import datetime
import os
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import django_stubs_ext
from django.core.exceptions import ImproperlyConfigured
from django.utils.csp import CSP
from django.utils.translation import gettext_lazy as _

from registry import oauth
from registry.embedded import home

# Lets `ModelAdmin[Institution]` and its like be written as the type checker wants them.
django_stubs_ext.monkeypatch()

BASE_DIR = Path(__file__).resolve().parent.parent


def text(name: str, default: str = "") -> str:
    """The variable's value; an empty one counts as unset."""
    return os.environ.get(name, "").strip() or default


def flag(name: str, *, default: bool) -> bool:
    """A yes or no. Anything but 1/true/yes/on and 0/false/no/off is refused."""
    value = text(name).lower()
    if value in {"1", "true", "yes", "on"}:
        return True
    if value in {"0", "false", "no", "off"}:
        return False
    if value:
        message = f"{name}={value!r} is neither yes nor no. Write 1 or 0."
        raise ImproperlyConfigured(message)
    return default


def day(name: str, default: str) -> datetime.date:
    """A date, written YYYY-MM-DD."""
    value = text(name, default)
    try:
        return datetime.date.fromisoformat(value)
    except ValueError as error:
        message = f"{name}={value!r} is not a date. Write it as {default}."
        raise ImproperlyConfigured(message) from error


def words(name: str, default: str = "") -> list[str]:
    """A list, separated by commas."""
    return [word.strip() for word in text(name, default).split(",") if word.strip()]


def database(name: str) -> dict[str, Any]:
    """Django's form of `postgresql://user:password@host:5432/name?sslmode=require`."""
    try:
        url = urlsplit(text(name))
        port = url.port
        options = dict(parse_qsl(url.query, keep_blank_values=True, strict_parsing=bool(url.query)))
    except ValueError as error:
        message = f"{name} cannot be read: {error}."
        raise ImproperlyConfigured(message) from error
    if url.scheme not in {"postgresql", "postgres"} or not url.path.strip("/"):
        message = f"{name} must look like postgresql://user:password@host:5432/name (PostgreSQL 15 or newer)."
        raise ImproperlyConfigured(message)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(url.path.removeprefix("/")),
        "USER": unquote(url.username or ""),
        "PASSWORD": unquote(url.password or ""),
        # A socket directory is written either as ?host=/run/postgresql or, encoded, as the host itself.
        "HOST": options.pop("host", "") or unquote(url.hostname or ""),
        "PORT": str(port or ""),
        "OPTIONS": options,
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }


def mailer(name: str) -> dict[str, Any]:
    """Django's form of `smtp://user:password@host:587?tls=1`; unset prints mail on the console."""
    url = urlsplit(text(name, "console:"))
    if url.scheme == "console":
        return {"BACKEND": "django.core.mail.backends.console.EmailBackend"}
    if url.scheme not in {"smtp", "smtps"} or not url.hostname:
        message = f"{name} must look like smtp://user:password@host:587?tls=1, smtps://… or console:."
        raise ImproperlyConfigured(message)
    return {
        "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "OPTIONS": {
            "host": url.hostname,
            "port": url.port or (465 if url.scheme == "smtps" else 25),
            "username": unquote(url.username or ""),
            "password": unquote(url.password or ""),
            "use_tls": dict(parse_qsl(url.query)).get("tls") == "1",
            "use_ssl": url.scheme == "smtps",
            "timeout": 30,
        },
    }


def secret_key(*, embedded: bool) -> str:
    """The given key. Without one only the embedded database will do: it keeps a random key beside its data."""
    if given := text("SECRET_KEY"):
        return given
    if embedded:
        return home.secret()
    message = "SECRET_KEY is not set. A register with its own database (DATABASE_URL) needs a long random one."
    raise ImproperlyConfigured(message)


# What this place is
LOOPBACK = "localhost,127.0.0.1,[::1]"
EMBEDDED = not text("DATABASE_URL")
DEBUG = flag("DEBUG", default=False)
SECRET_KEY = secret_key(embedded=EMBEDDED)
ALLOWED_HOSTS = words("ALLOWED_HOSTS", LOOPBACK)
# Named hosts are the world's; then only HTTPS will do, unless the deployment says otherwise.
HTTPS = flag("HTTPS", default=not DEBUG and bool(text("ALLOWED_HOSTS")))

# Day on which A-numbers go out of use: from then on no new agreement is asked for on one.
A_NUMBER_PHASE_OUT = day("A_NUMBER_PHASE_OUT", "2021-01-01")
DAR_FILE, CVR_FILE = text("DAR_FILE"), text("CVR_FILE")
METRICS_TOKEN = text("METRICS_TOKEN")

# Databases
DATABASES: dict[str, dict[str, Any]] = {
    "default": {"ENGINE": "registry.embedded", "NAME": home.DATABASE, "USER": home.ROLE, "CONN_HEALTH_CHECKS": True}
    if EMBEDDED
    else database("DATABASE_URL"),
}
if text("DATABASE_REPLICA_URL"):
    DATABASES["replica"] = database("DATABASE_REPLICA_URL") | {"TEST": {"MIRROR": "default"}}

# The house
INSTALLED_APPS = [
    "registry.apps.AdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "import_export",
    "django_htmx",
    "django_tasks_db",
    "oauth2_provider",
    "registry",
    "institutions",
    "agreements",
]
MIDDLEWARE = [
    "registry.metrics.requests.Measured",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "registry.languages.Language",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]
ROOT_URLCONF = "registry.urls"
WSGI_APPLICATION = "registry.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

# People
AUTH_USER_MODEL = "registry.User"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "agreements:log_in"

# Danish first
LANGUAGE_CODE = "da"
LANGUAGES = [("da", _("dansk")), ("en", _("engelsk"))]
TIME_ZONE = "Europe/Copenhagen"

# Safety. Scripts and styles come from our own files alone: nothing inline, in the admin neither.
SECURE_CSP = {
    "default-src": [CSP.SELF],
    "object-src": [CSP.NONE],
    "base-uri": [CSP.NONE],
    "form-action": [CSP.SELF],
    "frame-ancestors": [CSP.NONE],
}
X_FRAME_OPTIONS = "DENY"
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = HTTPS
LANGUAGE_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = 12 * 3600  # a working day, in seconds
if text("PROXY_SSL_HEADER"):
    # Only a proxy that always sets or strips this header may be named: whoever sends it is believed.
    SECURE_PROXY_SSL_HEADER = (f"HTTP_{text('PROXY_SSL_HEADER').upper().replace('-', '_')}", "https")

# Background work: in the same database, so that it is asked for in the transaction of what it follows from
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

# Mail
MAILERS = {"default": mailer("EMAIL_URL")}
MAIL_FROM = text("MAIL_FROM", "Dagtilbudsregisteret <post@dagtilbudsregisteret.example>")
MAIL_REPLY_TO = text("MAIL_REPLY_TO")
MAIL_RETURN = text("MAIL_RETURN", "retur@dagtilbudsregisteret.example")
# Where a mail says that it can be read: nobody asks for a page while mail is sent, so no request can tell.
SITE_URL = text("SITE_URL", "http://127.0.0.1:8000").rstrip("/")
# The demo's mail is kept here, and shown to whoever asks.
MAILBOX = Path(text("MAILBOX")) if text("MAILBOX") else None

# Files that never change under their name
STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / ".static"
DKFDS = BASE_DIR / "node_modules" / "dkfds" / "dist"
STATICFILES_DIRS = [BASE_DIR / "static", *((f"dkfds/{part}", DKFDS / part) for part in ("css", "fonts", "img", "js"))]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

# Systems. Reading is for anyone, without a key or a session.
REST_FRAMEWORK = {
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["registry.api.bodies.Json"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "registry.api.negotiation.Negotiation",
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticatedOrReadOnly"],
    "DEFAULT_METADATA_CLASS": None,
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_THROTTLE_CLASSES": ["registry.api.limiting.Throttle"],
    # X-Forwarded-For is believed from a proxy alone, or anyone could call himself another for each call.
    "NUM_PROXIES": 1 if text("PROXY_SSL_HEADER") else 0,
    "EXCEPTION_HANDLER": "registry.api.problems.handler",
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
OAUTH2_PROVIDER_APPLICATION_MODEL = "registry.Credential"
OAUTH2_PROVIDER = oauth.OPTIONS
SPECTACULAR_SETTINGS = {
    "TITLE": "Dagtilbudsregisteret",
    "DESCRIPTION": _(
        "Danmarks register over dagtilbud for systemer. Felterne hedder det, de hedder i registerets filer. "
        "Tidspunkter er ISO 8601 med tidszone, dage er danske kalenderdage, og perioder er halvåbne: `gyldigTil` er "
        "den første dag uden. Enhver kan læse uden nøgle, op til 600 kald i minuttet fra en adresse; med en nøgle er "
        "der plads til 3.000. `RateLimit` siger i hvert svar, hvad der er tilbage. Fejl er `application/problem+json` "
        "(RFC 9457), og hver har sin egen side."
    ),
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SCHEMA_PATH_PREFIX": "/api/v[0-9]+",
    "POSTPROCESSING_HOOKS": ["drf_spectacular.hooks.postprocess_schema_enums", "registry.api.links.place"],
    **dict.fromkeys(("SERVE_INCLUDE_SCHEMA", "SORT_OPERATIONS", "SORT_OPERATION_PARAMETERS"), False),
    **oauth.DESCRIBED,
}

# Spreadsheets. One truth about who did what: the ledger, so the admin's own log stays empty.
IMPORT_EXPORT_SKIP_ADMIN_LOG = True
IMPORT_EXPORT_USE_TRANSACTIONS = True
# On the machine's disk between preview and confirmation, which another worker process may answer.
IMPORT_EXPORT_TMP_STORAGE_CLASS = "import_export.tmp_storages.TempFolderStorage"

# What is written while running: to standard error, for whatever runs us to keep
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {
        "django": {"handlers": ["console"], "level": "INFO", "propagate": False},
        "mail.log": {"level": "WARNING"},  # the demo's mail server, which tells of every byte
    },
}
