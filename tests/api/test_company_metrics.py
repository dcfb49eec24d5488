"""``GET /api/v1/metrics``: one company, the token's."""

from __future__ import annotations

import pytest

from tests.factories import OwnershipFactory, StaffFactory
from tests.helpers import people
from tests.helpers.answers import SCOPE, assert_error
from tests.helpers.exposition import company_ids, series_of, value

URL = "/api/v1/metrics"


@pytest.mark.parametrize("who", [people.owner, people.staff])
def test_an_owner_and_staff_see_the_company_of_the_token(client, company, who):
    found = series_of(client.get(URL, **who(company)))
    assert company_ids(found) == {str(company.pk)}
    assert value(found, "company_info", company_id=str(company.pk), slug=company.slug) == 1


@pytest.mark.parametrize(
    ("who", "code"), [(people.member, "owner_required"), (people.stranger, "membership_required")]
)
def test_others_are_refused(client, company, who, code):
    """The refusal is the caller's, not the token's: no challenge."""
    assert_error(client.get(URL, **who(company)), 403, code)


def test_an_owner_of_another_company_is_a_stranger_here(client, company):
    other = OwnershipFactory()
    arguments = people.session_of(other.user, company)
    assert_error(client.get(URL, **arguments), 403, "membership_required")


def test_a_token_without_a_company_is_told_so(client, db):
    arguments = people.session_of(StaffFactory(), None)
    assert_error(client.get(URL, **arguments), 400, "company_missing")


@pytest.mark.parametrize("who", [people.owner, people.staff])
def test_a_company_that_is_gone_is_not_found(client, company, who):
    arguments = who(company)
    company.delete()
    assert_error(client.get(URL, **arguments), 404, "company_not_found")


@pytest.mark.parametrize("who", [people.owner_of, people.member_of])
def test_a_pat_reaches_what_its_user_reaches(client, company, who):
    response = client.get(URL, **people.pat_of(who(company), company, read_only=True))
    assert response.status_code == (200 if who is people.owner_of else 403)


def test_without_a_token_the_challenge_names_no_error(client, company):
    """RFC 6750 section 3.1."""
    assert_error(client.get(URL), 401, "token_missing", challenge="")


def test_a_read_only_pat_is_enough(client, company):
    arguments = people.pat_of(people.owner_of(company), company, read_only=True)
    assert client.get(URL, **arguments).status_code == 200
    url = "/api/v1/personal-access-tokens"
    response = client.post(url, "{}", content_type="application/json", **arguments)
    assert_error(response, 403, "read_only_token", challenge=SCOPE)
