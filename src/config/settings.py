"""Django's settings, all derived from the environment (see ``config.environment``)."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from csp.constants import NONE, SELF

from adapters.server.logs import logging_config
from config.environment import ConfigurationError, read_environment
from config.installed import AUTH_USER_MODEL, INSTALLED_APPS  # noqa: F401 - settings, too

BASE_DIR = Path(__file__).resolve().parents[2]
LOCAL_DIR = BASE_DIR / ".local"

try:
    ENVIRONMENT = read_environment(os.environ, local=LOCAL_DIR)
except ConfigurationError as exc:
    sys.exit(str(exc))  # words, and no traceback, for every command and every worker

DEBUG = ENVIRONMENT.debug
SECRET_KEY = ENVIRONMENT.secret_key
ALLOWED_HOSTS = ENVIRONMENT.allowed_hosts
TRUSTED_PROXY_NETWORKS = ENVIRONMENT.trusted_proxies

MIDDLEWARE = [
    "adapters.server.load.LoadMiddleware",
    "adapters.server.api_chain.ApiChainMiddleware",  # /api/v1/ goes no further than here
    "adapters.server.request_id.RequestIdMiddleware",
    "corsheaders.middleware.CorsMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "adapters.server.door.DoorMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "adapters.server.methods.MethodsMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "adapters.server.middleware.ApiMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "adapters.server.door.SlashMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
]
REQUEST_LOG = "adapters.server.background.request_log"
OPEN_PATHS = ("/.well-known/jwks.json", "/health/live", "/health/ready")
"""They say the same to everybody, by whatever name or scheme they are asked."""
SILENCED_SYSTEM_CHECKS = ["admin.E408", "security.W005", "security.W021"]
"""Django's own middleware for sign-ins: ``adapters.pages.browser`` tells our admin who is there.
HSTS speaks for other hosts, and for good, only when ``HSTS`` asks for it."""
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.application.wsgi"
APPEND_SLASH = True
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "adapters.server.address.address",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

DATABASES: dict[str, dict[str, Any]] = {"default": ENVIRONMENT.database}
if ENVIRONMENT.metrics_database is not None:
    DATABASES["metrics"] = {**ENVIRONMENT.metrics_database, "TEST": {"MIRROR": "default"}}
METRICS_DATABASE = "metrics" if ENVIRONMENT.metrics_database is not None else "default"

_DJANGO = "django.contrib.auth.password_validation"
AUTH_PASSWORD_VALIDATORS: list[dict[str, Any]] = [
    {
        "NAME": f"{_DJANGO}.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("email", "name")},
    },
    {"NAME": f"{_DJANGO}.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": f"{_DJANGO}.CommonPasswordValidator"},
    {"NAME": f"{_DJANGO}.NumericPasswordValidator"},
    {"NAME": "adapters.orm.own_words.OwnWordsValidator"},
]

LANGUAGE_CODE = "en"
USE_I18N = False
TIME_ZONE = "UTC"
FORMAT_MODULE_PATH = ["adapters.orm.formats"]
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STORAGES = {
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage",
    },
}
WHITENOISE_USE_FINDERS = DEBUG

# Security. Plain HTTP is for development; a proxy that ends TLS is named in TRUSTED_PROXY_IPS.
HTTPS_REQUIRED = ENVIRONMENT.https_required and not DEBUG
BASE_URL = ENVIRONMENT.base_url
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_SSL_REDIRECT = HTTPS_REQUIRED  # of pages; the API refuses
SECURE_SSL_HOST = urlsplit(BASE_URL).netloc or None
SECURE_REDIRECT_EXEMPT = [f"^{re.escape(path[1:])}$" for path in OPEN_PATHS]
SECURE_HSTS_SECONDS = 0 if DEBUG else 365 * 24 * 3600
SECURE_HSTS_INCLUDE_SUBDOMAINS = ENVIRONMENT.hsts in {"subdomains", "preload"}
SECURE_HSTS_PRELOAD = ENVIRONMENT.hsts == "preload"
SECURE_REFERRER_POLICY = "same-origin"
# Cookies. A browser takes a __Host- cookie from this very host alone, over HTTPS, for all paths:
# nobody on a sister host, on another path or in the way of plain HTTP can plant one.
_HOST = "" if DEBUG else "__Host-"
SESSION_ENGINE = "adapters.orm.browser_sessions"
SESSION_COOKIE_NAME = f"{_HOST}shellui-session"
SESSION_COOKIE_SECURE = not DEBUG
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_NAME = f"{_HOST}shellui-csrf"
CSRF_COOKIE_SECURE = not DEBUG
CSRF_COOKIE_HTTPONLY = True
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"  # no third cookie
CSRF_TRUSTED_ORIGINS = ENVIRONMENT.csrf_trusted_origins
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    },
}

DOCS_FRAME_ANCESTORS = ENVIRONMENT.docs_frame_ancestors
CORS_ALLOWED_ORIGINS = ENVIRONMENT.cors_allowed_origins
CORS_ALLOW_ALL_ORIGINS = not CORS_ALLOWED_ORIGINS  # shells live on domains nobody knows beforehand
CORS_URLS_REGEX = r"^/api/(v1/|openapi\.json$|schema/$)"
CORS_ALLOW_CREDENTIALS = False  # a bearer token is sent by whoever has it, a cookie by any page
CORS_ALLOW_METHODS = ("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE")
CORS_ALLOW_HEADERS = ("accept", "authorization", "content-type", "x-request-id")
CORS_EXPOSE_HEADERS = ("retry-after", "www-authenticate", "x-request-id", "x-token-expires-at")

DATA_UPLOAD_MAX_MEMORY_SIZE = 64 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1000

LOGGING = logging_config(ENVIRONMENT.log_level, ENVIRONMENT.log_format)
