"""Companies and memberships in the admin."""

from __future__ import annotations

import pytest

from adapters.orm.models import Company, LoginTally, Membership
from tests.admin.pages import page, shown_form, untick
from tests.factories import (
    CompanyFactory,
    LoginTallyFactory,
    MembershipFactory,
    OwnershipFactory,
    PersonalAccessTokenFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


def _url(company):
    return page("company", "change", company.pk)


def _with_member(form, user, role="member"):
    row = {"user": user.pk, "role": role, "is_enabled": "on"}
    return {**form, **{f"memberships-2-0-{name}": value for name, value in row.items()}}


def test_a_company_is_added_with_a_first_member(client, root):
    user = UserFactory()
    form = shown_form(client, page("company", "add"), "company")
    form = {**form, "slug": "acme", "name": "Acme"}
    client.post(page("company", "add"), _with_member(form, user, role="owner"))
    membership = Membership.objects.get(company__slug="acme")
    assert (membership.user, membership.role) == (user, "owner")


def test_a_member_is_disabled_on_the_companys_page(client, root):
    membership = MembershipFactory()
    url = _url(membership.company)
    form = shown_form(client, url, "company")
    client.post(url, untick(form, "memberships-0-is_enabled"))
    membership.refresh_from_db()
    assert not membership.is_enabled


def test_a_page_from_before_does_not_enable_a_disabled_member(client, root):
    membership = MembershipFactory()
    url = _url(membership.company)
    old = shown_form(client, url, "company")
    Membership.objects.filter(pk=membership.pk).update(is_enabled=False)
    client.post(url, {**old, "name": "Renamed", "memberships-0-role": "owner"})
    membership.refresh_from_db()
    assert (membership.role, membership.is_enabled) == ("owner", False)


def test_saving_a_company_leaves_presence_alone(client, root, clock):
    membership = MembershipFactory()
    url = _url(membership.company)
    old = shown_form(client, url, "company")
    Membership.objects.filter(pk=membership.pk).update(last_seen_at=clock())
    client.post(url, {**old, "memberships-0-role": "owner"})
    membership.refresh_from_db()
    assert (membership.role, membership.last_seen_at) == ("owner", clock())


def test_a_member_twice_is_an_error_on_the_form(client, root):
    """Also one that the page does not show: it shows the first rows only."""
    company = CompanyFactory()
    hidden = MembershipFactory.create_batch(51, company=company)[-1]
    form = shown_form(client, _url(company), "company")
    response = client.post(_url(company), _with_member(form, hidden.user))
    assert response.status_code == 200
    assert f"{hidden.user} is a member of {company} already." in response.content.decode()


def test_a_large_company_shows_its_owners_first_and_can_be_saved(client, root):
    company = CompanyFactory()
    MembershipFactory.create_batch(120, company=company)
    owner = OwnershipFactory(company=company)
    url = _url(company)
    form = shown_form(client, url, "company")
    assert form["memberships-INITIAL_FORMS"] == "50"
    assert form["memberships-0-id"] == str(owner.pk)
    text = client.get(url).content.decode()
    assert "At most 50 are shown here, owners first." in text
    client.post(url, untick(form, "memberships-49-is_enabled"))
    disabled = Membership.objects.get(is_enabled=False)
    assert str(disabled.pk) == form["memberships-49-id"]
    assert Membership.objects.count() == 121


def test_a_row_that_others_pushed_off_the_page_meanwhile_is_saved(client, root):
    company = CompanyFactory()
    MembershipFactory.create_batch(50, company=company)
    form = shown_form(client, _url(company), "company")
    OwnershipFactory(company=company)
    client.post(_url(company), untick(form, "memberships-49-is_enabled"))
    disabled = Membership.objects.get(is_enabled=False)
    assert str(disabled.pk) == form["memberships-49-id"]


def test_a_row_of_another_company_cannot_be_sent(client, root):
    company, other = CompanyFactory(), MembershipFactory()
    url = _url(company)
    form = shown_form(client, url, "company") | {
        "memberships-TOTAL_FORMS": "1",
        "memberships-INITIAL_FORMS": "1",
        "memberships-0-id": other.pk,
        "memberships-0-role": "owner",
        "memberships-0-user": other.user.pk,
    }
    client.post(url, form)
    before = other.company_id
    other.refresh_from_db()
    assert (other.role, other.company_id) == ("member", before)


def test_deleting_a_company_says_what_goes_and_keeps_its_tokens(client, root):
    membership = MembershipFactory()
    company = membership.company
    LoginTallyFactory(company=company)
    token = PersonalAccessTokenFactory(company=company, user=membership.user)
    text = client.get(page("company", "delete", company.pk)).content.decode()
    assert "Memberships: 1" in text
    assert "Login tallies: 1" in text
    client.post(page("company", "delete", company.pk), {"post": "yes"})
    assert not Company.objects.exists()
    assert not LoginTally.objects.exists()
    token.refresh_from_db()
    assert token.company_id == company.pk


def test_deleting_a_company_takes_the_right_to_delete_memberships(client, staff, allow):
    allow(staff, "view_company", "delete_company")
    company = MembershipFactory().company
    assert client.post(page("company", "delete", company.pk), {"post": "yes"}).status_code == 403
    allow(staff, "delete_membership")
    assert client.post(page("company", "delete", company.pk), {"post": "yes"}).status_code == 302


def test_memberships_have_a_list_and_keep_who_and_where(client, root):
    membership = MembershipFactory()
    assert client.get(page("membership"), {"company__id__exact": membership.company_id}).context[
        "cl"
    ].queryset.get() == (membership)
    url = page("membership", "change", membership.pk)
    form = shown_form(client, url, "membership")
    client.post(url, {**form, "user": UserFactory().pk, "role": "owner"})
    before = membership.user_id
    membership.refresh_from_db()
    assert (membership.user_id, membership.role) == (before, "owner")
