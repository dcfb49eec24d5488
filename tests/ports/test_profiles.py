"""``Profiles``: what is written about a user into a token."""

from __future__ import annotations

import pytest

from domain.tokens.issuing import Profile
from domain.tokens.rejection import Rejection, TokenRejectedError


def test_a_user_as_seen_in_a_company(side):
    user = side.world.add_user(
        "ada@example.com", name="Ada", is_staff=True, groups=("writers", "admins")
    )
    company = side.world.add_company()
    side.world.add_membership(user, company, is_owner=True)
    assert side.profiles.profile(user, company) == Profile(
        email="ada@example.com",
        name="Ada",
        full_name="Ada",
        is_staff=True,
        is_company_owner=True,
        groups=("admins", "writers"),
    )


@pytest.mark.parametrize(
    ("is_owner", "is_enabled", "owns"),
    [(True, True, True), (True, False, False), (False, True, False)],
)
def test_an_owner_has_an_enabled_membership(side, is_owner, is_enabled, owns):
    user, company = side.world.add_user(), side.world.add_company()
    side.world.add_membership(user, company, is_owner=is_owner, is_enabled=is_enabled)
    assert side.profiles.profile(user, company).is_company_owner is owns


def test_nobody_owns_another_company_or_none(side):
    user, company = side.world.add_user(), side.world.add_company()
    side.world.add_membership(user, company, is_owner=True)
    for other in (side.world.add_company(), None):
        assert side.profiles.profile(user, other).is_company_owner is False


def test_a_user_who_was_deleted_since_their_token_was_read_has_none(side):
    user = side.world.add_user()
    side.world.remove_user(user)
    with pytest.raises(TokenRejectedError) as caught:
        side.profiles.profile(user, None)
    assert caught.value.rejection is Rejection.UNKNOWN
