"""The way of a token and of a body, fed with anything: read, or refused; never broken."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from urllib.parse import urlencode

import pytest
from django.conf import settings
from hypothesis import HealthCheck, example, given
from hypothesis import settings as hypothesis
from hypothesis import strategies as st

from adapters.jwt.codec import RsaTokenCodec
from domain.tokens.claims import parse_access_claims
from domain.tokens.rejection import TokenRejectedError
from tests.factories import CompanyFactory
from tests.helpers import people
from tests.keys import ACTIVE_KEY
from tests.security.claims import forge
from tests.security.forge import b64
from tests.service import NOON

FORGE = forge(
    key=ACTIVE_KEY,
    issuer=settings.ENVIRONMENT.jwt_issuer,
    audience=settings.ENVIRONMENT.jwt_audience,
    now=NOON,
)
CODEC = RsaTokenCodec(settings.ENVIRONMENT.key_ring, issuer=FORGE.issuer, audience=FORGE.audience)
scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20)
json_values = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4)
    ),
    max_leaves=12,
)
within_a_test = hypothesis(suppress_health_check=list(HealthCheck))


claim_names = st.sampled_from([*FORGE.access, *FORGE.pat, "nbf", "company_id"])


@given(
    st.sampled_from(["access", "pat", "refresh"]),
    st.dictionaries(claim_names, json_values, max_size=3),
)
def test_any_claims_are_read_or_rejected(kind, changed):
    payload = {**getattr(FORGE, kind), **changed}
    try:
        claims = parse_access_claims(payload, now=NOON)
    except TokenRejectedError:
        return
    assert claims.expires_at > NOON
    assert claims.user_id == int(payload["sub"]) == int(payload["user_id"]) > 0


@given(st.binary(max_size=300), json_values)
def test_any_payload_under_our_own_signature_is_read_or_rejected(raw, value):
    header = FORGE.header
    for payload in (raw, json.dumps(value).encode("utf-8", "surrogatepass")):
        with pytest.raises(TokenRejectedError):
            parse_access_claims(CODEC.verify(FORGE.signed(header, payload)), now=NOON)


GOOD = FORGE.mine(FORGE.access)


@given(st.data())
def test_no_change_of_a_good_token_is_good(data):
    place = data.draw(st.integers(min_value=0, max_value=len(GOOD) - 1))
    length = data.draw(st.integers(min_value=0, max_value=4))
    put = data.draw(
        st.text(alphabet=st.characters(max_codepoint=255), max_size=4)
        | st.binary(max_size=6).map(b64)
    )
    changed = GOOD[:place] + put + GOOD[place + length :]
    if changed != GOOD:
        with pytest.raises(TokenRejectedError):
            CODEC.verify(changed)


@within_a_test
@given(json_values | st.binary(max_size=200))
@example({"name": "\x00"})
@example({"expires_in": 10**30})
@example({"expires_in": True})
@example({"name": "\ud800"})
def test_any_body_is_understood_or_refused(client, db, body):
    """Without a token it is a 401 whatever it says; at the open door never more than a 4xx."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    for path in ("/api/v1/token?grant_type=password", "/api/v1/token?grant_type=refresh_token"):
        assert 400 <= client.generic("POST", path, raw, "application/json").status_code < 500
    answer = client.generic("POST", "/api/v1/personal-access-tokens", raw, "application/json")
    assert answer.status_code == 401


NAMES = ("company_id", "COMPANY_ID", "companyId", "Company-Id", "company id", "companyid")
DISGUISES = st.builds(
    lambda left, name, right: f"{left}{name}{right}",
    st.sampled_from(["", "filter[", "a.", " ", "x-", "\u200b"]),
    st.sampled_from(
        ["company_id", "COMPANY_ID", "companyId", "Company-Id", "company id", "companyid"]
    ),
    st.sampled_from(["", "[]", "[0]", "]", "__exact", " ", "\x00", "\u200b"]),
)


@within_a_test
@given(DISGUISES, st.sampled_from(["query", "form", "json", "multipart"]))
def test_company_id_in_any_disguise_changes_nothing(client, owner, company, name, place):
    """Refused, or without effect: what is answered is the token's own company's, and no other's."""
    other = company.pk - 1
    query = urlencode({name: other}) if place == "query" else ""
    body, kind = {
        "form": (urlencode({name: other}), "application/x-www-form-urlencoded"),
        "json": (json.dumps({name: other}), "application/json"),
        "multipart": (
            f'--x\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{other}\r\n--x--\r\n',
            "multipart/form-data; boundary=x",
        ),
    }.get(place, ("", ""))
    answer = client.generic("GET", f"/api/v1/metrics?{query}", body, kind, **owner)
    assert answer.status_code in {200, 400}
    if answer.status_code == 200:
        assert f'company_id="{company.pk}"' in answer.content.decode()
        assert f'company_id="{other}"' not in answer.content.decode()


@pytest.fixture
def company(db):
    CompanyFactory()
    return CompanyFactory()


@pytest.fixture
def owner(company):
    return people.owner(company)


def test_the_clock_of_these_tests_is_right():
    assert datetime.fromtimestamp(FORGE.access["iat"], UTC) == NOON
