"""One's own personal access tokens, in the token's company."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest

from domain.manage_tokens import LIVE_TOKEN_LIMIT, PatRequest
from domain.refusal import RefusalReason, RefusedError
from domain.tokens.rejection import Rejection, TokenRejectedError
from domain.tokens.revoking import Revocation
from tests.domain.make import Cast, pat_record
from tests.fakes.service import NOW, PAT_LIFETIME

SECOND = timedelta(seconds=1)


def refusal(call, *args, **kwargs) -> RefusalReason:
    with pytest.raises(RefusedError) as caught:
        call(*args, **kwargs)
    return caught.value.reason


@pytest.fixture
def tokens(people: Cast):
    return people.service.tokens


@pytest.fixture
def member(people: Cast):
    return people.caller(people.member, people.acme)


def test_a_created_token_is_a_row_and_a_string_that_works(people: Cast, tokens, member):
    request = PatRequest(name="prometheus", read_only=True, expires_in=timedelta(hours=1))
    issued = tokens.create(member, request, now=NOW)
    record = issued.record
    assert people.service.world.pats == {record.id: record}
    assert (record.user_id, record.company_id) == (people.member, people.acme)
    assert (record.name, record.read_only, record.access_global_metrics) == (
        "prometheus",
        True,
        False,
    )
    assert record.created_at == NOW
    assert record.expires_at == NOW.replace(microsecond=0) + timedelta(hours=1)
    assert (record.last_used_at, record.revoked_at, record.overlap) == (None, None, None)
    who = people.service.authenticate(issued.token, now=NOW)
    assert (who.credential.pat_id, who.token_expires_at) == (record.id, record.expires_at)


def test_the_token_itself_is_not_kept(people: Cast, tokens, member):
    issued = tokens.create(member, PatRequest(), now=NOW)
    assert issued.token not in repr(people.service.world)
    assert issued.token.rpartition(".")[2] not in repr(people.service.world)


def test_every_token_has_ids_of_its_own(tokens, member):
    issued = [tokens.create(member, PatRequest(), now=NOW).record for _ in range(3)]
    assert len({r.id for r in issued} | {r.jti for r in issued}) == 6


def test_without_a_wish_a_token_lives_as_long_as_allowed(tokens, member):
    expires_at = tokens.create(member, PatRequest(), now=NOW).record.expires_at
    assert expires_at == NOW.replace(microsecond=0) + PAT_LIFETIME


@pytest.mark.parametrize("wish", [SECOND, PAT_LIFETIME])
def test_the_shortest_and_the_longest_life(tokens, member, wish):
    record = tokens.create(member, PatRequest(expires_in=wish), now=NOW).record
    assert record.expires_at == NOW.replace(microsecond=0) + wish


@pytest.mark.parametrize("wish", [timedelta(0), -SECOND, PAT_LIFETIME + SECOND])
def test_a_life_out_of_bounds_creates_nothing(people: Cast, tokens, member, wish):
    with pytest.raises(ValueError, match="expires_in"):
        tokens.create(member, PatRequest(expires_in=wish), now=NOW)
    assert people.service.world.pats == {}


def test_staff_give_the_global_flag_and_are_remembered_for_it(people: Cast, tokens):
    who = people.caller(people.staff, people.acme)
    record = tokens.create(who, PatRequest(access_global_metrics=True), now=NOW).record
    assert record.access_global_metrics
    grant = people.service.world.grants[record.id]
    assert (grant.by, grant.at) == (people.staff, NOW)


def test_without_the_flag_nobody_is_remembered(people: Cast, tokens):
    tokens.create(people.caller(people.staff, people.acme), PatRequest(), now=NOW)
    assert people.service.world.grants == {}


@pytest.mark.parametrize(
    ("user", "columns", "reason"),
    [
        ("owner", {}, RefusalReason.GLOBAL_GRANT_NOT_ALLOWED),
        ("owner", {"access_global_metrics": True}, RefusalReason.GLOBAL_GRANT_NOT_ALLOWED),
        ("staff", {}, RefusalReason.TOKEN_TOO_WEAK),
        (
            "staff",
            {"access_global_metrics": True, "read_only": True},
            RefusalReason.READ_ONLY_TOKEN,
        ),
    ],
)
def test_no_pat_makes_a_stronger_pat(people: Cast, tokens, user, columns, reason):
    columns = {"read_only": False} | columns
    row = pat_record(user_id=getattr(people, user), company_id=people.acme, **columns)
    who = people.pat_caller(row, granted_by=people.staff)
    request = PatRequest(access_global_metrics=True)
    assert refusal(tokens.create, who, request, now=NOW) is reason
    assert list(people.service.world.pats) == [row.id]


def test_a_global_pat_of_staff_makes_another_while_its_own_grant_lives(people: Cast, tokens):
    row = pat_record(
        user_id=people.staff,
        company_id=people.acme,
        read_only=False,
        access_global_metrics=True,
    )
    request = PatRequest(access_global_metrics=True)
    boss = people.service.world.add_user(is_staff=True)
    who = people.pat_caller(row, granted_by=boss)
    issued = tokens.create(who, request, now=NOW)
    assert people.service.world.grants[issued.record.id].by == people.staff
    people.service.world.set_staff(boss, is_staff=False)
    lapsed = people.service.authenticate(people.pat_token(row), now=NOW)
    assert refusal(tokens.create, lapsed, request, now=NOW) is RefusalReason.TOKEN_TOO_WEAK


def test_a_read_only_pat_creates_and_revokes_nothing(people: Cast, tokens):
    row = pat_record(user_id=people.owner, company_id=people.acme, read_only=True)
    who = people.pat_caller(row)
    reason = RefusalReason.READ_ONLY_TOKEN
    assert refusal(tokens.create, who, PatRequest(read_only=True), now=NOW) is reason
    assert refusal(tokens.revoke, who, row.id, now=NOW) is reason
    assert people.service.world.pats == {row.id: row}
    assert [r.id for r in tokens.list(who, now=NOW).records] == [row.id]


def test_the_list_is_newest_first_with_expired_and_revoked_ones(people: Cast, tokens, member):
    def row(age, **columns):
        return pat_record(
            id=uuid4(),
            user_id=people.member,
            company_id=people.acme,
            created_at=NOW - age * SECOND,
            **columns,
        )

    expected = [
        row(1, revoked_at=NOW),
        row(2),
        row(3, expires_at=NOW - SECOND),
    ]
    for record in (expected[1], expected[2], expected[0]):
        people.service.world.add_pat(record)
    assert tokens.list(member, now=NOW).records == expected


def test_others_tokens_and_other_companies_are_not_found(people: Cast, tokens, member):
    world = people.service.world
    world.add_membership(people.member, people.rival)
    others = world.add_pat(pat_record(id=uuid4(), user_id=people.owner, company_id=people.acme))
    elsewhere = world.add_pat(
        pat_record(id=uuid4(), user_id=people.member, company_id=people.rival)
    )
    for pat_id in (others.id, elsewhere.id, uuid4()):
        for call in (tokens.read, tokens.revoke):
            assert refusal(call, member, pat_id, now=NOW) is RefusalReason.TOKEN_NOT_FOUND
    assert tokens.list(member, now=NOW).records == []
    assert all(record.revoked_at is None for record in world.pats.values())


def test_staff_see_their_own_tokens_and_nobody_elses(people: Cast, tokens, member):
    issued = tokens.create(member, PatRequest(), now=NOW).record
    staff = people.caller(people.staff, people.acme)
    assert tokens.list(staff, now=NOW).records == []
    assert refusal(tokens.read, staff, issued.id, now=NOW) is RefusalReason.TOKEN_NOT_FOUND


def test_a_revoked_token_stops_at_once_and_for_good(people: Cast, tokens, member):
    issued = tokens.create(member, PatRequest(), now=NOW)
    first = tokens.revoke(member, issued.record.id, now=NOW)
    again = tokens.revoke(member, issued.record.id, now=NOW + SECOND)
    assert first == again == Revocation(replace(issued.record, revoked_at=NOW))
    assert tokens.read(member, issued.record.id, now=NOW) == first.record
    with pytest.raises(TokenRejectedError) as caught:
        people.service.authenticate(issued.token, now=NOW)
    assert caught.value.rejection is Rejection.REVOKED


def test_at_the_limit_of_live_tokens_one_has_to_go_first(people: Cast, tokens, member):
    assert LIVE_TOKEN_LIMIT == 100
    issued = [tokens.create(member, PatRequest(), now=NOW) for _ in range(100)]
    assert refusal(tokens.create, member, PatRequest(), now=NOW) is RefusalReason.TOO_MANY_TOKENS
    assert len(people.service.world.pats) == 100
    tokens.revoke(member, issued[0].record.id, now=NOW)
    tokens.create(member, PatRequest(), now=NOW)
    assert refusal(tokens.create, member, PatRequest(), now=NOW) is RefusalReason.TOO_MANY_TOKENS


def test_the_limit_is_each_users_in_each_company_and_forgets_the_dead(people: Cast, tokens, member):
    people.service.world.add_membership(people.member, people.rival)
    for _ in range(100):
        tokens.create(member, PatRequest(expires_in=SECOND), now=NOW)
    tokens.create(people.caller(people.owner, people.acme), PatRequest(), now=NOW)
    tokens.create(people.caller(people.member, people.rival), PatRequest(), now=NOW)
    tokens.create(member, PatRequest(), now=NOW.replace(microsecond=0) + SECOND)


@pytest.mark.parametrize("company", [None, "gone"])
def test_tokens_are_a_companys(people: Cast, tokens, company):
    """A caller without a company is told so before anything else."""
    company_id = None if company is None else people.service.world.add_company()
    who = people.caller(people.staff, company_id)
    who = replace(who, company=None)
    reason = RefusalReason.COMPANY_MISSING if company is None else RefusalReason.COMPANY_NOT_FOUND
    for request in (PatRequest(), PatRequest(access_global_metrics=True)):
        assert refusal(tokens.create, who, request, now=NOW) is reason
    assert refusal(tokens.list, who, now=NOW) is reason
    assert refusal(tokens.read, who, uuid4(), now=NOW) is reason
