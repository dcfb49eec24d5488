"""For gunicorn."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

os.environ["DJANGO_SETTINGS_MODULE"] = "bench.usual_stack.settings"
application = get_wsgi_application()
