"""Where the service is found, as its pages show it to be copied."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest


def address(request: HttpRequest) -> dict[str, dict[str, str]]:
    """For templates: ``BASE_URL``, else the scheme and host that this request was sent to."""
    base = settings.BASE_URL or f"{request.scheme}://{request.get_host()}"
    scheme, _, host = base.partition("://")
    return {"service": {"scheme": scheme, "host": host}}
