"""A decision is a value."""

from __future__ import annotations

from dataclasses import dataclass, field

from ..refusal import RefusalReason
from .permission import Permission
from .scope import Scope


@dataclass(frozen=True)
class Allowed:
    """Yes, within the scope."""

    scope: Scope


@dataclass(frozen=True)
class Refused:
    """No, and why. ``permission`` is what the policy was asked for, where it was asked."""

    reason: RefusalReason
    permission: Permission | None = field(default=None, compare=False)


Decision = Allowed | Refused
