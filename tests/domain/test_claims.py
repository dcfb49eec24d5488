"""Claims are read strictly: each one missing, wrongly typed, at its edge."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial

import pytest

from domain.tokens.claims import (
    CLOCK_SKEW_SECONDS,
    PatClaims,
    SessionClaims,
    parse_access_claims,
)
from domain.tokens.rejection import Rejection, TokenRejectedError
from tests.domain.make import EPOCH, PAT_ID, SESSION_ID, payload
from tests.fakes.service import NOW

PARSE = {
    "pat": partial(parse_access_claims, now=NOW),
    "session": partial(parse_access_claims, now=NOW),
}
REQUIRED = {
    kind: sorted(payload(kind).keys() - {"iss", "aud"} - optional)
    for kind, optional in {
        "pat": set(),
        "session": {"company_id"},
    }.items()
}
KINDS = pytest.mark.parametrize("kind", PARSE)


def rejection(kind, claims, **now):
    with pytest.raises(TokenRejectedError) as caught:
        PARSE[kind](claims, **now)
    return caught.value.rejection


def test_a_pat_is_read_whole():
    assert PARSE["pat"](payload("pat")) == PatClaims(
        jti="jti-now",
        user_id=3,
        company_id=7,
        pat_id=PAT_ID,
        read_only=True,
        access_global_metrics=False,
        expires_at=datetime.fromtimestamp(EPOCH + 300, UTC),
    )


def test_a_session_token_is_read_whole():
    assert PARSE["session"](payload("session")) == SessionClaims(
        jti="jti-now",
        user_id=3,
        company_id=7,
        session_id=SESSION_ID,
        expires_at=datetime.fromtimestamp(EPOCH + 300, UTC),
    )


@pytest.mark.parametrize("kind", ["session"])
def test_a_session_may_name_no_company(kind):
    claims = payload(kind)
    del claims["company_id"]
    assert PARSE[kind](claims).company_id is None


@pytest.mark.parametrize(
    ("kind", "name"), [(kind, name) for kind, names in REQUIRED.items() for name in names]
)
def test_a_missing_claim_is_never_a_pass(kind, name):
    claims = payload(kind)
    del claims[name]
    assert rejection(kind, claims) is Rejection.CLAIMS_INVALID


TIMES = ("iat", "exp", "auth_time")
NO_INTEGER = (None, True, 7.0, "7", [7], {}, float("nan"), float("inf"))
NO_FLAG = (None, 0, 1, "true", "", [], 1.0)
NO_TEXT = (None, "", 7, True, ["jti"], "x" * 256, "a\x00", "a\n", "é", "\ud800")
NO_USER = (None, "", 3, "03", "+3", "-3", "3 ", "3.0", "0", "٣", "x", str(2**63), "9" * 400, True)
NO_UUID = (None, "", "x", 7, str(PAT_ID).upper(), PAT_ID.hex, f"{{{PAT_ID}}}", f"urn:uuid:{PAT_ID}")
WRONG = {
    **dict.fromkeys((*TIMES, "nbf"), (*NO_INTEGER, -1, 253_402_300_800, 10**400)),
    "company_id": (*NO_INTEGER, 0, -7, 2**63),
    "jti": NO_TEXT,
    "token_type": NO_TEXT,
    "sub": NO_USER,
    "user_id": NO_USER,
    "pat_id": NO_UUID,
    "sid": NO_UUID,
    "pat_ro": NO_FLAG,
    "pat_agm": NO_FLAG,
}
WRONG_CASES = [
    pytest.param(kind, name, value, id=f"{kind}-{name}-{index}")
    for kind in PARSE
    for name, values in WRONG.items()
    if name in {*payload(kind), "nbf"}
    for index, value in enumerate(values)
]


@pytest.mark.parametrize(("kind", "name", "value"), WRONG_CASES)
def test_a_claim_of_the_wrong_type_or_size(kind, name, value):
    assert rejection(kind, payload(kind, **{name: value})) is Rejection.CLAIMS_INVALID


@KINDS
@pytest.mark.parametrize("user_id", ["1", "9", "10", str(2**63 - 1)])
def test_every_user_id_that_a_row_can_have(kind, user_id):
    assert PARSE[kind](payload(kind, sub=user_id, user_id=user_id)).user_id == int(user_id)


@KINDS
@pytest.mark.parametrize("company_id", [1, 2**63 - 1])
def test_every_company_id_that_a_row_can_have(kind, company_id):
    assert PARSE[kind](payload(kind, company_id=company_id)).company_id == company_id


@KINDS
def test_sub_and_user_id_name_one_user(kind):
    assert rejection(kind, payload(kind, sub="4")) is Rejection.CLAIMS_INVALID


@pytest.mark.parametrize("present", ["pat_id", "pat_ro", "pat_agm"])
def test_one_pat_claim_makes_a_pat_and_a_pat_needs_them_all(present):
    """A session token cannot be had by dropping a PAT's claims one by one."""
    claims = payload("pat")
    for name in {"pat_id", "pat_ro", "pat_agm"} - {present}:
        del claims[name]
    assert rejection("pat", claims) is Rejection.CLAIMS_INVALID


@pytest.mark.parametrize("claim", ["sid", "auth_time"])
def test_no_token_is_a_pat_and_a_sessions_at_once(claim):
    claims = payload("pat", **{claim: payload("session")[claim]})
    assert rejection("pat", claims) is Rejection.CLAIMS_INVALID


@pytest.mark.parametrize(
    ("kind", "token_type"),
    [
        ("pat", "refresh"),
        ("session", "refresh"),
        ("session", "Access"),
        ("session", "id"),
    ],
)
def test_a_token_of_another_type(kind, token_type):
    assert rejection(kind, payload(kind, token_type=token_type)) is Rejection.TYPE_MISMATCH


@KINDS
def test_a_token_ends_at_the_very_second_of_its_expiry(kind):
    """RFC 7519 section 4.1.4: on or after it, the token must not be accepted."""
    claims = payload(kind, exp=EPOCH)
    at = datetime.fromtimestamp(EPOCH, UTC)
    assert rejection(kind, claims, now=at) is Rejection.EXPIRED
    assert rejection(kind, claims, now=at.replace(microsecond=1)) is Rejection.EXPIRED
    just_before = datetime.fromtimestamp(EPOCH - 0.5, UTC)
    assert PARSE[kind](claims, now=just_before).expires_at == at


@KINDS
@pytest.mark.parametrize("claim", ["iat", "nbf"])
def test_a_token_from_the_future_beyond_the_clocks_skew(kind, claim):
    at = datetime.fromtimestamp(EPOCH, UTC)
    edge = payload(kind, **{claim: EPOCH + CLOCK_SKEW_SECONDS})
    assert PARSE[kind](edge, now=at).user_id == 3
    beyond = payload(kind, **{claim: EPOCH + CLOCK_SKEW_SECONDS + 1})
    assert rejection(kind, beyond, now=at) is Rejection.NOT_YET_VALID


@KINDS
def test_an_old_nbf_does_not_excuse_an_iat_from_the_future(kind):
    claims = payload(kind, nbf=EPOCH - 999, iat=EPOCH + 200)
    assert rejection(kind, claims) is Rejection.NOT_YET_VALID
