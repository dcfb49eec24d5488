"""Who may do what: the one place that decides. Default deny. docs/policy.md has it as a table.

Order of judgement: a company is named, it exists, the caller may.
"""

from __future__ import annotations

from typing import assert_never

from ..refusal import RefusalReason as Why
from .decision import Allowed, Decision, Refused
from .permission import (
    ChangePerson,
    ChangeTokensOf,
    GiveRights,
    OverOthers,
    Permission,
    WriteAs,
)
from .scope import CompanyScope, OwnScope, PlatformScope, Scope
from .standing import InPerson, PatRights, Shell, Standing, User

_NEEDS_COMPANY = {
    Permission.SCRAPE_COMPANY,
    Permission.READ_TOKENS,
    Permission.WRITE_TOKENS,
    Permission.GRANT_GLOBAL_METRICS,
}


def decide(who: Standing | Shell, permission: Permission | OverOthers) -> Decision:
    """Decide whether somebody has a permission.

    Args:
        who: the facts of this request, and what they came with; or the system's own shell, which
            may change what is anybody's and has nothing of its own.
        permission: what is asked for. What is not known here is refused.

    Returns:
        ``Allowed`` with the scope it reaches, or ``Refused`` with the reason.
    """
    asked: object = permission  # a program that is not type-checked may ask for anything
    if isinstance(asked, Permission):
        refusal = Why.SESSION_REQUIRED if isinstance(who, Shell) else _own_refusal(who, asked)
        return Refused(refusal, asked) if refusal else Allowed(_own_scope(who, asked))
    if isinstance(asked, OverOthers):
        refusal = None if isinstance(who, Shell) else _over_others_refusal(who, asked)
        return Refused(refusal) if refusal else Allowed(PlatformScope())
    return Refused(Why.PERMISSION_UNKNOWN)


def leads(user: User) -> bool:
    """Whether a user can do everything in the administration. Somebody always has to."""
    return user.is_active and user.is_staff and user.is_superuser


def _own_refusal(who: Standing, permission: Permission) -> Why | None:
    return (
        _company_refusal(who, permission)
        or _standing_refusal(who, permission)
        or _read_only_refusal(who, permission)
        or _specific_refusal(who, permission)
    )


def _company_refusal(who: Standing, permission: Permission) -> Why | None:
    if permission not in _NEEDS_COMPANY:
        return None
    if who.company_id is None:
        return Why.COMPANY_MISSING
    return Why.COMPANY_NOT_FOUND if who.company is None else None


def _standing_refusal(who: Standing, permission: Permission) -> Why | None:
    """Nobody inactive, and nobody but staff without an enabled membership, may do anything.

    But for giving up one's own session: a session that nobody may end would wait for a thief.
    """
    if not who.user.is_active:
        return Why.USER_INACTIVE
    if who.user.is_staff or who.is_member or permission is Permission.SIGN_OUT:
        return None
    return Why.MEMBERSHIP_REQUIRED if who.membership is None else Why.MEMBERSHIP_DISABLED


def _read_only_refusal(who: Standing, permission: Permission) -> Why | None:
    read_only = isinstance(who.credential, PatRights) and who.credential.read_only
    return Why.READ_ONLY_TOKEN if read_only and permission.is_unsafe else None


def _specific_refusal(who: Standing, permission: Permission) -> Why | None:
    match permission:
        case Permission.SCRAPE_COMPANY:
            return None if who.user.is_staff or who.is_owner else Why.OWNER_REQUIRED
        case Permission.SCRAPE_PLATFORM:
            return _platform_refusal(who)
        case Permission.GRANT_GLOBAL_METRICS:
            return _grant_refusal(who)
        case Permission.SIGN_OUT | Permission.MANAGE_ACCOUNT:
            return _in_person_refusal(who)
        case Permission.ADMINISTER:
            return _in_person_refusal(who) or _staff_refusal(who)
        case Permission.READ_SELF | Permission.READ_TOKENS | Permission.WRITE_TOKENS:
            return None
        case _:
            assert_never(permission)


def _platform_refusal(who: Standing) -> Why | None:
    match who.credential:
        case InPerson():
            return _staff_refusal(who)
        case PatRights(access_global_metrics=True, grant_is_live=True):
            return None
        case PatRights(access_global_metrics=True):
            return Why.GLOBAL_GRANT_LAPSED
        case PatRights():
            return Why.GLOBAL_FLAG_REQUIRED
        case _:
            assert_never(who.credential)


def _grant_refusal(who: Standing) -> Why | None:
    """The flag is given by staff, and no token makes a stronger token."""
    if _staff_refusal(who):
        return Why.GLOBAL_GRANT_NOT_ALLOWED
    return Why.TOKEN_TOO_WEAK if _platform_refusal(who) else None


def _in_person_refusal(who: Standing) -> Why | None:
    return None if isinstance(who.credential, InPerson) else Why.SESSION_REQUIRED


def _staff_refusal(who: Standing) -> Why | None:
    return None if who.user.is_staff else Why.STAFF_REQUIRED


def _over_others_refusal(who: Standing, permission: OverOthers) -> Why | None:
    """Who holds a token's string acts as its user, so nobody gets one that reaches further."""
    return _own_refusal(who, Permission.ADMINISTER) or _power_refusal(who.user, permission)


def _power_refusal(administrator: User, permission: OverOthers) -> Why | None:
    match permission:
        case GiveRights():
            return None if administrator.is_superuser else Why.SUPERUSER_REQUIRED
        case ChangePerson(person):
            # Oneself no less: who may change users could take every right otherwise.
            guarded = person.is_staff or person.is_superuser
            return _power_refusal(administrator, GiveRights()) if guarded else None
        case ChangeTokensOf(person):
            own = administrator.id == person.id
            return None if own else _power_refusal(administrator, ChangePerson(person))
        case WriteAs(person):
            own = administrator.id == person.id
            refusal = _power_refusal(administrator, ChangeTokensOf(person))
            others = None if own or person.is_service_account else Why.READ_ONLY_FOR_OTHERS
            return refusal or others
        case _:
            assert_never(permission)


def _own_scope(who: Standing | Shell, permission: Permission) -> Scope:
    if isinstance(who, Standing) and who.company_id is not None and permission in _NEEDS_COMPANY:
        return CompanyScope(who.company_id)
    return PlatformScope() if permission is Permission.SCRAPE_PLATFORM else OwnScope()
