"""The ports of a token's life promise the same of their fakes and of their adapters."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from adapters.orm.models import TokenEvent
from adapters.orm.repositories.callers import OrmPeople
from adapters.orm.repositories.overlaps import OrmOverlaps
from adapters.orm.repositories.token_population import OrmTokenPopulation
from domain.callers.caller import Company, Membership
from domain.events.event import Actor, Event, EventKind, Means, Origin
from domain.events.ports import RefusedUses
from domain.tokens.record import Overlap, PatRecord
from tests.fakes.events import FakeOverlaps, FakePeople, FakeRefusedUses, FakeTokenPopulation
from tests.fakes.world import World
from tests.ports.orm_world import OrmWorld
from tests.service import NOON, DirectRefusedUses

BY = Actor(None, "root", Origin(Means.SHELL))
LATER = NOON + timedelta(days=90)


@dataclass(frozen=True)
class Side:
    world: Any
    overlaps: Any
    people: Any
    population: Any
    refused_uses: RefusedUses

    def kinds(self) -> list[str]:
        """The account, the oldest first."""
        if isinstance(self.world, World):
            return [event.kind.value for event in self.world.events]
        return list(TokenEvent.objects.order_by("id").values_list("kind", flat=True))


def fake() -> Side:
    world = World()
    return Side(
        world,
        FakeOverlaps(world),
        FakePeople(world),
        FakeTokenPopulation(world),
        FakeRefusedUses(world),
    )


def orm() -> Side:
    return Side(OrmWorld(), OrmOverlaps(), OrmPeople(), OrmTokenPopulation(), DirectRefusedUses())


@pytest.fixture(
    params=[
        pytest.param(fake, id="fake"),
        pytest.param(orm, id="orm", marks=pytest.mark.django_db),
    ]
)
def side(request):
    return request.param()


@pytest.fixture
def pat(side):
    """Makes rows; by default in an overlap."""
    user, company = side.world.add_user(), side.world.add_company("acme")

    def pat(**columns: Any) -> PatRecord:
        good = {
            "id": uuid4(),
            "jti": "new",
            "user_id": user,
            "company_id": company,
            "name": "prometheus",
            "read_only": True,
            "access_global_metrics": False,
            "created_at": NOON,
            "expires_at": LATER,
            "overlap": Overlap("old", LATER, uuid4()),
        }
        return side.world.add_pat(PatRecord(**good | columns))

    return pat


def test_an_overlap_ends_once_and_nothing_else_of_the_row_changes(side, pat):
    record, other = pat(), pat()
    assert [side.overlaps.end(record.id, jti="new") for _ in range(2)] == [True, False]
    after = replace(record, overlap=None)
    assert side.world.pats == {record.id: after, other.id: other}


@pytest.mark.parametrize("jti", ["old", "older", ""])
def test_another_string_ends_no_overlap(side, pat, jti):
    record = pat()
    assert side.overlaps.end(record.id, jti=jti) is False
    assert side.overlaps.end(uuid4(), jti="new") is False
    assert side.world.pats == {record.id: record}


def test_a_persons_standing(side):
    user, company = side.world.add_user("ada@acme.test", name="Ada"), side.world.add_company("acme")
    stranger = side.world.add_user(is_staff=True)
    side.world.add_membership(user, company, is_owner=True)
    standing = side.people.standing(user, company)
    assert (standing.user.email, standing.user.is_staff) == ("ada@acme.test", False)
    assert standing.company == Company(company, "acme")
    assert standing.membership == Membership(is_enabled=True, is_owner=True)
    elsewhere = side.people.standing(stranger, company)
    assert (elsewhere.user.is_staff, elsewhere.membership) == (True, None)


@pytest.mark.parametrize("company_id", [None, 10**9])
def test_a_standing_without_a_company(side, company_id):
    user = side.world.add_user(is_active=False)
    standing = side.people.standing(user, company_id)
    assert standing.user.is_active is False
    assert (standing.company, standing.membership) == (None, None)


def test_nobody_has_no_standing(side):
    assert side.people.standing(10**9, None) is None


def test_tokens_that_are_not_revoked_by_user_company_or_both(side, pat):
    mine = pat()
    elsewhere = pat(company_id=side.world.add_company())
    theirs = pat(user_id=side.world.add_user(), expires_at=NOON)  # expired ones, too
    pat(revoked_at=NOON - timedelta(days=1))
    cases = [
        ({"user_id": mine.user_id, "company_id": None}, {mine.id, elsewhere.id}),
        ({"user_id": None, "company_id": mine.company_id}, {mine.id, theirs.id}),
        ({"user_id": mine.user_id, "company_id": mine.company_id}, {mine.id}),
    ]
    for who, ids in cases:
        assert side.population.count_unrevoked(**who) == len(ids)
        if who["user_id"]:
            assert {row.id for row in side.population.unrevoked(**who)} == ids
    assert side.population.holders(company_id=mine.company_id) == sorted(
        [mine.user_id, theirs.user_id]
    )
    assert side.population.holders(company_id=10**9) == []


def test_refused_uses_are_one_a_minute_for_one_token_or_one_users_sessions(side):
    of_token = Event(EventKind.PRIVILEGED_USE_REFUSED, NOON, BY, 1, 1, pat_id=uuid4())
    of_session = replace(of_token, pat_id=None, session_id=uuid4())
    for event_ in (of_token, of_token, of_session, replace(of_session, session_id=uuid4())):
        side.refused_uses.note(event_)
    assert len(side.kinds()) == 2
    side.refused_uses.note(replace(of_token, at=NOON + timedelta(seconds=59)))
    assert len(side.kinds()) == 2
    side.refused_uses.note(replace(of_token, at=NOON + timedelta(seconds=60)))
    side.refused_uses.note(replace(of_token, pat_id=uuid4()))
    side.refused_uses.note(replace(of_session, user_id=2))
    assert len(side.kinds()) == 5
