"""The database is asked for states in conditions, and answers what the domain says of each row."""

from __future__ import annotations

from datetime import timedelta
from itertools import product

import pytest

from adapters.orm.in_state import in_state
from domain.tokens.state import State, state_of
from tests.factories import PersonalAccessTokenFactory, SessionFactory, UserFactory
from tests.service import NOON

TICK = timedelta(microseconds=1)


@pytest.mark.django_db
@pytest.mark.parametrize("make", [PersonalAccessTokenFactory, SessionFactory])
def test_each_row_is_in_the_one_state_that_the_domain_says(make):
    user = UserFactory(generation=1)
    columns = product((NOON, NOON + TICK), (None, NOON), (0, 1, 2))
    rows = {
        make(user=user, expires_at=expires, revoked_at=revoked, generation=generation)
        for expires, revoked, generation in columns
    }
    conditions, model = in_state(NOON), make._meta.model
    assert set(conditions) == set(State)
    for state, condition in conditions.items():
        said = {row for row in rows if state_of(row, user.generation, now=NOON) is state}
        assert set(model.objects.filter(condition)) == said != set()
