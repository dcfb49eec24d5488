"""What ShellUI Admin sends and reads."""

from __future__ import annotations

import pytest

from tests.factories import PASSWORD, OwnershipFactory, StaffFactory
from tests.shellui.admin import GAUGES, PREFIX, Admin, ShownError
from tests.shellui.shell import Shell


@pytest.fixture
def admin(page, shell):
    return Admin(page, shell.stored["access_token"])


@pytest.fixture
def staff_admin(page, ownership):
    shell = Shell(page)
    user = StaffFactory()
    assert shell.sign_in(user.email, PASSWORD, company_id=ownership.company_id) == 200
    return Admin(page, shell.stored["access_token"])


def test_the_dashboard_of_a_company(admin, ownership):
    found = admin.dashboard()
    assert set(found) == GAUGES
    assert {company for values in found.values() for company in values} == {ownership.company_id}
    assert found[f"{PREFIX}_users_total"][ownership.company_id] == 1


def test_the_dashboard_of_everything(staff_admin, ownership):
    other = OwnershipFactory()
    found = staff_admin.dashboard("/api/v1/metrics/all")
    assert set(found) == GAUGES
    for values in found.values():
        assert set(values) == {ownership.company_id, other.company_id}


def test_a_token_s_life(admin, ownership):
    row, text = admin.create("prometheus", read_only=True, everything=False)
    assert (row.name, row.read_only, row.access_global_metrics) == ("prometheus", True, False)
    assert row.user_id == ownership.user_id
    assert admin.tokens() == [row]
    assert set(Admin(admin.page, text).dashboard()) == GAUGES
    [used] = admin.tokens()
    assert used.last_used_at is not None
    gone = admin.revoke(row)
    assert gone.revoked_at is not None
    assert admin.tokens() == [gone]


def test_staff_give_the_flag(staff_admin):
    row, text = staff_admin.create("platform", read_only=True, everything=True)
    assert row.access_global_metrics
    assert set(Admin(staff_admin.page, text).dashboard("/api/v1/metrics/all")) == GAUGES


def test_a_refusal_is_shown_as_it_is(admin):
    with pytest.raises(ShownError, match="Only staff may create"):
        admin.create("x", read_only=True, everything=True)
    with pytest.raises(ShownError, match="Metrics of all companies are for staff"):
        admin.dashboard("/api/v1/metrics/all")
    with pytest.raises(ShownError, match="name: write at most 200 characters"):
        admin.create("n" * 201, read_only=True, everything=False)


def test_every_error_is_one_that_it_can_show(page, admin, settings):
    """Also of who is not signed in, and of a row that is not there."""
    with pytest.raises(ShownError, match="This is not a signed JWT"):
        Admin(page, "nonsense").tokens()
    row, _ = admin.create("x", read_only=True, everything=False)
    row.id = "no-uuid"
    with pytest.raises(ShownError, match="You have no personal access token with this id"):
        admin.revoke(row)
