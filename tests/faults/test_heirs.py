"""What a token makes ends with it, also what it makes at the moment when it is ended."""

from __future__ import annotations

import os

import pytest

from tests.faults.heirs import WAYS, play
from tests.faults.operator import operator
from tests.faults.production import serving
from tests.faults.seed import MAKERS

pytestmark = pytest.mark.e2e

ROUNDS = min(int(os.environ.get("FAULTS_ROUNDS", "8")), len(MAKERS))


def test_no_heir_is_alive_after_its_token_was_ended(site):
    """Two hosts; a round counts when an heir was born before the end was answered."""
    with serving(site.another_host()) as elsewhere, operator(elsewhere) as shell:
        rounds = [play(site, elsewhere, shell, number=number) for number in range(ROUNDS)]
    counted = [each for each in rounds if each.before]
    assert len(counted) >= ROUNDS * 3 // 4
    assert {each.way for each in counted} == set(WAYS)
    assert [each for each in counted if each.alive] == []
