"""One rule: what each door would say of somebody is what ``decide`` says of their standing."""

from __future__ import annotations

import ast
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.orm.grants import grant
from adapters.pages.abilities import abilities, why_not
from adapters.pages.rows import shown
from domain.administrator import Administrator
from domain.callers.caller import Caller, Membership, Shell, Standing, User
from domain.events.event import Actor, Means, Origin
from domain.policy import (
    Allowed,
    ChangePerson,
    ChangeTokensOf,
    GiveRights,
    Permission,
    Refused,
    WriteAs,
    decide,
)
from domain.refusal import RefusedError
from domain.tokens.record import Grant
from tests.domain.make import caller, pat, pat_record
from tests.domain.test_policy_whole_space import CALLERS
from tests.fakes.service import NOW, fake_gate
from tests.fakes.world import World

SRC = Path(__file__).resolve().parents[2] / "src"
BOOLS = (False, True)
SHELL = Administrator(Actor(None, "root", Origin(Means.SHELL)))
PEOPLE = st.builds(
    User,
    id=st.integers(1, 5),
    email=st.just("p@example.com"),
    name=st.just("P"),
    is_active=st.booleans(),
    is_staff=st.booleans(),
    is_superuser=st.booleans(),
    is_service_account=st.booleans(),
)
OVER_OTHERS = st.one_of(
    st.builds(ChangePerson, PEOPLE),
    st.builds(ChangeTokensOf, PEOPLE),
    st.builds(WriteAs, PEOPLE),
    st.just(GiveRights()),
)


@pytest.mark.parametrize("permission", Permission)
def test_the_api_says_it(permission):
    """Every use case passes the gate, and the API turns its reason into a status."""
    gate = fake_gate(World())
    for who in CALLERS:
        decision = decide(who, permission)
        if isinstance(decision, Allowed):
            assert gate.check(who, permission, now=NOW) == decision.scope
            continue
        with pytest.raises(RefusedError) as caught:
            gate.check(who, permission, now=NOW)
        assert caught.value.reason is decision.reason


@given(st.sampled_from(CALLERS), st.booleans(), OVER_OTHERS)
def test_the_admin_says_it(who: Caller, superuser, permission):
    facts = User(3, "u@example.com", "U", is_active=who.user.is_active, is_staff=who.user.is_staff)
    root = User(**{**vars(facts), "is_superuser": superuser})
    administrator = Caller(
        root,
        who.company_id,
        who.company,
        who.membership,
        credential=who.credential,
        token_expires_at=who.token_expires_at,
    )
    said = Administrator(administrator.actor, administrator).refusal(permission)
    decision = decide(administrator, permission)
    assert said is (decision.reason if isinstance(decision, Refused) else None)


@given(OVER_OTHERS)
def test_the_commands_say_it(permission):
    assert SHELL.refusal(permission) is None
    assert isinstance(decide(Shell(), permission), Allowed)


TOKENS = [
    {"read_only": read_only, "access_global_metrics": flag, "grant": Grant(9, NOW, is_live=live)}
    for read_only, flag, live in product(BOOLS, BOOLS, BOOLS)
]
PERSONS = [
    {"staff": staff, "membership": membership}
    for staff, membership in product(
        BOOLS, (None, *(Membership(on, owner) for on, owner in product(BOOLS, BOOLS)))
    )
]


@pytest.mark.parametrize("columns", TOKENS, ids=str)
@pytest.mark.parametrize("person", PERSONS, ids=str)
def test_the_pages_say_of_a_token_what_its_bearer_is_answered(columns, person):
    record = pat_record(**columns)
    credential = pat(
        read_only=record.read_only,
        flag=record.access_global_metrics,
        live=record.grant_is_live,
    )
    bearer = caller(**person, credential=credential)
    row = shown(record, caller(**person), now=NOW)
    scrape, everything, changes = (
        decide(bearer, permission)
        for permission in (
            Permission.SCRAPE_COMPANY,
            Permission.SCRAPE_PLATFORM,
            Permission.WRITE_TOKENS,
        )
    )
    assert (row.reach.company, row.reach.platform, row.reach.changes) == (
        scrape,
        everything,
        changes,
    )
    told = " ".join(abilities(row.reach, record, company="acme"))
    assert ("Read the metrics of acme." in told) is isinstance(scrape, Allowed)
    assert ("Change nothing." in told) is isinstance(changes, Refused)
    assert why_not(scrape) in told
    if record.access_global_metrics:
        assert ("Read the metrics of every company" in told) is isinstance(everything, Allowed)
        assert why_not(everything) in told


@pytest.mark.parametrize(("active", "staff"), [*product(BOOLS, BOOLS)])
def test_a_grant_lives_while_its_giver_may_scrape_every_company(active, staff):
    """The query spells it, for it is asked of many rows at once; the policy says the same."""
    giver = User(4, "g@example.com", "G", is_active=active, is_staff=staff)
    live = grant(giver.id, NOW, is_active=active, is_staff=staff).is_live
    assert live is isinstance(decide(Standing(giver), Permission.SCRAPE_PLATFORM), Allowed)


FLAGS = {"is_staff", "is_active", "is_superuser"}
KNOWN = {
    ("api/schemas.py", "is_staff"): "tells the caller what they are",
    ("domain/tokens/issuing.py", "is_staff"): "tells clients what to show",
    ("domain/tokens/validation.py", "is_active"): "whether a credential is good, not what it may",
    ("domain/administer_people.py", "is_active"): "whether somebody is stopped by a change",
    ("domain/administer_people.py", "is_staff"): "what a service account cannot be",
    ("domain/administer_people.py", "is_superuser"): "what a service account cannot be",
}
ASKS_THE_ROWS = ("adapters/orm", "adapters/demo", "domain/policy")


def test_nothing_else_spells_who_is_staff():
    spelled = {
        (str(path.relative_to(SRC)), node.attr)
        for path in SRC.rglob("*.py")
        if not str(path.relative_to(SRC)).startswith(ASKS_THE_ROWS)
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Attribute) and node.attr in FLAGS
    }
    assert spelled == set(KNOWN)
