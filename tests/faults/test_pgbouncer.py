"""Behind PgBouncer in transaction mode the service works, and nobody else feels that it does.

The pool has two of the server's connections for the service's eight threads and for strangers:
whatever is left on a connection is somebody else's a moment later.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import psycopg
import pytest
from prometheus_client.parser import text_string_to_metric_families

from adapters.orm.postgresql.connection import BoundedConnection
from tests.e2e.databases import Database, postgresql_server
from tests.faults.pgbouncer import pooled
from tests.faults.seed import OWNERS, PASSWORD, STAFF
from tests.faults.site import Site, running_site
from tests.helpers.cancels import cancel_again_and_again
from tests.helpers.exposition import Series, series

pytestmark = pytest.mark.e2e

COMPANY, ALL, PATS = "/api/v1/metrics", "/api/v1/metrics/all", "/api/v1/personal-access-tokens"
CANCELS = int(os.environ.get("FAULTS_CANCELS", "800"))
PLAIN: dict[str, Any] = {"autocommit": True, "prepare_threshold": None}
"""How whoever knows of the pooler connects."""
SETTINGS = (
    "statement_timeout",
    "lock_timeout",
    "idle_in_transaction_session_timeout",
    "TimeZone",
    "search_path",
)


@pytest.fixture(scope="module")
def direct(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """The database itself."""
    with postgresql_server(tmp_path_factory.mktemp("direct")) as made:
        yield made


@pytest.fixture(scope="module")
def shared(direct: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """The same, as PgBouncer's clients have it."""
    with pooled(direct, tmp_path_factory.mktemp("pgbouncer")) as made:
        yield made


