"""The port: where the last result of each kind is kept for every process and host."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from domain.metrics.sharing import Shared


class StoreAwayError(Exception):
    """It cannot be reached, or does not answer at once: measure without it."""


@dataclass(frozen=True)
class Entry:
    """What is kept of the last measurement.

    Attributes:
        version: another one for each measurement.
        shared: how old it is, by the store's own clock, and what it cost.
        text: what was measured; None when it failed, and when the reader has this version.
    """

    version: str
    shared: Shared
    text: bytes | None


class SharedResults(Protocol):
    """Keeps one result for each key. Each method raises ``StoreAwayError``, and soon."""

    def read(self, key: str, *, known: str = "") -> Entry | None:
        """The last result, without its text where its version is ``known``; None: there is none."""
        ...

    def claim(self, key: str, *, seen: str = "", seconds: float) -> str | None:
        """The right to measure anew, for so many seconds.

        None when another has it, or when there is another result than the one ``seen``.
        """
        ...

    def finish(self, key: str, claim: str, text: bytes | None, *, cost: float) -> None:
        """Keep what was measured in so many seconds, or, with None, that it failed; end the claim.

        The claim becomes the version. A result that comes late is kept unless there is a newer one;
        a failure is kept only while nobody else has claimed.
        """
        ...
