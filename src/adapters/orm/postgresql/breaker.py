"""While a database is away, one thread at a time finds out whether it is back."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TypeVar

import psycopg

T = TypeVar("T")


class Breaker:
    """Lets everybody connect until that fails; then one at a time, and the others fail at once.

    Else each thread would wait for a timeout of its own, and none be left to say so.
    """

    def __init__(self) -> None:
        self._is_away = False
        self._trying = threading.Lock()

    def call(self, connect: Callable[[], T]) -> T:
        """Connect.

        Raises:
            psycopg.OperationalError: it failed, or failed before and somebody tries already.
        """
        if not self._is_away:
            return self._try(connect)
        if not self._trying.acquire(blocking=False):
            raise psycopg.OperationalError("the database is away, and its return is watched")
        try:
            return self._try(connect)
        finally:
            self._trying.release()

    def _try(self, connect: Callable[[], T]) -> T:
        try:
            made = connect()
        except psycopg.OperationalError:
            self._is_away = True
            raise
        self._is_away = False
        return made
