"""What is wrong with a request's fields, in words that say what to send instead."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpResponse
from ninja.errors import ValidationError

from api.errors import error

_WORDS = {
    "missing": "it is missing",
    "model_type": "send a JSON object",
    "bool_type": "write true or false",
}
"""Ours for pydantic's, which tell a programmer of Python what to do."""


def validation_failed(exc: ValidationError) -> HttpResponse:
    """A 422 that repeats nothing of what was sent: it may be a password."""
    found = [_fault(item) for item in exc.errors]
    said = "; ".join(dict.fromkeys(f"{item['loc'][-1]}: {item['msg']}" for item in found))
    return error(422, "validation_failed", f"Correct this: {said}.", errors=found)


def _fault(item: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "loc": _place(item["loc"]),
        "msg": _WORDS.get(item["type"], item["msg"]),
        "type": item["type"],
    }


def _place(loc: Sequence[str | int]) -> list[str | int]:
    """Where a fault is: the part of the request, then the field, without Ninja's argument name."""
    return list(loc[1:] if tuple(loc[:2]) == ("body", "body") else loc)
