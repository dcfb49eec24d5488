"""Whatever JSON a signed token may hold, it is read or rejected, and nothing else."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.tokens.claims import (
    PatClaims,
    SessionClaims,
    parse_access_claims,
)
from domain.tokens.issuing import Profile, access_payload, pat_payload
from domain.tokens.record import PatRecord, SessionRecord
from domain.tokens.rejection import TokenRejectedError
from domain.tokens.validation import validate_pat, validate_session
from tests.domain.make import caller, payload
from tests.fakes.service import NOW

USER = caller().user
NAMES = sorted({*payload("pat"), *payload("session"), "nbf"})
SCALAR = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(min_value=10**12, max_value=10**40)
    | st.floats()
    | st.text(alphabet=st.characters())  # lone surrogates too: JSON can say them
    | st.text(alphabet="0123456789-+e. ", max_size=40)
    | st.uuids().map(str)
)
JSON = st.recursive(
    SCALAR,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
)


@given(
    kind=st.sampled_from(["pat", "session"]),
    changed=st.dictionaries(st.sampled_from(NAMES) | st.text(), JSON, max_size=4),
    dropped=st.sets(st.sampled_from(NAMES), max_size=3),
)
def test_any_json_is_read_or_rejected(kind, changed, dropped):
    claims = {k: v for k, v in (payload(kind) | changed).items() if k not in dropped}
    try:
        read = parse_access_claims(claims, now=NOW)
    except TokenRejectedError:
        return
    assert type(read.user_id) is int
    assert read.company_id is None or type(read.company_id) is int
    assert read.expires_at > NOW


@given(st.dictionaries(st.text(), JSON, max_size=4))
def test_any_object_that_is_no_token_of_ours_is_rejected(claims):
    with pytest.raises(TokenRejectedError):
        parse_access_claims(claims, now=NOW)


IDS = st.integers(1, 2**63 - 1)


def moments(first: date, last: date):
    days = st.dates(min_value=first, max_value=last)
    return st.builds(datetime.combine, days, st.times(), st.just(UTC))


LATER = moments(date(2025, 5, 15), date(9999, 12, 31))
PROFILES = st.builds(
    Profile,
    email=st.emails(),
    name=st.text(),
    full_name=st.text(),
    is_staff=st.booleans(),
    is_company_owner=st.booleans(),
    groups=st.lists(st.text(), max_size=3).map(tuple),
)
PATS = st.builds(
    PatRecord,
    id=st.uuids(),
    jti=st.uuids().map(str),
    user_id=IDS,
    company_id=IDS,
    name=st.text(),
    read_only=st.booleans(),
    access_global_metrics=st.booleans(),
    created_at=st.just(NOW),
    expires_at=LATER,
    revoked_at=st.none(),
    overlap=st.none(),
    grant=st.none(),
    generation=st.just(0),
)
SESSIONS = st.builds(
    SessionRecord,
    id=st.uuids(),
    user_id=IDS,
    company_id=st.none() | IDS,
    created_at=moments(date(2020, 1, 1), date(2025, 5, 1)),
    expires_at=LATER,
    revoked_at=st.none(),
    generation=st.just(0),
    refresh=st.none(),
)


@given(record=PATS, profile=PROFILES)
def test_an_issued_pat_is_read_back_and_is_good(record, profile):
    claims = parse_access_claims(pat_payload(record, profile, now=NOW), now=NOW)
    assert claims == PatClaims(
        jti=record.jti,
        user_id=record.user_id,
        company_id=record.company_id,
        pat_id=record.id,
        read_only=record.read_only,
        access_global_metrics=record.access_global_metrics,
        expires_at=record.expires_at.replace(microsecond=0),
    )
    assert validate_pat(claims, record, USER, now=NOW) is None


@given(session=SESSIONS, profile=PROFILES)
def test_an_issued_pair_is_read_back_and_is_good(session, profile):
    expires_at = NOW.replace(microsecond=0) + timedelta(minutes=5)
    access = parse_access_claims(
        access_payload(session, profile, jti="j", expires_at=expires_at, now=NOW), now=NOW
    )
    ids = (session.user_id, session.company_id, session.id)
    assert access == SessionClaims("j", *ids, expires_at)
    assert validate_session(access, session, USER, now=NOW) is None
