"""The pages about the API, and its document: for people, and for programs that read either form."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache, partial
from typing import cast

import yaml
from csp.constants import UNSAFE_INLINE
from csp.decorators import csp_replace, csp_update
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET
from ninja import NinjaAPI, Redoc, Swagger
from ninja.responses import NinjaJSONEncoder

View = Callable[..., HttpResponse]

_SWAGGER = Swagger(settings={"persistAuthorization": False, "displayRequestDuration": True})


class _Redoc(Redoc):
    """With a page that holds no code, which the policy would stop."""

    template = "docs/redoc.html"


def docs_urls(api: NinjaAPI) -> list[URLPattern]:
    """Build the routes."""
    swagger = partial(_SWAGGER.render_page, api=api)
    redoc = partial(_Redoc().render_page, api=api)

    @cache
    def document() -> bytes:
        """The document does not change while the process runs, and takes a while to write."""
        plain = json.loads(json.dumps(api.get_openapi_schema(), cls=NinjaJSONEncoder))
        return yaml.safe_dump(plain, sort_keys=False, allow_unicode=True, encoding="utf-8")

    def schema(_request: HttpRequest) -> HttpResponse:
        return HttpResponse(document(), content_type="application/yaml")  # RFC 9512

    return [
        path("docs/", _read_only(_framed(swagger)), name="docs"),
        path("docs/redoc/", _read_only(_framed(_styled_by_scripts(redoc))), name="redoc"),
        path("schema/", _read_only(schema), name="schema"),
    ]


def _read_only(page: View) -> View:
    """Exempt from CSRF: a program that errs is told of methods, not of cookies."""
    return csrf_exempt(require_GET(page))


def _framed(page: View) -> View:
    """Let the page be framed by whom the configuration names.

    X-Frame-Options knows no list of origins, and would forbid what the policy allows: it is absent.
    """
    framed = csp_replace({"frame-ancestors": settings.DOCS_FRAME_ANCESTORS})(page)
    return cast("View", xframe_options_exempt(framed))


def _styled_by_scripts(page: View) -> View:
    """Let Redoc write its own styles, and search in a worker that it makes of text."""
    needed = {"style-src": [UNSAFE_INLINE], "worker-src": ["blob:"]}
    return cast("View", csp_update(needed)(page))
