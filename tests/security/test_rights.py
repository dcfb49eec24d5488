"""The whole of section 2 over HTTP, held against the model; and what follows a change of facts."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from adapters.orm.models import Company, Membership, PersonalAccessToken, Session, User
from tests.factories import (
    CompanyFactory,
    MembershipFactory,
    OwnershipFactory,
    PersonalAccessTokenFactory,
)
from tests.helpers import people
from tests.helpers.answers import assert_error
from tests.security.rights import ACTIONS, PATS, Action, Facts, caller, every_fact, expected
from tests.service import NOON

SPACE = list(every_fact())


def ask(client, who, action: Action):
    path = action.path.replace("{pat}", str(who.pat.pk))
    body = "" if action.body is None else json.dumps(action.body)
    return client.generic(action.method, path, body, "application/json", **who.arguments)


def name_of(facts: Facts) -> str:
    return "-".join(str(int(v)) if isinstance(v, bool) else v for v in vars(facts).values())


def test_the_space_is_whole():
    places, companies_gone, nowhere = 2 * 2 + 1, 1, 4
    assert len(SPACE) == 6 * 2 * 2 * (places + companies_gone) + nowhere
    assert len(set(SPACE)) == len(SPACE)


@pytest.mark.parametrize("facts", SPACE, ids=name_of)
def test_every_action_of_every_caller(client, db, facts):
    who = caller(facts)
    found = {action.name: ask(client, who, action).status_code for action in ACTIONS}
    assert found == {action.name: expected(facts, action) for action in ACTIONS}


CHANGES = {
    "deactivated": (lambda: User.objects.update(is_active=False), 401),
    "disabled": (lambda: Membership.objects.update(is_enabled=False), 403),
    "removed": (lambda: Membership.objects.all().delete(), 403),
    "demoted": (lambda: Membership.objects.update(role="member"), 403),
    "company deleted": (lambda: Company.objects.all().delete(), 404),
    "user deleted": (lambda: User.objects.all().delete(), 401),
    "revoked": (
        lambda: (
            Session.objects.update(revoked_at=NOON),
            PersonalAccessToken.objects.update(revoked_at=NOON),
        ),
        401,
    ),
    "expired": (
        lambda: (
            Session.objects.update(expires_at=NOON),
            PersonalAccessToken.objects.update(expires_at=NOON),
        ),
        401,
    ),
    "moved to another company": (
        lambda: (
            Session.objects.update(company=CompanyFactory()),
            PersonalAccessToken.objects.update(company=CompanyFactory()),
        ),
        401,
    ),
    "row deleted": (
        lambda: (Session.objects.all().delete(), PersonalAccessToken.objects.all().delete()),
        401,
    ),
}


@pytest.mark.parametrize("credential", ["session", "pat", "pat_read_only"])
@pytest.mark.parametrize("change", CHANGES)
def test_a_change_between_two_requests_decides_the_second(client, db, change, credential):
    who = caller(Facts(credential))
    scrape = ACTIONS[0]
    assert ask(client, who, scrape).status_code == 200
    make, status = CHANGES[change]
    make()
    assert ask(client, who, scrape).status_code == status


@pytest.mark.parametrize("lost", [{"is_active": False}, {"is_staff": False}])
def test_a_grant_ends_with_its_giver(client, db, lost):
    company = CompanyFactory()
    grantor, scraper = people.StaffFactory(), people.owner_of(company)
    who = people.global_pat_of(scraper, company, by=grantor)
    assert client.get("/api/v1/metrics/all", **who).status_code == 200
    User.objects.filter(pk=grantor.pk).update(**lost)
    assert_error(
        client.get("/api/v1/metrics/all", **who),
        403,
        "global_grant_lapsed",
        challenge="insufficient_scope",
    )


@pytest.mark.parametrize("reader", ["another user", "staff", "the same user elsewhere"])
@pytest.mark.parametrize("act", ["", "/revoke", "/reissue"])
def test_nobody_reaches_sideways(client, db, reader, act):
    """Another's PAT is as unknown as one that never was, and it is left as it was."""
    company = CompanyFactory()
    victim = people.owner_of(company)
    row = PersonalAccessTokenFactory(user=victim, company=company)
    if reader == "the same user elsewhere":
        who = people.session_of(victim, OwnershipFactory(user=victim).company)
    else:
        who = people.staff(company) if reader == "staff" else people.owner(company)
    before = PersonalAccessToken.objects.values().get(pk=row.pk)
    method = "POST" if act else "GET"
    answer = client.generic(method, f"{PATS}/{row.pk}{act}", "{}", "application/json", **who)
    nothing = client.generic(
        method, f"{PATS}/{row.pk}{act}".replace(str(row.pk)[:8], "0" * 8), "{}", **who
    )
    assert_error(answer, 404, "personal_access_token_not_found")
    assert answer.content == nothing.content
    assert PersonalAccessToken.objects.values().get(pk=row.pk) == before


