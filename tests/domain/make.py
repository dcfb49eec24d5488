"""Made-up values that are good in every respect; a test changes the one thing it is about."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from domain.callers.caller import (
    Caller,
    Company,
    Membership,
    PatCredential,
    SessionCredential,
    User,
)
from domain.tokens.record import PatRecord, RefreshState, SessionRecord
from tests.fakes.service import NOW, Service

PAT_ID = UUID("6f1c2f0e-8a51-4b7e-9c58-0d6f3d0a1b2c")
SESSION_ID = UUID("0b9f6c1d-51f2-4f0c-8f0e-3f1f6f7a9d10")
EPOCH = int(NOW.timestamp())
OWNER = Membership(is_enabled=True, is_owner=True)
MEMBER = Membership(is_enabled=True, is_owner=False)


def caller(
    *,
    staff: bool = False,
    active: bool = True,
    membership: Membership | None = None,
    company_id: int | None = 7,
    company_exists: bool = True,
    credential: SessionCredential | PatCredential | None = None,
) -> Caller:
    """A caller; by default a session's, in company 7, with no membership of it."""
    return Caller(
        user=User(3, "user@example.com", "User", is_active=active, is_staff=staff),
        company_id=company_id,
        company=Company(company_id, "acme") if company_id and company_exists else None,
        membership=membership,
        credential=credential or SessionCredential(SESSION_ID),
        token_expires_at=NOW + timedelta(minutes=5),
    )


def pat(*, read_only: bool = False, flag: bool = False, live: bool = True) -> PatCredential:
    """A PAT's credential."""
    return PatCredential(
        PAT_ID,
        "jti",
        read_only=read_only,
        access_global_metrics=flag,
        grant_is_live=live,
        ends_at=NOW + timedelta(days=89),
    )


def pat_record(**columns: Any) -> PatRecord:
    """A live token of user 3 in company 7."""
    good: dict[str, Any] = {
        "id": PAT_ID,
        "jti": "jti-now",
        "user_id": 3,
        "company_id": 7,
        "name": "prometheus",
        "read_only": True,
        "access_global_metrics": False,
        "created_at": NOW - timedelta(days=1),
        "expires_at": NOW + timedelta(days=89),
    }
    return PatRecord(**good | columns)


def session_record(**columns: Any) -> SessionRecord:
    """A live session of user 3 in company 7."""
    good: dict[str, Any] = {
        "id": SESSION_ID,
        "user_id": 3,
        "company_id": 7,
        "refresh": RefreshState(family="family", live="live"),
        "created_at": NOW - timedelta(hours=1),
        "expires_at": NOW + timedelta(days=7),
    }
    return SessionRecord(**good | columns)


def payload(kind: str, **claims: Any) -> dict[str, Any]:
    """A good payload of a ``pat`` or ``session`` token, word for word as promised."""
    common = {
        "iss": "https://issuer.example",
        "aud": "metrics",
        "iat": EPOCH - 10,
        "exp": EPOCH + 300,
        "jti": "jti-now",
        "sub": "3",
        "user_id": "3",
        "token_type": "access",
        "company_id": 7,
    }
    own = (
        {"pat_id": str(PAT_ID), "pat_ro": True, "pat_agm": False}
        if kind == "pat"
        else {"sid": str(SESSION_ID), "auth_time": EPOCH - 60}
    )
    return common | own | claims


@dataclass(frozen=True)
class Cast:
    """A service with two companies and the people a test usually needs."""

    service: Service
    acme: int
    rival: int
    staff: int
    owner: int
    member: int
    stranger: int

    def caller(self, user_id: int, company_id: int | None) -> Caller:
        """The user, with a session they have just started."""
        token = self.service.start_session(user_id, company_id, now=NOW).access_token
        return self.service.authenticate(token, now=NOW)

    def pat_caller(self, record: PatRecord, *, granted_by: int | None = None) -> Caller:
        """The bearer of a token whose row is put there as given."""
        self.service.world.add_pat(record, granted_by=granted_by)
        return self.service.authenticate(self.pat_token(record), now=NOW)

    def pat_token(self, record: PatRecord) -> str:
        """The token that belongs to a row."""
        return self.service.codec.sign(
            payload(
                "pat",
                jti=record.jti,
                sub=str(record.user_id),
                user_id=str(record.user_id),
                company_id=record.company_id,
                pat_id=str(record.id),
                pat_ro=record.read_only,
                pat_agm=record.access_global_metrics,
                exp=int(record.expires_at.timestamp()),
            )
        )


def cast() -> Cast:
    """Two companies: staff of neither, an owner and a member of acme, a stranger who owns rival."""
    service = Service()
    world = service.world
    acme, rival = world.add_company("acme"), world.add_company("rival")
    staff = world.add_user("staff@example.com", is_staff=True, password="right")
    owner = world.add_user("owner@example.com", password="right")
    member = world.add_user("member@example.com", password="right")
    stranger = world.add_user("stranger@example.com", password="right")
    world.add_membership(owner, acme, is_owner=True)
    world.add_membership(member, acme)
    world.add_membership(stranger, rival, is_owner=True)
    return Cast(service, acme, rival, staff, owner, member, stranger)
