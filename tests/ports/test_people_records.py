"""``PeopleRecords``: what users are and may do."""

from __future__ import annotations

from itertools import product

from domain.people.rights import RightsChange
from domain.policy.rules import leads


def test_those_who_lead_are_those_of_whom_the_policy_says_so(side, world):
    names = ("is_active", "is_staff", "is_superuser")
    users = [
        world.add_user(**dict(zip(names, facts, strict=True)))
        for facts in product((True, False), repeat=3)
    ]
    said = [user for user in users if leads(side.people_records.users([user])[0])]
    assert side.people_records.leaders() == said
    assert len(said) == 1


def test_a_change_stores_what_it_names_and_nothing_else(side, world):
    user, other = world.add_user(is_staff=True, is_superuser=True), world.add_user()
    before = [side.people.standing(row, None).user for row in (user, other)]
    changes = (
        RightsChange(),
        RightsChange(is_active=False),
        RightsChange(is_staff=False, is_superuser=False, is_service_account=True),
    )
    shall = before[0]
    for change in changes:
        side.people_records.change(user, change)
        shall = change.applied_to(shall)
        assert side.people.standing(user, None).user == shall
    assert side.people.standing(other, None).user == before[1]


def test_deleted_users_are_gone_and_others_stay(side, world, cast):
    user, other = world.add_user(), world.add_user()
    side.people_records.delete([user, cast.user])
    assert side.people.standing(user, None) is side.people.standing(cast.user, None) is None
    assert side.people.standing(other, None) is not None


def test_users_are_told_as_they_are_by_id(side, world):
    second, first = sorted((world.add_user(is_staff=True), world.add_user()), reverse=True)
    found = side.people_records.users([second, first, 10**9])
    assert found == [side.people.standing(user, None).user for user in (first, second)]