FORBIDDEN = {
    "id": "6f1b1f3e-0c7c-4a5e-9d36-0e4f1b1c2d3e",
    "jti": "chosen",
    "user": 1,
    "user_id": "1",
    "company": 1,
    "granted_by": 1,
    "granted_by_id": 1,
    "granted_at": "2030-01-01T00:00:00Z",
    "created_at": "2030-01-01T00:00:00Z",
    "expires_at": "2999-01-01T00:00:00Z",
    "last_used_at": None,
    "revoked_at": None,
    "previous_jti": "x",
    "pat_agm": True,
    "is_staff": True,
    "role": "owner",
    "__class__": "x",
    "pk": 1,
}
PLAIN = '{"name": "x"}'


@pytest.mark.parametrize("field", FORBIDDEN)
def test_no_field_but_the_documented_ones_is_taken(client, db, field):
    company = CompanyFactory()
    who = people.owner(company)
    body = json.dumps({"name": "x", field: FORBIDDEN[field]})
    plain, other = (
        client.generic("POST", PATS, text, "application/json", **who) for text in (PLAIN, body)
    )
    assert (plain.status_code, other.status_code) == (201, 201)
    assert set(other.json()) == set(plain.json())
    one, two = PersonalAccessToken.objects.values()
    own = {"id", "jti"}
    assert {one[name] != two[name] for name in own} == {True}
    assert [one[name] for name in one.keys() - own] == [two[name] for name in one.keys() - own]
    assert FORBIDDEN[field] not in (str(two["id"]), two["jti"])


OVERRIDES = ("X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override", "X-Original-Method")


@pytest.mark.parametrize("header", OVERRIDES)
@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "DELETE"])
def test_a_method_is_what_it_is(client, db, header, method):
    """Neither does a read-only token write in disguise, nor does a GET become anything else."""
    read_only = replace(Facts(), credential="pat_read_only")
    who = caller(read_only)
    sent = {"headers": {**who.arguments["headers"], header: method}}
    body = json.dumps({"_method": method})
    answer = client.generic("POST", f"{PATS}?_method={method}", body, "application/json", **sent)
    assert answer.status_code in {403, 422}
    sent["headers"][header] = "POST"
    count = PersonalAccessToken.objects.count()
    assert client.get(f"{PATS}?_method=POST", **sent).status_code == 200
    assert PersonalAccessToken.objects.count() == count


PATHS = ("/api/v1/metrics", "/api/v1/metrics/all", PATS)
TRICKS = ("/", "//", "/.", ";x=1", "%2F", "/%2e%2e/metrics", "%00", "?", ".json", "%20")


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("trick", TRICKS)
def test_a_path_is_what_it_is(client, db, path, trick):
    """No spelling of a route is answered without a token."""
    assert client.get(path + trick).status_code in {301, 400, 401, 404}
    member = people.member_of(company := CompanyFactory())
    MembershipFactory(user=member)
    answer = client.get(path + trick, **people.session_of(member, company))
    assert not answer.content.startswith(b"# HELP")
