"""A person's own sessions and password, and what ends them all."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest

from domain.events.event import Actor, EventKind, Means, Origin
from domain.events.notice import NoticeKind
from domain.refusal import RefusalReason, RefusedError
from domain.sessions.own import CONFIRMED_FOR, is_confirmed
from domain.sessions.sign_in import MOST_SESSIONS, Credentials
from domain.sessions.tokens import LAST_DAY
from domain.tokens.changes import ReissueRequest
from domain.tokens.mint import PatRequest
from domain.tokens.rejection import Rejection, TokenRejectedError
from tests.domain.make import Cast, pat_record
from tests.fakes.service import NOW

LATER = NOW + timedelta(minutes=1)
SECOND = timedelta(seconds=1)


@pytest.fixture
def account(people: Cast):
    return people.service.account


def rejection(call) -> Rejection:
    with pytest.raises(TokenRejectedError) as caught:
        call()
    return caught.value.rejection


def refusal(call) -> RefusalReason:
    with pytest.raises(RefusedError) as caught:
        call()
    return caught.value.reason


def kinds(people: Cast) -> list[EventKind]:
    return [event.kind for event in people.service.world.events]


def token_of(people: Cast, user: str) -> str:
    who = people.caller(getattr(people, user), people.acme)
    return people.service.tokens.create(who, PatRequest(), now=NOW).token


def test_people_see_their_live_sessions_and_nobody_elses(people: Cast, account):
    first, second = (people.caller(people.owner, people.acme) for _ in range(2))
    people.caller(people.member, people.acme)
    people.service.sign_out(first, now=NOW)
    (seen,) = account.sessions(second, now=NOW)
    assert seen.id == second.credential.session_id


def test_one_session_is_ended_and_the_others_go_on(people: Cast, account):
    here = people.caller(people.owner, people.acme)
    there = people.service.start_session(people.owner, people.acme, now=NOW)
    who = people.service.authenticate(there.access_token, now=NOW)
    account.end_session(here, who.credential.session_id, now=LATER)
    again = rejection(lambda: people.service.authenticate(there.access_token, now=LATER))
    assert again is Rejection.SESSION_REVOKED
    assert account.sessions(here, now=LATER)
    assert kinds(people) == [EventKind.SESSION_ENDED]


def test_nobody_ends_a_session_that_is_not_theirs(people: Cast, account):
    here, theirs = people.caller(people.owner, people.acme), people.caller(people.member, None)
    for session_id in (theirs.credential.session_id, uuid4()):
        reason = refusal(lambda sid=session_id: account.end_session(here, sid, now=NOW))
        assert reason is RefusalReason.SESSION_NOT_FOUND


def test_all_other_sessions_end_and_tokens_go_on(people: Cast, account):
    token = token_of(people, "owner")
    here = people.caller(people.owner, people.acme)
    there = people.caller(people.owner, people.acme)
    assert account.end_other_sessions(here, now=LATER) == 2
    assert people.service.reader.again(here, now=LATER)
    assert rejection(lambda: people.service.reader.again(there, now=LATER)) is (
        Rejection.SESSION_REVOKED
    )
    assert people.service.authenticate(token, now=LATER)


def test_signing_out_everywhere_ends_every_session_and_every_token(people: Cast, account):
    token, others = token_of(people, "owner"), token_of(people, "member")
    here = people.caller(people.owner, people.acme)
    account.end_everything(here, now=LATER)
    ended = Rejection.CREDENTIALS_ENDED
    assert rejection(lambda: people.service.reader.again(here, now=LATER)) is ended
    assert rejection(lambda: people.service.authenticate(token, now=LATER)) is ended
    assert people.service.authenticate(others, now=LATER)
    assert kinds(people)[-1] is EventKind.CREDENTIALS_ENDED


def test_a_token_that_was_ended_is_made_good_by_its_reissue_alone(people: Cast, account):
    token = token_of(people, "owner")
    pat_id = next(iter(people.service.world.pats))
    account.end_everything(people.caller(people.owner, people.acme), now=NOW)
    who = people.caller(people.owner, people.acme)
    overlap = ReissueRequest(overlap=timedelta(hours=1))
    again = people.service.tokens.reissue(who, pat_id, overlap, now=LATER)
    assert people.service.authenticate(again.token, now=LATER)
    old = rejection(lambda: people.service.authenticate(token, now=LATER))
    assert old is Rejection.SUPERSEDED


@pytest.mark.parametrize("end_tokens", [False, True])
def test_a_new_password_ends_the_other_sessions_and_tokens_if_asked_for(
    people: Cast, account, end_tokens
):
    token = token_of(people, "owner")
    here, there = (people.caller(people.owner, people.acme) for _ in range(2))
    account.change_password(here, "right", "brand new", end_tokens=end_tokens, now=LATER)
    assert people.service.world.users[people.owner].password == "brand new"
    assert people.service.reader.again(here, now=LATER)
    with pytest.raises(TokenRejectedError):
        people.service.reader.again(there, now=LATER)
    if end_tokens:
        ended = rejection(lambda: people.service.authenticate(token, now=LATER))
        assert ended is Rejection.CREDENTIALS_ENDED
    else:
        assert people.service.authenticate(token, now=LATER)
    assert EventKind.PASSWORD_CHANGED in kinds(people)


def test_a_wrong_password_changes_nothing_and_is_counted(people: Cast, account):
    here = people.caller(people.owner, people.acme)
    for _ in range(10):
        change = lambda: account.change_password(  # noqa: E731
            here, "wrong", "brand new", end_tokens=False, now=NOW
        )
        assert refusal(change) is RefusalReason.INVALID_CREDENTIALS
    assert refusal(change) is RefusalReason.RATE_LIMITED
    assert people.service.world.users[people.owner].password == "right"


def test_a_password_that_is_no_good_is_told_why(people: Cast, account):
    here = people.caller(people.owner, people.acme)
    with pytest.raises(RefusedError) as caught:
        account.change_password(here, "right", "", end_tokens=False, now=NOW)
    assert (caught.value.reason, caught.value.detail) == (
        RefusalReason.PASSWORD_REFUSED,
        "Too short.",
    )


@pytest.mark.parametrize(
    "call",
    [
        lambda account, who: account.sessions(who, now=NOW),
        lambda account, who: account.end_session(who, uuid4(), now=NOW),
        lambda account, who: account.end_other_sessions(who, now=NOW),
        lambda account, who: account.end_everything(who, now=NOW),
        lambda account, who: account.count_tokens(who, now=NOW),
        lambda account, who: account.confirm(who, "right", now=NOW),
        lambda account, who: account.confirm(who, "wrong", now=NOW),  # it is no oracle
        lambda account, who: account.change_password(
            who, "right", "brand new", end_tokens=False, now=NOW
        ),
    ],
)
def test_a_personal_access_token_may_do_none_of_it(people: Cast, account, call):
    row = pat_record(user_id=people.owner, company_id=people.acme, read_only=False)
    who = people.pat_caller(row)
    assert refusal(lambda: call(account, who)) is RefusalReason.SESSION_REQUIRED


def test_the_password_counts_for_ten_minutes(people: Cast, account):
    who = people.caller(people.owner, people.acme)
    assert is_confirmed(who, now=NOW + CONFIRMED_FOR)
    late = NOW + CONFIRMED_FOR + SECOND
    assert not is_confirmed(who, now=late)
    who = people.service.reader.again(who, now=NOW)
    reason = refusal(lambda: account.confirm(who, "wrong", now=NOW))
    assert reason is RefusalReason.INVALID_CREDENTIALS
    account.confirm(who, "right", now=LATER)
    again = people.service.reader.again(who, now=LATER)
    assert is_confirmed(again, now=LATER + CONFIRMED_FOR)
    row = pat_record(user_id=people.owner, company_id=people.acme)
    assert is_confirmed(people.pat_caller(row), now=NOW) is False


def test_a_user_has_at_most_fifty_sessions_and_the_oldest_goes(people: Cast):
    credentials = Credentials("owner@example.com", "right", people.acme)
    started = [
        people.service.sign_in.browser(credentials, now=NOW + n * timedelta(minutes=1))
        for n in range(MOST_SESSIONS + 2)
    ]
    ended = [people.service.world.sessions[row.id].revoked_at is not None for row in started]
    assert MOST_SESSIONS == 50
    assert ended == [True, True] + [False] * 50
    assert kinds(people).count(EventKind.SESSION_ENDED) == 2


@pytest.mark.parametrize("change", ["password", "stop", "end all"])
def test_what_ends_credentials_while_a_password_is_looked_at_ends_the_sign_in(people: Cast, change):
    """The password was right a moment ago; the session would outlive its end."""
    world, passwords = people.service.world, people.service.passwords

    def checked_then_changed(email, password):
        holder = type(passwords).check(passwords, email, password)
        if change == "password":
            world.users[people.owner].password = "another"
        elif change == "stop":
            world.set_active(people.owner, is_active=False)
        else:
            world.raise_generation(people.owner)
        return holder

    object.__setattr__(passwords, "check", checked_then_changed)
    credentials = Credentials("owner@example.com", "right", people.acme)
    reason = refusal(lambda: people.service.sign_in(credentials, now=NOW))
    assert reason is RefusalReason.INVALID_CREDENTIALS
    assert world.sessions == {}


def test_a_service_account_starts_no_session(people: Cast):
    people.service.world.users[people.owner].is_service_account = True
    credentials = Credentials("owner@example.com", "right", people.acme)
    reason = refusal(lambda: people.service.sign_in(credentials, now=NOW))
    assert reason is RefusalReason.INVALID_CREDENTIALS


def test_the_lengths_of_time_are_the_promised_ones():
    assert timedelta(minutes=10) == CONFIRMED_FOR
    assert timedelta(days=30) == LAST_DAY


def test_whoever_guards_the_service_reads_of_wrong_passwords_and_of_limits(people: Cast, account):
    """At a sign-in and when the password is asked for again; a right one leaves no notice."""
    origin = Origin(Means.PAGE, "192.0.2.7")
    here = replace(people.caller(people.owner, people.acme), origin=origin)
    wrong = Credentials("owner@example.com", "wrong", None, origin)
    account.confirm(here, "right", now=NOW)
    assert people.service.security.notices == []
    refusal(lambda: account.confirm(here, "wrong", now=NOW))
    refusal(lambda: people.service.sign_in(wrong, now=NOW))
    while refusal(lambda: people.service.sign_in(wrong, now=NOW)) is not RefusalReason.RATE_LIMITED:
        pass
    refusal(lambda: account.confirm(here, "right", now=NOW))
    notices = people.service.security.notices
    kinds = [notice.kind for notice in notices]
    assert kinds[:2] == [NoticeKind.PASSWORD_WRONG, NoticeKind.SIGN_IN_FAILED]
    assert kinds[-2:] == [NoticeKind.SIGN_IN_LIMITED] * 2
    assert {notice.account for notice in notices} == {"owner@example.com"}
    assert (notices[0].by, notices[1].by) == (here.actor, Actor(None, "", origin))


def test_a_right_password_given_again_is_no_attack(people: Cast, account):
    here = people.caller(people.owner, people.acme)
    for _ in range(30):
        account.confirm(here, "right", now=NOW)


def test_a_browsers_use_of_its_session_is_noted_and_it_comes_from_somewhere(people: Cast):
    here = people.caller(people.owner, people.acme)
    session_id, origin = here.credential.session_id, Origin(Means.PAGE, "192.0.2.7")
    caller = people.service.resume(session_id, now=LATER, origin=origin)
    assert (caller.user.id, caller.origin) == (people.owner, origin)
    assert people.service.world.sessions[session_id].last_used_at == LATER.replace(
        second=0, microsecond=0
    )


def test_only_tokens_that_work_are_counted_and_those_of_all_companies(people: Cast, account):
    here = people.caller(people.owner, people.acme)
    mine = {"user_id": people.owner, "company_id": people.acme}
    for columns in (
        mine,
        {**mine, "company_id": people.rival},
        {**mine, "revoked_at": NOW},
        {**mine, "expires_at": NOW},
        {**mine, "flags_changed_at": NOW},
        {**mine, "generation": 5},
        {**mine, "user_id": people.member},
    ):
        people.service.world.add_pat(pat_record(id=uuid4(), **columns))
    assert account.count_tokens(here, now=NOW) == 2
