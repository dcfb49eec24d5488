"""Medians, spreads and ratios of interleaved rounds."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median, quantiles


@dataclass(frozen=True)
class Figure:
    """The median of some rounds, with the lowest and the highest."""

    median: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{_short(self.median)} ({_short(self.low)} … {_short(self.high)})"


def figure(values: Sequence[float]) -> Figure:
    """Of one number a round."""
    return Figure(median(values), min(values), max(values))


def undisturbed(values: Sequence[float]) -> float:
    """The tenth percentile: what it takes when nobody else takes the processor away."""
    return quantiles(values, n=10)[0]


def interleaved(rounds: int, measures: Mapping[str, Callable[[], float]]) -> dict[str, list[float]]:
    """Measure each in turn, round after round: a slow minute of the machine is slow for all."""
    found: dict[str, list[float]] = {name: [] for name in measures}
    for _ in range(rounds):
        for name, measure in measures.items():
            found[name].append(measure())
    return found


def ratio(found: Mapping[str, Sequence[float]], above: str, below: str) -> Figure:
    """Round by round, one divided by the other."""
    pairs = zip(found[above], found[below], strict=True)
    return figure([one / other for one, other in pairs])


def _short(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"  # noqa: PLR2004 - digits
