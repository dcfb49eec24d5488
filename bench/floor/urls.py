"""One view for every path."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import re_path

_TYPE = "text/plain; version=0.0.4; charset=utf-8"


def same_bytes(_request: HttpRequest) -> HttpResponse:
    """What the service answered once."""
    return HttpResponse(settings.FLOOR_BODY, content_type=_TYPE)


urlpatterns = [re_path("", same_bytes)]
