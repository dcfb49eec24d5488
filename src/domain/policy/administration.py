"""Who may make and change the tokens of somebody else: issuing for others is impersonation.

Whoever holds a token's string acts as its user. So nobody gets, through the administration, a
string that reaches further than they do themselves.
"""

from __future__ import annotations

from domain.callers.caller import User
from domain.refusal import RefusalReason as Why


def administration_refusal(administrator: User | None, holder: User) -> Why | None:
    """Why an administrator may not touch the tokens of ``holder``; None when they may.

    Args:
        administrator: who acts. None: the system's own shell, which could change every row anyway.
        holder: whose token it is.
    """
    if administrator is None or administrator.id == holder.id:
        return None
    if not (administrator.is_active and administrator.is_staff):
        return Why.STAFF_REQUIRED
    guarded = holder.is_staff or holder.is_superuser
    return Why.SUPERUSER_REQUIRED if guarded and not administrator.is_superuser else None


def string_refusal(administrator: User | None, holder: User, *, read_only: bool) -> Why | None:
    """Why an administrator may not hold a string that acts as ``holder``; None when they may.

    Others than service accounts are people: a token that writes as a person is that person's to
    make.
    """
    if administrator is None or administrator.id == holder.id:
        return None
    return None if read_only or holder.is_service_account else Why.READ_ONLY_FOR_OTHERS
