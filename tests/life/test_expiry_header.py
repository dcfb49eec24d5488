"""Every answer to a PAT says when the string that was used ends."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.life.api import COMPANY, PLATFORM, TOKENS, WHO, create, reissued, use
from tests.tokens import bearer

HEADER = "X-Token-Expires-At"
IN_90_DAYS = "2026-06-16T12:00:00Z"


@pytest.fixture
def pat(as_owner):
    return create(as_owner)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", WHO, 200),
        ("GET", COMPANY, 200),
        ("GET", f"{COMPANY}?company_id=1", 400),
        ("GET", f"{COMPANY}?name[]=nonsense", 400),
        ("GET", PLATFORM, 403),
        ("GET", TOKENS, 200),
        ("GET", f"{TOKENS}/nonsense", 404),
        ("GET", f"{TOKENS}/00000000-0000-4000-8000-000000000000", 404),
        ("POST", f"{TOKENS}/00000000-0000-4000-8000-000000000000/reissue", 404),
        ("POST", TOKENS, 422),
        ("POST", "/api/v1/logout", 403),
    ],
)
def test_on_every_answer_to_a_good_token_errors_too(pat, method, path, status):
    response = Client().generic(method, path, **bearer(pat["access_token"]))
    assert response.status_code == status
    assert response[HEADER] == IN_90_DAYS


def test_not_for_a_session_and_not_for_a_bad_token(as_owner, pat):
    assert HEADER not in Client().get(WHO, **as_owner).headers
    reissued(as_owner, pat["id"])
    assert HEADER not in use(pat["access_token"]).headers
    assert HEADER not in Client().get(WHO).headers


def test_an_old_string_ends_with_its_overlap(pat, as_owner):
    new = reissued(as_owner, pat["id"], overlap_seconds=60)
    assert use(pat["access_token"])[HEADER] == "2026-03-18T12:01:00Z"
    samples = use(pat["access_token"], COMPANY).content.decode().splitlines()
    (line,) = [s for s in samples if s.startswith("shellui_auth_scrape_token_expiry_timestamp")]
    assert float(line.split()[-1]) == 1773835260
    assert use(new["access_token"])[HEADER] == IN_90_DAYS


def test_a_browser_on_another_origin_may_read_it(pat):
    response = Client().get(
        WHO,
        headers={
            "Authorization": f"Bearer {pat['access_token']}",
            "Origin": "https://admin.shellui.com",
        },
    )
    assert HEADER.lower() in response["Access-Control-Expose-Headers"]
