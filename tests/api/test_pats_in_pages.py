"""A list of tokens has an end, and comes in pages to whoever wants them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from adapters.orm.models import PersonalAccessToken
from tests.factories import PersonalAccessTokenFactory
from tests.helpers import people
from tests.helpers.answers import assert_error
from tests.helpers.pats import URL
from tests.service import NOON

MEGABYTE = 1024 * 1024
ARABIC = "\N{ARABIC-INDIC DIGIT ONE}" * 9 + "-" + "f" * 32


@pytest.fixture
def user(company):
    return people.owner_of(company)


@pytest.fixture
def who(user, company):
    return people.session_of(user, company)


def ended(user, company, count: int, **columns) -> None:
    """Revoked ones, three of each moment."""
    for n in range(count):
        moment = NOON - timedelta(minutes=n // 3)
        PersonalAccessTokenFactory(
            user=user, company=company, created_at=moment, revoked_at=NOON, **columns
        )


def ids(answer) -> list[str]:
    return [row["id"] for row in answer.json()["results"]]


@pytest.mark.parametrize("limit", [1, 2, 3, 7, 8])
def test_pages_give_every_row_once_in_order(client, user, company, who, limit):
    ended(user, company, 7)
    every = client.get(URL, **who)
    assert every.json()["next"] is None
    found, query = [], {"limit": limit}
    while True:
        answer = client.get(URL, query, **who)
        assert len(ids(answer)) <= limit
        found += ids(answer)
        if answer.json()["next"] is None:
            break
        query = {"limit": limit, "cursor": answer.json()["next"]}
    assert found == ids(every)
    assert len(found) == 7


def test_a_new_row_moves_no_page(client, user, company, who):
    ended(user, company, 4)
    first = client.get(URL, {"limit": 2}, **who)
    rest = {"cursor": first.json()["next"]}
    expected = ids(client.get(URL, rest, **who))
    PersonalAccessTokenFactory(user=user, company=company, created_at=NOON + timedelta(days=1))
    assert ids(client.get(URL, rest, **who)) == expected


@pytest.mark.parametrize("limit", ["0", "101", "-1", "x", "", "9" * 40, "1.5"])
def test_a_limit_is_from_1_to_100(client, who, limit):
    answer = client.get(URL, {"limit": limit}, **who)
    assert_error(answer, 422, "validation_failed")
    assert "from 1 to 100" in answer.json()["detail"]


@pytest.mark.parametrize("cursor", ["", "x", "1-2", f"{'9' * 17}-{'f' * 33}", ARABIC])
def test_a_cursor_is_one_that_was_given(client, who, cursor):
    answer = client.get(URL, {"cursor": cursor}, **who)
    assert_error(answer, 422, "validation_failed")
    assert "a cursor as it was given" in answer.json()["detail"]


@pytest.mark.parametrize("moment", ["0", "9" * 17])
def test_a_cursor_of_any_time_is_a_place(client, user, company, who, moment):
    ended(user, company, 1)
    found = ids(client.get(URL, {"cursor": f"{moment}-{'f' * 32}"}, **who))
    assert len(found) == (moment != "0")


def test_somebody_else_s_cursor_shows_nothing_of_theirs(client, user, company, who):
    ended(people.owner_of(company), company, 3)
    theirs = PersonalAccessToken.objects.order_by("created_at").first()
    ended(user, company, 1)
    cursor = f"{int(theirs.created_at.timestamp() * 1_000_000)}-{theirs.pk.hex}"
    mine = ids(client.get(URL, **who))
    assert set(ids(client.get(URL, {"cursor": cursor}, **who))) <= set(mine)
    assert len(mine) == 1


def test_the_largest_answer_has_a_known_size(client, user, company, who):
    """What an older release left beyond it comes in the next page."""
    ended(user, company, 303, name="\U0001f600" * 200)
    answer = client.get(URL, **who)
    assert len(ids(answer)) == 300
    assert len(answer.content) < MEGABYTE
    assert len(ids(client.get(URL, {"cursor": answer.json()["next"]}, **who))) == 3


def test_the_page_shows_50_and_leads_to_older_ones(client, user, company):
    from tests.helpers.doors import sit_down

    ended(user, company, 53)
    sit_down(client, user, company)
    first = client.get("/tokens/")
    assert first.text.count('<li class="card token') == 50
    older = first.text.split('href="/tokens/?after=')[1].split('"')[0]
    second = client.get(f"/tokens/?after={older}")
    assert second.text.count('<li class="card token') == 3
    assert "Older" not in second.text
    assert 'href="/tokens/">Newest' in second.text


def test_creating_forgets_what_ended_first(client, user, company, who):
    ended(user, company, 205)
    first = PersonalAccessTokenFactory(
        user=user, company=company, revoked_at=NOON - timedelta(days=1)
    )
    client.post(URL, "{}", content_type="application/json", **who)
    assert PersonalAccessToken.objects.filter(revoked_at__isnull=False).count() == 200
    assert not PersonalAccessToken.objects.filter(pk=first.pk).exists()


def test_a_string_of_a_forgotten_row_is_unknown(client, user, company, who):
    from tests.tokens import bearer, pat_token

    old = PersonalAccessTokenFactory(
        user=user, company=company, revoked_at=NOON - timedelta(days=1)
    )
    string = bearer(pat_token(old))
    assert_error(client.get(URL, **string), 401, "token_revoked", challenge="invalid_token")
    ended(user, company, 200)
    client.post(URL, "{}", content_type="application/json", **who)
    assert_error(client.get(URL, **string), 401, "token_unknown", challenge="invalid_token")


def test_the_purge_forgets_as_well(user, company):
    from io import StringIO

    from django.core.management import call_command

    ended(user, company, 203)
    other = people.owner_of(company)
    ended(other, company, 3)
    told = StringIO()
    call_command("purge", batch=2, stdout=told)
    assert PersonalAccessToken.objects.filter(user=user).count() == 200
    assert PersonalAccessToken.objects.filter(user=other).count() == 3
    assert "tokens that ended before the newest kept: 2 deleted" in told.getvalue()
