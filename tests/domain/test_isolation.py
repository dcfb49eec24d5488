"""No company's answer holds another's series, whatever the plugins do."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.metrics import catalogue
from domain.metrics.checks import CollectorFaultError, checked_measured
from domain.metrics.collection import run_collectors, snapshot
from domain.metrics.family import Family, Kind, Measured, Sample, Snapshot
from domain.policy.scope import CompanyScope, PlatformScope
from tests.domain.make import Cast
from tests.fakes.collectors import FakeUsersCollector, ScriptedCollector
from tests.fakes.service import NOW, FakeTimer
from tests.fakes.world import World

COMPANY_IDS = st.integers(1, 4)
LABEL_VALUES = COMPANY_IDS.map(str) | st.sampled_from(["", "01", " 1", "red"]) | COMPANY_IDS


@st.composite
def liars(draw):
    """A plugin that delivers families and series of any company, or of none, as it likes."""
    names = st.lists(st.sampled_from(["company_id", "colour", "company"]), max_size=3)
    measured = []
    for index in range(draw(st.integers(1, 3))):
        labels = tuple(draw(names))
        values = st.lists(LABEL_VALUES, min_size=len(labels), max_size=len(labels)).map(tuple)
        samples = draw(st.lists(st.builds(Sample, values, st.just(1.0)), max_size=3))
        measured.append(Measured(Family(f"lie_{index}", Kind.GAUGE, "x", labels), tuple(samples)))
    return ScriptedCollector(tuple(measured), name="liar")


@st.composite
def worlds(draw):
    world = World()
    for _ in range(draw(st.integers(1, 4))):
        world.add_company()
    for company_id in world.companies:
        for _ in range(draw(st.integers(0, 2))):
            world.add_membership(world.add_user(), company_id, is_owner=draw(st.booleans()))
    return world


def taken_in(world: World, scope, *plugins) -> Snapshot:
    collectors = (FakeUsersCollector(world), *plugins)
    outcomes = run_collectors(collectors, scope, now=NOW, timer=FakeTimer())
    return snapshot(outcomes, scope, token_expires_at=NOW)


@given(world=worlds(), liar=liars())
def test_every_series_of_a_companys_answer_is_that_companys(world, liar):
    for company_id in world.companies:
        taken = taken_in(world, CompanyScope(company_id), liar)
        for item in taken.measured:
            for sample in item.samples:
                labels = list(zip(item.family.labels, sample.labels, strict=True))
                tenants = [value for name, value in labels if name == "company_id"]
                assert tenants == [str(company_id)]


@given(world=worlds(), liar=liars())
def test_a_liar_costs_the_honest_nothing(world, liar):
    for scope in (*map(CompanyScope, world.companies), PlatformScope()):
        alone = [m for m in taken_in(world, scope).measured if m.family in HONEST]
        beside = [m for m in taken_in(world, scope, liar).measured if m.family in HONEST]
        assert alone == beside


HONEST = (catalogue.COMPANY_INFO, catalogue.COMPANY_USERS, catalogue.USERS)


def test_acme_then_rival_then_acme_leaves_no_trace_of_rival(people: Cast):
    service = people.service
    service.plug_in(FakeUsersCollector(service.world))
    owner = people.caller(people.owner, people.acme)
    stranger = people.caller(people.stranger, people.rival)
    first = service.scrape.company(owner, now=NOW)
    between = service.scrape.company(stranger, now=NOW)
    again = service.scrape.company(owner, now=NOW)
    assert first == again
    assert "rival" in repr(between)
    assert "rival" not in repr(again)
    assert {s.labels[0] for m in again.measured for s in m.samples} == {str(people.acme)}


def test_the_platforms_scrape_leaves_no_trace_in_a_companys(people: Cast):
    service = people.service
    service.plug_in(FakeUsersCollector(service.world))
    everything = service.scrape.platform(people.caller(people.staff, None), now=NOW)
    one = service.scrape.company(people.caller(people.owner, people.acme), now=NOW)
    names = {m.family.name for m in everything.measured}
    assert "shellui_auth_users_total" in names
    assert {"acme", "rival"} <= {
        s.labels[-1] for m in everything.measured for s in m.samples if s.labels
    }
    assert "shellui_auth_users_total" not in {m.family.name for m in one.measured}
    assert "rival" not in repr(one)


def test_a_family_without_the_tenant_is_named_as_the_fault():
    bare = Family("shellui_jobs", Kind.GAUGE, "Jobs.", ("queue",))
    with pytest.raises(CollectorFaultError, match="shellui_jobs is not a company's family"):
        checked_measured(
            [Measured(bare, (Sample(("a",), 1.0),))],
            CompanyScope(1),
            declared=(bare,),
            taken=frozenset(),
        )
