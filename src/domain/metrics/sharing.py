"""When a result is shared, for how long it is good, and what a scrape gets of it.

What is dear to measure is measured by one process and used again by all. The rule reads no clock:
ages and costs, in seconds, come in as arguments.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import Enum, auto

from ..policy.scope import PlatformScope
from .ports import MetricScope

DEAR_SECONDS = 0.020
"""What takes no longer is measured anew each time: that costs less than sharing it."""
LONGEST_SECONDS = 60.0
_COSTS = 50
"""A result is good for so many times what it cost: measuring takes 2 % of the time at most."""
_IN_A_ROW = 3
"""A company's result is dear when it was so this often: once may be the machine's bad moment."""
_SHORTEST_CLAIM = 30.0
_CLAIMED_COSTS = 3


class Use(Enum):
    """What a scrape does with what is shared."""

    SERVE = auto()
    SERVE_AND_RENEW = auto()
    """Serve it, and let one process measure anew in the background."""
    AWAIT = auto()
    """There is nothing to serve: let one process measure, and wait for it."""
    TELL_FAILURE = auto()
    """Tell that it could not be measured, and let one process try again in the background."""


@dataclass(frozen=True)
class Shared:
    """What is known of the last measurement of one result.

    Attributes:
        age: seconds since it began: that is how old its numbers are.
        cost: how many seconds it took.
        failed: whether it failed; then there are no numbers.
    """

    age: float
    cost: float
    failed: bool = False

    @property
    def good_for(self) -> float:
        """For so many seconds after it was done nobody measures anew."""
        return min(LONGEST_SECONDS, self.cost * _COSTS)

    @property
    def served_for(self) -> float:
        """After so many seconds nobody is served it any more, whether or not there is another.

        That leaves as long again to measure anew, and at least twice as long as it took last time.
        """
        return self.good_for + max(self.good_for, 2 * self.cost)

    @property
    def claimed_for(self) -> float:
        """For so many seconds one is left alone to measure anew: who claims that may die."""
        return max(_SHORTEST_CLAIM, _CLAIMED_COSTS * self.cost)

    @property
    def use(self) -> Use:
        """What a scrape does. What comes from the future, as of a clock put back, is of no use."""
        done_for = max(0.0, self.age - self.cost)
        if self.age < 0:
            return Use.AWAIT
        if self.failed:
            return Use.TELL_FAILURE if done_for < LONGEST_SECONDS else Use.AWAIT
        if done_for < self.good_for:
            return Use.SERVE
        return Use.SERVE_AND_RENEW if done_for < self.served_for else Use.AWAIT


NOTHING = Shared(age=math.inf, cost=0.0)
"""Nothing was measured yet."""


class Dear:
    """Which results are dear, by what they cost. The platform's is, until it shows that it is not.

    It keeps a number for each company whose last result was dear, and none for the others.
    """

    def __init__(self) -> None:
        self._in_a_row: dict[MetricScope, int] = {PlatformScope(): 1}

    def note(self, scope: MetricScope, *, cost: float, failed: bool = False) -> None:
        """Note what a result cost, in seconds. A quick failure says nothing of that."""
        if cost > DEAR_SECONDS:
            self._in_a_row[scope] = self._in_a_row.get(scope, 0) + 1
        elif not failed:
            self._in_a_row.pop(scope, None)

    def __contains__(self, scope: MetricScope) -> bool:
        """Whether the scope's result is shared."""
        needed = 1 if isinstance(scope, PlatformScope) else _IN_A_ROW
        return self._in_a_row.get(scope, 0) >= needed
