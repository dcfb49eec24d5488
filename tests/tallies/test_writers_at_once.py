"""Writers at the same time: none waits for a tally, and none is forgotten."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, connections, transaction
from django.utils import timezone

from adapters.orm.models import Company, Membership, SocialAccount, Tally, User, UserActivity
from adapters.orm.tallies.merge import merge
from adapters.orm.tallies.verify import differences

pytestmark = pytest.mark.django_db(transaction=True)

WRITERS, CHANGES = 4, 60


@pytest.fixture
def people():
    companies = [Company.objects.create(slug=f"c{n}", name="C") for n in range(3)]
    users = [User.objects.create(email=f"{n}@x.test") for n in range(6)]
    return [c.pk for c in companies], [u.pk for u in users]


def write(seed: int, companies: list[int], users: list[int]) -> None:
    """Changes that depend on each other's rows: a user's rights, places and accounts."""
    chance = random.Random(seed)
    try:
        for n in range(CHANGES):
            user, company = chance.choice(users), chance.choice(companies)
            change(chance, seed * 1000 + n, user, company)
    finally:
        connections.close_all()


def change(chance: random.Random, n: int, user: int, company: int) -> None:
    match chance.randrange(6):
        case 0:
            User.objects.filter(pk=user).update(is_active=chance.random() < 0.5)
        case 1:
            User.objects.filter(pk=user).update(is_staff=chance.random() < 0.5)
        case 2:
            place = Membership(user_id=user, company_id=company, is_enabled=chance.random() < 0.5)
            Membership.objects.bulk_create([place], ignore_conflicts=True)
        case 3:
            Membership.objects.filter(user_id=user, company_id=company).delete()
        case 4:
            with transaction.atomic():
                SocialAccount.objects.create(user_id=user, provider="x", uid=str(n))
                visit = UserActivity(user_id=user, last_seen_at=timezone.now())
                UserActivity.objects.bulk_create([visit], ignore_conflicts=True)
        case 5:
            merge(now=timezone.now())


def test_every_change_is_counted_once(people):
    with ThreadPoolExecutor(WRITERS) as pool:
        list(pool.map(write, range(WRITERS), [people[0]] * WRITERS, [people[1]] * WRITERS))
    assert differences(now=timezone.now()) == []
    merge(now=timezone.now())
    assert differences(now=timezone.now()) == []
    assert not Tally.objects.filter(period="change").exists()


@pytest.mark.postgresql
def test_no_writer_waits_for_another_ones_tally(people):
    """Two sign-ins to one company on one day: neither is done, and both go on."""
    companies, users = people
    for user in users[:2]:
        Membership.objects.create(user_id=user, company_id=companies[0])

    def sign_in(user: int) -> None:
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("SET LOCAL lock_timeout = '1s'")
                Membership.objects.filter(user_id=user).update(last_seen_at=timezone.now())
        finally:
            connections.close_all()

    with transaction.atomic(), ThreadPoolExecutor(1) as pool:
        Membership.objects.filter(user_id=users[0]).update(last_seen_at=timezone.now())
        pool.submit(sign_in, users[1]).result()
    assert differences(now=timezone.now()) == []
