"""The company comes from the token: a ``company_id`` anywhere else is refused, in any disguise."""

from __future__ import annotations

import re
from collections.abc import Iterable

from django.http import HttpRequest, JsonResponse
from ninja.errors import HttpError

from api.errors import error
from api.keys import UnreadableBodyError, body_keys, query_keys, text_of

_COMPANY_ID = re.compile(r"(?<![a-z0-9])company[^a-z0-9]*ids?(?![a-z0-9])")


class CompanyIdNotAllowedError(Exception):
    """The request names a company, which only its token may."""


def company_id_not_allowed() -> JsonResponse:
    """The `400` of a company that is named outside the token."""
    return error(
        400,
        "company_id_not_allowed",
        "The company is taken from the token. Remove company_id from the request.",
    )


def refuse_company_id(request: HttpRequest) -> None:
    """Look through the keys of the query string and of the body.

    Raises:
        CompanyIdNotAllowedError: ``company_id`` is there, even empty, repeated or oddly spelt.
        HttpError: the body cannot be read to its end, so nobody can tell that it is not there.
    """
    _refuse(query_keys(request))
    try:
        _refuse(body_keys(request))
    except UnreadableBodyError:
        _refuse([text_of(request)])
        raise HttpError(400, "The body cannot be read") from None


def _refuse(keys: Iterable[str]) -> None:
    if any(_means_company_id(key) for key in keys):
        raise CompanyIdNotAllowedError


def _means_company_id(key: str) -> bool:
    return _COMPANY_ID.search(key.replace("\0", "").lower()) is not None
