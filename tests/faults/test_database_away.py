"""PostgreSQL stopped, paused, restarted, full and read-only: 503 in bounded time, then recovery."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager

import psycopg
import pytest

from tests.e2e.processes import eventually
from tests.faults.cluster import Cluster
from tests.faults.seed import OWNERS
from tests.faults.site import Site, running_site
from tests.faults.wire import Connection

pytestmark = pytest.mark.e2e

BOUND_SECONDS = 30
"""No answer takes longer, whatever the database does. What was measured: docs/reliability.md."""
ASKING = ("/api/v1/user", "/api/v1/metrics", "/api/v1/personal-access-tokens", "/health/ready")
PATS = "/api/v1/personal-access-tokens"


@pytest.fixture(scope="module")
def site(postgresql: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with running_site(tmp_path_factory.mktemp("away"), postgresql.database) as made:
        yield made


@pytest.fixture(autouse=True)
def _well_before_and_after(site: Site) -> Iterator[None]:
    """It recovers by itself: nothing is restarted between the tests."""
    eventually(lambda: statuses(site) == [200] * len(ASKING), "all is well")
    yield
    eventually(lambda: statuses(site) == [200] * len(ASKING), "it recovered by itself")


def statuses(site: Site) -> list[int]:
    return [get(site, path) for path in ASKING]


def get(site: Site, path: str, *, token: str | None = None) -> int:
    """The status of a GET, whose answer is checked to be one of ours, in time."""
    headers = {"Authorization": f"Bearer {token or site.world.token(OWNERS[0])}"}
    with Connection(site.service.port, timeout=BOUND_SECONDS) as connection:
        answer = connection.send("GET", path, headers=headers)
    if answer.status == 503:
        assert answer.json()["code"] == "database_unavailable"
        assert int(answer.headers["retry-after"]) > 0
        assert answer.headers["content-type"] == "application/json"
    return answer.status


def post(site: Site, path: str, body: dict[str, object] | None = None) -> int:
    token = site.world.token(OWNERS[0])
    return site.service.call("POST", path, token=token, body=body or {}).status


@contextmanager
def terminated(cluster: Cluster, *settings: str) -> Iterator[None]:
    """Settings for the service's database while it lasts, its old connections ended."""
    end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'shellui'"
    cluster.sql(*(f"ALTER DATABASE shellui SET {setting}" for setting in settings), end)
    try:
        yield
    finally:
        cluster.sql("ALTER DATABASE shellui RESET ALL", end)


def test_stopped(site: Site, postgresql: Cluster):
    postgresql.stop()
    try:
        assert statuses(site) == [503] * len(ASKING)
        assert post(site, PATS) == 503
        assert get(site, "/health/live") == 200
        assert get(site, "/.well-known/jwks.json") == 200
        assert get(site, "/api/v1/user", token="bad") == 401
    finally:
        postgresql.start()


@pytest.mark.parametrize("mode", ["fast", "immediate"])
def test_restarted_nobody_notices(site: Site, postgresql: Cluster, mode: str):
    """Each connection is looked at before it is used, so the first request finds the new server."""
    postgresql.stop(mode)
    postgresql.start()
    assert statuses(site) == [200] * len(ASKING)


def test_paused(site: Site, postgresql: Cluster):
    """Connections stay open and nobody answers. Nobody waits for ever for that.

    Whether the process lives is told while every thread waits.
    """
    pressing = site.service.workers * site.service.threads * 2
    postgresql.pause()
    try:
        with ThreadPoolExecutor(pressing) as crowd:
            stuck = [crowd.submit(get, site, "/api/v1/user") for _ in range(pressing)]
            told = []
            while not all(waiting.done() for waiting in stuck):
                told.append(get(site, "/health/live"))
            assert {waiting.result() for waiting in stuck} == {503}
            assert set(told) == {200}
        assert get(site, "/health/ready") == 503
    finally:
        postgresql.resume()


def taken_by_others(cluster: Cluster) -> psycopg.Connection | None:
    """One of the connections that are left; None when none is."""
    try:
        return psycopg.connect(cluster.database.url, connect_timeout=10)
    except psycopg.OperationalError:
        return None


def test_out_of_connections(site: Site, postgresql: Cluster):
    with ExitStack() as taken, terminated(postgresql):
        while connection := taken_by_others(postgresql):
            taken.enter_context(connection)
        assert get(site, "/health/ready") == 503
        assert get(site, "/api/v1/user") == 503
        assert get(site, "/health/live") == 200


def test_read_only_a_scrape_still_answers(site: Site, postgresql: Cluster):
    """Only the note of its last use cannot be written."""
    token = site.world.token(OWNERS[0])
    pat = site.service.create_pat(token, name="scraper", read_only=True)
    used = "SELECT last_used_at FROM shellui_personalaccesstoken WHERE id = ?"
    with terminated(postgresql, "default_transaction_read_only = on"):
        assert statuses(site) == [200] * len(ASKING)
        assert get(site, "/api/v1/metrics", token=pat["access_token"]) == 200
        assert post(site, PATS) == 503
        assert post(site, f"{PATS}/{pat['id']}/revoke") == 503
        assert postgresql.database.one(used, pat["id"]) is None
    eventually(lambda: get(site, "/api/v1/metrics", token=pat["access_token"]) == 200, "scraped")
    eventually(lambda: postgresql.database.one(used, pat["id"]), "its use is noted again")
