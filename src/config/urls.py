"""The routes, mounted on the running service."""

from __future__ import annotations

from functools import partial

from django.urls import URLPattern, URLResolver, include, path

from adapters.admin.build import build_admin_site
from adapters.admin.site import ShellUIAdminSite
from adapters.pages.browser import caller_at
from adapters.pages.guard import ask_password
from adapters.pages.sign_in import admin_sign_in_urls
from adapters.pages.views import token_pages
from api.discovery import discovery_urls
from api.docs import docs_urls
from api.factory import create_api
from api.services import Services
from config.container import services
from domain.events.event import Means

Routes = list[URLPattern | URLResolver]


def routes(built: Services) -> Routes:
    """Every route of the service; tests mount them on services of their own."""
    api = create_api(built)
    return [
        *discovery_urls(built),
        path("api/", api.urls),
        path("api/", include(docs_urls(api))),
        path("tokens/", include(token_pages(built))),
        path("admin/", include(admin_sign_in_urls(built))),
        path("admin/", _admin(built).urls),
    ]


def _admin(built: Services) -> ShellUIAdminSite:
    return build_admin_site(
        now=built.now,
        caller_at=partial(caller_at, services=built, means=Means.ADMIN),
        ask_password=partial(ask_password, services=built),
        tokens=built.administer,
        reach=built.reach,
        people=built.people,
        credentials=built.credentials,
        security=built.people.security,
    )


urlpatterns = routes(services())
handler400 = "adapters.server.failures.bad_request"
handler403 = "adapters.server.failures.forbidden"
handler404 = "adapters.server.failures.not_found"
handler500 = "adapters.server.failures.server_error"
