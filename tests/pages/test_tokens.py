"""One's own tokens in the browser."""

from __future__ import annotations

from datetime import timedelta

import pytest

from adapters.orm.models import PersonalAccessToken, TokenEvent
from tests.factories import (
    CompanyFactory,
    OwnershipFactory,
    PersonalAccessTokenFactory,
    StaffFactory,
)
from tests.pages.conftest import token_in
from tests.tokens import bearer

DAY = 24 * 3600
STATES = ("active", "soon", "expired", "revoked")
NEW = {"name": "prometheus", "read_only": "on", "expires_in": 7 * DAY}


@pytest.fixture
def signed_in(owner, sign_in):
    sign_in(owner.user.email)
    return owner


def test_a_token_is_made_and_shown_once(client, signed_in, form_id, clock):
    """The page shows a token that works, and no later page shows it again."""
    response = client.post("/tokens/new/", {**NEW, "form_id": form_id()})
    token = token_in(response)
    row = PersonalAccessToken.objects.get()
    assert (row.name, row.read_only, row.company_id) == ("prometheus", True, signed_in.company_id)
    assert (row.expires_at - clock()).total_seconds() == 7 * DAY
    assert client.get("/api/v1/metrics", **bearer(token)).status_code == 200
    assert token not in client.get("/tokens/").content.decode()
    assert token not in str(dict(client.session.items()))
    assert response["Cache-Control"] == "max-age=0, no-cache, no-store, must-revalidate, private"


def test_a_form_sent_twice_makes_one_token(client, signed_in, form_id):
    """A reload of the page that showed the token makes no second one."""
    sent = {**NEW, "form_id": form_id()}
    client.post("/tokens/new/", sent)
    again = client.post("/tokens/new/", sent, follow=True)
    assert "nothing was made a second time" in again.content.decode()
    assert PersonalAccessToken.objects.count() == 1


def test_only_staff_are_offered_the_global_flag(client, signed_in, sign_in, form_id):
    """Others do not see the box, and sending it anyway changes nothing."""
    sent = {**NEW, "access_global_metrics": "on", "form_id": form_id()}
    assert 'name="access_global_metrics"' not in client.get("/tokens/").content.decode()
    client.post("/tokens/new/", sent)
    assert not PersonalAccessToken.objects.get().access_global_metrics
    staff = StaffFactory()
    sign_in(staff.email, company_id=signed_in.company_id)
    client.post("/tokens/new/", {**sent, "form_id": form_id()})
    assert PersonalAccessToken.objects.get(user=staff).granted_by == staff


def test_the_list_says_what_is_known(client, signed_in, clock):
    """Active, soon, expired and revoked tokens can be told apart."""
    mine = {"user": signed_in.user, "company": signed_in.company}
    days = {"fresh": 30, "soon": 3, "past": 0}
    for name, left in days.items():
        PersonalAccessTokenFactory(**mine, name=name, expires_at=clock() + timedelta(days=left))
    PersonalAccessTokenFactory(**mine, name="gone", revoked_at=clock())
    text = client.get("/tokens/").content.decode()
    tags = {state: text.count(f'<span class="tag {state}">') for state in STATES}
    assert tags == {"active": 2, "soon": 1, "expired": 1, "revoked": 1}


def test_revoking_asks_first(client, signed_in):
    """A look changes nothing; the button does, for good."""
    row = PersonalAccessTokenFactory(user=signed_in.user, company=signed_in.company)
    path = f"/tokens/{row.id}/revoke/"
    assert "for good" in client.get(path).content.decode()
    row.refresh_from_db()
    assert row.revoked_at is None
    assert client.post(path)["Location"] == "/tokens/"
    row.refresh_from_db()
    assert row.revoked_at is not None


def test_reissuing_shows_a_new_string_of_the_same_token(client, signed_in, form_id):
    """With no overlap the old string stops at once."""
    old = token_in(client.post("/tokens/new/", {**NEW, "form_id": form_id()}))
    path = f"/tokens/{PersonalAccessToken.objects.get().id}/reissue/"
    new = token_in(client.post(path, {"overlap_seconds": 0, "form_id": form_id(path)}))
    assert client.get("/api/v1/metrics", **bearer(old)).json()["code"] == "token_superseded"
    assert client.get("/api/v1/metrics", **bearer(new)).status_code == 200


