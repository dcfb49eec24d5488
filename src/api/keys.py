"""The keys that a request names, in its query string and in a body of whatever type.

What is read here is compared and thrown away. So a doubtful body is not guessed at: nobody says
what it holds.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from email import message_from_bytes
from email.utils import collapse_rfc2231_value
from urllib.parse import parse_qsl, unquote_plus

from django.conf import settings
from django.core.exceptions import TooManyFieldsSent
from django.http import HttpRequest
from django.utils.http import parse_header_parameters

from api.bodies import FORM, media_type

_BLANK_LINE = re.compile(rb"\r?\n\r?\n")


class UnreadableBodyError(Exception):
    """The body cannot be read to its end as what it says it is."""


def query_keys(request: HttpRequest) -> Iterable[str]:
    """The keys of the query string."""
    return _pair_keys(request.META.get("QUERY_STRING", ""))


def body_keys(request: HttpRequest) -> Iterable[str]:
    """The keys of the body, at any depth.

    Raises:
        UnreadableBodyError: nobody can tell them.
    """
    body = request.body
    if not body:
        return ()
    if request.META.get("HTTP_CONTENT_ENCODING", "").lower() not in {"", "identity"}:
        raise UnreadableBodyError
    declared = request.META.get("CONTENT_TYPE", "")
    said = media_type(request)
    if said.startswith("multipart/"):
        return _multipart_keys(declared, body)
    if said == FORM:
        return _pair_keys(body.decode(errors="replace"))
    if said.endswith(("/json", "+json")):
        return _json_keys(body)
    return _keys_of_anything(request)


def text_of(request: HttpRequest) -> str:
    """The body as far as it is text, where a key may stand anywhere."""
    return unquote_plus(request.body.decode(errors="replace"))


def _pair_keys(text: str) -> Iterable[str]:
    """The keys of ``a=b&c=d``, and of ``a=b;c=d``, as the past wrote it."""
    for separator in "&;":
        for key, _ in parse_qsl(text, keep_blank_values=True, separator=separator):
            yield key


def _json_keys(body: bytes) -> Iterable[str]:
    """Every key of a document, of an object too that another one of its name hides."""
    keys: list[str] = []
    try:
        json.loads(body, object_pairs_hook=lambda pairs: keys.extend(key for key, _ in pairs))
    except (ValueError, RecursionError):
        raise UnreadableBodyError from None
    return keys


def _keys_of_anything(request: HttpRequest) -> Iterable[str]:
    """The keys of a body of an unknown type: of a document, or else the whole text is one."""
    try:
        request.body.decode()
    except UnicodeDecodeError:
        raise UnreadableBodyError from None
    try:
        return _json_keys(request.body)
    except UnreadableBodyError:
        return (text_of(request),)


def _multipart_keys(content_type: str, body: bytes) -> Iterable[str]:
    """The names of the parts (RFC 7578), from the first delimiter to the closing one."""
    delimiter = re.escape(f"--{_boundary(content_type)}".encode("latin-1"))
    line = rb"(?:\A|\r?\n)" + delimiter + rb"(--)?[ \t]*(?=\r?\n|\Z)"
    before, *rest = re.split(line, body)
    closings, parts = rest[::2], rest[1::2]
    if before.strip() or closings[-1:] != [b"--"] or any(closings[:-1]) or parts[-1].strip():
        raise UnreadableBodyError
    if len(parts) > settings.DATA_UPLOAD_MAX_NUMBER_FIELDS:
        raise TooManyFieldsSent
    return [name for part in parts[:-1] for name in _names(part)]


def _boundary(content_type: str) -> str:
    try:
        _, parameters = parse_header_parameters(content_type)
    except (ValueError, LookupError):
        parameters = {}
    if not parameters.get("boundary"):
        raise UnreadableBodyError
    return parameters["boundary"]


def _names(part: bytes) -> list[str]:
    """Every name that the part's disposition gives it; one without any is no field."""
    head, *content = _BLANK_LINE.split(part, maxsplit=1)
    message = message_from_bytes(head.lstrip(b"\r\n"))
    try:
        parameters = message.get_params([], header="content-disposition") or []
        names = [collapse_rfc2231_value(text) for key, text in parameters if key.lower() == "name"]
    except ValueError:  # of a charset that holds a NUL
        names = []
    if not content or not names or len(message.get_all("content-disposition", [])) > 1:
        raise UnreadableBodyError
    return names
