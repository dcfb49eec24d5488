"""The demo: the same rows for everybody, into an empty database only, in DEBUG only."""

from __future__ import annotations

import re
import shlex
import sqlite3
import subprocess
from contextlib import closing
from datetime import datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db.models import Q

from adapters.demo.banner import banner
from adapters.demo.fill import fill
from adapters.orm.models import (
    Company,
    LoginTally,
    Membership,
    PersonalAccessToken,
    SocialAccount,
    User,
    UserActivity,
)
from tests.factories import CompanyFactory, UserFactory
from tests.production import ROOT, environment, manage
from tests.service import NOON
from tests.tokens import bearer

pytestmark = pytest.mark.django_db

MODELS = (
    Company, User, Membership, UserActivity, SocialAccount, LoginTally, PersonalAccessToken,
)  # fmt: skip
PASSWORD = "shellui-demo"


@pytest.fixture
def _debug(settings):
    settings.DEBUG = True


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("demo", *arguments, stdout=out)
    return out.getvalue()


def _rows(since: datetime) -> dict[str, list[Any]]:
    """Every row, with rows named by what they are called and times by how long ago they are."""
    names = {
        "user_id": dict(User.objects.values_list("pk", "email")),
        "company_id": dict(Company.objects.values_list("pk", "slug")),
    }
    names["granted_by_id"] = names["user_id"]

    def plain(column: str, value: Any) -> Any:
        if column in names and value is not None:
            return names[column][value]
        return value - since if isinstance(value, datetime) else value

    return {
        model.__name__: [
            [
                plain(column, value)
                for column, value in sorted(row.items())
                if column != "password" and not (column == "id" and isinstance(value, int))
            ]
            for row in model.objects.order_by("pk").values()
        ]
        for model in MODELS
    }


def _empty() -> None:
    for model in reversed(MODELS):
        model.objects.all().delete()


def test_two_runs_make_equal_rows():
    """Ids and the present aside: the second is 100 days later."""
    fill(now=NOON)
    first = _rows(NOON)
    _empty()
    later = NOON + timedelta(days=100)
    fill(now=later)
    assert _rows(later) == first


def test_it_makes_two_companies_of_some_hundred_members():
    fill(now=NOON)
    count = Membership.objects.filter
    assert count(company__slug="acme").count() == 180
    assert count(company__slug="globex").count() == 120
    assert Company.objects.count() == 2
    assert User.objects.filter(memberships__isnull=True).get().email == "staff@demo.example"
    assert User.objects.filter(is_active=False).count() == 7
    assert count(is_enabled=False).count() == 9
    assert SocialAccount.objects.count() == 97


@pytest.mark.parametrize(
    ("email", "company", "role", "is_staff"),
    [
        ("staff@demo.example", None, None, True),
        ("owner@acme.example", "acme", "owner", False),
        ("member@acme.example", "acme", "member", False),
        ("owner@globex.example", "globex", "owner", False),
    ],
)
def test_the_four_can_sign_in(client, email, company, role, is_staff):
    fill(now=NOON)
    body = {"email": email, "password": PASSWORD}
    response = client.post(
        "/api/v1/token?grant_type=password", body, content_type="application/json"
    )
    assert response.status_code == 200
    user = client.get("/api/v1/user", **bearer(response.json()["access_token"])).json()
    assert user["is_staff"] is is_staff
    assert (user["company"] or {"slug": None})["slug"] == company
    assert User.objects.get(email=email).is_superuser is is_staff
    assert list(Membership.objects.filter(user__email=email).values_list("role", flat=True)) == (
        [role] if role else []
    )


def test_nobody_else_can_sign_in():
    fill(now=NOON)
    able = [user.email for user in User.objects.all() if user.has_usable_password()]
    assert len(able) == 4


def test_life_is_plausible():
    fill(now=NOON)
    assert not UserActivity.objects.filter(last_seen_at__gte=NOON).exists()
    seen = Q(last_seen_at__gte=NOON - timedelta(hours=12))
    today = Membership.objects.filter(seen, company__slug="acme").count()
    month = Membership.objects.filter(
        company__slug="acme", last_seen_at__gte=NOON - timedelta(days=30)
    ).count()
    assert 40 < today < month < 180
    assert not User.objects.filter(last_login__lt=NOON - timedelta(days=160)).exists()
    assert User.objects.filter(date_joined__gte=NOON - timedelta(days=160)).count() == 0


def test_tokens_are_in_every_state_and_held_by_nobody():
    fill(now=NOON)
    tokens = PersonalAccessToken.objects
    assert tokens.filter(revoked_at__lt=NOON).count() == 1
    assert tokens.filter(expires_at__lt=NOON).count() == 1
    assert tokens.filter(access_global_metrics=True).get().granted_by.email == "staff@demo.example"
    assert tokens.count() == 6


def test_it_fills_in_one_transaction(monkeypatch):
    def fail(*_args, **_options):
        raise RuntimeError

    monkeypatch.setattr("adapters.demo.fill.token_rows", fail)
    with pytest.raises(RuntimeError):
        fill(now=NOON)
    assert not User.objects.exists()


