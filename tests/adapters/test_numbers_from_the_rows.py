"""Whoever writes the rows, and however: the gauges are what the rows say."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from django.db import connection

from adapters.collectors import users
from adapters.collectors.users import UsersCollector
from adapters.orm.models import Company, Membership, SocialAccount, User, UserActivity
from domain.metrics.active_users import windows
from domain.policy.scope import CompanyScope, PlatformScope
from tests.service import NOON

ROOT = Path(__file__).resolve().parents[2]
postgresql = pytest.mark.postgresql


def told(scope, now=NOON) -> dict[tuple[str, ...], float]:
    """What the collector tells: each series' value, but for those that are always 1."""
    measured = UsersCollector().collect(scope, now=now)
    return {
        (item.family.name, *sample.labels): sample.value
        for item in measured
        for sample in item.samples
        if not item.family.name.endswith("_info")
    }


def counted(now=NOON) -> dict[tuple[str, ...], float]:
    """The platform's numbers, counted in Python row by row."""
    accounts = Counter(SocialAccount.objects.values_list("user_id", flat=True))
    people = list(User.objects.all())
    seen = list(UserActivity.objects.values_list("last_seen_at", flat=True))
    found = {
        ("shellui_auth_companies",): Company.objects.count(),
        ("shellui_auth_users_total",): len(people),
        ("shellui_auth_users_active",): sum(u.is_active for u in people),
        ("shellui_auth_users_staff",): sum(u.is_staff for u in people),
        ("shellui_auth_social_accounts_total",): sum(accounts.values()),
        **_windows("shellui_auth_", (), seen, now),
    }
    for company in Company.objects.all():
        places = list(company.memberships.select_related("user"))
        numbers = {
            "users_total": len(places),
            "users_active": sum(p.is_enabled and p.user.is_active for p in places),
            "users_staff": sum(p.user.is_staff for p in places),
            "owners": sum(p.is_enabled and p.role == "owner" for p in places),
            "social_accounts_total": sum(accounts[p.user_id] for p in places),
        }
        label, prefix = (str(company.pk),), "shellui_auth_company_"
        found |= {(f"{prefix}{name}", *label): value for name, value in numbers.items()}
        found |= _windows(prefix, label, [p.last_seen_at for p in places], now)
    return found


def _windows(prefix, label, seen, now):
    since = windows(now)
    starts = {"daily": since.day, "weekly": since.week, "monthly": since.month}
    return {
        (f"{prefix}{name}_active_users", *label): sum(at is not None and at >= start for at in seen)
        for name, start in starts.items()
    }


def assert_they_are_what_the_rows_say(now=NOON):
    everything = counted(now)
    assert told(PlatformScope(), now) == everything
    for company in Company.objects.all():
        own = {key: value for key, value in everything.items() if key[1:] == (str(company.pk),)}
        assert told(CompanyScope(company.pk), now) == own


@pytest.fixture
def company() -> Company:
    """Acme: an owner who is staff, an inactive member with an account; and an empty company."""
    Company.objects.create(slug="empty", name="Empty")
    acme = Company.objects.create(slug="acme", name="Acme")
    for n, role in enumerate(("owner", "member")):
        user = User.objects.create(email=f"{n}@x.test", is_staff=n == 0, is_active=n == 0)
        at = NOON - timedelta(days=n)
        Membership.objects.create(user=user, company=acme, role=role, last_seen_at=at)
        UserActivity.objects.create(user=user, last_seen_at=at)
        SocialAccount.objects.create(user=user, provider="x", uid=str(n))
    return acme


USER = (
    "INSERT INTO shellui_user (password, email, name, is_active, is_staff, is_superuser, "
    "date_joined) VALUES ('', 'new@x.test', '', true, false, false, '2026-01-01 00:00:00+00:00')"
)
MEMBERSHIP = (
    "shellui_membership (user_id, company_id, role, is_enabled, created_at) "
    "SELECT {user}.id, c.id, 'owner', {enabled}, '2026-01-01 00:00:00+00:00' "
    "FROM {user}, shellui_company c WHERE c.slug = 'acme'"
)
BOTH = f"WITH new AS ({USER} RETURNING id) INSERT INTO " + MEMBERSHIP.format(
    user="new", enabled="true"
)
REPLACED = "INSERT OR REPLACE INTO " + MEMBERSHIP.format(user="shellui_user", enabled="false")
UPDATED = REPLACED.replace("OR REPLACE", "") + (
    " ON CONFLICT (user_id, company_id) DO UPDATE SET is_enabled = false"
)
WRITTEN = {
    "a user and a membership in one statement": pytest.param(BOTH, 3, marks=postgresql),
    "a row in the place of another": (REPLACED, 2),
    "every row at once": ("DELETE FROM shellui_membership", 0),
    "a table emptied": pytest.param("TRUNCATE shellui_membership", 0, marks=postgresql),
}


@pytest.mark.django_db
@pytest.mark.parametrize(("sql", "members"), WRITTEN.values(), ids=WRITTEN)
def test_sql_by_hand(company, sql, members):
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            sql = UPDATED if sql == REPLACED else sql
        cursor.execute(sql)
    assert told(CompanyScope(company.pk))["shellui_auth_company_users_total", str(company.pk)] == (
        members
    )
    assert_they_are_what_the_rows_say()


