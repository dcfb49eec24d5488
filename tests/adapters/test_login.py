"""Signing in to the admin is limited like the API's sign-in, and together with it."""

from __future__ import annotations

import pytest

from tests.factories import PASSWORD, StaffFactory

pytestmark = pytest.mark.django_db
LOGIN = "/admin/login/"


def test_staff_sign_in(client):
    """A right password leads in, in whatever case the address is written."""
    staff = StaffFactory()
    sent = {"username": staff.email.upper(), "password": PASSWORD}
    assert client.post(LOGIN, sent).status_code == 302


def test_guessing_is_stopped_with_a_sentence(client):
    """After ten wrong ones even the right password waits, and the form says so."""
    staff = StaffFactory()
    for _ in range(10):
        client.post(LOGIN, {"username": staff.email, "password": "wrong"})
    response = client.post(LOGIN, {"username": staff.email, "password": PASSWORD})
    assert response.status_code == 200
    assert "Too many sign-in attempts. Try again in" in response.content.decode()


def test_the_admin_and_the_api_count_together(client, clock):
    """What was guessed at one door counts at the other."""
    from django.utils import timezone

    clock.time = timezone.now()
    staff = StaffFactory()
    for _ in range(10):
        client.post(LOGIN, {"username": staff.email, "password": "wrong"})
    body = {"email": staff.email, "password": PASSWORD}
    path = "/api/v1/token?grant_type=password"
    assert client.post(path, body, content_type="application/json").status_code == 429


def test_right_passwords_do_not_count(client):
    """Somebody who signs in often is not locked out."""
    staff = StaffFactory()
    answers = {
        client.post(LOGIN, {"username": staff.email, "password": PASSWORD}).status_code
        for _ in range(12)
    }
    assert answers == {302}
