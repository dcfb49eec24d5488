"""What the gate writes down: refused privileges, ended overlaps, uses; and nothing else."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from domain.events.event import EventKind
from domain.policy.decision import Allowed
from domain.policy.permission import Permission
from domain.policy.scope import CompanyScope
from domain.refusal import RefusedError
from domain.tokens.record import Overlap
from tests.domain.make import Cast, pat_record
from tests.fakes.service import NOW

PRIVILEGED = (Permission.SCRAPE_PLATFORM, Permission.GRANT_GLOBAL_METRICS)
PLAIN = (Permission.SCRAPE_COMPANY, Permission.SIGN_OUT)


@pytest.fixture
def gate(people: Cast):
    return people.service.gate


def member_pat(people: Cast, **columns):
    record = pat_record(user_id=people.member, company_id=people.acme, **columns)
    return people.pat_caller(record)


@pytest.mark.parametrize("permission", PRIVILEGED)
def test_a_refused_privilege_is_noted_with_its_reason(people: Cast, gate, permission):
    caller = people.caller(people.member, people.acme)
    with pytest.raises(RefusedError) as caught:
        gate.check(caller, permission, now=NOW)
    (event,) = people.service.world.events
    assert event.kind is EventKind.PRIVILEGED_USE_REFUSED
    assert event.detail == {"permission": permission.value, "reason": caught.value.reason.code}
    assert (event.at, event.user_id, event.company_id) == (NOW, people.member, people.acme)
    assert (event.pat_id, event.session_id) == (None, caller.credential.session_id)


def test_of_a_pat_its_id_is_noted_and_no_session(people: Cast, gate):
    caller = member_pat(people)
    with pytest.raises(RefusedError):
        gate.check(caller, Permission.SCRAPE_PLATFORM, now=NOW)
    (event,) = people.service.world.events
    assert (event.pat_id, event.session_id) == (caller.credential.pat_id, None)


@pytest.mark.parametrize("permission", PLAIN)
def test_any_other_refusal_is_not(people: Cast, gate, permission):
    with pytest.raises(RefusedError):
        gate.check(member_pat(people), permission, now=NOW)
    assert people.service.world.events == []


@pytest.mark.parametrize("company_id", [None, 999])
def test_a_request_that_is_wrong_is_no_forbidden_one(people: Cast, gate, company_id):
    member = people.caller(people.member, people.acme)
    caller = replace(member, company_id=company_id, company=None, membership=None)
    with pytest.raises(RefusedError):
        gate.check(caller, Permission.GRANT_GLOBAL_METRICS, now=NOW)
    assert people.service.world.events == []


def test_what_is_allowed_is_not_noted_as_refused(people: Cast, gate):
    gate.check(people.caller(people.staff, people.acme), Permission.SCRAPE_PLATFORM, now=NOW)
    assert people.service.world.events == []


def test_the_first_use_of_a_new_string_ends_the_old_one(people: Cast, gate):
    caller = member_pat(people, overlap=Overlap("jti-before", NOW + timedelta(hours=1)))
    gate.admit(caller, Permission.READ_SELF, now=NOW)
    (event,) = people.service.world.events
    assert (event.kind, event.pat_id) == (EventKind.OVERLAP_ENDED, caller.credential.pat_id)
    assert people.service.world.pats[caller.credential.pat_id].overlap is None


def test_no_other_use_asks_for_an_end(people: Cast, gate):
    caller = member_pat(people)
    assert not caller.credential.supersedes
    gate = replace(gate, overlaps=None)  # whoever asks it fails
    gate.admit(caller, Permission.READ_SELF, now=NOW)


def test_the_platform_is_nothing_less(people: Cast, gate, monkeypatch):
    """Whatever a policy of another day may say."""
    one = Allowed(CompanyScope(people.acme))
    monkeypatch.setattr("domain.gate.decide", lambda *_: one)
    with pytest.raises(TypeError, match="platform scope"):
        gate.admit_to_platform(people.caller(people.staff, people.acme), now=NOW)


def test_a_permission_without_a_company_gives_none(people: Cast, gate):
    with pytest.raises(TypeError, match="does not reach a company"):
        gate.admit_to_company(member_pat(people), Permission.READ_SELF, now=NOW)
