"""The company comes from the token: a ``company_id`` anywhere else is refused, in any disguise."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from io import BytesIO
from urllib.parse import parse_qsl

from django.http import HttpRequest, JsonResponse
from django.http.multipartparser import MultiPartParserError

from api.errors import error

_MULTIPART = "multipart/form-data"
_COMPANY_ID = re.compile(r"(?<![a-z0-9])company[^a-z0-9]*ids?(?![a-z0-9])")


class CompanyIdNotAllowedError(Exception):
    """The request names a company, which only its token may."""


def company_id_not_allowed() -> JsonResponse:
    """The 400 for a request that names a company."""
    return error(
        400,
        "company_id_not_allowed",
        "The company is taken from the token. Remove company_id from the request.",
    )


def refuse_company_id(request: HttpRequest) -> None:
    """Look through the query string and the body's keys.

    Raises:
        CompanyIdNotAllowedError: ``company_id`` is there, even empty, repeated or oddly spelt.
    """
    query = request.META.get("QUERY_STRING", "")
    if any(_means_company_id(key) for key in (*_pair_keys(query), *_body_keys(request))):
        raise CompanyIdNotAllowedError


def _means_company_id(key: str) -> bool:
    return _COMPANY_ID.search(key.lower()) is not None


def _body_keys(request: HttpRequest) -> Iterable[str]:
    """The keys of the body, whatever it says it is; a body that is nothing known has none."""
    body = request.body
    if not body:
        return ()
    if request.content_type == _MULTIPART:
        return _multipart_keys(request)
    # What cannot be read hides no key beside it.
    return (*_json_keys(body), *_pair_keys(body.decode(errors="replace")))


def _json_keys(body: bytes) -> Iterable[str]:
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        return ()
    return _keys(document)


def _keys(document: object) -> Iterable[str]:
    """Every key at any depth, without recursion: the body may be as deep as it likes."""
    todo = [document]
    while todo:
        item = todo.pop()
        if isinstance(item, dict):
            yield from item
            todo.extend(item.values())
        elif isinstance(item, list):
            todo.extend(item)


def _pair_keys(text: str) -> Iterable[str]:
    """The keys of ``a=b&c=d``, and of ``a=b;c=d``, as the past wrote it."""
    for separator in "&;":
        for key, _ in parse_qsl(text, keep_blank_values=True, separator=separator):
            yield key


def _multipart_keys(request: HttpRequest) -> Iterable[str]:
    try:
        fields, files = request.parse_file_upload(request.META, BytesIO(request.body))
    except (MultiPartParserError, ValueError):
        return ()
    return (*fields, *files)
