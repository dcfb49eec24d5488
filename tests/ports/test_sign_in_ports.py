"""``Passwords`` and ``Memberships``: who somebody is, and where they may sign in."""

from __future__ import annotations

import pytest

from domain.callers.caller import Company, Membership, Standing, User
from domain.people.rights import RightsChange


def test_the_right_password_is_the_user(side):
    user = side.world.add_user("ada@example.com", name="Ada", password="right", is_staff=True)
    found = side.passwords.check("ada@example.com", "right")
    assert found.user == User(user, "ada@example.com", "Ada", is_active=True, is_staff=True)


@pytest.mark.parametrize("email", ["ADA@Example.com", "  ada@example.com\n"])
def test_an_address_is_the_same_however_it_is_typed(side, email):
    user = side.world.add_user("ada@example.com", password="right")
    assert side.passwords.check(email, "right").user.id == user


@pytest.mark.parametrize("password", ["", "wrong", "RIGHT", "right ", "right\x00"])
def test_another_password_is_nobody(side, password):
    side.world.add_user("ada@example.com", password="right")
    assert side.passwords.check("ada@example.com", password) is None


def test_nobody(side):
    side.world.add_user("ada@example.com", password=None)
    side.world.add_user("old@example.com", password="right", is_active=False)
    side.world.add_user("ops@example.com", password="right", is_service_account=True)
    for name in ("ada", "old", "ops", "other"):
        email = f"{name}@example.com"
        for password in ("right", "", "!"):
            assert side.passwords.check(email, password) is None


def test_whose_password_was_right_is_still_that_user(side):
    user = side.world.add_user("ada@example.com", password="right")
    holder = side.passwords.check("ada@example.com", "right")
    assert side.passwords.still(holder) == holder.user
    assert holder.user.id == user


@pytest.mark.parametrize("change", ["password", "stopped", "ended", "service account", "gone"])
def test_what_came_between_ends_a_sign_in(side, change):
    user = side.world.add_user("ada@example.com", password="right")
    holder = side.passwords.check("ada@example.com", "right")
    if change == "password":
        side.passwords.change(user, "another one")
    elif change == "stopped":
        side.world.set_active(user, is_active=False)
    elif change == "ended":
        side.world.raise_generation(user)
    elif change == "service account":
        side.people_records.change(user, RightsChange(is_service_account=True))
    else:
        side.world.remove_user(user)
    assert side.passwords.still(holder) is None


def test_a_changed_password_is_the_one_that_counts(side):
    user = side.world.add_user("ada@example.com", password="right")
    side.passwords.change(user, "another one")
    assert side.passwords.check("ada@example.com", "right") is None
    assert side.passwords.check("ada@example.com", "another one").user.generation == 0


def test_a_password_that_was_taken_away_is_nobodys(side):
    user = side.world.add_user("ada@example.com", password="right")
    side.passwords.change(user, None)
    for password in ("right", "", "None", "!"):
        assert side.passwords.check("ada@example.com", password) is None


def test_a_bad_password_has_a_fault_and_a_good_one_none(side):
    user = side.world.add_user(name="Ada")
    assert side.passwords.fault(user, "")
    assert side.passwords.fault(user, "wholly-unlikely-93") is None


def test_all_memberships_by_company_id(side, cast):
    other = side.world.add_company("other")
    side.world.add_company("not theirs")
    side.world.add_membership(cast.user, other, is_owner=True, is_enabled=False)
    side.world.add_membership(side.world.add_user(), other)
    user = side.people.standing(cast.user, None).user
    theirs = Membership(is_enabled=False, is_owner=True)
    assert side.memberships.of(user) == [
        side.people.standing(cast.user, cast.company),
        Standing(user, other, Company(other, "other"), theirs),
    ]


def test_no_memberships(side):
    stranger = side.people.standing(side.world.add_user(), None).user
    assert side.memberships.of(stranger) == []


def test_a_company(side, cast):
    assert side.memberships.company(cast.company) == Company(cast.company, "acme")
    side.world.remove_company(cast.company)
    assert side.memberships.company(cast.company) is None
    assert side.memberships.company(2**62) is None
