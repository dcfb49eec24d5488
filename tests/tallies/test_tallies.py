"""Whatever changes the rows, the tallies tell what counting would."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.orm.models import (
    Company,
    Membership,
    SocialAccount,
    Tally,
    User,
    UserActivity,
)
from adapters.orm.models.tallies import PLATFORM
from adapters.orm.tallies.merge import merge
from adapters.orm.tallies.rebuild import rebuild
from adapters.orm.tallies.verify import counted, differences, tallied
from tests.service import NOON

pytestmark = pytest.mark.django_db

MOMENTS = st.one_of(
    st.none(),
    st.integers(-100 * 86_400, 2 * 86_400).map(lambda s: NOON + timedelta(seconds=s)),
    st.sampled_from(
        [
            datetime(2026, 3, 18, tzinfo=UTC),
            datetime(2026, 3, 17, 23, 59, 59, 999_999, tzinfo=UTC),
            datetime(2026, 3, 16, tzinfo=UTC),  # Monday
            datetime(2026, 3, 15, 23, 59, 59, tzinfo=UTC),
            datetime(2026, 3, 1, tzinfo=UTC),
            datetime(2026, 2, 28, 23, 59, 59, tzinfo=UTC),
        ]
    ),
)


def by_hand(now: datetime) -> dict[int, tuple[int, ...]]:
    """Counted in Python, row by row."""
    starts = [now.replace(hour=0, minute=0, second=0, microsecond=0)]
    starts += [starts[0] - timedelta(days=now.weekday()), starts[0].replace(day=1)]
    accounts = Counter(SocialAccount.objects.values_list("user_id", flat=True))
    users = list(User.objects.all())
    seen = list(UserActivity.objects.values_list("last_seen_at", flat=True))
    found = {
        PLATFORM: (
            len(users),
            sum(u.is_active for u in users),
            sum(u.is_staff for u in users),
            0,
            sum(accounts.values()),
            *(sum(at >= start for at in seen) for start in starts),
        )
    }
    for company in Company.objects.all():
        places = list(company.memberships.select_related("user"))
        visits = [place.last_seen_at for place in places if place.last_seen_at]
        found[company.pk] = (
            len(places),
            sum(p.is_enabled and p.user.is_active for p in places),
            sum(p.user.is_staff for p in places),
            sum(p.is_enabled and p.role == "owner" for p in places),
            sum(accounts[p.user_id] for p in places),
            *(sum(at >= start for at in visits) for start in starts),
        )
    return found


def told(now: datetime) -> dict[int, tuple[int, ...]]:
    """What the tallies tell; who has none has nothing."""
    found = tallied(now)
    return {key: found.get(key, (0,) * 8) for key in (PLATFORM, *companies())}


def companies() -> list[int]:
    return list(Company.objects.values_list("pk", flat=True))


class Life:
    """One change after another, each by another way into the database."""

    def __init__(self, draw):
        self.draw = draw
        self.made = 0

    def pick(self, model):
        rows = list(model.objects.order_by("pk"))
        return self.draw(st.sampled_from(rows)) if rows else None

    def company(self):
        self.made += 1
        Company.objects.create(slug=f"c{self.made}", name="C")

    def user(self):
        self.made += 1
        flags = {name: self.draw(st.booleans()) for name in ("is_active", "is_staff")}
        User.objects.bulk_create([User(email=f"u{self.made}@x.test", **flags)])

    def membership(self):
        user, company = self.pick(User), self.pick(Company)
        if user and company:
            Membership.objects.update_or_create(
                user=user,
                company=company,
                defaults={
                    "role": self.draw(st.sampled_from(["member", "owner"])),
                    "is_enabled": self.draw(st.booleans()),
                    "last_seen_at": self.draw(MOMENTS),
                },
            )

    def account(self):
        self.made += 1
        if user := self.pick(User):
            SocialAccount.objects.create(user=user, provider="x", uid=str(self.made))

    def other_account(self):
        account, user = self.pick(SocialAccount), self.pick(User)
        if account:
            SocialAccount.objects.filter(pk=account.pk).update(user=user)

    def visit(self):
        user, at = self.pick(User), self.draw(MOMENTS)
        if user and at:
            UserActivity.objects.update_or_create(user=user, defaults={"last_seen_at": at})
            Membership.objects.filter(user=user).update(last_seen_at=at)

    def rights(self):
        ids = [user.pk for user in User.objects.all() if self.draw(st.booleans())]
        flags = {name: self.draw(st.booleans()) for name in ("is_active", "is_staff")}
        User.objects.filter(pk__in=ids).update(**flags)

    def move(self):
        place, company = self.pick(Membership), self.pick(Company)
        if place and not Membership.objects.filter(user=place.user_id, company=company).exists():
            with connection.cursor() as cursor:  # another program
                cursor.execute(
                    "UPDATE shellui_membership SET company_id = %s WHERE id = %s",
                    [company.pk, place.pk],
                )

    def deletion(self):
        model = self.draw(st.sampled_from([User, Company, Membership, SocialAccount, UserActivity]))
        if row := self.pick(model):
            row.delete()

    def merging(self):
        merge(now=NOON + timedelta(hours=self.draw(st.integers(-20, 0))))

    STEPS = (
        "company",
        "user",
        "user",
        "membership",
        "membership",
        "account",
        "other_account",
        "visit",
        "rights",
        "move",
        "deletion",
        "merging",
    )


@settings(max_examples=60)
@given(data=st.data(), steps=st.lists(st.sampled_from(Life.STEPS), max_size=40))
def test_they_tell_what_counting_would(data, steps):
    from django.db import transaction

    with transaction.atomic():
        life = Life(data.draw)
        for step in ("company", "user", "membership", "account", "visit", *steps):
            getattr(life, step)()
            assert told(NOON) == counted(NOON)
        assert by_hand(NOON) == counted(NOON)
        merge(now=NOON)
        assert told(NOON) == counted(NOON)
        rebuild(now=NOON)
        assert told(NOON) == counted(NOON)
        transaction.set_rollback(True)


def test_tomorrow_the_windows_move_on_by_themselves():
    """Nothing runs at midnight: what was seen yesterday is no longer seen today."""
    company, user = (
        Company.objects.create(slug="a", name="A"),
        User.objects.create(email="a@x.test"),
    )
    Membership.objects.create(user=user, company=company, last_seen_at=NOON)
    UserActivity.objects.create(user=user, last_seen_at=NOON)
    merge(now=NOON)
    for days, expected in ((0, (1, 1, 1)), (1, (0, 1, 1)), (5, (0, 0, 1)), (14, (0, 0, 0))):
        now = NOON + timedelta(days=days)
        assert tallied(now)[company.pk][5:] == tallied(now)[PLATFORM][5:] == expected
        assert tallied(now)[company.pk] == counted(now)[company.pk]


def test_merging_leaves_a_row_for_each_period_and_drops_those_that_are_over():
    company = Company.objects.create(slug="a", name="A")
    for n in range(5):
        user = User.objects.create(email=f"{n}@x.test")
        for days in (90, 40, 7, 0):
            at = NOON - timedelta(days=days)
            Membership.objects.update_or_create(
                user=user, company=company, defaults={"last_seen_at": at}
            )
    assert merge(now=NOON) > 0
    rows = Tally.objects.filter(company_id=company.pk)
    assert sorted(rows.values_list("period", flat=True)) == ["day", "month", "total", "week"]
    assert merge(now=NOON) == 0
    merge(now=NOON + timedelta(days=60))
    assert told(NOON + timedelta(days=60)) == counted(NOON + timedelta(days=60))


def test_what_is_wrong_is_named_and_rebuilding_rights_it():
    company = Company.objects.create(slug="a", name="A")
    Membership.objects.create(user=User.objects.create(email="a@x.test"), company=company)
    merge(now=NOON)
    assert differences(now=NOON) == []
    Tally.objects.filter(company_id=company.pk).update(users=7)
    [one] = differences(now=NOON)
    assert (one.company_id, one.column, one.told, one.true) == (company.pk, "users", 7, 1)
    rebuild(now=NOON)
    assert differences(now=NOON) == []
