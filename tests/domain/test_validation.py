"""Claims held against their row: each mismatch has its own reason."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import timedelta
from uuid import UUID

import pytest

from domain.tokens.claims import parse_access_claims
from domain.tokens.record import Overlap
from domain.tokens.rejection import Rejection
from domain.tokens.validation import names_row, pat_end, validate_pat, validate_session
from tests.domain.make import caller, pat_record, payload, session_record
from tests.fakes.service import NOW

OTHER = UUID(int=1)
SECOND, DAY = timedelta(seconds=1), timedelta(days=1)
PAT = parse_access_claims(payload("pat"), now=NOW)
SESSION = parse_access_claims(payload("session"), now=NOW)
USER = caller().user


def test_a_pat_that_equals_its_row_is_good():
    assert validate_pat(PAT, pat_record(), USER, now=NOW) is None


@pytest.mark.parametrize(
    ("columns", "user", "reason"),
    [
        ({}, USER, None),
        ({"revoked_at": NOW - SECOND, "expires_at": NOW}, USER, Rejection.REVOKED),
        ({"expires_at": NOW, "flags_changed_at": NOW}, USER, Rejection.EXPIRED),
        ({"expires_at": NOW + SECOND}, USER, None),
        ({"flags_changed_at": NOW, "generation": 1}, USER, Rejection.FLAGS_CHANGED),
        ({"generation": 1}, USER, Rejection.CREDENTIALS_ENDED),
        ({}, replace(USER, is_active=False), Rejection.USER_INACTIVE),
    ],
)
def test_why_no_string_of_a_row_is_good(columns, user, reason):
    assert pat_end(pat_record(**columns), user, now=NOW) is reason


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
    assert validate_pat(PAT, pat_record(**columns), USER, now=NOW) is reason


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
    assert validate_pat(replace(PAT, **{name: value}), pat_record(), USER, now=NOW) is not None


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
    assert validate_pat(PAT, worst, USER, now=NOW) is Rejection.REVOKED


@pytest.mark.parametrize("left", [timedelta(microseconds=1), SECOND])
def test_a_pats_row_lives_until_its_expiry(left):
    assert validate_pat(PAT, pat_record(expires_at=NOW + left), USER, now=NOW) is None


REISSUED = pat_record(jti="jti-next", overlap=Overlap("jti-now", NOW + timedelta(hours=1)))


def test_a_reissued_pats_old_string_lives_in_the_overlap():
    assert validate_pat(PAT, REISSUED, USER, now=NOW) is None


def test_a_reissued_pats_new_string_is_good_at_once():
    assert validate_pat(replace(PAT, jti="jti-next"), REISSUED, USER, now=NOW) is None


@pytest.mark.parametrize(
    "overlap",
    [
        Overlap("jti-now", NOW),
        Overlap("jti-now", NOW - SECOND),
        None,
        Overlap("jti-before", NOW + timedelta(hours=1)),
        Overlap("", NOW + timedelta(hours=1)),
    ],
)
def test_outside_the_overlap_the_old_string_is_superseded(overlap):
    assert (
        validate_pat(PAT, replace(REISSUED, overlap=overlap), USER, now=NOW) is Rejection.SUPERSEDED
    )


@pytest.mark.parametrize(("columns", "reason"), PAT_MISMATCHES[:-1])
def test_the_overlap_excuses_nothing_but_the_jti(columns, reason):
    assert validate_pat(PAT, replace(REISSUED, **columns), USER, now=NOW) is reason


def test_a_session_that_equals_its_row_is_good():
    assert validate_session(SESSION, session_record(), USER, now=NOW) is None
    last_moment = session_record(expires_at=NOW + timedelta(microseconds=1))
    assert validate_session(SESSION, last_moment, USER, now=NOW) is None


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
def test_a_session_that_differs_from_its_row(columns, reason):
    assert validate_session(SESSION, session_record(**columns), USER, now=NOW) is reason


def test_a_session_token_without_the_company():
    unnamed = replace(SESSION, company_id=None)
    assert validate_session(unnamed, session_record(), USER, now=NOW) is Rejection.MISMATCH


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"is_active": False}, Rejection.USER_INACTIVE),
        ({"generation": 1}, Rejection.CREDENTIALS_ENDED),
    ],
)
def test_what_ends_a_users_credentials_ends_each_of_them(changed, reason):
    user = replace(USER, **changed)
    assert validate_pat(PAT, pat_record(), user, now=NOW) is reason
    assert validate_session(SESSION, session_record(), user, now=NOW) is reason


def test_while_somebody_is_stopped_the_reason_is_that():
    stopped = replace(USER, is_active=False, generation=1)
    assert validate_pat(PAT, pat_record(), stopped, now=NOW) is Rejection.USER_INACTIVE


def test_a_credential_of_a_later_generation_is_no_good_either():
    assert validate_pat(PAT, pat_record(generation=1), USER, now=NOW) is Rejection.CREDENTIALS_ENDED


@pytest.mark.parametrize("age", [timedelta(0), 400 * DAY])
def test_a_row_is_named_by_its_present_string_even_when_that_has_expired(age):
    assert names_row(PAT, pat_record(), USER, now=NOW + age) is None


@pytest.mark.parametrize(
    ("columns", "named"),
    [
        ({"overlap": Overlap(PAT.jti, NOW + SECOND)}, None),
        ({"overlap": Overlap(PAT.jti, NOW)}, Rejection.SUPERSEDED),
        ({"overlap": Overlap(PAT.jti, NOW + SECOND), "expires_at": NOW}, Rejection.EXPIRED),
        ({"overlap": Overlap(PAT.jti, NOW), "expires_at": NOW}, Rejection.EXPIRED),
        ({"overlap": None}, Rejection.SUPERSEDED),
    ],
)
def test_an_older_string_names_its_row_while_the_row_answers_to_it(columns, named):
    record = pat_record(**{"jti": "the new one", **columns})
    assert names_row(PAT, record, USER, now=NOW) is named


@pytest.mark.parametrize("expires_at", [NOW, NOW + DAY])
@pytest.mark.parametrize(
    ("columns", "reason"),
    [
        ({"id": OTHER}, Rejection.UNKNOWN),
        ({"revoked_at": NOW - SECOND}, Rejection.REVOKED),
        ({"user_id": 4}, Rejection.MISMATCH),
        ({"read_only": not PAT.read_only}, Rejection.FLAGS_CHANGED),
        ({"generation": 1}, Rejection.CREDENTIALS_ENDED),
    ],
)
def test_a_string_that_differs_from_the_row_names_none(columns, reason, expires_at):
    record = pat_record(**{"expires_at": expires_at, **columns})
    assert names_row(PAT, record, USER, now=NOW) is reason
