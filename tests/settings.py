"""Production's settings (DEBUG off) for the tests, on an environment of their own."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from tests.keys import ACTIVE_PEM

_ENVIRONMENT = {
    "DEBUG": "false",
    "SECRET_KEY": "".join(chr(65 + n % 26) + str(n) for n in range(40)),
    "ALLOWED_HOSTS": "testserver,localhost,127.0.0.1",
    "JWT_PRIVATE_KEY": ACTIVE_PEM,
    "JWT_ISSUER": "https://auth.test",
    "JWT_AUDIENCE": "shellui-test",
    "TRUSTED_PROXY_IPS": "10.9.8.7",
    "CORS_ALLOWED_ORIGINS": "https://app.test",
    "LOG_LEVEL": "INFO",
}
for name in list(os.environ):
    if name.startswith("JWT_") or name == "METRICS_DATABASE_URL":
        del os.environ[name]
os.environ.update(_ENVIRONMENT)
os.environ["DATABASE_URL"] = os.environ.get("DATABASE_URL") or "sqlite:///:memory:"

from config.settings import *  # noqa: E402, F403
from config.settings import DATABASES, MIDDLEWARE, STORAGES  # noqa: E402

ROOT_URLCONF = "tests.urls"
REQUEST_LOG = "tests.service.request_log"
HTTPS_REQUIRED = False
SECURE_SSL_REDIRECT = False  # the test client speaks plain HTTP; a test of its own turns it on
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # made for speed, as tests are
STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
MIDDLEWARE = [name for name in MIDDLEWARE if not name.startswith("whitenoise.")]

# A database of this process's own: several runs at once do not meet.
_default = DATABASES["default"]
if "sqlite" in _default["ENGINE"]:
    folder = Path(tempfile.mkdtemp(prefix="shellui-test-"))
    _default["NAME"] = folder / "unused.sqlite3"
    _default["TEST"] = {"NAME": folder / "test.sqlite3"}
else:
    _default["TEST"] = {"NAME": f"test_shellui_{os.getpid()}"}
