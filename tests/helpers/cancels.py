"""Statements whose end and whose limit fall together, again and again."""

from __future__ import annotations

from contextlib import suppress
from random import Random

from psycopg.errors import QueryCanceled

from adapters.orm.postgresql.connection import BoundedConnection


def cancel_again_and_again(connection: BoundedConnection, *, rounds: int, seed: int) -> None:
    """In each round a statement that may be stopped, and then one that nothing may hit."""
    dice = Random(seed)
    for n in range(rounds):
        connection.wait_seconds = dice.uniform(0.001, 0.01)
        with suppress(QueryCanceled):
            connection.execute("SELECT pg_sleep(%s)", [dice.uniform(0, 0.01)])
        connection.wait_seconds = 60
        answer = connection.execute("SELECT %s FROM pg_sleep(0.002)", [n]).fetchall()
        assert answer == [(n,)]
