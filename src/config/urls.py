"""The routes, mounted on the running service."""

from __future__ import annotations

from django.contrib import admin
from django.urls import URLPattern, URLResolver, path

from api.discovery import discovery_urls
from api.factory import create_api
from api.services import Services
from config.container import services

Routes = list[URLPattern | URLResolver]


def routes(built: Services) -> Routes:
    """Every route of the service; tests mount them on services of their own."""
    return [
        *discovery_urls(built),
        path("api/", create_api(built).urls),
        path("admin/", admin.site.urls),
    ]


urlpatterns = routes(services())
handler400 = "api.failures.bad_request"
handler403 = "api.failures.forbidden"
handler404 = "api.failures.not_found"
handler500 = "api.failures.server_error"
