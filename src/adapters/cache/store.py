"""Where results are kept for every process and host: Redis, or nowhere."""

from __future__ import annotations

import logging
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

from redis import Redis, RedisError

logger = logging.getLogger(__name__)

_TIMEOUT_SECONDS = 0.25
_PAUSE_SECONDS = 5.0
"""How long a Redis that failed is left alone: no scrape waits for it again and again."""
_RELEASE = """
if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('del', KEYS[1]) end
return 0
"""


class Store(Protocol):
    """Keeps bytes by key. What it cannot do it does not, and says nothing."""

    def get(self, key: str) -> bytes | None:
        """What is kept, if anything is."""
        ...

    def put(self, key: str, make: Callable[[], bytes], *, seconds: float) -> None:
        """Keep what ``make`` returns, for so long."""
        ...

    def claim(self, key: str, *, seconds: float) -> str | None:
        """The right to be the one who measures, until released or for so long; None: another's.

        A store that is of no use gives it to everybody.
        """
        ...

    def release(self, key: str, claim: str) -> None:
        """Give the right back."""
        ...


class NoStore:
    """Nothing is shared."""

    def get(self, _key: str) -> bytes | None:
        """Nothing is kept."""
        return None

    def put(self, _key: str, _make: Callable[[], bytes], *, seconds: float) -> None:
        """Nothing is kept."""

    def claim(self, _key: str, *, seconds: float) -> str | None:  # noqa: ARG002 - the port's
        """Everybody measures."""
        return "anybody's"

    def release(self, _key: str, _claim: str) -> None:
        """There is nothing to give back."""


@dataclass
class RedisStore:
    """Results in Redis; while it is away, every process measures by itself."""

    client: Redis
    namespace: str
    timer: Callable[[], float] = time.monotonic
    _away_until: float = field(default=0.0, init=False)

    @classmethod
    def at(cls, url: str, *, namespace: str) -> RedisStore:
        """A store on the Redis at the URL, which is not asked before it is needed.

        Services of different namespaces may share one Redis.
        """
        timeouts = {"socket_timeout": _TIMEOUT_SECONDS, "socket_connect_timeout": _TIMEOUT_SECONDS}
        return cls(Redis.from_url(url, **timeouts), namespace)

    def get(self, key: str) -> bytes | None:
        """What is kept, if anything is."""
        found: bytes | None = self._ask(lambda: self.client.get(self._name(key)), None)
        return found

    def put(self, key: str, make: Callable[[], bytes], *, seconds: float) -> None:
        """Keep what ``make`` returns, for so long."""
        milliseconds = max(1, int(seconds * 1000))
        self._ask(lambda: self.client.set(self._name(key), make(), px=milliseconds), None)

    def claim(self, key: str, *, seconds: float) -> str | None:
        """The right to be the one who measures; without Redis everybody's."""
        name, claim = f"{self._name(key)}:claim", uuid.uuid4().hex
        px = int(seconds * 1000)
        got = self._ask(lambda: self.client.set(name, claim, nx=True, px=px), default=True)
        return claim if got else None

    def release(self, key: str, claim: str) -> None:
        """Give the right back, if it is still ours."""
        name = f"{self._name(key)}:claim"
        self._ask(lambda: self.client.eval(_RELEASE, 1, name, claim), None)

    def _name(self, key: str) -> str:
        return f"shellui:1:{self.namespace}:{key}"

    def _ask(self, command: Callable[[], Any], default: Any) -> Any:
        if self.timer() < self._away_until:
            return default
        try:
            return command()
        except RedisError as exc:
            self._away_until = self.timer() + _PAUSE_SECONDS
            logger.warning("Redis failed (%s): scrapes are measured anew", type(exc).__name__)
            return default
