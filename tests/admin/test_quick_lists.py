"""Every list takes as many queries with many rows as with few, and has an index for its order."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.admin.pages import page, token_event
from tests.factories import (
    CompanyFactory,
    LoginTallyFactory,
    MembershipFactory,
    PersonalAccessTokenFactory,
    SessionFactory,
    SocialAccountFactory,
    StaffFactory,
    UserActivityFactory,
)
from tests.service import NOON

pytestmark = pytest.mark.django_db


def _user_with_life(n: int) -> None:
    UserActivityFactory(user__email=f"u{n}@example.test")


def _company_with_members(n: int) -> None:
    MembershipFactory.create_batch(1 + n % 2, company=CompanyFactory())


def _token(n: int) -> None:
    PersonalAccessTokenFactory(
        access_global_metrics=n % 2 == 0, granted_by=StaffFactory(), created_at=NOON
    )


_MAKERS = {
    "user": _user_with_life,
    "company": _company_with_members,
    "membership": lambda _: MembershipFactory(),
    "personalaccesstoken": _token,
    "session": lambda n: SessionFactory(created_at=NOON + timedelta(seconds=n)),
    "logintally": lambda _: LoginTallyFactory(),
    "useractivity": lambda _: UserActivityFactory(),
    "socialaccount": lambda _: SocialAccountFactory(),
    "tokenevent": lambda _: token_event(),
}


def _queries(client, url, **query) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url, query).status_code == 200
    return len(captured)


@pytest.mark.parametrize("name", _MAKERS)
@pytest.mark.parametrize("query", [{}, {"q": "e"}])
def test_a_list_takes_as_many_queries_with_many_rows(client, root, name, query):
    for n in range(3):
        _MAKERS[name](n)
    client.get(page(name))
    few = _queries(client, page(name), **query)
    for n in range(3, 30):
        _MAKERS[name](n)
    assert _queries(client, page(name), **query) == few
    assert few <= 6


@pytest.mark.parametrize("name", ["company", "user"])
def test_a_page_takes_as_many_queries_with_many_memberships(client, root, name):
    membership = MembershipFactory()
    row = getattr(membership, name)
    url = page(name, "change", row.pk)
    client.get(url)
    few = _queries(client, url)
    MembershipFactory.create_batch(30, **{name: row})
    assert _queries(client, url) == few


def test_a_tokens_page_takes_as_many_queries_with_many_events(client, root):
    token = PersonalAccessTokenFactory()
    url = page("personalaccesstoken", "change", token.pk)
    token_event(pat_id=token.pk)
    client.get(url)
    few = _queries(client, url)
    for _ in range(60):
        token_event(pat_id=token.pk)
    assert _queries(client, url) == few


@pytest.mark.parametrize("name", _MAKERS)
@pytest.mark.parametrize("term", ["a " * 6, "x" * 201], ids=["six words", "201 characters"])
def test_a_search_has_bounds_and_says_them(client, root, name, term):
    """Each word makes the statement longer, and its size must not come from outside."""
    _MAKERS[name](1)
    client.get(page(name))
    with CaptureQueriesContext(connection) as captured:
        answer = client.get(page(name), {"q": term})
    assert "at most 5 words and 200 characters" in answer.text
    assert not any("LIKE" in query["sql"].upper() for query in captured)


@pytest.mark.parametrize("name", _MAKERS)
def test_five_words_and_200_characters_are_a_search(client, root, name):
    term = " ".join(["x" * 39] * 5) + "y"
    assert len(term) == 200
    assert "at most 5 words" not in client.get(page(name), {"q": term}).text
