"""A decision is a value."""

from __future__ import annotations

from dataclasses import dataclass

from ..refusal import RefusalReason
from .scope import Scope


@dataclass(frozen=True)
class Allowed:
    """Yes, within the scope."""

    scope: Scope


@dataclass(frozen=True)
class Refused:
    """No, and why."""

    reason: RefusalReason


Decision = Allowed | Refused
