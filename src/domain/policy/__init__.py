"""Who may do what: read ``rules``."""

from domain.policy.decision import Allowed, Decision, Refused
from domain.policy.permission import Permission
from domain.policy.reach import Reach, reach_of, reach_of_new
from domain.policy.rules import decide
from domain.policy.scope import CompanyScope, OwnScope, PlatformScope, Scope

__all__ = [
    "Allowed",
    "CompanyScope",
    "Decision",
    "OwnScope",
    "Permission",
    "PlatformScope",
    "Reach",
    "Refused",
    "Scope",
    "decide",
    "reach_of",
    "reach_of_new",
]
