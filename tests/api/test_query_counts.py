"""How many statements a request takes: fixed, whatever the number of companies and users."""

from __future__ import annotations

import pytest

from adapters.orm.models import Company, LoginTally, Membership, User
from tests.factories import PersonalAccessTokenFactory, StaffFactory
from tests.helpers import people
from tests.helpers.statements import statements
from tests.tokens import bearer, pat_token

COMPANY, PLATFORM = "/api/v1/metrics", "/api/v1/metrics/all"
AT_MOST = {COMPANY: 4, PLATFORM: 12}


def reading(client, url: str, arguments, *, status: int = 200) -> list[str]:
    """The statements of a request, the note of a token's last use aside."""
    with statements() as sent:
        assert client.get(url, **arguments).status_code == status
    return [sql for sql in sent if not sql.startswith("UPDATE")]


def add_companies(number: int) -> None:
    """Companies with two members each, a sign-in and a token."""
    start = Company.objects.count()
    names = [f"many-{n}" for n in range(start, number)]
    companies = Company.objects.bulk_create(Company(slug=name, name=name) for name in names)
    users = User.objects.bulk_create(
        User(email=f"{name}-{n}@example.test") for name in names for n in range(2)
    )
    Membership.objects.bulk_create(
        Membership(user=user, company=companies[n // 2]) for n, user in enumerate(users)
    )
    LoginTally.objects.bulk_create(LoginTally(company=c, provider="email") for c in companies)
    for n, company in enumerate(companies):
        PersonalAccessTokenFactory(company=company, user=users[n * 2])


@pytest.mark.parametrize("url", [COMPANY, PLATFORM])
@pytest.mark.parametrize("kind", ["session", "pat"])
def test_a_scrape_takes_as_many_for_3_companies_as_for_300(client, company, url, kind):
    user = people.owner_of(company, user=StaffFactory())
    make = people.session_of if kind == "session" else people.global_pat_of
    arguments = make(user, company, **({} if kind == "session" else {"by": user}))
    add_companies(3)
    few = reading(client, url, arguments)
    add_companies(300)
    assert Company.objects.count() == 300
    many = reading(client, url, arguments)
    assert len(few) == len(many)
    assert len(few) <= AT_MOST[url], few


@pytest.mark.parametrize("kind", ["session", "pat", "global pat"])
def test_authentication_is_one_query_whatever_the_token(client, company, kind):
    user = people.member_of(company)
    arguments = {
        "session": lambda: people.session_of(user, company),
        "pat": lambda: people.pat_of(user, company),
        "global pat": lambda: people.global_pat_of(user, company, by=StaffFactory()),
    }[kind]()
    assert len(reading(client, COMPANY, arguments, status=403)) == 1


def test_who_somebody_is_takes_their_profile_too(client, company):
    """Their row, their groups and what they own, as for a token that is issued."""
    assert len(reading(client, "/api/v1/user", people.owner(company))) == 1 + 3


def test_a_token_s_use_is_noted_by_one_statement_on_one_column(client, company):
    row = PersonalAccessTokenFactory(user=people.owner_of(company), company=company)
    with statements() as sent:
        client.get(COMPANY, **bearer(pat_token(row)))
    updates = [sql for sql in sent if sql.startswith("UPDATE")]
    assert len(updates) == 1
    changed = updates[0].split(" SET ")[1].split(" WHERE ")[0]
    assert changed.count("=") == 1
    assert "last_used_at" in changed


def test_a_refused_scrape_measures_nothing(client, company):
    assert len(reading(client, COMPANY, people.member(company), status=403)) == 1
