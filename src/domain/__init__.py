"""Who may see which metrics: the policy library of ShellUI's metrics service.

Pure Python on the standard library alone. Nothing here reads a clock, a database or an environment
variable: facts and time come in as arguments, decisions and values go out.

One way through: raw token -> Claims -> Caller -> Decision -> Snapshot. Start at ``policy.rules``
for who may do what. Installed for another program it is ``shellui_policy``, and what that program
may rely on are the names below.
"""

from .callers.caller import (
    Caller,
    Company,
    Membership,
    PatCredential,
    SessionCredential,
    User,
)
from .policy import (
    Allowed,
    CompanyScope,
    Decision,
    OwnScope,
    Permission,
    PlatformScope,
    Refused,
    Scope,
    decide,
)
from .refusal import RefusalReason

__version__ = "0.1.0"

__all__ = [
    "Allowed",
    "Caller",
    "Company",
    "CompanyScope",
    "Decision",
    "Membership",
    "OwnScope",
    "PatCredential",
    "Permission",
    "PlatformScope",
    "RefusalReason",
    "Refused",
    "Scope",
    "SessionCredential",
    "User",
    "decide",
]
