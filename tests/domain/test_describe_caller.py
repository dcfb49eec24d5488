"""Who the caller is, in the words of their token."""

from __future__ import annotations

import pytest

from domain.describe_caller import DescribeCaller
from domain.refusal import RefusalReason, RefusedError
from tests.domain.make import Cast, pat_record
from tests.fakes.people import FakeProfiles
from tests.fakes.service import NOW


@pytest.fixture
def describe(people: Cast):
    return DescribeCaller(people.service.gate, FakeProfiles(people.service.world))


def said(payload):
    return {name: payload[name] for name in ("email", "user_metadata", "app_metadata")}


def test_a_session_is_told_what_its_token_says(people: Cast, describe):
    token = people.service.start_session(people.owner, people.acme, now=NOW).access_token
    caller = people.service.authenticate(token, now=NOW)
    payload = people.service.codec.verify(token)
    assert describe(caller, now=NOW) == said(payload)
    assert payload["app_metadata"] == {"provider": "email"}


def test_a_token_is_told_what_it_says_and_the_use_is_noted(people: Cast, describe):
    record = pat_record(user_id=people.owner, company_id=people.acme)
    people.service.world.add_pat(record)
    token = people.service.tokens.mint.sign(record, now=NOW).token
    caller = people.service.authenticate(token, now=NOW)
    payload = people.service.codec.verify(token)
    assert describe(caller, now=NOW) == said(payload)
    assert payload["app_metadata"] == {"provider": "personal_access_token"}
    assert people.service.world.pats[record.id].last_used_at == NOW.replace(microsecond=0)


def test_who_may_do_nothing_is_told_nothing(people: Cast, describe):
    token = people.service.start_session(people.owner, people.acme, now=NOW).access_token
    people.service.world.set_membership(people.owner, people.acme, is_enabled=False)
    caller = people.service.authenticate(token, now=NOW)
    with pytest.raises(RefusedError) as caught:
        describe(caller, now=NOW)
    assert caught.value.reason is RefusalReason.MEMBERSHIP_DISABLED
