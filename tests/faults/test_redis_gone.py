"""Redis paused, killed and back: answers as before, and nobody let in because of it."""

from __future__ import annotations

import shutil
import signal

import pytest

from tests.e2e import processes
from tests.e2e.clients import absent
from tests.faults.load import PATS
from tests.faults.production import serving
from tests.faults.seed import OWNERS, STAFF

pytestmark = pytest.mark.e2e


@pytest.fixture
def redis(tmp_path):
    """Starts one, on a port that stays the same."""
    program = shutil.which("redis-server") or absent("redis-server is not installed.")
    port = processes.free_port()
    command = [program, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", "/tmp"]
    running = []

    def start() -> processes.Process:
        process = processes.start("Redis", command, log=tmp_path / "redis.log")
        running.append(process)
        process.wait_until(
            lambda: "Ready to accept" in (tmp_path / "redis.log").read_text(), "it was ready"
        )
        return process

    yield port, start
    for process in running:
        if process.handle.poll() is None:
            process.handle.send_signal(signal.SIGCONT)
            process.stop()


def test_it_is_not_needed(site, redis):
    port, start = redis
    first = start()
    with serving(site.another_host(REDIS_URL=f"redis://127.0.0.1:{port}/0")) as host:
        _all_is_well(site, host)
        first.handle.send_signal(signal.SIGSTOP)
        _all_is_well(site, host)
        first.handle.kill()
        first.handle.wait()
        _all_is_well(site, host)
        start()
        _all_is_well(site, host)
        assert host.call("GET", "/health/ready").status == 200


def _all_is_well(site, host) -> None:
    """Scrapes are answered, a revoked token is not, and the sign-in limit holds."""
    staff, owner = site.world.token(STAFF), site.world.token(OWNERS[3])
    assert host.call("GET", "/api/v1/metrics", token=owner).status == 200
    assert host.call("GET", "/api/v1/metrics/all", token=staff).status == 200
    pat = host.create_pat(owner, name="redis", expires_in=600)
    assert host.call("GET", "/api/v1/metrics", token=pat["access_token"]).status == 200
    assert host.call("POST", f"{PATS}/{pat['id']}/revoke", token=owner).status == 200
    assert host.call("GET", "/api/v1/metrics", token=pat["access_token"]).status == 401
