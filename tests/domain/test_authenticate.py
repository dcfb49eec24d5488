"""From a raw token to a caller, by reading alone."""

from __future__ import annotations

from datetime import timedelta

import pytest

from domain.callers.caller import Company, Membership, PatCredential, SessionCredential
from domain.tokens.record import Overlap
from domain.tokens.rejection import Rejection, TokenRejectedError
from tests.domain.make import PAT_ID, Cast, pat_record, payload
from tests.fakes.codec import FakeTokenCodec
from tests.fakes.service import ACCESS_LIFETIME, NOW


def rejection(people: Cast, token, now=NOW):
    with pytest.raises(TokenRejectedError) as caught:
        people.service.authenticate(token, now=now)
    return caught.value.rejection


def test_a_session_token_gives_its_user_as_the_database_sees_them(people: Cast):
    who = people.caller(people.owner, people.acme)
    (session_id,) = people.service.world.sessions
    assert who.user.id == people.owner
    assert who.company == Company(people.acme, "acme")
    assert who.membership == Membership(is_enabled=True, is_owner=True)
    assert who.credential == SessionCredential(session_id, confirmed_at=NOW)
    assert who.token_expires_at == NOW.replace(microsecond=0) + ACCESS_LIFETIME


def test_a_pat_gives_its_user_with_the_rows_limits(people: Cast):
    record = pat_record(user_id=people.member, company_id=people.acme, access_global_metrics=True)
    who = people.pat_caller(record, granted_by=people.staff)
    assert who.user.id == people.member
    assert who.credential == PatCredential(
        PAT_ID,
        "jti-now",
        read_only=True,
        access_global_metrics=True,
        grant_is_live=True,
        ends_at=record.expires_at.replace(microsecond=0),
    )


@pytest.mark.parametrize("token", [None, ""])
def test_no_token(people: Cast, token):
    assert rejection(people, token) is Rejection.MISSING


BAD = {
    "garbage": "garbage",
    "another issuer's": FakeTokenCodec(secret=b"theirs").sign(payload("session")),
    "expired": FakeTokenCodec().sign(payload("session", exp=1)),
    "a refresh token": "A" * 43,
    "of another type": FakeTokenCodec().sign(payload("session", token_type="refresh")),
    "without sid": FakeTokenCodec().sign(payload("session", sid=None)),
    "without pat_ro": FakeTokenCodec().sign(payload("pat", pat_ro=None)),
    "beyond 8 KiB": FakeTokenCodec().sign(payload("pat", filler="x" * 9000)),
}


@pytest.mark.parametrize("token", BAD.values(), ids=BAD)
def test_a_bad_token_never_reaches_the_directory(people: Cast, token):
    rejection(people, token)
    assert people.service.directory.asked == []


def test_a_good_token_asks_the_directory_once(people: Cast):
    people.caller(people.owner, people.acme)
    assert len(people.service.directory.asked) == 1


def test_authenticating_writes_nothing(people: Cast):
    record = pat_record(user_id=people.owner, company_id=people.acme)
    token = people.service.start_session(people.owner, people.acme, now=NOW).access_token
    people.service.world.writes.clear()
    people.service.authenticate(token, now=NOW)
    people.pat_caller(record)
    people.service.world.change_pat(record.id, revoked_at=NOW)
    assert rejection(people, people.pat_token(record)) is Rejection.REVOKED
    assert people.service.world.writes == []


def test_a_token_without_a_row(people: Cast):
    record = pat_record(user_id=people.owner, company_id=people.acme)
    assert rejection(people, people.pat_token(record)) is Rejection.UNKNOWN
    session = people.service.codec.sign(payload("session"))
    assert rejection(people, session) is Rejection.SESSION_UNKNOWN


