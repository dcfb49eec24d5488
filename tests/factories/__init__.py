"""Rows for tests."""

from tests.factories.models import (
    PASSWORD,
    CompanyFactory,
    LoginTallyFactory,
    MembershipFactory,
    OwnershipFactory,
    PersonalAccessTokenFactory,
    SessionFactory,
    SocialAccountFactory,
    StaffFactory,
    UserActivityFactory,
    UserFactory,
)

__all__ = [
    "PASSWORD",
    "CompanyFactory",
    "LoginTallyFactory",
    "MembershipFactory",
    "OwnershipFactory",
    "PersonalAccessTokenFactory",
    "SessionFactory",
    "SocialAccountFactory",
    "StaffFactory",
    "UserActivityFactory",
    "UserFactory",
]
