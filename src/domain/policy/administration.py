"""Who may change what is somebody else's in the administration: their tokens, and what they are.

Issuing for others is impersonation: whoever holds a token's string acts as its user. So nobody
gets, through the administration, a string that reaches further than they do themselves.
"""

from __future__ import annotations

from ..callers.caller import User
from ..refusal import RefusalReason as Why


def administration_refusal(administrator: User | None, holder: User) -> Why | None:
    """Why an administrator may not touch the tokens of ``holder``; None when they may.

    Args:
        administrator: who acts. None: the system's own shell, which could change every row anyway.
        holder: whose token it is.
    """
    own = administrator is not None and administrator.id == holder.id
    return None if own else person_refusal(administrator, holder)


def string_refusal(administrator: User | None, holder: User, *, read_only: bool) -> Why | None:
    """Why an administrator may not hold a string that acts as ``holder``; None when they may.

    Others than service accounts are people: a token that writes as a person is that person's to
    make.
    """
    if administrator is None or administrator.id == holder.id:
        return None
    return None if read_only or holder.is_service_account else Why.READ_ONLY_FOR_OTHERS


def person_refusal(administrator: User | None, person: User) -> Why | None:
    """Why an administrator may not change, stop or delete a user; None when they may.

    Staff are changed by superusers, oneself no less: who may change users could take every right
    otherwise.
    """
    if administrator is None:
        return None
    if not (administrator.is_active and administrator.is_staff):
        return Why.STAFF_REQUIRED
    guarded = person.is_staff or person.is_superuser
    return Why.SUPERUSER_REQUIRED if guarded and not administrator.is_superuser else None


def rights_refusal(administrator: User | None) -> Why | None:
    """Why an administrator may not give or take rights; None when they may."""
    superuser = administrator is None or (administrator.is_active and administrator.is_superuser)
    return None if superuser else Why.SUPERUSER_REQUIRED


def leads(user: User) -> bool:
    """Whether a user can do everything in the administration. Somebody always has to."""
    return user.is_active and user.is_staff and user.is_superuser
