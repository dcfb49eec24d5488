"""A person's sessions and password, at ``/tokens/account/``."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client

from adapters.orm.models import PersonalAccessToken, Session, TokenEvent, User
from tests.factories import (
    PASSWORD,
    OwnershipFactory,
    PersonalAccessTokenFactory,
    SessionFactory,
    StaffFactory,
)
from tests.tokens import bearer, pat_token

ACCOUNT = "/tokens/account/"
PASSWORD_PAGE = f"{ACCOUNT}password/"
EVERYTHING = f"{ACCOUNT}end-everything/"
NEW = "a new horse battery staple"


@pytest.fixture
def here(owner, sign_in):
    """The person's session in this browser."""
    sign_in(owner.user.email)
    return Session.objects.get()


@pytest.fixture
def elsewhere(here, owner, clock):
    """Another of their sessions."""
    return SessionFactory(
        user=owner.user,
        company=owner.company,
        network="198.51.100.0/24",
        created_at=clock() - timedelta(hours=3),
        last_used_at=clock() - timedelta(hours=2),
    )


@pytest.fixture
def token(owner):
    return PersonalAccessTokenFactory(user=owner.user, company=owner.company)


def live() -> set:
    return set(Session.objects.filter(revoked_at=None).values_list("id", flat=True))


def form(**changed):
    return {"old": PASSWORD, "new": NEW, "again": NEW, **changed}


def works(client, token) -> bool:
    return client.get("/api/v1/metrics", **bearer(pat_token(token))).status_code == 200


def test_people_see_their_sessions(client, here, elsewhere):
    """Since when, last used, from which network; this one is marked, others' are not there."""
    SessionFactory(network="203.0.113.0/24")
    SessionFactory(user=elsewhere.user, revoked_at=elsewhere.created_at, network="192.0.2.0/24")
    text = client.get(ACCOUNT).content.decode()
    cards = re.findall(r'<li class="card token">(.*?)</li>', text, re.DOTALL)
    assert len(cards) == 2
    this, other = cards
    assert "this one" in this
    assert "127.0.0.0/24" in this
    assert f"/end/{here.id}/" not in this
    assert "this one" not in other
    for said in ("18 Mar 2026, 09:00", "18 Mar 2026, 10:00", "198.51.100.0/24"):
        assert said in other
    assert f'href="{ACCOUNT}end/{elsewhere.id}/"' in other


def test_a_session_of_before_says_what_is_not_known(client, here, owner):
    SessionFactory(user=owner.user)
    assert client.get(ACCOUNT).content.decode().count("not known") == 2


def test_one_session_is_ended(client, here, elsewhere):
    path = f"{ACCOUNT}end/{elsewhere.id}/"
    assert "198.51.100.0/24" in client.get(path).content.decode()
    assert live() == {here.id, elsewhere.id}
    response = client.post(path, follow=True)
    assert "That session has ended." in response.content.decode()
    assert live() == {here.id}
    event = TokenEvent.objects.get(kind="session_ended")
    assert (event.session_id, event.actor_session_id) == (elsewhere.id, here.id)
    assert event.means == "page"


def test_nobody_ends_anothers_session(client, here):
    other = SessionFactory()
    path = f"{ACCOUNT}end/{other.id}/"
    assert [client.get(path).status_code, client.post(path).status_code] == [404, 404]
    assert other.id in live()


def test_all_others_are_ended_at_once(client, elsewhere, here, owner, token):
    """This one goes on, and so do tokens."""
    SessionFactory(user=owner.user)
    path = f"{ACCOUNT}end/"
    assert "2 other sessions end at once" in client.get(path).content.decode()
    response = client.post(path, follow=True)
    assert "Other sessions ended: 2." in response.content.decode()
    assert live() == {here.id}
    assert works(client, token)


def test_signing_out_everywhere_says_how_many_tokens_end(client, here, owner, token, clock):
    """Those that work, in all companies."""
    mine = {"user": owner.user}
    PersonalAccessTokenFactory(**mine, company=OwnershipFactory(user=owner.user).company)
    PersonalAccessTokenFactory(**mine, expires_at=clock())
    PersonalAccessTokenFactory(**mine, revoked_at=clock())
    PersonalAccessTokenFactory()
    text = client.get(EVERYTHING).content.decode()
    assert "2 tokens of yours end too" in text
    PersonalAccessToken.objects.update(revoked_at=clock())
    assert "You have no token that works" in client.get(EVERYTHING).content.decode()
    PersonalAccessToken.objects.filter(pk=token.pk).update(revoked_at=None)
    assert "1 token of yours ends too" in client.get(EVERYTHING).content.decode()


