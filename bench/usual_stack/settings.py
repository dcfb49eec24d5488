"""Settings, from the same environment as the service's."""

from __future__ import annotations

import os
from pathlib import Path

import dj_database_url
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_private_key,
)

BASE_DIR = Path(__file__).resolve().parent
SECRET_KEY = os.environ["SECRET_KEY"]
DEBUG = False
ALLOWED_HOSTS = ["localhost", "127.0.0.1"]
LEAN = os.environ.get("USUAL_STACK") == "lean"
"""Only what two reading routes need: no last use is written, no page could be served."""
INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "rest_framework",
    "bench.usual_stack",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
if LEAN:
    MIDDLEWARE = [name for name in MIDDLEWARE if "Security" in name or "Common" in name]
ROOT_URLCONF = "bench.usual_stack.urls"
WSGI_APPLICATION = "bench.usual_stack.wsgi.application"
USE_TZ = True
TIME_ZONE = "UTC"
AUTH_USER_MODEL = "usual_stack.User"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

DATABASES = {"default": dj_database_url.parse(os.environ["DATABASE_URL"], conn_max_age=600)}
if "sqlite" in DATABASES["default"]["ENGINE"]:
    DATABASES["default"]["CONN_MAX_AGE"] = None
    DATABASES["default"]["OPTIONS"] = {
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL",
        "transaction_mode": "IMMEDIATE",
    }

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["bench.usual_stack.auth.TokenAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
}
_private = load_pem_private_key(os.environ["JWT_PRIVATE_KEY"].encode(), password=None)
SIMPLE_JWT = {
    "ALGORITHM": "RS256",
    "SIGNING_KEY": os.environ["JWT_PRIVATE_KEY"],
    "VERIFYING_KEY": _private.public_key()
    .public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    .decode(),
    "ISSUER": os.environ["JWT_ISSUER"],
    "AUDIENCE": os.environ["JWT_AUDIENCE"],
    "USER_ID_CLAIM": "user_id",
}