def test_claims_never_grant_what_the_database_has_taken_back(people: Cast):
    """Staff and membership are read on the request that uses them."""
    world = people.service.world
    token = people.service.start_session(people.staff, None, now=NOW).access_token
    world.set_staff(people.staff, is_staff=False)
    who = people.service.authenticate(token, now=NOW)
    assert who.user.is_staff is False
    world.set_active(people.staff, is_active=False)
    assert rejection(people, token) is Rejection.USER_INACTIVE
    record = world.add_pat(pat_record(user_id=people.owner, company_id=people.acme))
    world.set_membership(people.owner, people.acme, is_enabled=False)
    who = people.service.authenticate(people.pat_token(record), now=NOW)
    assert not who.is_member
    assert not who.is_owner


def test_no_token_of_an_inactive_user_is_good(people: Cast):
    world = people.service.world
    session = people.service.start_session(people.owner, people.acme, now=NOW)
    pat = world.add_pat(pat_record(user_id=people.owner, company_id=people.acme))
    world.set_active(people.owner, is_active=False)
    for token in (session.access_token, people.pat_token(pat)):
        assert rejection(people, token) is Rejection.USER_INACTIVE
    world.change_pat(pat.id, revoked_at=NOW)
    assert rejection(people, people.pat_token(pat)) is Rejection.REVOKED


def test_a_grant_lives_no_longer_than_its_giver(people: Cast):
    world = people.service.world
    record = pat_record(user_id=people.member, company_id=people.acme, access_global_metrics=True)
    world.add_pat(record, granted_by=people.staff)

    def is_live():
        return people.service.authenticate(
            people.pat_token(record), now=NOW
        ).credential.grant_is_live

    assert is_live()
    world.set_staff(people.staff, is_staff=False)
    assert not is_live()
    world.set_staff(people.staff, is_staff=True)
    world.set_active(people.staff, is_active=False)
    assert not is_live()
    world.set_active(people.staff, is_active=True)
    world.remove_user(people.staff)
    assert not is_live()


def test_a_pat_of_a_company_that_is_gone_still_names_it(people: Cast):
    record = pat_record(user_id=people.owner, company_id=people.acme)
    people.service.world.add_pat(record)
    people.service.world.remove_company(people.acme)
    who = people.service.authenticate(people.pat_token(record), now=NOW)
    assert (who.company_id, who.company, who.membership) == (people.acme, None, None)


def test_only_a_reissued_pats_new_string_supersedes(people: Cast):
    overlap = {"overlap": Overlap("jti-old", NOW + timedelta(hours=1))}
    record = pat_record(user_id=people.owner, company_id=people.acme, **overlap)
    assert people.pat_caller(record).credential.supersedes
    old = people.service.codec.sign(
        payload("pat", jti="jti-old", sub=str(people.owner), user_id=str(people.owner))
        | {"company_id": people.acme}
    )
    who = people.service.authenticate(old, now=NOW)
    assert (who.credential.jti, who.credential.supersedes) == ("jti-old", False)


HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("jti", "columns", "end"),
    [
        (
            "jti-now",
            {"expires_at": NOW + HOUR},
            NOW.replace(microsecond=0) + timedelta(seconds=300),
        ),
        ("jti-now", {"expires_at": NOW + timedelta(seconds=9)}, NOW + timedelta(seconds=9)),
        (
            "jti-old",
            {"overlap": Overlap("jti-old", NOW + timedelta(seconds=5))},
            NOW + timedelta(seconds=5),
        ),
        ("jti-now", {"overlap": Overlap("jti-old", NOW + timedelta(seconds=5))}, None),
    ],
    ids=["its own", "its row's", "its overlap's", "not another string's overlap"],
)
def test_a_token_ends_by_its_own_expiry_its_rows_or_its_overlaps(people: Cast, jti, columns, end):
    """The token of these claims lives for 300 seconds more."""
    columns = {"overlap": Overlap("jti-old", NOW + HOUR)} | columns
    people.service.world.add_pat(
        pat_record(user_id=people.owner, company_id=people.acme, **columns)
    )
    claims = {"sub": str(people.owner), "user_id": str(people.owner), "company_id": people.acme}
    token = people.service.codec.sign(payload("pat", jti=jti, **claims))
    who = people.service.authenticate(token, now=NOW)
    assert who.token_expires_at == (end or NOW.replace(microsecond=0) + timedelta(seconds=300))
