"""The admin, put together: which table has which pages."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.contrib.auth.models import Group
from django.http import HttpRequest

from adapters.admin.companies import CompanyAdmin
from adapters.admin.events import TokenEventAdmin
from adapters.admin.groups import GroupAdmin
from adapters.admin.memberships import MembershipAdmin
from adapters.admin.records import LoginTallyAdmin, SocialAccountAdmin, UserActivityAdmin
from adapters.admin.sessions import SessionAdmin
from adapters.admin.site import AskPassword, ShellUIAdminSite
from adapters.admin.tokens import PersonalAccessTokenAdmin
from adapters.admin.users import UserAdmin
from adapters.orm import models
from domain.administer_credentials import AdministerCredentials
from domain.administer_people import AdministerPeople
from domain.administer_tokens import AdministerTokens
from domain.callers.caller import Caller
from domain.events.ports import SecurityLog
from domain.token_reach import TokenReach


def build_admin_site(
    *,
    now: Callable[[], datetime],
    caller_at: Callable[[HttpRequest], Caller],
    ask_password: AskPassword,
    tokens: AdministerTokens,
    reach: TokenReach,
    people: AdministerPeople,
    credentials: AdministerCredentials,
    security: SecurityLog,
) -> ShellUIAdminSite:
    """Build the site.

    Args:
        now: the clock.
        caller_at: who sits at the browser; raises TokenRejectedError when nobody is signed in.
        ask_password: the way to the page that asks for the password again; None when it was given.
        tokens: what is done to anybody's tokens.
        reach: what a token reaches.
        people: what is made of anybody's account.
        credentials: what ends anybody's sessions and tokens.
        security: where changes of rights and memberships are told.
    """
    site = ShellUIAdminSite(
        now=now,
        caller_at=caller_at,
        ask_password=ask_password,
        tokens=tokens,
        reach=reach,
        people=people,
        credentials=credentials,
        security=security,
    )
    site.register(Group, GroupAdmin)
    site.register(models.User, UserAdmin)
    site.register(models.Company, CompanyAdmin)
    site.register(models.Membership, MembershipAdmin)
    site.register(models.PersonalAccessToken, PersonalAccessTokenAdmin)
    site.register(models.TokenEvent, TokenEventAdmin)
    site.register(models.Session, SessionAdmin)
    site.register(models.LoginTally, LoginTallyAdmin)
    site.register(models.UserActivity, UserActivityAdmin)
    site.register(models.SocialAccount, SocialAccountAdmin)
    return site