def test_signing_out_everywhere_ends_everything(client, here, elsewhere, token):
    assert works(client, token)
    response = client.post(EVERYTHING)
    assert response["Location"] == "/tokens/sign-in/"
    assert not works(client, token)
    assert client.get("/tokens/").status_code == 302
    assert TokenEvent.objects.get(kind="credentials_ended").actor_session_id == here.id


def test_the_password_is_changed(client, here, elsewhere, token, sign_in):
    """Other sessions end; this one and the tokens go on."""
    response = client.post(PASSWORD_PAGE, form(), follow=True)
    assert response.redirect_chain == [(ACCOUNT, 302)]
    text = response.content.decode()
    assert "Your password is changed. Your other sessions have ended. Your tokens go on." in text
    assert live() == {here.id}
    assert works(client, token)
    assert client.get("/tokens/").status_code == 200
    assert sign_in(here.user.email).status_code == 401
    assert User.objects.get(pk=here.user_id).check_password(NEW)


def test_with_the_box_ticked_the_tokens_end_too(client, here, token):
    """It is not ticked to begin with: a scraper should not go blind by routine."""
    page = client.get(PASSWORD_PAGE).content.decode()
    assert 'name="end_tokens"' in page
    assert "checked" not in page
    response = client.post(PASSWORD_PAGE, form(end_tokens="on"), follow=True)
    assert "All your tokens have ended." in response.content.decode()
    assert not works(client, token)
    assert client.get("/tokens/").status_code == 200


def test_the_cookie_is_another_one_with_another_password(client, here, settings):
    """Whoever has a copy of it is out, like everybody who signed in with the old password."""
    thief = Client()
    thief.cookies[settings.SESSION_COOKIE_NAME] = client.cookies[settings.SESSION_COOKIE_NAME].value
    client.post(PASSWORD_PAGE, form())
    assert thief.get("/tokens/").status_code == 302


@pytest.mark.parametrize(
    ("sent", "status", "said"),
    [
        (form(old="wrong"), 401, "This is not your password."),
        (form(again="another"), 422, "This is not the password above."),
        (form(new="", again="x"), 422, "This field is required."),
        (form(new="12345678", again="12345678"), 400, "too common"),
        (form(new="x" * 1025, again="x" * 1025), 422, "at most 1024 characters"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_changed(client, here, sent, status, said):
    response = client.post(PASSWORD_PAGE, sent)
    assert response.status_code == status
    assert said in response.content.decode()
    assert User.objects.get(pk=here.user_id).check_password(PASSWORD)


def test_the_present_password_is_guessed_no_better_than_at_the_sign_in(client, here):
    for _ in range(10):
        client.post(PASSWORD_PAGE, form(old="wrong"))
    response = client.post(PASSWORD_PAGE, form())
    assert response.status_code == 429
    assert int(response["Retry-After"]) > 0


def test_whoever_may_do_nothing_is_told_why(client, here, owner):
    owner.is_enabled = False
    owner.save()
    response = client.post(PASSWORD_PAGE, form())
    assert response.status_code == 403
    assert "Your membership of this company is disabled" in response.content.decode()


def test_the_page_says_what_a_password_has_to_be(client, here):
    assert "at least 12 characters" in client.get(PASSWORD_PAGE).content.decode()


def test_an_event_tells_of_the_change(client, here):
    client.post(PASSWORD_PAGE, form())
    event = TokenEvent.objects.get(kind="password_changed")
    assert (event.user_id, event.actor_session_id, event.means) == (here.user_id, here.id, "page")


def test_staff_without_a_company_have_an_account_too(client, db, sign_in):
    staff = StaffFactory()
    sign_in(staff.email)
    text = client.get(ACCOUNT).content.decode()
    assert 'href="/admin/"' in text
    assert 'href="/tokens/">' not in text
    assert client.post(PASSWORD_PAGE, form()).status_code == 302
    assert client.get("/tokens/new/").status_code == 400


def test_each_page_leads_to_the_others_that_are_for_the_person(client, here):
    for path in ("/tokens/", ACCOUNT, PASSWORD_PAGE):
        text = client.get(path).content.decode()
        assert 'href="/tokens/">' in text
        assert f'href="{ACCOUNT}">' in text
        assert 'href="/admin/"' not in text


def test_a_stranger_is_sent_to_sign_in_and_back(client, owner):
    asked = client.get(EVERYTHING)
    assert asked["Location"] == f"/tokens/sign-in/?next={EVERYTHING}"
    credentials = {"email": owner.user.email, "password": PASSWORD}
    assert client.post(asked["Location"], credentials)["Location"] == EVERYTHING