@pytest.fixture(scope="module")
def site(shared: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Migrated, filled and served through the pooler."""
    with running_site(tmp_path_factory.mktemp("pooled"), shared) as made:
        yield made


def ask(site: Site, method: str, path: str, token: str | None = None, **body: object) -> Any:
    """The JSON of a successful answer."""
    answer = site.service.call(method, path, token=token, body=body or None)
    assert answer.status < 300, answer.text
    return answer.json()


def status(site: Site, path: str, token: str) -> int:
    return site.service.call("GET", path, token=token).status


def sign_in(site: Site, email: str) -> dict[str, str]:
    company = site.world.companies["acme"]
    body = {"email": email, "password": PASSWORD, "company_id": company}
    return ask(site, "POST", "/api/v1/token?grant_type=password", **body)


def scrape(site: Site, path: str, token: str, *, within: float = 60) -> Series:
    limit = {"X-Prometheus-Scrape-Timeout-Seconds": str(within)}
    answer = site.service.call("GET", path, token=token, headers=limit)
    assert answer.status == 200, answer.text
    return series(text_string_to_metric_families(answer.text))


def collected(found: Series) -> dict[str, float]:
    """Whether each collector delivered."""
    success = [(dict(k[1]), v) for k, v in found.items() if k[0].endswith("collector_success")]
    return {labels["collector"]: value for labels, value in success}


@contextmanager
def locked(database: Database, table: str) -> Iterator[None]:
    """A table that nobody else can read while it lasts."""
    with psycopg.connect(database.url) as connection:
        connection.execute(f"LOCK TABLE {table}")
        yield
        connection.rollback()


def test_a_session_begins_goes_on_and_ends(site: Site):
    pair = sign_in(site, OWNERS[0])
    assert ask(site, "GET", "/api/v1/user", pair["access_token"])["email"] == OWNERS[0]
    path = "/api/v1/token?grant_type=refresh_token"
    token = ask(site, "POST", path, refresh_token=pair["refresh_token"])["access_token"]
    ask(site, "POST", "/api/v1/logout", token)
    assert status(site, "/api/v1/user", token) == 401


def test_a_pat_is_made_scrapes_is_issued_anew_and_is_revoked(site: Site):
    """Each many times: every connection of the pool meets every statement."""
    session, everything = site.world.token(OWNERS[0]), {"users": 1, "tokens": 1, "logins": 1}
    for _ in range(10):
        pat = ask(site, "POST", PATS, session, name="pooled", read_only=True)
        assert collected(scrape(site, COMPANY, pat["access_token"])) == everything
        token = ask(site, "POST", f"{PATS}/{pat['id']}/reissue", session)["access_token"]
        assert status(site, COMPANY, pat["access_token"]) == 401
        assert collected(scrape(site, COMPANY, token)) == everything
        ask(site, "POST", f"{PATS}/{pat['id']}/revoke", session)
        assert status(site, COMPANY, token) == 401
    rows = ask(site, "GET", PATS, session)["results"]
    assert sum(row["name"] == "pooled" for row in rows) == 10


def test_commands_work(site: Site):
    run = site.service.manage
    assert "pooled" in run("pat", "list", "--user", OWNERS[0])
    assert OWNERS[0] in run("events", "--user", OWNERS[0])
    run("purge")
    run("migrate", "--verbosity", "0")


@pytest.fixture
def scraper(site: Site) -> str:
    """A token that scrapes the whole platform."""
    rights = {"read_only": True, "access_global_metrics": True}
    made = ask(site, "POST", PATS, site.world.token(STAFF), name="scraper", **rights)
    return str(made["access_token"])


def test_a_collector_out_of_time_takes_nobody_along(site: Site, direct: Database, scraper: str):
    """It waits for a lock. The next scrapes, on the same connections, are whole."""
    whole = {"users": 1, "tokens": 1, "logins": 1}
    with locked(direct, "shellui_logintally"):
        for _ in range(4):
            assert collected(scrape(site, COMPANY, scraper, within=2)) == {**whole, "logins": 0}
        assert collected(scrape(site, ALL, scraper, within=2))["logins"] == 0
    for _ in range(20):
        assert collected(scrape(site, ALL, scraper)) == {**whole, "load": 1}


def test_a_sign_in_is_counted_once(site: Site, scraper: str):
    """The counter moves in a transaction that other clients' statements come between."""

    def sign_ins() -> float:
        found = scrape(site, ALL, scraper)
        return sum(v for (name, _), v in found.items() if name.endswith("successful_logins_total"))

    before = sign_ins()
    for email in OWNERS[:3]:
        sign_in(site, email)
    assert sign_ins() == before + 3


@dataclass
class Stranger:
    """Another client of the pool: its statements are its own business.

    Attributes:
        seconds: how long each takes.
        seen: the settings that its statements ran under.
        broken: what its statements failed with.
    """

    database: Database
    seconds: float
    seen: set[tuple[str, ...]] = field(default_factory=set)
    broken: list[psycopg.Error] = field(default_factory=list)
    done: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        asked = ", ".join(f"current_setting('{name}')" for name in SETTINGS)
        statement = f"SELECT {asked} FROM pg_sleep({self.seconds})"
        with psycopg.connect(self.database.url, **PLAIN) as connection:
            connection.execute("SET TimeZone = 'Europe/Paris'")
            while not self.done.is_set():
                try:
                    self.seen.update(connection.execute(statement))
                except psycopg.Error as exc:
                    self.broken.append(exc)


@contextmanager
def strangers(database: Database, count: int, *, seconds: float) -> Iterator[list[Stranger]]:
    """They work while it lasts."""
    crowd = [Stranger(database, seconds) for _ in range(count)]
    threads = [threading.Thread(target=one.run) for one in crowd]
    for thread in threads:
        thread.start()
    try:
        yield crowd
    finally:
        for one in crowd:
            one.done.set()
        for thread in threads:
            thread.join()


def test_it_is_known_to_be_there(shared: Database, direct: Database):
    for database, is_direct in ((direct, True), (shared, False)):
        with BoundedConnection.connect(database.url, **PLAIN) as connection:
            assert connection.is_direct == is_direct


def test_no_cancel_hits_another_statement(shared: Database):
    """However the ends of statements and their limits fall together, in a pool of two."""

    def ours(seed: int) -> None:
        with BoundedConnection.connect(shared.url, **PLAIN) as connection:
            cancel_again_and_again(connection, rounds=CANCELS // 4, seed=seed)

    with strangers(shared, 1, seconds=0.005) as crowd, ThreadPoolExecutor(4) as hosts:
        list(hosts.map(ours, range(4)))
    assert [one.broken for one in crowd] == [[]]


def test_nobody_else_sees_a_limit_or_is_stopped_by_one(
    site: Site, shared: Database, direct: Database, scraper: str
):
    with locked(direct, "shellui_logintally"), strangers(shared, 2, seconds=0.5) as crowd:
        for path in (COMPANY, ALL) * 10:
            assert collected(scrape(site, path, scraper, within=0.5))["logins"] == 0
    assert [one.broken for one in crowd] == [[], []]
    seen = {row for one in crowd for row in one.seen}
    assert seen == {("0", "0", "0", "Europe/Paris", '"$user", public')}
