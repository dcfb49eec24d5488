"""The password again, within ten minutes, before what an unwatched browser must not do."""

from __future__ import annotations

import logging
from urllib.parse import quote

import pytest
from django.contrib.sessions.models import Session as BrowserSession
from django.test import Client

from adapters.orm.models import PersonalAccessToken, Session, TokenEvent
from tests.factories import PASSWORD, PersonalAccessTokenFactory, SessionFactory
from tests.helpers.doors import give_password_again
from tests.tokens import bearer, session_token

CONFIRM = "/tokens/confirm/"
NOTHING = "Nothing was done: your password is asked for first."


@pytest.fixture
def signed_in(owner, sign_in):
    sign_in(owner.user.email)
    return owner


@pytest.fixture
def forms(signed_in):
    """Every page of one's own that writes, but for the sign-out and the password's own form."""
    token = PersonalAccessTokenFactory(user=signed_in.user, company=signed_in.company)
    session = Session.objects.get()
    return [
        "/tokens/new/",
        f"/tokens/{token.pk}/reissue/",
        f"/tokens/{token.pk}/revoke/",
        "/tokens/account/end/",
        f"/tokens/account/end/{session.pk}/",
        "/tokens/account/end-everything/",
    ]


@pytest.fixture
def late(clock):
    """Ten minutes and a second after the password was given."""

    def pass_by():
        clock.advance(minutes=10, seconds=1)

    return pass_by


def test_within_ten_minutes_nobody_is_asked(client, forms, clock):
    clock.advance(minutes=10)
    assert {client.get(path).status_code for path in forms} == {200}


def test_then_a_form_asks_before_it_is_filled(client, forms, late):
    late()
    for path in forms:
        assert client.get(path)["Location"] == f"{CONFIRM}?next={path}"


def test_and_what_is_sent_is_not_done(client, forms, late):
    """The answer is the way to the page that asks, and that page says so."""
    late()
    before = list(PersonalAccessToken.objects.values()), list(Session.objects.values("revoked_at"))
    sent = {"overlap_seconds": 0, "expires_in": 86400, "form_id": "x"}
    for path in forms:
        response = client.post(path, sent, follow=True)
        assert response.redirect_chain == [(f"{CONFIRM}?next={path}", 302)]
        assert NOTHING in response.content.decode()
    assert list(PersonalAccessToken.objects.values()) == before[0]
    assert list(Session.objects.values("revoked_at")) == before[1]
    assert not TokenEvent.objects.exclude(kind="session_started").exists()


def test_looking_takes_no_password(client, signed_in, late):
    late()
    for path in ("/tokens/", "/tokens/account/", "/tokens/account/password/"):
        assert client.get(path).status_code == 200


def test_the_password_opens_the_way_back_for_ten_minutes(client, forms, late, clock):
    late()
    response = client.post(f"{CONFIRM}?next={forms[0]}", {"password": PASSWORD})
    assert response["Location"] == forms[0]
    clock.advance(minutes=10)
    assert client.get(forms[0]).status_code == 200
    late()
    assert client.get(forms[0]).status_code == 302


def test_who_was_asked_already_is_not_asked_again(client, signed_in):
    assert client.get(f"{CONFIRM}?next=/tokens/new/")["Location"] == "/tokens/new/"


@pytest.mark.parametrize("wanted", ["https://evil.test/", "//evil.test", "/\\evil.test"])
def test_it_leads_nowhere_but_back_to_us(client, signed_in, late, wanted):
    late()
    path = f"{CONFIRM}?next={quote(wanted)}"
    assert client.post(path, {"password": PASSWORD})["Location"] == "/tokens/"


def test_a_wrong_one_opens_nothing(client, forms, late):
    late()
    response = client.post(CONFIRM, {"password": "s3cret-guess"})
    assert response.status_code == 401
    assert "This is not your password." in response.content.decode()
    assert "s3cret-guess" not in response.content.decode()
    assert client.get(forms[0]).status_code == 302
    assert client.post(CONFIRM, {}).status_code == 422


def test_guesses_count_like_those_of_a_sign_in(client, signed_in, sign_in, late, caplog):
    """Whoever finds an open browser guesses no better than anybody else."""
    caplog.set_level(logging.INFO)
    late()
    for _ in range(10):
        client.post(CONFIRM, {"password": "wrong"})
    response = client.post(CONFIRM, {"password": PASSWORD})
    assert response.status_code == 429
    assert int(response["Retry-After"]) > 0
    assert f"Try again in {response['Retry-After']} seconds." in response.content.decode()
    assert "password_wrong" in caplog.text
    assert sign_in(signed_in.user.email).status_code == 429


def test_it_is_asked_of_each_session(client, signed_in, late):
    """A password given in one browser is not given in another."""
    other = Client()
    other.post("/tokens/sign-in/", {"email": signed_in.user.email, "password": PASSWORD})
    late()
    give_password_again(client)
    assert client.get("/tokens/new/").status_code == 200
    assert other.get("/tokens/new/").status_code == 302


def test_a_stolen_cookie_does_not_share_in_it(client, signed_in, late, settings):
    """The cookie is another one afterwards; the copy of the old one leads to nobody."""
    name = settings.SESSION_COOKIE_NAME
    stolen = client.cookies[name].value
    late()
    give_password_again(client)
    thief = Client()
    thief.cookies[name] = stolen
    assert thief.get("/tokens/").status_code == 302
    assert client.get("/tokens/").status_code == 200
    assert BrowserSession.objects.count() == 1


def test_a_session_that_ended_has_nothing_to_confirm(client, signed_in, clock):
    Session.objects.update(revoked_at=clock())
    response = client.post(CONFIRM, {"password": PASSWORD})
    assert response["Location"] == f"/tokens/sign-in/?next={CONFIRM}"


def test_whoever_may_do_nothing_is_told_why(client, signed_in, late):
    late()
    signed_in.is_enabled = False
    signed_in.save()
    response = client.post(CONFIRM, {"password": PASSWORD})
    assert response.status_code == 403
    assert "Your membership of this company is disabled" in response.content.decode()


def test_the_api_asks_nobody(client, owner):
    """A program has no password."""
    session = SessionFactory(user=owner.user, company=owner.company, confirmed_at=None)
    headers = bearer(session_token(session))
    path = "/api/v1/personal-access-tokens"
    made = client.post(path, {}, content_type="application/json", **headers)
    assert made.status_code == 201
