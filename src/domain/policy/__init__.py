"""Who may do what: read ``rules``."""

from .decision import Allowed, Decision, Refused
from .permission import Permission
from .reach import Reach, reach_of, reach_of_new
from .rules import decide
from .scope import CompanyScope, OwnScope, PlatformScope, Scope

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
