"""People at the admin's door."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Permission

from tests.factories import StaffFactory
from tests.helpers.doors import sit_down


@pytest.fixture
def root(client):
    """A superuser, signed in."""
    user = StaffFactory(is_superuser=True)
    sit_down(client, user)
    return user


@pytest.fixture
def staff(client):
    """Staff with no permissions, signed in."""
    user = StaffFactory()
    sit_down(client, user)
    return user


@pytest.fixture
def allow():
    """Give a user permissions of this app by codename."""

    def give(user, *codenames: str) -> None:
        found = Permission.objects.filter(content_type__app_label="shellui", codename__in=codenames)
        assert len(found) == len(codenames)
        user.user_permissions.add(*found)

    return give
