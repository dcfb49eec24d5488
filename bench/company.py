"""The scrape of one company under load, beside the usual stack and the floor."""

from __future__ import annotations

import time
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

from bench import servers
from bench.inside import COMPANY
from bench.large import sign
from bench.load import cpu_milliseconds, requests_per_second
from bench.servers import Server
from bench.stats import Figure, figure, ratio
from bench.worlds import World

ROUNDS, SECONDS = 7, 3
_GOOD_TOKENS = (2, 3, 4, 5, 6, 7, 8, 11)


def measure(world: World) -> dict[str, Figure]:
    """Requests a second and processor time of all three, and one token beside eight."""
    tokens = sign(world, *_GOOD_TOKENS)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory()))
        service = stack.enter_context(servers.service(world.url))
        ready = _first_answer(service, tokens[0])
        body = folder / "body"
        body.write_bytes(service.get(COMPANY, tokens[0])[1])
        running = {
            "service": service,
            "floor": stack.enter_context(servers.floor(body)),
            "usual": stack.enter_context(servers.usual_stack(world.url)),
            "lean": stack.enter_context(servers.usual_stack(world.url, lean=True)),
        }
        return _beside(running, tokens) | _one_token(service, tokens) | {"first answer s": ready}


def _first_answer(server: Server, token: str) -> Figure:
    """From the command to the first scrape that was answered, in seconds."""
    server.get(COMPANY, token)
    return figure([time.perf_counter() - server.started])


def _beside(running: dict[str, Server], tokens: list[str]) -> dict[str, Figure]:
    rates: dict[str, list[float]] = {name: [] for name in running}
    spent: dict[str, list[float]] = {name: [] for name in running}
    for _ in range(ROUNDS):
        for name, server in running.items():
            rate, cpu = cpu_milliseconds(
                server, COMPANY, tokens[:1], connections=4, seconds=SECONDS
            )
            rates[name].append(rate)
            spent[name].append(cpu)
    return {
        **{f"{name} requests/s": figure(rates[name]) for name in running},
        **{f"{name} cpu ms": figure(spent[name]) for name in running},
        "requests/s: service / usual": ratio(rates, "service", "usual"),
        "requests/s: service / lean": ratio(rates, "service", "lean"),
        "requests/s: service / floor": ratio(rates, "service", "floor"),
        "cpu: usual / service": ratio(spent, "usual", "service"),
        "cpu: lean / service": ratio(spent, "lean", "service"),
        "cpu: floor / service": ratio(spent, "floor", "service"),
    }


def _one_token(server: Server, tokens: list[str]) -> dict[str, Figure]:
    kinds = [("one", tokens[:1]), ("eight", tokens)]
    rates: dict[str, list[float]] = {"one": [], "eight": []}
    for _ in range(ROUNDS):
        kinds.reverse()  # neither is always the one that comes first
        for name, some in kinds:
            rate = requests_per_second(server, COMPANY, some, connections=8, seconds=SECONDS)
            rates[name].append(rate)
    return {"8 connections: one token / eight": ratio(rates, "one", "eight")}
