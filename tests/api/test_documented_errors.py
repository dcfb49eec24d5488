"""docs/api.md lists every error there is, with its status, and every route."""

from __future__ import annotations

import re

import pytest

from api.errors import STATUS
from domain.refusal import RefusalReason
from domain.tokens.rejection import Rejection
from tests.production import ROOT

PAGE = (ROOT / "docs" / "api.md").read_text()
LISTED = set(re.findall(r"^\| (\d{3}) \| `(\w+)` \|", PAGE, re.MULTILINE))
_CALL = re.compile(r"(?:\berror\(|refused =)\s*(\d{3}),\s*\"(\w+)\"")


def in_the_code() -> set[tuple[str, str]]:
    sources = (path.read_text() for path in (ROOT / "src").rglob("*.py"))
    return {found for source in sources for found in _CALL.findall(source)}


def test_no_line_is_there_twice():
    assert len(LISTED) == len(re.findall(r"^\| \d{3} \|", PAGE, re.MULTILINE))


@pytest.mark.parametrize("reason", RefusalReason, ids=lambda reason: reason.code)
def test_every_refusal(reason):
    assert (str(STATUS[reason]), reason.code) in LISTED


@pytest.mark.parametrize("rejection", Rejection, ids=lambda rejection: rejection.code)
def test_every_rejection(rejection):
    assert ("401", rejection.code) in LISTED


def test_every_other_error_and_none_that_is_not():
    others = {
        *((str(STATUS[reason]), reason.code) for reason in RefusalReason),
        *(("401", rejection.code) for rejection in Rejection),
    }
    assert len(in_the_code()) > 10
    assert in_the_code() | others == LISTED


def test_every_route(client):
    routes = {
        f"{method.upper()} {path}"
        for path, methods in client.get("/api/openapi.json").json()["paths"].items()
        for method in methods
    }
    assert set(re.findall(r"^\| `((?:GET|POST) /api/[^`]+)` \|", PAGE, re.MULTILINE)) == routes
