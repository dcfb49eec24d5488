"""What a token reaches is what its bearer would be answered: the same policy, the same facts."""

from __future__ import annotations

from itertools import product
from uuid import UUID

import pytest

from domain.policy import Allowed, CompanyScope, Permission, PlatformScope, Refused, decide
from domain.policy.reach import Reach, reach_of, reach_of_new
from domain.refusal import RefusalReason as Why
from domain.token_reach import TokenReach
from tests.domain.make import MEMBER, OWNER, Cast, caller, pat, pat_record

YES, ALL = Allowed(CompanyScope(7)), Allowed(PlatformScope())
NEITHER = Refused(Why.OWNER_REQUIRED), Refused(Why.GLOBAL_FLAG_REQUIRED)
LAPSED = Refused(Why.GLOBAL_GRANT_LAPSED)
USERS, FLAGS = ("staff", "owner", "member"), (True, False)


@pytest.fixture
def token_reach(people: Cast) -> TokenReach:
    return TokenReach(people.service.directory)


@pytest.mark.parametrize(
    ("user", "token", "company", "platform", "changes"),
    [
        (caller(membership=OWNER), pat(), YES, NEITHER[1], YES),
        (caller(membership=MEMBER), pat(), *NEITHER, YES),
        (
            caller(membership=MEMBER),
            pat(read_only=True, flag=True),
            NEITHER[0],
            ALL,
            Refused(Why.READ_ONLY_TOKEN),
        ),
        (
            caller(staff=True),
            pat(flag=True, live=False),
            YES,
            Refused(Why.GLOBAL_GRANT_LAPSED),
            YES,
        ),
        (caller(active=False), pat(), *[Refused(Why.USER_INACTIVE)] * 3),
    ],
)
def test_it_is_three_answers_of_the_policy(user, token, company, platform, changes):
    assert reach_of(user, token) == Reach(company, platform, changes)


@pytest.mark.parametrize(
    ("company", "platform", "scrapes"),
    [(YES, NEITHER[1], True), (NEITHER[0], ALL, True), (YES, ALL, True), (*NEITHER, False)],
)
def test_either_scrape_is_of_use_to_prometheus(company, platform, scrapes):
    found = Reach(company, platform, changes=YES)
    assert (found.scrapes, found.sees_every_company) == (scrapes, platform == ALL)


@pytest.mark.parametrize("read_only", [True, False])
@pytest.mark.parametrize(
    ("maker", "flag", "platform"),
    [
        (caller(staff=True), True, ALL),
        (caller(staff=True), False, NEITHER[1]),
        (caller(membership=OWNER), True, LAPSED),
        (caller(membership=MEMBER), False, NEITHER[1]),
    ],
)
def test_a_new_token_s_flag_is_worth_its_maker_s_right_to_give_it(maker, read_only, flag, platform):
    found = reach_of_new(maker, read_only=read_only, access_global_metrics=flag)
    assert found.platform == platform
    assert isinstance(found.changes, Refused) is read_only


@pytest.mark.parametrize("case", list(product(USERS, FLAGS, FLAGS, ("staff", "owner"))), ids=str)
def test_it_is_what_the_bearer_is_answered(people, token_reach, case):
    """Authenticated with the token, the caller gets the very decisions that were foretold."""
    user, read_only, flag, granted_by = case
    user_id = getattr(people, user)
    record = pat_record(
        user_id=user_id,
        company_id=people.acme,
        read_only=read_only,
        access_global_metrics=flag,
    )
    giver = getattr(people, granted_by) if flag else None
    bearer = people.pat_caller(record, granted_by=giver)
    asked = (Permission.SCRAPE_COMPANY, Permission.SCRAPE_PLATFORM, Permission.WRITE_TOKENS)
    answered = Reach(*(decide(bearer, permission) for permission in asked))
    own, now = people.caller(user_id, people.acme), people.service.world.pat(record.id)
    assert reach_of(own, now.rights) == answered
    assert token_reach(record.id) == answered


def test_an_inactive_user_s_token_reaches_nothing_and_says_why(people, token_reach):
    record = pat_record(user_id=people.staff, company_id=people.acme)
    people.service.world.add_pat(record)
    people.service.world.set_active(people.staff, is_active=False)
    inactive = Refused(Why.USER_INACTIVE)
    assert token_reach(record.id) == Reach(inactive, inactive, inactive)


def test_a_token_that_is_not_there_reaches_nothing(token_reach):
    assert token_reach(UUID(int=1)) is None


class Away:
    """A directory whose database cannot be reached."""

    def pat_facts(self, pat_id):
        raise ConnectionError

    session_facts = pat_facts


def test_a_directory_that_fails_is_not_taken_for_an_answer():
    with pytest.raises(ConnectionError):
        TokenReach(Away())(UUID(int=1))
