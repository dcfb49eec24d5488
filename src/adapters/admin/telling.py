"""What is changed in the admin and guards the service, told to the security log.

All that the admin saves or deletes passes by here, inline rows too. What becomes of users that are
there already is told by the use case that does it.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib.auth.models import Group
from django.db.models import Model
from django.http import HttpRequest

from adapters.admin.actor import administrator
from adapters.orm.models import Membership, User
from domain.events.event import Detail
from domain.events.notice import Notice, NoticeKind
from domain.events.ports import SecurityLog

TOLD = (Membership, Group)
"""The tables of which each row that goes is told."""


def tell_saved(
    log: SecurityLog, request: HttpRequest, row: Model, changed: Iterable[str] | None = None
) -> None:
    """Tell of a row that was changed, with the names of its fields, or made (None)."""
    match row:
        case Membership():
            _tell_membership(log, request, row, role=row.role, is_enabled=row.is_enabled)
        case User() if changed is None:
            _tell(log, request, NoticeKind.USER_CREATED, row.email, _rights(row))
        case Group():
            names = ",".join(changed or ("permissions",))
            detail = {"group": row.name, "changed": names}
            _tell(log, request, NoticeKind.RIGHTS_CHANGED, "", detail)


def tell_deleted(log: SecurityLog, request: HttpRequest, row: Model) -> None:
    """Tell of a row that is about to go."""
    match row:
        case Membership():
            _tell_membership(log, request, row, deleted=True)
        case Group():
            detail = {"group": row.name, "changed": "deleted"}
            _tell(log, request, NoticeKind.RIGHTS_CHANGED, "", detail)


def tell_refused(log: SecurityLog, request: HttpRequest, reason: str) -> None:
    """Tell that something was refused that an administrator sent, at which page."""
    place = request.resolver_match
    detail: Detail = {"reason": reason, "page": place.view_name if place else None}
    by = administrator(request).actor
    log.note(Notice(NoticeKind.ADMINISTRATION_REFUSED, by=by, detail=detail))


def _tell_membership(
    log: SecurityLog, request: HttpRequest, row: Membership, **standing: str | bool
) -> None:
    detail: Detail = {"company": row.company_id, **standing}
    _tell(log, request, NoticeKind.MEMBERSHIP_CHANGED, row.user.email, detail)


def _rights(row: User) -> Detail:
    return {"service_account": True} if row.is_service_account else {}


def _tell(
    log: SecurityLog, request: HttpRequest, kind: NoticeKind, account: str, detail: Detail
) -> None:
    by = administrator(request).actor
    log.note_change(Notice(kind, by=by, account=account, detail=detail))
