"""Who may do what: the one place that decides. Default deny. docs/policy.md has it as a table.

Order of judgement: a company is named, it exists, the caller may.
"""

from __future__ import annotations

from typing import assert_never

from ..callers.caller import Caller, PatCredential, SessionCredential
from ..refusal import RefusalReason as Why
from .decision import Allowed, Decision, Refused
from .permission import Permission
from .scope import CompanyScope, OwnScope, PlatformScope, Scope

_NEEDS_COMPANY = {
    Permission.SCRAPE_COMPANY,
    Permission.READ_TOKENS,
    Permission.WRITE_TOKENS,
    Permission.GRANT_GLOBAL_METRICS,
}


def decide(caller: Caller, permission: Permission) -> Decision:
    """Decide whether a caller has a permission.

    Args:
        caller: a good token's bearer, with the facts of this request.
        permission: what is asked for.

    Returns:
        ``Allowed`` with the scope it reaches, or ``Refused`` with the reason.
    """
    refusal = (
        _company_refusal(caller, permission)
        or _standing_refusal(caller, permission)
        or _read_only_refusal(caller, permission)
        or _specific_refusal(caller, permission)
    )
    return Refused(refusal) if refusal else Allowed(_scope(caller, permission))


def _company_refusal(caller: Caller, permission: Permission) -> Why | None:
    if permission not in _NEEDS_COMPANY:
        return None
    if caller.company_id is None:
        return Why.COMPANY_MISSING
    return Why.COMPANY_NOT_FOUND if caller.company is None else None


def _standing_refusal(caller: Caller, permission: Permission) -> Why | None:
    """Nobody inactive, and nobody but staff without an enabled membership, may do anything.

    But for giving up one's own session: a session that nobody may end would wait for a thief.
    """
    if not caller.user.is_active:
        return Why.USER_INACTIVE
    if caller.user.is_staff or caller.is_member or permission is Permission.SIGN_OUT:
        return None
    return Why.MEMBERSHIP_REQUIRED if caller.membership is None else Why.MEMBERSHIP_DISABLED


def _read_only_refusal(caller: Caller, permission: Permission) -> Why | None:
    read_only = isinstance(caller.credential, PatCredential) and caller.credential.read_only
    return Why.READ_ONLY_TOKEN if read_only and permission.is_unsafe else None


def _specific_refusal(caller: Caller, permission: Permission) -> Why | None:
    match permission:
        case Permission.SCRAPE_COMPANY:
            return None if caller.user.is_staff or caller.is_owner else Why.OWNER_REQUIRED
        case Permission.SCRAPE_PLATFORM:
            return _platform_refusal(caller)
        case Permission.GRANT_GLOBAL_METRICS:
            return _grant_refusal(caller)
        case Permission.SIGN_OUT | Permission.MANAGE_ACCOUNT:
            is_session = isinstance(caller.credential, SessionCredential)
            return None if is_session else Why.SESSION_REQUIRED
        case Permission.ADMINISTER:
            return _administer_refusal(caller)
        case Permission.READ_SELF | Permission.READ_TOKENS | Permission.WRITE_TOKENS:
            return None
        case _:
            assert_never(permission)


def _platform_refusal(caller: Caller) -> Why | None:
    match caller.credential:
        case SessionCredential():
            return None if caller.user.is_staff else Why.STAFF_REQUIRED
        case PatCredential(access_global_metrics=True, grant_is_live=True):
            return None
        case PatCredential(access_global_metrics=True):
            return Why.GLOBAL_GRANT_LAPSED
        case PatCredential():
            return Why.GLOBAL_FLAG_REQUIRED
        case _:
            assert_never(caller.credential)


def _administer_refusal(caller: Caller) -> Why | None:
    """The administration's pages are for a staff user in person."""
    if not isinstance(caller.credential, SessionCredential):
        return Why.SESSION_REQUIRED
    return None if caller.user.is_staff else Why.STAFF_REQUIRED


def _grant_refusal(caller: Caller) -> Why | None:
    """The flag is given by staff, and no token makes a stronger token."""
    if not caller.user.is_staff:
        return Why.GLOBAL_GRANT_NOT_ALLOWED
    return Why.TOKEN_TOO_WEAK if _platform_refusal(caller) else None


def _scope(caller: Caller, permission: Permission) -> Scope:
    if permission in _NEEDS_COMPANY and caller.company_id is not None:
        return CompanyScope(caller.company_id)
    return PlatformScope() if permission is Permission.SCRAPE_PLATFORM else OwnScope()
