"""What a body says: JSON as RFC 8259 has it, or a form as RFC 6749 appendix B has it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import parse_qsl

from django.http import HttpRequest
from ninja.errors import HttpError, ValidationError
from ninja.parser import Parser
from pydantic import BaseModel
from pydantic import ValidationError as PydanticValidationError

M = TypeVar("M", bound=BaseModel)

FORM = "application/x-www-form-urlencoded"
_MOST_MEMBERS = 1000


class AmbiguousError(Exception):
    """A parameter has more than one value (RFC 6749 section 3.2)."""


class StrictParser(Parser):
    """JSON in UTF-8, without NaN and Infinity."""

    def parse_body(self, request: HttpRequest) -> Any:
        """Parse, raising ValueError for whatever is wrong with the body."""
        try:
            return json.loads(request.body.decode(), parse_constant=_no_constant)
        except RecursionError:
            raise ValueError("nested too deeply") from None


@dataclass(frozen=True)
class Body:
    """A body that was read. The values of a form are text."""

    content: object
    is_form: bool

    def member(self, name: str) -> object:
        """A member's value, or None."""
        return self.content.get(name) if isinstance(self.content, dict) else None

    def fit(self, model: type[M]) -> M:
        """The body as a model has it.

        Raises:
            ValidationError: a field is missing or wrong.
        """
        try:
            return model.model_validate(self.content, strict=not self.is_form)
        except PydanticValidationError as exc:
            found = exc.errors(include_url=False, include_context=False, include_input=False)
            faults: list[Any] = [{**item, "loc": ["body", *item["loc"]]} for item in found]
            raise ValidationError(faults) from None


def media_type(request: HttpRequest) -> str:
    """What the body is said to be (RFC 9110 section 8.3.1), in lower case; "" for nobody knows.

    curl says "form" of whatever it is given. A form has no brace in front, which it writes as
    ``%7B``: what has one is of a type that nobody said.
    """
    said = str(request.META.get("CONTENT_TYPE", "")).partition(";")[0].strip().lower()
    return "" if said == FORM and request.body.lstrip().startswith(b"{") else said


def read_body(request: HttpRequest) -> Body:
    """Read a form when it is one, else JSON, whatever the request says of it.

    Raises:
        HttpError: 400, for what is neither.
        AmbiguousError: a form has a parameter twice.
    """
    is_form = media_type(request) == FORM
    try:
        content = _form(request.body.decode()) if is_form else StrictParser().parse_body(request)
    except ValueError:
        raise HttpError(400, "Cannot parse request body") from None
    return Body(content, is_form)


def once_each(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """The parameters by name. One without a value counts as left out (RFC 6749 section 3.2).

    Raises:
        AmbiguousError: a name is there twice.
    """
    found: dict[str, str] = {}
    for name, value in pairs:
        if name in found:
            raise AmbiguousError
        found[name] = value
    return {name: value for name, value in found.items() if value}


def _form(text: str) -> dict[str, str]:
    pairs = parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=_MOST_MEMBERS)
    return once_each(pairs)


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON")
