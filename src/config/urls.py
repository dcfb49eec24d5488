"""The routes, mounted on the running service."""

from __future__ import annotations

from functools import partial

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

from adapters.admin.build import build_admin_site
from adapters.admin.site import ShellUIAdminSite
from adapters.orm.health import waiting_migrations
from adapters.pages.browser import caller_at
from adapters.pages.docs import docs_urls
from adapters.pages.guard import ask_password
from adapters.pages.services import PageServices
from adapters.pages.sign_in import admin_sign_in_urls
from adapters.pages.views import token_pages
from adapters.prometheus.exposition import render
from adapters.server.discovery import discovery_urls
from api.errors import STATUS
from api.factory import create_api
from config.container import services
from domain.events.event import Means
from domain.services import Services

Routes = list[URLPattern | URLResolver]


def routes(built: Services) -> Routes:
    """Every route of the service; tests mount them on services of their own."""
    api = create_api(built, render=render)
    pages = PageServices(**vars(built), status=STATUS)
    return [
        *discovery_urls(
            jwks=settings.ENVIRONMENT.key_ring.jwks, waiting_migrations=waiting_migrations
        ),
        path("api/", api.urls),
        path("api/", include(docs_urls(api))),
        path("tokens/", include(token_pages(pages))),
        path("admin/", include(admin_sign_in_urls(pages))),
        path("admin/", _admin(pages).urls),
    ]


def _admin(built: PageServices) -> ShellUIAdminSite:
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
