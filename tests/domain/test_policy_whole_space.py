"""Every caller there can be, held against the table said a second time in other words."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.callers.caller import (
    Caller,
    Company,
    InPerson,
    Membership,
    PatCredential,
    SessionCredential,
    Shell,
    User,
)
from domain.policy import (
    Allowed,
    ChangePerson,
    ChangeTokensOf,
    CompanyScope,
    GiveRights,
    OwnScope,
    Permission,
    PlatformScope,
    Refused,
    WriteAs,
    decide,
)
from domain.refusal import RefusalReason
from tests.domain.make import OWNER, SESSION_ID, caller, pat
from tests.fakes.service import NOW

BOOLS = (False, True)
MEMBERSHIPS = (None, *(Membership(enabled, owner) for enabled, owner in product(BOOLS, BOOLS)))
COMPANIES = ((None, False), (7, False), (7, True))
CREDENTIALS = (
    SessionCredential(SESSION_ID),
    *(pat(read_only=ro, flag=f, live=li) for ro, f, li in product(BOOLS, BOOLS, BOOLS)),
)
FACTS = [
    {
        "staff": staff,
        "active": active,
        "membership": membership,
        "company_id": company_id,
        "company_exists": exists,
        "credential": credential,
    }
    for staff, active, membership, (company_id, exists), credential in product(
        BOOLS, BOOLS, MEMBERSHIPS, COMPANIES, CREDENTIALS
    )
]


def contradicts_itself(facts: dict[str, Any]) -> bool:
    """Memberships and personal access tokens are of a company."""
    of_one = facts["membership"] is not None or isinstance(facts["credential"], PatCredential)
    return facts["company_id"] is None and of_one


CALLERS = [caller(**facts) for facts in FACTS if not contradicts_itself(facts)]

UNSAFE = {"write_tokens", "grant_global_metrics", "sign_out", "manage_account", "administer"}
IN_A_COMPANY = {"scrape_company", "read_tokens", "write_tokens", "grant_global_metrics"}


def rights(who: Caller) -> set[str]:
    """What the table gives, right by right, starting with nothing."""
    enabled = who.membership is not None and who.membership.is_enabled
    given = set()
    if who.user.is_active and (who.user.is_staff or enabled):
        given = {"read_self", "read_tokens", "write_tokens"}
        if who.user.is_staff or who.membership.is_owner:
            given.add("scrape_company")
        if isinstance(who.credential, PatCredential):
            if who.credential.access_global_metrics and who.credential.grant_is_live:
                given.add("scrape_platform")
        else:
            given.add("manage_account")
            given |= {"scrape_platform", "administer"} if who.user.is_staff else set()
        if who.user.is_staff and "scrape_platform" in given:
            given.add("grant_global_metrics")
    if who.user.is_active and isinstance(who.credential, SessionCredential):
        given.add("sign_out")
    if isinstance(who.credential, PatCredential) and who.credential.read_only:
        given -= UNSAFE
    if who.company is None:
        given -= IN_A_COMPANY
    return given


def allowed(who: Caller) -> set[str]:
    return {p.value for p in Permission if isinstance(decide(who, p), Allowed)}


def test_the_policy_allows_what_the_table_allows_and_nothing_else():
    differing = [who for who in CALLERS if allowed(who) != rights(who)]
    assert (len(FACTS), len(CALLERS)) == (540, 364)
    assert differing == []


def weaker(who: Caller) -> list[Caller]:
    """The caller with one good fact less, each way there is."""
    less = [replace(who, user=replace(who.user, is_staff=False))]
    less.append(replace(who, user=replace(who.user, is_active=False)))
    less.append(replace(who, company=None))
    less.append(replace(who, membership=None))
    if who.membership:
        less.append(replace(who, membership=replace(who.membership, is_enabled=False)))
        less.append(replace(who, membership=replace(who.membership, is_owner=False)))
    if isinstance(who.credential, PatCredential):
        bad = ("read_only", True), ("access_global_metrics", False), ("grant_is_live", False)
        less.extend(replace(who, credential=replace(who.credential, **dict([b]))) for b in bad)
    return less


def test_losing_a_fact_never_wins_a_right():
    assert all(allowed(less) <= allowed(who) for who in CALLERS for less in weaker(who))


def test_no_token_makes_a_stronger_token():
    """Who may give the global flag may use it, with the very same credential."""
    givers = [who for who in CALLERS if "grant_global_metrics" in allowed(who)]
    assert givers
    assert all("scrape_platform" in allowed(who) and who.user.is_staff for who in givers)


def test_a_company_permission_reaches_the_tokens_company_only():
    scopes = {
        (permission, decision.scope)
        for who in CALLERS
        for permission in Permission
        if isinstance(decision := decide(who, permission), Allowed)
    }
    assert scopes == {
        (p, CompanyScope(7) if p.value in IN_A_COMPANY else OwnScope())
        for p in Permission
        if p is not Permission.SCRAPE_PLATFORM
    } | {(Permission.SCRAPE_PLATFORM, PlatformScope())}


JUNK = st.none() | st.integers(2) | st.text() | st.just(0) | st.just(())


@given(flag=JUNK | st.booleans(), live=JUNK | st.booleans())
def test_only_a_true_flag_with_a_true_grant_opens_the_platform(flag, live):
    who = caller(staff=True, membership=OWNER, credential=pat(flag=flag, live=live))
    decision = decide(who, Permission.SCRAPE_PLATFORM)
    assert isinstance(decision, Allowed) is (flag is True and live is True)


@pytest.mark.parametrize("unheard_of", ["scrape_platform", "delete_everything", None, Permission])
def test_what_is_no_permission_is_refused(unheard_of):
    for who in (*CALLERS, Shell()):
        assert decide(who, unheard_of) == Refused(RefusalReason.PERMISSION_UNKNOWN)


@pytest.mark.parametrize("facts", [facts for facts in FACTS if contradicts_itself(facts)])
def test_a_caller_that_contradicts_itself_cannot_be_made(facts):
    with pytest.raises(ValueError, match="of a company"):
        caller(**facts)


@pytest.mark.parametrize(
    "wrong",
    [
        {"company": Company(8, "rival")},
        {"company_id": None},
        {"company_id": 8},
        {"token_expires_at": datetime(2026, 1, 1)},  # noqa: DTZ001 - naive, which is the point
        {"credential": pat(), "token_expires_at": NOW + timedelta(days=90)},
    ],
    ids=str,
)
def test_no_part_of_a_caller_contradicts_another(wrong):
    with pytest.raises(ValueError, match=r"company|time zone|outlives"):
        replace(caller(membership=OWNER), **wrong)


@pytest.mark.parametrize("nothing", [None, "session", InPerson(), pat])
def test_what_is_no_credential_is_nobodys(nothing):
    with pytest.raises(TypeError):
        replace(caller(staff=True), credential=nothing)


PEOPLE = [
    User(4, "p@x.org", "P", is_active=True, is_staff=s, is_superuser=r, is_service_account=a)
    for s, r, a in product(BOOLS, BOOLS, BOOLS)
]
ADMINISTRATORS = [
    replace(who, user=replace(who.user, is_superuser=root)) for who, root in product(CALLERS, BOOLS)
]


def powers(who: Caller, person: User) -> set[str]:
    """What an administrator may do to somebody, starting with nothing."""
    if "administer" not in rights(who):
        return set()
    own, guarded = who.user.id == person.id, person.is_staff or person.is_superuser
    may = {"GiveRights"} if who.user.is_superuser else set()
    may |= {"ChangePerson", "ChangeTokensOf"} if who.user.is_superuser or not guarded else set()
    may |= {"ChangeTokensOf", "WriteAs"} if own else set()
    return may | ({"WriteAs"} if person.is_service_account and "ChangePerson" in may else set())


def test_administrators_may_what_their_rules_say_and_nothing_else():
    for who in ADMINISTRATORS:
        for person in (*PEOPLE, who.user):
            about = ChangePerson(person), ChangeTokensOf(person), WriteAs(person), GiveRights()
            said = {type(p).__name__ for p in about if isinstance(decide(who, p), Allowed)}
            assert said == powers(who, person), (who, person)
