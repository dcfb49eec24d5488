"""Whether a credential lives, as everybody shows and counts it."""

from __future__ import annotations

from itertools import product

import pytest

from domain.tokens.rejection import Rejection
from domain.tokens.state import State, state_of
from domain.tokens.validation import pat_end
from tests.domain.make import pat_record, session_record
from tests.domain.test_validation import DAY, NOW, USER

REASONS = {
    State.ACTIVE: None,
    State.EXPIRED: Rejection.EXPIRED,
    State.REVOKED: Rejection.REVOKED,
    State.ENDED: Rejection.CREDENTIALS_ENDED,
}


@pytest.mark.parametrize("make", [pat_record, session_record])
def test_what_ends_a_row_first_names_its_state(make):
    gone = {"revoked_at": NOW}
    old = {"expires_at": NOW}
    other = {"generation": 1}
    for columns, state in (
        ({"expires_at": NOW + DAY}, State.ACTIVE),
        (other, State.ENDED),
        (old, State.EXPIRED),
        (old | other, State.EXPIRED),
        (gone, State.REVOKED),
        (gone | old | other, State.REVOKED),
    ):
        assert state_of(make(**columns), 0, now=NOW) is state


@pytest.mark.parametrize(
    ("expires_at", "revoked_at", "generation"), [*product((NOW, NOW + DAY), (None, NOW), (0, 1))]
)
def test_a_state_is_the_reason_that_a_string_is_told(expires_at, revoked_at, generation):
    record = pat_record(expires_at=expires_at, revoked_at=revoked_at, generation=generation)
    assert pat_end(record, USER, now=NOW) is REASONS[state_of(record, 0, now=NOW)]
