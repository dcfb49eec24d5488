"""``POST /api/v1/logout``: the session's access token stops at once."""

from __future__ import annotations

import pytest

from adapters.orm.models import Company, Membership
from tests.helpers import people
from tests.helpers.answers import SCOPE, assert_error, assert_unauthenticated
from tests.helpers.sign_in import refresh, sign_in
from tests.tokens import bearer

URL = "/api/v1/logout"


def test_both_tokens_stop_at_once(client, company):
    pair = sign_in(client, people.owner_of(company).email).json()
    arguments = bearer(pair["access_token"])
    assert client.get("/api/v1/metrics", **arguments).status_code == 200
    response = client.post(URL, **arguments)
    assert (response.status_code, response.json()) == (200, {"success": True})
    for url in ("/api/v1/metrics", "/api/v1/user"):
        assert_unauthenticated(client.get(url, **arguments), "session_revoked")
    assert_unauthenticated(client.post(URL, **arguments), "session_revoked")
    assert_unauthenticated(refresh(client, pair["refresh_token"]), "session_revoked")


def test_other_sessions_go_on(client, company):
    user = people.owner_of(company)
    one, other = people.session_of(user, company), people.session_of(user, company)
    client.post(URL, **one)
    assert client.get("/api/v1/user", **other).status_code == 200


@pytest.mark.parametrize(
    "lost",
    [
        lambda: Membership.objects.update(is_enabled=False),
        lambda: Membership.objects.all().delete(),
        lambda: Company.objects.all().delete(),
    ],
)
def test_whoever_has_no_place_any_more_ends_their_session_all_the_same(client, company, lost):
    pair = sign_in(client, people.owner_of(company).email).json()
    arguments = bearer(pair["access_token"])
    lost()
    assert client.get("/api/v1/user", **arguments).status_code == 403
    assert client.post(URL, **arguments).status_code == 200
    assert_unauthenticated(client.get("/api/v1/user", **arguments), "session_revoked")
    assert_unauthenticated(refresh(client, pair["refresh_token"]), "session_revoked")


def test_a_pat_has_no_session_to_end(client, company):
    user = people.owner_of(company)
    response = client.post(URL, **people.pat_of(user, company))
    assert_error(response, 403, "session_required", challenge=SCOPE)
    response = client.post(URL, **people.pat_of(user, company, read_only=True))
    assert_error(response, 403, "read_only_token", challenge=SCOPE)


def test_it_needs_a_token(client, db):
    assert_error(client.post(URL), 401, "token_missing", challenge="")
