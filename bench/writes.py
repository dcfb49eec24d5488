"""What large writes cost, before and after: ``python -m bench.writes OTHER_TREE`` (PostgreSQL).

Another checkout of the service, an older one say, migrates and loads a database as this one does.
Then both do the same in turn: 100,000 memberships inserted by one statement, 10,000 users stopped
by one. What is told is the processor time of the server's process that executes it.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg

from bench.environment import ROOT, environment
from bench.servers import cpu_seconds_of
from bench.stats import figure, ratio
from bench.worlds import SERVER

_COMPANIES, _USERS, _ROUNDS = 200, 120_000, 5
_WRITES = {
    "100,000 memberships inserted": """
        INSERT INTO shellui_membership (user_id, company_id, role, is_enabled, created_at)
        SELECT id, (id + 50) % 200 + 1, 'member', true, now() FROM shellui_user WHERE id <= 100000
    """,
    "10,000 users stopped": """
        UPDATE shellui_user SET is_active = false WHERE id BETWEEN 1001 AND 11000
    """,
}


def main(other: Path) -> None:
    """Print the figures of both, and the ratios."""
    trees = {"today": other.resolve(), "then": ROOT}
    urls = {name: _made(tree, f"shellui_bench_writes_{name}") for name, tree in trees.items()}
    for write, sql in _WRITES.items():
        found: dict[str, list[float]] = {name: [] for name in urls}
        for _ in range(_ROUNDS):
            for name, url in urls.items():
                found[name].append(_cost(url, sql))
        for name, values in found.items():
            print(f"{write:32}{name:8}{figure(values)} ms")
        print(f"{write:32}today / then: {ratio(found, 'today', 'then')}")


def _made(tree: Path, name: str) -> str:
    url = urlunsplit(urlsplit(SERVER)._replace(path=f"/{name}"))
    with psycopg.connect(SERVER, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')  # type: ignore[call-overload]
        connection.execute(f'CREATE DATABASE "{name}"')  # type: ignore[call-overload]
    sizes = ("--companies", str(_COMPANIES), "--users", str(_USERS), "--tokens", "1")
    for command in (("migrate", "--verbosity", "0"), ("load_world", *sizes)):
        subprocess.run(  # noqa: S603 - our own command
            [sys.executable, "manage.py", *command],
            cwd=tree,
            env=environment() | {"DATABASE_URL": url, "PYTHONPATH": f"{tree / 'src'}:{tree}"},
            check=True,
        )
    return url


def _cost(url: str, sql: str) -> float:
    """Milliseconds of the processor. What was written is rolled back."""
    with psycopg.connect(url) as connection:
        server = connection.info.backend_pid
        before = cpu_seconds_of(server)
        connection.execute(sql)  # type: ignore[call-overload]
        spent = cpu_seconds_of(server) - before
        connection.rollback()
    return spent * 1000


if __name__ == "__main__":
    main(Path(sys.argv[1]))
