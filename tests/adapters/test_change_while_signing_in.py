"""An administrator changes a membership while its user comes in: neither waits for the other."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connections

from adapters.admin.saving import save_changed
from adapters.orm.repositories.sign_in import OrmActivityLog
from tests.factories import OwnershipFactory
from tests.helpers.sign_in import refresh, sign_in

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgresql]


@pytest.mark.parametrize("by_refresh", [False, True], ids=["sign-in", "refresh"])
def test_a_change_of_a_membership_never_waits_for_its_user(client, monkeypatch, by_refresh):
    """Coming in holds the user, then the membership. Else the two would wait for each other."""
    place = OwnershipFactory()
    token = sign_in(client, place.user.email).json()["refresh_token"]
    seen = OrmActivityLog.seen
    changed = []

    def change() -> None:
        try:
            place.role = "member"
            save_changed(place, ["role"])
            changed.append(place)
        finally:
            connections.close_all()

    def seen_after_a_change(log: OrmActivityLog, **visit: Any) -> None:
        with ThreadPoolExecutor(1) as pool:
            pool.submit(change).result()
        seen(log, **visit)

    monkeypatch.setattr(OrmActivityLog, "seen", seen_after_a_change)
    answer = refresh(client, token) if by_refresh else sign_in(client, place.user.email)
    assert answer.status_code == 200
    assert changed == [place]
