"""The service as its servers import it: ``asgi`` for Granian, ``wsgi`` for a call in process."""

from __future__ import annotations

import config.settings  # noqa: F401 - first, so that a fault in it ends the process in its words

# isort: split
import os

import django

from adapters.server.asgi import THREADS_VARIABLE, Front
from adapters.server.garbage import settle
from adapters.server.wsgi import Utf8Handler

django.setup(set_prefix=False)
wsgi = Utf8Handler()
asgi = Front(wsgi, threads=int(os.environ.get(THREADS_VARIABLE, "4")))
settle()
