"""One-shot timings inside one process of the service: ``python -m bench.inside ROUNDS``.

What it measures goes through the whole service, from the WSGI environment to the bytes, except
where it says otherwise. It prints JSON: milliseconds, one number a round.
"""

from __future__ import annotations

import json
import sys
import time
import zlib
from collections.abc import Callable
from contextlib import contextmanager
from io import BytesIO
from typing import Any

from bench.environment import HEADERS, set_up_django
from bench.stats import interleaved, undisturbed

COMPANY, ALL = "/api/v1/metrics", "/api/v1/metrics/all"
_CALLS, _MOST_MILLISECONDS = 300, 2000


class Inside:
    """The service in this process, with a scraper's token."""

    def __init__(self, token: str) -> None:
        set_up_django()
        from config.application import wsgi  # noqa: PLC0415
        from config.container import services  # noqa: PLC0415

        self.application, self.services, self.token = wsgi, services(), token

    def get(self, path: str, **headers: str) -> bytes:
        """The body of an answer."""
        answer = self.application(self._environ(path, headers), lambda *_: None)
        body = b"".join(answer)
        answer.close()
        if answer.status_code != 200:  # noqa: PLR2004 - the status itself
            raise RuntimeError(body)
        return body

    def _environ(self, path: str, headers: dict[str, str]) -> dict[str, Any]:
        sent = {"Authorization": f"Bearer {self.token}", "Host": "localhost", **HEADERS, **headers}
        return {
            "REQUEST_METHOD": "GET",
            "PATH_INFO": path,
            "QUERY_STRING": "",
            "SCRIPT_NAME": "",
            "SERVER_NAME": "localhost",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "127.0.0.1",
            "wsgi.url_scheme": "http",
            "wsgi.input": BytesIO(),
            **{f"HTTP_{name.upper().replace('-', '_')}": text for name, text in sent.items()},
        }

    def forget(self) -> None:
        """Let the next scrape be a first one."""
        from adapters.orm.models import SharedResult  # noqa: PLC0415

        SharedResult.objects.all().delete()


def milliseconds(call: Callable[[], Any]) -> float:
    """How long a call takes."""
    started = time.perf_counter()
    call()
    return (time.perf_counter() - started) * 1000


def measure(rounds: int, token: str) -> dict[str, Any]:
    """Every timing."""
    inside = Inside(token)
    inside.get(ALL), inside.get(COMPANY)
    found: dict[str, Any] = dict(interleaved(rounds, _measures(inside)))
    return found | _statements(inside) | _sizes(inside)


def _measures(inside: Inside) -> dict[str, Callable[[], float]]:
    from datetime import UTC, datetime  # noqa: PLC0415

    from adapters.collectors.users import UsersCollector  # noqa: PLC0415
    from adapters.orm.patience import patient  # noqa: PLC0415
    from adapters.prometheus.exposition import render  # noqa: PLC0415
    from bench.plain_sql import every_number  # noqa: PLC0415
    from domain.policy.permission import Permission  # noqa: PLC0415

    caller = inside.services.authenticate(inside.token, now=datetime.now(UTC))
    snapshot = inside.services.scrape.platform(caller, now=datetime.now(UTC))

    def first() -> float:
        inside.forget()
        return milliseconds(lambda: inside.get(ALL))

    def plain_sql() -> None:
        with patient():  # it may take longer than a statement of the service
            every_number(datetime.now(UTC))

    def company() -> float:
        once = milliseconds(lambda: inside.get(COMPANY))
        calls = max(10, min(_CALLS, int(_MOST_MILLISECONDS / once)))
        return undisturbed([milliseconds(lambda: inside.get(COMPANY)) for _ in range(calls)])

    def first_of_company() -> float:
        inside.forget()
        return milliseconds(lambda: inside.get(COMPANY))

    def users_alone() -> None:
        scope = inside.services.scrape.gate.check(
            caller, Permission.SCRAPE_COMPANY, now=datetime.now(UTC)
        )
        tuple(UsersCollector().collect(scope, now=datetime.now(UTC)))

    def rendering() -> Any:
        return render(snapshot, accept="", accept_encoding="")

    return {
        "plain sql": lambda: milliseconds(plain_sql),
        "first": first,
        "repeated": lambda: milliseconds(lambda: inside.get(ALL)),
        "render": lambda: milliseconds(rendering),
        "company": company,
        "company first": first_of_company,
        "company's users alone": lambda: milliseconds(users_alone),
    }


def _statements(inside: Inside) -> dict[str, Any]:
    """How many statements a scrape takes, and how long the database is at them."""
    found: dict[str, Any] = {}
    for name, path in (("company", COMPANY), ("first", ALL)):
        inside.forget()
        with _timed_statements() as times:
            inside.get(path)
        found |= {f"{name} statements": len(times), f"{name} database ms": sum(times)}
    return found


@contextmanager
def _timed_statements() -> Any:
    from adapters.orm.driver import Statement  # noqa: PLC0415

    times: list[float] = []
    rows = Statement.rows

    def timed(*arguments: Any) -> Any:
        result: list[Any] = []
        times.append(milliseconds(lambda: result.append(rows(*arguments))))
        return result[0]

    Statement.rows = timed  # type: ignore[method-assign]
    try:
        yield times
    finally:
        Statement.rows = rows  # type: ignore[method-assign]


def _sizes(inside: Inside) -> dict[str, Any]:
    plain = inside.get(ALL)
    zipped = inside.get(ALL, **{"Accept-Encoding": "gzip"})

    def compress() -> bytes:
        zipper = zlib.compressobj(1, zlib.DEFLATED, 31)
        return zipper.compress(plain) + zipper.flush()

    took = min(milliseconds(compress) for _ in range(3))
    return {"bytes": len(plain), "gzip bytes": len(zipped), "gzip ms": took}


if __name__ == "__main__":
    print(json.dumps(measure(int(sys.argv[1]), sys.stdin.read().strip())))
