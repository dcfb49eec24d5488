"""Flags changed in place, by an administrator: no string is good until the re-issue."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from domain.callers.caller import User
from domain.events.event import Actor, EventKind, Means, Origin
from domain.policy.decision import Refused
from domain.refusal import RefusalReason
from domain.tokens.changes import FlagsRequest, ReissueRequest, StoredPat
from domain.tokens.mint import PatRequest
from domain.tokens.plans import change_flags, reissue
from domain.tokens.record import Grant, Maker, Overlap
from tests.domain.make import pat_record
from tests.fakes.service import NOW

BOSS = User(1, "boss@example.com", "Boss", is_active=True, is_staff=True)
BY = Actor(1, "boss@example.com", Origin(Means.ADMIN, "192.0.2.1"))
HOUR = timedelta(hours=1)


def stored(**columns) -> StoredPat:
    holder = User(3, "user@example.com", "User", is_active=True, is_staff=False)
    return StoredPat(pat_record(**columns), holder=holder, others_live=lambda: 0)


def changed(row: StoredPat, *, giver: User | None = None, **flags):
    return change_flags(
        row, FlagsRequest(**flags), jti="nobody-has-it", giver=giver, by=BY, now=NOW
    )


def test_no_string_is_good_for_the_changed_row():
    overlap = {"overlap": Overlap("older", NOW + HOUR)}
    new = changed(stored(read_only=True, **overlap), read_only=False).record
    assert (new.read_only, new.jti, new.flags_changed_at) == (False, "nobody-has-it", NOW)
    assert new.overlap is None


def test_flags_that_are_so_already_leave_the_string():
    row = stored(read_only=True)
    assert changed(row, read_only=True).record == row.record
    assert changed(row).record == row.record


def test_a_grant_can_be_given_anew_without_a_new_string():
    row = stored(access_global_metrics=True)
    outcome = changed(row, giver=BOSS, access_global_metrics=True)
    assert outcome.record == replace(row.record, grant=Grant(BOSS.id, NOW, is_live=True))
    assert EventKind.GRANTED in [event.kind for event in outcome.events]


@pytest.mark.parametrize("flag", [None, False])
def test_without_the_flag_nobody_gave_it(flag):
    outcome = changed(stored(), giver=BOSS, access_global_metrics=flag)
    assert outcome.record.grant is None


def test_a_revoked_one_stays_as_it_is():
    refused = changed(stored(revoked_at=NOW), read_only=False)
    assert refused == Refused(RefusalReason.TOKEN_REVOKED)


def test_the_account_says_until_when_and_whether_anything_lives_on():
    """Asked for an overlap, with a flag changed: there is none, whatever was asked for."""
    new_expiry = NOW + timedelta(days=30)
    request = ReissueRequest(overlap=HOUR, read_only=False)
    outcome = reissue(
        stored(read_only=True),
        request,
        maker=Maker(),
        jti="new",
        expires_at=new_expiry,
        giver=None,
        by=BY,
        now=NOW,
    )
    first = outcome.events[0]
    assert (first.kind, first.by) == (EventKind.REISSUED, BY)
    assert first.detail["expires_at"] == new_expiry.isoformat()
    assert first.detail["overlap_seconds"] == 0


def test_a_token_asked_for_without_a_word_may_write_and_sees_one_company():
    wanted = PatRequest()
    assert (wanted.read_only, wanted.access_global_metrics, wanted.name) == (False, False, "")


def test_the_account_names_the_flags_that_changed_and_no_others():
    outcome = changed(stored(read_only=True), read_only=False, access_global_metrics=False)
    (event,) = outcome.events
    assert event.kind is EventKind.FLAGS_CHANGED
    assert event.detail == {"name": "prometheus", "read_only": False}
