"""Where the time of a company's scrape goes: ``python -m bench.profile [sqlite|postgresql]``.

One process, one thread, warm. Each part is called by itself, all parts in turn, many times; what is
shown is the tenth percentile, in microseconds: what it takes when nobody else takes the processor
away. "Around it" is the whole less its parts: Django, Ninja, middlewares, headers.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from bench.environment import python
from bench.inside import COMPANY, Inside
from bench.large import sign
from bench.run import SIZES
from bench.stats import undisturbed
from bench.worlds import World

_TURNS = 2000


def parts(inside: Inside) -> dict[str, Callable[[], Any]]:
    """What a scrape consists of, each ready to be called."""
    from adapters.prometheus.exposition import render  # noqa: PLC0415
    from domain.metrics.checks import checked_families, checked_measured  # noqa: PLC0415
    from domain.policy.permission import Permission  # noqa: PLC0415
    from domain.policy.scope import CompanyScope  # noqa: PLC0415
    from domain.tokens.claims import PatClaims, parse_access_claims  # noqa: PLC0415

    services = inside.services
    authenticate, collectors = services.authenticate, services.scrape.collectors
    caller = services.authenticate(inside.token, now=_now())
    snapshot = services.scrape.company(caller, now=_now())
    scope = services.scrape.gate.check(caller, Permission.SCRAPE_COMPANY, now=_now())
    payload = authenticate.codec.verify(inside.token)
    claims = parse_access_claims(payload, now=_now())
    if not isinstance(scope, CompanyScope) or not isinstance(claims, PatClaims):
        raise TypeError("the token is no scraper's of one company")
    delivered = [(tuple(one.collect(scope, now=_now())), one.families(scope)) for one in collectors]

    def check() -> None:
        for measured, families in delivered:
            declared = checked_families(families)
            checked_measured(measured, scope, declared=declared, taken=frozenset())

    return {
        "whole": lambda: inside.get(COMPANY),
        "signature, remembered": lambda: authenticate.codec.verify(inside.token),
        "claims": lambda: parse_access_claims(payload, now=_now()),
        "row, user, place, grant": lambda: authenticate.reader.directory.pat_facts(claims.pat_id),
        **{
            f"collector {one.name}": (lambda one=one: tuple(one.collect(scope, now=_now())))
            for one in collectors
            if one.families(scope)
        },
        "checks of each series": check,
        "rendering": lambda: render(snapshot, accept="", accept_encoding=""),
    }


def _now() -> datetime:
    return datetime.now(UTC)


def measure(token: str) -> dict[str, float]:
    """Microseconds of each part."""
    calls = parts(Inside(token))
    taken: dict[str, list[float]] = {name: [] for name in calls}
    for _ in range(_TURNS):
        for name, call in calls.items():
            started = time.perf_counter()
            call()
            taken[name].append((time.perf_counter() - started) * 1e6)
    found = {name: undisturbed(values) for name, values in taken.items()}
    whole = found.pop("whole")
    return {**found, "around it": whole - sum(found.values()), "whole": whole}


def main() -> None:
    """Print the profile of the small world."""
    world = World(*(sys.argv[1:] or ["sqlite"]), *SIZES["small"])
    world.make()
    [token] = sign(world, 2)
    found: dict[str, float] = json.loads(
        python(world.url, "-m", "bench.profile", "--inside", given=token)
    )
    for name, value in found.items():
        print(f"{name:28}{value:8.0f} us{value / found['whole']:8.0%}")


if __name__ == "__main__":
    if sys.argv[1:] == ["--inside"]:
        print(json.dumps(measure(sys.stdin.read().strip())))
    else:
        main()
