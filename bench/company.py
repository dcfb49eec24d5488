"""The scrape of one company under load, beside what else might answer it."""

from __future__ import annotations

import time
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from bench import servers
from bench.inside import COMPANY
from bench.large import sign
from bench.load import Load, load
from bench.servers import Server
from bench.stats import Figure, figure, ratio
from bench.worlds import World

_GOOD_TOKENS = (2, 3, 4, 5, 6, 7, 8, 11)


class Effort(NamedTuple):
    """How often, and how many seconds at a time, each server is asked."""

    rounds: int = 7
    seconds: int = 3


def measure(world: World, effort: Effort) -> dict[str, Figure]:
    """Every server in turn, and one token beside eight."""
    tokens = sign(world, *_GOOD_TOKENS)
    with ExitStack() as stack:
        service = stack.enter_context(servers.service(world.url))
        ready = _first_answer(service, tokens[0])
        folder = Path(stack.enter_context(TemporaryDirectory()))
        body = folder / "body"
        body.write_bytes(service.get(COMPANY, tokens[0])[1])
        running = {
            "service": service,
            "hello": stack.enter_context(servers.hello()),
            "floor": stack.enter_context(servers.floor(body)),
            "usual": stack.enter_context(servers.usual_stack(world.url)),
            "lean": stack.enter_context(servers.usual_stack(world.url, lean=True)),
        }
        if world.vendor == "postgresql":
            running["go"] = stack.enter_context(servers.plain_go(world.url, _GOOD_TOKENS[0]))
        found = compared(_beside(running, tokens, effort))
        return found | _one_token(service, tokens, effort) | {"first answer s": ready}


def compared(loads: Mapping[str, list[Load]]) -> dict[str, Figure]:
    """The table of some rounds of load on each server: its own figures, and the ratios."""
    rates, spent, _, slowest = (
        {name: [one[place] for one in some] for name, some in loads.items()}
        for place in range(len(Load._fields))
    )
    others = [name for name in loads if name != "service"]
    return {
        **{
            f"{name} {words}": figure([one[place] for one in some])
            for name, some in loads.items()
            for place, words in enumerate(("requests/s", "cpu ms", "p50 ms", "p99 ms"))
        },
        **{f"requests/s: service / {name}": ratio(rates, "service", name) for name in others},
        **{f"cpu: service / {name}": ratio(spent, "service", name) for name in others},
        **{f"p99: service / {name}": ratio(slowest, "service", name) for name in others},
    }


def _first_answer(server: Server, token: str) -> Figure:
    """From the command to the first scrape that was answered, in seconds."""
    server.get(COMPANY, token)
    return figure([time.perf_counter() - server.started])


def _beside(
    running: Mapping[str, Server], tokens: list[str], effort: Effort
) -> dict[str, list[Load]]:
    found: dict[str, list[Load]] = {name: [] for name in running}
    for _ in range(effort.rounds):
        for name, server in running.items():
            found[name].append(
                load(server, COMPANY, tokens[:1], connections=4, seconds=effort.seconds)
            )
    return found


def _one_token(server: Server, tokens: list[str], effort: Effort) -> dict[str, Figure]:
    kinds = [("one", tokens[:1]), ("eight", tokens)]
    rates: dict[str, list[float]] = {"one": [], "eight": []}
    for _ in range(effort.rounds):
        kinds.reverse()  # neither is always the one that comes first
        for name, some in kinds:
            told = load(server, COMPANY, some, connections=8, seconds=effort.seconds)
            rates[name].append(told.rate)
    return {"8 connections: one token / eight": ratio(rates, "one", "eight")}
