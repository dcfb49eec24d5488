"""Redis keeps results; when it is away nobody waits for it twice."""

from __future__ import annotations

import pytest
from redis import ConnectionError as RedisConnectionError
from redis import Redis

from adapters.cache.store import RedisStore
from tests.e2e import processes

pytestmark = pytest.mark.e2e


@pytest.fixture
def store(redis):
    with Redis.from_url(redis.url) as client:
        client.flushdb()
        yield RedisStore(client, "test")


def test_it_keeps_by_namespace(store):
    store.put("users", lambda: b"x", seconds=60)
    assert store.get("users") == b"x"
    assert store.get("tokens") is None
    assert RedisStore(store.client, "other").get("users") is None


def test_nothing_is_kept_for_ever(store):
    store.put("users", lambda: b"x", seconds=60)
    store.claim("users", seconds=10)
    keys = list(store.client.scan_iter())
    assert len(keys) == 2
    assert all(0 < store.client.pttl(key) <= 60_000 for key in keys)


def test_one_has_the_claim_until_it_gives_it_back(store):
    mine = store.claim("users", seconds=60)
    assert mine
    assert store.claim("users", seconds=60) is None
    store.release("users", "not mine")
    assert store.claim("users", seconds=60) is None
    store.release("users", mine)
    assert store.claim("users", seconds=60)


def test_a_redis_that_is_away_is_left_alone_for_a_while(caplog):
    asked, clock = [], [0.0]

    class Away:
        def get(self, key):
            asked.append(key)
            raise RedisConnectionError("secret")

        set = get

    store = RedisStore(Away(), "test", timer=lambda: clock[0])
    for _ in range(3):
        assert store.get("users") is None
        assert store.claim("users", seconds=1)
        store.put("users", lambda: b"x", seconds=1)
    assert len(asked) == 1
    assert "ConnectionError" in caplog.text
    assert "secret" not in caplog.text
    clock[0] = 6.0
    store.get("users")
    assert len(asked) == 2


def test_nobody_listens():
    url = f"redis://127.0.0.1:{processes.free_port()}/0"
    assert RedisStore.at(url, namespace="test").get("users") is None
