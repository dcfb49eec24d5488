"""A PAT's last use is noted when it was authenticated and allowed, and only then."""

from __future__ import annotations

import pytest

from domain.manage_tokens import PatRequest
from domain.policy import Permission
from domain.refusal import RefusedError
from tests.domain.make import PAT_ID, Cast, pat_record
from tests.fakes.service import NOW


def used(people: Cast) -> bool:
    return people.service.world.pats[PAT_ID].last_used_at is not None


def bearer(people: Cast, user_id: int, **columns):
    return people.pat_caller(pat_record(user_id=user_id, company_id=people.acme, **columns))


def test_authenticating_alone_is_no_use(people: Cast):
    bearer(people, people.owner)
    assert not used(people)


@pytest.mark.parametrize(
    "use",
    [
        lambda s, who: s.scrape.company(who, now=NOW),
        lambda s, who: s.tokens.list(who, now=NOW),
        lambda s, who: s.tokens.read(who, PAT_ID, now=NOW),
        lambda s, who: s.tokens.create(who, PatRequest(), now=NOW),
        lambda s, who: s.tokens.revoke(who, PAT_ID, now=NOW),
        lambda s, who: s.gate.admit(who, Permission.READ_SELF, now=NOW),
    ],
    ids=["scrape", "list", "read", "create", "revoke", "self"],
)
def test_an_allowed_use_is_noted(people: Cast, use):
    use(people.service, bearer(people, people.owner, read_only=False))
    assert used(people)


@pytest.mark.parametrize(
    "refused",
    [
        lambda s, who: s.scrape.company(who, now=NOW),
        lambda s, who: s.scrape.platform(who, now=NOW),
        lambda s, who: s.scrape.company(who, names=["up"], now=NOW),
        lambda s, who: s.tokens.create(who, PatRequest(), now=NOW),
        lambda s, who: s.tokens.create(who, PatRequest(access_global_metrics=True), now=NOW),
        lambda s, who: s.tokens.revoke(who, PAT_ID, now=NOW),
        lambda s, who: s.sign_out(who, now=NOW),
    ],
    ids=["scrape", "platform", "unknown name", "create", "create global", "revoke", "sign out"],
)
def test_a_refused_use_is_not(people: Cast, refused):
    who = bearer(people, people.member, read_only=True)
    with pytest.raises(RefusedError):
        refused(people.service, who)
    assert not used(people)
    assert people.service.world.writes == []


def test_a_sessions_use_notes_nothing(people: Cast):
    who = people.caller(people.owner, people.acme)
    people.service.world.writes.clear()
    people.service.scrape.company(who, now=NOW)
    assert people.service.world.writes == []


def test_a_use_never_brings_a_revoked_token_back(people: Cast):
    who = bearer(people, people.owner, read_only=False)
    people.service.world.change_pat(PAT_ID, revoked_at=NOW)
    people.service.scrape.company(who, now=NOW)
    assert people.service.world.pats[PAT_ID].revoked_at == NOW
