"""Claims and records that are nearly right: what mutation testing found untested."""

from __future__ import annotations

from datetime import timedelta

import pytest

from domain.tokens.claims import parse_access_claims
from domain.tokens.rejection import Rejection, TokenRejectedError
from domain.tokens.validation import session_end, validate_pat
from tests.domain.make import caller, pat_record, payload, session_record
from tests.fakes.service import NOW


def reason(call) -> Rejection:
    with pytest.raises(TokenRejectedError) as caught:
        call()
    return caught.value.rejection


@pytest.mark.parametrize("name", ["pat_id", "pat_ro", "pat_agm"])
def test_a_session_with_one_claim_of_a_pat_is_neither(name):
    mixed = payload("session", **{name: payload("pat")[name]})
    assert reason(lambda: parse_access_claims(mixed, now=NOW)) is Rejection.CLAIMS_INVALID


@pytest.mark.parametrize("name", ["sid", "auth_time"])
def test_a_pat_with_one_claim_of_a_session_is_neither(name):
    mixed = payload("pat", **{name: payload("session")[name]})
    assert reason(lambda: parse_access_claims(mixed, now=NOW)) is Rejection.CLAIMS_INVALID


@pytest.mark.parametrize(
    ("changed_at", "expected"),
    [(None, Rejection.SUPERSEDED), (NOW - timedelta(hours=1), Rejection.FLAGS_CHANGED)],
)
def test_an_old_string_is_told_whether_flags_were_changed(changed_at, expected):
    """Even when they were changed back since, so that they are equal now."""
    claims = parse_access_claims(payload("pat", jti="an-older-one"), now=NOW)
    record = pat_record(flags_changed_at=changed_at)
    assert validate_pat(claims, record, caller().user, now=NOW) is expected


def test_a_session_ends_at_its_expiry():
    assert session_end(session_record(), now=NOW) is None
    assert session_end(session_record(expires_at=NOW), now=NOW) is Rejection.SESSION_EXPIRED


@pytest.mark.parametrize(("ahead", "is_good"), [(60, True), (61, False)])
@pytest.mark.parametrize("claim", ["iat", "nbf"])
def test_a_minute_ahead_is_forgiven_and_no_second_more(claim, ahead, is_good):
    ahead_of_us = payload("pat", **{claim: int(NOW.timestamp()) + ahead})
    if is_good:
        assert parse_access_claims(ahead_of_us, now=NOW).jti == "jti-now"
    else:
        early = reason(lambda: parse_access_claims(ahead_of_us, now=NOW))
        assert early is Rejection.NOT_YET_VALID


LAST_SECOND = 253_402_300_799


@pytest.mark.parametrize("changed", [{"iat": 0}, {"exp": LAST_SECOND}])
def test_the_first_and_the_last_second_are_times(changed):
    assert parse_access_claims(payload("pat", **changed), now=NOW).jti == "jti-now"


@pytest.mark.parametrize("changed", [{"iat": -1}, {"exp": LAST_SECOND + 1}])
def test_the_seconds_beside_them_are_not(changed):
    found = reason(lambda: parse_access_claims(payload("pat", **changed), now=NOW))
    assert found is Rejection.CLAIMS_INVALID
