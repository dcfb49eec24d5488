"""What the pages are handed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from domain.refusal import RefusalReason
from domain.services import Services


@dataclass(frozen=True)
class PageServices(Services):
    """The use cases, and the status that a refusal has at every door."""

    status: Mapping[RefusalReason, int]
