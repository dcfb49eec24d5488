"""Django with nothing on it but Ninja."""

from __future__ import annotations

SECRET_KEY = "hello" * 20
ALLOWED_HOSTS = ["localhost", "127.0.0.1"]
USE_TZ = True
USE_I18N = False
ROOT_URLCONF = "bench.hello.urls"
