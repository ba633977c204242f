"""Django's settings, read from the environment once.

REGULARS_DATA          the data folder (default ./regulars-data)
REGULARS_DATABASE_URL  a PostgreSQL instead of the encrypted file in the data folder
REGULARS_KEY           the key itself (64 hexadecimal digits), or
REGULARS_KEY_FILE      where it lies (default: the file `key` in the data folder)
REGULARS_URL           the addresses people type, separated by commas (default http://localhost:8000); with https,
                       cookies and pages never travel in the clear
REGULARS_API_RATE      how many requests one token may send to the API in so many seconds (default 200/4)
REGULARS_EMAIL         what sends codes to e-mails: smtp://USER:PASSWORD@HOST:PORT (or smtps://), or console, which
                       writes them on the screen of the server (default: nothing does)
REGULARS_EMAIL_FROM    whom those e-mails are from, as "Westlands <shop@example.org>"
REGULARS_SMS           what sends codes to phones: https://KEY@gateway.example/send, the path of a class of your own, or
                       console (default: nothing does)
REGULARS_ENGINE        the Spark that --engine spark asks: spark://HOST:7077, or sc://HOST:15002 (Spark Connect)
"""

import os
import re
from pathlib import Path
from typing import Any

import dj_database_url

from regulars.config.addresses import addresses_read
from regulars.config.engines import engine_read
from regulars.config.errors import RateUnreadable
from regulars.config.posting import post_read
from regulars.core.errors import RegularsError
from regulars.storage.folder import DataFolder

DATA_FOLDER = DataFolder(Path(os.environ.get("REGULARS_DATA", "regulars-data")))
DATABASE_URL = os.environ.get("REGULARS_DATABASE_URL", "")
ADDRESSES = addresses_read(os.environ.get("REGULARS_URL", "http://localhost:8000"))
ENGINE = engine_read(os.environ.get("REGULARS_ENGINE", ""))


def _database() -> dict[str, Any]:
    if DATABASE_URL:
        address = dj_database_url.parse(DATABASE_URL)
        # Any number lets statements be prepared; which ones, storage/preparing.py says.
        options = {"prepare_threshold": 1} | address.get("OPTIONS", {})
        return {**address, "OPTIONS": options, "CONN_HEALTH_CHECKS": True, "CONN_MAX_AGE": 600}
    return {
        "ENGINE": "regulars.storage.sqlcipher",
        "NAME": str(DATA_FOLDER.database),
        "OPTIONS": {"folder": DATA_FOLDER, "transaction_mode": "IMMEDIATE", "timeout": 20, "cached_statements": 512},
        "CONN_MAX_AGE": None,
        # Tests use a real file too: memory has no write-ahead log to check.
        "TEST": {"NAME": str(DATA_FOLDER.path / "test.db")},
    }


def _secret_key() -> str:
    """What signs cookies and forms: follows from the shop's own key, so unique per install.

    Without a key that can be read nobody signs in; what is wrong with it is said when the database is opened.
    """
    try:
        return DATA_FOLDER.secret("django")
    except RegularsError:
        return os.urandom(32).hex()


def _rate(text: str) -> str:
    if not re.fullmatch(r"[1-9]\d{0,8}/[1-9]\d{0,4}", text):
        raise RateUnreadable(value=text)
    return text


DATABASES = {"default": _database()}
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "csp",
    "django_htmx",
    "django_tasks",
    "django_tasks_db",
    "lucide",
    "regulars.storage",
    "regulars.access",
    "regulars.events",
    "regulars.privacy",
    "regulars.customers",
    "regulars.sales",
    "regulars.groups",
    "regulars.segments",
    "regulars.balances",
    "regulars.offers",
    "regulars.checkout",
    "regulars.reports",
    "regulars.exchange",
    "regulars.api",
    "regulars.web",
]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en"
DEBUG = False

ROOT_URLCONF = "regulars.config.urls"
WSGI_APPLICATION = "regulars.config.wsgi.application"
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "regulars.api.middleware.ShortWayMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "regulars.web.middleware.AddressMiddleware",
    "regulars.web.middleware.ReadingMiddleware",
    "regulars.web.middleware.ActorMiddleware",
    "regulars.web.middleware.RefusalMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "regulars.web.context.page_context",
            ],
        },
    }
]

# People and what they may

AUTH_USER_MODEL = "access.Person"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ["login", "name"]},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "sign-in"
SECRET_KEY = _secret_key()

# Where the pages are, and that they stay ours

ALLOWED_HOSTS = ADDRESSES.hosts
CSRF_TRUSTED_ORIGINS = ADDRESSES.origins
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = ADDRESSES.is_secure
SECURE_HSTS_SECONDS = 365 * 86_400 if ADDRESSES.is_secure else 0
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "regulars_session", "regulars_csrf"
# Signed in at most this long, and this long without doing anything, in seconds (web/middleware.py).
SESSION_COOKIE_AGE = 12 * 3600
SESSION_IDLE_AGE = 60 * 60
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "manifest-src": ["'self'"],
        "connect-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
    }
}
STATIC_URL = "/static/"
WHITENOISE_USE_FINDERS = True
# What pages upload goes to a file; anything else is small.
DATA_UPLOAD_MAX_MEMORY_SIZE = 6 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
# Beside the data: what people upload never lies where others look.
FILE_UPLOAD_TEMP_DIR = str(DATA_FOLDER.path) if DATA_FOLDER.path.is_dir() else None
FORM_RENDERER = "django.forms.renderers.DjangoTemplates"

API_RATE = _rate(os.environ.get("REGULARS_API_RATE", "200/4"))

# Messages to customers (access/sending.py)

_POST = post_read(email=os.environ.get("REGULARS_EMAIL", ""), sms=os.environ.get("REGULARS_SMS", ""))
SENDERS = {"email": _POST.email, "phone": _POST.phone}
SMS_ADDRESS, SMS_KEY = _POST.sms_address, _POST.sms_key
EMAIL_HOST, EMAIL_PORT, EMAIL_TIMEOUT = _POST.host, _POST.port, 10
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _POST.user, _POST.password
EMAIL_USE_TLS, EMAIL_USE_SSL = _POST.is_tls, _POST.is_ssl
DEFAULT_FROM_EMAIL = os.environ.get("REGULARS_EMAIL_FROM", "regulars@localhost")

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default"]}}
