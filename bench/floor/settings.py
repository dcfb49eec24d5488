"""Django with nothing on it: no middleware, no app, one view. ``FLOOR_BODY`` names its bytes."""

from __future__ import annotations

import os
from pathlib import Path

SECRET_KEY = "floor" * 20
ALLOWED_HOSTS = ["localhost", "127.0.0.1"]
USE_TZ = True
USE_I18N = False
ROOT_URLCONF = "bench.floor.urls"
FLOOR_BODY = Path(os.environ["FLOOR_BODY"]).read_bytes()
