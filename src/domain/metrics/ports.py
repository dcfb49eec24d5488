"""The port behind which collectors are plugged in."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from ..policy.scope import CompanyScope, PlatformScope
from .family import Family, Measured

MetricScope = CompanyScope | PlatformScope

Limit = Callable[[float], AbstractContextManager[None]]
"""In the context it returns, whatever a collector waits for fails after so many seconds."""


def no_limit(_seconds: float) -> AbstractContextManager[None]:
    """Whatever a collector waits for may take its time."""
    return nullcontext()


@dataclass(frozen=True)
class Aged:
    """A delivery that was measured some time ago."""

    measured: tuple[Measured, ...]
    age_seconds: float

    def __iter__(self) -> Iterator[Measured]:
        """What was measured."""
        return iter(self.measured)


class Collector(Protocol):
    """Measures some families. It may fail: the rest of the scrape still arrives."""

    @property
    def name(self) -> str:
        """Its name in the ``collector`` label."""
        ...

    def families(self, scope: MetricScope) -> tuple[Family, ...]:
        """Every family it may deliver in the scope. No query is made."""
        ...

    def collect(self, scope: MetricScope, *, now: datetime) -> Iterable[Measured]:
        """Measure, at ``now``, what the scope holds and nothing beyond it.

        What was measured before, for the same scope, is delivered as ``Aged``.
        """
        ...