def test_with_an_overlap_the_old_string_works_until_the_new_one_does(client, signed_in, form_id):
    """A scraper's file can be replaced with no missed scrape."""
    old = token_in(client.post("/tokens/new/", {**NEW, "form_id": form_id()}))
    path = f"/tokens/{PersonalAccessToken.objects.get().id}/reissue/"
    new = token_in(client.post(path, {"overlap_seconds": 600, "form_id": form_id(path)}))
    answers = [client.get("/api/v1/metrics", **bearer(t)).status_code for t in (old, new, old)]
    assert answers == [200, 200, 401]


def test_whoever_is_not_staff_cannot_keep_the_global_flag(client, signed_in, form_id, clock):
    """The page says so, and the re-issued token has lost it, whatever the form says."""
    row = PersonalAccessTokenFactory(
        user=signed_in.user,
        company=signed_in.company,
        access_global_metrics=True,
        granted_by=StaffFactory(),
        granted_at=clock(),
    )
    path = f"/tokens/{row.id}/reissue/"
    shown = client.get(path).content.decode()
    assert "Only staff may create or re-issue a token with the global metrics flag" in shown
    assert "Re-issued by you, the token loses it, and the old string stops at once." in shown
    assert "Its rights stay" not in shown
    sent = {"overlap_seconds": 0, "access_global_metrics": "on", "form_id": form_id(path)}
    token = token_in(client.post(path, sent))
    refused = client.get("/api/v1/metrics/all", **bearer(token))
    assert refused.json()["code"] == "global_flag_required"


def test_what_the_page_did_is_accounted_for(client, signed_in, form_id):
    """The events name the page and the person."""
    client.post("/tokens/new/", {**NEW, "form_id": form_id()})
    client.post(f"/tokens/{PersonalAccessToken.objects.get().id}/revoke/")
    events = TokenEvent.objects.order_by("at", "id").values_list("kind", "means", "actor_name")
    email = signed_in.user.email
    kinds = ["session_started", "issued", "revoked"]
    assert list(events) == [(kind, "page", email) for kind in kinds]


@pytest.mark.parametrize("action", ["reissue", "revoke"])
def test_anothers_token_is_not_there(client, signed_in, action):
    """404, whether it is another user's or one's own of another company."""
    others = PersonalAccessTokenFactory(company=signed_in.company)
    elsewhere = PersonalAccessTokenFactory(user=signed_in.user, company=CompanyFactory())
    for row in (others, elsewhere):
        assert client.get(f"/tokens/{row.id}/{action}/").status_code == 404
        assert client.post(f"/tokens/{row.id}/{action}/").status_code == 404


def test_a_revoked_token_is_not_reissued(client, signed_in, form_id, clock):
    """The page says to make a new one."""
    mine = {"user": signed_in.user, "company": signed_in.company}
    row = PersonalAccessTokenFactory(**mine, revoked_at=clock())
    path = f"/tokens/{row.id}/reissue/"
    response = client.post(path, {"overlap_seconds": 0, "form_id": form_id(path)})
    assert response.status_code == 409
    assert "Create a new one" in response.content.decode()


def test_a_name_is_text_and_not_markup(client, signed_in):
    """Names are escaped."""
    mine = {"user": signed_in.user, "company": signed_in.company}
    PersonalAccessTokenFactory(**mine, name="<script>alert(1)</script>")
    assert "<script>alert" not in client.get("/tokens/").content.decode()


def test_the_page_loads_nothing_from_elsewhere(client, signed_in, form_id):
    """A strict policy, and no address but our own."""
    page = client.post("/tokens/new/", {**NEW, "form_id": form_id()})
    assert "default-src 'none'" in page["Content-Security-Policy"]
    assert "//" not in page.content.decode().replace("http://testserver", "")


def test_two_people_at_one_browser_see_their_own(client, signed_in, sign_in):
    """The list follows who is signed in."""
    mine = {"user": signed_in.user, "company": signed_in.company}
    PersonalAccessTokenFactory(**mine, name="first-persons")
    other = OwnershipFactory()
    sign_in(other.user.email)
    assert "first-persons" not in client.get("/tokens/").content.decode()
