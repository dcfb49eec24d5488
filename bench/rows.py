"""How long counting takes, by the size of a company: ``python -m bench.rows sqlite|postgresql``.

It fills the database of the large benchmark, adds companies of 1,000, 10,000 and 100,000 members,
and runs the statements of ``adapters.collectors.users`` by themselves, warm. The quickest of many.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from bench.environment import python, set_up_django
from bench.worlds import World

_LARGE = (1_000, 10_000, 100_000)
_RUNS = 30


def _add_large() -> None:
    """Companies of these sizes, unless an earlier run made them."""
    from adapters.commands.management.commands.load_world import analyze  # noqa: PLC0415
    from adapters.orm.models import Company, Membership  # noqa: PLC0415

    for size in _LARGE:
        company, made = Company.objects.get_or_create(slug=f"large-{size}", name="Large")
        if made:
            rows = (Membership(user_id=n, company=company) for n in range(1, size + 1))
            Membership.objects.bulk_create(rows, batch_size=10_000)
    analyze()


def _quickest(run: Callable[[], Any]) -> float:
    """In milliseconds."""
    times = []
    for _ in range(_RUNS):
        started = time.perf_counter()
        run()
        times.append((time.perf_counter() - started) * 1000)
    return min(times)


def _measure() -> None:
    set_up_django()
    from adapters.collectors import users  # noqa: PLC0415
    from adapters.orm.models import Company, Membership  # noqa: PLC0415
    from domain.metrics.active_users import windows  # noqa: PLC0415

    _add_large()
    since = asdict(windows(datetime.now(UTC)))
    for slug in ("company-00005", *(f"large-{size}" for size in _LARGE)):
        one = Company.objects.get(slug=slug).pk
        members = Membership.objects.filter(company=one).count()
        took = _quickest(lambda one=one: users.COMPANY_ROW.run(company_id=one, **since))
        print(f"a company of {members:7,}: {took:8.2f} ms")
    print(f"every company: {_quickest(lambda: users.COMPANY_ROWS.run(**since)):8.0f} ms")
    first = min(since.values())
    totals = _quickest(lambda: users.PLATFORM_ROW.run(since=first, **since))
    print(f"the platform:  {totals:8.0f} ms")


if __name__ == "__main__":
    if sys.argv[1:]:
        world = World(sys.argv[1], 10_000, 1_000_000)
        world.make()
        print(python(world.url, "-m", "bench.rows"), end="")
    else:
        _measure()
