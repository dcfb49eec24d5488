"""Revoking tokens and sessions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry

from adapters.admin import revoking
from adapters.orm.models import TokenEvent
from tests.admin.pages import form_of, messages_of, page
from tests.factories import (
    OwnershipFactory,
    PersonalAccessTokenFactory,
    SessionFactory,
)
from tests.service import NOON
from tests.tokens import bearer, pat_token, session_token


@dataclass(frozen=True)
class Kind:
    """A table whose rows can be revoked: its rows, and the string that one's bearer holds."""

    name: str
    make: Any
    string_of: Any

    def revoked(self) -> set[Any]:
        dead = self.make._meta.model.objects.exclude(revoked_at=None)
        return set(dead.values_list("pk", flat=True))


pytestmark = [
    pytest.mark.django_db,
    pytest.mark.parametrize(
        "kind",
        [
            Kind("personalaccesstoken", PersonalAccessTokenFactory, pat_token),
            Kind("session", SessionFactory, session_token),
        ],
        ids=lambda kind: kind.name,
    ),
]


def _press(client, kind, rows, **sent):
    form = {"action": "revoke_selected", "_selected_action": [row.pk for row in rows], **sent}
    return client.post(page(kind.name), form, follow=True)


def test_a_row_is_revoked_from_its_page(client, root, clock, kind):
    owner = OwnershipFactory()
    row = kind.make(user=owner.user, company=owner.company)
    string = kind.string_of(row)
    assert f'href="{page(kind.name, "revoke", row.pk)}"' in (
        client.get(page(kind.name, "change", row.pk)).content.decode()
    )
    client.post(page(kind.name, "revoke", row.pk), {"confirmed": "yes"})
    row.refresh_from_db()
    assert row.revoked_at == clock()
    assert LogEntry.objects.get().get_change_message() == "Revoked."
    assert client.get("/api/v1/metrics", **bearer(string)).status_code == 401


def test_the_question_changes_nothing(client, root, kind):
    row = kind.make()
    response = client.get(page(kind.name, "revoke", row.pk))
    assert "This cannot be undone." in response.content.decode()
    assert kind.revoked() == set()


def test_the_list_asks_with_the_number_first(client, root, kind):
    rows = kind.make.create_batch(2)
    dead = kind.make(revoked_at=NOON)
    response = _press(client, kind, [*rows, dead])
    assert response.context["title"].startswith("Revoke 2 ")
    assert kind.revoked() == {dead.pk}
    response = _press(client, kind, [*rows, dead], confirmed="yes")
    assert messages_of(response)[0].startswith("2 ")
    assert kind.revoked() == {row.pk for row in [*rows, dead]}


def test_an_earlier_revocation_keeps_its_time(client, root, kind):
    earlier = NOON - timedelta(days=1)
    row = kind.make(revoked_at=earlier)
    _press(client, kind, [row], confirmed="yes")
    client.post(page(kind.name, "revoke", row.pk))
    row.refresh_from_db()
    assert row.revoked_at == earlier
    assert not LogEntry.objects.exists()


def test_all_rows_of_a_filter_can_be_chosen(client, root, kind):
    user = OwnershipFactory().user
    mine, other = kind.make.create_batch(3, user=user), kind.make()
    form = {"action": "revoke_selected", "select_across": "1", "_selected_action": [mine[0].pk]}
    url = f"{page(kind.name)}?user__id__exact={user.pk}"
    response = client.post(url, form)
    assert response.context["count"] == 3
    client.post(url, form_of(response, "revoke_form"))
    assert kind.revoked() == {row.pk for row in mine}
    assert other.pk not in kind.revoked()


def test_too_many_at_once_are_refused_whole(client, root, monkeypatch, kind):
    monkeypatch.setattr(revoking, "_LIMIT", 2)
    response = _press(client, kind, kind.make.create_batch(3), confirmed="yes")
    assert messages_of(response) == ["Nothing was revoked: choose at most 2 at once."]
    assert kind.revoked() == set()


def test_it_takes_a_permission_of_its_own(client, staff, allow, kind):
    row = kind.make()
    allow(staff, f"view_{kind.name}", f"change_{kind.name}", f"delete_{kind.name}")
    assert client.post(page(kind.name, "revoke", row.pk)).status_code == 403
    assert "revokelink" not in client.get(page(kind.name, "change", row.pk)).content.decode()
    _press(client, kind, [row], confirmed="yes")
    assert kind.revoked() == set()
    allow(staff, f"revoke_{kind.name}")
    _press(client, kind, [row], confirmed="yes")
    assert kind.revoked() == {row.pk}


def test_revoking_alone_opens_no_page(client, staff, allow, kind):
    row = kind.make()
    allow(staff, f"revoke_{kind.name}")
    assert client.get(page(kind.name, "revoke", row.pk)).status_code == 403
    assert client.post(page(kind.name, "revoke", row.pk)).status_code == 403
    assert kind.revoked() == set()


def test_what_is_not_there_is_404(client, root, kind):
    for key in ("11111111-1111-4111-8111-111111111111", "nonsense"):
        assert client.get(page(kind.name, "revoke", key)).status_code == 404


def test_its_end_is_accounted_for(client, root, kind):
    row, name = kind.make(), kind.name
    client.post(page(name, "revoke", row.pk))
    client.post(page(name, "revoke", row.pk))
    event = TokenEvent.objects.get()
    is_token = name == "personalaccesstoken"
    assert event.kind == ("revoked" if is_token else "session_ended")
    assert (event.pat_id if is_token else event.session_id) == row.pk
    assert (event.user_id, event.actor_id, event.means) == (row.user_id, root.pk, "admin")
    assert event.actor_session_id is not None