@pytest.mark.usefixtures("_debug")
def test_a_second_run_changes_nothing():
    first = run()
    before = [list(model.objects.order_by("pk").values()) for model in MODELS]
    second = run()
    assert [list(model.objects.order_by("pk").values()) for model in MODELS] == before
    assert second == f"The demo is in the database already; nothing was changed.\n{first}"


@pytest.mark.usefixtures("_debug")
@pytest.mark.parametrize("factory", [UserFactory, CompanyFactory])
def test_it_refuses_a_database_with_anything_else(factory):
    factory()
    with pytest.raises(CommandError, match="The database holds other data"):
        run()
    assert User.objects.count() + Company.objects.count() == 1


@pytest.mark.usefixtures("_debug")
def test_it_goes_on_after_somebody_added_something():
    run()
    CompanyFactory()
    assert "nothing was changed" in run()


def test_it_refuses_without_debug():
    with pytest.raises(CommandError, match="DEBUG=true only"):
        run()
    assert not User.objects.exists()


def test_the_refusal_is_an_exit_code():
    done = manage("demo", env=environment(DATABASE_URL="sqlite:///nowhere.sqlite3"))
    assert done.returncode == 1
    assert done.stderr == (
        "CommandError: The demo has passwords that everybody knows, so it runs with DEBUG=true"
        " only.\n"
    )
    assert done.stdout == ""


def test_it_makes_the_file_and_the_tables_that_it_needs(tmp_path):
    file = tmp_path / "demo.sqlite3"
    env = environment(DATABASE_URL=f"sqlite:///{file}", DEBUG="true")
    assert "staff@demo.example" in manage("demo", env=env).stdout
    assert manage("demo", env=env).stdout.startswith("The demo is in the database already")


OTHERS = {
    "an older release's": (
        "CREATE TABLE shellui_user (id INTEGER, email TEXT)",
        "CREATE TABLE shellui_company (id INTEGER, slug TEXT)",
        "INSERT INTO shellui_user VALUES (1, 'somebody@example.com')",
    ),
    "another program's": ("CREATE TABLE orders (id INTEGER)",),
    "another Django's": (
        "CREATE TABLE django_migrations (id INTEGER, app TEXT, name TEXT, applied TEXT)",
        "CREATE TABLE shop_order (id INTEGER)",
    ),
}


@pytest.mark.parametrize("statements", OTHERS.values(), ids=list(OTHERS))
def test_the_demo_touches_nothing_of_another_database(tmp_path, statements):
    """A production DATABASE_URL is exported in the shell where somebody tries ``make run``."""
    file = tmp_path / "production.sqlite3"
    with closing(sqlite3.connect(file)) as made:
        made.execute("PRAGMA journal_mode=WAL")
        for statement in statements:
            made.execute(statement)
        made.commit()
    before = file.read_bytes()
    done = manage("demo", env=environment(DATABASE_URL=f"sqlite:///{file}", DEBUG="true"))
    assert done.returncode == 1
    assert "The database holds other data" in done.stderr
    assert file.read_bytes() == before


def test_make_run_asks_the_demo_before_anything_else():
    done = subprocess.run(
        ["make", "--dry-run", "run"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    commands = re.findall(r"manage\.py (\w+)", done.stdout)
    assert commands == ["demo", "serve"]


@pytest.mark.parametrize(
    ("host", "base"),
    [
        ("127.0.0.1", "http://127.0.0.1:8000"),
        ("0.0.0.0", "http://127.0.0.1:8000"),
        ("localhost", "http://localhost:8000"),
        ("::", "http://[::1]:8000"),
        ("[::1]", "http://[::1]:8000"),
        ("::1", "http://[::1]:8000"),
        ("10.1.2.3", "http://10.1.2.3:8000"),
    ],
)
def test_the_addresses_are_ones_that_a_browser_here_reaches(host, base):
    text = banner(host=host, port=8000)
    assert f"{base}/api/docs/" in text
    assert f"BASE={base}\n" in text


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "10.1.2.3", "demo.example.com"])
def test_whoever_asks_for_more_than_this_machine_is_told_what_it_means(host):
    text = banner(host=host, port=9000)
    assert "OPEN TO OTHER MACHINES" in text
    assert "whoever reaches port 9000" in text


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "[::1]", "localhost"])
def test_at_home_there_is_nothing_to_tell(host):
    assert "OPEN TO" not in banner(host=host, port=9000)


def test_every_page_it_names_is_there(client):
    paths = re.findall(r"http://127\.0\.0\.1:8000(/\S+)", banner(host="127.0.0.1", port=8000))
    assert len(paths) == 5
    for path in paths:
        assert client.get(path, follow=True).status_code == 200, path


def test_the_lines_to_paste_are_whole_commands():
    """A colleague of this test runs them in bash against a real server."""
    text = banner(host="127.0.0.1", port=8000)
    lines = [line.strip() for line in text.splitlines() if line.startswith("  ")]
    commands = [line for line in lines if re.match(r"curl |[A-Z]+=\$\(curl ", line)]
    assert len(commands) == 6
    for command in commands:
        words = shlex.split(re.sub(r"^[A-Z]+=\$\((.*) \| field access_token\)$", r"\1", command))
        assert words[:2] == ["curl", "-sS"]
        assert words[2].startswith("$BASE/api/v1/")
