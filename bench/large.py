"""The scrape of everything: how long, how it grows, how much memory, how many bytes."""

from __future__ import annotations

import json
from typing import Any

from bench import servers
from bench.environment import python
from bench.inside import ALL, COMPANY
from bench.stats import Figure, figure, ratio
from bench.worlds import World

_TURNS, _ROUNDS = 3, 3
LINK_BITS = 100_000_000
"""Of the link on which compressing has to pay."""


def sign(world: World, *numbers: int) -> list[str]:
    """Tokens of the world's rows."""
    return python(world.url, "-m", "bench.tokens", *map(str, numbers)).split()


def inside(world: World, token: str) -> dict[str, Any]:
    """See ``bench.inside``."""
    found: dict[str, Any] = json.loads(
        python(world.url, "-m", "bench.inside", str(_ROUNDS), given=token)
    )
    return found


def measure(worlds: dict[str, World]) -> dict[str, dict[str, Any]]:
    """Every world in turn, several times: by world, all rounds of all turns."""
    tokens = {name: sign(world, 1)[0] for name, world in worlds.items()}
    found: dict[str, dict[str, Any]] = {name: {} for name in worlds}
    for _ in range(_TURNS):
        for name, world in worlds.items():
            for key, value in inside(world, tokens[name]).items():
                if isinstance(value, list):
                    found[name].setdefault(key, []).extend(value)
                else:
                    found[name][key] = value
    return found


def summary(found: dict[str, dict[str, Any]]) -> dict[str, Figure | float]:
    """The table's figures, of the worlds ``small``, ``one``, ``medium`` and ``large``."""
    small, one, medium, large = (found[name] for name in ("small", "one", "medium", "large"))
    saved = (large["bytes"] - large["gzip bytes"]) * 8 / LINK_BITS * 1000
    growths = {
        "all": (large["first"], medium["first"]),
        "one": (large["company"], small["company"]),
        "members": (one["company"], small["company"]),
    }
    return {
        "first / plain sql": ratio(large, "first", "plain sql"),
        "repeated / render": ratio(large, "repeated", "render"),
        "growth of all": ratio(dict(zip("ab", growths["all"], strict=True)), "a", "b"),
        "growth of one": ratio(dict(zip("ab", growths["one"], strict=True)), "a", "b"),
        "100,000 members: first / statement": ratio(one, "company first", "company's users alone"),
        "100,000 members: repeated / small": ratio(
            dict(zip("ab", growths["members"], strict=True)), "a", "b"
        ),
        "gzip / plain bytes": large["gzip bytes"] / large["bytes"],
        "gzip ms / ms saved": large["gzip ms"] / saved,
        **{
            f"{name} ms": figure(large[name])
            for name in ("plain sql", "first", "repeated", "render")
        },
        "company ms": figure(small["company"]),
        "company statements": small["company statements"],
        "all statements": large["first statements"],
        "company database ms": small["company database ms"],
        "all database ms": large["first database ms"],
        "bytes": large["bytes"],
        "gzip bytes": large["gzip bytes"],
    }


def memory(world: World) -> dict[str, float]:
    """What a worker holds at the peak of its first large scrape beyond what it had, in MiB."""
    [token] = sign(world, 1)
    return {
        f"{name} MiB over idle": _peak(world, token, accept)
        for name, accept in (("plain", "identity"), ("gzip", "gzip"))
    }


def _peak(world: World, token: str, accept: str) -> float:
    with servers.service(world.url, workers="1") as server:
        server.get(COMPANY, token)
        idle = server.memory("VmRSS")
        server.forget_peak()
        status, _ = server.get(ALL, token, Accept_Encoding=accept)
        if status != 200:  # noqa: PLR2004 - the status itself
            raise RuntimeError(f"the large scrape was answered with {status}")
        return server.memory("VmHWM") - idle