@postgresql
@pytest.mark.django_db
def test_another_role_that_may_write_users_and_nothing_else(company):
    with connection.cursor() as cursor:
        cursor.execute("CREATE ROLE shellui_other_program")
        cursor.execute("GRANT INSERT ON shellui_user TO shellui_other_program")
        cursor.execute("SET LOCAL ROLE shellui_other_program")
        cursor.execute(USER)
        cursor.execute("RESET ROLE")
    assert_they_are_what_the_rows_say()
    assert told(PlatformScope())["shellui_auth_users_total",] == 3


@postgresql
@pytest.mark.django_db(transaction=True)
def test_a_restore_of_the_data_alone(company):
    """As ``pg_dump --data-only`` writes it: no search path, and triggers fire."""
    before = told(PlatformScope())
    dsn = connection.settings_dict
    environment = os.environ | {
        "PGHOST": dsn["HOST"],
        "PGPORT": str(dsn["PORT"] or 5432),
        "PGUSER": dsn["USER"],
        "PGPASSWORD": dsn["PASSWORD"],
        "PGDATABASE": dsn["NAME"],
    }
    dumped = run("pg_dump", "--data-only", "--table=shellui_*", env=environment)
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE shellui_user, shellui_company CASCADE")
    assert told(PlatformScope())["shellui_auth_users_total",] == 0
    run("psql", "--quiet", "--set=ON_ERROR_STOP=1", env=environment, given=dumped)
    assert told(PlatformScope()) == before
    assert_they_are_what_the_rows_say()


@postgresql
@pytest.mark.django_db(transaction=True)
def test_a_second_schema_of_the_database_migrates_and_leaves_the_first_alone(company):
    before = told(PlatformScope())
    dsn = connection.settings_dict
    server = f"{quote(dsn['USER'])}:{quote(dsn['PASSWORD'])}@{dsn['HOST']}:{dsn['PORT'] or 5432}"
    url = f"postgres://{server}/{dsn['NAME']}?options=-csearch_path%3Dsecond"
    with connection.cursor() as cursor:
        cursor.execute("CREATE SCHEMA second")
    try:
        manage = (sys.executable, str(ROOT / "manage.py"), "migrate", "--verbosity=0")
        run(*manage, env=os.environ | {"DATABASE_URL": url, "DEBUG": "true"})
        assert told(PlatformScope()) == before
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP SCHEMA second CASCADE")


def run(*command: str, env: dict[str, str], given: str = "") -> str:
    done = subprocess.run(
        command, env=env, input=given, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.django_db
def test_tomorrow_the_windows_move_on_by_themselves(company):
    """Nothing runs at midnight: what was seen yesterday is no longer seen today."""
    Membership.objects.update(last_seen_at=NOON)
    UserActivity.objects.update(last_seen_at=NOON)
    for days, expected in ((0, (2, 2, 2)), (1, (0, 2, 2)), (5, (0, 0, 2)), (14, (0, 0, 0))):
        now = NOON + timedelta(days=days)
        assert_they_are_what_the_rows_say(now)
        found = told(CompanyScope(company.pk), now)
        seen = (
            found[f"shellui_auth_company_{name}_active_users", str(company.pk)]
            for name in ("daily", "weekly", "monthly")
        )
        assert tuple(seen) == expected


@pytest.mark.django_db
def test_in_a_month_that_began_within_this_week(company):
    """The week began earlier than the month: what was seen then counts for the week."""
    now = NOON.replace(month=4, day=2)  # Thursday; Monday was 30 March
    UserActivity.objects.update(last_seen_at=now - timedelta(days=3))
    Membership.objects.update(last_seen_at=now - timedelta(days=3))
    found = told(PlatformScope(), now)
    assert found["shellui_auth_weekly_active_users",] == 2
    assert found["shellui_auth_monthly_active_users",] == 0
    assert_they_are_what_the_rows_say(now)


@pytest.mark.django_db
def test_a_company_that_is_gone_has_no_numbers(company):
    gone = company.pk
    company.delete()
    assert told(CompanyScope(gone)) == {}


@pytest.mark.django_db
def test_a_company_s_members_are_counted_in_an_index(company):
    """No row of a large table is read: with 100,000 members that is the difference."""
    plan = plan_of(users._ONE_COMPANY, company.pk, NOON, NOON, NOON)
    assert plan.count("membership_numbers") == 4
    assert "Seq Scan on shellui_" not in plan.replace("Seq Scan on shellui_company", "")


@postgresql
@pytest.mark.django_db
@pytest.mark.parametrize("statement", ["_ONE_COMPANY", "_TOTALS"])
def test_the_few_who_are_not_as_most_are_have_indexes(company, statement):
    plan = plan_of(
        getattr(users, statement), 1 if statement == "_ONE_COMPANY" else NOON, *[NOON] * 3
    )
    assert plan.count("user_inactive") == plan.count("user_staff") == 1


def plan_of(sql: str, *values: Any) -> str:
    is_postgresql = connection.vendor == "postgresql"
    with connection.cursor() as cursor:
        if is_postgresql:  # so few rows are read as quickly in any other way
            for way in ("seqscan", "bitmapscan", "hashjoin", "mergejoin"):
                cursor.execute(f"SET LOCAL enable_{way} = off")
        cursor.execute(f"EXPLAIN {'' if is_postgresql else 'QUERY PLAN'} {sql}", values)
        return "\n".join(str(row[0 if is_postgresql else -1]) for row in cursor.fetchall())
