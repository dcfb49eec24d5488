"""Print the URL of a PostgreSQL server for the tests; none is a skip here, a failure in CI."""

from __future__ import annotations

import os
import sys

import psycopg

DEFAULT_URL = "postgres://postgres@127.0.0.1:5432/postgres"


def server_url() -> str:
    return os.environ.get("TEST_POSTGRES_URL", DEFAULT_URL)


def is_up() -> bool:
    try:
        psycopg.connect(server_url(), connect_timeout=3).close()
    except psycopg.OperationalError:
        return False
    return True


def main() -> int:
    if is_up():
        print(server_url())
        return 0
    in_ci = os.environ.get("CI") == "true"
    print(
        f"{'FAILED' if in_ci else 'SKIPPED'}: the suite on PostgreSQL. No server answers; "
        "start one at 127.0.0.1:5432 or name it in TEST_POSTGRES_URL.",
        file=sys.stderr,
    )
    return 1 if in_ci else 0


if __name__ == "__main__":
    sys.exit(main())
