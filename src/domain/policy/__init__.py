"""Who may do what: read ``rules``."""

from .decision import Allowed, Decision, Refused
from .permission import ChangePerson, ChangeTokensOf, GiveRights, Permission, WriteAs
from .reach import Reach, reach_of, reach_of_new
from .rules import decide
from .scope import CompanyScope, OwnScope, PlatformScope, Scope

__all__ = [
    "Allowed",
    "ChangePerson",
    "ChangeTokensOf",
    "CompanyScope",
    "Decision",
    "GiveRights",
    "OwnScope",
    "Permission",
    "PlatformScope",
    "Reach",
    "Refused",
    "Scope",
    "WriteAs",
    "decide",
    "reach_of",
    "reach_of_new",
]
