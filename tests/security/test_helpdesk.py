"""What staff with one permission reach in the admin, with their password, whatever they send.

The table in docs/security.md says the same in words.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import Any

import jwt
import pytest
from django.contrib.auth.models import Group, Permission
from django.test import Client

from adapters.orm.models import PersonalAccessToken, User
from domain.callers.caller import Caller
from domain.events.event import SOMEWHERE
from tests.admin.pages import form_of, page, token_in
from tests.factories import (
    CompanyFactory,
    OwnershipFactory,
    PersonalAccessTokenFactory,
    SocialAccountFactory,
    StaffFactory,
)
from tests.helpers.doors import sit_down
from tests.service import NOON, SERVICES, clock

pytestmark = pytest.mark.django_db

PAT = "personalaccesstoken"
TOKENS = [f"{name}_{PAT}" for name in ("view", "add", "change", "delete", "revoke")]
PEOPLE = [f"{name}_user" for name in ("view", "add", "change", "delete")]
OTHERS = [
    *("view_company", "change_company", "view_membership", "add_membership", "change_membership"),
    *("view_session", "revoke_session", "view_tokenevent", "grant_global_metrics"),
    *("view_socialaccount", "add_socialaccount", "change_socialaccount", "delete_socialaccount"),
    *("add_group", "change_group", "delete_group", "change_permission"),
]
ALL = [*TOKENS, *PEOPLE, *OTHERS]
HELPDESKS = [[name] for name in ALL] + [[*TOKENS, "view_user", "view_company"], PEOPLE, ALL]
FLAGS = [{}, {"read_only": "on"}, {"read_only": "on", "access_global_metrics": "on"}]


@dataclass
class Office:
    """A superuser, another of the staff and a person, with their tokens, and a helpdesk."""

    client: Client
    helpdesk: User
    boss: User
    colleague: User
    person: User
    group: Group

    def tokens(self) -> list[PersonalAccessToken]:
        return list(PersonalAccessToken.objects.order_by("created_at", "pk"))


@pytest.fixture
def office(client):
    company = CompanyFactory()
    helpdesk, colleague, boss = StaffFactory(), StaffFactory(), StaffFactory(is_superuser=True)
    person = OwnershipFactory(company=company).user
    for user, read_only in product((boss, colleague, person), (True, False)):
        grant = {"access_global_metrics": True, "granted_by": boss, "granted_at": NOON}
        held = {"user": user, "company": company, "read_only": read_only}
        PersonalAccessTokenFactory(**held, **(grant if read_only else {}))
    SocialAccountFactory(user=boss)
    group = Group.objects.create(name="helpers")
    helpdesk.groups.add(group)
    sit_down(client, helpdesk)
    return Office(client, helpdesk, boss, colleague, person, group)


def attempts(office: Office):
    """Pages and what is sent to them, the bolder the better."""
    every = [str(pk) for pk in Permission.objects.values_list("pk", flat=True)[:50]]
    all_rights = {"is_staff": "on", "is_superuser": "on", "user_permissions": every}
    mine = {"password1": "mine, all mine", "password2": "mine, all mine", "set-password": "1"}
    for user in (office.boss, office.colleague, office.helpdesk):
        change = page("user", "change", user.pk)
        yield change, {"email": "mine@example.test", "is_active": "on", **all_rights}
        yield change, {"email": user.email, "is_service_account": "on"}
        yield f"/admin/shellui/user/{user.pk}/password/", {"usable_password": "true", **mine}
        yield page("user", "delete", user.pk), {"post": "yes"}
        yield page("socialaccount", "add"), {"user": user.pk, "provider": "github", "uid": "me"}
    yield page("user"), {"action": "delete_selected", "_selected_action": office.boss.pk}
    yield page("user", "add"), {"email": "new@example.test", **mine, **all_rights}
    yield f"/admin/auth/group/{office.group.pk}/change/", {"name": "x", "permissions": every}
    yield "/admin/auth/group/add/", {"name": "x", "permissions": every}
    for token in office.tokens():
        for flags in FLAGS:
            yield page(PAT, "change", token.pk), {"name": "mine", **flags}
        yield page(PAT, "reissue", token.pk), {"expires_in": 86_400, "global_metrics": "grant"}
        yield page(PAT), {"action": "grant_again", "_selected_action": token.pk}
    company = office.tokens()[0].company_id
    for user, flags in product((office.boss, office.colleague, office.person), FLAGS):
        yield page(PAT, "add"), {"user": user.pk, "company": company, **flags}


def sent(client: Client, path: str, form: dict[str, Any]) -> Any:
    """What came of it. A form that makes a string works once, so it is read first."""
    makes = path == page(PAT, "add") or "reissue" in path
    fields = form_of(client.get(path), "token_form") if makes else {}
    named = {name: value for name, value in fields.items() if name in {"form_id", "expires_in"}}
    return client.post(path, {**named, **form})


def rows_of(staff: list[User]) -> list[list[dict[str, Any]]]:
    users = User.objects.filter(pk__in=[user.pk for user in staff])
    tokens = PersonalAccessToken.objects.filter(user__in=staff)
    return [list(rows.order_by("pk").values()) for rows in (users, tokens)]


@pytest.mark.parametrize("names", HELPDESKS, ids=lambda names: f"{names[0]}+{len(names) - 1}")
def test_no_permission_but_a_superusers_reaches_a_superuser(office, names):
    given = Permission.objects.filter(codename__in=names)
    office.helpdesk.user_permissions.add(*given)
    rights = User.objects.get(pk=office.helpdesk.pk).get_all_permissions()
    staff, strings = [office.boss, office.colleague], []
    before = rows_of(staff)
    for path, form in attempts(office):
        answer = sent(office.client, path, form)
        if b'id="token"' in answer.content:
            strings.append(jwt.decode(token_in(answer), options={"verify_signature": False}))
    assert rows_of(staff) == before
    assert {string["user_id"] for string in strings} <= {str(office.person.pk)}
    assert all(string["pat_ro"] for string in strings)
    if "grant_global_metrics" not in names:
        assert not PersonalAccessToken.objects.filter(granted_by=office.helpdesk).exists()
        assert not any(string["pat_agm"] for string in strings)
    assert not User.objects.filter(email="new@example.test", is_staff=True).exists()
    assert office.boss.social_accounts.count() == 1
    again = User.objects.get(pk=office.helpdesk.pk)
    assert (again.is_superuser, again.get_all_permissions()) == (False, rights)


def test_the_helpdesk_of_tokens_gets_what_it_is_there_for(office):
    """Else the tests above would hold of a door that nobody passes."""
    names = [*TOKENS, "view_user", "view_company"]
    office.helpdesk.user_permissions.add(*Permission.objects.filter(codename__in=names))
    wanted = {"user": office.person.pk, "read_only": "on"}
    company = office.tokens()[0].company_id
    answer = sent(office.client, page(PAT, "add"), {**wanted, "company": company})
    claims = jwt.decode(token_in(answer), options={"verify_signature": False})
    assert (claims["user_id"], claims["pat_ro"]) == (str(office.person.pk), True)


def test_the_helpdesk_of_tokens_revokes_and_issues_for_programs_whatever_they_may_do(office):
    names = [*TOKENS, "view_user", "view_company"]
    office.helpdesk.user_permissions.add(*Permission.objects.filter(codename__in=names))
    company = office.tokens()[0].company
    program = OwnershipFactory(company=company, user__is_service_account=True).user
    answer = sent(office.client, page(PAT, "add"), {"user": program.pk, "company": company.pk})
    claims = jwt.decode(token_in(answer), options={"verify_signature": False})
    assert (claims["user_id"], claims["pat_ro"]) == (str(program.pk), False)
    of_boss = PersonalAccessToken.objects.filter(user=office.boss).first()
    office.client.post(page(PAT, "revoke", of_boss.pk))
    of_boss.refresh_from_db()
    assert of_boss.revoked_at == NOON


def test_the_helpdesk_of_people_resets_passwords_of_those_who_are_not_staff(office):
    office.helpdesk.user_permissions.add(*Permission.objects.filter(codename__in=PEOPLE))
    new = {"password1": "mine, all mine", "password2": "mine, all mine", "set-password": "1"}
    for user, is_reset in ((office.person, True), (office.colleague, False)):
        path = f"/admin/shellui/user/{user.pk}/password/"
        office.client.post(path, {"usable_password": "true", **new})
        user.refresh_from_db()
        assert user.check_password("mine, all mine") is is_reset


def test_without_the_password_a_helpdesk_only_looks_and_its_session_s_end_ends_that(office):
    office.helpdesk.user_permissions.add(*Permission.objects.filter(codename__in=ALL))
    clock.advance(minutes=11)
    before = rows_of([office.boss, office.colleague, office.person])
    for path, form in attempts(office):
        answer = office.client.post(path, form)
        assert answer["Location"].startswith("/tokens/confirm/"), path
    assert rows_of([office.boss, office.colleague, office.person]) == before
    assert office.client.get(page(PAT)).status_code == 200
    SERVICES.account.end_everything(_caller(office), now=clock())
    assert office.client.get(page(PAT))["Location"].startswith("/tokens/sign-in/")


def _caller(office: Office) -> Caller:
    return SERVICES.resume(office.helpdesk.sessions.get().pk, now=clock(), origin=SOMEWHERE)
