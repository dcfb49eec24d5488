"""``GET /api/v1/metrics/all``: every company, and the platform."""

from __future__ import annotations

import pytest

from adapters.orm.models import Company
from tests.factories import StaffFactory, UserFactory
from tests.helpers import people
from tests.helpers.answers import SCOPE, assert_error
from tests.helpers.exposition import company_ids, series_of, value

URL = "/api/v1/metrics/all"


def every_company() -> set[str]:
    return {str(pk) for pk in Company.objects.values_list("pk", flat=True)}


def test_staff_see_every_company_and_the_platform(client, company, staff):
    found = series_of(client.get(URL, **staff))
    assert company_ids(found) == every_company() | {None}
    assert value(found, "companies") == len(every_company())


def test_staff_need_no_company(client, company):
    found = series_of(client.get(URL, **people.session_of(StaffFactory(), None)))
    assert company_ids(found) == every_company() | {None}


@pytest.mark.parametrize("who", [people.owner, people.member])
def test_a_session_of_others_is_refused(client, company, who):
    assert_error(client.get(URL, **who(company)), 403, "staff_required")


def test_a_service_account_needs_the_flag_and_no_ownership(client, company):
    """A service account for Prometheus should not be staff."""
    robot = people.member_of(company)
    arguments = people.global_pat_of(robot, company, by=StaffFactory(), read_only=True)
    assert company_ids(series_of(client.get(URL, **arguments))) == every_company() | {None}


def test_a_pat_of_staff_without_the_flag_is_refused(client, company):
    """The checkbox exists to say so."""
    arguments = people.pat_of(StaffFactory(), company)
    response = client.get(URL, **arguments)
    assert_error(response, 403, "global_flag_required", challenge=SCOPE)


@pytest.mark.parametrize("lapse", [{"is_staff": False}, {"is_active": False}])
def test_the_grant_lapses_the_moment_its_giver_is_no_active_staff(client, company, lapse):
    giver = StaffFactory()
    arguments = people.global_pat_of(people.owner_of(company), company, by=giver)
    assert client.get(URL, **arguments).status_code == 200
    for name, changed in lapse.items():
        setattr(giver, name, changed)
    giver.save()
    response = client.get(URL, **arguments)
    assert_error(response, 403, "global_grant_lapsed", challenge=SCOPE)
    assert client.get("/api/v1/metrics", **arguments).status_code == 200


def test_the_grant_lapses_with_the_giver_s_row(client, company):
    giver = StaffFactory()
    arguments = people.global_pat_of(people.owner_of(company), company, by=giver)
    giver.delete()
    response = client.get(URL, **arguments)
    assert_error(response, 403, "global_grant_lapsed", challenge=SCOPE)


def test_a_flag_that_nobody_granted_is_worth_nothing(client, company):
    arguments = people.pat_of(StaffFactory(), company, access_global_metrics=True)
    response = client.get(URL, **arguments)
    assert_error(response, 403, "global_grant_lapsed", challenge=SCOPE)


def test_a_global_pat_of_a_stranger_is_refused(client, company):
    """Anyone but staff needs an enabled membership, whatever their token."""
    arguments = people.global_pat_of(UserFactory(), company, by=StaffFactory())
    assert_error(client.get(URL, **arguments), 403, "membership_required")
