"""Redis, and two hosts of the service on one PostgreSQL."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from redis import Redis

from tests.e2e import processes
from tests.e2e.clients import absent
from tests.e2e.databases import postgresql_server
from tests.e2e.processes import Process
from tests.e2e.service import Service


class RedisServer:
    """A Redis of this run's own, on its own port."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = processes.free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self.process: Process | None = None

    def start(self) -> None:
        path = shutil.which("redis-server")
        if path is None:
            absent("redis-server is not installed (Debian: redis-server), so this did not run.")
        command = [path, "--port", str(self.port), "--bind", "127.0.0.1", "--save", ""]
        command += ["--dir", str(self.folder)]
        self.process = processes.start("Redis", command, log=self.folder / "redis.log")
        self.process.wait_until(self._answers, "it answered")

    def stop(self) -> None:
        process, self.process = self.process, None
        if process is not None:
            process.stop()

    def _answers(self) -> bool:
        with Redis.from_url(self.url) as client:
            try:
                return bool(client.ping())
            except Exception as exc:
                raise AssertionError from exc


@pytest.fixture(scope="session")
def redis(tmp_path_factory) -> Iterator[RedisServer]:
    server = RedisServer(tmp_path_factory.mktemp("redis"))
    try:
        server.start()
        yield server
    finally:
        server.stop()


@pytest.fixture(scope="session")
def hosts(redis, tmp_path_factory) -> Iterator[tuple[Service, Service]]:
    """Two hosts with one environment, on one PostgreSQL and one Redis."""
    folder = tmp_path_factory.mktemp("hosts")
    with postgresql_server(folder) as database:
        one = Service(folder, database, env={"REDIS_URL": redis.url})
        two = Service(folder, database, env=one.env)
        one.fill()
        try:
            one.start()
            two.start()
            yield one, two
        finally:
            one.stop()
            two.stop()
