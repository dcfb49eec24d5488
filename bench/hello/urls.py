"""One route, where the service has its own."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import path
from ninja import NinjaAPI

api = NinjaAPI()


@api.get("/v1/metrics")
def hello(request: HttpRequest) -> dict[str, str]:  # noqa: ARG001 - Ninja hands it over
    """Say it."""
    return {"hello": "world"}


urlpatterns = [path("api/", api.urls)]
