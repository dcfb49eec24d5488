"""A PAT's claims equal its row: a claim that differs, or is missing, is a mismatch."""

from __future__ import annotations

import uuid

import pytest

from tests.factories import PersonalAccessTokenFactory, StaffFactory
from tests.helpers import people
from tests.helpers.answers import assert_unauthenticated
from tests.service import NOON
from tests.tokens import bearer, pat_claims, sign

URLS = ["/api/v1/metrics", "/api/v1/metrics/all", "/api/v1/user"]


@pytest.fixture
def row(company):
    return PersonalAccessTokenFactory(
        user=people.owner_of(company),
        company=company,
        access_global_metrics=True,
        granted_by=StaffFactory(),
        granted_at=NOON,
    )


REQUIRED = [
    "iss",
    "aud",
    "iat",
    "exp",
    "jti",
    "sub",
    "user_id",
    "token_type",
    "company_id",
    "pat_id",
    "pat_ro",
    "pat_agm",
]
MISMATCHES = {
    "another jti": ({"jti": str(uuid.uuid4())}, "token_superseded"),
    "another row": ({"pat_id": str(uuid.uuid4())}, "token_unknown"),
    "another user": ({"sub": "999999", "user_id": "999999"}, "token_mismatch"),
    "another company": ({"company_id": 999_999}, "token_mismatch"),
    "read-only": ({"pat_ro": True}, "token_flags_changed"),
    "no global flag": ({"pat_agm": False}, "token_flags_changed"),
}
WRONG_TYPES = {
    "company_id": ["1", 1.0, True, None, 0, -1, 2**63, [1]],
    "pat_ro": ["false", 0, None, 1],
    "pat_agm": ["true", 1, None, [True]],
    "pat_id": ["", "x", 1, None, "{1b671a64-40d5-491e-99b0-da01ff1f3341}"],
    "jti": [1, None, "", "x" * 256],
    "sub": [1, None, "", "01", "1.0", "-1", "x"],
    "exp": ["1", 1.5, None, True, -1, 2**63],
    "iat": ["1", None, 10**12],
    "token_type": [1, None, True],
}
WRONG = [(name, value) for name, values in WRONG_TYPES.items() for value in values]


@pytest.mark.parametrize("url", URLS)
def test_the_claims_of_the_row_are_good(client, row, url):
    assert client.get(url, **bearer(sign(pat_claims(row)))).status_code == 200


@pytest.mark.parametrize("name", REQUIRED)
@pytest.mark.parametrize("url", URLS[:2])
def test_a_missing_claim_is_no_pass(client, row, url, name, django_assert_num_queries):
    claims = pat_claims(row)
    claims.pop(name, None)
    arguments = bearer(signed_without(claims, name))
    with django_assert_num_queries(0):
        assert_unauthenticated(client.get(url, **arguments), "token_claims_invalid")


def signed_without(claims: dict, name: str) -> str:
    """Sign as the service does, iss and aud included, except ``name``."""
    import jwt

    from tests.service import SERVICES

    codec = SERVICES.sign_in.tokens.codec
    whole = {"iss": codec.issuer, "aud": codec.audience, **claims}
    whole.pop(name, None)
    ring = codec.ring
    return jwt.encode(whole, ring.private_key, "RS256", headers={"kid": ring.active_kid})


@pytest.mark.parametrize(("changed", "code"), MISMATCHES.values(), ids=list(MISMATCHES))
@pytest.mark.parametrize("url", URLS[:2])
def test_a_claim_that_differs_is_a_mismatch(client, row, url, changed, code):
    assert_unauthenticated(client.get(url, **bearer(sign(pat_claims(row, **changed)))), code)


@pytest.mark.parametrize(("name", "value"), WRONG)
def test_a_claim_of_another_type_is_refused(client, row, name, value, django_assert_num_queries):
    arguments = bearer(sign(pat_claims(row, **{name: value})))
    with django_assert_num_queries(0):
        assert_unauthenticated(client.get(URLS[0], **arguments), "token_claims_invalid")


@pytest.mark.parametrize("extra", [{"sid": str(uuid.uuid4())}, {"auth_time": 1}])
def test_a_pat_is_no_session_too(client, row, extra):
    arguments = bearer(sign(pat_claims(row, **extra)))
    assert_unauthenticated(client.get(URLS[0], **arguments), "token_claims_invalid")
