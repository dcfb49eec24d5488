"""The service's own server, on whatever settings: what stands before the floor and the hello."""

from __future__ import annotations

import os

import django

from adapters.server.asgi import THREADS_VARIABLE, Front
from adapters.server.garbage import settle
from adapters.server.wsgi import Utf8Handler

django.setup(set_prefix=False)
asgi = Front(Utf8Handler(), threads=int(os.environ[THREADS_VARIABLE]))
settle()
