"""Claims held against their row: each mismatch has its own reason."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import timedelta
from uuid import UUID

import pytest

from domain.tokens.claims import parse_access_claims, parse_refresh_claims
from domain.tokens.rejection import Rejection
from domain.tokens.validation import validate_pat, validate_session
from tests.domain.make import pat_record, payload, session_record
from tests.fakes.service import NOW

OTHER = UUID(int=1)
SECOND = timedelta(seconds=1)
PAT = parse_access_claims(payload("pat"), now=NOW)
SESSION = parse_access_claims(payload("session"), now=NOW)
REFRESH = parse_refresh_claims(payload("refresh"), now=NOW)


def test_a_pat_that_equals_its_row_is_good():
    assert validate_pat(PAT, pat_record(), now=NOW) is None


def test_a_pat_without_a_row_is_unknown():
    assert validate_pat(PAT, None, now=NOW) is Rejection.UNKNOWN


PAT_MISMATCHES = [
    ({"id": OTHER}, Rejection.UNKNOWN),
    ({"revoked_at": NOW - SECOND}, Rejection.REVOKED),
    ({"expires_at": NOW}, Rejection.EXPIRED),
    ({"user_id": 4}, Rejection.MISMATCH),
    ({"company_id": 8}, Rejection.MISMATCH),
    ({"read_only": False}, Rejection.FLAGS_CHANGED),
    ({"access_global_metrics": True}, Rejection.FLAGS_CHANGED),
    ({"jti": "jti-next"}, Rejection.SUPERSEDED),
]


@pytest.mark.parametrize(("columns", "reason"), PAT_MISMATCHES)
def test_a_pat_that_differs_from_its_row(columns, reason):
    assert validate_pat(PAT, pat_record(**columns), now=NOW) is reason


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("pat_id", None),
        ("user_id", None),
        ("company_id", None),
        ("read_only", None),
        ("access_global_metrics", None),
        ("jti", None),
    ],
)
def test_a_claim_that_is_not_there_is_a_mismatch(name, value):
    assert validate_pat(replace(PAT, **{name: value}), pat_record(), now=NOW) is not None


def test_every_pat_claim_but_the_expiry_is_held_against_the_row():
    """A claim that is added has to be thought of here."""
    assert {field.name for field in fields(PAT)} == {
        "pat_id",
        "jti",
        "user_id",
        "company_id",
        "read_only",
        "access_global_metrics",
        "expires_at",
    }


def test_a_revoked_pat_is_revoked_whatever_else_it_is():
    worst = pat_record(revoked_at=NOW, expires_at=NOW, jti="x", user_id=9, read_only=False)
    assert validate_pat(PAT, worst, now=NOW) is Rejection.REVOKED


@pytest.mark.parametrize("left", [timedelta(microseconds=1), SECOND])
def test_a_pats_row_lives_until_its_expiry(left):
    assert validate_pat(PAT, pat_record(expires_at=NOW + left), now=NOW) is None


REISSUED = pat_record(
    jti="jti-next", previous_jti="jti-now", previous_expires_at=NOW + timedelta(hours=1)
)


def test_a_reissued_pats_old_string_lives_in_the_overlap():
    assert validate_pat(PAT, REISSUED, now=NOW) is None


def test_a_reissued_pats_new_string_is_good_at_once():
    assert validate_pat(replace(PAT, jti="jti-next"), REISSUED, now=NOW) is None


@pytest.mark.parametrize(
    "columns",
    [
        {"previous_expires_at": NOW},
        {"previous_expires_at": NOW - SECOND},
        {"previous_expires_at": None},
        {"previous_jti": None},
        {"previous_jti": "jti-before"},
        {"previous_jti": ""},
    ],
)
def test_outside_the_overlap_the_old_string_is_superseded(columns):
    assert validate_pat(PAT, replace(REISSUED, **columns), now=NOW) is Rejection.SUPERSEDED


@pytest.mark.parametrize(("columns", "reason"), PAT_MISMATCHES[:-1])
def test_the_overlap_excuses_nothing_but_the_jti(columns, reason):
    assert validate_pat(PAT, replace(REISSUED, **columns), now=NOW) is reason


@pytest.mark.parametrize("claims", [SESSION, REFRESH])
def test_a_session_that_equals_its_row_is_good(claims):
    assert validate_session(claims, session_record(), now=NOW) is None
    last_moment = session_record(expires_at=NOW + timedelta(microseconds=1))
    assert validate_session(claims, last_moment, now=NOW) is None


@pytest.mark.parametrize("claims", [SESSION, REFRESH])
@pytest.mark.parametrize(
    ("columns", "reason"),
    [
        ({"id": OTHER}, Rejection.SESSION_UNKNOWN),
        ({"revoked_at": NOW - SECOND}, Rejection.SESSION_REVOKED),
        ({"expires_at": NOW}, Rejection.SESSION_EXPIRED),
        ({"user_id": 4}, Rejection.MISMATCH),
        ({"company_id": 8}, Rejection.MISMATCH),
        ({"company_id": None}, Rejection.MISMATCH),
    ],
)
def test_a_session_that_differs_from_its_row(claims, columns, reason):
    assert validate_session(claims, session_record(**columns), now=NOW) is reason


@pytest.mark.parametrize("claims", [SESSION, REFRESH])
def test_a_session_without_a_row_or_without_its_company(claims):
    assert validate_session(claims, None, now=NOW) is Rejection.SESSION_UNKNOWN
    unnamed = replace(claims, company_id=None)
    assert validate_session(unnamed, session_record(), now=NOW) is Rejection.MISMATCH
