"""Two superusers leave at once, on connections of their own: one of them stays."""

from __future__ import annotations

from functools import partial

import pytest
from django.test import Client

from adapters.orm.models import User
from tests.admin.pages import page, shown_form, untick
from tests.factories import StaffFactory
from tests.helpers.doors import sit_down
from tests.life.test_races import at_once, often

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgresql]


def _at_a_browser(user: User) -> Client:
    client = Client()
    sit_down(client, user)
    return client


def _ready(client: Client, user: User, lost: str):
    """The user's page as it is sent to take something from them."""
    url = page("user", "change", user.pk)
    return partial(client.post, url, untick(shown_form(client, url, "user"), lost))


@often
@pytest.mark.parametrize("whom", ["each other", "themselves"])
@pytest.mark.parametrize("lost", ["is_active", "is_staff", "is_superuser"])
def test_of_two_superusers_who_leave_at_once_one_stays(whom, lost):
    User.objects.filter(is_superuser=True).update(is_active=False)
    users = [StaffFactory(is_superuser=True) for _ in range(2)]
    clients = [_at_a_browser(user) for user in users]
    chosen = users if whom == "themselves" else reversed(users)
    calls = [_ready(client, user, lost) for client, user in zip(clients, chosen, strict=True)]
    answers = at_once(*calls)
    assert all(answer.status_code in {302, 403} for answer in answers)
    assert User.objects.filter(is_superuser=True, is_staff=True, is_active=True).count() == 1
