"""The first administrator and the first company: both or neither, and only once."""

from __future__ import annotations

import pytest

from domain.events.event import Actor, Means, Origin
from domain.events.notice import NoticeKind
from domain.people.begin import Beginning
from tests.fakes.service import Service

SHELL = Actor(None, "root", Origin(Means.SHELL))
FIRST = Beginning("root@example.com", "long enough", "Acme Ltd", "acme")


@pytest.fixture
def service() -> Service:
    return Service()


def test_it_makes_a_superuser_and_a_company_and_tells_of_it(service):
    assert not service.begin.has_begun()
    service.begin(FIRST, by=SHELL)
    [user] = service.world.users.values()
    assert (user.email, user.password) == ("root@example.com", "long enough")
    assert (user.is_active, user.is_staff, user.is_superuser) == (True, True, True)
    assert list(service.world.companies.values()) == ["acme"]
    [notice] = service.security.notices
    assert (notice.kind, notice.account, notice.by) == (NoticeKind.USER_CREATED, user.email, SHELL)
    assert notice.detail == {"superuser": True}


def test_where_somebody_administers_nothing_is_done(service):
    service.begin(FIRST, by=SHELL)
    assert service.begin.has_begun()
    again = Beginning("other@example.com", "long enough", "Globex", "globex")
    with pytest.raises(ValueError, match="administers this service already"):
        service.begin(again, by=SHELL)
    assert list(service.world.companies.values()) == ["acme"]


def test_a_stopped_superuser_administers_nothing(service):
    service.world.add_user(is_staff=True, is_superuser=True, is_active=False)
    service.begin(FIRST, by=SHELL)


@pytest.mark.parametrize("fault", ["slug", "email", "password"])
def test_what_cannot_be_taken_leaves_nothing_behind(service, fault):
    if fault == "slug":
        service.world.add_company("acme")
    if fault == "email":
        service.world.add_user(email="root@example.com")
    before = len(service.world.users), len(service.world.companies)
    password = "" if fault == "password" else "long enough"
    with pytest.raises(ValueError, match=r"taken|somebody has it|Too short"):
        service.begin(Beginning("root@example.com", password, "Acme", "acme"), by=SHELL)
    assert (len(service.world.users), len(service.world.companies)) == before
