"""How far a permission reaches."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class CompanyScope:
    """One company, and nothing else."""

    company_id: int


@dataclass(frozen=True)
class PlatformScope:
    """Every company, all that is anybody's, and the platform."""


@dataclass(frozen=True)
class OwnScope:
    """The caller's own account, and nothing else."""


Scope = CompanyScope | PlatformScope | OwnScope
