"""Requests as Django reads them here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.handlers.wsgi import WSGIHandler, WSGIRequest
from django.utils.http import parse_header_parameters


class Utf8Request(WSGIRequest):
    """Text is UTF-8, whatever charset the client names.

    Django reads the query string by the charset of the body: one such as ``utf-16`` would hide a
    parameter's name, and ``base64`` would fail before any middleware could answer.
    """

    def _set_content_type_params(self, meta: Mapping[str, Any]) -> None:
        declared = meta.get("CONTENT_TYPE", "")
        try:
            content_type, params = parse_header_parameters(declared)
        except (ValueError, LookupError):  # parameters nobody can read, behind a type
            content_type, params = declared.partition(";")[0].strip().lower(), {}
        self.content_type, self.content_params = content_type, params


class Utf8Handler(WSGIHandler):
    """Django's own, with our requests."""

    request_class = Utf8Request
