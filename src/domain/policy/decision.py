"""A decision is a value."""

from __future__ import annotations

from dataclasses import dataclass

from domain.policy.scope import Scope
from domain.refusal import RefusalReason


@dataclass(frozen=True)
class Allowed:
    """Yes, within the scope."""

    scope: Scope


@dataclass(frozen=True)
class Refused:
    """No, and why."""

    reason: RefusalReason


Decision = Allowed | Refused
