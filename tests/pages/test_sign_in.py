"""Signing in to the pages: the API's own rules, in the browser."""

from __future__ import annotations

import pytest
from django.test import Client

from adapters.orm.models import Session, User
from adapters.orm.repositories.sign_in import DjangoPasswords
from tests.factories import CompanyFactory, MembershipFactory, OwnershipFactory, StaffFactory

pytestmark = pytest.mark.django_db


def test_nobody_sees_a_token_page_without_signing_in(client):
    """Every page sends a stranger to sign in."""
    response = client.get("/tokens/")
    assert (response.status_code, response["Location"]) == (302, "/tokens/sign-in/?next=/tokens/")


def test_an_owner_signs_in(client, owner, sign_in):
    """Right credentials lead to the tokens of the one company."""
    assert sign_in(owner.user.email)["Location"] == "/tokens/"
    assert f"<strong>{owner.company.slug}</strong>" in client.get("/tokens/").content.decode()


def test_a_wrong_password_says_what_the_api_says(client, owner):
    """The same sentence for a wrong password and an unknown user, with 401."""
    bodies = []
    for email in (owner.user.email, "nobody@example.test"):
        response = client.post("/tokens/sign-in/", {"email": email, "password": "wrong"})
        assert response.status_code == 401
        bodies.append("The e-mail address or the password is wrong." in response.content.decode())
    assert bodies == [True, True]


def test_who_is_deactivated_while_signing_in_starts_no_session(owner, sign_in, monkeypatch):
    """The form again, and nothing that tells a stopped user from a wrong password."""
    check = DjangoPasswords.check

    def check_then_deactivate(*arguments):
        user = check(*arguments)
        User.objects.update(is_active=False)
        return user

    monkeypatch.setattr(DjangoPasswords, "check", check_then_deactivate)
    response = sign_in(owner.user.email)
    assert response.status_code == 401
    assert "The e-mail address or the password is wrong." in response.content.decode()
    assert not Session.objects.exists()


def test_a_member_of_several_companies_chooses(client, owner, sign_in):
    """The form comes back with the choices, and works with one of them."""
    second = MembershipFactory(user=owner.user)
    response = sign_in(owner.user.email)
    assert response.status_code == 400
    page = response.content.decode()
    assert f'<option value="{second.company_id}">{second.company.slug}</option>' in page
    assert sign_in(owner.user.email, company_id=second.company_id).status_code == 302
    assert second.company.slug in client.get("/tokens/").content.decode()


def test_staff_name_a_company(client, sign_in):
    """Without one there are no tokens to show, and the page says how to get there."""
    staff, company = StaffFactory(), CompanyFactory()
    sign_in(staff.email)
    refused = client.get("/tokens/")
    assert refused.status_code == 400
    assert "names no company" in refused.content.decode()
    sign_in(staff.email, company_id=company.id)
    assert client.get("/tokens/").status_code == 200


def test_too_many_attempts_are_told_when_to_come_back(client, owner):
    """The limiter is the API's."""
    for _ in range(10):
        client.post("/tokens/sign-in/", {"email": owner.user.email, "password": "wrong"})
    response = client.post("/tokens/sign-in/", {"email": owner.user.email, "password": "wrong"})
    assert response.status_code == 429
    assert int(response["Retry-After"]) > 0


def test_signing_out_ends_the_session(client, owner, sign_in):
    """The row is revoked, and the page is gone."""
    sign_in(owner.user.email)
    assert client.post("/tokens/sign-out/")["Location"] == "/tokens/sign-in/"
    assert Session.objects.get().revoked_at is not None
    assert client.get("/tokens/").status_code == 302


def test_a_session_revoked_elsewhere_ends_the_page(client, owner, sign_in, clock):
    """The row is asked on every request."""
    sign_in(owner.user.email)
    Session.objects.update(revoked_at=clock())
    assert client.get("/tokens/").status_code == 302


def test_rights_lost_after_signing_in_are_lost_on_the_page(client, owner, sign_in):
    """Live facts decide, as they do for the API."""
    sign_in(owner.user.email)
    owner.is_enabled = False
    owner.save()
    assert client.get("/tokens/").status_code == 403


def test_a_form_from_elsewhere_is_refused(owner):
    """CSRF."""
    strict = Client(enforce_csrf_checks=True)
    sent = strict.post("/tokens/sign-in/", {"email": owner.user.email, "password": "x"})
    assert sent.status_code == 403


@pytest.mark.parametrize("fields", [{}, {"email": "no address"}, {"company_id": "0"}])
def test_an_incomplete_form_comes_back_with_its_faults(client, db, fields):
    """422, and a sentence at the field."""
    response = client.post("/tokens/sign-in/", fields)
    assert response.status_code == 422
    assert 'role="alert"' in response.content.decode()


def test_no_page_holds_a_password(client, owner):
    """A form sent back never repeats the password."""
    OwnershipFactory(user=owner.user)
    response = client.post("/tokens/sign-in/", {"email": owner.user.email, "password": "s3cret-x"})
    assert "s3cret-x" not in response.content.decode()
