"""The service as its servers import it: ``asgi`` for Granian, ``wsgi`` for a call in process."""

from __future__ import annotations

import config.settings  # noqa: F401 - first, so that a fault in it ends the process in its words

# isort: split
import os

import django
from django.conf import settings

from adapters.orm.demo_guard import refuse_the_demo
from adapters.server.asgi import THREADS_VARIABLE, Front
from adapters.server.forwarded import Proxies
from adapters.server.garbage import settle
from adapters.server.wsgi import Utf8Handler

django.setup(set_prefix=False)

# isort: split
from adapters.orm.repositories.security_log import LoggingSecurityLog  # noqa: E402 - it needs models
from config.keys_loaded import tell_of_keys  # noqa: E402

tell_of_keys(settings.ENVIRONMENT.key_ring, LoggingSecurityLog())
if not settings.DEBUG:
    refuse_the_demo()
wsgi = Utf8Handler()
asgi = Front(
    wsgi,
    threads=int(os.environ.get(THREADS_VARIABLE, "4")),
    proxies=Proxies(settings.TRUSTED_PROXY_NETWORKS),
)
settle()
