"""``python -m bench.run [--only company|large] [--vendors sqlite,postgresql] [--short]``.

Figures are ratios of things measured in turn in one run, with the median of the rounds and, in
brackets, the lowest and the highest. Databases are kept for the next run; to make them anew:
``python -m bench.worlds drop``. The short form shows that everything runs: a tiny world, which goes
at the end, and a second of each load. Its figures mean nothing.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from dataclasses import asdict, is_dataclass
from pathlib import Path
from typing import Any

from bench import company, large
from bench.company import Effort
from bench.environment import ROOT, machine
from bench.worlds import World, drop

OUTPUT = ROOT / "artifacts" / "bench.json"
SIZES = {
    "small": (200, 20_000),
    "one": (1, 100_000),
    "medium": (10_000, 100_000),
    "large": (10_000, 1_000_000),
}
TARGETS = {
    ("company", "cpu: service / hello"): {"sqlite": "<= 4.4", "postgresql": "<= 5.3"},
    ("company", "cpu: service / floor"): {"sqlite": "<= 5", "postgresql": "<= 6"},
    ("company", "requests/s: service / usual"): {"sqlite": ">= 12", "postgresql": ">= 13"},
    ("company", "p99: service / hello"): {"sqlite": "<= 5", "postgresql": "<= 9"},
    ("company", "8 connections: one token / eight"): {"sqlite": ">= 1", "postgresql": ">= 1"},
    ("large", "first / plain sql"): {"sqlite": "<= 1.4", "postgresql": "<= 1.4"},
    ("large", "repeated / render"): {"sqlite": "<= 1.5", "postgresql": "<= 1.5"},
    ("large", "100,000 members: first / statement"): {"sqlite": "<= 1.2", "postgresql": "<= 1.2"},
    ("large", "100,000 members: repeated / small"): {"sqlite": "<= 2", "postgresql": "<= 2"},
    ("large", "growth of one"): {"sqlite": "<= 1.1", "postgresql": "<= 1.1"},
    ("large", "gzip / plain bytes"): {"sqlite": "<= 0.1", "postgresql": "<= 0.1"},
    ("large", "gzip ms / ms saved"): {"sqlite": "< 1", "postgresql": "< 1"},
    ("memory", "plain MiB over idle"): {"sqlite": "<= 80", "postgresql": "<= 64"},
    ("memory", "gzip MiB over idle"): {"sqlite": "<= 80", "postgresql": "<= 64"},
}


def main() -> None:
    """Measure what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", choices=("company", "large"))
    parser.add_argument("--vendors", default="sqlite,postgresql")
    parser.add_argument("--short", action="store_true")
    parser.add_argument("--output", type=Path, default=OUTPUT)
    given = parser.parse_args()
    started, found = time.monotonic(), {"machine": machine()}
    print(", ".join(f"{name} {value}" for name, value in found["machine"].items()))
    for vendor in given.vendors.split(","):
        found[vendor] = _short(vendor) if given.short else _vendor(vendor, given.only)
    found["minutes"] = round((time.monotonic() - started) / 60, 1)
    _write(found, given.output)


def _short(vendor: str) -> dict[str, Any]:
    world = World(vendor, 12, 48, tag=f"short{os.getpid()}")
    try:
        return {"database": world.version(), "company": _company(world, Effort(1, 1))}
    finally:
        drop(world.name)


def _company(world: World, effort: Effort) -> dict[str, Any]:
    world.make()
    found = company.measure(world, effort)
    _show(world, "company", found)
    return found


def _vendor(vendor: str, only: str | None) -> dict[str, Any]:
    worlds = {name: World(vendor, *sizes) for name, sizes in SIZES.items()}
    small, large_one = worlds["small"], worlds["large"]
    parts: dict[str, Any] = {"database": small.version()}
    if only != "large":
        parts["company"] = _company(small, Effort())
    if only != "company":
        for world in worlds.values():
            world.make()
        parts["large"] = large.summary(large.measure(worlds))
        _show(large_one, "large", parts["large"])
        parts["memory"] = large.memory(large_one)
        _show(large_one, "memory", parts["memory"])
    return parts


def _show(world: World, part: str, figures: dict[str, Any]) -> None:
    size = f"{world.companies:,} companies, {world.users:,} users"
    print(f"\n{part}: {world.version()}, {size}")
    for name, value in figures.items():
        target = TARGETS.get((part, name), {}).get(world.vendor, "")
        shown = f"{value:,.4g}" if isinstance(value, float) else str(value)
        print(f"  {name:36}{shown:32}{target}", flush=True)


def _write(found: dict[str, Any], output: Path) -> None:
    def plain(value: Any) -> Any:
        if is_dataclass(value) and not isinstance(value, type):
            return asdict(value)
        raise TypeError(type(value).__name__)

    output.parent.mkdir(exist_ok=True)
    output.write_text(json.dumps(found, indent=2, default=plain) + "\n")
    print(f"\nWritten to {output}, after {found['minutes']} minutes.")


if __name__ == "__main__":
    main()
