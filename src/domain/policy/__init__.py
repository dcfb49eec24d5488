"""Who may do what: read ``rules``."""

from domain.policy.decision import Allowed, Decision, Refused
from domain.policy.permission import Permission
from domain.policy.rules import decide
from domain.policy.scope import CompanyScope, OwnScope, PlatformScope, Scope

__all__ = [
    "Allowed",
    "CompanyScope",
    "Decision",
    "OwnScope",
    "Permission",
    "PlatformScope",
    "Refused",
    "Scope",
    "decide",
]
